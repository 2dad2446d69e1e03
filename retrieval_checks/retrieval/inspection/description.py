"""What a pipeline is made of, in one line that changes whenever its results may."""

from retrieval_checks.encoding.handle import ModelHandle
from retrieval_checks.encoding.models import BiEncoder, LateInteraction
from retrieval_checks.retrieval.cluster.dense import RayDenseRetriever
from retrieval_checks.retrieval.dense import DenseRetriever
from retrieval_checks.retrieval.fusion import Hybrid
from retrieval_checks.retrieval.indexes.approximate import ApproximateRetriever
from retrieval_checks.retrieval.indexes.multi_vector import MultiVectorRetriever
from retrieval_checks.retrieval.indexes.sparse import SparseRetriever
from retrieval_checks.retrieval.lexical import BM25Retriever
from retrieval_checks.retrieval.pipeline import Pipeline
from retrieval_checks.retrieval.rerank import Reranker


def describe(retriever: object) -> str:
    """Stages, models and parameters, with digests of the models; nothing is loaded.

    An object of one's own is described by its type, and by its attribute `fingerprint` if that is
    a string: give it one that changes whenever its results do.

    >>> from retrieval_checks.data.collection import Corpus
    >>> describe(BM25Retriever(Corpus.from_dict({"d1": "cats purr"})))
    'bm25 k1=0.9 b=0.4 lucene english en'
    """
    if isinstance(retriever, Pipeline):
        return " > ".join(map(describe, retriever.stages.values()))
    if isinstance(retriever, Hybrid):
        inner = ", ".join(map(describe, retriever.retrievers))
        weights = "" if retriever.weights is None else f" weights {list(retriever.weights)}"
        how = f"{retriever.method} k={retriever.k:g} top {retriever.depth}{weights}"
        return f"{retriever.name} {how} ({inner})"
    if isinstance(retriever, DenseRetriever):
        index = f" {retriever.index!r}" if isinstance(retriever, ApproximateRetriever) else ""
        return f"{retriever.name} {_model(retriever.bi_encoder)}{index}"
    if isinstance(retriever, RayDenseRetriever):
        return f"{retriever.name} {_model(retriever.bi_encoder)}"
    if isinstance(retriever, MultiVectorRetriever | SparseRetriever):
        return f"{retriever.name} {_model(retriever.model)}"
    if isinstance(retriever, BM25Retriever):
        numbers = f"k1={retriever.k1:g} b={retriever.b:g}"
        words = f"{retriever.method} {retriever.stemmer} {retriever.stopwords}"
        return f"{retriever.name} {numbers} {words}"
    if isinstance(retriever, Reranker):
        how = f"top {retriever.depth} {retriever.combine} weight {retriever.weight:g}"
        return f"{retriever.name} {_model(retriever.model)} {how}"
    return _model(retriever)


def _model(model: object) -> str:
    own = getattr(model, "fingerprint", None)
    digest = f" {own[:12]}" if isinstance(own, str) else ""
    if isinstance(model, LateInteraction):
        return _late_interaction(model, digest)
    if isinstance(model, ModelHandle):
        return f"{model.name} {model.dtype or 'float32'}{digest}"
    return f"{type(model).__qualname__}{digest}"


def _late_interaction(model: LateInteraction, digest: str) -> str:
    """What is chosen of it: its digest is that of the vectors, and not of their weights."""
    weights = "" if model.token_weights is None else f" weights {model.token_weights}"
    if not isinstance(model.model, BiEncoder):
        return f"{model.name} {model.dtype or 'float32'}{digest}{weights}"
    chosen = {"layer": model.options.settings["layer"], **model.options.given}
    words = "".join(f" {name} {value}" for name, value in chosen.items())
    return f"late interaction of {_model(model.model)}{words}{weights}"
