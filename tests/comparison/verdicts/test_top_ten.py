from retrieval_checks.comparison.verdicts.top_ten import top_ten
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run

FILL = [f"x{i}" for i in range(9)]


def test_a_query_without_a_result_is_lost_and_not_counted_as_unjudged() -> None:
    qrels = Qrels.from_dict({q: {"good": 1, "bad": 0} for q in "abc"})
    whole = Run.from_ids({q: ["good", "bad"] for q in "abc"})
    top = top_ten(Run.from_ids({"a": ["good", "bad"], "b": []}), whole, qrels)
    assert (top.judged, top.gap, top.lost, top.queries) == ((1.0, 1.0), 0.0, ("b", "c"), 3)


def test_judged_documents_count_only_where_one_of_them_is_not_relevant() -> None:
    """Query a has positives only; of b one of two is judged, then both."""
    qrels = Qrels.from_dict({"a": {"good": 1, "fair": 2}, "b": {"good": 1, "bad": 0}})
    now = Run.from_ids({"a": ["x", "y"], "b": ["good", "x"]})
    top = top_ten(now, Run.from_ids({"a": ["good", "fair"], "b": ["good", "bad"]}), qrels)
    assert (top.judged, top.gap) == ((0.5, 1.0), -0.5)
    assert top_ten(now, now, qrels.select(["a"])).judged is None


def test_rank_ten_is_kept_and_rank_eleven_is_lost() -> None:
    qrels = Qrels.from_dict({q: {"good": 1} for q in "abcd"})
    before = {"a": [*FILL, "good"], "b": ["good"], "c": [*FILL, "x", "good"], "d": ["good"]}
    now = {"a": ["good"], "b": [*FILL, "x", "good"], "c": ["x"], "d": [*FILL, "good"]}
    assert top_ten(Run.from_ids(now), Run.from_ids(before), qrels).lost == ("b",)


def test_none_lost_of_59_bounds_the_share_by_5_percent() -> None:
    """.95^59 = .0485 and .95^58 = .0510: 59 queries are the first that show it."""
    qrels = Qrels.from_dict({f"q{i}": {"good": 1} for i in range(59)})
    run = Run.from_ids({f"q{i}": ["good"] for i in range(59)})
    assert top_ten(run, run, qrels).lost_share_at_most < 0.05
    fewer = qrels.select([f"q{i}" for i in range(58)])
    assert top_ten(run, run, fewer).lost_share_at_most > 0.05
