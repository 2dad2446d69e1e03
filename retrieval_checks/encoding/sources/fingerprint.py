"""What a model's output depends on, as one digest; computed without torch."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from retrieval_checks.encoding.sources.folder import WEIGHTS, check_not_pickled
from retrieval_checks.errors import ModelError

_CONFIGURATION = {".json", ".txt", ".model", ".py"}
_BESIDE = {"onnx": (".onnx_data", ".data")}  # weights that an .onnx file of over 2 GB refers to
_NOT_READ = {"data_config.json", "trainer_state.json", "training_args.json", "requirements.txt"}
_BIG = 1 << 20


class DigestMemory(Protocol):
    """Remembers digests of big files between runs, by path, size and times of change."""

    def digest(self, path: Path, /) -> str:
        """The SHA-256 of a file's content, in hexadecimal."""


def fingerprint(
    path: Path,
    settings: Mapping[str, object],
    *,
    backend: str = "torch",
    memory: DigestMemory | None = None,
) -> str:
    """A digest of the model's files, of what was asked of it and of the library's major version.

    Two folders with the same content, such as a hub snapshot and a copy of it, agree. The library's
    major version counts since a new one may tokenise or pool differently.

    Args:
        path: the model's folder.
        settings: what else decides the output: prompts, dtype, maximum length, normalisation.
        backend: which weights are read: `"torch"`, `"onnx"` or `"openvino"`.
        memory: where digests of big files are remembered.

    Raises:
        ModelError: no weights in the folder, or pickled ones of one of its modules.
    """
    check_not_pickled(path, backend=backend)
    files = {file.relative_to(path).as_posix(): file for file in _files(path, backend)}
    if not any(file.suffix in WEIGHTS[backend] for file in files.values()):
        raise ModelError(f"no {' or '.join(WEIGHTS[backend])} weights in {path}")
    digests = {name: file_digest(file, memory) for name, file in files.items()}
    content = {"files": digests, "settings": dict(settings), "backend": backend}
    content["sentence-transformers"] = library_version().partition(".")[0]
    return digest_of(content)


def digest_of(content: object) -> str:
    """A digest of a JSON-like value, whatever the order of its keys; 32 hexadecimal digits."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def file_digest(path: Path, memory: DigestMemory | None = None) -> str:
    """The SHA-256 of a file; that of a big one is remembered in `memory`, or in this process."""
    stat = path.stat()
    if stat.st_size < _BIG:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    if memory is not None:
        return memory.digest(path)
    return _digest_once(path, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)


def library_version() -> str:
    """The installed version of sentence-transformers, read without importing it; "" if absent."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("sentence-transformers")
    except PackageNotFoundError:
        return ""


def _files(path: Path, backend: str) -> Iterator[Path]:
    suffixes = {*_CONFIGURATION, *WEIGHTS[backend], *_BESIDE.get(backend, ())}
    for file in sorted(path.rglob("*")):
        hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
        if file.suffix in suffixes and file.name not in _NOT_READ and not hidden:
            yield file


@lru_cache(maxsize=64)
def _digest_once(path: Path, size: int, *changed: int) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
