import pytest

from retrieval_checks.comparison.attribution import FusionLoss, LostDocument, fusion_loss
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.errors import DataError, MetricError
from tests.comparison.attribution.factories import judged, run, through_json

QRELS = judged("a", "a", "a", "a")
PARTS = {
    "bm25": run("xa", "ax", "xya", "xy"),
    "dense": run("ax", "ya", "ax", "xya"),
}
FUSED = run("xa", "ay", "xa", "xyza", name="fused")
# RR@3          q0   q1   q2   q3   mean
# bm25          1/2  1    1/3  0    11/24
# dense         1    1/2  1    1/3  17/24
# best of both  1    1    1    1/3  20/24
# fused         1/2  1    1/2  0    12/24


@pytest.fixture
def found() -> FusionLoss:
    return fusion_loss(FUSED, PARTS, QRELS, "RR@3")


def test_means_are_of_each_part_and_of_the_fusion(found: FusionLoss) -> None:
    assert found.fused == 1 / 2
    assert found.parts == pytest.approx({"bm25": 11 / 24, "dense": 17 / 24}, abs=1e-15)


def test_fusion_is_measured_against_the_best_part(found: FusionLoss) -> None:
    assert found.best == "dense"
    assert found.gain.mean == pytest.approx(-5 / 24)
    assert found.gain.tally == "1 better, 0 equal, 3 worse"


def test_oracle_takes_the_best_part_of_each_query(found: FusionLoss) -> None:
    assert found.oracle == pytest.approx(20 / 24)
    assert found.short.mean == pytest.approx(-8 / 24)
    assert found.short.tally == "0 better, 1 equal, 3 worse"


def test_lost_are_relevant_documents_that_a_part_had_in_its_top(found: FusionLoss) -> None:
    assert found.lost == (LostDocument("q3", "a", 1.0, "dense", 3, 4),)


def test_lost_are_told_of_the_part_that_ranks_them_best() -> None:
    qrels = Qrels.from_dict({"q0": {"a": 1, "b": 2}})
    parts = {"one": run("xab"), "two": run("bax"), "three": run("y")}
    assert fusion_loss(run("xyz"), parts, qrels, "RR@3").lost == (
        LostDocument("q0", "b", 2.0, "two", 1, None),
        LostDocument("q0", "a", 1.0, "one", 2, None),  # the first of equals
    )


def test_a_document_that_only_the_fusion_has_is_not_lost() -> None:
    assert fusion_loss(run("a"), {"one": run("x")}, judged("a"), "RR").lost == ()


def test_a_fusion_may_beat_every_part() -> None:
    qrels = judged("ab")
    found = fusion_loss(run("ab"), {"one": run("ax"), "two": run("bx")}, qrels, "P@2")
    assert (found.fused, found.oracle, found.short.mean) == (1, 1 / 2, 1 / 2)


def test_text_has_a_line_for_each_figure(found: FusionLoss) -> None:
    lines = found.explain().splitlines()
    assert lines[0] == "RR@3 of the parts and of their fusion (4 queries):"
    assert lines[1:4] == [
        "  dense                0.7083",
        "  bm25                 0.4583",
        "  (best part a query)  0.8333",
    ]
    assert lines[4].startswith("  (fusion)             0.5000  -0.2083 [")
    assert lines[4].endswith("] over dense")
    assert lines[5] == "fusion against dense: 1 better, 0 equal, 3 worse"
    assert lines[6].startswith("fusion against the best part a query: -0.3333 [")
    assert lines[7:9] == [
        "relevant documents of a part's top 3 lost by fusion: 1",
        "  #3 of dense -> #4  'a' for 'q3' (grade 1)",
    ]


def test_text_has_at_most_20_lines() -> None:
    parts = {f"part {i}": run(*["ax"] * 5) for i in range(12)}
    found = fusion_loss(run(*["x"] * 5), parts, judged(*["a"] * 6), "RR@1")
    lines = found.explain().splitlines()
    assert "  ... and 5 more parts with less" in lines
    assert "  ... and 2 more" in lines
    assert len(lines) <= 20


def test_dict_is_strict_json(found: FusionLoss) -> None:
    read = through_json(found.to_dict())
    assert read == found.to_dict()
    assert read["queries"]["q1"] == {"fused": 1, "parts": {"bm25": 1, "dense": 1 / 2}}
    assert read["lost"][0]["part"] == "dense"


def test_no_part_is_an_error() -> None:
    with pytest.raises(DataError, match="no parts of the fusion"):
        fusion_loss(FUSED, {}, QRELS)


def test_a_part_with_other_queries_is_an_error() -> None:
    with pytest.raises(DataError, match="run 'fused' has queries that run 'short' lacks"):
        fusion_loss(FUSED, {**PARTS, "short": run("a", name="short")}, QRELS)


def test_metric_of_which_more_is_not_better_is_an_error() -> None:
    with pytest.raises(MetricError, match="a higher RBP_residual"):
        fusion_loss(FUSED, PARTS, QRELS, "RBP_residual")
