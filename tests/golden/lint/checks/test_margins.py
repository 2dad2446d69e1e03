"""What the number of queries can show, worked with scipy's t.

The bound is a t bound of n differences and one more, the pseudo-query's: where no query changed it
is p (1 + t) / (n + 1), with p what that query lost and t of n degrees of freedom.
"""

import re
from math import sqrt

import pytest
from scipy import stats

from retrieval_checks.comparison.significance.non_inferiority import PSEUDO_DIFFERENCE
from retrieval_checks.golden.lint.checks.margins import find_margins, upgrade_differences
from tests.golden.lint.conftest import Lay, shown


def _queries(n: int) -> str:
    return "".join(f"  - {{id: q{i}, text: Why {i}?, relevant: {{cat: 1}}}}\n" for i in range(n))


def _best(n: int, confidence: float = 0.95) -> float:
    return float(-PSEUDO_DIFFERENCE * (1 + stats.t.ppf(confidence, n)) / (n + 1))


def _upgrade_bound(n: int) -> float:
    """Of n differences that average 0 and spread by .18, and the pseudo-query's."""
    mean = PSEUDO_DIFFERENCE / (n + 1)
    squares = (n - 1) * 0.18**2 + PSEUDO_DIFFERENCE**2 - (n + 1) * mean**2
    return float(mean - stats.t.ppf(0.95, n) * sqrt(squares / n / (n + 1)))


LEAST = next(n for n in range(1, 1000) if _best(n) < 0.05)  # queries for a margin of .05
USUAL = next(n for n in range(2, 1000) if _upgrade_bound(n) > -0.05)


@pytest.mark.parametrize("n", [10, 20, 50])
def test_the_best_margin_of_the_set_is_a_note(lay: Lay, n: int) -> None:
    (found,) = find_margins(lay(_queries(n)))
    assert shown([found]) == [("note", "certifiable-margin", 1)]
    told = re.match(rf"{n} judged queries can rule out a drop of (0\.\d+) at best", found.message)
    assert told
    assert float(told[1]) == pytest.approx(_best(n), abs=5e-5)


def test_one_query_rules_nothing_out(lay: Lay) -> None:
    assert _best(1) > 1  # more than a metric in [0, 1] can drop
    (found,) = find_margins(lay(_queries(1)))
    assert found.message.startswith("1 judged query can rule out no drop, however large, at 95 %")


def test_a_gate_that_nothing_can_pass_is_an_error(lay: Lay) -> None:
    gates = ["nDCG@10 drop <= 0.05"]
    (_, found) = find_margins(lay(_queries(LEAST - 1), gates=gates))
    assert shown([found]) == [("error", "margin-out-of-reach", LEAST + 3)]
    few, best = LEAST - 1, _best(LEAST - 1)
    assert found.message == (
        f"gate 'nDCG@10 drop <= 0.05' can never pass: {few} judged queries can rule out a drop of"
        f" {best:.4f} at best, and 0.05 takes at least {LEAST} where no query changed"
    )
    (_, enough) = find_margins(lay(_queries(LEAST), gates=gates))
    assert enough.code == "too-few-for-an-upgrade"


def test_an_upgrade_needs_more_queries_than_a_small_change(lay: Lay) -> None:
    gates = ["nDCG@10 drop <= 0.05"]
    (_, found) = find_margins(lay(_queries(USUAL - 1), gates=gates))
    assert shown([found]) == [("note", "too-few-for-an-upgrade", USUAL + 3)]
    assert f"expect INCONCLUSIVE below about {USUAL}" in found.message
    assert f"({LEAST} where nothing does)" in found.message
    assert shown(find_margins(lay(_queries(USUAL), gates=gates)))[1:] == []


def test_the_confidence_of_the_gate_counts(lay: Lay) -> None:
    gate = "nDCG@10 drop <= 0.05 @ 99%"
    assert _best(LEAST, 0.99) > 0.05
    (_, found) = find_margins(lay(_queries(LEAST), gates=[gate]))
    assert found.code == "margin-out-of-reach"


def test_a_tags_gate_has_the_tags_queries(lay: Lay) -> None:
    tagged = "  - {id: z, text: Why z?, relevant: {cat: 1}, tags: [rare]}\n"
    (_, found) = find_margins(lay(_queries(30) + tagged, gates=["tag:rare nDCG@10 drop <= 0.05"]))
    assert "can never pass: 1 judged query can rule out no drop, however large" in found.message


def test_a_margin_that_no_number_reaches(lay: Lay) -> None:
    (_, found) = find_margins(lay(_queries(3), gates=["nDCG@10 drop <= 0.0000001"]))
    assert "takes more than a million" in found.message


def test_floors_and_unjudged_sets_say_nothing_about_margins(lay: Lay) -> None:
    unjudged = "  - {id: a, text: Why?}\n"
    assert find_margins(lay(unjudged, gates=["nDCG@10 drop <= 0.05", "P@1 >= 0.1"])) == []
    assert [f.code for f in find_margins(lay(gates=["P@1 >= 0.1"]))] == ["certifiable-margin"]


def test_an_exchanged_models_differences_are_those_seen_on_real_runs() -> None:
    differences = upgrade_differences()
    assert differences.std(ddof=1) == pytest.approx(0.18)
    assert abs(differences.mean()) < 1e-12
    assert (differences != 0).sum() == 94
