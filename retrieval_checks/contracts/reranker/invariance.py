"""Promises of what must not matter to a score: the other pairs, their order, threads, a reload."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from retrieval_checks.contracts.bi_encoder.likeness import shown
from retrieval_checks.contracts.promise import Promise, case
from retrieval_checks.contracts.reranker.likeness import same_scores
from retrieval_checks.contracts.reranker.subject import (
    ASKED,
    SAMPLE,
    Pair,
    Scorer,
    Scores,
    as_scores,
)
from retrieval_checks.contracts.sample.specimen import attempt
from retrieval_checks.contracts.sample.topics import EQUAL_LENGTH, LONG_PASSAGE, QUESTIONS

_THREADS = 4


def _deterministic(subject: Scorer) -> Iterator[str | None]:
    before, after = subject.score(SAMPLE).tolist(), subject.score(SAMPLE).tolist()
    for (query, document), old, new in zip(SAMPLE, before, after, strict=True):
        yield case(
            old == new,
            f"asked twice, the score is {new!r}, not {old!r}, {abs(new - old):.2g} off, for"
            f" {shown(query)} and {shown(document)}",
        )


def _permutation(subject: Scorer) -> Iterator[str | None]:
    before = subject.score(SAMPLE)
    turned = subject.ask(SAMPLE[::-1])[::-1]
    yield from same_scores(subject, SAMPLE, before, turned, "with the pairs reversed")


def _batch(subject: Scorer) -> Iterator[str | None]:
    """Documents of one length: padding has a check of its own."""
    pairs = [(ASKED[0], document) for document in EQUAL_LENGTH]
    together = subject.score(pairs)
    for size in (1, 5):
        parts = _in_parts(subject, pairs, size)
        change = f"in batches of {size} instead of {len(pairs)}"
        yield from same_scores(subject, pairs, together, parts, change)


def _padding(subject: Scorer) -> Iterator[str | None]:
    """As many pairs in both calls, only their lengths differ."""
    pairs = [(ASKED[0], question) for question in QUESTIONS]
    before = subject.score([pairs[0], *pairs])[1:]
    after = subject.score([(ASKED[0], LONG_PASSAGE), *pairs])[1:]
    change = f"beside a document of {len(LONG_PASSAGE.split()):,} words"
    yield from same_scores(subject, pairs, before, after, change)


def _ties(subject: Scorer) -> Iterator[str | None]:
    """Copies far apart in one call; a jitter below any tolerance would still order them."""
    words = EQUAL_LENGTH[0].split()
    others = [" ".join(words[turn:] + words[:turn]) for turn in range(1, len(words))]
    for query in ASKED:
        documents = [EQUAL_LENGTH[0], *others, EQUAL_LENGTH[0]]
        scores = subject.ask([(query, document) for document in documents])
        first, last = float(scores[0]), float(scores[-1])
        yield case(
            first == last,
            f"one document given twice scores {first!r} and {last!r}, {abs(first - last):.2g}"
            f" apart, for {shown(query)}",
        )


def _concurrency(subject: Scorer) -> Iterator[str | None]:
    calls = [SAMPLE[start : start + 4] for start in range(0, len(SAMPLE), 4)]
    alone = [subject.score(pairs) for pairs in calls]
    with ThreadPoolExecutor(_THREADS) as pool:
        together = list(pool.map(lambda pairs: attempt(lambda: subject.score(pairs)), calls))
    change = f"called from {_THREADS} threads at once"
    for pairs, before, after in zip(calls, alone, together, strict=True):
        if isinstance(after, str):
            yield f"{change}: {after}"
        else:
            rows = same_scores(subject, pairs, before, after, change)
            yield next((row for row in rows if row is not None), None)


def _second_load(subject: Scorer) -> Iterator[str | None]:
    before = subject.score(SAMPLE)
    after = as_scores(subject.another().score_pairs(list(SAMPLE)), SAMPLE)
    change = "by a second one from the same factory"
    yield from same_scores(subject, SAMPLE, before, after, change)


def _in_parts(subject: Scorer, pairs: Sequence[Pair], size: int) -> Scores:
    starts = range(0, len(pairs), size)
    return np.concatenate([subject.score(pairs[start : start + size]) for start in starts])


INVARIANCE = (
    Promise(
        "determinism",
        "the same pairs have the same scores, to the last bit",
        "switch dropout off (model.eval()); a score that changes by itself reorders ties.",
        _deterministic,
        at_least=48,
    ),
    Promise(
        "permutation",
        "scores come back in the order of the pairs, whatever that is",
        "if pairs are sorted by length before they are scored, put the scores back in order.",
        _permutation,
        at_least=52,
    ),
    Promise(
        "batch-size",
        "a pair's score does not depend on how many pairs are scored with it",
        "leave out what looks at all scores of a call, such as a softmax or min-max over the"
        " batch: they make scores of different calls incomparable.",
        _batch,
        at_least=26,
    ),
    Promise(
        "padding",
        "a pair's score does not depend on the length of the pairs beside it",
        "pass the attention mask to the model.",
        _padding,
        at_least=13,
    ),
    Promise(
        "ties",
        "two copies of a document have exactly one score",
        "do not break ties inside the scorer: what orders equal scores is the document's id, the"
        " same in every run.",
        _ties,
        at_least=4,
    ),
    Promise(
        "concurrency",
        "calls from several threads do not disturb one another",
        "keep what a call computes in local variables, or take a lock.",
        _concurrency,
        at_least=12,
    ),
    Promise(
        "second-load",
        "another reranker from the same factory gives the same scores",
        "a classification head that is not in the checkpoint is drawn anew at each load; look for"
        " 'newly initialized' among the loader's messages.",
        _second_load,
        at_least=52,
    ),
)
