"""Which queries are picked, and what is expected of them."""

import pytest

from retrieval_checks.cli.golden.starting.picking import pick_queries
from retrieval_checks.data.collection import Collection, Corpus, Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError

DOC_IDS = [f"d{number:02}" for number in range(1, 21)]
CORPUS = Corpus.from_dict(dict.fromkeys(DOC_IDS, "text"))


def _collection(count: int = 50) -> Collection:
    """Queries q00 to q49, each with `d01` relevant."""
    return _judged(**{f"q{number:02}": {"d01": 1.0} for number in range(count)})


def _judged(**grades: dict[str, float]) -> Collection:
    queries = Queries.from_dict({query_id: f"{query_id}?" for query_id in grades})
    return Collection(CORPUS, queries, Qrels.from_dict(grades))


def _ids(collection: Collection, count: int = 10, seed: int = 0) -> list[str]:
    return [query.query_id for query in pick_queries(collection, count=count, seed=seed)]


def test_the_same_seed_picks_the_same_and_another_picks_others() -> None:
    assert _ids(_collection()) == _ids(_collection())
    assert _ids(_collection()) != _ids(_collection(), seed=1)
    assert len(set(_ids(_collection()))) == 10


def test_picks_stand_in_the_order_of_the_collection() -> None:
    assert _ids(_collection()) == sorted(_ids(_collection()))


def test_with_a_query_more_at_most_one_pick_changes() -> None:
    for count in range(20, 50):
        before, now = set(_ids(_collection(count))), set(_ids(_collection(count + 1)))
        assert len(before - now) <= 1


def test_a_smaller_collection_is_picked_as_a_whole() -> None:
    assert _ids(_collection(3)) == ["q00", "q01", "q02"]


def test_every_query_is_picked_about_as_often() -> None:
    counts = dict.fromkeys(_collection().queries, 0)
    for seed in range(500):
        for query_id in _ids(_collection(), seed=seed):
            counts[query_id] += 1
    # 500 draws of 10 in 50: 100 each, standard deviation sqrt(500 * .2 * .8) = 8.9
    assert all(abs(count - 100) < 5 * 8.9 for count in counts.values())


def test_only_queries_of_which_something_can_be_expected_are_picked() -> None:
    judged = {
        "good": {"d01": 2.0},
        "nothing": {"d01": 0.0},
        "stale": {"d01": 1.0, "gone": 0.0},
    }
    assert _ids(_judged(**judged)) == ["good"]
    with pytest.raises(DataError, match="has no query to pick: none of 2 judged ones"):
        pick_queries(_judged(nothing={"d01": 0}, stale={"gone": 1}), count=1, seed=0)


def test_the_best_three_documents_are_expected_in_the_top_ten() -> None:
    grades = {"d04": 1.0, "d03": 3.0, "d02": 1.0, "d01": 2.0, "d09": 0.0}
    (query,) = pick_queries(_judged(q=grades), count=1, seed=0)
    assert list(query.within.items()) == [("d03", 10), ("d01", 10), ("d02", 10)]


@pytest.mark.parametrize(
    ("rank", "bound"), [(1, 1), (2, 3), (3, 3), (4, 5), (5, 5), (6, 10), (10, 10)]
)
def test_a_run_says_how_far_down(rank: int, bound: int) -> None:
    others = [doc_id for doc_id in DOC_IDS if doc_id != "d01"]
    run = Run.from_ids({"q": [*others[: rank - 1], "d01", *others[rank - 1 :]]})
    (query,) = pick_queries(_judged(q={"d01": 1}), count=1, seed=0, run=run)
    assert dict(query.within) == {"d01": bound}
    assert query.note == ""


def test_what_a_run_does_not_find_is_noted_and_not_expected() -> None:
    judged = {"deep": {"d11": 1.0}, "never": {"d20": 1.0}}
    run = Run.from_ids(dict.fromkeys(judged, DOC_IDS[:15]))
    deep, never = pick_queries(_judged(**judged), count=2, seed=0, run=run)
    assert (dict(deep.within), dict(never.within)) == ({}, {})
    assert deep.note == "nothing relevant in the top 10: 'd11' is at rank 11"
    assert never.note == "nothing relevant in the top 10: 'd20' is not among the 15 of the run"


def test_only_queries_of_the_run_are_picked() -> None:
    run = Run.from_ids({"q07": ["d01"]})
    assert [q.query_id for q in pick_queries(_collection(), count=5, seed=0, run=run)] == ["q07"]
    with pytest.raises(DataError, match="has none of the 50 queries that could be picked"):
        pick_queries(_collection(), count=5, seed=0, run=Run.from_ids({"other": ["d01"]}))


def test_tags_that_pytest_could_not_select_are_left_out() -> None:
    queries = Queries(("q",), ("q?",), ({"tags": ["legal", "two words", "2024"]},))
    collection = Collection(CORPUS, queries, Qrels.from_dict({"q": {"d01": 1}}))
    assert pick_queries(collection, count=1, seed=0)[0].tags == ("legal",)
