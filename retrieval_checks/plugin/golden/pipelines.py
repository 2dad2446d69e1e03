"""Pipelines by name or by model: what `--retrieval-candidate` means."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval_checks.data.collection import Corpus
from retrieval_checks.encoding.sources.resolve import is_factory, resolve
from retrieval_checks.errors import SettingsError, did_you_mean
from retrieval_checks.plugin.options import DTYPES
from retrieval_checks.retrieval.build import build_retriever, parse_bi_encoder, parse_reranker
from retrieval_checks.retrieval.protocols import Retriever
from retrieval_checks.retrieval.rerank import Reranker

if TYPE_CHECKING:
    from retrieval_checks.encoding.inference import Progress
    from retrieval_checks.encoding.store import Store
    from retrieval_checks.plugin.settings import Settings

_TEXTS = (
    *("bi_encoder", "reranker", "retriever", "dtype", "device", "backend"),
    *("query_prompt", "document_prompt"),
)
_NUMBERS = ("depth", "max_seq_length")
_OPTIONS = ("dtype", "device", "backend", "query_prompt", "document_prompt", "max_seq_length")


def read_pipelines(root: Path) -> dict[str, dict[str, Any]]:
    """The tables of `[tool.retrieval_checks.pipelines]` in pyproject.toml, by name.

    Raises:
        SettingsError: the file is no TOML, a pipeline is no table, an unknown key, a value of
            another type.
    """
    path = root / "pyproject.toml"
    if not path.is_file():
        return {}
    try:
        parsed = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: no TOML: {error}") from None
    tables = parsed.get("tool", {}).get("retrieval_checks", {}).get("pipelines", {})
    if not isinstance(tables, dict):
        raise SettingsError(f"{path}: [tool.retrieval_checks.pipelines] must be a table of tables")
    for name, table in tables.items():
        _check(table, f"{path}: [tool.retrieval_checks.pipelines.{name}]")
    return tables


def build_candidate(
    spec: str,
    corpus: Corpus,
    settings: "Settings",
    *,
    root: Path,
    store: "Store | None",
    progress: "Progress | None",
) -> Retriever:
    """The pipeline that a setting names; what it leaves open is as in the current settings.

    - a name in `[tool.retrieval_checks.pipelines]`: a table with `bi_encoder`, `reranker`, `depth`
      and the model's options, or `retriever = "package.module:function"`, called with the corpus;
    - otherwise a bi-encoder: hub id, path or factory; the reranker stays.

    Raises:
        SettingsError: no such pipeline, or one that makes no sense.
        ModelError: no such model.
    """
    tables = read_pipelines(root)
    if spec not in tables and not Path(spec).exists() and "/" not in spec and not is_factory(spec):
        near = did_you_mean(spec, tables) if tables else ""
        if near.startswith("did"):
            raise SettingsError(
                f"no pipeline {spec!r} in [tool.retrieval_checks.pipelines]; {near}"
            )
    table = tables.get(spec, {"bi_encoder": spec})
    if "retriever" in table:
        return _own(table["retriever"], corpus)
    options = {name: table[name] for name in _OPTIONS if name in table}
    options = {"dtype": settings.dtype, "device": settings.device, **options}
    encoder = parse_bi_encoder(
        table.get("bi_encoder") or settings.bi_encoder or _default(),
        **options,
        cache=store,
        progress=progress,
    )
    model = parse_reranker(
        table.get("reranker", settings.reranker or "none"),
        bi_encoder=encoder,
        cache=store,
        progress=progress,
    )
    stage = None if model is None else Reranker(model, depth=table.get("depth", 50))
    return build_retriever(corpus, bi_encoder=encoder, reranker=stage)


def _own(factory: str, corpus: Corpus) -> Retriever:
    if not is_factory(factory):
        raise SettingsError(f"retriever {factory!r} must be 'package.module:function'")
    source = resolve(factory)
    assert source.factory is not None  # noqa: S101  # a factory was asked for
    retriever: Retriever = source.factory(corpus)
    return retriever


def _default() -> str:
    from retrieval_checks.encoding.sources.resolve import OFFLINE_MODEL

    return OFFLINE_MODEL


def _check(table: object, where: str) -> None:
    if not isinstance(table, Mapping):
        raise SettingsError(f"{where} must be a table, such as {{bi_encoder = 'models/new'}}")
    for key, value in table.items():
        if key not in (*_TEXTS, *_NUMBERS):
            hint = did_you_mean(key, [*_TEXTS, *_NUMBERS])
            raise SettingsError(f"{where}: unknown key {key!r}; {hint}")
        wanted = str if key in _TEXTS else int
        if not isinstance(value, wanted) or isinstance(value, bool):
            kind = "text" if wanted is str else "a whole number"
            raise SettingsError(f"{where}: {key} must be {kind}, got {value!r}")
        if key == "dtype" and value not in DTYPES:
            raise SettingsError(f"{where}: dtype {value!r}; one of {', '.join(DTYPES)}")
    if "retriever" in table and len(table) > 1:
        raise SettingsError(f"{where}: 'retriever' is a whole pipeline; drop the other keys")
