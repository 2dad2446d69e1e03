"""The contenders: ours, pytrec_eval, ranx and ir_measures, doing the same job."""

import gzip
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import fmean
from typing import ClassVar

from retrieval_checks import Qrels, Run, evaluate, read_trec_qrels, read_trec_run
from tests.benchmarks.peers.judged_run import Grades, JudgedRun, Table

METRICS = ("nDCG@10", "R@100", "P@10", "AP", "RR")
Means = tuple[float, ...]  # of METRICS, in their order
Job = Callable[[], Means]


class Contender(ABC):
    """One library's way from each form of the data to the five means."""

    name: ClassVar[str]
    distribution: ClassVar[str]
    breaks_ties: ClassVar[bool] = True  # as trec_eval does: by document id, descending
    compiles: ClassVar[bool] = False  # at first use

    @abstractmethod
    def prepared(self, run: Table, qrels: Grades) -> Job:
        """Evaluation alone, of what the library evaluates fastest, built beforehand."""

    @abstractmethod
    def from_dicts(self, run: Table, qrels: Grades) -> Means: ...

    @abstractmethod
    def from_files(self, run: Path, qrels: Path) -> Means: ...

    def version(self) -> str | None:
        """The installed version, None where it is missing."""
        try:
            return version(self.distribution)
        except PackageNotFoundError:
            return None


class Ours(Contender):
    name = "retrieval_checks"
    distribution = "retrieval-checks"

    def prepared(self, run: Table, qrels: Grades) -> Job:
        return self._job(Run.from_dict(run), Qrels.from_dict(qrels))

    def prepared_from_arrays(self, data: JudgedRun) -> Job:
        return self._job(*self._built(data))

    def from_arrays(self, data: JudgedRun) -> Means:
        return self._means(*self._built(data))

    def from_dicts(self, run: Table, qrels: Grades) -> Means:
        return self._means(run, qrels)

    def from_files(self, run: Path, qrels: Path) -> Means:
        return self._means(read_trec_run(run), read_trec_qrels(qrels))

    def _built(self, data: JudgedRun) -> tuple[Run, Qrels]:
        return (
            Run.from_arrays(data.query_ids, data.doc_ids, data.docs, data.scores),
            Qrels.from_arrays(data.query_ids, data.doc_ids, data.judged, data.grades),
        )

    def _job(self, run: Run, qrels: Qrels) -> Job:
        return lambda: self._means(run, qrels)

    def _means(self, run: Run | Table, qrels: Qrels | Grades) -> Means:
        mean = evaluate(run, qrels, METRICS).mean
        return tuple(mean[metric] for metric in METRICS)


class PytrecEval(Contender):
    name = "pytrec_eval"
    distribution = "pytrec-eval-terrier"
    measures = ("ndcg_cut_10", "recall_100", "P_10", "map", "recip_rank")

    def prepared(self, run: Table, qrels: Grades) -> Job:
        evaluator = import_module("pytrec_eval").RelevanceEvaluator(qrels, set(self.measures))
        return lambda: self._means(evaluator.evaluate(run))

    def from_dicts(self, run: Table, qrels: Grades) -> Means:
        return self.prepared(run, qrels)()

    def from_files(self, run: Path, qrels: Path) -> Means:
        library = import_module("pytrec_eval")
        opened = gzip.open if run.suffix == ".gz" else open
        with opened(run, "rt") as run_file, qrels.open() as qrels_file:
            return self.from_dicts(library.parse_run(run_file), library.parse_qrel(qrels_file))

    def _means(self, values: Mapping[str, Mapping[str, float]]) -> Means:
        return tuple(fmean(query[name] for query in values.values()) for name in self.measures)


class Ranx(Contender):
    name = "ranx"
    distribution = "ranx"
    breaks_ties = False
    compiles = True
    measures = ("ndcg@10", "recall@100", "precision@10", "map", "mrr")

    def prepared(self, run: Table, qrels: Grades) -> Job:
        library = import_module("ranx")
        return self._job(library.Run(run), library.Qrels(qrels))

    def from_dicts(self, run: Table, qrels: Grades) -> Means:
        return self.prepared(run, qrels)()

    def from_files(self, run: Path, qrels: Path) -> Means:
        library = import_module("ranx")
        kind = "gz" if run.suffix == ".gz" else "trec"
        read = library.Run.from_file(str(run), kind=kind)
        return self._job(read, library.Qrels.from_file(str(qrels), kind="trec"))()

    def _job(self, run: object, qrels: object) -> Job:
        evaluate = import_module("ranx").evaluate

        def job() -> Means:
            means = evaluate(qrels, run, list(self.measures))
            return tuple(float(means[name]) for name in self.measures)

        return job


class IrMeasures(Contender):
    name = "ir_measures"
    distribution = "ir-measures"

    def prepared(self, run: Table, qrels: Grades) -> Job:
        library = import_module("ir_measures")
        measures = [library.parse_measure(metric) for metric in METRICS]
        evaluator = library.evaluator(measures, qrels)
        return lambda: self._means(evaluator.calc_aggregate(run))

    def from_dicts(self, run: Table, qrels: Grades) -> Means:
        return self._calculated(qrels, run)

    def from_files(self, run: Path, qrels: Path) -> Means:
        library = import_module("ir_measures")
        return self._calculated(
            library.read_trec_qrels(str(qrels)), library.read_trec_run(str(run))
        )

    def _calculated(self, qrels: object, run: object) -> Means:
        library = import_module("ir_measures")
        measures = [library.parse_measure(metric) for metric in METRICS]
        return self._means(library.calc_aggregate(measures, qrels, run))

    def _means(self, values: Mapping[object, float]) -> Means:
        by_name = {str(measure): value for measure, value in values.items()}
        return tuple(by_name[metric] for metric in METRICS)


OURS = Ours()
PEERS: tuple[Contender, ...] = (PytrecEval(), Ranx(), IrMeasures())


def installed() -> list[Contender]:
    """Ours first, then the peers that this environment has."""
    return [OURS, *(peer for peer in PEERS if peer.version())]
