"""What a TREC file holds: a `Run`, or `Qrels`."""

import os
import stat
import sys
from contextlib import suppress

from retrieval_checks.data.formats.entries import Columns
from retrieval_checks.data.formats.lines import FilePath, without_gzip
from retrieval_checks.data.formats.trec.columns import read_columns
from retrieval_checks.data.formats.trec.layout import QRELS, RUN, Layout
from retrieval_checks.data.formats.trec.rows import read_rows, read_subtopics
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError

_RUN_SUFFIXES = {".trec", ".run", ".res", ".txt", ".tsv", ".jsonl"}
_LARGE = 1 << 19  # bytes; to import Arrow takes as long as to read such a file by rows
_LARGE_ONCE_LOADED = 1 << 16


def read_trec_run(path: FilePath, *, name: str | None = None) -> Run:
    """The run in a TREC file: columns query, Q0, document, rank, score and tag.

    Plain or gzip; columns separated by blanks, by tabs or by both. Where a line has exactly six
    columns between tabs, ids may contain blanks. A line with tabs and fewer columns between them is
    read by its blanks where they can be no id's: column two is `Q0` or `0`, and no tab stands right
    before a document that has a blank right behind it. Any other is refused.

    As in trec_eval, columns two, four and six mean nothing: the order is that of `Run`, by score.
    Blank lines and lines that start with `#` are skipped, white space around an id is not part of
    it. Scores may be `inf` and `-inf`. A file without lines is a run without queries. Without
    `name` the run is called like its file.

    A large file is read many times faster where it has neither comments nor blank lines and one
    separator throughout, single blanks or single tabs.

    Raises:
        DataError: with file and line: wrong number of columns, a score that is no number or NaN,
            a document twice in a ranking, an empty id, an id that is not UTF-8; file missing or
            damaged.
    """
    name = run_name(path) if name is None else name
    columns = _large_columns(path, RUN)
    if columns is not None:
        with suppress(DataError):  # reading by rows finds it again, and says in which line
            return Run(*columns, name=name)
    return read_rows(path, RUN).run(name)


def read_trec_qrels(path: FilePath, *, subtopics: bool = False) -> Qrels:
    """The judgements in a TREC qrels file: columns query, iteration, document and grade.

    Plain or gzip; separators, blank lines and lines that start with `#` as in `read_trec_run`. The
    second column means nothing, unless `subtopics` says that it names the subtopic that a document
    was judged for, as in TREC's diversity tasks: `alpha_nDCG` needs it. A grade is any finite
    number. A large file is read as fast as in `read_trec_run`, with subtopics always line by line.

    Raises:
        DataError: with file and line: wrong number of columns, a grade that is no finite number, a
            pair judged twice (for the same subtopic), an empty id or subtopic, one that is not
            UTF-8; no judgement at all; file missing or damaged.
    """
    if subtopics:
        return _by_subtopic(path)
    columns = _large_columns(path, QRELS)
    if columns is not None:
        with suppress(DataError):  # as above
            return Qrels(*columns)
    return read_rows(path, QRELS).qrels()


def _by_subtopic(path: FilePath) -> Qrels:
    grades = read_subtopics(path)
    if not grades:
        raise DataError(f"{os.fspath(path)}: no judgements; give at least one (query, document)")
    return Qrels.from_subtopics(grades)


def run_name(path: FilePath) -> str:
    """What a run is called after its file: the file's name without `.gz` and `.trec` or the like.

    >>> run_name("runs/bm25_k1.2.trec.gz")
    'bm25_k1.2'
    """
    place = without_gzip(path)
    return (place.stem if place.suffix.lower() in _RUN_SUFFIXES else place.name) or "run"


def _large_columns(path: FilePath, layout: Layout) -> Columns | None:
    try:
        status = os.stat(path)
    except (OSError, ValueError):  # no such file, no such name; reading by rows says it
        return None
    worth_it = status.st_size >= (_LARGE_ONCE_LOADED if "pyarrow" in sys.modules else _LARGE)
    return read_columns(path, layout) if worth_it and stat.S_ISREG(status.st_mode) else None
