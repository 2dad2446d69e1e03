"""The benchmark of the gate draws what it says, and holds nobody to the wrong thing."""

import numpy as np
import pytest

from retrieval_checks import BiEncoder, Collection, Corpus, Qrels, Queries
from tests.benchmarks.gate import print_identical
from tests.benchmarks.gating.arms import Arms
from tests.benchmarks.gating.degradations import Altered, degradations, degraded_arms
from tests.benchmarks.gating.detection import RULES, detected, print_detection
from tests.benchmarks.gating.model import simulated_arms
from tests.benchmarks.gating.rates import Rates, judged, print_claims
from tests.benchmarks.gating.speed import print_speed

WORSE = Arms("worse", np.full(8, 0.5), np.array([0.5, 0.5, 0.5, 0.5, 0.0, 0.0, 0.0, 0.5]))


@pytest.mark.parametrize("churn", [0.05, 0.40])
def test_simulated_arms_change_on_the_share_asked_for(churn: float) -> None:
    arms = simulated_arms(churn)
    assert arms.changed == pytest.approx(churn)
    assert min(arms.baseline.min(), arms.candidate.min()) >= 0
    assert max(arms.baseline.max(), arms.candidate.max()) <= 1


@pytest.mark.parametrize("drop", [0.0, 0.05, 0.20])
@pytest.mark.parametrize("arms", [simulated_arms(0.15), WORSE], ids=lambda arms: arms.name)
def test_the_true_drop_is_the_one_asked_for(arms: Arms, drop: float) -> None:
    rng = np.random.default_rng(1)
    baseline, candidate = arms.draw_with_drop(rng, 1_000, 100, drop=drop)
    differences = candidate - baseline
    error = float(differences.std() / differences.size**0.5)
    assert differences.mean() == pytest.approx(-drop, abs=4 * error)


def test_arms_as_they_are_drop_by_what_they_dropped() -> None:
    assert (WORSE.drop, WORSE.changed) == (3 / 16, 3 / 8)
    baseline, candidate = WORSE.draw(np.random.default_rng(1), 1_000, 100)
    assert (candidate - baseline).mean() == pytest.approx(-3 / 16, abs=0.005)


def test_rates_are_shares_of_the_sets() -> None:
    sets = np.zeros((4, 100))
    sets[0] = -0.5
    sets[1, :50] = np.tile([0.5, -0.5], 25)
    rates = judged("four", 0.0, sets)
    assert (rates.failed, rates.passed, rates.repetitions) == (0.25, 0.5, 4)
    assert str(rates).split("/") == [" 25.0", " 50.0", " 25.0"]


@pytest.mark.parametrize(
    ("queries", "drop", "claim", "at_most"),
    [
        (50, 0.0, "false FAIL, x, n = 50", 0.06),
        (50, 0.05, "PASS of a drop of the margin, x, n = 50", 0.06),
        (100, 0.02, "PASS of a drop of the margin, x, n = 100", 0.06),
        (100, 0.10, "PASS of a drop of 0.1, x, n = 100", 0.003),
    ],
)
def test_each_claim_is_made_where_it_belongs(
    queries: int, drop: float, claim: str, at_most: float
) -> None:
    [made] = Rates("x", queries, drop, 0.061, 0.062, 2_000).claims()
    assert (made.what, made.at_most, made.holds) == (claim, at_most, False)
    [held] = Rates("x", queries, drop, 0.003, 0.003, 2_000).claims()
    assert held.holds


def test_nothing_is_claimed_of_other_drops_or_few_sets(capsys: pytest.CaptureFixture[str]) -> None:
    assert not [*Rates("x", 100, 0.05, 1.0, 1.0, 2_000).claims()]
    print_claims([Rates("x", 50, 0.0, 1.0, 0.0, 999)], every=True)
    assert "not asked of fewer than 1,000 sets" in capsys.readouterr().out


def test_a_claim_that_does_not_hold_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    cells = [Rates("x", n, 0.0, failed, 0.0, 1_000) for n, failed in ((10, 0.07), (20, 0.05))]
    print_claims(cells, every=False)
    assert "false FAIL: holds in 1 of 2 cells" in capsys.readouterr().out


@pytest.mark.parametrize("rule", RULES)
def test_the_other_rules_pass_what_is_the_same_and_block_what_fell(rule: str) -> None:
    baseline = np.linspace(0.3, 0.9, 40)
    assert RULES[rule](baseline, baseline)
    assert RULES[rule](baseline, baseline + 0.05)
    assert not RULES[rule](baseline, baseline - np.linspace(0.1, 0.2, 40))


def test_our_verdicts_and_theirs_are_of_the_same_sets(capsys: pytest.CaptureFixture[str]) -> None:
    found = detected(WORSE, 30, repetitions=20)
    assert found.ours.failed > 0.9
    assert found.passed == pytest.approx(dict.fromkeys(RULES, 0), abs=0.1)
    print_detection("small", [WORSE], [20], repetitions=20)
    assert "(-37.5%), 38% of the queries changed, 3 lost" in capsys.readouterr().out


def test_identical_arms_never_fail(capsys: pytest.CaptureFixture[str]) -> None:
    print_identical()
    assert "INCONCLUSIVE at 10" in capsys.readouterr().out


def test_the_speed_is_that_of_the_same_p_values(capsys: pytest.CaptureFixture[str]) -> None:
    print_speed(queries=30, metrics=2, flips=500, rounds=1)
    assert "scipy / ours" in capsys.readouterr().out


class Letters:
    """Counts letters; prompts are text to it."""

    def encode(self, texts: list[str]) -> list[list[float]]:
        return [[float(t.count(c)) for c in "abcdefgh"] for t in texts]


def test_every_degradation_can_be_searched() -> None:
    corpus = Corpus(("d1", "d2", "d3"), ("a b", "c d", "e f"), ("h", "a", "c"))
    queries = Queries.from_dict({"q1": "a b h", "q2": "e f c"})
    qrels = Qrels.from_dict({"q1": {"d1": 1}, "q2": {"d3": 1}})
    pairs = list(degraded_arms(Collection(corpus, queries, qrels, "c"), BiEncoder(Letters())))
    assert [arms.name for arms in pairs] == list(degradations(corpus, BiEncoder(Letters())))
    assert all(arms.baseline.tolist() == [1, 1] for arms in pairs)


def test_int8_keeps_vectors_to_half_a_step() -> None:
    model = BiEncoder(Letters())
    int8 = degradations(Corpus.from_dict({"d": "a"}), model)["int8 vectors"][1]
    assert isinstance(int8, Altered)
    given = np.array([[0.5, -1.0], [0.127, 0.3]], np.float32)
    assert np.abs(int8.change(given) - given).max() <= 0.5 / 127 + 1e-7
