"""The flags and ini keys, declared; what they mean stands in `settings`."""

from typing import Literal, get_args

import pytest

Dtype = Literal["float32", "float16", "bfloat16"]
AcceptMode = Literal["new", "improved", "all"]
RetrievalEngine = Literal["local", "ray"]
DTYPES: tuple[Dtype, ...] = get_args(Dtype)
ACCEPT_MODES: tuple[AcceptMode, ...] = get_args(AcceptMode)
ENGINES: tuple[RetrievalEngine, ...] = get_args(RetrievalEngine)
COLLECTION_NAMES = ("ir-datasets:", "hf:")  # no paths: other libraries know what they name
REPORT_SUFFIXES = (".json", ".html", ".md")

_OPTIONS = (  # name, metavar, help: the flag --retrieval-NAME and the ini key retrieval_NAME
    (
        "collection",
        "PATH|NAME",
        "Corpus, queries and judgements: a folder in BEIR layout, of tables or of datasets, or"
        " ir-datasets:ID, hf:ID.",
    ),
    (
        "bi-encoder",
        "MODEL",
        "Bi-encoder, sparse encoder or multi-vector model: hub id, folder, or the factory of a"
        " bi-encoder, package.module:function. Default: all-MiniLM-L6-v2 from the extra 'offline',"
        " if installed.",
    ),
    (
        "reranker",
        "MODEL",
        "Reranker of the bi-encoder's results: 'none', 'late-interaction' (the bi-encoder's own"
        " token embeddings), 'late-interaction:MODEL', or a cross-encoder: hub id, folder,"
        " factory. Default: none.",
    ),
    (
        "engine",
        "ENGINE",
        "Where the default retriever, and a candidate given by its model, encode and search the"
        " documents: 'local', or 'ray', on the Ray cluster that RAY_ADDRESS names or else one of"
        " this machine. A retriever of your own is not touched. Default: local.",
    ),
    (
        "report",
        "PATH",
        "Write a report when the run ends; the suffix decides: .json, .html, .md. The flag may be"
        " repeated.",
    ),
    (
        "cache",
        "DIR",
        "Where embeddings and pair scores are kept. Default: the user's cache folder.",
    ),
    (
        "cache-limit",
        "SIZE",
        "What the cache may take on disk, such as 500MB or 20GB: what was used least recently goes."
        " Default: any.",
    ),
    ("device", "DEVICE", "Device of the models, such as cpu, cuda:0, mps. Default: theirs."),
    ("dtype", "DTYPE", f"Number type of the models: {', '.join(DTYPES)}. Default: float32."),
    (
        "baseline",
        "NAME|PATH",
        "What gates compare with: a baseline saved under this name, or the file of one or of a TREC"
        " run. Default: the accepted rankings (lock) of each golden file.",
    ),
)
_FLAGS = (  # name, metavar, help: flags without an ini key
    ("save", "NAME", "Save rankings and figures beside each golden file, as baseline NAME."),
    (
        "accept",
        "MODE",
        f"Accept today's rankings into the lock: {', '.join(ACCEPT_MODES)}. 'new' adds queries,"
        " 'improved' also those that rose, 'all' whatever differs (with --retrieval-reason).",
    ),
    ("reason", "TEXT", "Why the rankings are accepted; kept in the lock."),
    (
        "candidate",
        "SPEC",
        "Judge another pipeline against the current one, query by query: a model id or path, or a"
        " name in [tool.retrieval_checks.pipelines].",
    ),
)
_GATE = (
    "Judge a further gate over every golden file, such as 'nDCG@10 drop <= 0.02'; may be repeated."
)
_STRICT = "Fail where a gate is INCONCLUSIVE; otherwise it only says so."
_REPEAT = (
    "Retrieve N times, in another order each time: values are averaged, and what differs is the"
    " noise that no gate may be tighter than. Default: 1."
)
_IN_CI = "Let --retrieval-accept write although the environment variable CI is set."
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
        action = "append" if name == "report" else "store"
        group.addoption(flag, dest=key, action=action, metavar=metavar, default=None, help=text)
        parser.addini(key, text, type="string", default="")
    group.addoption(
        "--retrieval-no-cache",
        action="store_true",
        dest="retrieval_no_cache",
        help=_NO_CACHE,
    )
    parser.addini("retrieval_no_cache", _NO_CACHE, type="bool", default=False)
    for name, metavar, text in _FLAGS:
        key = f"retrieval_{name}"
        group.addoption(f"--retrieval-{name}", dest=key, metavar=metavar, default=None, help=text)
    group.addoption(
        "--retrieval-gate",
        action="append",
        dest="retrieval_gate",
        metavar="EXPR",
        default=[],
        help=_GATE,
    )
    parser.addini("retrieval_gates", _GATE, type="linelist", default=[])
    group.addoption(
        "--retrieval-strict", action="store_true", dest="retrieval_strict", help=_STRICT
    )
    parser.addini("retrieval_strict", _STRICT, type="bool", default=False)
    group.addoption(
        "--retrieval-repeat", dest="retrieval_repeat", metavar="N", default=None, help=_REPEAT
    )
    group.addoption(
        "--retrieval-accept-in-ci",
        action="store_true",
        dest="retrieval_accept_in_ci",
        help=_IN_CI,
    )
