import pytest

from retrieval_checks.comparison.attribution import Attribution, attribute
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, MetricError
from tests.comparison.attribution.factories import judged, run, through_json

QRELS = judged("a", "a", "a", "a")
CURRENT = run("xa", "xa", "xa", "ax", name="current")
CANDIDATE = run("ax", "ax", "xa", "xa", name="candidate")
SWAPPED = {
    "dense": run("ax", "xa", "xa", "ax"),
    "rerank": run("xa", "xa", "xa", "xa", name="rerank"),
}
# RR             q0    q1    q2    q3    mean
# current        1/2   1/2   1/2   1     5/8
# candidate      1     1     1/2   1/2   6/8: +1/8
# dense alone    1     1/2   1/2   1     6/8: +1/8
# rerank alone   1/2   1/2   1/2   1/2   4/8: -1/8
# only together  0     1/2   0     0     +1/8


@pytest.fixture
def found() -> Attribution:
    return attribute(CURRENT, CANDIDATE, SWAPPED, QRELS, metric="RR")


def test_total_is_from_current_to_candidate(found: Attribution) -> None:
    assert found.scores.means[:2] == [5 / 8, 6 / 8]
    assert found.total.mean == 1 / 8
    assert found.total.tally == "2 better, 1 equal, 1 worse"


def test_each_stage_has_its_own_change(found: Attribution) -> None:
    assert {name: change.mean for name, change in found.stages.items()} == {
        "dense": 1 / 8,
        "rerank": -1 / 8,
    }
    assert found.stages["rerank"].tally == "0 better, 3 equal, 1 worse"


def test_remainder_is_what_the_stages_do_not_add_up_to(found: Attribution) -> None:
    assert found.remainder.mean == 1 / 8
    assert found.remainder.tally == "1 better, 3 equal, 0 worse"
    parts = sum(change.mean for change in found.stages.values())
    assert found.total.mean == parts + found.remainder.mean


def test_a_single_stage_that_is_the_candidate_leaves_no_remainder() -> None:
    found = attribute(CURRENT, CANDIDATE, {"all": CANDIDATE}, QRELS)
    assert found.stages["all"] == found.total
    assert (found.remainder.mean, found.remainder.interval) == (0, (0, 0))


def test_largest_is_by_size_whatever_its_sign() -> None:
    worse = run("xa", "xa", "xa", "yxa")
    found = attribute(CURRENT, CANDIDATE, {"up": SWAPPED["dense"], "down": worse}, QRELS)
    assert found.stages["up"].mean > 0 > found.stages["down"].mean
    assert found.largest == "down"


def test_the_first_of_equal_changes_is_the_largest(found: Attribution) -> None:
    assert found.largest == "dense"


def test_no_stage_is_the_largest_where_none_changes_anything() -> None:
    found = attribute(CURRENT, CURRENT, {"dense": CURRENT, "rerank": CURRENT}, QRELS)
    assert found.largest is None
    assert "no stage changes the mean alone" in found.explain().splitlines()


def test_text_has_a_line_a_stage(found: Attribution) -> None:
    lines = found.explain().splitlines()
    assert lines[0].startswith("RR 0.6250 -> 0.7500: +0.1250 [")
    assert lines[0].endswith(" (4 queries: 2 better, 1 equal, 1 worse)")
    assert lines[1].startswith("  dense            +0.1250 [")
    assert lines[2].startswith("  rerank           -0.1250 [")
    assert lines[3].startswith("  (only together)  +0.1250 [")
    assert lines[1].endswith("  1 better, 3 equal, 0 worse")
    assert lines[4] == "largest: dense, but these queries do not tell it from no change"
    assert lines[5].startswith("in brackets: 95 % interval")


def test_a_clear_change_is_said_plainly() -> None:
    current, candidate = run("xa", "xa", "xya"), run("ax", "ax", "ax")
    text = attribute(current, candidate, {"dense": candidate}, judged("a", "a", "a")).explain()
    assert "\nlargest: dense\n" in text


def test_a_remainder_larger_than_every_stage_is_told() -> None:
    # "a" needs both stages to come up; alone, the first does so for one query of three
    current, candidate = run("xa", "xa", "xa"), run("ax", "ax", "ax")
    swapped = {"dense": run("ax", "xa", "xa"), "rerank": current}
    text = attribute(current, candidate, swapped, judged("a", "a", "a"), metric="RR").explain()
    assert text.splitlines()[4].endswith("; the stages do more than that only together")


def test_text_has_at_most_20_lines_and_the_largest_first() -> None:
    swapped = {f"stage {i}": CURRENT for i in range(20)} | {"last": SWAPPED["dense"]}
    found = attribute(CURRENT, CANDIDATE, swapped, judged("a", "a", "a", "a", "a"))
    lines = found.explain().splitlines()
    assert lines[1].startswith("  last ")
    assert "  ... and 7 more stages with less" in lines
    assert len(lines) <= 20


def test_dict_is_strict_json(found: Attribution) -> None:
    read = through_json(found.to_dict())
    assert read == found.to_dict()
    assert read["stages"]["dense"]["score"] == 6 / 8
    assert read["stages"]["dense"]["mean"] == 1 / 8
    assert read["queries"]["q3"] == {
        "current": 1,
        "candidate": 1 / 2,
        "stages": {"dense": 1, "rerank": 1 / 2},
    }
    assert read["largest"] == "dense"


def test_judged_queries_that_the_runs_lack_are_named() -> None:
    found = attribute(CURRENT, CANDIDATE, SWAPPED, judged("a", "a", "a", "a", "a"))
    assert found.missing == ("q4",)
    assert found.query_ids == ("q0", "q1", "q2", "q3")
    assert "1 judged query is not in the runs and not counted: 'q4'" in found.explain()


def test_no_stage_is_an_error() -> None:
    with pytest.raises(DataError, match="no stage to attribute the change to"):
        attribute(CURRENT, CANDIDATE, {}, QRELS)


def test_a_stage_with_other_queries_is_an_error() -> None:
    other = {**SWAPPED, "index": Run.from_ids({"q0": ["a"]}, name="index")}
    with pytest.raises(DataError, match="run 'current' has queries that run 'index' lacks"):
        attribute(CURRENT, CANDIDATE, other, QRELS)


def test_metric_of_which_more_is_not_better_is_an_error() -> None:
    with pytest.raises(MetricError, match="a higher NumRet is not better"):
        attribute(CURRENT, CANDIDATE, SWAPPED, QRELS, metric="NumRet")
