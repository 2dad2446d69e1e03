"""How alike two sets of vectors of the same texts are: in cosines, and in what they find first."""

from collections.abc import Iterator, Sequence

import numpy as np

from retrieval_checks.contracts.bi_encoder.subject import Encoder, Vectors
from retrieval_checks.contracts.promise import case
from retrieval_checks.contracts.sample.topics import QUESTIONS
from retrieval_checks.judgement.explain.wording import cut, plain

_FIRST = 3  # documents of a ranking that must keep their places
_COLUMNS = 60


def same_vectors(
    subject: Encoder, texts: Sequence[str], before: Vectors, after: Vectors, change: str
) -> Iterator[str | None]:
    """A case for each text, whose vector must stay, and for each question, whose first three must.

    Args:
        subject: whose tolerance holds, and whose vectors of the sample's questions rank the texts.
        texts: what was encoded, n of them.
        before: their vectors, (n, d).
        after: their vectors after a change that should change nothing.
        change: what differs, for messages: `"in a batch of 12"`.
    """
    allowed = subject.claims.tolerance
    distances = 1 - cosines(before, after)
    for row in np.argsort(-distances, kind="stable").tolist():
        distance = float(distances[row])
        yield case(
            distance <= allowed,
            f"{change}, 1 - cosine is {distance:.2g}, {distance - allowed:.2g} above the"
            f" {allowed:g} allowed, for {shown(texts[row])}",
        )
    for question, old, new in zip(
        QUESTIONS, _rankings(subject, before), _rankings(subject, after), strict=True
    ):
        yield case(
            old == new,
            f"{change}, the first {len(old)} for {shown(question)} are texts {new}, not {old}",
        )


def cosines(a: Vectors, b: Vectors) -> Vectors:
    """The cosine of each row of `a` with the same row of `b`, float64 (n,); 1 for equal rows.

    >>> cosines(np.array([[1.0, 0.0], [0.0, 0.0]]), np.array([[3.0, 4.0], [0.0, 0.0]])).tolist()
    [0.6, 1.0]
    """
    lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    found = (a * b).sum(axis=1) / np.where(lengths > 0, lengths, 1.0)
    same: Vectors = np.where((a == b).all(axis=1), 1.0, found)
    return same


def units(vectors: Vectors) -> Vectors:
    """The rows scaled to unit length; a row of zeros stays.

    >>> units(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = vectors / np.where(lengths > 0, lengths, 1.0)
    return scaled


def similarities(subject: Encoder, queries: Vectors, documents: Vectors) -> Vectors:
    """Of every query with every document as the encoder compares them, (n_queries, n_documents)."""
    if subject.is_cosine:
        queries, documents = units(queries), units(documents)
    return queries @ documents.T


def shown(text: str) -> str:
    """The text as a message quotes it, its beginning where it is long."""
    return repr(cut(plain(text), _COLUMNS))


def _rankings(subject: Encoder, documents: Vectors) -> list[list[int]]:
    scores = similarities(subject, subject.questions, documents)
    order = np.argsort(-scores, axis=1, kind="stable")
    rankings: list[list[int]] = order[:, :_FIRST].tolist()
    return rankings
