"""Agreement of two runs equals its definitions and other packages; where those differ is named.

scipy has tau-b, scikit-learn Jaccard, `rbo` and ir_measures rank-biased overlap. For tau_ap there
is an example in the documentation of R's ircor; ranx has none of these.
"""

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval_checks.data.run import Run
from retrieval_checks.metrics.agreement import jaccard_at, kendall_tau, rbo, rbo_bounds, tau_ap
from tests.metrics.agreement.pairs import RANKINGS, one_query, pairs

thorough = settings(max_examples=2000)
P = st.floats(0.01, 0.9)
IRCOR_X = [0.67, 0.45, 0.29, 0.12, 0.57, 0.24, 0.94, 0.75, 0.08, 0.54]
IRCOR_Y = [0.48, 0.68, 0.32, 0.09, 0.06, 0.61, 0.87, 0.22, 0.44, 0.84]


@pytest.mark.slow
@thorough
@given(both=pairs())
def test_tau_equals_scipy_with_ties(both: tuple[Run, Run]) -> None:
    stats = pytest.importorskip("scipy.stats")
    values = kendall_tau(*both, undefined=0.0)
    for query_id in both[0]:
        first, second = (each[query_id] for each in both)
        common = [doc_id for doc_id in first if doc_id in second]
        peer = math.nan
        if len(common) > 1:  # of fewer, it warns
            scores = ([scores[doc_id] for doc_id in common] for scores in (first, second))
            peer = stats.kendalltau(*scores, variant="b").statistic
        expected = 0.0 if math.isnan(peer) else peer  # NaN is what we do not return
        assert values[query_id] == pytest.approx(expected, abs=1e-12)


@pytest.mark.slow
@thorough
@given(both=pairs(most_queries=1))
def test_tau_ap_equals_the_experiment_of_its_paper(both: tuple[Run, Run]) -> None:
    """Draw a document, not the first, then one above it: 2 Pr(the reference has them so) - 1."""
    values = tau_ap(*both, undefined=0.0)
    for query_id in both[0]:
        second = both[1].ranking(query_id)
        common = [doc_id for doc_id in both[0].ranking(query_id) if doc_id in second]
        right = [
            Fraction(sum(second.index(above) < second.index(doc_id) for above in common[:i]), i)
            for i, doc_id in enumerate(common)
            if i
        ]
        expected = 2 * sum(right) / len(right) - 1 if right else 0
        assert values[query_id] == pytest.approx(float(expected), abs=1e-12)


def test_tau_ap_equals_the_example_of_ircor() -> None:
    truth, estimate = _scored(IRCOR_X), _scored(IRCOR_Y)
    assert tau_ap(estimate, truth)["q"] == pytest.approx(0.3928571, abs=5e-8)  # tauAP(x, y)


def test_tau_ap_with_the_truth_given_first_is_another_value() -> None:
    truth, estimate = _scored(IRCOR_X), _scored(IRCOR_Y)  # ircor takes it first, we second
    assert tau_ap(truth, estimate)["q"] != pytest.approx(0.3928571, abs=1e-3)


@pytest.mark.slow
@thorough
@given(first=RANKINGS, second=RANKINGS, p=st.floats(0.01, 0.99))
def test_rbo_equals_the_package_rbo(first: list[str], second: list[str], p: float) -> None:
    peer = pytest.importorskip("rbo").RankingSimilarity(first, second)
    assert _rbo(first, second, p) == pytest.approx(peer.rbo_ext(p=p), abs=1e-12)


@pytest.mark.slow
@thorough
@given(ranking=RANKINGS, order=st.randoms(use_true_random=False), p=st.floats(0.01, 0.99))
def test_rbo_of_even_lists_equals_eq_23(ranking: list[str], order: object, p: float) -> None:
    package = pytest.importorskip("rbo")
    other = [*ranking]
    order.shuffle(other)  # type: ignore[attr-defined]
    other = [doc_id if doc_id < "h" else f"x{doc_id}" for doc_id in other]
    expected = package.RankingSimilarity(ranking, other).rbo(p=p, ext=True)
    assert _rbo(ranking, other, p) == pytest.approx(expected, abs=1e-12)


@pytest.mark.slow
@thorough
@given(first=RANKINGS.filter(len), second=RANKINGS.filter(len), p=st.floats(0.01, 0.99))
def test_rbo_bounds_lie_above_the_sum_of_the_package_rbo(
    first: list[str], second: list[str], p: float
) -> None:
    """Its `rbo(p=p)` ends with the shorter list and takes what follows for no agreement at all."""
    peer = pytest.importorskip("rbo").RankingSimilarity(first, second).rbo(p=p)
    assert peer <= _bounds(first, second, p)[0] + 1e-12
    depth = min(len(first), len(second))
    if set(first[:depth]) & set(second[:depth]):
        assert peer < _bounds(first, second, p)[0] or p**depth < 1e-12


def test_rbo_of_a_list_with_itself_is_below_1_for_the_package_rbo() -> None:
    peer = pytest.importorskip("rbo").RankingSimilarity([*"abc"], [*"abc"])
    assert peer.rbo(p=0.5) == 1 - 0.5**3
    assert _rbo([*"abc"], [*"abc"], 0.5) == 1


