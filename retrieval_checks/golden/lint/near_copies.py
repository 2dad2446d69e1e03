"""`copies`: which texts of a corpus are the same, or nearly the same."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from math import ceil

import numpy as np

from retrieval_checks.data.postings import IntArray

_WORD = re.compile(r"\w+")
_SHINGLE = 3  # words
_SLACK = 1e-9  # 0.9 * 10 is more than 9 in floats


def folded(text: str) -> str:
    """A text without what does not count as a difference: white space and case."""
    return " ".join(text.casefold().split())


def copies(texts: Sequence[str], *, least: float = 0.9) -> tuple[tuple[int, ...], ...]:
    """Groups of positions, in ascending order, whose texts are copies of one another.

    Texts are copies where they are equal but for white space and case, or where the Jaccard
    coefficient of their shingles of three words is at least `least`; and copies of a copy are in
    the same group. Nothing is estimated: two sets that overlap so much share one of the rarest
    shingles of each (the prefix filter of Chaudhuri, Ganti & Kaushik 2006, ICDE), so that only
    texts that do are compared. Texts of fewer than three words are compared for equality only.

    >>> copies(["Cats purr.", "Dogs bark.", "cats  purr."])
    ((0, 2),)
    """
    first: dict[str, int] = {}
    same = [(first.setdefault(folded(text), i), i) for i, text in enumerate(texts)]
    near = near_pairs(list(first), least)
    originals = list(first.values())
    return _groups(len(texts), [*same, *((originals[a], originals[b]) for a, b in near)])


def near_pairs(texts: Sequence[str], least: float) -> Iterator[tuple[int, int]]:
    """The pairs of positions whose shingles have a Jaccard coefficient of at least `least`."""
    sets = _shingle_sets(texts)
    for a, b in sorted(_candidates(sets, least)):
        shared = len(np.intersect1d(sets[a], sets[b], assume_unique=True))
        if shared >= least * (len(sets[a]) + len(sets[b]) - shared) - _SLACK:
            yield a, b


def _shingle_sets(texts: Sequence[str]) -> list[IntArray]:
    """The shingles of each text as numbers, each once, rarer ones lower."""
    known: dict[str, int] = {}
    rows, words = [], []
    for place, text in enumerate(texts):
        own = [known.setdefault(word, len(known)) for word in _WORD.findall(text)]
        rows.append(np.full(len(own), place))
        words.append(np.array(own, dtype=np.int64))
    row, word = _joined(rows), _joined(words)
    shingle = word
    for ahead in range(1, _SHINGLE):  # one word more each time, renumbered, so that none overflows
        pairs = shingle[: len(word) - ahead] * (len(known) + 1) + word[ahead:]
        shingle = np.unique(pairs, return_inverse=True)[1]
    width = min(_SHINGLE - 1, len(row))
    whole = row[: len(row) - width] == row[width:]
    return _ranked_by_rarity(row[: len(whole)][whole], shingle[: len(whole)][whole], len(texts))


def _ranked_by_rarity(row: IntArray, shingle: IntArray, n_texts: int) -> list[IntArray]:
    size = int(shingle.max(initial=0)) + 1
    once = np.sort(row * size + shingle)  # much faster than np.unique, which hashes
    once = once[np.diff(once, prepend=-1) > 0]
    row, shingle = np.divmod(once, size)
    rarity = np.empty(size, dtype=np.int64)
    rarity[np.argsort(np.bincount(shingle, minlength=size), kind="stable")] = np.arange(size)
    edges = np.searchsorted(row, np.arange(1, n_texts))
    return [np.sort(own) for own in np.split(rarity[shingle], edges)]


def _candidates(sets: Sequence[IntArray], least: float) -> set[tuple[int, int]]:
    """Pairs that share a shingle among the rarest, and whose sizes do not rule them out."""
    holders: dict[int, list[int]] = {}
    for position, own in enumerate(sets):
        prefix = len(own) - ceil(least * len(own) - _SLACK) + 1
        for shingle in own[:prefix].tolist():
            holders.setdefault(shingle, []).append(position)
    pairs = {pair for together in holders.values() for pair in combinations(together, 2)}
    sizes = [len(own) for own in sets]
    return {
        (a, b)
        for a, b in pairs
        if min(sizes[a], sizes[b]) >= least * max(sizes[a], sizes[b]) - _SLACK
    }


def _groups(n: int, pairs: Iterable[tuple[int, int]]) -> tuple[tuple[int, ...], ...]:
    """What is connected by pairs, two or more members each."""
    above = list(range(n))

    def root(member: int) -> int:
        while above[member] != member:
            above[member] = above[above[member]]
            member = above[member]
        return member

    for a, b in pairs:
        low, high = sorted((root(a), root(b)))
        above[high] = low
    members: dict[int, list[int]] = {}
    for member in range(n):
        members.setdefault(root(member), []).append(member)
    return tuple(tuple(group) for group in members.values() if len(group) > 1)


def _joined(parts: Sequence[IntArray]) -> IntArray:
    return np.concatenate([np.empty(0, dtype=np.int64), *parts])
