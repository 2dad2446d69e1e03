"""`--retrieval-save` and `--retrieval-baseline`: what gates compare with, beside the lock."""

import json

import pytest

from tests.plugin.golden.conftest import GOOD, WORKERS, Ranked, section, told_by

DROP = "R@10 drop <= 0.2"
GATE = f"gate[{DROP}]"


@pytest.fixture
def saved(ranked: Ranked) -> Ranked:
    """Twelve sound queries, saved as `may` beside the golden file; no lock."""
    ranked.golden(DROP, lock="none")
    session = ranked.run("--retrieval-save=may")
    assert session.outcomes()["save[may]"] == "PASSED"
    assert "  baseline 'may': 12 queries in a.may.baseline.jsonl" in section(session)
    return ranked


@WORKERS
def test_a_baseline_is_named_or_given_as_a_file(saved: Ranked, workers: tuple[str, ...]) -> None:
    saved.rank(lost=5)
    for name in ("may", "a.may.baseline.jsonl", str(saved.project.path / "a.may.baseline.jsonl")):
        session = saved.run(f"--retrieval-baseline={name}", *workers, code=1)
        assert session.summary(GATE).startswith("R@10 1.0000 -> 0.5833: dropped by 0.4167")


def test_the_header_names_the_baseline(saved: Ranked) -> None:
    assert "retrieval: golden files, baseline may" in saved.run("--retrieval-baseline=may").text


@WORKERS
def test_a_trec_run_is_a_baseline(saved: Ranked, workers: tuple[str, ...]) -> None:
    lines = [f"{name} Q0 {GOOD} 1 1.0 old\n" for name in saved.query_ids]
    (saved.project.path / "runs").mkdir()
    (saved.project.path / "runs/old.trec").write_text("".join(lines))
    passed = saved.run("--retrieval-baseline=runs/old.trec", *workers, code=0)
    assert passed.outcomes()[GATE] == "PASSED"
    (saved.project.path / "runs/old.trec").write_text("".join(lines[:9]))
    few = saved.run("--retrieval-baseline=runs/old.trec", *workers, code=0)
    assert "new, not paired: 'q10', 'q11', 'q12'" in "\n".join(section(few)) + few.text


def test_a_path_of_the_ini_file_counts_from_its_folder(
    saved: Ranked, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved.project.write("pytest.ini", "[pytest]\nretrieval_baseline = a.may.baseline.jsonl\n")
    (saved.project.path / "below").mkdir()
    (saved.project.path / "below/rankings.json").write_bytes(
        (saved.project.path / "rankings.json").read_bytes()
    )
    monkeypatch.chdir(saved.project.path / "below")
    assert saved.run("..", code=0).outcomes()[GATE] == "PASSED"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("mai", "no baseline 'mai': there is neither a.mai.baseline.jsonl beside a.golden.yaml"),
        ("mai", "did you mean 'may'?"),
        ("runs/old.trec", "--retrieval-baseline: there is no file"),
    ],
)
def test_an_unknown_baseline_is_an_error_that_names_near_ones(
    saved: Ranked, name: str, told: str
) -> None:
    """Also where no gate compares with it."""
    saved.golden("R@10 >= 0.5")
    assert told in saved.run(f"--retrieval-baseline={name}", code=4).errors


def test_an_unknown_baseline_is_a_usage_error_of_workers_too(saved: Ranked) -> None:
    session = saved.run("--retrieval-baseline=mai", "-n", "2", code=4)
    assert "no baseline 'mai'" in told_by(session)


def test_a_saved_baseline_is_refused_after_the_judgements_were_edited(saved: Ranked) -> None:
    saved.edit("Ask q03?, relevant: {gold: 1, lead: 0}", "Ask q03?, relevant: {gold: 1, lead: 2}")
    session = saved.run("--retrieval-baseline=may", code=1)
    assert session.outcomes()[GATE] == "ERROR"
    assert "NOT COMPARABLE with 'may': the judgements of 1 of 12 queries differ: 'q03'" in (
        session.summary(GATE)
    )


def test_a_metric_that_was_not_recorded_is_computed_from_the_whole_rankings(saved: Ranked) -> None:
    saved.golden("RR@10 drop <= 0.2", lock="none")
    assert saved.run("--retrieval-baseline=may", code=0).counts() == {"passed": 13}


def test_saving_keeps_every_retrieved_document_and_the_day(ranked: Ranked) -> None:
    deep = [GOOD, *(f"d{n}" for n in range(40))]
    ranked.golden("R@10 >= 0.1", lock="none")
    ranked.rank(q01=deep)
    ranked.run("--retrieval-save=may", code=0)
    lines = (ranked.project.path / "a.may.baseline.jsonl").read_text().splitlines()
    records = {r["query_id"]: r for r in map(json.loads, lines) if "query_id" in r}
    assert [doc_id for doc_id, _ in records["q01"]["ranking"]] == deep
    assert json.loads(lines[0])["kind"] == "baseline"


@WORKERS
def test_a_part_is_not_saved(ranked: Ranked, workers: tuple[str, ...]) -> None:
    ranked.golden("R@10 >= 0.1", lock="none")
    session = ranked.run("--retrieval-save=may", "-k", "q01 or save", *workers, code=1)
    assert "11 of 12 queries were left out" in session.summary("save[may]")
    assert not (ranked.project.path / "a.may.baseline.jsonl").exists()
