"""What is not accepted: partial runs, runs that crashed, folders that cannot be written to."""

from pathlib import Path

import pytest

from tests.plugin.golden.conftest import CRASHING, RANKED, WORKERS, Ranked, told_by


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
        (
            ("--retrieval-repeat=2", "-k", "not accept"),
            "nothing was accepted or saved for a.golden.yaml: the run was stopped, or",
        ),
    ],
    ids=["-k", "-k with accept", "-m", "node id", "node ids", "--deselect", "noise writes nothing"],
)
def test_a_partial_run_writes_nothing_and_is_red(
    ranked: Ranked, workers: tuple[str, ...], selection: tuple[str, ...], told: str
) -> None:
    ranked.golden("R@10 >= 0.9", q01="tags: [sound]")
    session = ranked.accept("new", *selection, *workers, code=1)
    assert told in told_by(session)
    assert not ranked.lock.exists()


def test_last_failed_tests_alone_are_not_accepted(ranked: Ranked) -> None:
    ranked.golden(q01="expect: {within: {lead: 1}}")
    ranked.accept("new", "-k", "q01 or accept", code=1)
    session = ranked.accept("new", "--lf", code=1)
    assert session.outcomes() == {"q01": "FAILED", "accept[new]": "ERROR"}
    assert "run without --lf" in told_by(session)
    assert not ranked.lock.exists()


def test_a_run_that_was_stopped_writes_nothing(ranked: Ranked) -> None:
    ranked.golden(q03="expect: {within: {lead: 1}}")
    session = ranked.accept("new", "-x", code=1)
    assert session.counts() == {"passed": 2, "failed": 1}
    assert "nothing was accepted or saved for a.golden.yaml: the run was stopped" in told_by(
        session
    )
    assert not ranked.lock.exists()


def test_after_a_crash_nothing_is_written_though_another_worker_goes_on(ranked: Ranked) -> None:
    ranked.project.write("conftest.py", RANKED + CRASHING)
    session = ranked.accept("new", "-n", "2", code=1)
    assert session.outcomes()["q02"] == "PASSED"
    assert "accept[new]: not evaluated: an earlier worker crashed; run again" in told_by(session)
    assert not ranked.lock.exists()
    assert ranked.accept("new", "-n", "2").outcomes()["accept[new]"] == "PASSED"


def test_a_query_that_a_conftest_deselects_stops_the_acceptance(ranked: Ranked) -> None:
    drop = "def pytest_collection_modifyitems(items):\n    del items[1]\n"
    ranked.project.write("conftest.py", f"{RANKED}\n\n{drop}")
    told = told_by(ranked.accept("new", code=1))
    assert "among them 'q02'; run without a conftest or plugin that deselects tests" in told


def test_a_query_that_a_conftest_skips_stops_the_acceptance(ranked: Ranked) -> None:
    skip = "def pytest_collection_modifyitems(items):\n    items[1].add_marker(pytest.mark.skip)\n"
    ranked.project.write("conftest.py", f"{RANKED}\n\n{skip}")
    session = ranked.accept("new", code=1)
    assert "1 of 12 queries were not judged here, among them 'q02': they were" in told_by(session)
    assert not ranked.lock.exists()


def test_a_file_that_is_spread_over_workers_is_not_accepted(ranked: Ranked) -> None:
    session = ranked.accept("new", "-n", "2", "--dist", "worksteal", code=1)
    assert (
        "or another worker ran them (with this plugin, --dist load keeps a file on one)"
        in told_by(session)
    )
    assert not ranked.lock.exists()


def test_each_file_has_its_own_lock_and_its_own_refusal(ranked: Ranked) -> None:
    text = (ranked.project.path / "a.golden.yaml").read_text()
    (ranked.project.path / "b.golden.yaml").write_text(text)
    session = ranked.accept("new", "--deselect", "b.golden.yaml::accept[new]", code=1)
    assert "nothing was accepted or saved for b.golden.yaml: the run was stopped" in told_by(
        session
    )
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
