"""`Settings`: what the command line and the ini file ask for, parsed once."""

import os
from pathlib import Path
from typing import NamedTuple, TypeVar

import pytest

from retrieval_checks.plugin.options import (
    ACCEPT_MODES,
    DTYPES,
    ENGINES,
    AcceptMode,
    Dtype,
    RetrievalEngine,
)

Choice = TypeVar("Choice", bound=str)

GOLDEN_SUFFIXES = (".golden.yaml", ".golden.yml")
_ABOUT_GOLDEN = ("gate", "accept", "save", "repeat", "candidate")  # flags


class Settings(NamedTuple):  # made eight times faster than a dataclass: every pytest run pays it
    """The plugin's settings; None means that neither flag nor ini key was given."""

    golden_only: bool  # --retrieval-golden: golden files and nothing else
    with_tests: bool  # --retrieval-with-tests: golden files beside the ordinary tests
    collection: Path | None
    collection_is_forced: bool  # given on the command line: wins over golden files
    bi_encoder: str | None
    reranker: str | None
    reports: tuple[Path, ...]
    cache: Path | None
    use_cache: bool
    cache_limit: int | None  # bytes
    device: str | None
    dtype: Dtype | None
    engine: RetrievalEngine  # of the default retriever
    gates: tuple[str, ...]  # beside those of the golden files
    strict: bool  # an INCONCLUSIVE gate fails
    baseline: str | None  # a name or a path; the lock where none is given
    save: str | None  # the name of the baseline to write
    accept: AcceptMode | None
    reason: str
    repeat: int
    candidate: str | None

    @property
    def collects_golden(self) -> bool:
        """Whether golden files are collected in this session."""
        return self.golden_only or self.with_tests

    @property
    def active(self) -> bool:
        """Whether the plugin may say anything at all."""
        return self.collects_golden or bool(self.reports)


SETTINGS = pytest.StashKey[Settings]()


def read_settings(config: pytest.Config) -> Settings:
    """The settings of this session; flags win over ini keys.

    Raises:
        pytest.UsageError: a value that has no meaning (exit code 4).
    """
    if any(str(arg).startswith("--retrieval-") for arg in config.invocation_params.args):
        from retrieval_checks.plugin.paths import check_root

        check_root(config)
    _check_golden_flags(config)
    return Settings(
        golden_only=config.getoption("retrieval_golden"),
        with_tests=config.getoption("retrieval_with_tests"),
        collection=_path(config, "retrieval_collection"),
        collection_is_forced=bool(config.getoption("retrieval_collection")),
        bi_encoder=_text(config, "retrieval_bi_encoder"),
        reranker=_text(config, "retrieval_reranker"),
        reports=_paths(config, "retrieval_report"),
        cache=_path(config, "retrieval_cache"),
        use_cache=_use_cache(config),
        cache_limit=_cache_limit(config),
        device=_text(config, "retrieval_device"),
        dtype=_choice(config, "dtype", DTYPES),
        engine=_engine(config),
        gates=_gates(config),
        strict=config.getoption("retrieval_strict") or config.getini("retrieval_strict"),
        baseline=_baseline(config),
        save=_name(config),
        accept=_accept(config),
        reason=config.getoption("retrieval_reason") or "",
        repeat=_repeat(config),
        candidate=config.getoption("retrieval_candidate"),
    )


def is_named(path: Path, config: pytest.Config) -> bool:
    """Whether the command line names this very file."""
    base = config.invocation_params.dir
    return any(path == Path(os.path.abspath(base / arg.split("::")[0])) for arg in config.args)


def _check_golden_flags(config: pytest.Config) -> None:
    """Refuse flags without a value, and those about golden files where none is collected."""
    for name in (*_ABOUT_GOLDEN, "baseline"):
        value = config.getoption(f"retrieval_{name}")
        if value == "":
            raise pytest.UsageError(f"--retrieval-{name} is empty")
        if value and name in _ABOUT_GOLDEN and not _collects_golden(config):
            raise pytest.UsageError(
                f"--retrieval-{name} needs --retrieval-golden or --retrieval-with-tests"
            )


def _gates(config: pytest.Config) -> tuple[str, ...]:
    """The gates of the command line and of the ini file, in one spelling, each once."""
    flags = config.getoption("retrieval_gate")
    if not _collects_golden(config):
        return ()
    given = [("ini key retrieval_gates", text) for text in config.getini("retrieval_gates")]
    given += [("--retrieval-gate", text) for text in flags]
    if not given:
        return ()
    from retrieval_checks.errors import SettingsError
    from retrieval_checks.golden.reading.gates import spelt_gates

    try:
        return spelt_gates(given)
    except SettingsError as error:
        raise pytest.UsageError(str(error)) from None


