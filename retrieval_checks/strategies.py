"""Hypothesis strategies for rankings, judgements, runs, collections and metrics.

For property tests of metrics, retrievers and rerankers. What they draw is small and tells traps
apart: ids whose code point order is not their numeric order (`d9` after `d10`), tied, negative and
infinite scores, judged documents that were not retrieved and the reverse. Failing examples shrink
towards few queries, few documents, first ids, first grades and score 0.

>>> from hypothesis import given, settings
>>> from retrieval_checks.metrics.evaluation import evaluate
>>> @settings(max_examples=10)
... @given(judged_runs(), metrics(names=["nDCG", "AP", "RR"]))
... def values_lie_between_0_and_1(judged_run, metric):
...     values = evaluate(*judged_run, metric).values
...     assert ((values >= 0) & (values <= 1)).all()
>>> values_lie_between_0_and_1()
"""

from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from retrieval_checks.data.collection import Collection, Corpus, Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import SettingsError
from retrieval_checks.metrics.formula import find_formula, formula_names
from retrieval_checks.metrics.metric import Metric

DOC_IDS = tuple(f"d{i}" for i in range(1, 13))
QUERY_IDS = tuple(f"q{i}" for i in range(1, 13))
GRADES = (0, 1, 2, 3)
WORDS = ("the", "law", "of", "data", "models", "and", "their", "providers", "in", "markets")

Ids = Sequence[str] | SearchStrategy[str]
_Value = TypeVar("_Value")


class JudgedRun(NamedTuple):
    """Rankings, and judgements of the same queries and documents."""

    run: Run
    qrels: Qrels


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
    doc_id, at_most = _ids(doc_ids, max_depth)
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
    ranking = _scored(doc_ids, min_depth, max_depth, ties)
    return _dictionaries(query_ids, ranking, min_queries, max_queries).map(Run.from_dict)


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
    judgements = _judgements(doc_ids, max_judged, grades, relevant)
    return _dictionaries(query_ids, judgements, min_queries, max_queries).map(Qrels.from_dict)


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
    ranking = _scored(doc_ids, 1 if complete else 0, max_depth, ties)
    if complete:
        asked = draw(st.permutations(judged.query_ids))
        table = {query_id: draw(ranking) for query_id in asked}
    else:
        foreign = [f"unjudged {query_id}" for query_id in judged]
        table = draw(_dictionaries([*judged, *foreign], ranking, 0, 2 * len(judged)))
    return JudgedRun(Run.from_dict(table), judged)


@st.composite
def collections(
    draw: DrawFn,
    *,
    min_documents: int = 1,
    max_documents: int = 8,
    min_queries: int = 1,
    max_queries: int = 4,
    doc_ids: Ids = DOC_IDS,
    query_ids: Ids = QUERY_IDS,
    words: Sequence[str] = WORDS,
    grades: Sequence[float] = GRADES,
) -> Collection:
    """Collections: a corpus, queries, and judgements of these queries and these documents.

    Every query is judged and has a relevant document; no judgement is stale. Texts are made of
    `words`; a document's may be empty, a query's is not.

    Args:
        draw: given by Hypothesis.
        min_documents: fewest documents, at least 1.
        max_documents: most documents.
        min_queries: fewest queries, at least 1.
        max_queries: most queries.
        doc_ids: the document ids to choose from, or a strategy for ids.
        query_ids: the query ids to choose from, or a strategy for ids.
        words: what texts consist of, simplest first.
        grades: the grades that occur, simplest first.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=10)
    ... @given(collections(max_documents=5))
    ... def judged_documents_are_in_the_corpus(collection):
    ...     assert collection.stale_judgements == ()
    >>> judged_documents_are_in_the_corpus()
    """
    documents = draw(
        _dictionaries(doc_ids, _texts(words, min_words=0), max(min_documents, 1), max_documents)
    )
    asked = draw(
        _dictionaries(query_ids, _texts(words, min_words=1), max(min_queries, 1), max_queries)
    )
    judgements = _judgements(tuple(documents), len(documents), grades, relevant=True)
    return Collection(
        Corpus.from_dict(documents),
        Queries.from_dict(asked),
        Qrels.from_dict({query_id: draw(judgements) for query_id in asked}),
    )


@st.composite
def metrics(draw: DrawFn, *, names: Sequence[str] = (), max_cutoff: int = 12) -> Metric:
    """Metrics, with and without cut-off and parameters.

    Args:
        draw: given by Hypothesis.
        names: the metrics to choose from; all that exist where empty, one's own too.
        max_cutoff: the highest cut-off.

    >>> from hypothesis import find
    >>> str(find(metrics(names=["nDCG"]), lambda metric: metric.params and metric.cutoff))
    'nDCG(gain="exp")@1'
    """
    found = find_formula(draw(st.sampled_from(tuple(names) or formula_names())))
    cutoff = st.integers(1, max_cutoff)
    chosen = draw(cutoff if found.cutoff == "required" else st.none() | cutoff)
    params = {name: draw(st.sampled_from(values)) for name, values in found.choices.items()}
    level = draw(st.none() | st.sampled_from((2, 0.5)))
    if level is not None:
        params["rel"] = level
    return Metric(found.name, chosen, tuple(params.items()))


def _ids(ids: Ids, max_size: int) -> tuple[SearchStrategy[str], int]:
    """A strategy for single ids, and how many different ones there can be, `max_size` at most."""
    if isinstance(ids, SearchStrategy):
        return ids, max_size
    return st.sampled_from(ids), min(max_size, len(ids))


def _dictionaries(
    ids: Ids, value: SearchStrategy[_Value], min_size: int, max_size: int
) -> SearchStrategy[dict[str, _Value]]:
    key, at_most = _ids(ids, max_size)
    return st.dictionaries(key, value, min_size=min_size, max_size=at_most)


def _scored(
    doc_ids: Ids, min_depth: int, max_depth: int, ties: bool
) -> SearchStrategy[dict[str, float]]:
    """One scored ranking, its documents in any order."""
    if ties:
        return _dictionaries(doc_ids, scores(), min_depth, max_depth)
    doc_id, at_most = _ids(doc_ids, max_depth)
    entries = st.tuples(doc_id, scores(ties=False))
    both = (itemgetter(0), itemgetter(1))
    return st.lists(entries, unique_by=both, min_size=min_depth, max_size=at_most).map(dict)


def _judgements(
    doc_ids: Ids, max_judged: int, grades: Sequence[float], relevant: bool
) -> SearchStrategy[dict[str, float]]:
    """One query's judgements; where a relevant one must be and is not, the first becomes one."""
    entries = _dictionaries(doc_ids, st.sampled_from(grades), 1, max_judged)
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


def _texts(words: Sequence[str], *, min_words: int) -> SearchStrategy[str]:
    return st.lists(st.sampled_from(words), min_size=min_words, max_size=4).map(" ".join)
