"""`RayDenseRetriever` on two real workers: the run is the local one, whatever dies meanwhile."""

import gzip
import json
import os
from pathlib import Path

import pytest

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.encoding.models import BiEncoder
from retrieval_checks.encoding.store import Store
from retrieval_checks.errors import DataError, ModelError
from retrieval_checks.retrieval.cluster import encoding
from retrieval_checks.retrieval.cluster.dense import RayDenseRetriever
from retrieval_checks.retrieval.cluster.files import CorpusFiles
from retrieval_checks.retrieval.dense import DenseRetriever
from retrieval_checks.retrieval.pipeline import Pipeline
from retrieval_checks.retrieval.rerank import Reranker
from tests.retrieval.cluster.encoders import Broken, Logged, Words, calls_of
from tests.retrieval.conftest import SharedWords

pytest.importorskip("ray")
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("two_workers")]

Ranked = dict[str, list[tuple[str, float]]]


def ranked(retriever: DenseRetriever | RayDenseRetriever, queries: Queries, k: int) -> Ranked:
    """Ids and scores of each query, in their order."""
    run = retriever.retrieve(queries, k)
    return {query_id: list(run[query_id].items()) for query_id in run}


def local(corpus: Corpus, queries: Queries, k: int) -> Ranked:
    return ranked(DenseRetriever(corpus, Words()), queries, k)


def write(corpus: Corpus, path: Path, part: slice = slice(None)) -> None:
    rows = [{"_id": d, "title": "", "text": corpus[d].text} for d in corpus.doc_ids[part]]
    data = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


@pytest.fixture(scope="module")
def on_cluster(two_workers: None, corpus: Corpus) -> RayDenseRetriever:
    return RayDenseRetriever(corpus, Words())


@pytest.mark.parametrize("k", [1, 7, 500])
def test_the_run_is_the_local_one(
    on_cluster: RayDenseRetriever, corpus: Corpus, queries: Queries, k: int
) -> None:
    found = ranked(on_cluster, queries, k)
    assert found == local(corpus, queries, k)
    assert len(on_cluster._index().shards) == 2
    next_ones = local(corpus, queries, k + 1)
    cut_apart = [q for q in found if len(found[q]) < 300 and next_ones[q][k][1] == found[q][-1][1]]
    assert k > 300 or cut_apart  # there are ties at the cut


def test_files_are_read_by_workers_block_by_block(
    corpus: Corpus, queries: Queries, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoding, "_BLOCK_BYTES", 2000)
    monkeypatch.setattr("retrieval_checks.retrieval.cluster.files._ROWS", 20)
    files, log = tmp_path / "corpus", tmp_path / "log"
    files.mkdir()
    log.mkdir()
    write(corpus, files / "a.jsonl", slice(0, 200))
    write(corpus, files / "b.jsonl.gz", slice(200, None))
    retriever = RayDenseRetriever(CorpusFiles(files), BiEncoder(Logged(log, together=2)))
    assert ranked(retriever, queries, 9) == local(corpus, queries, 9)
    assert retriever.corpus is None
    calls = [call for call in calls_of(log) if call[0] != os.getpid()]  # queries are encoded here
    assert sum(count for _, count in calls) >= len(set(corpus.texts))
    assert max(count for _, count in calls) < 100  # of the 200 of one file
    assert len({pid for pid, _ in calls}) == 2


def test_an_id_that_stands_in_two_files_is_named(
    corpus: Corpus, queries: Queries, tmp_path: Path
) -> None:
    write(corpus, tmp_path / "a.jsonl", slice(0, 100))
    write(corpus, tmp_path / "b.jsonl", slice(99, 120))
    twice = corpus.doc_ids[99]
    with pytest.raises(DataError, match=rf"document '{twice}' stands twice in the files"):
        RayDenseRetriever(CorpusFiles(tmp_path), Words()).retrieve(queries, 3)


