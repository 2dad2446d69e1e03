"""Where relevant documents get lost: four queries, two stages, counted by hand."""

from dataclasses import replace

from retrieval_checks.comparison.depths.curve import depth_curve
from retrieval_checks.data.run import Run
from retrieval_checks.report.details.funnel import funnel
from retrieval_checks.report.details.subject import Reported
from tests.report.details.factories import NOW, bound_suite

OTHERS = [f"x{number:02}" for number in range(12)]
FIRST = Run.from_ids(
    {
        "kept": ["gold", *OTHERS],
        "pulled": [*OTHERS[:10], "gold"],  # rank 11
        "pushed": ["gold", *OTHERS],
        "never": OTHERS,
    },
    name="dense",
)
RERANKED = Run.from_ids(
    {
        "kept": ["gold", *OTHERS],
        "pulled": ["gold", *OTHERS[:10]],
        "pushed": [*OTHERS, "gold"],  # rank 13
        "never": OTHERS,
    },
    name="rerank",
)


def _reported(stages: dict[str, Run]) -> Reported:
    bound = bound_suite({query_id: {"gold": 1} for query_id in FIRST})
    return Reported(bound, RERANKED, [], NOW, stages=stages, depths={"rerank": 11})


def test_relevant_documents_are_counted_among_candidates_and_in_the_first_ten() -> None:
    found = funnel(_reported({"dense": FIRST, "rerank": RERANKED}))
    assert found is not None
    assert found["relevant"] == 4
    first, second = found["stages"]
    assert (first["name"], first["depth"], first["candidates"], first["top"]) == (
        "dense",
        None,
        3,
        2,
    )
    assert (second["name"], second["depth"]) == ("rerank", 11)
    assert (second["candidates"], second["top"]) == (2, 2)
    # nDCG@10 of one relevant document at rank 1 is 1, below rank 10 it is 0
    assert (first["mean"], second["mean"]) == (0.5, 0.5)


def test_what_the_reranker_moved_is_listed() -> None:
    found = funnel(_reported({"dense": FIRST, "rerank": RERANKED}))
    assert found is not None
    (reranking,) = found["rerankings"]
    assert reranking["stage"] == "rerank"
    assert reranking["ceiling"] == 0.75  # three of four are among the 11 candidates
    assert [row["query_id"] for row in reranking["pulled_in"]] == ["pulled"]
    assert (reranking["pushed_out_count"], reranking["pulled_in_count"]) == (1, 1)
    assert "queries" not in reranking


def test_a_query_that_ends_with_nothing_says_where_it_was_lost() -> None:
    found = funnel(_reported({"dense": FIRST, "rerank": RERANKED}))
    assert found is not None
    assert found["lost"] == [
        {"query_id": "pushed", "ranks": {"dense": 1, "rerank": 13}},
        {"query_id": "never", "ranks": {"dense": None, "rerank": None}},
    ]


def test_without_stages_or_judgements_there_is_none() -> None:
    assert funnel(_reported({})) is None
    bound = bound_suite({"kept": {}})
    assert funnel(Reported(bound, FIRST.select(["kept"]), [], NOW, stages={"dense": FIRST})) is None


def test_a_reranking_has_its_curve_where_there_is_one() -> None:
    reported = _reported({"dense": FIRST, "rerank": RERANKED})
    curve = depth_curve(FIRST, {1: FIRST, 11: RERANKED}, reported.qrels)
    bare, curved = funnel(reported), funnel(replace(reported, curves={"rerank": curve}))
    assert bare is not None
    assert curved is not None
    assert bare["rerankings"][0]["depths"] is None
    points = curved["rerankings"][0]["depths"]["points"]
    # nDCG@10 is 2 of 4 before and after; of the first stage R@1 is 2 of 4, R@11 3 of 4
    expected = [(1, 0.5, 0.5), (11, 0.5, 0.75)]
    assert [(p["depth"], p["mean"], p["ceiling"]) for p in points] == expected
