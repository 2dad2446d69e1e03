"""The conversation: what is shown, what an answer does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval_checks.cli.judgements import read_qrels
from retrieval_checks.cli.labelling.asking import Asking
from retrieval_checks.cli.labelling.judged_file import JudgedFile
from retrieval_checks.cli.labelling.pool import UnjudgedPair
from retrieval_checks.data.collection import Corpus, Document, Queries
from retrieval_checks.metrics.metric import Metric

QUERIES = Queries.from_dict({"q1": "What purrs?", "q2": "What barks?"})
CORPUS = Corpus.from_documents(
    [Document("cat", "Cats \x1b[31mpurr.", "On cats"), Document("dog", "bark " * 400)]
)
PAIRS = [
    UnjudgedPair("q1", "cat", 0.25, {"may": 1, "june": 3}),
    UnjudgedPair("q1", "dog", -0.125, {"may": 2}),
    UnjudgedPair("q2", "lost\n", 0.0625, {"may": 1}),
]


class Reader:
    """Answers one line after the other, then that nobody is there; keeps the prompts."""

    def __init__(self, *lines: str, end: type[BaseException] = EOFError) -> None:
        self._lines: Iterator[str] = iter(lines)
        self._end = end
        self.prompts: list[str] = []

    def __call__(self, prompt: str) -> str:
        self.prompts.append(prompt)
        for line in self._lines:
            return line
        raise self._end


@pytest.fixture
def file(tmp_path: Path) -> JudgedFile:
    return JudgedFile(tmp_path / "q.tsv")


def _ask(file: JudgedFile, *lines: str, end: type[BaseException] = EOFError) -> int:
    asking = Asking(PAIRS, Metric("nDCG", 10), [0.0, 0.5, 1.0], file, QUERIES, CORPUS)
    return asking.ask_all(Reader(*lines, end=end))


def _judged(file: JudgedFile) -> dict[str, dict[str, float]]:
    return read_qrels(file.path).to_dict() if file.path.exists() else {}


def test_each_answer_is_in_the_file_before_the_next_is_asked_for(file: JudgedFile) -> None:
    seen = []

    def read(prompt: str) -> str:
        seen.append(_judged(file))
        return "1"

    Asking(PAIRS[:2], Metric("nDCG", 10), [0.0, 1.0], file, QUERIES, CORPUS).ask_all(read)
    assert seen == [{}, {"q1": {"cat": 1.0}}]
    assert _judged(file) == {"q1": {"cat": 1.0, "dog": 1.0}}


def test_a_skipped_pair_is_not_judged(file: JudgedFile) -> None:
    assert _ask(file, "s", "0.5") == 1
    assert _judged(file) == {"q1": {"dog": 0.5}}


def test_quitting_keeps_what_was_answered(file: JudgedFile) -> None:
    assert _ask(file, "1", "q", "1") == 1
    assert _judged(file) == {"q1": {"cat": 1.0}}


@pytest.mark.parametrize("end", [EOFError, KeyboardInterrupt])
def test_an_end_of_input_and_an_interruption_quit(
    file: JudgedFile, end: type[BaseException]
) -> None:
    assert _ask(file, "1", end=end) == 1


def test_undo_takes_back_and_asks_again(file: JudgedFile) -> None:
    assert _ask(file, "1", "u", "0", "q") == 1
    assert _judged(file) == {"q1": {"cat": 0.0}}


def test_undo_goes_over_a_skipped_pair_and_stops_at_the_first(file: JudgedFile) -> None:
    assert _ask(file, "1", "s", "u", "u", "u", "0", "1", "q") == 2
    assert _judged(file) == {"q1": {"cat": 0.0, "dog": 1.0}}


def test_nothing_else_is_an_answer(file: JudgedFile, capsys: pytest.CaptureFixture[str]) -> None:
    assert _ask(file, "2", "", "yes", "?", " 1 ", "q") == 1
    assert capsys.readouterr().out.count("grades: 0 0.5 1   s: skip") == 4


def test_query_document_place_and_weight_are_shown(
    file: JudgedFile, capsys: pytest.CaptureFixture[str]
) -> None:
    _ask(file, "s", "s", "s")
    out = capsys.readouterr().out
    assert out.startswith(
        "\nquery 'q1': What purrs?\n"
        "[1/3] 'cat'  #1 of 'may', #3 of 'june'; if relevant, nDCG@10 +0.2500\n"
        "  On cats\n"
        "  Cats purr.\n"
        "[2/3] 'dog'  #2 of 'may'; if relevant, nDCG@10 -0.1250\n"
    )
    assert "\nquery 'q2': What barks?\n[3/3] 'lost\\n'  #1" in out
    assert "\x1b" not in out


def test_a_long_document_is_cut_until_it_is_asked_for(
    file: JudgedFile, capsys: pytest.CaptureFixture[str]
) -> None:
    _ask(file, "s", "q")
    assert capsys.readouterr().out.count("bark") < 200
    _ask(file, "s", "f", "q")
    assert capsys.readouterr().out.count("bark") > 400


def test_without_texts_ids_are_shown(file: JudgedFile, capsys: pytest.CaptureFixture[str]) -> None:
    reader = Reader("f", "q")
    Asking(PAIRS, Metric("nDCG", 10), [0.0, 1.0], file).ask_all(reader)
    out = capsys.readouterr().out
    assert "query 'q1'\n[1/3] 'cat'" in out
    assert "its text is not known: give --collection" in out
    assert reader.prompts == ["grade (0 1; s u f q ?): "] * 2
