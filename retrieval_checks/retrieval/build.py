"""Retrievers from settings: what `--retrieval-bi-encoder` and `--retrieval-reranker` mean."""

from difflib import get_close_matches
from typing import TypedDict, Unpack, cast

from retrieval_checks.data.collection import Corpus
from retrieval_checks.encoding.inference import Progress
from retrieval_checks.encoding.models import (
    BiEncoder,
    CrossEncoderModel,
    LateInteraction,
    SparseEncoderModel,
)
from retrieval_checks.encoding.sources.loading import Backend, Dtype
from retrieval_checks.encoding.sources.resolve import is_factory, local_path, model_kind
from retrieval_checks.encoding.store import Store
from retrieval_checks.errors import SettingsError
from retrieval_checks.retrieval.dense import DenseRetriever
from retrieval_checks.retrieval.indexes.multi_vector import MultiVectorRetriever
from retrieval_checks.retrieval.indexes.sparse import SparseRetriever
from retrieval_checks.retrieval.lexical import BM25Retriever
from retrieval_checks.retrieval.pipeline import Pipeline
from retrieval_checks.retrieval.protocols import PairScorer, Retriever, TextEncoder
from retrieval_checks.retrieval.rerank import Reranker

RetrievingModel = BiEncoder | SparseEncoderModel | LateInteraction
RerankingModel = CrossEncoderModel | LateInteraction

_LATE_INTERACTION = "late-interaction"


class ModelOptions(TypedDict, total=False):
    """What every model that is given by its name takes."""

    dtype: Dtype | None
    device: str | None
    backend: Backend
    max_seq_length: int | None
    cache: Store | None
    progress: Progress | None


class EncoderOptions(ModelOptions, total=False):
    """Those of a `BiEncoder` or a `SparseEncoderModel`."""

    query_prompt: str | None
    document_prompt: str | None


def build_retriever(
    corpus: Corpus,
    *,
    bi_encoder: TextEncoder | RetrievingModel | None,
    reranker: Reranker | PairScorer | None = None,
    depth: int = 50,
) -> Pipeline:
    """What its model searches by, or BM25 without one; then reranking, where there is a reranker.

    Args:
        corpus: what is searched.
        bi_encoder: such as a `BiEncoder`, a `SparseEncoderModel` for sparse search, a
            `LateInteraction` for search by token vectors; None for BM25.
        reranker: a `Reranker`, or a model that becomes one over the best `depth` documents.
        depth: of a reranker that is given as a model.

    Returns:
        Stages "dense" (or "sparse", "multi-vector", "bm25") and "rerank"; one stage alone without a
        reranker.
    """
    first = _first_stage(corpus, bi_encoder)
    if reranker is None:
        return Pipeline({_name(first): first}, corpus=corpus)
    stage = reranker if isinstance(reranker, Reranker) else Reranker(reranker, depth=depth)
    return Pipeline({_name(first): first, "rerank": stage}, corpus=corpus)


def parse_bi_encoder(spec: str, **options: Unpack[EncoderOptions]) -> RetrievingModel:
    """The model of the first stage that a setting names, not loaded.

    What a name or path stands for is read off its files where they are on this machine: a sparse
    encoder, a multi-vector model, or else a bi-encoder, for which a factory is taken too.

    Args:
        spec: the name, path or factory of a model.
        **options: of the model; prompts of all but a multi-vector model, which has its own.

    Raises:
        SettingsError: a cross-encoder, or a prompt for a multi-vector model.
        ModelError: a path that is none.
    """
    path = None if is_factory(spec) else local_path(spec)
    kind = None if path is None else model_kind(path)
    if kind == "cross-encoder":
        raise SettingsError(
            f"bi-encoder {spec!r} is a cross-encoder, which scores pairs: name it as the reranker"
        )
    if kind == "sparse-encoder":
        return SparseEncoderModel(spec, **options)
    if kind != "late-interaction":
        return BiEncoder(spec, **options)
    for name in ("query_prompt", "document_prompt"):
        if options.get(name) is not None:
            raise SettingsError(f"{spec!r} is a multi-vector model and takes no {name}")
    return LateInteraction(spec, **cast(ModelOptions, options))


