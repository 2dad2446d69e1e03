"""`SavedFile`: what one saved baseline, lock or TREC run says of itself, or why it cannot."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from math import fsum
from pathlib import Path
from typing import Any, Literal

from retrieval_checks.comparison.baseline import SUFFIX, Baseline, load_baseline
from retrieval_checks.data.formats.lines import numbered_lines, without_gzip
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.errors import RetrievalChecksError
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.metrics.metric import Metric

Kind = Literal["baseline", "accepted", "run"]
_LOCK = ".golden.lock.jsonl"
_RUNS = (".trec", ".run", ".res")
_RUN_COLUMNS = 6


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A row of the list; of a damaged file only the path, the kind and the error are known."""

    path: Path
    kind: Kind
    name: str
    date: str = ""  # ISO: when it was saved or last accepted; of a TREC run, of the file
    commit: str = ""
    queries: int = 0
    pipeline: str = ""  # empty where it was not recorded, as for TREC runs
    corpus: str = ""
    means: dict[str, float] = field(default_factory=dict)  # by metric
    error: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The row as JSON has it."""
        return {**asdict(self), "path": str(self.path)}


def kind_of(path: Path) -> Kind | None:
    """What a file is by its name, a TREC run also by its six columns; None: none of these.

    >>> kind_of(Path("legal.may.baseline.jsonl")), kind_of(Path("legal.golden.yaml"))
    ('baseline', None)
    """
    if path.name.endswith(SUFFIX):
        return "baseline"
    if path.name.endswith(_LOCK):
        return "accepted"
    return "run" if without_gzip(path).suffix.lower() in _RUNS and _is_run(path) else None


def read_saved_file(
    path: Path, kind: Kind, qrels: Qrels | None, metrics: Sequence[Metric]
) -> SavedFile:
    """The row of a file; the means of a run by these judgements, of others as recorded."""
    try:
        baseline = load_baseline(path)
        means = _recorded(baseline) if baseline.records else _measured(baseline, qrels, metrics)
    except RetrievalChecksError as error:
        return SavedFile(path, kind, path.name, error=str(error))
    context = baseline.context
    return SavedFile(
        path,
        kind,
        baseline.name,
        date=_date(baseline, path),
        commit=baseline.about.get("commit", ""),
        queries=len(baseline.run),
        pipeline=context.pipeline if context else "",
        corpus=context.corpus if context else "",
        means=means,
    )


def _is_run(path: Path) -> bool:
    """Whether the first line that says anything is a run's; judgements have four columns.

    What cannot be read counts: the list says why.
    """
    try:
        for _, line in numbered_lines(path):
            if line.strip() and not line.startswith(b"#"):
                return len(line.split()) >= _RUN_COLUMNS
    except RetrievalChecksError:
        return True
    return False


def _recorded(baseline: Baseline) -> dict[str, float]:
    figures: dict[str, list[float]] = {}
    for record in baseline.records.values():
        for name, value in record.figures.items():
            figures.setdefault(name, []).append(value)
    return {name: fsum(values) / len(values) for name, values in sorted(figures.items())}


def _measured(
    baseline: Baseline, qrels: Qrels | None, metrics: Sequence[Metric]
) -> dict[str, float]:
    """Of a run of other queries nothing is known, rather than that it is worth nothing."""
    if qrels is None or not any(query_id in baseline.run for query_id in qrels):
        return {}
    return evaluate(baseline.run, qrels, metrics).mean


def _date(baseline: Baseline, path: Path) -> str:
    """When it was saved; of a lock the last day that something was accepted."""
    if not baseline.records:
        return datetime.fromtimestamp(path.stat().st_mtime).date().isoformat()
    accepted = (record.accepted.date for record in baseline.records.values() if record.accepted)
    return baseline.about.get("date", "") or max(accepted, default="")
