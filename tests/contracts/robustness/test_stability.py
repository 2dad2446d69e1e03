"""The unit is the source query, whatever the number of its variants."""

from retrieval_checks.contracts.robustness.stability import Stability, Variant, measure_stability
from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.run import Run
from retrieval_checks.retrieval.lexical import BM25Retriever

CORPUS = Corpus.from_dict({"d1": "cats purr", "d2": "dogs bark", "d3": "cats bark"})


def test_variants_of_a_query_are_averaged_before_queries_are() -> None:
    variants = (
        *(Variant("q1", f"typo {n}", 0.0, 0.0) for n in range(3)),
        Variant("q2", "typo", 1.0, 0.5),
    )
    stability = Stability("typo", variants)
    assert stability.by_query == {"q1": 0.0, "q2": 1.0}
    assert (stability.rbo, stability.overlap) == (0.5, 0.25)  # not a quarter and an eighth
    assert stability.worst.text == "typo 0"


def test_interval_is_over_queries_and_absent_for_one() -> None:
    one = Stability("case", (Variant("q1", "A", 0.5, 0.5), Variant("q1", "b", 0.7, 0.5)))
    assert one.evidence["rbo_interval"] is None
    same = Stability("case", tuple(Variant(f"q{n}", "A", 0.5, 0.5) for n in range(5)))
    assert same.evidence["rbo_interval"] == [0.5, 0.5]


def test_each_variant_is_compared_with_its_own_query() -> None:
    queries = Queries.from_dict({"q1": "dogs", "q2": "bark cats"})
    found = measure_stability(BM25Retriever(CORPUS), queries, ["case", "typo"], k=10, seed=0)
    assert found["case"].by_query == {"q1": 1.0, "q2": 1.0}
    assert [v.query_id for v in found["typo"].variants].count("q1") == 3
    assert found["typo"].by_query["q1"] == 0.0  # no letter of "dogs" may be missing
    assert found["typo"].by_query["q2"] > 0.0  # the other word is still there


def test_perturbation_that_changes_no_query_is_left_out() -> None:
    queries = Queries.from_dict({"q1": "123"})
    assert measure_stability(BM25Retriever(CORPUS), queries, ["case"], k=10, seed=0) == {}


def test_query_without_an_answer_counts_as_lost() -> None:
    class Empty:
        def retrieve(self, queries: Queries, k: int, /) -> Run:
            return Run.from_ids({q: ["d1"] if queries[q] == "purr" else [] for q in queries})

    found = measure_stability(Empty(), Queries.from_dict({"q": "purr"}), ["case"], k=5, seed=0)
    assert (found["case"].rbo, found["case"].overlap) == (0.0, 0.0)
