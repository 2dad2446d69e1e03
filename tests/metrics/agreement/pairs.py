"""Two runs of the same queries, for tests of how far they agree."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from retrieval_checks.data.run import Run

DOC_IDS = st.sampled_from([*"abcdefghij"])
RANKINGS = st.lists(DOC_IDS, unique=True)
SCORES = st.integers(-2, 3).map(float) | st.floats(allow_nan=False, width=32)


def one_query(ranking: str | list[str], name: str = "run") -> Run:
    return Run.from_ids({"q": [*ranking]}, name=name)


def pairs(*, most_queries: int = 3, with_empty: bool = True) -> SearchStrategy[tuple[Run, Run]]:
    """Two runs; their scores are tied often, their vocabularies differ or are one."""
    ranking = st.dictionaries(DOC_IDS, SCORES, min_size=0 if with_empty else 1)
    both = st.tuples(ranking, ranking)
    tables = st.dictionaries(st.sampled_from(["q1", "q2", "q3"]), both, max_size=most_queries)
    return st.tuples(tables, st.booleans()).map(lambda drawn: _runs(*drawn))


def _runs(
    tables: dict[str, tuple[dict[str, float], dict[str, float]]], one_vocabulary: bool
) -> tuple[Run, Run]:
    run = Run.from_dict({query_id: both[0] for query_id, both in tables.items()}, name="run")
    other = Run.from_dict({query_id: both[1] for query_id, both in tables.items()}, name="other")
    return with_one_vocabulary(run, other) if one_vocabulary else (run, other)


def with_one_vocabulary(run: Run, other: Run) -> tuple[Run, Run]:
    """The same runs over one tuple of document ids."""
    doc_ids = tuple(sorted({*run.doc_ids, *other.doc_ids, "never ranked"}))
    first = _over(run, doc_ids)
    second = _over(other, first.doc_ids)
    assert first.doc_ids is second.doc_ids
    return first, second


def _over(run: Run, doc_ids: tuple[str, ...]) -> Run:
    docs = [doc_ids.index(run.doc_ids[doc]) for doc in run.docs.tolist()]
    return Run(run.query_ids, doc_ids, run.indptr, docs, run.scores, run.name)  # type: ignore[arg-type]
