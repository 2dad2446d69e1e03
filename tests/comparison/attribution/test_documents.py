from retrieval_checks.comparison.attribution.documents import (
    MovedDocument,
    document_lines,
    entered_top,
    judgement_ranks,
    left_top,
    moved_documents,
)
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from tests.comparison.attribution.factories import run

QRELS = Qrels.from_dict({"q0": {"a": 1, "b": 3, "c": 1, "n": 0}, "q1": {"a": 1, "d": 1}})
BEFORE = run("abcn", "adx")
AFTER = run("nxabc", "xy")


def ids(documents: tuple[MovedDocument, ...]) -> list[tuple[str, str]]:
    return [(document.query_id, document.doc_id) for document in documents]


def test_ranks_are_in_the_order_of_the_judgements() -> None:
    assert judgement_ranks(BEFORE, QRELS).tolist() == [1, 2, 3, 4, 1, 2]
    assert judgement_ranks(AFTER, QRELS).tolist() == [3, 4, 5, 1, 0, 0]


def test_worst_is_a_high_grade_then_a_high_rank_then_a_long_fall() -> None:
    before, after = judgement_ranks(BEFORE, QRELS), judgement_ranks(AFTER, QRELS)
    entries = left_top(QRELS, before, after, k=2, level=1)
    found = moved_documents(QRELS, before, after, entries)
    assert found == (
        MovedDocument("q0", "b", 3.0, 2, 4),
        MovedDocument("q1", "a", 1.0, 1, None),
        MovedDocument("q0", "a", 1.0, 1, 3),
        MovedDocument("q1", "d", 1.0, 2, None),
    )


def test_what_was_below_k_or_is_not_relevant_is_not_lost() -> None:
    before, after = judgement_ranks(BEFORE, QRELS), judgement_ranks(AFTER, QRELS)
    for k, level, lost in [(3, 1, 4), (2, 2, 1), (4, 0, 3), (5, 1, 2)]:
        # to 3: b, c of q0, a, d of q1; to 4: c of q0 and the two of q1; to 5: those two
        assert len(left_top(QRELS, before, after, k=k, level=level)) == lost


def test_what_enters_is_what_leaves_on_the_way_back() -> None:
    before, after = judgement_ranks(AFTER, QRELS), judgement_ranks(BEFORE, QRELS)
    entries = entered_top(QRELS, before, after, k=2, level=1)
    found = moved_documents(QRELS, before, after, entries)
    assert ids(found) == [("q0", "b"), ("q0", "a"), ("q1", "a"), ("q1", "d")]
    assert found[2].before is None


def test_documents_of_a_query_that_the_run_lacks_have_no_rank() -> None:
    assert judgement_ranks(Run.from_ids({"q1": ["d"]}), QRELS).tolist() == [0, 0, 0, 0, 0, 1]


def test_a_line_says_whence_and_whither() -> None:
    assert str(MovedDocument("q", "d\n", 2.0, 3, None)) == "#3 -> gone  'd\\n' for 'q' (grade 2)"
    assert str(MovedDocument("q", "d", 0.5, None, 1)) == "nowhere -> #1  'd' for 'q' (grade 0.5)"


def test_three_lines_are_shown_and_the_others_counted() -> None:
    assert document_lines(list("abc")) == ["  a", "  b", "  c"]
    assert document_lines(list("abcde")) == ["  a", "  b", "  c", "  ... and 2 more"]
    assert document_lines([]) == []
