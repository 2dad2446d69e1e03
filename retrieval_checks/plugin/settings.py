"""`Settings`: what the command line and the ini file ask for, parsed once."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal, NamedTuple, get_args

import pytest

Dtype = Literal["float32", "float16", "bfloat16"]
DTYPES: tuple[Dtype, ...] = get_args(Dtype)
REPORT_SUFFIXES = (".json",)
GOLDEN_SUFFIXES = (".golden.yaml", ".golden.yml")


class Settings(NamedTuple):  # made eight times faster than a dataclass: every pytest run pays it
    """The plugin's settings; None means that neither flag nor ini key was given."""

    golden_only: bool  # --retrieval-golden: golden files and nothing else
    with_tests: bool  # --retrieval-with-tests: golden files beside the ordinary tests
    collection: Path | None
    collection_is_forced: bool  # given on the command line: wins over golden files
    bi_encoder: str | None
    reranker: str | None
    report: Path | None
    cache: Path | None
    use_cache: bool
    device: str | None
    dtype: Dtype | None

    @property
    def collects_golden(self) -> bool:
        """Whether golden files are collected in this session."""
        return self.golden_only or self.with_tests

    @property
    def active(self) -> bool:
        """Whether the plugin may say anything at all."""
        return self.collects_golden or self.report is not None


SETTINGS = pytest.StashKey[Settings]()


_OPTIONS = (  # name, metavar, help: the flag --retrieval-NAME and the ini key retrieval_NAME
    ("collection", "PATH", "BEIR folder with the corpus, queries and judgements."),
    (
        "bi-encoder",
        "MODEL",
        "Bi-encoder: hub id, folder, or factory package.module:function. Default: all-MiniLM-L6-v2"
        " from the extra 'offline', if installed.",
    ),
    (
        "reranker",
        "MODEL",
        "Reranker of the bi-encoder's results: 'none', 'late-interaction' (the bi-encoder's own"
        " token embeddings), 'late-interaction:MODEL', or a cross-encoder: hub id, folder,"
        " factory. Default: none.",
    ),
    ("report", "PATH", "Write a report when the run ends; the suffix decides: .json."),
    (
        "cache",
        "DIR",
        "Where embeddings and pair scores are kept. Default: the user's cache folder.",
    ),
    ("device", "DEVICE", "Device of the models, such as cpu, cuda:0, mps. Default: theirs."),
    ("dtype", "DTYPE", f"Number type of the models: {', '.join(DTYPES)}. Default: float32."),
)
_NO_CACHE = "Neither read nor write the cache of embeddings and pair scores."


def add_options(parser: pytest.Parser) -> None:
    """Declare the flags and ini keys, in one group."""
    group = parser.getgroup("retrieval", "retrieval checks")
    group.addoption(
        "--retrieval-golden",
        action="store_true",
        dest="retrieval_golden",
        help="Collect and run golden files (*.golden.yaml), and only them.",
    )
    group.addoption(
        "--retrieval-with-tests",
        action="store_true",
        dest="retrieval_with_tests",
        help="Collect and run golden files beside the ordinary tests.",
    )
    for name, metavar, text in _OPTIONS:
        key = f"retrieval_{name.replace('-', '_')}"
        flag = f"--retrieval-{name}"
        group.addoption(flag, dest=key, metavar=metavar, default=None, help=text)
        parser.addini(key, text, type="string", default="")
    group.addoption(
        "--retrieval-no-cache",
        action="store_true",
        dest="retrieval_no_cache",
        help=_NO_CACHE,
    )
    parser.addini("retrieval_no_cache", _NO_CACHE, type="bool", default=False)


def read_settings(config: pytest.Config) -> Settings:
    """The settings of this session; flags win over ini keys.

    Raises:
        pytest.UsageError: a value that has no meaning (exit code 4).
    """
    if any(str(arg).startswith("--retrieval-") for arg in config.invocation_params.args):
        from retrieval_checks.plugin.root import check_root

        check_root(config)
    return Settings(
        golden_only=config.getoption("retrieval_golden"),
        with_tests=config.getoption("retrieval_with_tests"),
        collection=_path(config, "retrieval_collection", _check_collection),
        collection_is_forced=bool(config.getoption("retrieval_collection")),
        bi_encoder=_text(config, "retrieval_bi_encoder"),
        reranker=_text(config, "retrieval_reranker"),
        report=_path(config, "retrieval_report", _check_report),
        cache=_path(config, "retrieval_cache", _check_cache),
        use_cache=_use_cache(config),
        device=_text(config, "retrieval_device"),
        dtype=_dtype(config),
    )


def is_named(path: Path, config: pytest.Config) -> bool:
    """Whether the command line names this very file."""
    base = config.invocation_params.dir
    return any(path == Path(os.path.abspath(base / arg.split("::")[0])) for arg in config.args)


def _text(config: pytest.Config, key: str) -> str | None:
    text: str = config.getoption(key) or config.getini(key)
    return text or None


def _path(config: pytest.Config, key: str, check: Callable[[Path, str], None]) -> Path | None:
    """A path: flags count from where pytest was called, ini keys from the root folder."""
    flag, ini = config.getoption(key), config.getini(key)
    if not flag and not ini:
        return None
    base = config.invocation_params.dir if flag else config.rootpath
    path = (base / Path(flag or ini).expanduser()).resolve()
    if flag or config.getoption("retrieval_golden") or config.getoption("retrieval_with_tests"):
        check(path, f"--{key.replace('_', '-')}" if flag else f"ini key {key}")
    return path


def _check_collection(path: Path, source: str) -> None:
    if not path.exists():
        raise pytest.UsageError(f"{source}: no collection at {path}")


def _check_report(path: Path, source: str) -> None:
    if path.suffix not in REPORT_SUFFIXES:
        raise pytest.UsageError(
            f"{source}: {path.name!r} must end in {' or '.join(REPORT_SUFFIXES)}"
        )
    if not path.parent.is_dir():
        raise pytest.UsageError(f"{source}: there is no folder {path.parent}")
    if path.is_dir():
        raise pytest.UsageError(f"{source}: {path} is a folder")
    if not os.access(path.parent, os.W_OK):
        raise pytest.UsageError(f"{source}: the folder {path.parent} cannot be written to")


def _check_cache(path: Path, source: str) -> None:
    if path.exists() and not path.is_dir():
        raise pytest.UsageError(f"{source}: {path} is not a folder")


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


def _dtype(config: pytest.Config) -> Dtype | None:
    text = _text(config, "retrieval_dtype")
    for dtype in DTYPES:
        if text == dtype:
            return dtype
    if text is not None:
        raise pytest.UsageError(f"retrieval dtype {text!r} is unknown; one of: {', '.join(DTYPES)}")
    return None
