"""`Retrieved`: what one golden file's queries retrieved, and the collection they are about."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from retrieval_checks.comparison.baseline import Baseline
from retrieval_checks.comparison.context import Context
from retrieval_checks.comparison.gates import Gate, Latency
from retrieval_checks.data.collection import Queries
from retrieval_checks.data.postings import FloatArray
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, RetrievalChecksError, SettingsError
from retrieval_checks.golden.bound import BoundSuite, bind
from retrieval_checks.golden.judge import Accepted, judge_suite
from retrieval_checks.golden.loading import load_named
from retrieval_checks.golden.lock import Lock
from retrieval_checks.golden.suite import GoldenSuite
from retrieval_checks.judgement.verdict import Verdict
from retrieval_checks.plugin.fixtures import collection_path, optional_fixture
from retrieval_checks.plugin.golden.today import environment
from retrieval_checks.plugin.overriding.flags import check_flags
from retrieval_checks.plugin.settings import SETTINGS

if TYPE_CHECKING:
    from retrieval_checks.data.collection import Collection, Corpus
    from retrieval_checks.plugin.golden.file import GoldenFile
    from retrieval_checks.retrieval.pipeline import Pipeline
    from retrieval_checks.retrieval.protocols import Retriever

_LEAST_DEPTH = 100


class Retrieved:
    """A golden file bound to its collection, the run of its selected queries, and its verdicts."""

    bound: BoundSuite
    run: Run
    lock: Lock
    gates: tuple[Gate, ...]
    retriever: "Retriever"
    moved: bool = False  # to another corpus than the session's
    depth: int
    stages: dict[str, Run]  # of a pipeline, where a report is asked for: by name

    def __init__(self, file: "GoldenFile", request: pytest.FixtureRequest) -> None:
        __tracebackhide__ = True
        suite = file.suite
        self._baseline = file.baseline
        self.lock, self.gates = file.lock, tuple(gate.gate for gate in file.gates)
        self._settings = request.config.stash[SETTINGS]
        session = collection_path(request.config)
        retriever = adapted(request.getfixturevalue("retriever"))
        check_flags(request)
        folder, split = _collection(suite, request.config)
        if folder is None or (folder, split) == session:
            self.bound = bind(
                suite,
                corpus=optional_fixture(request, "corpus"),
                queries=_queries(request),
                qrels=optional_fixture(request, "qrels"),
            )
        else:
            where = "" if self._settings.collection_is_forced else suite.collection_place
            own = load_named(folder, split=split, where=where)
            self.bound = bind(suite, corpus=own.corpus, queries=own.queries, qrels=own.qrels)
            if folder != session[0]:
                retriever = over(retriever, own.corpus, suite)
                self.moved = True
        known = [query_id for query_id in file.selected() if query_id in self.bound.queries]
        deepest = [gate.depth or 0 for gate in self.gates]
        self.depth = max(_LEAST_DEPTH, suite.deepest, *deepest)
        self.retriever = retriever
        watched = _watched(retriever) if self._settings.reports else None
        asked = self.bound.queries.select(known)
        self.run = retrieve(watched or retriever, asked, self.depth)
        self.stages = watched.runs if watched is not None else {}

    @cached_property
    def context(self) -> Context:
        """What today's figures are measured with."""
        from retrieval_checks.data.fingerprint import fingerprint
        from retrieval_checks.retrieval.inspection.description import describe

        corpus = self.bound.corpus
        known = f"{len(corpus)} documents {fingerprint(corpus)[:12]}" if corpus else "unknown"
        return Context(known, describe(self.retriever), environment())

    @property
    def accepted(self) -> Accepted | None:
        """What the lock asks of the queries; nothing where all rankings are accepted anyway."""
        if not self.bound.suite.needs_lock or self._settings.accept == "all":
            return None
        required = self._settings.accept is None
        return Accepted(self.lock.records, lambda: self.context, required)

    @cached_property
    def verdicts(self) -> dict[Gate, Verdict | RetrievalChecksError]:
        """What every gate of the file came to, or why it cannot be judged."""
        compares = any(gate.needs_reference for gate in self.gates)
        return judge_suite(
            self.bound,
            self.run,
            self.gates,
            baseline=self.reference if compares else None,
            latencies=np.sum(list(self.latencies.values()), axis=0) if self.latencies else None,
            repeats=self.repeats,
            context=lambda: self.context,
        )

    @cached_property
    def repeats(self) -> list[Run]:
        """The same queries again, as often as --retrieval-repeat asks beyond the first time."""
        if self._settings.repeat < 2:
            return []
        from retrieval_checks.retrieval.inspection.repeats import retrieve_again

        queries = self.bound.queries.select(list(self.run))
        seeds = range(1, self._settings.repeat)
        return [
            retrieve_again(self.retriever, queries, self.depth, corpus=self.bound.corpus, seed=seed)
            for seed in seeds
        ]

    @cached_property
    def latencies(self) -> dict[str, FloatArray]:
        """Milliseconds of each query in each stage, where a gate is about them; else empty."""
        if not any(isinstance(gate.test, Latency) for gate in self.gates):
            return {}
        from retrieval_checks.retrieval.inspection.latency import time_stages

        return time_stages(self.retriever, self.bound.queries, self.depth)

    @cached_property
    def reference(self) -> Baseline | RetrievalChecksError:
        """What today's rankings are compared with, or why there is nothing to compare with."""
        try:
            if self._baseline is not None:
                return self._baseline
            if not self.bound.suite.needs_lock:
                raise SettingsError("the file says 'lock: none': give --retrieval-baseline")
            return self.lock.baseline()
        except RetrievalChecksError as error:
            return error


