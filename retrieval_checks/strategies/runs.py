"""Rankings, scores and runs."""

from operator import itemgetter

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from retrieval_checks.data.run import Run
from retrieval_checks.strategies.ids import DOC_IDS, QUERY_IDS, Ids, dictionaries, single_ids


def rankings(
    *, doc_ids: Ids = DOC_IDS, min_depth: int = 0, max_depth: int = 10
) -> SearchStrategy[list[str]]:
    """Rankings of one query: lists of distinct document ids, best first.

    Args:
        doc_ids: the documents to choose from, or a strategy for ids.
        min_depth: fewest documents.
        max_depth: most documents; fewer where `doc_ids` has fewer.

    >>> from hypothesis import find
    >>> find(rankings(), lambda ranking: len(ranking) > 1)
    ['d1', 'd2']
    """
    doc_id, at_most = single_ids(doc_ids, max_depth)
    return st.lists(doc_id, unique=True, min_size=min_depth, max_size=at_most)


def scores(*, ties: bool = True) -> SearchStrategy[float]:
    """Scores: numbers that float32 holds exactly, +-inf among them, never NaN.

    Args:
        ties: whether equal scores should be frequent.

    >>> from hypothesis import find
    >>> find(scores(), lambda score: score < 0)
    -1.0
    """
    any_score = st.floats(allow_nan=False, width=32)
    return st.integers(-2, 3).map(float) | any_score if ties else any_score


def runs(
    *,
    query_ids: Ids = QUERY_IDS,
    min_queries: int = 0,
    max_queries: int = 4,
    doc_ids: Ids = DOC_IDS,
    min_depth: int = 0,
    max_depth: int = 10,
    ties: bool = True,
) -> SearchStrategy[Run]:
    """Runs: scored rankings of some queries.

    Args:
        query_ids: the queries to choose from, or a strategy for ids.
        min_queries: fewest queries.
        max_queries: most queries.
        doc_ids: the documents to choose from, or a strategy for ids.
        min_depth: fewest documents of a query; 0 allows empty rankings.
        max_depth: most documents of a query.
        ties: whether two documents of a ranking may have the same score.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=10)
    ... @given(runs(max_depth=5))
    ... def cutting_at_the_depth_changes_nothing(run):
    ...     assert run.top(5).to_dict() == run.to_dict()
    >>> cutting_at_the_depth_changes_nothing()
    """
    ranking = scored(doc_ids, min_depth, max_depth, ties)
    return dictionaries(query_ids, ranking, min_queries, max_queries).map(Run.from_dict)


def scored(
    doc_ids: Ids, min_depth: int, max_depth: int, ties: bool
) -> SearchStrategy[dict[str, float]]:
    """One scored ranking, its documents in any order."""
    if ties:
        return dictionaries(doc_ids, scores(), min_depth, max_depth)
    doc_id, at_most = single_ids(doc_ids, max_depth)
    entries = st.tuples(doc_id, scores(ties=False))
    both = (itemgetter(0), itemgetter(1))
    return st.lists(entries, unique_by=both, min_size=min_depth, max_size=at_most).map(dict)
