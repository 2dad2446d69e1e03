"""Running a loaded model: vectors and pair scores, longest first, checked."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval_checks.errors import ModelError

Vectors = NDArray[np.float32]
Scores = NDArray[np.float64]
Pair = tuple[str, str]

# what sentence-transformers calls the parameter, called it in predict(), and in CrossEncoder()
_ACTIVATION = ("activation_fn", "activation_fct", "default_activation_function")
_BATCHES = 4  # batches between two writes to the store: seconds of work, not minutes


class Progress(Protocol):
    """Is told how far long work has come: a label, how many are done, how many there are."""

    def __call__(self, label: str, done: int, total: int, /) -> None:
        """`done` of `total` texts or pairs are done."""


def encode_texts(
    model: Any,
    texts: Sequence[str],
    *,
    side: str,
    name: str,
    prompt: str | None = None,
    batch_size: int = 32,
    precision: Callable[[], AbstractContextManager[object]] = nullcontext,
    progress: Progress | None = None,
) -> Iterator[tuple[list[int], Vectors]]:
    """(positions, vectors (n, d)) of the texts, longest first.

    Args:
        model: a SentenceTransformer, or any object with `encode(texts)`.
        texts: what is encoded.
        side: `"query"` or `"document"`; the model's `encode_query` or `encode_document` is used
            where it has one, so that the prompts it was trained with apply.
        name: what errors call the model.
        prompt: put before each text instead of the model's own prompt.
        batch_size: texts per forward pass.
        precision: the context that the forward pass runs in.
        progress: told after each step.

    Raises:
        ModelError: not one finite vector of the same dimension per text.
    """
    encode = getattr(model, f"encode_{side}", None) or model.encode
    options: dict[str, object] = {"batch_size": batch_size, "show_progress_bar": False}
    options["convert_to_numpy"] = True
    texts, said = prompted(encode, texts, prompt)
    options = {key: value for key, value in options.items() if accepts(encode, key)} | said
    label = "encoding queries" if side == "query" else "encoding documents"
    dimension = None
    for positions in steps([len(text) for text in texts], batch_size * _BATCHES, progress, label):
        batch = [texts[i] for i in positions]
        with precision():
            vectors = _checked_vectors(encode(batch, **options), batch, name)
        dimension = dimension or vectors.shape[1]
        if vectors.shape[1] != dimension:
            raise ModelError(
                f"model {name!r} returned vectors of {dimension} and of {vectors.shape[1]}"
                f" dimensions, the latter for {_short(batch[0])}"
            )
        yield positions, vectors


def predict_pairs(
    model: Any,
    pairs: Sequence[Pair],
    *,
    name: str,
    activation: object = None,
    batch_size: int = 32,
    precision: Callable[[], AbstractContextManager[object]] = nullcontext,
    progress: Progress | None = None,
) -> Iterator[tuple[list[int], Scores]]:
    """(positions, scores (n,)) of the pairs from a model with `predict(pairs)`, longest first.

    Raises:
        ModelError: not one number per pair, such as the several labels of a classifier, or NaN.
    """
    options: dict[str, object] = {"batch_size": batch_size, "show_progress_bar": False}
    if activation is not None:
        accepted = [word for word in _ACTIVATION if accepts(model.predict, word)]
        if not accepted:
            raise ModelError(f"model {name!r}: its predict() takes no activation; leave it out")
        options[accepted[0]] = activation
    options = {key: value for key, value in options.items() if accepts(model.predict, key)}
    lengths = [len(query) + len(document) for query, document in pairs]
    for positions in steps(lengths, batch_size * _BATCHES, progress, "scoring pairs"):
        batch = [pairs[i] for i in positions]
        with precision():
            yield positions, checked_scores(model.predict(batch, **options), batch, name)


def prompted(
    encode: Callable[..., object], texts: Sequence[str], prompt: str | None
) -> tuple[list[str], dict[str, object]]:
    """The texts and the options with which `encode` puts the prompt before each text."""
    if prompt is None:
        return list(texts), {}
    if accepts(encode, "prompt"):
        return list(texts), {"prompt": prompt}
    return [prompt + text for text in texts], {}


def unit_length(vectors: Vectors) -> Vectors:
    """The rows scaled to unit length, float32; a zero row stays zero.

    Each row's length is summed in float64 by itself, so that it depends on no other row.
    """
    scaled = np.empty_like(vectors)
    for start in range(0, len(vectors), 8192):
        part = vectors[start : start + 8192].astype(np.float64)
        lengths = np.sqrt((part * part).sum(axis=1, keepdims=True))
        scaled[start : start + 8192] = part / np.where(lengths > 0, lengths, 1.0)
    return scaled


def checked_scores(output: object, pairs: Sequence[Pair], name: str) -> Scores:
    """The scores as float64 (n,).

    Raises:
        ModelError: another number of scores than of pairs, several per pair, or one not finite.
    """
    try:
        scores = np.asarray(on_cpu(output), np.float64)
    except (TypeError, ValueError) as error:
        raise ModelError(f"model {name!r} returned no numbers for pairs: {error}") from error
    if scores.ndim == 2 and scores.shape[1] == 1:
        scores = scores[:, 0]
    if scores.shape != (len(pairs),):
        raise ModelError(
            f"model {name!r} returned scores of shape {scores.shape} for {len(pairs)} pairs;"
            " a reranker gives one score per pair (a classifier with several labels does not rank)"
        )
    bad = np.flatnonzero(~np.isfinite(scores))
    if len(bad):
        query, document = pairs[bad[0]]
        raise ModelError(
            f"model {name!r} returned {scores[bad[0]]} for query {_short(query)} and document"
            f" {_short(document)}; scores must be finite"
        )
    return scores


def steps(
    lengths: Sequence[int], size: int, progress: Progress | None, label: str
) -> Iterator[list[int]]:
    """Positions in steps of `size`, longest first: a text too long for memory fails at once."""
    order = np.argsort(-np.asarray(lengths, np.int64), kind="stable").tolist()
    for start in range(0, len(order), size):
        yield order[start : start + size]
        if progress is not None:
            progress(label, min(start + size, len(order)), len(order))


def _checked_vectors(output: object, texts: Sequence[str], name: str) -> Vectors:
    try:
        vectors = np.asarray(on_cpu(output), np.float32)
    except (TypeError, ValueError) as error:
        raise ModelError(
            f"model {name!r} returned no array of numbers for {_short(texts[0])}: {error}"
        ) from error
    if vectors.ndim != 2 or len(vectors) != len(texts) or not vectors.shape[1]:
        raise ModelError(
            f"model {name!r} returned an array of shape {vectors.shape} for {len(texts)} texts"
            f" (the first: {_short(texts[0])}); expected ({len(texts)}, dimension)"
        )
    bad = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
    if len(bad):
        raise ModelError(
            f"model {name!r} returned NaN or infinity for {_short(texts[bad[0]])};"
            " try another dtype, or look at what the tokenizer makes of this text"
        )
    return vectors


def on_cpu(output: Any) -> Any:
    """The output, tensors as arrays: numpy knows no bfloat16 and cannot reach a GPU's memory."""
    if hasattr(output, "detach"):
        return output.detach().float().cpu().numpy()
    if isinstance(output, list | tuple) and output and hasattr(output[0], "detach"):
        return [on_cpu(item) for item in output]
    return output


def accepts(function: Callable[..., object], parameter: str) -> bool:
    """Whether the function can be called with this keyword."""
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return False
    return parameter in parameters or any(
        p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values()
    )


def _short(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:77]}...")
