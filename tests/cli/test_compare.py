"""`retrieval-checks compare`: two systems, saved or as TREC runs; and what is listed."""

import json
from pathlib import Path

import pytest

from retrieval_checks.cli.main import main
from retrieval_checks.comparison.baseline import Baseline
from retrieval_checks.data.formats.trec import write_trec_qrels, write_trec_run
from retrieval_checks.data.qrels import Qrels
from tests.comparison import factories

N = 120


def _save(path: Path, lost: int, qrels: Qrels, name: str) -> Path:
    run = factories.run(N, lost=range(lost), name=name)
    Baseline.from_records(factories.records(run, qrels), name=name).save(path)
    return path


@pytest.fixture
def saved(tmp_path: Path) -> tuple[Path, Path, Path]:
    """As good as one another, and one that lost a tenth."""
    qrels = factories.judged(N)
    counts = {"may": 0, "june": 0, "july": 12}
    may, june, july = (
        _save(tmp_path / f"g.{name}.baseline.jsonl", lost, qrels, name)
        for name, lost in counts.items()
    )
    return may, june, july


def test_what_is_as_good_passes(
    saved: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(saved[0]), str(saved[1])]) == 0
    assert capsys.readouterr().out == (
        "'may' -> 'june'\n"
        "nDCG@10 1.0000 -> 1.0000, +0.0000 [+0.0000, +0.0000] (120 queries, 0 changed)\n"
        "asked: nDCG@10 drop <= 0.02 -> PASS\n"
    )


def test_what_lost_a_tenth_of_the_queries_fails(
    saved: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(saved[0]), str(saved[2])]) == 1
    out = capsys.readouterr().out
    assert "nDCG@10 1.0000 -> 0.9000, -0.1000 [" in out
    assert "(120 queries, 12 changed)\nasked: nDCG@10 drop <= 0.02 -> FAIL" in out
    assert "cause: nothing recorded changed, so the code did" in out
    assert main(["compare", str(saved[0]), str(saved[2]), "--margin", "0.3"]) == 0


def test_json_is_strict(saved: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    main(["compare", str(saved[0]), str(saved[2]), "--json"])
    found = json.loads(capsys.readouterr().out)
    assert (found["baseline"], found["candidate"]) == ("may", "july")
    assert [verdict["outcome"] for verdict in found["verdicts"]] == ["FAIL"]


def test_undecided_is_red_only_under_strict(
    tmp_path: Path, saved: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    other = _save(tmp_path / "one.baseline.jsonl", 1, factories.judged(N), "one")
    assert main(["compare", str(saved[0]), str(other)]) == 0
    assert "-> INCONCLUSIVE" in capsys.readouterr().out
    assert main(["compare", str(saved[0]), str(other), "--strict"]) == 1


def test_trec_runs_are_compared_by_judgements_that_are_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    qrels = factories.judged(N)
    write_trec_qrels(qrels, tmp_path / "qrels.trec")
    for name, lost in {"may": 0, "july": 12}.items():
        run = factories.run(N, lost=range(lost), name=name)
        write_trec_run(run, tmp_path / f"{name}.trec")
    pair = [str(tmp_path / "may.trec"), str(tmp_path / "july.trec")]
    assert main(["compare", *pair, "--qrels", str(tmp_path / "qrels.trec")]) == 1
    assert "asked: nDCG@10 drop <= 0.02 -> FAIL" in capsys.readouterr().out
    assert main(["compare", *pair]) == 2
    assert "a TREC run has no figures: give its judgements, --qrels FILE" in capsys.readouterr().err


def test_other_judgements_are_not_comparable(
    tmp_path: Path, saved: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    changed = {query_id: dict(factories.judged(N)[query_id]) for query_id in factories.names(N)}
    changed["q0003"]["bad"] = 1
    other = _save(tmp_path / "o.baseline.jsonl", 0, Qrels.from_dict(changed), "other")
    assert main(["compare", str(saved[0]), str(other)]) == 2
    said = capsys.readouterr().err
    assert "NOT COMPARABLE: the judgements of 1 queries differ: 'q0003'; save one" in said


def test_a_metric_that_was_not_recorded_is_not_comparable(
    saved: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(saved[0]), str(saved[1]), "--metric", "AP@100"]) == 2
    assert "NOT COMPARABLE: AP@100 was not recorded in both" in capsys.readouterr().err


def test_a_folder_is_listed(
    tmp_path: Path, saved: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [Path(line.split()[0]).name for line in lines] == sorted(path.name for path in saved)
    assert lines[0].endswith("name july  queries 120  nDCG@10 0.9000")
    (tmp_path / "none").mkdir()
    main(["compare", str(tmp_path / "none")])
    assert "save one with --retrieval-save NAME" in capsys.readouterr().out


def test_one_file_is_no_pair(
    saved: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(saved[0])]) == 2
    assert "give two files, A and B, or one folder; got 1 paths" in capsys.readouterr().err
