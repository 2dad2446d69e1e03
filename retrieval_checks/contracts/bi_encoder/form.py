"""Promises of what comes back: one finite vector a text, of one dimension, dtype and length."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from retrieval_checks.contracts.bi_encoder.likeness import shown
from retrieval_checks.contracts.bi_encoder.subject import Encoder, Vectors
from retrieval_checks.contracts.promise import Promise, case
from retrieval_checks.contracts.sample.odd import BARE, EMPTY, ODD
from retrieval_checks.contracts.sample.topics import LONGEST, PASSAGES, QUESTIONS

_UNIT = 1e-3  # how far from 1 a length may lie: half precision rounds by as much
_COUNTS = (1, 2, 12)


def _shape(subject: Encoder) -> Iterator[str | None]:
    dimensions = {}
    for side, encode in _sides(subject):
        for count in _COUNTS:
            shape = np.shape(encode(list(PASSAGES[:count])))
            is_table = len(shape) == 2 and shape[0] == count and shape[1] > 0
            yield case(
                is_table,
                f"{side} gave shape {shape} for {count} texts, expected ({count}, dimension)",
            )
            dimensions[side] = shape[-1] if shape else 0
    yield case(len(set(dimensions.values())) == 1, f"dimensions differ: {dimensions}")


def _dtype(subject: Encoder) -> Iterator[str | None]:
    for side, encode in _sides(subject):
        output = encode(list(PASSAGES[:2]))
        kind = getattr(output, "dtype", None)
        yield case(
            isinstance(output, np.ndarray) and kind == np.float32,
            f"{side} gave {type(output).__name__}{f' of {kind}' if kind is not None else ''},"
            " expected a numpy array of float32",
        )


def _finite(subject: Encoder) -> Iterator[str | None]:
    for encode in (subject.queries, subject.documents):
        found = _wrong_with(encode, [*PASSAGES, *QUESTIONS])
        yield case(not found, f"{len(PASSAGES + QUESTIONS)} ordinary texts: {found}")
    yield from _each_finite(subject, BARE)


def _empty(subject: Encoder) -> Iterator[str | None]:
    yield from _each_finite(subject, EMPTY)


def _long(subject: Encoder) -> Iterator[str | None]:
    yield from _each_finite(subject, {"5,000 words": LONGEST})


def _odd(subject: Encoder) -> Iterator[str | None]:
    yield from _each_finite(subject, ODD)


def _norm(subject: Encoder) -> Iterator[str | None]:
    claimed = subject.claims.normalized
    unit = subject.is_cosine if claimed is None else claimed
    for texts, vectors in (
        (PASSAGES, subject.documents(PASSAGES)),
        (QUESTIONS, subject.queries(QUESTIONS)),
    ):
        lengths = np.linalg.norm(vectors, axis=1)
        for text, length in zip(texts, lengths.tolist(), strict=True):
            if unit:
                yield case(
                    abs(length - 1) <= _UNIT,
                    f"length {length:.6g}, {abs(length - 1):.2g} from 1 (allowed {_UNIT:g}), of"
                    f" {shown(text)}",
                )
            else:
                yield case(length > 0, f"a vector of zeros, for {shown(text)}")


def _sides(subject: Encoder) -> tuple[tuple[str, Callable[[Sequence[str]], Any]], ...]:
    encoder = subject.encoder
    return (
        ("encode_queries", encoder.encode_queries),
        ("encode_documents", encoder.encode_documents),
    )


def _each_finite(subject: Encoder, texts: dict[str, str]) -> Iterator[str | None]:
    """Each text alone as a query, and beside an ordinary one as a document."""
    for what, text in texts.items():
        for side, encode, batch in (
            ("query", subject.queries, [text]),
            ("document", subject.documents, [QUESTIONS[0], text]),
        ):
            found = _wrong_with(encode, batch)
            yield case(not found, f"{what} ({shown(text)}) as a {side}: {found}")


def _wrong_with(encode: Callable[[Sequence[str]], Vectors], texts: Sequence[str]) -> str:
    try:
        vectors = encode(texts)
    except Exception as error:  # whatever is raised is what was found
        return f"{type(error).__name__}: {str(error)[:200]}"
    return "" if np.isfinite(vectors).all() else "NaN or infinity"


FORM = (
    Promise(
        "shape",
        "n texts give a table of n rows, one text too, and both sides have one dimension",
        "return a two-dimensional array whatever the number of texts; do not squeeze it.",
        _shape,
        at_least=7,
    ),
    Promise(
        "dtype",
        "vectors are a numpy array of float32",
        "convert what the model gives: np.asarray(vectors, np.float32). Lists and float64 take"
        " twice the memory or more, and an index rounds them anyway.",
        _dtype,
        at_least=2,
    ),
    Promise(
        "finite",
        "every ordinary or bare text has a finite vector",
        "look at what the tokenizer leaves of the text: a mean over no token is 0/0. In half"
        " precision, try float32.",
        _finite,
        at_least=14,
    ),
    Promise(
        "norm",
        "vectors have length 1 where they are compared by cosine or claimed to be normalised, and"
        " are not zero anywhere",
        "normalise them (BiEncoder(..., normalize=True)), or say that they are not:"
        " normalized=False. An index that takes dot products for cosines ranks by length.",
        _norm,
        at_least=24,
    ),
    Promise(
        "empty-text",
        "a text without content has a finite vector of its own",
        "do not drop blank texts: every later vector would belong to another document.",
        _empty,
        at_least=6,
    ),
    Promise(
        "long-text",
        "a text of 5,000 words is encoded, cut where need be",
        "pass truncation=True to the tokenizer, or cut the text before it is sent.",
        _long,
        at_least=2,
    ),
    Promise(
        "odd-unicode",
        "every text that can be written to a file can be encoded",
        "decode and encode as UTF-8 everywhere, and let the tokenizer see the text as it is.",
        _odd,
        at_least=26,
    ),
)
