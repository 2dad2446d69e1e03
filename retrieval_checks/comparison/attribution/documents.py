"""`MovedDocument`: a relevant document that one run has in its top and another has not."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from retrieval_checks.data.postings import BoolArray, IntArray, row_numbers
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.metrics.joins.columns import join_columns

_SHOWN = 3


class MovedDocument(NamedTuple):
    """A relevant document, and its 1-based rank before and after; None where it is not there."""

    query_id: str
    doc_id: str
    grade: float
    before: int | None
    after: int | None

    def __str__(self) -> str:
        came = "nowhere" if self.before is None else f"#{self.before}"
        went = "gone" if self.after is None else f"#{self.after}"
        return f"{came} -> {went}  {self.doc_id!r} for {self.query_id!r} (grade {self.grade:g})"


def judgement_ranks(run: Run, qrels: Qrels) -> IntArray:
    """The 1-based rank of each judged document, (n_judgements,), 0 where it was not retrieved."""
    ranks = np.zeros(len(qrels.docs), np.int64)
    joined = join_columns(run, qrels)
    ranks[joined.entries] = joined.ranks
    return ranks


def left_top(qrels: Qrels, before: IntArray, after: IntArray, *, k: int, level: float) -> IntArray:
    """The relevant judgements that stood within rank k and do no longer, worst first.

    Worst is a high grade, then a high rank before, then a low one after. The ranks are those of
    `judgement_ranks`.
    """
    entries = np.flatnonzero((qrels.grades >= level) & _within(before, k) & ~_within(after, k))
    lowest = np.where(after > 0, after, np.iinfo(np.int64).max)
    return entries[np.lexsort((-lowest[entries], before[entries], -qrels.grades[entries]))]


def entered_top(
    qrels: Qrels, before: IntArray, after: IntArray, *, k: int, level: float
) -> IntArray:
    """The relevant judgements that stand within rank k and did not before, best first."""
    entries = np.flatnonzero((qrels.grades >= level) & _within(after, k) & ~_within(before, k))
    return entries[np.lexsort((after[entries], -qrels.grades[entries]))]


def moved_documents(
    qrels: Qrels, before: IntArray, after: IntArray, entries: IntArray
) -> tuple[MovedDocument, ...]:
    """These judgements as documents that moved, in this order."""
    rows = row_numbers(qrels.indptr)[entries].tolist()
    columns = (qrels.docs, qrels.grades, before, after)
    return tuple(
        MovedDocument(qrels.query_ids[row], qrels.doc_ids[doc], grade, was or None, now or None)
        for row, doc, grade, was, now in zip(
            rows, *(column[entries].tolist() for column in columns), strict=True
        )
    )


def document_lines(documents: Sequence[object]) -> list[str]:
    """The first documents as indented lines, and how many there are beside."""
    lines = [f"  {document}" for document in documents[:_SHOWN]]
    more = len(documents) - _SHOWN
    return [*lines, f"  ... and {more} more"] if more > 0 else lines


def _within(ranks: IntArray, k: int) -> BoolArray:
    return np.asarray((ranks > 0) & (ranks <= k))
