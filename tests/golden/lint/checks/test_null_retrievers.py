"""Gates beside retrievers that know nothing."""

from retrieval_checks.comparison.context import Context
from retrieval_checks.comparison.records import QueryRecord, make_records
from retrieval_checks.data.run import Run
from retrieval_checks.golden.lint.checks.null_retrievers import find_null_passes, find_saturation
from retrieval_checks.metrics.metric import Metric
from tests.golden.lint.conftest import Lay, shown

# cat answers purring, owl answers hooting
GOOD = Run.from_ids({"purring": ["cat", "dog"], "hooting": ["owl", "bee"]}, name="good")
HALF = Run.from_ids({"purring": ["cat", "dog"], "hooting": ["bee", "owl"]}, name="half")
BAD = Run.from_ids({"purring": ["dog", "bee"], "hooting": ["bee", "dog"]}, name="bad")


def test_a_floor_that_knowledge_is_needed_for_is_silent(lay: Lay) -> None:
    subject = lay(gates=["P@1 >= 0.6"])
    assert find_null_passes(subject, {"random": BAD, "longest document": HALF}, HALF) == []
    assert find_null_passes(subject, {}, None) == []


def test_a_floor_that_a_blind_retriever_reaches_is_an_error(lay: Lay) -> None:
    subject = lay(gates=["P@1 >= 0.5", "P@1 >= 0.6"])
    (found,) = find_null_passes(subject, {"random": BAD, "longest document": HALF}, HALF)
    assert shown([found]) == [("error", "blind-retriever-passes", 8)]
    assert found.message == (
        "gate 'P@1 >= 0.5': a retriever that ignores the query passes (longest document 0.5000);"
        " the gate cannot catch a broken one"
    )


def test_a_floor_that_bm25_reaches_is_a_note(lay: Lay) -> None:
    (found,) = find_null_passes(lay(gates=["P@1 >= 0.6"]), {"random": HALF}, GOOD)
    assert shown([found]) == [("note", "bm25-passes", 8)]
    assert "BM25 passes with 1.0000, 0.4000 above the floor" in found.message


def test_a_query_that_the_run_lacks_scores_nothing(lay: Lay) -> None:
    alone = HALF.select(["purring"])
    assert find_null_passes(lay(gates=["P@1 >= 0.6"]), {"random": alone}, None) == []


def test_a_tags_gate_is_about_its_queries(lay: Lay) -> None:
    text = (
        "  - {id: purring, text: Why?, relevant: {cat: 1}, tags: [pet]}\n"
        "  - {id: hooting, text: Who?, relevant: {owl: 1}, tags: [wild]}\n"
    )
    gates = ["tag:pet P@1 >= 0.6", "tag:wild P@1 >= 0.6"]
    assert shown(find_null_passes(lay(text, gates=gates), {"random": HALF}, None)) == [
        ("error", "blind-retriever-passes", 6)
    ]


def test_gates_other_than_floors_and_unjudged_sets_are_let_be(lay: Lay) -> None:
    gates = ["P@1 drop <= 0.5", "churn@1 <= 15%", "overlap@10 >= 0.8", "p95_ms <= 120"]
    assert find_null_passes(lay(gates=gates), {"random": GOOD}, GOOD) == []
    unjudged = lay("  - {id: purring, text: Why?}\n", gates=["P@1 >= 0.1"])
    assert find_null_passes(unjudged, {"random": GOOD}, GOOD) == []
    assert find_saturation(unjudged, {}, GOOD) == []


def test_a_metric_at_its_top_is_saturated(lay: Lay) -> None:
    subject = lay(gates=["P@1 >= 0.6", "P@1 drop <= 0.3", "churn@1 <= 15%"])
    found = find_saturation(subject, {}, GOOD)
    assert shown(found) == [("warning", "saturated", 8), ("warning", "saturated", 9)]
    assert "is saturated: BM25 has P@1 1.0000 on these queries" in found[0].message
    assert find_saturation(subject, {}, HALF) == []
    assert find_saturation(subject, {}, None) == []


def test_what_was_accepted_tells_before_bm25_does(lay: Lay) -> None:
    subject = lay(gates=["P@1 >= 0.6"])

    def accepted(run: Run, k: int = 1) -> dict[str, QueryRecord]:
        texts, metric = subject.bound.queries, Metric("P", k)
        context = Context("4 documents", "by hand", "any")
        return make_records(run, texts, subject.qrels, [metric], context=context, depth=10)

    (found,) = find_saturation(subject, accepted(GOOD), HALF)
    assert "the accepted rankings have P@1 1.0000" in found.message
    assert find_saturation(subject, accepted(HALF), GOOD) == []
    # What was not accepted for every query, or in another metric, tells nothing
    part = {"purring": accepted(HALF)["purring"]}
    for unusable in (part, accepted(HALF, k=2)):
        assert "BM25 has" in find_saturation(subject, unusable, GOOD)[0].message
