"""SciFact's 300 test queries, judged by trec_eval: the figures that others have published.

Encoding its 5,183 abstracts takes minutes on a CPU; vectors are kept in pytest's cache folder.
"""

import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval_checks.data.collection import Corpus, Document, Queries
from retrieval_checks.data.run import Run
from retrieval_checks.encoding.models import BiEncoder, LateInteraction
from retrieval_checks.encoding.sources.resolve import OFFLINE_MODEL, local_path
from retrieval_checks.encoding.store import Store
from retrieval_checks.retrieval.dense import DenseRetriever
from retrieval_checks.retrieval.lexical import BM25Retriever
from retrieval_checks.retrieval.rerank import Reranker
from tests.shared_data import shared_data

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder() -> Path:
    return shared_data("scifact")


@pytest.fixture(scope="module")
def scifact(folder: Path) -> Corpus:
    with gzip.open(folder / "corpus.jsonl.gz", "rt", encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream]
    return Corpus.from_documents([Document(r["_id"], r["text"], r["title"]) for r in rows])


@pytest.fixture(scope="module")
def judgements(folder: Path) -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = {}
    with (folder / "qrels" / "test.tsv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            table.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    return table


@pytest.fixture(scope="module")
def questions(folder: Path, judgements: dict[str, dict[str, int]]) -> Queries:
    with (folder / "queries.jsonl").open(encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream]
    return Queries.from_dict({r["_id"]: r["text"] for r in rows if r["_id"] in judgements})


@pytest.fixture(scope="module")
def minilm(pytestconfig: pytest.Config) -> Iterator[BiEncoder]:
    if local_path(OFFLINE_MODEL) is None:
        pytest.skip(f"{OFFLINE_MODEL} is not on this machine; install the extra 'offline'")
    assert pytestconfig.cache is not None
    store = Store(pytestconfig.cache.mkdir("retrieval-checks-scifact"))
    yield BiEncoder(OFFLINE_MODEL, cache=store)
    store.close()


@pytest.fixture(scope="module")
def dense(scifact: Corpus, questions: Queries, minilm: BiEncoder) -> Run:
    return DenseRetriever(scifact, minilm).retrieve(questions, 100)


def ndcg(run: Run, judgements: dict[str, dict[str, int]]) -> float:
    import pytrec_eval

    evaluator = pytrec_eval.RelevanceEvaluator(judgements, {"ndcg_cut.10"})
    values = evaluator.evaluate(run.to_dict())
    return sum(row["ndcg_cut_10"] for row in values.values()) / len(judgements)


def test_bm25_is_as_published(
    scifact: Corpus, questions: Queries, judgements: dict[str, dict[str, int]]
) -> None:
    run = BM25Retriever(scifact).retrieve(questions, 100)
    assert len(questions) == 300
    assert ndcg(run, judgements) == pytest.approx(0.676, abs=0.01)


def test_dense_is_as_published(dense: Run, judgements: dict[str, dict[str, int]]) -> None:
    assert ndcg(dense, judgements) == pytest.approx(0.6451, abs=0.0005)


def test_block_size_changes_nothing_at_scale(
    dense: Run, scifact: Corpus, questions: Queries, minilm: BiEncoder
) -> None:
    blocked = DenseRetriever(scifact, minilm, block_bytes=100_000).retrieve(questions, 100)
    assert blocked.to_dict() == dense.to_dict()


def test_late_interaction_lifts_dense_retrieval(
    dense: Run,
    scifact: Corpus,
    questions: Queries,
    minilm: BiEncoder,
    judgements: dict[str, dict[str, int]],
) -> None:
    model = LateInteraction(minilm, cache=minilm.cache)
    run = Reranker(model, depth=50).rerank(dense, questions, scifact)
    lift = ndcg(run, judgements) - ndcg(dense, judgements)
    assert 0.015 <= lift <= 0.06
