"""`Baseline`: what an earlier system came to, to compare the next one with."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from retrieval_checks.comparison.context import Context, cause
from retrieval_checks.comparison.records import QueryRecord, as_run, judgements_digest
from retrieval_checks.comparison.saved import read_saved, write_saved
from retrieval_checks.data.formats.lines import FilePath, numbered_lines
from retrieval_checks.data.formats.trec import read_trec_run
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, NotComparableError, listed
from retrieval_checks.judgement.explain.wording import counted
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.metrics.metric import Metric

SUFFIX = ".baseline.jsonl"


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """A named evaluation: rankings and, where they were recorded, figures and fingerprints.

    From a saved evaluation, an accepted lock, or any run, such as a TREC file. Of a run nothing is
    known but its rankings, so that only those are compared.

    >>> baseline = Baseline.from_run(Run.from_ids({"q1": ["d1", "d2"]}, name="may"))
    >>> from retrieval_checks.metrics.metric import parse_metric
    >>> baseline.values(parse_metric("RR@10"), Qrels.from_dict({"q1": {"d2": 1}}))
    {'q1': 0.5}
    """

    name: str
    run: Run  # of recorded rankings only the order is meant, scores are 1 / rank
    records: Mapping[str, QueryRecord]  # by query id; empty where only the run is known
    about: Mapping[str, str]  # what else the file says, such as date and commit
    is_whole: bool = False  # of a run without records: whether its rankings are known to be uncut

    @classmethod
    def from_run(cls, run: Run, *, name: str | None = None, is_whole: bool = False) -> Self:
        """A baseline of which nothing is known but its rankings.

        Args:
            run: the rankings.
            name: the run's by default.
            is_whole: nothing was cut off them above the depth that is asked for: where they are
                short, more was not found.
        """
        return cls(name or run.name, run, {}, {}, is_whole)

    @classmethod
    def from_records(
        cls,
        records: Mapping[str, QueryRecord],
        *,
        name: str,
        about: Mapping[str, str] | None = None,
    ) -> Self:
        """A baseline of records, one a query."""
        return cls(name, as_run(records, name), records, about or {})

    def save(self, path: FilePath) -> None:
        """Write the file that `load_baseline` reads.

        Raises:
            DataError: there are no records, only a run (write that as a TREC file), or the file
                cannot be written.
        """
        if not self.records:
            raise DataError(f"baseline {self.name!r} has rankings only: use write_trec_run")
        write_saved(Path(path), "baseline", self.records, about={**self.about, "name": self.name})

    def values(self, metric: Metric, qrels: Qrels) -> dict[str, float]:
        """The metric of each judged query that the baseline has, by query id.

        From the rankings, so that both sides are measured by the same code, where they were kept
        as deep as the metric looks; otherwise as recorded.

        Raises:
            NotComparableError: judgements that differ from the recorded ones, a metric that was
                not recorded and needs deeper rankings.
        """
        query_ids = [query_id for query_id in qrels if query_id in self.run]
        self._check_judgements(query_ids, qrels)
        if not query_ids:
            return {}
        if self.reaches(metric.depth, query_ids):
            return evaluate(self.run, qrels.select(query_ids), metric).per_query(metric)
        return {query_id: self._recorded(query_id, metric) for query_id in query_ids}

    def reaches(self, depth: int | None, query_ids: Iterable[str]) -> bool:
        """Whether these queries' rankings are known down to a rank; None: down to their ends."""
        records = (self.records[query_id] for query_id in query_ids if query_id in self.records)
        return all(record.reaches(depth) for record in records)

    def check_depth(self, depth: int | None, candidate: Run) -> None:
        """Nothing, unless the baseline seems to be cut above a depth that the candidate reaches.

        Of a run without records only its longest ranking tells: a candidate may find relevant
        documents at ranks that the baseline does not have, and nothing of it would be a gain.

        Raises:
            NotComparableError: it does.
        """
        if self.records or self.is_whole or depth is None:
            return
        longest, reached = (_longest(run, self.run) for run in (self.run, candidate))
        if longest < depth <= reached:
            raise NotComparableError(
                f"NOT COMPARABLE: {depth} documents of each query are looked at, {self.name!r} has"
                f" {longest} at most and {candidate.name!r} {reached}; if the first was cut there,"
                f" write it anew, {depth} deep, or look at {longest}; if not, say so:"
                " Baseline.from_run(run, is_whole=True)"
            )

    @property
    def context(self) -> Context | None:
        """What most of its queries were recorded with, of equally many the first; None: unknown."""
        contexts = Counter(record.context for record in self.records.values()).most_common(1)
        return contexts[0][0] if contexts else None

    def cause(self, now: Context) -> str:
        """Which class of change may explain that figures differ; empty where nothing is known.

        Of queries that were recorded in several contexts, what explains it for most of them.
        """
        before = self.context
        return cause(before.changes(now)) if before else ""

    def _recorded(self, query_id: str, metric: Metric) -> float:
        record = self.records[query_id]
        if str(metric) not in record.figures:
            raise NotComparableError(
                f"NOT COMPARABLE with {self.name!r}: of query {query_id!r} {metric} was not"
                f" recorded, and of its ranking {counted(len(record.ranking), 'document')};"
                f" recorded: {', '.join(record.figures) or 'no figures'}. Accept or save anew to"
                " record it"
            )
        return record.figures[str(metric)]

    def _check_judgements(self, query_ids: Sequence[str], qrels: Qrels) -> None:
        differing = [
            query_id
            for query_id in query_ids
            if query_id in self.records
            and self.records[query_id].judgements != judgements_digest(qrels, query_id)
        ]
        if differing:
            raise NotComparableError(
                f"NOT COMPARABLE with {self.name!r}: the judgements of {len(differing)} of"
                f" {len(query_ids)} queries differ: {listed(differing)}; measure both sides alike:"
                " --retrieval-accept all with --retrieval-reason, or --retrieval-save once more"
            )


def load_baseline(path: FilePath) -> Baseline:
    """The baseline in a file: a saved evaluation, a lock, or a run in TREC's format.

    Raises:
        DataError: with file and line, as `read_saved`, and `read_trec_run` for a run; no such file.
    """
    place = Path(path)
    if not _is_saved(place):
        return Baseline.from_run(read_trec_run(place))
    saved = read_saved(place, "baseline", "lock")
    name = saved.about.get("name", place.name.removesuffix(SUFFIX))
    return Baseline.from_records(saved.records, name=name, about=saved.about)


def _longest(run: Run, among: Iterable[str]) -> int:
    """The length of the longest ranking of these queries."""
    rows = run.rows([query_id for query_id in among if query_id in run])
    return int(np.diff(run.indptr)[rows].max(initial=0))


def _is_saved(path: Path) -> bool:
    """Whether it is a file of ours, by name where its beginning was damaged, else by content."""
    _, first = next(iter(numbered_lines(path)), (1, b""))
    return first.lstrip().startswith(b"{") or path.name.endswith((SUFFIX, ".lock.jsonl"))
