"""Runs and judgements of which every figure is known: query i is q000i, its answer is `good`."""

from collections.abc import Iterable, Mapping

from retrieval_checks.comparison.context import Context
from retrieval_checks.comparison.records import QueryRecord, make_records
from retrieval_checks.data.collection import Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.metrics.metric import Metric, parse_metric

CONTEXT = Context("2 documents 3f2a", "dense MiniLM", "Linux, numpy 2.4")


def names(n: int) -> list[str]:
    return [f"q{i:04}" for i in range(n)]


def queries(n: int) -> Queries:
    return Queries.from_dict({query_id: f"What is {query_id}?" for query_id in names(n)})


def judged(n: int) -> Qrels:
    """Both documents are judged, `good` alone is relevant: of any ranking all is judged."""
    return Qrels.from_dict({query_id: {"good": 1, "bad": 0} for query_id in names(n)})


def run(n: int, *, lost: Iterable[int] = (), second: Iterable[int] = (), name: str = "run") -> Run:
    """`good` first: RR and nDCG 1; `second`: RR 1/2; `lost`: not retrieved, RR 0."""
    rankings = {query_id: ["good", "bad"] for query_id in names(n)}
    rankings |= {names(n)[row]: ["bad"] for row in lost}
    rankings |= {names(n)[row]: ["bad", "good"] for row in second}
    return Run.from_ids(rankings, name=name)


def records(
    of: Run,
    qrels: Qrels,
    *,
    metrics: Iterable[str | Metric] = ("nDCG@10",),
    context: Context = CONTEXT,
    depth: int = 10,
    texts: Mapping[str, str] | None = None,
) -> dict[str, QueryRecord]:
    known = texts or {query_id: f"What is {query_id}?" for query_id in of}
    wanted = [parse_metric(metric) for metric in metrics]
    return make_records(of, Queries.from_dict(known), qrels, wanted, context=context, depth=depth)
