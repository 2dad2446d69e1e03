"""Late interaction: token vectors of texts, and pair scores from those of both."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from types import MappingProxyType
from typing import Any

import numpy as np

from retrieval_checks.encoding.inference import (
    Pair,
    Progress,
    Scores,
    Vectors,
    accepts,
    checked_scores,
    on_cpu,
    prompted,
    steps,
)
from retrieval_checks.errors import ModelError

_NO_PROMPTS: Mapping[str, str | None] = MappingProxyType({})
_DOCUMENTS = 256  # whose token vectors are in memory at once: 100 MB at 256 tokens x 384


def late_interaction(
    model: Any,
    pairs: Sequence[Pair],
    *,
    name: str,
    prompts: Mapping[str, str | None] = _NO_PROMPTS,
    batch_size: int = 32,
    precision: Callable[[], AbstractContextManager[object]] = nullcontext,
    progress: Progress | None = None,
) -> Iterator[tuple[list[int], Scores]]:
    """(positions, MaxSim scores (n,)) of the pairs; each text is encoded once.

    MaxSim (Khattab & Zaharia, SIGIR 2020): for each query token the best of its similarities to
    the document's tokens, summed; divided by the number of query tokens where the model's
    similarity is "meanmaxsim". Token vectors of all queries and of 256 documents are held at once.
    `prompts` are by side, "query" and "document"; None or absent for the model's own.
    """
    queries = list(dict.fromkeys(query for query, _ in pairs))
    asked: dict[str, list[int]] = {}
    for position, (_, document) in enumerate(pairs):
        asked.setdefault(document, []).append(position)
    documents = list(asked)
    with precision():
        found = _tokens(model, queries, "query", prompts.get("query"), batch_size)
    tokens = dict(zip(queries, found, strict=True))
    mean = getattr(model, "similarity_fn_name", "maxsim") == "meanmaxsim"
    for step in steps([len(d) for d in documents], _DOCUMENTS, progress, "encoding token vectors"):
        batch = [documents[i] for i in step]
        with precision():
            found = _tokens(model, batch, "document", prompts.get("document"), batch_size)
        positions = [p for document in batch for p in asked[document]]
        scores = [
            maxsim(tokens[pairs[p][0]], vectors, mean=mean)
            for document, vectors in zip(batch, found, strict=True)
            for p in asked[document]
        ]
        yield positions, checked_scores(scores, [pairs[p] for p in positions], name)


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


def maxsim(query: Vectors, document: Vectors, *, mean: bool = False) -> float:
    """The sum over query tokens of the largest dot product with a document token.

    Args:
        query: token vectors, (n_query_tokens, d), of unit length for cosine similarity.
        document: token vectors, (n_document_tokens, d).
        mean: divide by the number of query tokens.

    >>> q = np.eye(2, dtype=np.float32)
    >>> maxsim(q, np.array([[1.0, 0.0], [0.6, 0.8]], np.float32)).__round__(6)
    1.8
    """
    if not len(query) or not len(document):
        return 0.0
    best = (query @ document.T).max(axis=1).astype(np.float64)
    return float(best.mean() if mean else best.sum())


def _tokens(
    model: Any, texts: Sequence[str], side: str, prompt: str | None, batch_size: int
) -> list[Vectors]:
    encode = getattr(model, f"encode_{side}")
    options: dict[str, object] = {"batch_size": batch_size, "show_progress_bar": False}
    texts, said = prompted(encode, texts, prompt)
    options = {key: value for key, value in options.items() if accepts(encode, key)}
    output = encode(texts, **options, **said)
    return [np.asarray(on_cpu(vectors), np.float32) for vectors in output]
