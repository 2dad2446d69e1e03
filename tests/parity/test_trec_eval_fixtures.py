"""The outputs that trec_eval 10.0 ships for its test runs, reproduced to the last printed digit."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from retrieval_checks.data.formats.trec import read_trec_qrels, read_trec_run
from retrieval_checks.errors import DataError
from tests.parity.printed import GEOMETRIC, SUMS, Figures, measured, summary
from tests.shared_data import shared_data

Cell = tuple[str, str]  # measure, and query or "all"

# What is no figure: the run's tag as its file has it, and the grades of the first ranks as text.
NO_FIGURES = {"runid": 1, "relstring": 3, "relstring_20": 3}


class Output(NamedTuple):
    """One expected output and the command that made it."""

    file: str
    results: str
    qrels: str
    reproduced: int
    cells: int
    level: int = 1
    depth: int | None = None  # trec_eval -M


OUTPUTS = [
    Output("out.test", "results.test", "qrels.test", 29, 30),
    Output("out.test.a", "results.test", "qrels.test", 98, 99),
    Output("out.test.aq", "results.test", "qrels.test", 383, 387),
    Output("out.test.aqc", "results.trunc", "qrels.test", 383, 387),
    Output("out.test.aqcM", "results.trunc", "qrels.test", 383, 387, depth=100),
    Output("out.test.aql", "results.test", "qrels.rel_level", 383, 387, level=2),
    Output("out.test.meas_params", "results.test", "qrels.test", 88, 88),
    Output("out.comment.test", "results.comment.test", "qrels.comment.test", 29, 30),
]


@pytest.fixture(scope="module")
def folder() -> Path:
    return shared_data("trec_eval_fixtures") / "test"


@pytest.mark.parametrize("output", OUTPUTS, ids=lambda output: output.file)
def test_every_figure_prints_alike(folder: Path, output: Output) -> None:
    run, qrels = read_trec_run(folder / output.results), read_trec_qrels(folder / output.qrels)
    figures = Figures(run.top(output.depth) if output.depth else run, qrels, output.level)
    expected = printed_cells(folder / output.file)
    ours = dict(our_cells(figures, {measure for measure, _ in expected}))
    reproduced = [cell for cell in ours if ours[cell] == expected.get(cell)]
    left = [measure for measure, _ in expected.keys() - set(reproduced)]
    assert set(left) <= NO_FIGURES.keys(), sorted(expected.keys() - set(reproduced))
    assert (len(reproduced), len(expected)) == (output.reproduced, output.cells)
    assert len(left) == sum(NO_FIGURES[measure] for measure in set(left))


def test_most_cells_of_the_seven_outputs_are_figures() -> None:
    seven = [output for output in OUTPUTS if output.file != "out.comment.test"]
    assert sum(output.reproduced for output in seven) == 1747
    assert sum(output.cells for output in seven) == 1765


def test_comments_in_judgements_change_nothing_and_a_sharp_within_an_id_is_none(
    folder: Path,
) -> None:
    read = read_trec_qrels(folder / "qrels.test.with-comments")
    grades = {query_id: dict(read[query_id]) for query_id in read}
    # This id is the one place where the files differ but for comments.
    grades["301"]["CR93E-1860"] = grades["301"].pop("CR#93E-1860")
    plain = read_trec_qrels(folder / "qrels.test")
    assert grades == {query_id: dict(plain[query_id]) for query_id in plain}


@pytest.mark.parametrize("name", ["qrels.comments.123", "qrels.123"])
def test_judgements_by_several_assessors_are_refused_with_their_lines(
    folder: Path, name: str
) -> None:
    # The second column names the assessor: read by `trec_eval -R qrels_jg` alone.
    with pytest.raises(DataError, match=f"{name}:[0-9]+: document 'CR.*' is judged already"):
        read_trec_qrels(folder / name)


def test_comments_in_a_run_change_nothing(folder: Path, tmp_path: Path) -> None:
    lines = (folder / "results.test").read_text(encoding="utf-8").splitlines()
    marked = tmp_path / "commented.test"
    marked.write_text("# first\n" + "\n# 301 Q0 x 1 2 tag\n".join(lines) + "\n", encoding="utf-8")
    assert read_trec_run(marked).to_dict() == read_trec_run(folder / "results.test").to_dict()


def printed_cells(path: Path) -> dict[Cell, str]:
    """`{(measure, query_id or "all"): value}` from lines of three columns."""
    lines = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return {(measure, query_id): value for measure, query_id, value in lines}


def our_cells(figures: Figures, measures: set[str]) -> Iterator[tuple[Cell, str]]:
    """Our figures, printed as trec_eval prints them."""
    query_ids = figures.qrels.query_ids
    for measure in measures:
        values = measured(figures, measure)
        if measure == "num_q":
            yield (measure, "all"), str(len(query_ids))
        elif values is not None:
            whole = measure in SUMS
            yield (measure, "all"), _text(summary(measure, values), whole)
            if measure not in GEOMETRIC:
                for query_id, value in zip(query_ids, values.tolist(), strict=True):
                    yield (measure, query_id), _text(value, whole)


def _text(value: float, whole: bool) -> str:
    return f"{value:.0f}" if whole else f"{value:.4f}"
