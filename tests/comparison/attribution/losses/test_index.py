from math import log2

import pytest

from retrieval_checks.comparison.attribution import IndexLoss, MovedDocument, index_loss
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, MetricError
from tests.comparison.attribution.factories import judged, run, through_json

QRELS = judged("a", "ab", "a")
EXACT = run("xa", "ab", "xy", name="exact")
APPROXIMATE = run("xy", "ba", "xz", name="hnsw")
# R@2          q0   q1   q2   mean
# ideal        1    1    1    1
# exact        1    1    0    2/3
# approximate  0    1    0    1/3
# overlap@2    1/2  1    1/2  2/3


@pytest.fixture
def found() -> IndexLoss:
    return index_loss(EXACT, APPROXIMATE, QRELS, "R@2", k=2)


def test_means_are_of_ideal_exact_and_approximate_search(found: IndexLoss) -> None:
    assert (found.ideal, found.exact, found.approximate) == (1, 2 / 3, 1 / 3)


def test_loss_is_split_between_embedding_and_index(found: IndexLoss) -> None:
    assert found.embedding.mean == -1 / 3
    assert found.embedding.tally == "0 better, 2 equal, 1 worse"
    assert found.index.mean == -1 / 3
    assert found.index.tally == "0 better, 2 equal, 1 worse"


def test_recall_is_the_share_of_the_exact_top_k(found: IndexLoss) -> None:
    assert found.overlap.tolist() == [1 / 2, 1, 1 / 2]
    assert found.recall == 2 / 3


def test_lost_are_relevant_documents_that_exact_search_had(found: IndexLoss) -> None:
    assert found.lost == (MovedDocument("q0", "a", 1.0, 2, None),)


def test_k_is_that_of_the_agreement_not_the_metrics() -> None:
    found = index_loss(EXACT, APPROXIMATE, QRELS, "R@2", k=1)
    assert found.overlap.tolist() == [1, 0, 1]
    assert [document.doc_id for document in found.lost] == ["a"]
    assert found.lost[0] == MovedDocument("q1", "a", 1.0, 1, 2)


def test_ideal_is_what_the_judgements_allow() -> None:
    qrels = Qrels.from_dict({"q0": {"a": 1, "b": 2}})
    found = index_loss(run("ab"), run("ax"), qrels, "nDCG@10")
    ideal = 2 + 1 / log2(3)
    assert found.ideal == 1
    assert found.exact == pytest.approx((1 + 2 / log2(3)) / ideal)
    assert found.approximate == pytest.approx(1 / ideal)
    # one relevant document of ten
    assert index_loss(run("a"), run("a"), judged("a"), "P@10").ideal == 0.1


def test_an_index_may_win_by_chance() -> None:
    found = index_loss(run("xa"), run("ax"), judged("a"), "RR")
    assert found.index.mean == 1 / 2
    assert found.lost == ()


def test_the_exact_run_itself_loses_nothing() -> None:
    found = index_loss(EXACT, EXACT, QRELS)
    assert (found.index.mean, found.index.interval, found.recall) == (0, (0, 0), 1)


def test_queries_may_be_in_any_order_and_unjudged() -> None:
    exact = Run.from_ids({"other": ["x"], "q1": ["a", "b"], "q0": ["x", "a"]})
    other = Run.from_ids({"q0": ["x", "y"], "q1": ["b", "a"], "other": ["z"]})
    found = index_loss(exact, other, QRELS, "R@2", k=2)
    assert found.query_ids == ("q0", "q1")
    assert found.missing == ("q2",)
    assert found.overlap.tolist() == [1 / 2, 1]


def test_queries_without_a_relevant_document_may_be_skipped() -> None:
    qrels = Qrels.from_dict({"q0": {"a": 1}, "q1": {"a": 0}})
    args = (run("xa", "ax"), run("xa", "xb"), qrels, "R@2")
    zero, skip = (index_loss(*args, k=2, no_relevant=rule) for rule in ("zero", "skip"))
    assert (zero.ideal, zero.recall) == (1 / 2, 3 / 4)
    assert (skip.ideal, skip.recall) == (1, 1)


def test_text_has_a_line_for_each_figure(found: IndexLoss) -> None:
    lines = found.explain().splitlines()
    assert lines[0] == "R@2 of exact and approximate search (3 queries):"
    assert lines[1] == "  ideal ranking  1.0000"
    assert lines[2].startswith("  exact search   0.6667  -0.3333 [")
    assert lines[2].endswith("  lost by the embedding")
    assert lines[3].startswith("  this index     0.3333  -0.3333 [")
    assert lines[3].endswith("  lost by the index")
    assert lines[4:7] == [
        "the index returns 0.6667 of the exact top 2",
        "relevant documents of the exact top 2 lost by the index: 1",
        "  #2 -> gone  'a' for 'q0' (grade 1)",
    ]


def test_dict_is_strict_json(found: IndexLoss) -> None:
    read = through_json(found.to_dict())
    assert read == found.to_dict()
    assert read["queries"]["q0"] == {"exact": 1, "approximate": 0, "ideal": 1, "overlap": 1 / 2}
    assert read["recall"] == 2 / 3


def test_runs_of_different_queries_are_an_error() -> None:
    with pytest.raises(DataError, match="run 'exact' has queries that run 'run' lacks"):
        index_loss(EXACT, run("a"), QRELS)


@pytest.mark.parametrize("k", [0, 1.5])
def test_k_that_is_no_whole_number_from_1_is_an_error(k: int) -> None:
    with pytest.raises(MetricError, match="cut-off of overlap must be a whole number from 1"):
        index_loss(EXACT, APPROXIMATE, QRELS, k=k)


def test_metric_whose_best_order_is_not_known_is_an_error() -> None:
    with pytest.raises(MetricError, match="which order of documents is best for infAP"):
        index_loss(EXACT, APPROXIMATE, QRELS, "infAP")