def parse_reranker(
    spec: str,
    *,
    bi_encoder: RetrievingModel | None = None,
    dtype: Dtype | None = None,
    device: str | None = None,
    cache: Store | None = None,
    progress: Progress | None = None,
) -> RerankingModel | None:
    """The reranking model that a setting names, not loaded.

    - `none`: no reranker.
    - `late-interaction`: over the token vectors of `bi_encoder`, with its dtype and device; needs
      no other model.
    - `late-interaction:MODEL`: over the token vectors of another one.
    - `MODEL`: a name, path or factory. What it is is read off its files where they are on this
      machine: a bi-encoder scores by late interaction. Otherwise it is taken for a cross-encoder.

    Args:
        spec: the setting.
        bi_encoder: of the first stage; its options hold where the following are not given.
        dtype: of the forward pass.
        device: as torch names it.
        cache: where scores are kept.
        progress: told how far long work has come.

    Raises:
        SettingsError: an empty setting, `late-interaction` without a bi-encoder, a sparse encoder.
        ModelError: a path that is none, a factory that cannot be imported.

    >>> parse_reranker("none") is None
    True
    """
    spec = spec.strip()
    options = _options(bi_encoder, dtype, device, cache, progress)
    word, _, model = spec.partition(":")
    if spec == "none":
        return None
    if word == _LATE_INTERACTION:
        if model:
            return LateInteraction(model, **options)
        if isinstance(bi_encoder, LateInteraction) and spec == _LATE_INTERACTION:
            return bi_encoder
        if not isinstance(bi_encoder, BiEncoder) or spec != _LATE_INTERACTION:
            raise SettingsError(
                f"reranker {spec!r}: there is no bi-encoder whose token vectors could be used;"
                f" set one, or name a model: {_LATE_INTERACTION}:MODEL"
            )
        return LateInteraction(bi_encoder, cache=options["cache"], progress=options["progress"])
    if not spec:
        raise SettingsError(
            f"the reranker is empty; allowed: none, {_LATE_INTERACTION}, {_LATE_INTERACTION}:MODEL,"
            " or the name, path or factory of a model"
        )
    path = None if is_factory(spec) else local_path(spec)
    if path is None and (meant := get_close_matches(spec, ("none", _LATE_INTERACTION))):
        raise SettingsError(f"reranker {spec!r}: did you mean {meant[0]!r}?")
    kind = None if path is None else model_kind(path)
    if kind == "sparse-encoder":
        raise SettingsError(
            f"reranker {spec!r} is a sparse encoder, which retrieves: SparseRetriever(corpus, ...);"
            " name a cross-encoder, a multi-vector model or a bi-encoder"
        )
    if kind in (None, "cross-encoder"):
        return CrossEncoderModel(spec, **options)
    return LateInteraction(spec, **options)


def _first_stage(corpus: Corpus, model: TextEncoder | RetrievingModel | None) -> Retriever:
    if model is None:
        return BM25Retriever(corpus)
    if isinstance(model, SparseEncoderModel):
        return SparseRetriever(corpus, model)
    if isinstance(model, LateInteraction):
        return MultiVectorRetriever(corpus, model)
    return DenseRetriever(corpus, model)


def _options(
    bi_encoder: RetrievingModel | None,
    dtype: Dtype | None,
    device: str | None,
    cache: Store | None,
    progress: Progress | None,
) -> ModelOptions:
    given = ModelOptions(dtype=dtype, device=device, cache=cache, progress=progress)
    if bi_encoder is None:
        return given
    return ModelOptions(
        dtype=dtype if dtype is not None else bi_encoder.dtype,
        device=device if device is not None else bi_encoder.device,
        cache=cache if cache is not None else bi_encoder.cache,
        progress=progress if progress is not None else bi_encoder.progress,
    )


def _name(retriever: Retriever) -> str:
    return str(getattr(retriever, "name", "retriever"))
