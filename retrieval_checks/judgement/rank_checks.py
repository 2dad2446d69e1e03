"""Checks of where a document stands in one query's ranking."""

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError
from retrieval_checks.judgement.explain.wording import counted
from retrieval_checks.judgement.page import RankingPage
from retrieval_checks.judgement.verdict import Verdict

_LOOK = "if not, look at what changed: the model, the texts or the reranker."


def check_ranked_within(
    run: Run,
    query_id: str,
    doc_id: str,
    rank: int,
    *,
    corpus: Corpus | None = None,
    qrels: Qrels | None = None,
    queries: Queries | None = None,
    shown: int = 10,
    width: int = 100,
) -> Verdict:
    """Whether a document stands at this rank or a better one (1 is the best).

    What is not in the ranking is not ranked: a document that was not retrieved fails, also where
    the ranking ends before `rank`, and the finding says that a deeper one could tell more.

    Args:
        run: the rankings.
        query_id: whose ranking; it must be in the run.
        doc_id: the document that is expected.
        rank: the worst allowed rank, from 1.
        corpus: the texts; where given, `doc_id` must be in it.
        qrels: grades, shown beside the ranking.
        queries: the text of the query.
        shown: documents of the ranking that a failure shows from the top.
        width: columns of its text.

    Raises:
        DataError: the query is not in the run, the document not in the corpus, `rank` below 1.

    >>> run = Run.from_ids({"q1": ["d3", "d1", "d2"]})
    >>> check_ranked_within(run, "q1", "d1", 1).finding.splitlines()[0]
    "'d1' is at rank 2, 1 below the worst allowed rank 1, for query 'q1'"
    """
    page = RankingPage(
        run, query_id, corpus=corpus, qrels=qrels, queries=queries, shown=shown, width=width
    )
    _check_rank(rank)
    found = page.rank(doc_id)
    claim = f"{doc_id!r} within rank {rank} for query {query_id!r}"
    evidence = page.evidence(doc_id=doc_id, rank=found, worst_allowed_rank=rank)
    if found is None:
        finding = page.not_retrieved(doc_id, f"the worst allowed rank is {rank}")
        finding += page.holder(rank)
        context = page.context((doc_id,), rank=rank, rivals=page.doc_ids[rank - 1 : rank])
        return Verdict("FAIL", claim, finding, context, _deeper(page), evidence)
    if found <= rank:
        finding = f"{doc_id!r} is at rank {found}, within {rank}, for query {query_id!r}"
        return Verdict("PASS", claim, finding, evidence=evidence)
    finding = (
        f"{doc_id!r} is at rank {found}, {found - rank} below the worst allowed rank {rank},"
        f" for query {query_id!r}\n{page.gap(rank, found)}"
    )
    advice = f"if {page.doc_ids[rank - 1]!r} answers the query better, allow rank {found}; {_LOOK}"
    context = page.context((doc_id,), rank=rank, rivals=(page.doc_ids[rank - 1],))
    return Verdict("FAIL", claim, finding, context, advice, evidence)


