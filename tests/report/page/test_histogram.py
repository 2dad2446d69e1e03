"""Scores of relevant documents above the line."""

from retrieval_checks.report.page.histogram import histogram

FOUND = {
    "stage": "dense",
    "edges": [0.0, 0.5, 1.0],
    "relevant": [0, 2],
    "others": [8, 4],
    "medians": {"relevant": 0.75, "others": None},
}


def test_each_side_is_as_high_as_its_fullest_bin() -> None:
    made = histogram(FOUND)
    assert made.relevant == "M160.0 56v-52.0H319.0V56z"
    assert made.others == "M0.0 56v52.0H159.0V56zM160.0 56v26.0H319.0V56z"


def test_a_table_says_the_same() -> None:
    made = histogram(FOUND)
    assert made.rows == (("0 to 0.5", 0, 8), ("0.5 to 1", 2, 4))
    assert made.medians == (("relevant", 240.0, "0.750"),)


def test_no_relevant_document_is_an_empty_side() -> None:
    assert histogram({**FOUND, "relevant": [0, 0]}).relevant == ""
