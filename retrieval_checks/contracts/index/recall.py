"""`check_index_recall`: an approximate index against exact search of the same vectors."""

from dataclasses import replace

from retrieval_checks.comparison.attribution import index_loss
from retrieval_checks.data.collection import Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.judgement.run_checks import check_rankings_agree
from retrieval_checks.judgement.verdict import Verdict
from retrieval_checks.metrics.metric import Metric
from retrieval_checks.retrieval.protocols import Retriever


def check_index_recall(
    approximate: Retriever,
    exact: Retriever,
    queries: Queries,
    k: int = 10,
    *,
    at_least: float = 0.95,
    every_query: bool = False,
    qrels: Qrels | None = None,
    metric: str | Metric = "nDCG@10",
) -> Verdict:
    """Whether an approximate index finds enough of the exact top k, mean over queries in [0, 1].

    Documents of equal score are cut at k by their ids on both sides: where a corpus holds many
    copies, an index that finds other copies has missed these. Relevance plays no part in the
    outcome; with judgements, a failure also shows what the index costs.

    Args:
        approximate: an `ApproximateRetriever`, or any retriever whose index is approximate.
        exact: exact search of the same vectors, such as a `DenseRetriever`.
        queries: what is searched for.
        k: how deep.
        at_least: the least share that passes.
        every_query: hold every query to it, not the mean.
        qrels: judgements, for what the loss means; see `index_loss`.
        metric: what that is measured by.

    Raises:
        SettingsError: k below 1, a share that is not in [0, 1].
        DataError: no queries, or runs that have not the same queries.

    >>> from retrieval_checks import Corpus, DenseRetriever
    >>> class Letters:
    ...     def encode(self, texts):
    ...         return [[t.count("a"), t.count("b")] for t in texts]
    >>> dense = DenseRetriever(Corpus.from_dict({"d1": "aa", "d2": "ab"}), Letters())
    >>> check_index_recall(dense, dense, Queries.from_dict({"q": "a"}), k=1).outcome
    'PASS'
    """
    found, wanted = (retriever.retrieve(queries, k) for retriever in (approximate, exact))
    agreement = check_rankings_agree(
        found, wanted, overlap=at_least, k=k, every_query=every_query, queries=queries
    )
    whole = " for every query" if every_query else ""
    verdict = replace(
        agreement,
        claim=f"share of the exact top {k} that {found.name!r} finds >= {at_least!r}{whole}",
        advice=agreement.advice and _ADVICE,
    )
    if qrels is None:
        return verdict
    loss = index_loss(wanted, found, qrels, metric, k=k)
    context = verdict.context and f"{verdict.context}\n\n{loss.explain()}"
    return replace(verdict, context=context, evidence={**verdict.evidence, "loss": loss.to_dict()})


_ADVICE = (
    "search wider (ef_search, probes), link more (m, ef_construction), or build the index anew; if"
    " that is too slow, lower the share by what you decide to lose."
)
