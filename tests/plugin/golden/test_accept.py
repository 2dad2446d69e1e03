"""`--retrieval-accept`: what is let into the lock, query by query."""

import subprocess
from datetime import date

import pytest

from tests.plugin.golden.conftest import BAD, GOOD, WORKERS, Ranked, section, told_by


@WORKERS
def test_new_adds_and_never_touches_the_yaml(ranked: Ranked, workers: tuple[str, ...]) -> None:
    yaml = (ranked.project.path / "a.golden.yaml").read_bytes()
    session = ranked.accept("new", *workers)
    assert session.counts() == {"passed": 13}
    assert session.outcomes()["accept[new]"] == "PASSED"
    assert "  a.golden.lock.jsonl: 12 queries accepted: 12 new" in section(session)
    first = ranked.lock.read_bytes()
    assert ranked.locked()["q01"]["accepted"] == {
        "date": date.today().isoformat(),
        "commit": "",
        "reason": "",
    }
    assert (ranked.project.path / "a.golden.yaml").read_bytes() == yaml
    ranked.rank(q01=[GOOD])
    assert "nothing changes: 12 kept" in told_by(ranked.accept("new", *workers))
    assert ranked.lock.read_bytes() == first
    ranked.run(*workers, code=0)


def test_the_commit_that_is_checked_out_is_kept(
    ranked: Ranked, monkeypatch: pytest.MonkeyPatch
) -> None:
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "a")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "a@example.org")
    for args in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "first"]):
        subprocess.run(["git", *args], cwd=ranked.project.path, check=True)
    shown = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.check_output(shown, cwd=ranked.project.path, text=True).strip()
    ranked.accept("new")
    assert ranked.locked()["q01"]["accepted"]["commit"] == commit


@WORKERS
def test_improved_takes_what_rose_and_all_takes_the_rest(
    ranked: Ranked, workers: tuple[str, ...]
) -> None:
    ranked.rank(q01=[BAD, GOOD])
    ranked.accept("new", *workers)
    ranked.rank(q02=[BAD, GOOD])  # q01 rises to rank 1, q02 falls to rank 2
    told = told_by(ranked.accept("improved", *workers))
    assert "12 queries accepted: 1 replaced, 11 kept" in told
    records = ranked.locked()
    assert [records[name]["ranking"][0][0] for name in ("q01", "q02")] == [GOOD, GOOD]
    session = ranked.accept("all", "--retrieval-reason=the fall is wanted", *workers)
    assert "12 queries accepted: 1 replaced, 11 kept" in told_by(session)
    record = ranked.locked()["q02"]
    assert record["ranking"][0][0] == BAD
    assert record["accepted"]["reason"] == "the fall is wanted"
    assert ranked.locked()["q01"]["accepted"]["reason"] == ""


def test_all_lets_a_lost_query_in(ranked: Ranked) -> None:
    ranked.accept("new")
    ranked.rank(lost=1)
    assert ranked.accept("improved", code=1).outcomes()["q01"] == "FAILED"
    ranked.accept("all", "--retrieval-reason=the document is out of date")
    ranked.run(code=0)


@WORKERS
def test_a_query_whose_expectations_fail_is_let_in_by_all_alone(
    ranked: Ranked, workers: tuple[str, ...]
) -> None:
    ranked.golden(q01="expect: {within: {lead: 1}}")
    session = ranked.accept("new", *workers, code=1)
    assert session.outcomes()["q01"] == "FAILED"
    assert session.outcomes()["accept[new]"] == "PASSED"
    assert "  refused 'q01': 'lead' is at rank 2, 1 below the worst allowed rank 1" in told_by(
        session
    )
    assert set(ranked.locked()) == set(ranked.query_ids[1:])
    ranked.accept("all", "--retrieval-reason=look later", *workers, code=1)
    assert set(ranked.locked()) == set(ranked.query_ids)


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--retrieval-accept=al",), "--retrieval-accept 'al': one of new, improved, all"),
        (("--retrieval-accept=all",), "say why, --retrieval-reason TEXT"),
        (("--retrieval-accept=all", "--retrieval-reason= "), "say why, --retrieval-reason TEXT"),
        (("--retrieval-reason=why",), "--retrieval-reason says why --retrieval-accept is given"),
    ],
)
def test_nonsense_is_a_usage_error(ranked: Ranked, args: tuple[str, ...], told: str) -> None:
    assert told in ranked.run(*args, code=4).errors


