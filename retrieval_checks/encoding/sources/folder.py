"""What a model's folder holds, read without torch: its configuration, its weights."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from retrieval_checks.errors import ModelError

WEIGHTS = {"torch": (".safetensors",), "onnx": (".onnx",), "openvino": (".xml", ".bin")}

_REMEDY = "fetch the model again"
_PICKLED = (".bin", ".pt", ".pkl", ".ckpt")


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file; empty where there is no such file, or no object in it.

    Raises:
        ModelError: the file is no JSON.
    """
    content = _parsed(path)
    return content if isinstance(content, dict) else {}


def has_weights(path: Path, *, backend: str) -> bool:
    """Whether the backend's weights are there, with every shard that an index names."""
    present = all(_any_file(path, f"*{suffix}") for suffix in WEIGHTS[backend])
    if not present or backend != "torch":
        return present
    indices = path.rglob("*.safetensors.index.json")
    return all(
        _is_file(index.parent / shard)
        for index in indices
        for shard in set(_texts(index, "weight_map").values())
    )


def check_not_pickled(path: Path, *, backend: str) -> None:
    """Refuse a model of whose modules one would be read from a pickle.

    A transformer can be told to take safetensors only; the other modules of sentence-transformers
    fall back on `pytorch_model.bin` where there is nothing else.

    Raises:
        ModelError: a module's folder has pickled weights and no safetensors.
    """
    for folder in _module_folders(path, backend):
        names = sorted(file.name for file in folder.glob("*") if file.is_file())
        pickled = [name for name in names if name.endswith(_PICKLED)]
        if pickled and not any(name.endswith(".safetensors") for name in names):
            raise ModelError(
                f"{folder / pickled[0]}: pickled weights are not read, and no .safetensors are"
                " beside them. If you trust the model, save the model again as safetensors:"
                f" SentenceTransformer({str(path)!r}).save_pretrained(FOLDER), or the same with"
                " CrossEncoder; then name FOLDER"
            )


def _module_folders(path: Path, backend: str) -> Iterator[Path]:
    modules = _parsed(path / "modules.json")
    if not isinstance(modules, list):
        modules = [{"path": "", "type": "Transformer"}]
    for module in modules:
        own = module if isinstance(module, dict) else {"path": None}
        place, kind = own.get("path", ""), own.get("type", "")
        if not isinstance(place, str) or not isinstance(kind, str):
            raise ModelError(f"{path / 'modules.json'}: {module!r:.60} is no module; {_REMEDY}")
        yield from _own_folders(path / place, kind, backend)


def _own_folders(folder: Path, kind: str, backend: str) -> Iterator[Path]:
    """The folder of a module, and of those inside it: a router keeps one for each of its routes."""
    # the backend decides what a transformer is read from, and what another module never
    if backend == "torch" or not kind.endswith("Transformer"):
        yield folder
    for name, inner in _texts(folder / "router_config.json", "types").items():
        if folder not in Path(os.path.normpath(folder / name)).parents:
            raise ModelError(f"{folder / 'router_config.json'}: {name!r} is no folder inside it")
        yield from _own_folders(folder / name, inner, backend)


def _texts(path: Path, key: str) -> dict[str, str]:
    """`{name: text}` under a key of a JSON file; empty where there is none."""
    found = read_json(path).get(key, {})
    if not isinstance(found, dict) or not all(isinstance(text, str) for text in found.values()):
        raise ModelError(f"{path}: {key!r} is {found!r:.60}, names and texts are needed; {_REMEDY}")
    return found


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that no file can have
        return False


def _any_file(path: Path, pattern: str) -> bool:
    return any(file.is_file() for file in path.rglob(pattern))  # a link may lead nowhere


def _parsed(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{path}: not readable as JSON ({error}); {_REMEDY}") from None
