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


def test_repeats_are_averaged_by_query_and_are_no_further_queries() -> None:
    averaged = Noise([STEADY, MOVED], QRELS).averaged(RR)
    assert averaged == {"one": 1.0, "two": 0.75}


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


def test_against_itself_a_pipeline_never_fails() -> None:
    qrels = Qrels.from_dict({f"q{i}": {"a": 1} for i in range(60)})
    run = Run.from_ids({f"q{i}": ["a", "b"] for i in range(60)})
    assert Noise([run, run, run], qrels).self_test(RR) == "PASS"
    assert "against itself: PASS" in Noise([run, run], qrels).explain([RR])


def test_one_run_tells_nothing_of_noise() -> None:
    with pytest.raises(DataError, match="noise takes at least two runs, got 1"):
        Noise([STEADY], QRELS)
