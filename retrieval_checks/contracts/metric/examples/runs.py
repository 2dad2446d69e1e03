"""Examples of runs: scores, ties, dictionaries, and queries beside each other."""

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from retrieval_checks.contracts.metric.cases import (
    ONLY_QUERY,
    Changed,
    Parts,
    RankingCase,
    RunCase,
)
from retrieval_checks.contracts.metric.examples.domain import Domain
from retrieval_checks.contracts.metric.examples.rankings import any_ranking

_SCORES = (0.0, -1.0, 1.0, -2.0, 2.0, 0.5, -0.5, 1e6, -1e6)


@st.composite
def rescored(draw: DrawFn, domain: Domain) -> Changed:
    """Other scores in the same order, zero and negative ones among them."""
    case = draw(domain.everyday())
    size = len(case.ranking)
    scores = draw(st.lists(st.sampled_from(_SCORES), unique=True, min_size=size, max_size=size))
    return _with_scores(case, sorted(scores, reverse=True), "with other scores, in the same order")


@st.composite
def close(draw: DrawFn, domain: Domain) -> Changed:
    """Scores in the same order that are one number in single precision."""
    case = draw(domain.everyday(min_depth=2))
    scores = [1 + 2.0**-40 * i for i in reversed(range(len(case.ranking)))]
    return _with_scores(
        case, scores, "with scores in the same order that float32 cannot tell apart"
    )


@st.composite
def tied(draw: DrawFn, domain: Domain) -> Changed:
    """Tied scores, and distinct ones in the order that ties have."""
    case = draw(domain.everyday(min_depth=2))
    score = st.sampled_from((1.0, 2.0))
    first, second, *others = case.ranking
    shared = draw(score)
    scored = {first: shared, second: shared, **{doc_id: draw(score) for doc_id in others}}
    order = sorted(scored, key=lambda doc_id: (scored[doc_id], doc_id), reverse=True)
    before = RankingCase(tuple(order), case.grades, case.k)
    return Changed(
        RunCase.of(before),
        RunCase({ONLY_QUERY: scored}, {ONLY_QUERY: case.grades}, case.k),
        "with ties instead",
    )


@st.composite
def documents_reordered(draw: DrawFn, domain: Domain) -> Changed:
    """The entries of a ranking in another order."""
    before = RunCase.of(draw(domain.everyday(min_depth=2)))
    entries = draw(st.permutations(list(before.run[ONLY_QUERY].items())))
    after = replace(before, run={ONLY_QUERY: dict(entries)})
    return Changed(before, after, "with the same scores written in another order")


@st.composite
def queries_reordered(draw: DrawFn, domain: Domain) -> Changed:
    """The queries of the run, last first."""
    before = draw(domain.everyday_runs(min_queries=2))
    after = replace(before, run=dict(reversed(list(before.run.items()))))
    return Changed(before, after, "with the queries of the run in another order")


@st.composite
def named_as_query(draw: DrawFn, domain: Domain) -> Changed:
    """A document whose id is the query's."""
    case = draw(domain.everyday())
    old = draw(st.sampled_from(case.ranking))
    ranking = tuple(ONLY_QUERY if doc_id == old else doc_id for doc_id in case.ranking)
    grades = {ONLY_QUERY if doc_id == old else doc_id: g for doc_id, g in case.grades.items()}
    return Changed(
        RunCase.of(case),
        RunCase.of(RankingCase(ranking, grades, case.k)),
        f"with {old!r} renamed {ONLY_QUERY!r}, as the query is",
    )


@st.composite
def query_beside(draw: DrawFn, domain: Domain) -> Changed:
    """A query without judgements in the run."""
    before = draw(domain.everyday_runs())
    scored = draw(st.sampled_from(list(before.run.values())))
    after = replace(before, run={**before.run, "unjudged": scored})
    return Changed(before, after, "with a query that has no judgements")


@st.composite
def query_missing(draw: DrawFn, domain: Domain) -> Changed:
    """A query that found nothing relevant, and one that the run lacks."""
    before, failed = draw(_with_failed_query(domain))
    run = {query_id: scored for query_id, scored in before.run.items() if query_id != failed}
    return Changed(before, replace(before, run=run), f"with {failed!r} missing from the run")


@st.composite
def query_empty(draw: DrawFn, domain: Domain) -> Changed:
    """A query that found nothing relevant, and one that found nothing."""
    before, failed = draw(_with_failed_query(domain))
    after = replace(before, run={**before.run, failed: {}})
    return Changed(before, after, f"with nothing retrieved for {failed!r}")


@st.composite
def query_without_relevant(draw: DrawFn, domain: Domain) -> Changed:
    """A query that found nothing relevant, and one for which nothing is."""
    before, failed = draw(_with_failed_query(domain))
    grades = dict.fromkeys(before.qrels[failed], 0)
    after = replace(before, qrels={**before.qrels, failed: grades})
    return Changed(before, after, f"with nothing relevant for {failed!r}")


@st.composite
def queries_apart(draw: DrawFn, domain: Domain) -> Parts:
    """A run, and its queries one by one."""
    whole = draw(domain.everyday_runs(min_queries=2))
    parts = (RunCase({q: whole.run[q]}, {q: whole.qrels[q]}, whole.k) for q in whole.run)
    return Parts(whole, tuple(parts))


@st.composite
def any_run(draw: DrawFn, domain: Domain) -> RunCase:
    """Everything that may occur in a run: ties, queries missing, empty, without judgements."""
    base = draw(domain.everyday_runs())
    case = draw(any_ranking(domain))
    scored = {doc_id: draw(st.sampled_from(_SCORES)) for doc_id in case.ranking}
    run = {**base.run, ONLY_QUERY: scored, **draw(st.sampled_from(({}, {"unjudged": scored})))}
    for query_id in list(base.run)[1:]:
        what = draw(st.sampled_from(("kept", "missing", "empty")))
        if what != "kept":
            run.pop(query_id)
        if what == "empty":
            run[query_id] = {}
    run = dict(draw(st.permutations(list(run.items()))))
    return RunCase(run, {**base.qrels, ONLY_QUERY: case.grades}, case.k)


@st.composite
def _with_failed_query(draw: DrawFn, domain: Domain) -> tuple[RunCase, str]:
    """A run whose last query retrieved a document that is not the relevant one."""
    case = draw(domain.everyday_runs())
    failed = "failed"
    found, relevant = draw(st.permutations(("a", "b")))
    run = {**case.run, failed: {found: 1.0}}
    return RunCase(run, {**case.qrels, failed: {relevant: 1, found: 0}}, case.k), failed


def _with_scores(case: RankingCase, scores: list[float], change: str) -> Changed:
    before = RunCase.of(case)
    after = replace(before, run={ONLY_QUERY: dict(zip(case.ranking, scores, strict=True))})
    return Changed(before, after, change)
