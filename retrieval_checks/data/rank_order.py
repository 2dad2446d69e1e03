"""The one order of a ranking: score descending, then document id descending by code point."""

from collections.abc import Sequence

import numpy as np

from retrieval_checks.data.postings import DocArray, FloatArray, IntArray, row_numbers


def rank_order(
    doc_ids: Sequence[str], indptr: IntArray, docs: DocArray, scores: FloatArray
) -> IntArray | None:
    """The permutation into rank order; None where scores fall strictly within each row already."""
    rows = row_numbers(indptr)
    if ((scores[1:] < scores[:-1]) | (rows[1:] != rows[:-1])).all():
        return None
    order = np.lexsort((-scores, rows))
    equal = (scores[order][1:] == scores[order][:-1]) & (rows[1:] == rows[:-1])
    tied = np.unique(docs[order][np.append(equal, False) | np.append(False, equal)])
    if not len(tied):
        return order
    # Only ids that are tied somewhere are compared as text: a corpus may have a million others.
    by_id = sorted(tied.tolist(), key=doc_ids.__getitem__, reverse=True)
    place = np.zeros(len(doc_ids), np.int64)
    place[by_id] = np.arange(len(by_id))
    return np.lexsort((place[docs], -scores, rows))
