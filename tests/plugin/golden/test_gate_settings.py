"""Gates from the command line and the ini file, beside those of golden files."""

import pytest

from tests.plugin.golden.conftest import WORKERS, Ranked


@WORKERS
def test_flags_and_ini_file_add_gates_to_every_golden_file(
    ranked: Ranked, workers: tuple[str, ...]
) -> None:
    ranked.golden("R@10 >= 0.9", lock="none")
    ini = "[pytest]\nretrieval_gates =\n    P@1 >= 0.7\n    R@10 >= 0.9\n"
    ranked.project.write("pytest.ini", ini)
    flags = ("--retrieval-gate=RR@10>=.8", "--retrieval-gate", "ndcg@10 >= 0.9")
    session = ranked.run(*flags, *workers, code=0)
    gates = [name for name in session.outcomes() if name.startswith("gate[")]
    assert gates == [
        "gate[R@10 >= 0.9]",
        "gate[P@1 >= 0.7]",
        "gate[RR@10 >= 0.8]",
        "gate[nDCG@10 >= 0.9]",
    ]


@pytest.mark.parametrize(
    ("gate", "told"),
    [
        ("nDGC@10 >= 0.9", "nDCG"),
        ("nDCG@10 dorp <= 0.02", "nDCG@10 drop <= 0.02"),
        ("nDCG >= 0.5", "nDCG needs a cut-off here, for example nDCG@100"),
    ],
)
def test_a_gate_without_meaning_is_a_usage_error_before_anything_is_collected(
    ranked: Ranked, gate: str, told: str
) -> None:
    ranked.project.write("conftest.py", "def pytest_collect_file():\n    raise SystemExit(9)\n")
    flag = ranked.run(f"--retrieval-gate={gate}", code=4)
    assert flag.errors.startswith("ERROR: --retrieval-gate: ")
    assert told in flag.errors
    ini = ranked.run("-o", f"retrieval_gates={gate}", code=4)
    assert ini.errors.startswith("ERROR: ini key retrieval_gates: ")


def test_the_position_of_what_is_wrong_is_told(ranked: Ranked) -> None:
    errors = ranked.run("--retrieval-gate=nDCG@10 dorp <= 0.02", code=4).errors
    assert "9" in errors  # `dorp` begins at the ninth character
    assert "'dorp'" in errors


@pytest.mark.parametrize(
    "flag", ["gate=R@10 >= 0.9", "accept=new", "save=may", "repeat=2", "candidate=some/model"]
)
def test_a_flag_about_golden_files_without_any_is_a_usage_error(ranked: Ranked, flag: str) -> None:
    session = ranked.project.pytest(f"--retrieval-{flag}", code=4)
    name = flag.partition("=")[0]
    told = f"--retrieval-{name} needs --retrieval-golden or --retrieval-with-tests"
    assert told in session.errors


@pytest.mark.parametrize("name", ["accept", "save", "repeat", "candidate", "baseline"])
def test_a_flag_without_a_value_is_a_usage_error(ranked: Ranked, name: str) -> None:
    assert f"--retrieval-{name} is empty" in ranked.run(f"--retrieval-{name}=", code=4).errors


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--retrieval-repeat=0",), "--retrieval-repeat '0': a whole number from 1 to 1000"),
        (("--retrieval-save=a/b",), "--retrieval-save 'a/b': a name has letters, digits"),
    ],
)
def test_other_nonsense_is_a_usage_error(ranked: Ranked, args: tuple[str, ...], told: str) -> None:
    assert told in ranked.run(*args, code=4).errors
