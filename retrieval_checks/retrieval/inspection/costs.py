"""What a retriever costs beside time: dimensions, bytes of its index, texts it cuts off."""

from collections.abc import Sequence

from retrieval_checks.encoding.models import BiEncoder
from retrieval_checks.retrieval.dense import DenseRetriever
from retrieval_checks.retrieval.pipeline import Pipeline


def dense_stage(retriever: object) -> DenseRetriever | None:
    """The dense retriever that a pipeline begins with, None where it begins with another."""
    first = retriever.retriever if isinstance(retriever, Pipeline) else retriever
    return first if isinstance(first, DenseRetriever) else None


def index_size(retriever: object) -> tuple[int, int] | None:
    """Dimensions and bytes of the vectors that are searched; None without a dense stage.

    >>> from retrieval_checks.data.collection import Corpus
    >>> class Letters:
    ...     def encode(self, texts):
    ...         return [[t.count("a"), t.count("b")] for t in texts]
    >>> index_size(DenseRetriever(Corpus.from_dict({"d1": "aa", "d2": "ab"}), Letters()))
    (2, 16)
    """
    dense = dense_stage(retriever)
    if dense is None or not len(dense.corpus):
        return None
    vectors = dense.vectors
    return vectors.shape[1], vectors.nbytes


def truncated_share(retriever: object, texts: Sequence[str]) -> float | None:
    """The share of texts longer than the bi-encoder reads, in [0, 1].

    None where that is not known: no dense stage, or a model without tokenizer and limit. Loads the
    model.
    """
    dense = dense_stage(retriever)
    if dense is None or not isinstance(dense.bi_encoder, BiEncoder) or not texts:
        return None
    model = dense.bi_encoder.load()
    tokenizer, limit = getattr(model, "tokenizer", None), getattr(model, "max_seq_length", None)
    if not callable(tokenizer) or not isinstance(limit, int):
        return None
    lengths = map(len, tokenizer(list(texts), truncation=False, verbose=False)["input_ids"])
    return sum(length > limit for length in lengths) / len(texts)