@pytest.mark.slow
@thorough
@given(first=RANKINGS, second=RANKINGS, p=P)
def test_rbo_bounds_are_the_limits_of_the_worst_and_the_best_continuation(
    first: list[str], second: list[str], p: float
) -> None:
    new = [f"new {i}" for i in range(400)]  # 0.9^400 < 1e-18
    worst = _limit(first + [f"{d} here" for d in new], second + [f"{d} there" for d in new], p)
    missing = [d for d in second if d not in first]
    missing_too = [d for d in first if d not in second]
    best = _limit(first + missing + new, second + missing_too + new, p)
    assert _bounds(first, second, p) == pytest.approx((worst, best), abs=1e-12)


@thorough
@given(first=RANKINGS, second=RANKINGS, p=P)
def test_rbo_bounds_are_eq_11_and_eq_30(first: list[str], second: list[str], p: float) -> None:
    low, high = _bounds(first, second, p)
    short, long = sorted((first, second), key=len)
    s, deep = len(short), len(long)
    x = [len({*short[:d]} & {*long[:d]}) for d in range(deep + 1)]
    f = deep + s - x[deep]
    log = math.log(1 / (1 - p))
    known = math.fsum((x[d] - x[deep]) * p**d / d for d in range(1, deep + 1))
    assert low == pytest.approx((1 - p) / p * (known + x[deep] * log), abs=1e-12)
    open_to_both = s * _series(p, s + 1, f) + deep * _series(p, deep + 1, f)
    open_to_both += x[deep] * (log - _series(p, 1, f))
    residual = p**s + p**deep - p**f - (1 - p) / p * open_to_both
    assert high - low == pytest.approx(residual, abs=1e-12)


@thorough
@given(first=RANKINGS, second=RANKINGS, p=P)
def test_rbo_of_ir_measures_is_the_known_part_over_its_weight(
    first: list[str], second: list[str], p: float
) -> None:
    """Not extrapolated: scaled up to the depth l, so a list and its own beginning differ."""
    compat = pytest.importorskip("ir_measures.providers.compat_provider")
    depth = max(len(first), len(second))
    if not depth:
        return
    peer = compat.rbo(first, second, p, depth)
    known = _limit(first, second, p, depth=depth)
    assert peer == pytest.approx(known / (1 - p**depth), abs=1e-12)
    if len(first) == len(second):
        agreement = len({*first} & {*second}) / depth
        extrapolated = known + agreement * p**depth
        assert _rbo(first, second, p) == pytest.approx(extrapolated, abs=1e-12)


def test_rbo_of_a_list_and_its_own_beginning_is_below_1_for_ir_measures() -> None:
    compat = pytest.importorskip("ir_measures.providers.compat_provider")
    assert compat.rbo([*"ab"], [*"abcd"], 0.9, 4) < 0.9
    assert _rbo([*"ab"], [*"abcd"], 0.9) == 1


@pytest.mark.slow
@thorough
@given(first=RANKINGS, second=RANKINGS, k=st.integers(1, 12))
def test_jaccard_equals_scikit_learn(first: list[str], second: list[str], k: int) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    if not first and not second:
        return  # see below
    top = (set(first[:k]), set(second[:k]))
    held = [[doc_id in each for doc_id in "abcdefghij"] for each in top]
    value = jaccard_at(one_query(first), one_query(second), k)["q"]
    assert value == pytest.approx(metrics.jaccard_score(*held), abs=1e-12)


def test_two_empty_sets_agree_where_scikit_learn_has_0() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    assert metrics.jaccard_score([False], [False], zero_division=0.0) == 0  # its default, unwarned
    assert jaccard_at(one_query(""), one_query(""), 1) == {"q": 1.0}


@pytest.mark.filterwarnings("ignore:One or more sample arguments is too small")
def test_tau_without_two_documents_is_nan_for_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    assert math.isnan(stats.kendalltau([1.0], [1.0]).statistic)
    assert math.isnan(stats.kendalltau([1.0, 1.0], [1.0, 2.0]).statistic)


def _scored(scores: list[float]) -> Run:
    return Run.from_dict({"q": {f"d{i}": score for i, score in enumerate(scores)}})


def _rbo(first: list[str], second: list[str], p: float) -> float:
    return rbo(one_query(first), one_query(second), p)["q"]


def _bounds(first: list[str], second: list[str], p: float) -> tuple[float, float]:
    return rbo_bounds(one_query(first), one_query(second), p)["q"]


def _limit(first: list[str], second: list[str], p: float, *, depth: int = 400) -> float:
    """(1-p) sum p^(d-1) |A_d & B_d| / d, as RBO is defined, eq. 4."""
    seen: tuple[set[str], set[str]] = (set(), set())
    common, terms = 0, []
    for d in range(1, depth + 1):
        new = tuple({*ranking[d - 1 : d]} for ranking in (first, second))
        for mine, docs in zip(seen, new, strict=True):
            mine |= docs
        common += len((new[0] & seen[1]) | (new[1] & seen[0]))
        terms.append((1 - p) * p ** (d - 1) * common / d)
    return math.fsum(terms)


def _series(p: float, start: int, stop: int) -> float:
    return math.fsum(p**d / d for d in range(start, stop + 1))
