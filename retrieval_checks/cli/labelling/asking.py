"""One pair after the other, shown and asked for: the conversation of `retrieval-checks label`."""

import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrieval_checks.cli.console import painted
from retrieval_checks.cli.labelling.judged_file import JudgedFile
from retrieval_checks.cli.labelling.pool import UnjudgedPair
from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.formats.trec import grade_text
from retrieval_checks.judgement.explain.texts import query_line
from retrieval_checks.judgement.explain.wording import plain, plain_id, wrapped
from retrieval_checks.metrics.metric import Metric

_LINES = 8  # of a document, until it is asked for in full
_HELP = "s: skip   u: undo   f: full text   q: quit (every answer is saved)   ?: this"


@dataclass(frozen=True, slots=True, eq=False)
class Asking:
    """What is asked, and what is shown with it."""

    pairs: Sequence[UnjudgedPair]
    metric: Metric
    grades: Sequence[float]
    file: JudgedFile
    queries: Queries | None = None
    corpus: Corpus | None = None

    def ask_all(self, read: Callable[[str], str] = input) -> int:
        """Ask for a grade of each pair, until there is none or the reader quits.

        Args:
            read: shows a prompt and returns a line; at `EOFError` the conversation ends.

        Returns:
            How many were judged, those taken back not counted.
        """
        done: list[bool] = []  # of each pair that was passed: whether it was judged
        while len(done) < len(self.pairs):
            self._show(len(done))
            answer = self._answer(len(done), read)
            if answer is None:
                break
            if answer != "undo":
                done.append(self._take(self.pairs[len(done)], answer))
            elif done and done.pop():
                self.file.take_back()
        return sum(done)

    def _take(self, pair: UnjudgedPair, answer: float | str) -> bool:
        if isinstance(answer, str):
            return False
        self.file.add(pair.query_id, pair.doc_id, answer)
        return True

    def _answer(self, row: int, read: Callable[[str], str]) -> float | str | None:
        """A grade, `skip` or `undo`; None to quit."""
        grades = {grade_text(grade): grade for grade in self.grades}
        while True:
            try:
                text = read(f"grade ({' '.join(grades)}; s u f q ?): ").strip().lower()
            except (EOFError, KeyboardInterrupt):
                print()
                return None
            if text in grades:
                return grades[text]
            if text == "q":
                return None
            if text in ("s", "u"):
                return "skip" if text == "s" else "undo"
            if text == "f":
                print(self._document(self.pairs[row].doc_id, lines=None))
            else:
                print(f"grades: {' '.join(grades)}   {_HELP}")

    def _show(self, row: int) -> None:
        pair = self.pairs[row]
        if row == 0 or self.pairs[row - 1].query_id != pair.query_id:
            line = query_line(pair.query_id, self.queries, width=_width())
            print(f"\n{painted(line, 'bold')}")
        where = ", ".join(f"#{rank} of '{plain_id(name)}'" for name, rank in pair.ranks.items())
        change = f"if relevant, {self.metric} {pair.change:+.4f}"
        place = f"[{row + 1}/{len(self.pairs)}] '{plain_id(pair.doc_id)}'"
        print(f"{place}  {painted(f'{where}; {change}', 'dim')}")
        if text := self._document(pair.doc_id, lines=_LINES):
            print(text)

    def _document(self, doc_id: str, *, lines: int | None) -> str:
        if self.corpus is None or doc_id not in self.corpus:
            return "  (its text is not known: give --collection FOLDER)" if lines is None else ""
        document = self.corpus[doc_id]
        head = [f"  {painted(plain(document.title), 'bold')}"] if document.title else []
        body = wrapped(f"  {plain(document.text)}", _width(), lines=lines)
        return "\n".join([*head, body])


def _width() -> int:
    """Columns of the terminal, within what is pleasant to read."""
    return min(100, shutil.get_terminal_size().columns) if sys.stdout.isatty() else 100
