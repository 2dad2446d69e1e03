"""Flags and ini keys: what wins, where paths begin, and that nonsense is a usage error."""

import json
import os
from pathlib import Path

import pytest

from tests.plugin.conftest import Project

SHOW = """\
import json
import pytest
from retrieval_checks.plugin.settings import SETTINGS

@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    print(json.dumps(config.stash[SETTINGS]._asdict(), default=str))
"""


def _shown(project: Project, *args: str) -> dict[str, object]:
    """The settings of a session, as its conftest sees them."""
    project.write("conftest.py", SHOW)
    session = project.pytest("-s", "--co", "-q", *args)
    settings: dict[str, object] = json.loads(session.text.splitlines()[0])
    return settings


def test_nothing_given_is_nothing_set(empty_project: Project) -> None:
    assert _shown(empty_project) == {
        "golden_only": False,
        "with_tests": False,
        "collection": None,
        "collection_is_forced": False,
        "bi_encoder": None,
        "reranker": None,
        "reports": [],
        "cache": None,
        "use_cache": True,
        "cache_limit": None,
        "device": None,
        "dtype": None,
        "engine": "local",
        "gates": [],
        "strict": False,
        "baseline": None,
        "save": None,
        "accept": None,
        "reason": "",
        "repeat": 1,
        "candidate": None,
    }


INI = """\
[pytest]
retrieval_collection = data/animals
retrieval_bi_encoder = ini-encoder
retrieval_reranker = ini-reranker
retrieval_report = out.json
retrieval_cache = cache
retrieval_device = cpu
retrieval_dtype = float16
"""


def test_flags_win_over_ini_keys_and_paths_begin_where_they_were_written(
    empty_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, root = empty_project, empty_project.path
    project.write("pytest.ini", INI)
    for name in ("data/animals/x", "below/flags/x", "below/conftest.py"):
        project.write(name, "")
    monkeypatch.chdir(root / "below")
    ini = _shown(project)
    assert ini["collection"] == str(root / "data" / "animals")
    assert (ini["collection_is_forced"], ini["use_cache"]) == (False, True)
    assert (ini["bi_encoder"], ini["reranker"]) == ("ini-encoder", "ini-reranker")
    assert (ini["reports"], ini["cache"]) == ([str(root / "out.json")], str(root / "cache"))
    assert (ini["device"], ini["dtype"]) == ("cpu", "float16")
    flags = _shown(
        project,
        "--retrieval-collection=flags",
        "--retrieval-bi-encoder=flag-encoder",
        "--retrieval-reranker=none",
        f"--retrieval-report={root / 'below' / '..' / 'other.json'}",
        "--retrieval-report=../other.json",
        "--retrieval-report=page.html",
        "--retrieval-cache=~/cache",
        "--retrieval-device=cuda:1",
        "--retrieval-dtype=bfloat16",
    )
    assert flags["collection"] == str(root / "below" / "flags")
    assert flags["collection_is_forced"] is True
    assert (flags["bi_encoder"], flags["reranker"]) == ("flag-encoder", "none")
    assert flags["reports"] == [str(root / "other.json"), str(root / "below" / "page.html")]
    assert flags["cache"] == str(Path(os.environ["HOME"], "cache"))
    assert (flags["device"], flags["dtype"]) == ("cuda:1", "bfloat16")


@pytest.mark.parametrize(
    ("ini", "flags", "used"),
    [
        ("retrieval_no_cache = true", [], False),
        ("retrieval_no_cache = true", ["--retrieval-cache=here"], True),
        ("retrieval_cache = there", ["--retrieval-no-cache"], False),
    ],
)
def test_a_cache_flag_wins_over_both_cache_keys(
    empty_project: Project, ini: str, flags: list[str], used: bool
) -> None:
    empty_project.write("pytest.ini", f"[pytest]\n{ini}\n")
    assert _shown(empty_project, *flags)["use_cache"] is used


def test_the_limit_of_the_cache_is_a_size_with_a_unit(empty_project: Project) -> None:
    empty_project.write("pytest.ini", "[pytest]\nretrieval_cache_limit = 20GB\n")
    assert _shown(empty_project)["cache_limit"] == 20 * 10**9
    assert _shown(empty_project, "--retrieval-cache-limit=5kB")["cache_limit"] == 5_000


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--retrieval-collection=nowhere"], "--retrieval-collection: no collection at /*nowhere"),
        (
            ["--retrieval-golden", "-o", "retrieval_collection=no"],
            "ini key retrieval_collection: no collection at /*/no",
        ),
        (
            ["--retrieval-report=a.pdf"],
            "--retrieval-report: 'a.pdf' must end in .json, .html, .md",
        ),
        (["--retrieval-report=no/a.json"], "--retrieval-report: there is no folder /*/no"),
        (["--retrieval-report=dir.json"], "--retrieval-report: /*/dir.json is a folder"),
        (["--retrieval-cache=conftest.py"], "--retrieval-cache: /*/conftest.py is not a folder"),
        (
            ["--retrieval-cache-limit=much"],
            "retrieval cache limit 'much' is no size, such as 500MB or 20GB",
        ),
        (["--retrieval-dtype=float8"], "*'float8' is unknown; one of: float32, float16, bfloat16"),
        (
            ["--retrieval-cache=here", "--retrieval-no-cache"],
            "--retrieval-cache and --retrieval-no-cache exclude each other",
        ),
        (
            ["-o", "retrieval_cache=here", "-o", "retrieval_no_cache=1"],
            "retrieval_cache and retrieval_no_cache exclude each other",
        ),
    ],
    ids=lambda value: value[-1] if isinstance(value, list) else "",
)
def test_nonsense_is_a_usage_error(empty_project: Project, args: list[str], message: str) -> None:
    empty_project.write("conftest.py", "")
    empty_project.write("dir.json/x", "")
    session = empty_project.pytest(*args, code=4)
    session.result.stderr.fnmatch_lines([f"ERROR: {message}"])


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere"
)
def test_a_folder_that_cannot_be_written_to_is_a_usage_error(empty_project: Project) -> None:
    folder = empty_project.write("locked/x", "").parent
    folder.chmod(0o500)
    session = empty_project.run("--retrieval-report=locked/a.json", code=4)
    assert "--retrieval-report: the folder" in session.errors