def _accept(config: pytest.Config) -> AcceptMode | None:
    text, reason = config.getoption("retrieval_accept"), config.getoption("retrieval_reason")
    if text is None:
        if reason:
            raise pytest.UsageError("--retrieval-reason says why --retrieval-accept is given")
        return None
    mode = next((mode for mode in ACCEPT_MODES if mode == text), None)
    if mode is None:
        raise pytest.UsageError(f"--retrieval-accept {text!r}: one of {', '.join(ACCEPT_MODES)}")
    if mode == "all" and not (reason or "").strip():
        raise pytest.UsageError(
            "--retrieval-accept all also lets worse rankings in: say why, --retrieval-reason TEXT"
        )
    in_ci = os.environ.get("CI", "").lower() not in ("", "0", "false")
    if in_ci and not config.getoption("retrieval_accept_in_ci"):
        raise pytest.UsageError(
            "--retrieval-accept is refused where CI is set: accepting is a decision that somebody"
            " commits; --retrieval-accept-in-ci allows it"
        )
    return mode


def _baseline(config: pytest.Config) -> str | None:
    if _text(config, "retrieval_baseline") is None:
        return None
    from retrieval_checks.plugin.paths import given_baseline

    return given_baseline(config, is_checked=_collects_golden(config))


def _name(config: pytest.Config) -> str | None:
    name: str | None = config.getoption("retrieval_save")
    if name is not None and not all(c.isalnum() or c in "-_+" for c in name):
        raise pytest.UsageError(
            f"--retrieval-save {name!r}: a name has letters, digits, '-', '_' and '+'"
        )
    return name


def _repeat(config: pytest.Config) -> int:
    text = config.getoption("retrieval_repeat")
    if text is None:
        return 1
    if not text.isdecimal() or not 1 <= int(text) <= 1000:
        raise pytest.UsageError(f"--retrieval-repeat {text!r}: a whole number from 1 to 1000")
    return int(text)


def _collects_golden(config: pytest.Config) -> bool:
    return bool(config.getoption("retrieval_golden") or config.getoption("retrieval_with_tests"))


def _text(config: pytest.Config, key: str) -> str | None:
    text: str = config.getoption(key) or config.getini(key)
    return text or None


def _path(config: pytest.Config, key: str) -> Path | None:
    paths = _paths(config, key)
    return paths[0] if paths else None


def _paths(config: pytest.Config, key: str) -> tuple[Path, ...]:
    if not config.getoption(key) and not config.getini(key):
        return ()
    from retrieval_checks.plugin.paths import given_paths

    return given_paths(config, key, is_checked=_collects_golden(config))


def _use_cache(config: pytest.Config) -> bool:
    """Whether there is a cache; a flag of either kind wins over both ini keys."""
    for read, cache, no_cache in (
        (config.getoption, "--retrieval-cache", "--retrieval-no-cache"),
        (config.getini, "retrieval_cache", "retrieval_no_cache"),
    ):
        folder, off = read("retrieval_cache"), read("retrieval_no_cache")
        if folder and off:
            raise pytest.UsageError(f"{cache} and {no_cache} exclude each other")
        if folder or off:
            return not off
    return True


def _cache_limit(config: pytest.Config) -> int | None:
    text = _text(config, "retrieval_cache_limit")
    if text is None:
        return None
    from retrieval_checks.encoding.size import parse_size
    from retrieval_checks.errors import SettingsError

    try:
        return parse_size(text)
    except SettingsError as error:
        raise pytest.UsageError(f"retrieval cache limit {error}") from None


def _engine(config: pytest.Config) -> RetrievalEngine:
    """Ray is looked for only where it is sure to be needed."""
    engine = _choice(config, "engine", ENGINES) or "local"
    if engine == "ray" and (config.getoption("retrieval_engine") or _collects_golden(config)):
        from importlib.util import find_spec

        if find_spec("ray") is None:
            raise pytest.UsageError('the engine ray needs Ray: pip install "retrieval-checks[ray]"')
    return engine


def _choice(config: pytest.Config, name: str, allowed: tuple[Choice, ...]) -> Choice | None:
    text = _text(config, f"retrieval_{name}")
    for choice in allowed:
        if text == choice:
            return choice
    if text is not None:
        raise pytest.UsageError(
            f"retrieval {name} {text!r} is unknown; one of: {', '.join(allowed)}"
        )
    return None
