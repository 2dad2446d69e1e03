"""Text files, plain or gzip: numbered lines out of them, whole files into them."""

import gzip
import io
import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from pathlib import Path
from secrets import token_hex
from typing import IO

from retrieval_checks.errors import DataError, printable

FilePath = str | os.PathLike[str]

UTF8_MARK = b"\xef\xbb\xbf"
_GZIP_MAGIC = b"\x1f\x8b"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_BUFFER = 1 << 20  # bytes; GzipFile's own readline is slow, a buffer in front of it is not


def numbered_lines(path: FilePath) -> Iterator[tuple[int, bytes]]:
    """Each line of a file with its number from 1, undecoded, its line end left on it.

    Gzip is recognised by content, whatever the name; a UTF-8 byte order mark is removed. Lines end
    at a line feed only: other marks that Unicode calls line ends may stand inside a JSON string.

    Raises:
        DataError: file missing (near names are listed) or unreadable, gzip cut off or damaged,
            text in UTF-16.
    """
    number = 0
    try:
        with opened(path) as file:
            first = file.readline()
            if first:
                number = 1
                yield 1, _without_mark(first, path)
            for number, line in enumerate(file, 2):
                yield number, line
    except FileNotFoundError:
        raise DataError(f"{os.fspath(path)}: no such file{near_files(path)}") from None
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(
            f"{os.fspath(path)}:{number + 1}: the gzip data are cut off or damaged ({error});"
            " copy or write the file again"
        ) from None
    except OSError as error:
        raise DataError(f"{os.fspath(path)}: cannot be read: {error.strerror or error}") from None


@contextmanager
def opened(path: FilePath) -> Iterator[IO[bytes]]:
    """The bytes of a file, unpacked where they are gzip by content; errors as they come."""
    with io.BufferedReader(io.FileIO(path), _BUFFER) as raw:
        if raw.peek(2)[:2] != _GZIP_MAGIC:
            yield raw
        else:
            with gzip.GzipFile(fileobj=raw, mode="rb") as packed:
                yield io.BufferedReader(packed, _BUFFER)


def write_lines(path: FilePath, lines: Iterable[str]) -> None:
    """Write a text file as a whole or not at all; gzip when the name ends in `.gz`.

    Lines come without their ends. The same lines give the same bytes, gzip included. The file is
    written beside its place and moved there, so that nobody ever reads half of it.

    Raises:
        DataError: the file cannot be written; what stood at `path` is still there.
    """
    packed = os.path.realpath(path).lower().endswith(".gz")
    try:
        with replacing(path) as raw:
            _write(raw, lines, packed=packed)
    except UnicodeEncodeError as error:
        raise DataError(
            f"{os.fspath(path)}: {error.object[error.start : error.end]!r} is half of a surrogate"
            " pair and cannot be written as UTF-8; mend the text it comes from"
        ) from None


@contextmanager
def replacing(path: FilePath) -> Iterator[IO[bytes]]:
    """A new file that takes its place at `path` when the block has ended without an error.

    Raises:
        DataError: the file cannot be written; what stood at `path` is still there.
    """
    place = Path(os.path.realpath(path))  # a link stays a link
    draft = place.with_name(f".{place.name}.{token_hex(8)}.tmp")
    try:
        with open(draft, "xb") as raw:
            yield raw
            raw.flush()
            os.fsync(raw.fileno())
        os.replace(draft, place)
    except OSError as error:
        raise DataError(
            f"{os.fspath(path)}: cannot be written: {error.strerror or error}"
        ) from None
    finally:
        with suppress(OSError):  # it was moved, or never made
            draft.unlink()


def near_files(path: FilePath) -> str:
    """What a message says after "no such file": near file names, or which folder is missing."""
    place = Path(path)
    if not place.parent.is_dir():
        return f"; there is no folder {str(place.parent)!r} either"
    names: list[str] = []
    with suppress(OSError):  # a folder that may not be listed
        names = os.listdir(place.parent)
    near = get_close_matches(place.name, names, n=3, cutoff=0.7)
    return f"; near names in its folder: {', '.join(map(printable, near))}" if near else ""


def without_gzip(path: FilePath) -> Path:
    """The path without a final `.gz`."""
    place = Path(path)
    return place.with_suffix("") if place.suffix.lower() == ".gz" else place


def _without_mark(line: bytes, path: FilePath) -> bytes:
    if line.startswith(_UTF16_MARKS):
        raise DataError(f"{os.fspath(path)}:1: the text is in UTF-16; save the file as UTF-8")
    return line.removeprefix(UTF8_MARK)


def _write(raw: IO[bytes], lines: Iterable[str], *, packed: bool) -> None:
    if packed:  # without name and time in its header, the same text gives the same bytes
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=6) as file:
            file.writelines(f"{line}\n".encode() for line in lines)
    else:
        raw.writelines(f"{line}\n".encode() for line in lines)