def test_ci_may_not_accept_unless_told_to(ranked: Ranked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    session = ranked.accept("new", code=4)
    assert "--retrieval-accept is refused where CI is set" in session.errors
    assert not ranked.lock.exists()
    ranked.accept("new", "--retrieval-accept-in-ci")
    assert len(ranked.locked()) == 12


@pytest.mark.parametrize("said", ["false", "0", ""])
def test_a_variable_that_says_it_is_no_ci_is_believed(
    ranked: Ranked, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setenv("CI", said)
    ranked.accept("new")
    assert len(ranked.locked()) == 12


@WORKERS
def test_whatever_the_order_of_tests_what_writes_comes_last(
    ranked: Ranked, workers: tuple[str, ...]
) -> None:
    args = ("-p", "randomly", "-p", "no:cacheprovider", *workers)
    assert ranked.accept("new", "--retrieval-save=may", *args).counts() == {"passed": 14}
    assert len(ranked.locked()) == 12


def test_a_gate_that_compares_with_what_is_being_accepted_is_skipped(ranked: Ranked) -> None:
    ranked.golden("R@10 drop <= 0.2", "R@10 >= 0.9")
    session = ranked.accept("new")
    assert session.counts() == {"passed": 14, "skipped": 1}
    told = "  SKIPPED R@10 drop <= 0.2: compares with what is being accepted; run again"
    assert told in section(session)
    assert ranked.accept("new").counts() == {"passed": 14, "skipped": 1}


def test_listing_tests_accepts_nothing_and_is_green(ranked: Ranked) -> None:
    session = ranked.accept("new", "--co", "-q")
    assert "a.golden.yaml::accept[new]" in session.text
    assert "nothing was accepted" not in session.text
    assert not ranked.lock.exists()


@WORKERS
def test_quiet_says_what_was_written_in_one_line(ranked: Ranked, workers: tuple[str, ...]) -> None:
    ranked.golden(q01="expect: {within: {lead: 1}}")
    session = ranked.accept("new", "-q", "--retrieval-save=may", *workers, code=1)
    lines = session.result.outlines
    assert "  a.golden.lock.jsonl: 11 queries accepted: 11 new, 1 refused" in lines
    assert "  baseline 'may': 12 queries in a.may.baseline.jsonl" in lines
    assert not any("refused 'q01'" in line for line in lines)


def test_the_header_says_what_will_be_written(ranked: Ranked) -> None:
    session = ranked.accept("new", "--retrieval-save=may")
    assert "retrieval: golden files, save may, accept new" in session.result.outlines


@pytest.mark.parametrize("mode", ["new", "all"])
def test_a_query_without_a_result_is_refused_and_the_others_are_accepted(
    ranked: Ranked, mode: str
) -> None:
    ranked.rank(q02=[])
    session = ranked.accept(mode, "--retrieval-reason=x", code=1)
    assert session.outcomes()["q02"] == "ERROR"
    assert "a.golden.yaml:4: the retriever returned nothing for 1 of 1" in session.text
    assert "to do: ask the retriever for this very text" in session.text
    told = told_by(session)
    assert "11 queries accepted: 11 new, 1 refused" in told
    assert "refused 'q02': the retriever returned nothing for it" in told
    assert "q02" not in ranked.locked()
    assert len(ranked.locked()) == 11


def test_where_no_query_has_a_result_nothing_is_accepted(ranked: Ranked) -> None:
    ranked.rank(**{query_id: [] for query_id in ranked.query_ids})
    session = ranked.accept("new", code=1)
    assert "returned nothing for 12 of 12 golden queries" in session.summary("accept[new]")
    assert not ranked.lock.exists()
