import pytest

from retrieval_checks.comparison.attribution.movement import Movement, movement
from retrieval_checks.data.run import Run
from tests.comparison.attribution.factories import run

FIRST = run(*["abcd"] * 5)
SWAPPED = run(*["bacd"] * 5)  # within the first two


def moved(first: Run, reranked: Run, *, k: int = 2, depth: int = 4) -> Movement:
    return movement(first, reranked, k=k, depth=depth)


def test_a_reranker_that_never_reaches_below_k_is_told() -> None:
    found = moved(FIRST, SWAPPED)
    assert found.sees_only_k
    assert found.deepest == 2
    assert found.remarks() == (
        "the reranker sees only 2: no candidate from ranks 3 to 4 reached the top 2 in any of 5"
        " queries",
    )


def test_one_document_from_below_k_shows_that_it_reads_on() -> None:
    found = moved(FIRST, run("cbad", *["bacd"] * 4))
    assert not found.sees_only_k
    assert found.deepest == 3
    assert found.remarks() == ()


def test_four_queries_may_be_chance() -> None:
    assert not moved(run(*["abcd"] * 4), run(*["bacd"] * 4)).sees_only_k


def test_only_queries_with_candidates_below_k_count() -> None:
    first = run("ab", *["abcd"] * 4)
    found = moved(first, run("ba", *["bacd"] * 4))
    assert found.choices == 4
    assert not found.sees_only_k


def test_empty_answers_are_no_evidence() -> None:
    found = moved(FIRST, run("", *["bacd"] * 4))
    assert found.choices == 4
    assert not found.sees_only_k


@pytest.mark.parametrize(("k", "depth"), [(2, 2), (4, 2), (4, 4)])
def test_depth_up_to_k_leaves_nothing_to_see(k: int, depth: int) -> None:
    assert not moved(FIRST, SWAPPED, k=k, depth=depth).sees_only_k


@pytest.mark.parametrize("same", ["abcd", "abc", "ab"])
def test_the_same_beginning_of_every_ranking_is_no_change(same: str) -> None:
    found = moved(FIRST, run(*[same] * 5))
    assert found.changed_nothing
    assert not found.sees_only_k
    assert found.remarks() == (
        "the reranker changed nothing: every ranking is that of the first stage",
    )


@pytest.mark.parametrize("other", ["abdc", "acbd", "a", "", "abcx"])
def test_one_other_ranking_is_a_change(other: str) -> None:
    found = moved(FIRST, run(other, *["abcd"] * 4))
    assert found.reordered == 1
    assert not found.changed_nothing


def test_what_stands_below_the_depth_is_not_the_rerankers() -> None:
    assert moved(run("abcd"), run("abdc"), depth=2).changed_nothing


def test_single_candidates_cannot_change() -> None:
    assert not moved(run("a", "b"), run("a", "b")).changed_nothing


def test_a_document_from_below_the_depth_in_the_top_is_told() -> None:
    found = moved(run("abcd"), run("dabc"), depth=3)
    assert found.deepest == 4
    assert found.remarks() == (
        "the reranker reads deeper than depth 3: a document from rank 4 reached the top 2",
    )


def test_what_follows_the_candidates_may_stand_in_the_top_k() -> None:
    assert moved(run("abcd"), run("bacd"), k=4, depth=2).remarks() == ()


def test_a_first_stage_that_gives_fewer_candidates_is_told() -> None:
    assert moved(run("abc", "ab"), run("cab", "ba"), depth=50).remarks() == (
        "the first stage has at most 3 candidates a query, not 50",
    )


def test_documents_that_the_first_stage_lacks_are_told() -> None:
    found = moved(run("abcd"), run("xcab"))
    assert found.strangers == 1
    assert found.remarks() == (
        "the first stage lacks 1 document of the reranked top 2: these are not a ranking and its"
        " reranking",
    )


def test_queries_are_paired_by_id() -> None:
    first = Run.from_ids({"q0": ["a", "b"], "q1": ["c", "d"]})
    assert moved(first, Run.from_ids({"q1": ["c", "d"], "q0": ["a", "b"]})).changed_nothing


def test_answers_are_paired_by_id() -> None:
    first = Run.from_ids({"q0": ["a", "b", "c"], "q1": ["c", "d"]})
    assert moved(first, Run.from_ids({"q1": [], "q0": ["a", "b", "c"]})).choices == 1
