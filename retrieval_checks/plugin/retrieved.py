"""`Retrieved`: what one golden file's queries retrieved, and the collection they are about."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from retrieval_checks.data.collection import Queries
from retrieval_checks.data.formats.beir import load_collection
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, SettingsError
from retrieval_checks.golden.bound import BoundSuite, bind
from retrieval_checks.golden.schema import GoldenSuite
from retrieval_checks.plugin.fixtures import collection_path, optional_fixture
from retrieval_checks.plugin.settings import SETTINGS

if TYPE_CHECKING:
    from retrieval_checks.data.collection import Collection, Corpus
    from retrieval_checks.retrieval.protocols import Retriever

_LEAST_DEPTH = 100


class Retrieved:
    """A golden file's suite, bound to its collection, and the run of its selected queries."""

    bound: BoundSuite
    run: Run

    def __init__(
        self, suite: GoldenSuite, asked: Sequence[str], request: pytest.FixtureRequest
    ) -> None:
        __tracebackhide__ = True
        session = collection_path(request.config)
        retriever = request.getfixturevalue("retriever")
        folder, split = _collection(suite, request.config)
        if folder is None or (folder, split) == session:
            self.bound = bind(
                suite,
                corpus=optional_fixture(request, "corpus"),
                queries=_queries(request),
                qrels=optional_fixture(request, "qrels"),
            )
        else:
            own = load_collection(folder, split=split)
            self.bound = bind(suite, corpus=own.corpus, queries=own.queries, qrels=own.qrels)
            if folder != session[0]:
                retriever = _over(retriever, own.corpus, suite)
        known = [query_id for query_id in asked if query_id in self.bound.queries]
        depth = max(_LEAST_DEPTH, suite.deepest)
        self.run = retrieve(retriever, self.bound.queries.select(known), depth)


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


def _over(retriever: Any, corpus: "Corpus", suite: GoldenSuite) -> "Retriever":
    """The session's retriever over the corpus of this file."""
    if not hasattr(retriever, "over"):
        raise SettingsError(
            f"{suite.path}: its collection {suite.collection} is not the one that the fixture"
            f" 'retriever' searches, and {type(retriever).__name__} has no method over(corpus);"
            " give it one, or run one collection a session"
        )
    rebound: Retriever = retriever.over(corpus)
    return rebound
