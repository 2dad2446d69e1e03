"""`--retrieval-accept`: what is let into the lock, and what is refused."""

import subprocess
from datetime import date
from pathlib import Path

import pytest

from tests.plugin.conftest import Session
from tests.plugin.golden.conftest import BAD, GOOD, RANKED, WORKERS, Ranked, section


def _told(session: Session) -> str:
    return "\n".join(section(session))


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
    assert "12 queries accepted: 12 kept" in _told(ranked.accept("new", *workers))
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
    told = _told(ranked.accept("improved", *workers))
    assert "12 queries accepted: 1 replaced, 11 kept" in told
    records = ranked.locked()
    assert [records[name]["ranking"][0][0] for name in ("q01", "q02")] == [GOOD, GOOD]
    session = ranked.accept("all", "--retrieval-reason=the fall is wanted", *workers)
    assert "12 queries accepted: 1 replaced, 11 kept" in _told(session)
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
    assert "  refused 'q01': 'lead' is at rank 2, 1 below the worst allowed rank 1" in _told(
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


def test_ci_may_not_accept_unless_told(ranked: Ranked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    session = ranked.accept("new", code=4)
    assert "--retrieval-accept is refused where CI is set" in session.errors
    assert not ranked.lock.exists()
    ranked.accept("new", "--retrieval-accept-in-ci")
    assert len(ranked.locked()) == 12


@WORKERS
@pytest.mark.parametrize(
    ("selection", "told"),
    [
        (("-k", "q01"), "nothing was accepted or saved for a.golden.yaml: the run was stopped, or"),
        (
            ("-k", "q01 or accept"),
            "11 of 12 queries were left out, among them 'q02'; run without -k",
        ),
        (
            ("-m", "sound"),
            "nothing was accepted or saved for a.golden.yaml: the run was stopped, or",
        ),
        (("a.golden.yaml::q01",), "nothing was accepted or saved for a.golden.yaml: the run was"),
        (
            ("a.golden.yaml::q01", "a.golden.yaml::accept[new]"),
            "run without a.golden.yaml::q01 and a.golden.yaml::accept[new]",
        ),
        (("--deselect", "a.golden.yaml::q02"), "among them 'q02'; run without --deselect"),
    ],
    ids=["-k", "-k with accept", "-m", "node id", "node ids", "--deselect"],
)
def test_a_partial_run_writes_nothing_and_is_red(
    ranked: Ranked, workers: tuple[str, ...], selection: tuple[str, ...], told: str
) -> None:
    ranked.golden("R@10 >= 0.9", q01="tags: [sound]")
    session = ranked.accept("new", *selection, *workers, code=1)
    assert told in _told(session)
    assert not ranked.lock.exists()


def test_last_failed_tests_alone_are_not_accepted(ranked: Ranked) -> None:
    ranked.golden(q01="expect: {within: {lead: 1}}")
    ranked.accept("new", "-k", "q01 or accept", code=1)
    session = ranked.accept("new", "--lf", code=1)
    assert session.outcomes() == {"q01": "FAILED", "accept[new]": "ERROR"}
    assert "run without --lf" in _told(session)
    assert not ranked.lock.exists()


def test_a_run_that_was_stopped_writes_nothing(ranked: Ranked) -> None:
    ranked.golden(q03="expect: {within: {lead: 1}}")
    session = ranked.accept("new", "-x", code=1)
    assert session.counts() == {"passed": 2, "failed": 1}
    assert "nothing was accepted or saved for a.golden.yaml: the run was stopped" in _told(session)
    assert not ranked.lock.exists()


CRASHING = """
import os

class Crashing(Ranked):
    def retrieve(self, queries, k):
        if not pathlib.Path("crashed").exists():
            pathlib.Path("crashed").touch()
            os._exit(1)
        return super().retrieve(queries, k)

@pytest.fixture(scope="session")
def retriever():
    return Crashing()
"""


def test_after_a_crash_nothing_is_written_though_another_worker_goes_on(ranked: Ranked) -> None:
    ranked.project.write("conftest.py", RANKED + CRASHING)
    session = ranked.accept("new", "-n", "2", code=1)
    assert session.outcomes()["q02"] == "PASSED"
    assert "accept[new]: nothing was written: an earlier worker crashed; run again" in _told(
        session
    )
    assert not ranked.lock.exists()
    assert ranked.accept("new", "-n", "2").outcomes()["accept[new]"] == "PASSED"


def test_a_query_that_a_conftest_skips_stops_the_acceptance(ranked: Ranked) -> None:
    skip = "def pytest_collection_modifyitems(items):\n    items[1].add_marker(pytest.mark.skip)\n"
    ranked.project.write("conftest.py", f"{RANKED}\n\n{skip}")
    session = ranked.accept("new", code=1)
    assert "1 of 12 queries were not judged here, among them 'q02': they were" in _told(session)
    assert not ranked.lock.exists()


def test_a_file_that_is_spread_over_workers_is_not_accepted(ranked: Ranked) -> None:
    session = ranked.accept("new", "-n", "2", "--dist", "worksteal", code=1)
    assert "or another worker ran them (--dist load keeps a file on one)" in _told(session)
    assert not ranked.lock.exists()


@WORKERS
def test_whatever_the_order_of_tests_what_writes_comes_last(
    ranked: Ranked, workers: tuple[str, ...]
) -> None:
    args = ("-p", "randomly", "-p", "no:cacheprovider", *workers)
    assert ranked.accept("new", "--retrieval-save=may", *args).counts() == {"passed": 14}
    assert len(ranked.locked()) == 12


def test_each_file_has_its_own_lock_and_its_own_refusal(ranked: Ranked) -> None:
    text = (ranked.project.path / "a.golden.yaml").read_text()
    (ranked.project.path / "b.golden.yaml").write_text(text)
    session = ranked.accept("new", "--deselect", "b.golden.yaml::accept[new]", code=1)
    assert "nothing was accepted or saved for b.golden.yaml: the run was stopped" in _told(session)
    assert len(ranked.locked()) == 12
    assert not (ranked.project.path / "b.golden.lock.jsonl").exists()
    only_a = ranked.accept("new", "a.golden.yaml")
    assert "nothing was accepted" not in only_a.text


def test_a_folder_that_cannot_be_written_to_is_said_without_a_traceback(ranked: Ranked) -> None:
    ranked.lock.mkdir()  # root may write everywhere, but not over a folder
    (ranked.lock / "x").touch()
    session = ranked.accept("new", code=2)
    assert "a.golden.lock.jsonl" in session.text
    ranked.project.write(
        "conftest.py",
        f"{RANKED}\n\ndef pytest_collection_finish():\n    pathlib.Path('{ranked.lock}').mkdir()\n",
    )
    (ranked.lock / "x").unlink()
    ranked.lock.rmdir()
    session = ranked.accept("new", code=1)
    assert "cannot be written" in session.summary("accept[new]")
    assert "Traceback" not in session.text
    assert "writing.py" not in session.text
    assert list(Path(ranked.project.path).glob("*.tmp*")) == []


def test_a_gate_that_compares_is_skipped_where_there_is_nothing_to_compare_with(
    ranked: Ranked,
) -> None:
    ranked.golden("R@10 drop <= 0.2", "R@10 >= 0.9")
    session = ranked.accept("new")
    assert session.counts() == {"passed": 14, "skipped": 1}
    told = "  SKIPPED R@10 drop <= 0.2: nothing to compare with before this acceptance"
    assert told in section(session)
    assert ranked.accept("new").counts() == {"passed": 15}


def test_listing_tests_accepts_nothing_and_is_green(ranked: Ranked) -> None:
    session = ranked.accept("new", "--co", "-q")
    assert "a.golden.yaml::accept[new]" in session.text
    assert "nothing was accepted" not in session.text
    assert not ranked.lock.exists()
