"""Where judged documents stand, looked up one by one, and runs full of traps to look in."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import strategies as st

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.metrics.joins.judged_ranks import JudgedRanks

Table = Mapping[str, Mapping[str, float]]
Rows = list[list[tuple[int, str, float]]]  # a row a query: (rank, document, grade), by rank

IDS = ["a", "b", "d1", "d10", "d2", "d9", "Z", "é", "\uffee", "\U0001f600"]
QUERIES = ["q1", "q2", "q3", "q4", "q10"]
SCORES: list[Any] = [
    0,
    0.0,
    -0.0,
    1,
    1.0,
    1.5,
    True,
    -2.0,
    1e-320,
    2.0**53,
    2**53 + 1,
    np.float32(0.1),
    0.1,
]
SCORES += [float("inf"), float("-inf")]

_rankings: st.SearchStrategy[Mapping[str, float]] = st.dictionaries(
    st.sampled_from(IDS), st.sampled_from(SCORES), max_size=8
)
tables: st.SearchStrategy[Table] = st.dictionaries(st.sampled_from(QUERIES), _rankings, max_size=5)
_grades = st.sampled_from([0, 1, 2, -1, 0.5])
_judged = st.dictionaries(st.sampled_from(IDS), _grades, max_size=6)
judgements: st.SearchStrategy[Qrels] = st.dictionaries(
    st.sampled_from(QUERIES), _judged, min_size=1, max_size=5
).map(Qrels.from_dict)
depths = st.none() | st.integers(1, 9)


def naive_rows(table: Table, qrels: Qrels, depth: int | None = None) -> Rows:
    rows = []
    for query_id in qrels:
        scores, grades = table.get(query_id, {}), qrels[query_id]
        order = sorted(scores, key=lambda d: (float(scores[d]), d), reverse=True)
        ranked = list(enumerate(order, start=1))[:depth]
        rows.append([(rank, doc_id, grades[doc_id]) for rank, doc_id in ranked if doc_id in grades])
    return rows


def found_rows(joined: JudgedRanks, qrels: Qrels) -> Rows:
    """What a join found, in the words of `naive_rows`; its own arrays are checked on the way."""
    check_arrays(joined)
    assert joined.judged_indptr.tolist() == qrels.indptr.tolist()
    assert joined.judged_grades.tolist() == qrels.grades.tolist()
    assert joined.subtopics is qrels.subtopics
    ids = [qrels.doc_ids[doc] for doc in qrels.docs]
    return [
        [(rank, ids[entry], grade) for rank, entry, grade in row] for row in listed_rows(joined)
    ]


def listed_rows(joined: JudgedRanks) -> list[list[tuple[int, int, float]]]:
    """(rank, judgement, grade) of each query's retrieved judged documents."""
    grades = joined.judged_grades[joined.entries]
    triples = list(
        zip(joined.ranks.tolist(), joined.entries.tolist(), grades.tolist(), strict=True)
    )
    edges = joined.indptr.tolist()
    return [triples[start:stop] for start, stop in pairwise(edges)]


def check_arrays(joined: JudgedRanks) -> None:
    whole: Sequence[str] = ("indptr", "ranks", "entries", "retrieved", "judged_indptr")
    assert {getattr(joined, name).dtype for name in whole} == {np.dtype(np.int64)}
    assert joined.judged_grades.dtype == np.float64
    assert len(joined.indptr) == len(joined.judged_indptr) == len(joined) + 1
    assert joined.indptr[-1] == len(joined.ranks) == len(joined.entries)
    assert joined.judged_indptr[-1] == len(joined.judged_grades)