def check_not_ranked_within(
    run: Run,
    query_id: str,
    doc_id: str,
    rank: int,
    *,
    corpus: Corpus | None = None,
    qrels: Qrels | None = None,
    queries: Queries | None = None,
    shown: int = 10,
    width: int = 100,
) -> Verdict:
    """Whether a document stays out of the first `rank` results.

    A document that was not retrieved stays out, however short the ranking. Arguments and errors are
    those of `check_ranked_within`.

    >>> run = Run.from_ids({"q1": ["d3", "d1", "d2"]})
    >>> check_not_ranked_within(run, "q1", "d1", 2).finding.splitlines()[0]
    "'d1' is at rank 2, 1 above the best allowed rank 3, for query 'q1'"
    """
    page = RankingPage(
        run, query_id, corpus=corpus, qrels=qrels, queries=queries, shown=shown, width=width
    )
    _check_rank(rank)
    found = page.rank(doc_id)
    claim = f"{doc_id!r} not within rank {rank} for query {query_id!r}"
    evidence = page.evidence(doc_id=doc_id, rank=found, best_allowed_rank=rank + 1)
    if found is None:
        finding = page.not_retrieved(doc_id, f"so it is not within rank {rank}")
        return Verdict("PASS", claim, finding, evidence=evidence)
    if found > rank:
        finding = f"{doc_id!r} is at rank {found}, outside the top {rank}, for query {query_id!r}"
        return Verdict("PASS", claim, finding, evidence=evidence)
    finding = (
        f"{doc_id!r} is at rank {found}, {rank + 1 - found} above the best allowed rank {rank + 1},"
        f" for query {query_id!r}"
    )
    if rank < page.depth:
        finding += f"\n{page.gap(found, rank + 1)}"
    advice = f"if {doc_id!r} does answer the query, drop this expectation; {_LOOK}"
    return Verdict("FAIL", claim, finding, page.context((doc_id,), rank=rank), advice, evidence)


def check_ranked_above(
    run: Run,
    query_id: str,
    upper: str,
    lower: str,
    *,
    corpus: Corpus | None = None,
    qrels: Qrels | None = None,
    queries: Queries | None = None,
    shown: int = 10,
    width: int = 100,
) -> Verdict:
    """Whether one document is retrieved and stands above another.

    It holds where `lower` was not retrieved, and fails where `upper` was not. Between equal scores
    the document id decides, as everywhere. Arguments and errors are those of `check_ranked_within`.

    >>> run = Run.from_ids({"q1": ["d3", "d1", "d2"]})
    >>> check_ranked_above(run, "q1", "d2", "d3").finding.splitlines()[0]
    "'d2' is at rank 3, 2 below 'd3' at rank 1, for query 'q1'"
    """
    page = RankingPage(
        run, query_id, corpus=corpus, qrels=qrels, queries=queries, shown=shown, width=width
    )
    if upper == lower:
        raise DataError(f"{upper!r} cannot stand above itself; name two documents")
    above, below = page.rank(upper), page.rank(lower)
    claim = f"{upper!r} above {lower!r} for query {query_id!r}"
    evidence = page.evidence(upper=upper, lower=lower, upper_rank=above, lower_rank=below)
    if above is None:
        other = f"nor is {lower!r}" if below is None else f"{lower!r} is at rank {below}"
        finding = page.not_retrieved(upper, other)
        context = page.context((upper, lower))
        return Verdict("FAIL", claim, finding, context, _deeper(page), evidence)
    if below is None:
        finding = page.not_retrieved(lower, f"so {upper!r}, at rank {above}, is above it")
        return Verdict("PASS", claim, finding, evidence=evidence)
    places = f"{upper!r} is at rank {above}, {abs(above - below)}"
    if above < below:
        tie = "\nboth have the same score: the document id decides"
        finding = f"{places} above {lower!r} at rank {below}, for query {query_id!r}"
        finding += tie if page.is_tied(above, below) else ""
        return Verdict("PASS", claim, finding, evidence=evidence)
    finding = f"{places} below {lower!r} at rank {below}, for query {query_id!r}"
    finding += f"\n{page.gap(below, above)}"
    advice = f"if {lower!r} is the better answer, turn the expectation round; {_LOOK}"
    return Verdict("FAIL", claim, finding, page.context((upper, lower)), advice, evidence)


def _deeper(page: RankingPage) -> str:
    return (
        f"retrieve more than {counted(page.depth, 'document')}, or mend the first stage:"
        " a reranker orders only what it is given."
    )


def _check_rank(rank: int) -> None:
    if not isinstance(rank, int) or isinstance(rank, bool) or rank < 1:
        raise DataError(f"rank must be a whole number from 1 (the best), got {rank!r}")
