"""Judged documents found in the columns of a `Run`.

A rank is a position in a ranking, so it is enough to see which results are judged. A small table
of marks lets nearly all the others pass at the cost of one look each.
"""

import numpy as np

from retrieval_checks.data.postings import IntArray, places_in, row_blocks, row_numbers
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.metrics.joins.judged_ranks import JudgedRanks

_MARKS = 16  # places in the table for each judgement: one result in 16 is looked at twice


def join_columns(run: Run, qrels: Qrels, depth: int | None = None) -> JudgedRanks:
    """The judged documents among each ranking's first `depth` results, or among all.

    In judgement order; a query that the run lacks has retrieved nothing.
    """
    run_rows = run.rows(qrels.query_ids)
    documents = places_in(run.doc_ids, qrels.doc_ids)[qrels.docs]
    retrieved = np.where(run_rows >= 0, np.diff(run.indptr, append=0)[run_rows], 0)
    lengths = retrieved if depth is None else np.minimum(retrieved, depth)
    found = [
        _found(run, qrels, run_rows[start:stop], lengths[start:stop], start, documents)
        for start, stop in row_blocks(lengths + np.diff(qrels.indptr))
    ]
    rows, ranks, entries = (np.concatenate(columns) for columns in zip(*found, strict=True))
    counts = np.bincount(rows, minlength=len(qrels))
    return JudgedRanks(
        np.concatenate([[0], np.cumsum(counts)]),
        ranks,
        entries,
        retrieved,
        qrels.indptr,
        qrels.grades,
        qrels.subtopics,
    )


def _found(
    run: Run, qrels: Qrels, run_rows: IntArray, lengths: IntArray, start: int, documents: IntArray
) -> tuple[IntArray, IntArray, IntArray]:
    """Query row, rank and judgement of each judged result of a block of queries, in rank order."""
    indptr, results = _results(run, run_rows, lengths)
    results += np.repeat(np.arange(len(run_rows)) * len(run.doc_ids), lengths)
    first, last = qrels.indptr[start], qrels.indptr[start + len(run_rows)]
    judged_rows = row_numbers(qrels.indptr[start : start + len(run_rows) + 1] - first)
    own = documents[first:last]
    known = np.flatnonzero(own >= 0)
    at, which = _matches(results, judged_rows[known] * len(run.doc_ids) + own[known])
    rows = np.searchsorted(indptr, at, side="right") - 1
    return rows + start, at - indptr[rows] + 1, known[which] + first


def _results(run: Run, run_rows: IntArray, lengths: IntArray) -> tuple[IntArray, IntArray]:
    """Row pointers and document positions of the first results of some rows; -1 has none."""
    indptr = np.concatenate([[0], np.cumsum(lengths)])
    starts = run.indptr[run_rows]
    one_piece = bool((starts[1:] == starts[:-1] + lengths[:-1]).all())
    if one_piece and len(starts):
        return indptr, run.docs[starts[0] : starts[0] + indptr[-1]].astype(np.int64)
    offsets = np.repeat(starts - indptr[:-1], lengths)
    return indptr, run.docs[offsets + np.arange(indptr[-1])].astype(np.int64)


def _matches(keys: IntArray, wanted: IntArray) -> tuple[IntArray, IntArray]:
    """Where a wanted key stands among the keys, ascending, and which one it is."""
    if not len(wanted):
        return wanted, wanted
    table = np.zeros(1 << (len(wanted) * _MARKS).bit_length(), np.bool_)
    table[wanted & (len(table) - 1)] = True
    at = np.flatnonzero(table[keys & (len(table) - 1)])
    order = np.argsort(wanted)
    ascending = wanted[order]
    which = np.minimum(np.searchsorted(ascending, keys[at]), len(wanted) - 1)
    found = ascending[which] == keys[at]
    return at[found], order[which[found]]
