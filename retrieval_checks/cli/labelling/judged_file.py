"""`JudgedFile`: a file of judgements that grows by a line an answer, and is whole after each."""

from collections.abc import Sequence
from pathlib import Path

from retrieval_checks.cli.judgements import read_qrels
from retrieval_checks.data.formats.lines import numbered_lines, without_gzip, write_lines
from retrieval_checks.data.formats.trec import check_column, grade_text
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.errors import DataError, SettingsError

_HEADER = "query-id\tcorpus-id\tscore"
_SUFFIXES = (".tsv", ".trec", ".qrels", ".txt")


class JudgedFile:
    r"""Judgements in a file: BEIR's where its name ends in `.tsv`, TREC's otherwise.

    What stands in the file stays as it is, comments included: judgements are added below, and only
    those can be taken back. Each change is written at once, as a whole or not at all.

    Raises:
        SettingsError: a name of another suffix, so that no corpus is taken for judgements.
        DataError: with file and line: a file that is there and cannot be read as judgements.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = JudgedFile(Path(folder, "qrels.trec"))
    ...     file.add("q1", "d1", 2)
    ...     file.path.read_text()
    'q1 0 d1 2\n'
    """

    def __init__(self, path: Path) -> None:
        suffix = without_gzip(path).suffix.lower()
        if suffix not in _SUFFIXES:
            raise SettingsError(
                f"{path}: judgements are written as BEIR's columns (.tsv) or TREC's"
                f" ({', '.join(_SUFFIXES[1:])}); call the file so"
            )
        if not path.parent.is_dir():
            raise SettingsError(f"{path}: there is no folder {str(path.parent)!r}")
        self.path = path
        self._is_beir = suffix == ".tsv"
        self._before = _lines(path)
        self._added: list[tuple[str, str, float]] = []
        has_any = any(line.strip() and line != _HEADER for line in self._before)
        self._qrels = read_qrels(path) if has_any else None

    @property
    def qrels(self) -> Qrels | None:
        """The judgements, those added included; None where there are none."""
        if not self._added:
            return self._qrels
        grades = {} if self._qrels is None else self._qrels.to_dict()
        for query_id, doc_id, grade in self._added:
            grades[query_id] = {**grades.get(query_id, {}), doc_id: grade}
        return Qrels.from_dict(grades)

    def grade(self, query_id: str, doc_id: str) -> float | None:
        """The grade of a pair; None where it is not judged."""
        for judged in reversed(self._added):
            if judged[:2] == (query_id, doc_id):
                return judged[2]
        known = self._qrels is not None and query_id in self._qrels
        return self._qrels[query_id].get(doc_id) if known and self._qrels else None

    def add(self, query_id: str, doc_id: str, grade: float) -> None:
        """Judge a pair, and write the file.

        Raises:
            DataError: the pair is judged already; an id that the format cannot hold; the file
                cannot be written, and stands as it stood.
        """
        self.add_all([(query_id, doc_id, grade)])

    def add_all(self, judged: Sequence[tuple[str, str, float]]) -> None:
        """Judge several pairs, and write the file once.

        Raises:
            DataError: as `add`; then none of them is judged.
        """
        for query_id, doc_id, _ in judged:
            if self.grade(query_id, doc_id) is not None:
                raise DataError(f"document {doc_id!r} is judged already for query {query_id!r}")
            for name, what in ((query_id, "query id"), (doc_id, "document id")):
                check_column(name, what, separator=self._separator)
        if judged:
            self._write([*self._added, *judged])

    def take_back(self) -> None:
        """Remove what was added last, and write the file.

        Raises:
            DataError: nothing was added; the file cannot be written.
        """
        if not self._added:
            raise DataError("nothing was judged here that could be taken back")
        self._write(self._added[:-1])

    @property
    def _separator(self) -> str:
        """Tabs where BEIR's file needs them, or the lines that are there have them."""
        return "\t" if self._is_beir or any("\t" in line for line in self._before) else " "

    def _write(self, added: Sequence[tuple[str, str, float]]) -> None:
        head = [_HEADER] if self._is_beir and not self._before else []
        middle = () if self._is_beir else ("0",)
        lines = (
            self._separator.join((query_id, *middle, doc_id, grade_text(float(grade))))
            for query_id, doc_id, grade in added
        )
        write_lines(self.path, [*head, *self._before, *lines])
        self._added = list(added)


def _lines(path: Path) -> list[str]:
    """The lines of a file without their ends; none where there is no file."""
    if not path.exists():
        return []
    try:
        return [line.rstrip(b"\r\n").decode("utf-8") for _, line in numbered_lines(path)]
    except UnicodeDecodeError:
        raise DataError(f"{path}: not UTF-8: save the file as UTF-8") from None
