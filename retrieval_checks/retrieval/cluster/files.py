"""`CorpusFiles`: a corpus that stays in its files, read by the workers and never by one process."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from retrieval_checks.data.formats.lines import FilePath, near_files, without_gzip
from retrieval_checks.data.formats.objects import json_lines
from retrieval_checks.data.postings import check_id
from retrieval_checks.errors import DataError, SettingsError

_SUFFIXES = (".jsonl", ".parquet")
_IDS = ("_id", "id", "doc_id")
_ROWS = 4096  # documents handed on at once


@dataclass(frozen=True)
class CorpusFiles:
    """Documents in JSONL files, plain or gzip, and Parquet files, in no particular order.

    Keys, or columns: `_id` or `id` (in Parquet also `doc_id`), `text`, and where it is there
    `title`. One task reads a file, so that many files are read faster than one. Every machine of
    the cluster must see them under the same path; Parquet may also stand where pyarrow reads it,
    such as `s3://bucket/corpus.parquet`.

    Args:
        paths: files, or folders with such files; one of them or several.

    Raises:
        DataError: no such file; a folder without such files.
        SettingsError: a file of another kind.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "corpus.jsonl")
    ...     _ = file.write_text('{"_id": "d1", "title": "Cats", "text": "purr"}')
    ...     [rows.to_pylist() for rows in read_rows(CorpusFiles(folder).files[0])]
    [[{'doc_id': 'd1', 'text': 'Cats purr'}]]
    """

    paths: FilePath | Sequence[FilePath]
    files: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        paths = [self.paths] if isinstance(self.paths, str | os.PathLike) else self.paths
        files = dict.fromkeys(file for path in paths for file in _files(os.fspath(path)))
        object.__setattr__(self, "files", tuple(files))
        if not files:
            raise DataError("a corpus needs at least one file; no path was given")


def read_rows(file: str) -> Iterator[Any]:
    """Arrow tables with the columns doc_id and text (of title and text), a few thousand rows each.

    Raises:
        DataError: as `read_jsonl_corpus`; a Parquet file without these columns, or with something
            else than strings in them.
    """
    return _read_parquet(file) if file.endswith(".parquet") else _read_jsonl(file)


def rows_of(doc_ids: Sequence[str], contents: Sequence[str]) -> Any:
    """An Arrow table of these documents; ids and texts may have more than 2 GB together."""
    import pyarrow as pa

    columns = {"doc_id": doc_ids, "text": contents}
    return pa.table({name: pa.array(values, pa.large_string()) for name, values in columns.items()})


def _files(path: str) -> list[str]:
    if "://" in path or not os.path.isdir(path):
        return [_checked(path)]
    found = [str(file) for file in sorted(Path(path).iterdir()) if _kind(str(file)) in _SUFFIXES]
    if not found:
        raise DataError(f"{path}: no {' or '.join(_SUFFIXES)} file in this folder")
    return [os.path.abspath(file) for file in found]


def _checked(path: str) -> str:
    is_remote = "://" in path
    if not is_remote and not os.path.exists(path):
        raise DataError(f"{path}: no such file{near_files(path)}")
    if _kind(path) not in (_SUFFIXES[1:] if is_remote else _SUFFIXES):
        raise SettingsError(
            f"{path}: a corpus is read from .jsonl and .jsonl.gz files that all machines see, and"
            " from .parquet files"
        )
    return path if is_remote else os.path.abspath(path)


def _kind(path: str) -> str:
    return path[path.rfind(".") :] if "://" in path else without_gzip(path).suffix


def _read_jsonl(file: str) -> Iterator[Any]:
    doc_ids: list[str] = []
    contents: list[str] = []
    for line in json_lines(file):
        doc_ids.append(line.id("_id", "id", kind="document"))
        contents.append(_content(line.text("title", default=""), line.text("text")))
        if len(doc_ids) == _ROWS:
            yield rows_of(doc_ids, contents)
            doc_ids, contents = [], []
    if doc_ids:
        yield rows_of(doc_ids, contents)


def _read_parquet(file: str) -> Iterator[Any]:
    import pyarrow as pa
    from pyarrow.dataset import dataset

    try:
        source = dataset(file, format="parquet")
        names = [name for name in _IDS if name in source.schema.names][:1]
        if not names or "text" not in source.schema.names:
            raise DataError(
                f"{file}: the columns are {', '.join(source.schema.names)}; a corpus has one of"
                f" {', '.join(_IDS)}, and text, and perhaps title"
            )
        titles = ["title"] if "title" in source.schema.names else []
        for batch in source.to_batches(columns=[*names, "text", *titles], batch_size=_ROWS):
            columns = [column.to_pylist() for column in batch.columns]
            yield _rows(file, *columns)
    except (OSError, pa.ArrowException) as error:
        raise DataError(f"{file}: cannot be read as Parquet: {error}") from None


def _rows(file: str, doc_ids: list[Any], texts: list[Any], titles: list[Any] | None = None) -> Any:
    for doc_id, text in zip(doc_ids, texts, strict=True):
        check_id(doc_id, "document", f"in {file}")
        if not isinstance(text, str):
            raise DataError(f"{file}: text of document {doc_id!r} is {text!r:.40}; write a string")
    pairs = zip(titles or [""] * len(texts), texts, strict=True)
    return rows_of(doc_ids, [_content(title or "", text) for title, text in pairs])


def _content(title: str, text: str) -> str:
    return f"{title} {text}".strip()  # as `Document.content`
