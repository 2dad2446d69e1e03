"""The parts of a page."""

from retrieval_checks.report.page.queries import Detail
from retrieval_checks.report.page.view import make_page
from tests.report.documents import document


def test_a_file_has_its_queries_sorted_and_its_tests_apart() -> None:
    page = make_page(document(queries=3))
    (part,) = page.files
    assert part.metric == "nDCG@10"
    assert [card.name for card in part.queries] == ["q2", "q0", "q1"]  # the failed one first
    assert [card.anchor for card in part.queries] == ["f1-q3", "f1-q1", "f1-q2"]
    assert [test["name"] for test in part.others] == ["accept[new]"]
    assert [upgrade["answer"] for upgrade in part.upgrades] == ["NOT ENOUGH EVIDENCE"]
    assert part.tags == ("even", "odd")
    assert not page.is_shortened
    assert make_page(document(queries=3), Detail(0, 0, 0)).is_shortened


def test_a_file_of_which_nothing_is_known_has_no_charts() -> None:
    bare = document(queries=2)
    for file in bare["files"]:
        file["details"] = None
        for test in file["tests"]:
            test["details"] = None
    (part,) = make_page(bare).files
    assert (part.waterfall, part.bumps, part.histograms, part.metric) == (None, (), (), "")
    assert len(part.queries) == 2
