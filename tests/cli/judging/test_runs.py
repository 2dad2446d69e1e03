"""`retrieval-checks runs`: what is saved beside golden files, and what of it is damaged."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval_checks.cli.judging.saved_file import kind_of
from retrieval_checks.comparison.baseline import Baseline
from retrieval_checks.comparison.records import Acceptance
from retrieval_checks.data.formats.trec import write_trec_qrels, write_trec_run
from retrieval_checks.data.run import Run
from retrieval_checks.golden.lock import read_lock
from tests.cli.conftest import QRELS, Said, Told
from tests.comparison import factories

N = 4


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A baseline in which one of four queries is lost, a lock, a run, and what is none of these."""
    root = tmp_path / "project"
    (root / "deep" / ".hidden").mkdir(parents=True)
    run, qrels = factories.run(N, lost=[0]), factories.judged(N)
    kept = factories.records(run, qrels, metrics=["nDCG@10", "RR@10"])
    about = {"date": "2026-05-01", "commit": "abc1234"}
    Baseline.from_records(kept, name="may", about=about).save(root / "g.may.baseline.jsonl")
    days = ["2026-01-03", "2026-04-02", "2026-02-01", "2026-03-01"]
    accepted = {
        query_id: replace(record, accepted=Acceptance(day, "", ""))
        for (query_id, record), day in zip(kept.items(), days, strict=True)
    }
    read_lock(root / "g.golden.yaml").write(accepted)
    (root / "g.golden.yaml").write_text("format: 1\n")
    write_trec_run(run, root / "deep" / "b.trec.gz")
    write_trec_qrels(qrels, root / "qrels.trec")
    write_trec_run(run, root / "deep" / ".hidden" / "b.trec")
    return root


def test_every_kind_is_listed_with_what_it_says_of_itself(folder: Path, told: Told) -> None:
    os.utime(folder / "deep" / "b.trec.gz", (0, 1_780_000_000))  # 2026-05-28 in UTC
    found = told("runs", folder)
    assert found["format"] == 1
    lock, may, run = found["runs"]
    assert [Path(row["path"]).name for row in found["runs"]] == [
        "g.golden.lock.jsonl",
        "g.may.baseline.jsonl",
        "b.trec.gz",
    ]
    assert [row["kind"] for row in (may, lock, run)] == ["baseline", "accepted", "run"]
    assert (may["name"], may["date"], may["commit"]) == ("may", "2026-05-01", "abc1234")
    assert (may["queries"], may["pipeline"]) == (4, "dense MiniLM")
    assert may["corpus"] == "2 documents 3f2a"
    assert may["means"] == {"RR@10": 0.75, "nDCG@10": 0.75}  # one of four is lost
    assert lock["date"] == "2026-04-02"  # the last that was accepted
    assert (run["name"], run["queries"], run["means"]) == ("b", 4, {})
    assert run["date"] in ("2026-05-28", "2026-05-29")  # by the zone of this machine
    assert {row["error"] for row in found["runs"]} == {""}


def test_runs_have_means_by_judgements_that_are_given(folder: Path, told: Told) -> None:
    argv = ["runs", folder / "deep", "--qrels", folder / "qrels.trec"]
    assert told(*argv)["runs"][0]["means"] == {"nDCG@10": 0.75}
    both = told(*argv, "--metric", "mrr@10", "--metric", "P@1")["runs"][0]["means"]
    assert both == {"RR@10": 0.75, "P@1": 0.75}


def test_a_run_of_other_queries_has_no_means(folder: Path, animals: Path, told: Told) -> None:
    assert told("runs", folder / "deep", "--collection", animals)["runs"][0]["means"] == {}


def test_a_damaged_file_is_named_and_the_others_are_listed(folder: Path, said: Said) -> None:
    path = folder / "g.may.baseline.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    (folder / "deep" / "b.trec.gz").write_bytes(b"\x1f\x8bno gzip")
    out = said("runs", folder, code=1)
    assert f"{path}: DAMAGED\n  {path}:" in out
    assert "the last line is cut off; restore the file from version control" in out
    assert "b.trec.gz: DAMAGED\n" in out
    assert "the gzip data are cut off or damaged" in out
    assert "accepted 'g.golden.lock.jsonl', 2026-04-02, 4 queries" in out


def test_text_names_what_was_measured_with_what(folder: Path, said: Said) -> None:
    path = folder / "g.may.baseline.jsonl"
    assert said("runs", path) == (
        f"{path}: baseline 'may', 2026-05-01, commit abc1234, 4 queries\n"
        "  pipeline dense MiniLM\n"
        "  corpus 2 documents 3f2a\n"
        "  RR@10 0.7500  nDCG@10 0.7500\n"
    )


def test_here_is_the_default(folder: Path, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder / "deep")
    assert [row["path"] for row in told("runs")["runs"]] == ["b.trec.gz"]


def test_an_empty_folder_says_how_to_save_one(tmp_path: Path, said: Said, told: Told) -> None:
    out = said("runs", tmp_path)
    assert "no baseline, lock or TREC run under" in out
    assert "pytest --retrieval-golden --retrieval-save NAME" in out
    assert told("runs", tmp_path)["runs"] == []


def test_what_is_not_there_or_none_of_these_is_refused(folder: Path, said: Said) -> None:
    assert "no such file or folder" in said("runs", folder / "g.mai.baseline.jsonl", code=2)
    assert "neither a baseline" in said("runs", folder / "qrels.trec", code=2)


def test_a_file_that_is_named_twice_is_listed_once(folder: Path, told: Told) -> None:
    path = folder / "g.may.baseline.jsonl"
    assert len(told("runs", path, path)["runs"]) == 1


def test_judgements_are_told_from_runs_by_their_columns(tmp_path: Path) -> None:
    from retrieval_checks.data.qrels import Qrels

    write_trec_qrels(Qrels.from_dict(QRELS), tmp_path / "a.trec")
    (tmp_path / "b.trec").write_text("# a comment\n\nq Q0 d 1 0.5 tag\n")
    (tmp_path / "c.trec").write_text("")
    write_trec_run(Run.from_ids({"q": ["d"]}), tmp_path / "d.res")
    kinds = [kind_of(tmp_path / name) for name in ("a.trec", "b.trec", "c.trec", "d.res")]
    assert kinds == [None, "run", None, "run"]
