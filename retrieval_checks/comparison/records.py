"""`QueryRecord`: what one query came to, as locks and baselines keep it, one query a line."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from retrieval_checks.comparison.context import Context, cause, digest
from retrieval_checks.data.collection import Queries
from retrieval_checks.data.fingerprint import fingerprint
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.metrics.metric import Metric

_DIGITS = 6  # significant, of a score; more would change with the machine


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Who let a ranking in: when, at which commit, and why."""

    date: str  # ISO, 2026-11-23
    commit: str  # abbreviated; empty outside a repository
    reason: str  # empty where none was asked for


@dataclass(frozen=True, slots=True)
class QueryRecord:
    """The ranking and figures of one query, and what they depend on."""

    query_id: str
    ranking: tuple[tuple[str, float | None], ...]  # best first; an infinite score is None
    figures: Mapping[str, float]  # by metric, canonical spelling; empty where not judged
    text: str  # digest of the query's text
    judgements: str  # digest of its grades; empty where not judged
    context: Context
    accepted: Acceptance | None = None
    depth: int | None = None  # documents that were asked for; None: not known

    @property
    def doc_ids(self) -> tuple[str, ...]:
        """The documents, best first."""
        return tuple(doc_id for doc_id, _ in self.ranking)

    def reaches(self, depth: int | None) -> bool:
        """Whether the ranking is known down to a rank; None: down to its end."""
        is_whole = self.depth is not None and len(self.ranking) < self.depth
        return is_whole or (depth is not None and depth <= len(self.ranking))

    def changes(self, now: "QueryRecord") -> dict[str, tuple[str, str]]:
        """What a later record of the query was measured with that this one was not."""
        own = {name: (getattr(self, name), getattr(now, name)) for name in ("text", "judgements")}
        differing = {name: pair for name, pair in own.items() if pair[0] != pair[1]}
        return differing | self.context.changes(now.context)

    def cause(self, now: "QueryRecord") -> str:
        """Which class of change may explain that a later record differs."""
        return cause(self.changes(now))


def make_records(
    run: Run,
    queries: Queries,
    qrels: Qrels,
    metrics: Iterable[Metric],
    *,
    context: Context,
    depth: int,
) -> dict[str, QueryRecord]:
    """A record of every query of the run, by query id; rankings are cut at `depth`."""
    wanted, judged = list(metrics), [query_id for query_id in run if query_id in qrels]
    figures: dict[str, dict[str, float]] = {}
    if judged and wanted:
        evaluation = evaluate(run, qrels.select(judged), wanted)
        names = list(map(str, evaluation.metrics))
        for query_id, row in zip(evaluation.query_ids, evaluation.values.tolist(), strict=True):
            figures[query_id] = dict(zip(names, row, strict=True))
    cut = run.top(depth)
    return {
        query_id: QueryRecord(
            query_id,
            tuple((doc_id, _short(score)) for doc_id, score in cut[query_id].items()),
            figures.get(query_id, {}),
            digest(queries[query_id]) if query_id in queries else "",
            judgements_digest(qrels, query_id),
            context,
            depth=depth,
        )
        for query_id in run
    }


def judgements_digest(qrels: Qrels, query_id: str) -> str:
    """Twelve hexadecimal digits of one query's grades; empty where it is not judged."""
    return fingerprint(qrels.select([query_id]))[:12] if query_id in qrels else ""


def as_run(records: Mapping[str, QueryRecord], name: str) -> Run:
    """The rankings as a run; only their order is kept, scores are 1 / rank."""
    return Run.from_ids({q: record.doc_ids for q, record in records.items()}, name=name)


def _short(score: float) -> float | None:
    return float(f"{score:.{_DIGITS}g}") if math.isfinite(score) else None
