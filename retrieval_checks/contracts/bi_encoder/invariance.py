"""Promises of what must not matter: the batch, its order, the neighbours, threads, a reload."""

import pickle
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from retrieval_checks.contracts.bi_encoder.likeness import same_vectors, shown
from retrieval_checks.contracts.bi_encoder.subject import Encoder, Vectors, as_rows
from retrieval_checks.contracts.check import DoesNotApply
from retrieval_checks.contracts.promise import Promise, case
from retrieval_checks.contracts.sample.specimen import attempt
from retrieval_checks.contracts.sample.topics import EQUAL_LENGTH, LONG_PASSAGE, PASSAGES, QUESTIONS

_THREADS = 4
_ROUNDS = 2


def _deterministic(subject: Encoder) -> Iterator[str | None]:
    before, after = subject.documents(PASSAGES), subject.documents(PASSAGES)
    for text, first, second in zip(PASSAGES, before, after, strict=True):
        largest = float(abs(first - second).max())
        yield case(
            first.tobytes() == second.tobytes(),
            f"asked twice, a component differs by {largest:.2g}, for {shown(text)}",
        )


def _batch_size(subject: Encoder) -> Iterator[str | None]:
    """Texts of one length: padding has a check of its own."""
    together = subject.documents(EQUAL_LENGTH)
    for size in (1, 5):
        parts = _in_parts(subject, EQUAL_LENGTH, size)
        change = f"in batches of {size} instead of {len(EQUAL_LENGTH)}"
        yield from same_vectors(subject, EQUAL_LENGTH, together, parts, change)


def _order(subject: Encoder) -> Iterator[str | None]:
    """The same texts in one call: neighbours and padding stay as they are."""
    before = subject.documents(PASSAGES)
    turned = subject.documents(PASSAGES[::-1])[::-1]
    yield from same_vectors(subject, PASSAGES, before, turned, "in the reverse order")
    half = len(PASSAGES) // 2
    rotated = subject.documents(PASSAGES[half:] + PASSAGES[:half])
    back = [*range(half, len(PASSAGES)), *range(half)]
    yield from same_vectors(
        subject, PASSAGES, before, rotated[back], "with the second half of the batch first"
    )


def _padding(subject: Encoder) -> Iterator[str | None]:
    """As many texts in both calls, only their lengths differ."""
    before = subject.documents((QUESTIONS[0], *QUESTIONS))[1:]
    after = subject.documents((LONG_PASSAGE, *QUESTIONS))[1:]
    change = f"beside a text of {len(LONG_PASSAGE.split()):,} words"
    yield from same_vectors(subject, QUESTIONS, before, after, change)


def _threads(subject: Encoder) -> Iterator[str | None]:
    before = subject.documents(PASSAGES)
    torch = sys.modules.get("torch")  # an encoder without it has no such threads
    if torch is None:
        raise DoesNotApply("the encoder does not use torch")
    now: int = torch.get_num_threads()
    for count in {1, now + 1} - {now}:
        torch.set_num_threads(count)
        try:
            after = subject.documents(PASSAGES)
        finally:
            torch.set_num_threads(now)
        change = f"with {count} of torch's threads instead of {now}"
        yield from same_vectors(subject, PASSAGES, before, after, change)


def _concurrency(subject: Encoder) -> Iterator[str | None]:
    calls = list(zip(PASSAGES, QUESTIONS, strict=True)) * _ROUNDS
    alone = [subject.documents(texts) for texts in calls]
    with ThreadPoolExecutor(_THREADS) as pool:
        together = list(pool.map(lambda texts: attempt(lambda: subject.documents(texts)), calls))
    for texts, before, after in zip(calls, alone, together, strict=True):
        if isinstance(after, str):
            yield f"called from {_THREADS} threads at once: {after}"
        else:
            rows = same_vectors(
                subject, texts, before, after, f"called from {_THREADS} threads at once"
            )
            yield next((row for row in rows if row is not None), None)


def _second_load(subject: Encoder) -> Iterator[str | None]:
    before = subject.documents(PASSAGES)
    after = as_rows(subject.another().encode_documents(list(PASSAGES)), PASSAGES)
    yield from _same_again(subject, before, after, "by a second one from the same factory")


def _save_load(subject: Encoder) -> Iterator[str | None]:
    before = subject.documents(PASSAGES)
    try:
        copy = pickle.loads(pickle.dumps(subject.encoder))  # noqa: S301  # written a moment ago
    except Exception as error:  # locks, handles, lambdas: all have errors of their own
        yield f"it cannot be pickled: {type(error).__name__}: {str(error)[:200]}"
        return
    after = as_rows(copy.encode_documents(list(PASSAGES)), PASSAGES)
    yield from _same_again(subject, before, after, "after it was pickled and read again")


def _same_again(
    subject: Encoder, before: Vectors, after: Vectors, change: str
) -> Iterator[str | None]:
    if before.shape != after.shape:
        yield f"{change}, vectors have {after.shape[1]} dimensions, not {before.shape[1]}"
        return
    yield from same_vectors(subject, PASSAGES, before, after, change)


def _in_parts(subject: Encoder, texts: tuple[str, ...], size: int) -> Vectors:
    starts = range(0, len(texts), size)
    return np.concatenate([subject.documents(texts[start : start + size]) for start in starts])


INVARIANCE = (
    Promise(
        "determinism",
        "the same texts have the same vectors, to the last bit",
        "switch dropout off (model.eval()) and seed what is drawn; an approximate kernel may be"
        " waived with its reason.",
        _deterministic,
        at_least=12,
    ),
    Promise(
        "batch-size",
        "a text's vector does not depend on how many texts are encoded with it",
        "look for statistics over the batch (normalisation, centring) in what is done to the"
        " vectors. Half precision rounds with the shape of a batch: set tolerance to what it may.",
        _batch_size,
        at_least=48,
    ),
    Promise(
        "order",
        "vectors come back in the order of the texts, whatever that is",
        "if texts are sorted by length before they are encoded, put the vectors back in order.",
        _order,
        at_least=48,
    ),
    Promise(
        "padding",
        "a text's vector does not depend on the length of the texts beside it",
        "pass the attention mask to the model and pool over unmasked tokens only.",
        _padding,
        at_least=24,
    ),
    Promise(
        "threads",
        "a text's vector does not depend on the number of torch's threads",
        "sums round differently with threads, by about 1e-7; more than that is another"
        " computation. Set tolerance where the rankings stay.",
        _threads,
        at_least=24,
    ),
    Promise(
        "concurrency",
        "calls from several threads do not disturb one another",
        "keep what a call computes in local variables, or take a lock: servers and retrievers"
        " call an encoder from several threads.",
        _concurrency,
        at_least=24,
    ),
    Promise(
        "second-load",
        "another encoder from the same factory gives the same vectors",
        "weights that were not in the checkpoint are drawn anew at each load; look for 'newly"
        " initialized' among the loader's messages.",
        _second_load,
        at_least=24,
    ),
    Promise(
        "save-load",
        "a pickled copy gives the same vectors",
        "pickle what the vectors depend on and load the rest again, as BiEncoder does: workers get"
        " their encoder so. Waive it where the encoder never leaves its process.",
        _save_load,
        at_least=24,
    ),
)