def test_an_error_in_a_worker_is_raised_as_here(queries: Queries, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"_id": "d1", "text": "a"}\n{"_id": 5}\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"a\.jsonl:2: document id is 5; [^\n]*\Z"):
        RayDenseRetriever(CorpusFiles(tmp_path), Words()).retrieve(queries, 3)


def test_a_broken_encoder_is_named(corpus: Corpus, queries: Queries) -> None:
    with pytest.raises(ModelError, match="returned an array of shape"):
        RayDenseRetriever(corpus, Broken()).retrieve(queries, 3)


def test_the_store_is_shared_with_local_runs(
    corpus: Corpus, queries: Queries, tmp_path: Path
) -> None:
    store = Store(tmp_path / "store")
    model = BiEncoder(Logged(tmp_path), cache=store)
    found = ranked(RayDenseRetriever(corpus, model), queries, 9)
    encoded = calls_of(tmp_path)
    assert encoded
    assert ranked(DenseRetriever(corpus, model), queries, 9) == found
    assert ranked(RayDenseRetriever(corpus, model), queries, 9) == found
    assert calls_of(tmp_path) == encoded  # nothing was encoded again


def test_a_worker_killed_while_it_encodes_is_replaced(
    corpus: Corpus, queries: Queries, tmp_path: Path
) -> None:
    store = Store(tmp_path / "store")
    model = BiEncoder(Logged(tmp_path, dies=True), cache=store)
    assert ranked(RayDenseRetriever(corpus, model), queries, 9) == local(corpus, queries, 9)
    killed = int((tmp_path / "killed").read_text(encoding="utf-8"))
    with pytest.raises(ProcessLookupError):
        os.kill(killed, 0)
    workers = {pid for pid, _ in calls_of(tmp_path)} - {os.getpid()}
    assert killed in workers  # it had encoded something before
    assert len(workers) > 1
    before = calls_of(tmp_path)
    assert ranked(DenseRetriever(corpus, model), queries, 9) == local(corpus, queries, 9)
    assert calls_of(tmp_path) == before  # all that was encoded is stored


def test_rerankers_run_here(
    on_cluster: RayDenseRetriever, corpus: Corpus, queries: Queries
) -> None:
    stages = {"rerank": Reranker(SharedWords(), depth=20)}
    here = Pipeline({"dense": DenseRetriever(corpus, Words()), **stages})
    there = Pipeline({"dense": on_cluster, **stages})
    expected, found = here.retrieve(queries, 10), there.retrieve(queries, 10)
    assert found.to_dict() == expected.to_dict()
    assert found.name == expected.name


def test_it_moves_to_another_corpus(corpus: Corpus, queries: Queries) -> None:
    other = Corpus.from_dict({d: corpus[d].text for d in corpus.doc_ids[:50]})
    moved = RayDenseRetriever(corpus, Words(), workers=1).over(other)
    assert moved.workers == 1
    assert ranked(moved, queries, 5) == local(other, queries, 5)


def test_an_empty_corpus_finds_nothing(queries: Queries) -> None:
    run = RayDenseRetriever(Corpus.from_dict({}), Words()).retrieve(queries, 5)
    assert run.to_dict() == {query_id: {} for query_id in queries}


def test_progress_counts_documents(corpus: Corpus, queries: Queries) -> None:
    told: list[tuple[str, int, int]] = []
    model = BiEncoder(Words(), progress=lambda *args: told.append(args))
    RayDenseRetriever(corpus, model).retrieve(queries, 5)
    documents = [entry for entry in told if entry[0] == "encoding documents"]
    assert documents[-1] == ("encoding documents", 300, 300)
    assert [done for _, done, _ in documents] == sorted(done for _, done, _ in documents)


def test_a_worker_with_another_model_is_refused(corpus: Corpus, queries: Queries) -> None:
    model = BiEncoder("tests.retrieval.cluster.encoders:changes")
    with pytest.raises(ModelError, match="differs between this driver"):
        RayDenseRetriever(corpus, model).retrieve(queries, 5)
