"""Promises of what is read: how much of the corpus is cut off in silence, and whose answers."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from retrieval_checks.contracts.bi_encoder.likeness import cosines, shown, similarities
from retrieval_checks.contracts.bi_encoder.subject import Encoder
from retrieval_checks.contracts.check import DoesNotApply
from retrieval_checks.contracts.promise import Promise
from retrieval_checks.data.collection import Collection

_SAME = 1e-7  # of 1 - cosine: rounding stays below it, a word of a long text does not
_PAIRS = 200  # relevant pairs whose tails are looked at


@dataclass(frozen=True, slots=True)
class Window:
    """How much of a text an encoder reads.

    It is found by asking: a longest beginning of the corpus' longest text that has the vector of
    the whole. So it is what is read, whatever the settings say.
    """

    size: int | None  # in units; None: the longest text is read to its end
    unit: str  # "tokens", or "words" where the encoder has no tokenizer
    count: Callable[[str], int]  # units of a text
    lengths: tuple[int, ...]  # of the corpus' documents, in units

    @property
    def lost(self) -> list[int]:
        """Units of each document that are not read."""
        return [max(0, n - self.size) if self.size is not None else 0 for n in self.lengths]

    def words_read(self, words: list[str]) -> int:
        """How many of these words are read."""
        if self.size is None:
            return len(words)
        size = self.size
        ends = range(len(words) + 1)
        return bisect_left(ends, True, key=lambda m: self.count(" ".join(words[:m])) >= size)


def find_window(subject: Encoder) -> Window:
    """What the encoder reads of the longest text of its corpus."""
    return subject.once("window", lambda: _found_window(subject))


def _found_window(subject: Encoder) -> Window:
    unit, count = _counter(subject)
    lengths = tuple(map(count, subject.corpus.contents))
    words = subject.corpus.contents[lengths.index(max(lengths))].split()
    whole = subject.documents([" ".join(words)])

    def reads_no_further(end: int) -> bool:
        part = subject.documents([" ".join(words[:end])])
        return bool(1 - cosines(part, whole)[0] <= _SAME)

    read = bisect_left(range(len(words)), True, key=reads_no_further)
    size = None if read == len(words) else count(" ".join(words[:read]))
    return Window(size, unit, count, lengths)


def _truncation(subject: Encoder) -> Iterator[str | None]:
    window, allowed = find_window(subject), subject.claims.most_lost
    lost, total = window.lost, sum(window.lengths)
    share = sum(lost) / max(total, 1)
    if share <= allowed:
        yield from [None] * len(lost)
        return
    worst = lost.index(max(lost))
    yield (
        f"only the first {window.size:,} {window.unit} of a text are read: {share:.1%} of the"
        f" corpus' {total:,} {window.unit} are lost, {share - allowed:.1%} above the"
        f" {allowed:.1%} allowed; {sum(map(bool, lost)):,} of {len(lost):,} documents are cut,"
        f" most of all {subject.corpus.doc_ids[worst]!r}, by {lost[worst]:,}"
    )


def _gold_tail(subject: Encoder) -> Iterator[str | None]:
    collection = subject.claims.collection
    if collection is None:
        raise DoesNotApply("it needs judgements; give collection=...")
    window, allowed = find_window(subject), subject.claims.most_lost
    pairs = list(islice(_relevant(collection), _PAIRS))
    if not pairs:
        raise DoesNotApply("no document of the collection is judged relevant")
    found = [_in_tail(subject, window, *pair) for pair in pairs]
    tails = [finding for finding in found if finding is not None]
    share = len(tails) / len(pairs)
    if share <= allowed:
        yield from [None] * len(pairs)
        return
    yield from (
        f"{finding} ({share:.1%} of {len(pairs)} relevant pairs, {allowed:.1%} allowed)"
        if finding
        else None
        for finding in found
    )


def _relevant(collection: Collection) -> Iterator[tuple[str, str]]:
    """(query text, document id) pairs judged relevant, of documents that are there."""
    for query_id in collection.judged_queries:
        for doc_id in collection.qrels.relevant(query_id):
            if doc_id in collection.corpus:
                yield collection.queries[query_id], doc_id


def _in_tail(subject: Encoder, window: Window, query: str, doc_id: str) -> str | None:
    """Whether what is cut off a relevant document is nearer to its query than what is read."""
    words = subject.corpus[doc_id].content.split()
    read = window.words_read(words)
    if read >= len(words) or not read:
        return None
    parts = [" ".join(words[start : start + read]) for start in range(0, len(words), read)]
    scores = similarities(subject, subject.queries([query]), subject.documents(parts))[0]
    best = int(np.argmax(scores))
    if best == 0:
        return None
    return (
        f"words {best * read + 1} and on of {doc_id!r} are nearer to {shown(query)} than the first"
        f" {read}, by {scores[best] - scores[0]:.4f}, and are never read"
    )


def _counter(subject: Encoder) -> tuple[str, Callable[[str], int]]:
    tokenize = getattr(getattr(subject.model, "tokenizer", None), "tokenize", None)
    if callable(tokenize):
        return "tokens", lambda text: len(tokenize(text))
    return "words", lambda text: len(text.split())


WINDOW = (
    Promise(
        "truncation",
        "the encoder reads the corpus, but for a small share at most",
        "split documents into passages that fit, raise max_seq_length as far as the model was"
        " trained for, or take a model that reads more. If the ends do not matter, set most_lost.",
        _truncation,
    ),
    Promise(
        "gold-in-lost-tail",
        "what makes a document relevant is not in the part that is cut off",
        "split these documents into passages: no reranker finds what the encoder never read.",
        _gold_tail,
    ),
)
