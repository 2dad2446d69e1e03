"""Late interaction: token vectors of texts, and how well a document answers each query token."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval_checks.encoding.inference import (
    Pair,
    Progress,
    Vectors,
    accepts,
    on_cpu,
    prompted,
    steps,
)
from retrieval_checks.errors import ModelError

TokenIds = NDArray[np.int32]

_NO_PROMPTS: Mapping[str, str | None] = MappingProxyType({})
_DOCUMENTS = 256  # whose token vectors are in memory at once: 100 MB at 256 tokens x 384


def best_matches(
    model: Any,
    pairs: Sequence[Pair],
    *,
    name: str,
    prompts: Mapping[str, str | None] = _NO_PROMPTS,
    batch_size: int = 32,
    precision: Callable[[], AbstractContextManager[object]] = nullcontext,
    progress: Progress | None = None,
) -> Iterator[tuple[list[int], list[Vectors]]]:
    """(positions, `best_match` of each pair, (n_query_tokens,)); each text is encoded once.

    Token vectors of all queries and of 256 documents are held at once. `prompts` are by side,
    "query" and "document"; None or absent for the model's own.

    Raises:
        ModelError: a similarity that is not finite.
    """
    queries = list(dict.fromkeys(query for query, _ in pairs))
    asked: dict[str, list[int]] = {}
    for position, (_, document) in enumerate(pairs):
        asked.setdefault(document, []).append(position)
    documents = list(asked)
    with precision():
        found = _tokens(model, queries, "query", prompts.get("query"), batch_size)
    tokens = dict(zip(queries, found, strict=True))
    for step in steps([len(d) for d in documents], _DOCUMENTS, progress, "encoding token vectors"):
        batch = [documents[i] for i in step]
        with precision():
            found = _tokens(model, batch, "document", prompts.get("document"), batch_size)
        matched = {
            position: best_match(tokens[pairs[position][0]], vectors)
            for document, vectors in zip(batch, found, strict=True)
            for position in asked[document]
        }
        _check_finite(matched, pairs, name)
        yield list(matched), list(matched.values())


def best_match(query: Vectors, document: Vectors) -> Vectors:
    """The largest dot product of each query token with a document token, (n_query_tokens,).

    0 for each where the document has no token. Their sum is MaxSim (Khattab & Zaharia, SIGIR 2020).

    Args:
        query: token vectors, (n_query_tokens, d), of unit length for cosine similarity.
        document: token vectors, (n_document_tokens, d).

    >>> q = np.eye(2, dtype=np.float32)
    >>> best_match(q, np.array([[1.0, 0.0], [0.6, 0.8]], np.float32)).tolist()
    [1.0, 0.800000011920929]
    """
    if not len(query) or not len(document):
        return np.zeros(len(query), np.float32)
    best: Vectors = (query @ document.T).max(axis=1)
    return best


def encode_tokens(
    model: Any,
    texts: Sequence[str],
    *,
    side: str,
    name: str,
    prompt: str | None = None,
    batch_size: int = 32,
    precision: Callable[[], AbstractContextManager[object]] = nullcontext,
    progress: Progress | None = None,
) -> Iterator[tuple[list[int], list[Vectors]]]:
    """(positions, token vectors, (n_tokens, d) each) of the texts, longest first.

    Raises:
        ModelError: not one finite matrix a text, or another dimension than before.
    """
    dimension = None
    for step in steps(
        [len(text) for text in texts], _DOCUMENTS, progress, f"encoding {side} tokens"
    ):
        batch = [texts[i] for i in step]
        with precision():
            found = _tokens(model, batch, side, prompt, batch_size)
        shapes = {vectors.shape[1:] for vectors in found} | ({dimension} if dimension else set())
        finite = all(np.isfinite(vectors).all() for vectors in found)
        if len(found) != len(batch) or len(shapes) != 1 or len(min(shapes)) != 1 or not finite:
            raise ModelError(
                f"model {name!r} returned {len(found)} arrays for {len(batch)} texts, with rows of"
                f" shapes {sorted(shapes)}; expected finite token vectors of one dimension"
            )
        dimension = min(shapes)
        yield step, found


def token_ids(
    model: Any, texts: Sequence[str], *, side: str, name: str, prompt: str | None = None
) -> Iterator[tuple[list[int], list[TokenIds]]]:
    """(positions, ids of the tokens that `side` has, (n_tokens,) each); nothing is encoded.

    Those of a query are the ones that have a vector, in their order; those of a document all that
    it was cut to, each once.

    Raises:
        ModelError: a model that does not show its tokens.
    """
    if not callable(getattr(model, "preprocess", None)):
        raise ModelError(
            f"model {name!r} ({type(model).__name__}) does not show its tokens, so that they cannot"
            " be weighed by idf; set token_weights='uniform'"
        )
    said = model.prompts.get(side) if prompt is None else prompt
    for step in steps([len(text) for text in texts], _DOCUMENTS, None, ""):
        features = model.preprocess([texts[i] for i in step], prompt=said or None, task=side)
        if side == "query":
            features = _masked(model, features)
        kept = on_cpu(features["attention_mask"]).astype(bool)
        ids = on_cpu(features["input_ids"]).astype(np.int32)
        rows = [row[there] for row, there in zip(ids, kept, strict=True)]
        yield step, rows if side == "query" else [np.unique(row) for row in rows]


def _masked(model: Any, features: Any) -> Any:
    """The features of queries as the model's own masks leave them, expansion included."""
    from sentence_transformers.multi_vector_encoder.modules import MultiVectorMask

    for module in model:
        if isinstance(module, MultiVectorMask):
            features = module(features, task="query")
    return features


def _tokens(
    model: Any, texts: Sequence[str], side: str, prompt: str | None, batch_size: int
) -> list[Vectors]:
    encode = getattr(model, f"encode_{side}")
    options: dict[str, object] = {"batch_size": batch_size, "show_progress_bar": False}
    texts, said = prompted(encode, texts, prompt)
    options = {key: value for key, value in options.items() if accepts(encode, key)}
    output = encode(texts, **options, **said)
    return [np.asarray(on_cpu(vectors), np.float32) for vectors in output]


def _check_finite(matched: Mapping[int, Vectors], pairs: Sequence[Pair], name: str) -> None:
    for position, similarities in matched.items():
        if not np.isfinite(similarities).all():
            query, document = (repr(text[:77]) for text in pairs[position])
            raise ModelError(
                f"model {name!r} returned token vectors that are not finite for query {query} and"
                f" document {document}"
            )
