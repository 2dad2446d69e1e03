"""How far a pipeline differs from itself; numbers worked by hand."""

import pytest

from retrieval_checks.comparison.gates import parse_gate
from retrieval_checks.comparison.gates.noise import Noise, noise_evidence
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, SettingsError
from retrieval_checks.metrics.metric import Metric

QRELS = Qrels.from_dict({"one": {"a": 1}, "two": {"a": 1}})
STEADY = Run.from_ids({"one": ["a", "b"], "two": ["a", "b"]})
MOVED = Run.from_ids({"one": ["a", "b"], "two": ["b", "a"]})
RR = Metric("RR", 10)


def test_the_spread_is_between_the_best_and_the_worst_mean() -> None:
    """RR is 1 and 1, then 1 and 1/2: means 1 and 3/4."""
    noise = Noise([STEADY, MOVED, STEADY], QRELS)
    assert noise.spread(RR) == 0.25
    assert noise.unstable == ("two",)
    assert noise_evidence(noise, [RR]) == {
        "runs": 3,
        "unstable": ["two"],
        "spread": {"RR@10": 0.25},
    }


def test_a_pipeline_that_repeats_itself_has_no_noise_and_refuses_no_gate() -> None:
    noise = Noise([STEADY, STEADY], QRELS)
    assert (noise.spread(RR), noise.unstable, noise.agreement(1)) == (0.0, (), (1.0, 0.0))
    for text in ("RR@10 drop <= 0.001", "churn@1 <= 0%", "overlap@10 >= 1", "RR@10 >= 0.9"):
        noise.refuse(parse_gate(text))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("RR@10 drop <= 0.2", r"mean RR@10 differs by 0\.2500 among 2 runs .*, 0\.2 is allowed"),
        ("churn@1 <= 40%", r"churn@1 differs by 0\.5000 among 2 runs .*, 0\.4 is allowed"),
        ("overlap@1 >= 0.6", r"1 - overlap@1 differs by 0\.5000 among 2 runs .*, 0\.4 is allowed"),
    ],
)
def test_a_gate_tighter_than_the_noise_is_refused(text: str, told: str) -> None:
    with pytest.raises(SettingsError, match=f"is tighter than the noise: {told}.*'two' changed"):
        Noise([STEADY, MOVED], QRELS).refuse(parse_gate(text))


@pytest.mark.parametrize("text", ["RR@10 drop <= 0.25", "churn@1 <= 50%", "overlap@1 >= 0.5"])
def test_a_gate_as_wide_as_the_noise_is_not(text: str) -> None:
    Noise([STEADY, MOVED], QRELS).refuse(parse_gate(text))


@pytest.mark.parametrize("bound", [0.76, 0.99])
def test_a_floor_among_the_means_of_the_runs_is_refused(bound: float) -> None:
    """Their means are 1 and 3/4: which of them the gate would see is chance."""
    noise = Noise([STEADY, MOVED], QRELS)
    told = (
        r"is tighter than the noise: mean RR@10 is 0\.7500 to 1\.0000 among 2 runs .*'two' changed"
    )
    with pytest.raises(SettingsError, match=told):
        noise.refuse(parse_gate(f"RR@10 >= {bound}"))


@pytest.mark.parametrize("bound", [0.75, 1.0])
def test_a_floor_that_all_runs_or_no_others_reach_is_not(bound: float) -> None:
    Noise([STEADY, MOVED], QRELS).refuse(parse_gate(f"RR@10 >= {bound}"))


SIXTY = Qrels.from_dict({f"q{i}": {"a": 1} for i in range(60)})


def _lost(number: int) -> Run:
    """Of sixty queries the first find nothing."""
    return Run.from_ids({f"q{i}": ["b"] if i < number else ["a"] for i in range(60)})


def test_against_itself_a_steady_pipeline_passes() -> None:
    runs = [_lost(0)] * 3
    assert Noise(runs, SIXTY).self_test(RR) == "PASS"
    assert "against itself: PASS" in Noise(runs, SIXTY).explain([RR])


@pytest.mark.parametrize("lost", [(0, 6), (6, 0), (0, 6, 0), (3, 0, 6, 3), (0, 0, 6)])
def test_against_itself_every_run_is_compared_with_every_other(lost: tuple[int, ...]) -> None:
    """Six of sixty queries less: a mean of 0.1, and a p value of 1/64."""
    assert Noise([_lost(number) for number in lost], SIXTY).self_test(RR) == "FAIL"


def test_against_itself_doubt_about_any_two_runs_is_told() -> None:
    """Four of sixty less: p is 1/16, and 0.067 is more than the margin of 0.05."""
    assert Noise([_lost(0), _lost(0), _lost(4)], SIXTY).self_test(RR) == "INCONCLUSIVE"


def test_one_run_tells_nothing_of_noise() -> None:
    with pytest.raises(DataError, match="noise takes at least two runs, got 1"):
        Noise([STEADY], QRELS)
