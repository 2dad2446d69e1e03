"""`ray_session`: a Ray to work on, the one that runs already or one of our own."""

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from retrieval_checks.errors import MissingDependencyError, RetrievalChecksError
from retrieval_checks.retrieval.adapters.hits import SearchError

_CORE_LEVEL = "RAY_BACKEND_LOG_LEVEL"
_LOGGER = "ray.data"  # says what it executes, and how to have progress bars
_RAYS_ADVICE = "\nFailed to apply UDF"  # what Ray Data appends to the message of any error


@contextmanager
def ray_session() -> Iterator[None]:
    """Ray for as long as the block runs.

    What is initialised already is used and left alone. So is a running cluster, which
    `RAY_ADDRESS` or `ray start` on this machine names: it is joined, and left at the end. Where
    there is none, one is started on this machine, and shut down at the end.

    Raises:
        MissingDependencyError: Ray is not installed.
        SearchError: the cluster cannot be reached.
    """
    ray = need_ray()
    is_ours = not ray.is_initialized()
    connect()
    try:
        yield
    finally:
        if is_ours:
            ray.shutdown()  # stops what was started here, and only leaves what was joined


def connect() -> Any:
    """The module ray, initialised: until the process ends, unless it was or is shut down."""
    ray = need_ray()
    if not ray.is_initialized():
        with quiet(), _core_quiet():
            try:
                ray.init(include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
            except (ConnectionError, RuntimeError, ValueError) as error:
                raise SearchError(
                    f"Ray cannot be reached or started: {error}; look at RAY_ADDRESS, or unset it"
                    " for a Ray of this machine alone"
                ) from error
    return ray


def need_ray() -> Any:
    """The module ray.

    Raises:
        MissingDependencyError: it is not installed.
    """
    try:
        with quiet():
            import ray
            import ray.data
    except ImportError as error:
        raise MissingDependencyError(
            f'Ray is not installed ({error}): pip install "retrieval-checks[ray]"'
        ) from error
    return ray


@contextmanager
def quiet() -> Iterator[None]:
    """Neither log lines nor warnings of Ray's: a test session has its own to say.

    Ray warns of settings that it made itself, which would be errors under `-W error`.
    """
    logger = logging.getLogger(_LOGGER)
    level = logger.level
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            logger.setLevel(logging.CRITICAL)
            yield
        finally:
            logger.setLevel(level)


@contextmanager
def _core_quiet() -> Iterator[None]:
    """Of what Ray's core writes to stderr, only what ends it; a level that is set already holds.

    It writes past Python, and announces the level that it is told: hence another stderr meanwhile.
    """
    if _CORE_LEVEL in os.environ:
        yield
        return
    os.environ[_CORE_LEVEL] = "fatal"
    own = os.dup(2)
    try:
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(own, 2)
        os.close(own)
        del os.environ[_CORE_LEVEL]


@contextmanager
def plain_errors() -> Iterator[None]:
    """Our own errors as they were raised in a worker; Ray's as `SearchError`."""
    ray = need_ray()
    try:
        yield
    except ray.exceptions.RayError as error:
        own = _own_error(error)
        if own is not None:
            raise own from None
        raise SearchError(f"Ray did not finish: {error}") from error


def _own_error(error: BaseException | None) -> RetrievalChecksError | None:
    """The first of our errors that this one was caused by, without Ray's wrapping."""
    while error is not None:
        own = getattr(error, "cause", error)  # what a task raised
        if isinstance(own, RetrievalChecksError):
            own.args = (str(own).partition(_RAYS_ADVICE)[0],)
            return own
        error = error.__cause__ or error.__context__
    return None