def test_usage_errors_come_before_workers_and_without_a_traceback(empty_project: Project) -> None:
    session = empty_project.run("--retrieval-dtype=int4", "-n", "1", code=4)
    assert session.errors.startswith("ERROR: retrieval dtype 'int4' is unknown; one of: float32")
    assert "Traceback" not in session.errors + session.text


def test_the_help_lists_every_flag_in_one_group_and_every_key(empty_project: Project) -> None:
    text = empty_project.pytest("--help", code=0).text
    group = text.partition("\nretrieval checks:\n")[2].partition("\n\n")[0]
    names = ["golden", "with-tests", "collection", "bi-encoder", "reranker", "report", "cache"]
    for name in [*names, "no-cache", "device", "dtype"]:
        assert f"  --retrieval-{name}" in group
        assert text.count(f"  --retrieval-{name}") <= 2
    for name in [*names[2:], "no-cache", "device", "dtype"]:
        assert f"  retrieval_{name.replace('-', '_')} (" in text


def test_a_path_behind_a_flag_that_hides_the_ini_file_is_refused(
    empty_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pytest itself takes `--retrieval-cache PATH` for a test path when it looks for its root."""
    project, here = empty_project, empty_project.path / "here"
    project.write("here/pytest.ini", "[pytest]\nretrieval_device = cpu\n")
    project.write("cache/x", "")
    monkeypatch.chdir(here)
    refused = project.run("--retrieval-cache", "../cache", code=4).errors
    assert "ERROR: write --retrieval-cache=../cache: with a blank between, pytest took" in refused
    assert f"did not read {here / 'pytest.ini'}" in refused
    project.run("--retrieval-cache=../cache", code=5)
    project.run("--retrieval-cache", "not-made-yet", code=5)
    (here / "pytest.ini").rename(here / "pyproject.toml")  # without a section of pytest's
    (here / "pyproject.toml").write_text('[project]\nname = "x"\n', encoding="utf-8")
    project.run("--retrieval-cache", "../cache", "--retrieval-golden", "../cache", code=5)
