"""`Shared`: the documents that two runs have in common, as arrays, a block of queries at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval_checks.data.postings import DocArray, FloatArray, IntArray
from retrieval_checks.data.run import Run

BLOCK_CELLS = 1 << 20  # ranks, or (query, document) pairs, held at once: 8 MiB an array


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """What two runs' rankings of some queries have in common, by query, then by rank in the run.

    The rows are the queries of the block, from 0. Both rankings are in the one order of a `Run`:
    documents of equal score stand by id, so that no two share a rank.
    """

    rows: IntArray  # int64 (n_shared,), not decreasing
    ranks: IntArray  # int64 (n_shared,), 1-based, in the run
    reference_ranks: IntArray  # int64 (n_shared,), 1-based, in the reference
    scores: FloatArray  # float64 (n_shared,), in the run
    reference_scores: FloatArray  # float64 (n_shared,), in the reference
    lengths: IntArray  # int64 (n_queries,), documents in the run
    reference_lengths: IntArray  # int64 (n_queries,), documents in the reference

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def counts(self) -> IntArray:
        """The number of documents in common, (n_queries,)."""
        return np.bincount(self.rows, minlength=len(self))

    @property
    def starts(self) -> IntArray:
        """For each document in common, where the first of its query stands, (n_shared,)."""
        counts = self.counts
        return np.repeat(np.cumsum(counts) - counts, counts)


def shared_blocks(run: Run, reference: Run, *, depth: int | None = None) -> Iterator[Shared]:
    """The shared documents of every query, in the order of the run, a block of queries at a time.

    Both runs must have the same queries; `depth` cuts their rankings. Runs without queries have
    one block, of none. A block holds a table of queries x documents of the reference, at most
    `BLOCK_CELLS`, or one query: looking a document up in it is ten times faster than sorting.
    """
    depth = _longest(run, reference) if depth is None else min(depth, _longest(run, reference))
    rows, reference_rows = np.arange(len(run)), reference.rows(run.query_ids)
    codes, reference_codes, width = _codes(run, reference, depth)
    step = min(max(1, BLOCK_CELLS // max(width, depth, 1)), max(len(run), 1))
    table = np.full(step * width, -1, np.int32)
    for start in range(0, max(len(run), 1), step):
        block = slice(start, start + step)
        yield _join(
            _Top.of(run, rows[block], codes, depth),
            _Top.of(reference, reference_rows[block], reference_codes, depth),
            table,
            width,
        )


def _longest(run: Run, reference: Run) -> int:
    """The length of the longest ranking of both runs."""
    return max(int(np.diff(each.indptr).max(initial=0)) for each in (run, reference))


@dataclass(frozen=True, slots=True, eq=False)
class _Top:
    """The first documents of some rows of one run."""

    rows: IntArray  # int64 (n,)
    ranks: IntArray  # int64 (n,), 1-based
    codes: DocArray  # int32 (n,)
    scores: FloatArray  # float64 (n,)
    lengths: IntArray  # int64 (n_rows,)

    @classmethod
    def of(cls, run: Run, rows: IntArray, codes: DocArray, depth: int) -> "_Top":
        entries, places, lengths = _top_entries(run, rows, depth)
        numbers = np.repeat(np.arange(len(rows)), lengths)
        return cls(numbers, places + 1, codes[run.docs[entries]], run.scores[entries], lengths)


def _top_entries(run: Run, rows: IntArray, depth: int) -> tuple[IntArray, IntArray, IntArray]:
    """Of these rows' first `depth` documents: positions in `run.docs`, 0-based ranks, counts."""
    first = run.indptr[rows]
    lengths = np.minimum(run.indptr[rows + 1] - first, depth)
    before = np.cumsum(lengths) - lengths
    places = np.arange(lengths.sum()) - np.repeat(before, lengths)
    return np.repeat(first, lengths) + places, places, lengths


def _codes(run: Run, reference: Run, depth: int) -> tuple[DocArray, DocArray, int]:
    """A number from 0 for each document of the reference's rankings, and how many there are.

    As arrays over either vocabulary, -1 for documents that the reference does not rank.
    """
    ranked = _ranked_docs(reference, depth)
    reference_codes = np.full(len(reference.doc_ids), -1, np.int32)
    reference_codes[ranked] = np.arange(len(ranked))
    if run.doc_ids == reference.doc_ids:  # quickly told where it is one tuple
        return reference_codes, reference_codes, len(ranked)
    code_of = dict(zip(_ids(reference, ranked), range(len(ranked)), strict=True))
    codes = np.full(len(run.doc_ids), -1, np.int32)
    of_run = _ranked_docs(run, depth)
    codes[of_run] = [code_of.get(doc_id, -1) for doc_id in _ids(run, of_run)]
    return codes, reference_codes, len(ranked)


def _ranked_docs(run: Run, depth: int) -> IntArray:
    """The positions in the vocabulary that occur among the first `depth` of a ranking."""
    seen = np.zeros(len(run.doc_ids), np.bool_)
    seen[run.docs[_top_entries(run, np.arange(len(run)), depth)[0]]] = True
    return np.flatnonzero(seen)


def _ids(run: Run, positions: IntArray) -> Sequence[str]:
    return [run.doc_ids[position] for position in positions.tolist()]


def _join(top: _Top, other: _Top, table: DocArray, width: int) -> Shared:
    """The documents in both; `table`, (rows x width,), is all -1 before and after."""
    cells = other.rows * width + other.codes
    table[cells] = np.arange(len(cells))
    known = np.flatnonzero(top.codes >= 0)
    found = table[top.rows[known] * width + top.codes[known]]
    table[cells] = -1
    mine, theirs = known[found >= 0], found[found >= 0]
    return Shared(
        rows=top.rows[mine],
        ranks=top.ranks[mine],
        reference_ranks=other.ranks[theirs],
        scores=top.scores[mine],
        reference_scores=other.scores[theirs],
        lengths=top.lengths,
        reference_lengths=other.lengths,
    )
