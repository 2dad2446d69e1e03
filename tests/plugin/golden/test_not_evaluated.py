"""Gates that nobody evaluated say so: left out by a selection, or run after a crash."""

import pytest

from tests.plugin.golden.conftest import CRASHING, RANKED, WORKERS, Ranked, section

GATES = ("R@10 >= 0.9", "P@1 >= 0.5")
NAMES = "gate[R@10 >= 0.9], gate[P@1 >= 0.5]"


@WORKERS
@pytest.mark.parametrize(
    ("selection", "told"),
    [
        (("-k", "q01 or q02"), f"2 of 12 queries ran (-k): {NAMES}"),
        (("-m", "sound"), f"1 of 12 queries ran (-m): {NAMES}"),
        (("a.golden.yaml::q01",), f"1 of 12 queries ran (a.golden.yaml::q01): {NAMES}"),
        (
            tuple(f"a.golden.yaml::q0{number}" for number in range(1, 5)),
            "4 of 12 queries ran (a.golden.yaml::q01 and a.golden.yaml::q02 and 2 more): " + NAMES,
        ),
        (
            ("--deselect", "a.golden.yaml::gate[P@1 >= 0.5]"),
            "12 of 12 queries ran (--deselect): gate[P@1 >= 0.5]",
        ),
        (
            ("a.golden.yaml::gate[R@10 >= 0.9]",),
            "0 of 12 queries ran (a.golden.yaml::gate[R@10 >= 0.9]): gate[P@1 >= 0.5]",
        ),
    ],
    ids=["-k", "-m", "node id", "node ids", "--deselect", "one gate"],
)
def test_a_partial_run_names_the_gates_it_left_out(
    ranked: Ranked, workers: tuple[str, ...], selection: tuple[str, ...], told: str
) -> None:
    ranked.golden(*GATES, lock="none", q01="tags: [sound]")
    session = ranked.run(*selection, *workers, code=0)
    assert f"  not evaluated: {told}" in section(session)


def test_a_file_of_which_nothing_runs_is_not_mentioned_nor_one_that_runs_whole(
    ranked: Ranked,
) -> None:
    ranked.golden(*GATES, lock="none")
    text = (ranked.project.path / "a.golden.yaml").read_text()
    (ranked.project.path / "b.golden.yaml").write_text(text)
    assert "not evaluated" not in ranked.run("-k", "a.golden.yaml", code=0).text
    assert "not evaluated" not in ranked.run(code=0).text


CANDIDATE = """
@pytest.fixture(scope="session")
def candidate():
    return Ranked()
"""


def test_after_a_crash_no_gate_passes_though_another_worker_goes_on(ranked: Ranked) -> None:
    ranked.golden(GATES[0], lock="none")
    ranked.project.write("conftest.py", RANKED + CRASHING + CANDIDATE)
    flags = ("--retrieval-repeat=2", "--retrieval-candidate=other", "-n", "2")
    outcomes = (session := ranked.run(*flags, code=1)).outcomes()
    assert outcomes["q02"] == "PASSED"
    for name in ("gate[R@10 >= 0.9]", "noise[2]", "upgrade[other]"):
        assert outcomes[name] == "ERROR"
        assert "not evaluated: an earlier worker crashed; run again" in session.summary(name)
    assert ranked.run(*flags).outcomes()["gate[R@10 >= 0.9]"] == "PASSED"
