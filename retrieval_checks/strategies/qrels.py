"""Judgements, and runs that they judge."""

from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import SettingsError
from retrieval_checks.strategies.ids import DOC_IDS, QUERY_IDS, Ids, dictionaries
from retrieval_checks.strategies.runs import scored

GRADES = (0, 1, 2, 3)


class JudgedRun(NamedTuple):
    """Rankings, and judgements of the same queries and documents."""

    run: Run
    qrels: Qrels


def qrels(
    *,
    query_ids: Ids = QUERY_IDS,
    min_queries: int = 1,
    max_queries: int = 4,
    doc_ids: Ids = DOC_IDS,
    max_judged: int = 6,
    grades: Sequence[float] = GRADES,
    relevant: bool = True,
) -> SearchStrategy[Qrels]:
    """Judgements of some queries, each with at least one judged document.

    Args:
        query_ids: the queries to choose from, or a strategy for ids.
        min_queries: fewest queries.
        max_queries: most queries.
        doc_ids: the documents to choose from, or a strategy for ids.
        max_judged: most judged documents of a query.
        grades: the grades that occur, simplest first.
        relevant: whether every query has a document with a grade of 1 or more.

    Raises:
        SettingsError: `relevant`, and none of the grades is 1 or more.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=10)
    ... @given(qrels(grades=(0, 1)))
    ... def every_query_has_a_relevant_document(judged):
    ...     assert all(judged.relevant(query_id) for query_id in judged)
    >>> every_query_has_a_relevant_document()
    """
    judgements = one_judged(doc_ids, max_judged, grades, relevant)
    return dictionaries(query_ids, judgements, min_queries, max_queries).map(Qrels.from_dict)


@st.composite
def judged_runs(
    draw: DrawFn,
    *,
    query_ids: Ids = QUERY_IDS,
    max_queries: int = 4,
    doc_ids: Sequence[str] = DOC_IDS,
    max_depth: int = 10,
    max_judged: int = 6,
    grades: Sequence[float] = GRADES,
    ties: bool = True,
    complete: bool = False,
) -> JudgedRun:
    """A run with judgements that `evaluate` accepts: every judged query has a relevant document.

    Args:
        draw: given by Hypothesis.
        query_ids: the queries to choose from, or a strategy for ids.
        max_queries: most judged queries.
        doc_ids: the documents that rankings and judgements choose from.
        max_depth: most documents of a ranking.
        max_judged: most judged documents of a query.
        grades: the grades that occur, simplest first.
        ties: whether two documents of a ranking may have the same score.
        complete: whether each judged query has a ranking with a document in it, and no other query
            has. If not, some are missing, some empty, some without judgements.

    >>> from hypothesis import given, settings
    >>> from retrieval_checks.metrics.evaluation import evaluate
    >>> @settings(max_examples=10)
    ... @given(judged_runs(complete=True))
    ... def nothing_is_missing(judged_run):
    ...     assert evaluate(judged_run.run, judged_run.qrels, "AP").missing == ()
    >>> nothing_is_missing()
    """
    judged = draw(
        qrels(
            query_ids=query_ids,
            max_queries=max_queries,
            doc_ids=doc_ids,
            max_judged=max_judged,
            grades=grades,
        )
    )
    ranking = scored(doc_ids, 1 if complete else 0, max_depth, ties)
    if complete:
        asked = draw(st.permutations(judged.query_ids))
        table = {query_id: draw(ranking) for query_id in asked}
    else:
        foreign = [f"unjudged {query_id}" for query_id in judged]
        table = draw(dictionaries([*judged, *foreign], ranking, 0, 2 * len(judged)))
    return JudgedRun(Run.from_dict(table), judged)


def one_judged(
    doc_ids: Ids, max_judged: int, grades: Sequence[float], relevant: bool
) -> SearchStrategy[dict[str, float]]:
    """One query's judgements; where a relevant one must be and is not, the first becomes one."""
    entries = dictionaries(doc_ids, st.sampled_from(grades), 1, max_judged)
    if not relevant:
        return entries
    lowest = next((grade for grade in grades if grade >= 1), None)
    if lowest is None:
        raise SettingsError(f"no grade of 1 or more among {tuple(grades)!r}; pass relevant=False")

    def with_relevant(judged: dict[str, float]) -> dict[str, float]:
        if max(judged.values()) >= 1:
            return judged
        return {**judged, next(iter(judged)): lowest}

    return entries.map(with_relevant)