@dataclass(eq=False)
class _Watched:
    """A pipeline whose stages' runs are kept: the same rankings, retrieved once."""

    pipeline: "Pipeline"
    runs: dict[str, Run] = field(default_factory=dict)

    def retrieve(self, queries: Queries, k: int, /) -> Run:
        self.runs = self.pipeline.retrieve_stages(queries, k)
        *_, last = self.runs.values()
        return last.top(k).renamed(self.pipeline.name)


def _watched(retriever: object) -> _Watched | None:
    """Of a pipeline of several stages; of one's own subclass only itself knows what it does."""
    from retrieval_checks.retrieval.pipeline import Pipeline

    if type(retriever) is not Pipeline or len(retriever.stages) < 2:
        return None
    return _Watched(retriever)


def _collection(suite: GoldenSuite, config: pytest.Config) -> tuple[Path | None, str]:
    """Folder and split that a golden file is about; no folder where it leaves that open."""
    settings = config.stash[SETTINGS]
    if suite.collection is None:
        return None, suite.split
    return settings.collection if settings.collection_is_forced else suite.collection, suite.split


def _queries(request: pytest.FixtureRequest) -> Queries | None:
    """The texts that are known: of the fixture `queries`, and of queries without judgements."""
    judged: Queries | None = optional_fixture(request, "queries")
    whole: Collection | None = optional_fixture(request, "collection")
    if judged is None or whole is None:
        return judged if whole is None else whole.queries
    texts = dict(zip(whole.queries.query_ids, whole.queries.texts, strict=True))
    return Queries.from_dict(texts | dict(zip(judged.query_ids, judged.texts, strict=True)))


def adapted(retriever: Any) -> Any:
    """Functions and other libraries' retrievers in their adapters; anything else as it is."""
    from retrieval_checks.retrieval.adapters.any_retriever import as_retriever

    try:
        return as_retriever(retriever)
    except SettingsError:
        return retriever  # `retrieve` says what is wrong with it


def retrieve(retriever: Any, queries: Queries, depth: int) -> Run:
    """The run of these queries, from whatever the fixture `retriever` is.

    Raises:
        DataError: it is no retriever, or what it returned is no run of these queries.
    """
    __tracebackhide__ = True
    if not queries:
        return Run.from_ids({})
    if isinstance(retriever, type) or not callable(getattr(retriever, "retrieve", None)):
        what = "a class" if isinstance(retriever, type) else f"a {type(retriever).__name__}"
        raise DataError(
            f"the fixture 'retriever' is {what}; it must be an object with the method"
            " retrieve(queries, k) -> Run"
        )
    run = retriever.retrieve(queries, depth)
    if not isinstance(run, Run):
        raise DataError(
            f"{type(retriever).__name__}.retrieve returned an object of type {type(run).__name__},"
            " not a Run; Run.from_dict({query_id: {doc_id: score}}) makes one"
        )
    unasked = [query_id for query_id in run if query_id not in queries]
    if unasked:
        raise DataError(
            f"{type(retriever).__name__}.retrieve answered {len(unasked)} queries that it was not"
            f" asked, among them {unasked[0]!r}; results are paired by query id"
        )
    return run


def over(retriever: Any, corpus: "Corpus | None", suite: GoldenSuite) -> "Retriever":
    """The session's retriever over the corpus of this file."""
    if not hasattr(retriever, "over"):
        raise SettingsError(
            f"{suite.path}: its collection {suite.collection} is not the one that the fixture"
            f" 'retriever' searches, and {type(retriever).__name__} has no method over(corpus);"
            " give it one, or run one collection a session"
        )
    rebound: Retriever = retriever.over(corpus)
    return rebound
