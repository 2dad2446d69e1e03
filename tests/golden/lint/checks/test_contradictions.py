"""Expectations that exclude each other."""

from itertools import permutations

import numpy as np
import pytest

from retrieval_checks.golden.lint.checks.contradictions import find_contradictions, why_impossible
from retrieval_checks.golden.suite import Expectations
from tests.golden.lint.conftest import Lay, shown


def _expect(within=None, absent=None, above=()) -> Expectations:  # type: ignore[no-untyped-def]
    return Expectations(within or {}, absent or {}, tuple(above), ())


def test_sound_expectations_are_silent(lay: Lay) -> None:
    assert find_contradictions(lay()) == []


def test_a_contradiction_is_an_error_of_its_query(lay: Lay) -> None:
    (found,) = find_contradictions(lay("  - {id: a, expect: {within: {cat: 1, dog: 1}}}\n"))
    assert shown([found]) == [("error", "contradictory-expectations", 3)]
    assert found.message == (
        "no ranking can do what is expected of query 'a': 2 documents must stand at rank 1:"
        " 'cat', 'dog'"
    )


POSSIBLE = {
    "nothing": _expect(),
    "below the top and within": _expect({"a": 4}, {"a": 3}),
    "as many as there are ranks": _expect({"a": 2, "b": 2, "c": 3}),
    "a chain with just enough room": _expect({"a": 1, "c": 3}, above=[("a", "b"), ("b", "c")]),
    "below what is absent": _expect({"b": 5}, {"a": 3}, above=[("a", "b")]),
    "a diamond": _expect({"d": 4}, above=[("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")]),
    "absent ones leave gaps": _expect({"a": 3, "b": 4}, {"a": 2, "b": 3}),
}
IMPOSSIBLE = {
    "absent where it must be": (
        _expect({"a": 3}, {"a": 3}),
        "'a' must stand at rank 4 or later (absent: {a: 3}) and at rank 3 or better (within:"
        " {a: 3})",
    ),
    "two first": (_expect({"a": 1, "b": 1}), "2 documents must stand at rank 1: 'a', 'b'"),
    "three within two": (
        _expect({"a": 2, "b": 1, "c": 2}),
        "3 documents must stand within rank 2: 'a', 'b', 'c'",
    ),
    "a narrow span": (
        _expect({"a": 4, "b": 4, "c": 4}, {"a": 2, "b": 2, "c": 2}),
        "3 documents must stand at ranks 3 to 4: 'a', 'b', 'c'",
    ),
    "a circle": (
        _expect(above=[("a", "b"), ("b", "c"), ("c", "a")]),
        "'above' runs in a circle: ",
    ),
    "below one that comes late": (
        _expect({"b": 4}, {"a": 3}, above=[("a", "b")]),
        "'a' must stand at rank 4 or later (absent: {a: 3}) and at rank 3 or better (above 'b',"
        " within: {b: 4})",
    ),
    "above the first": (
        _expect({"b": 1}, above=[("a", "b")]),
        "'a' must stand at rank 1 or later (the top) and at rank 0 or better (above 'b',"
        " within: {b: 1})",
    ),
    "no room left below": (  # u at 5, as y holds 4; l below it, but x holds 6
        _expect({"l": 6, "x": 6, "y": 4}, {"u": 3, "y": 3, "x": 5}, above=[("u", "l")]),
        "4 documents must stand at ranks 4 to 6: 'l', 'u', 'x', 'y'",
    ),
    "two above the second": (
        _expect({"c": 2}, above=[("a", "c"), ("b", "c")]),
        "2 documents must stand at rank 1: 'a', 'b'",
    ),
}


@pytest.mark.parametrize("expect", POSSIBLE.values(), ids=POSSIBLE)
def test_what_a_ranking_can_do_is_no_contradiction(expect: Expectations) -> None:
    assert why_impossible(expect) is None


@pytest.mark.parametrize(("expect", "why"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_what_no_ranking_can_do_is_explained(expect: Expectations, why: str) -> None:
    assert (why_impossible(expect) or "").startswith(why)


def test_a_circle_is_told_in_order() -> None:
    told = why_impossible(_expect(above=[("a", "b"), ("b", "a")]))
    assert told in (
        "'above' runs in a circle: 'a' above 'b' above 'a'",
        "'above' runs in a circle: 'b' above 'a' above 'b'",
    )


def _holds(expect: Expectations, ranking: tuple[str, ...]) -> bool:
    rank = {doc_id: i for i, doc_id in enumerate(ranking, start=1)}
    return (
        all(rank[doc_id] <= worst for doc_id, worst in expect.within.items())
        and all(rank[doc_id] > best for doc_id, best in expect.absent.items())
        and all(rank[upper] < rank[lower] for upper, lower in expect.above)
    )


def test_it_agrees_with_trying_every_ranking() -> None:
    rng = np.random.default_rng(0)
    documents = "abcd"
    rankings = list(permutations([*documents, "x", "y"]))  # room above for what is absent
    seen = {True: 0, False: 0}
    for _ in range(300):
        pick = [d for d in documents if rng.random() < 0.6]
        within = {d: int(rng.integers(1, 5)) for d in pick}
        absent = {d: int(rng.integers(1, 3)) for d in documents if rng.random() < 0.3}
        pairs = list(permutations(documents, 2))
        above = [pairs[i] for i in rng.choice(len(pairs), rng.integers(0, 3), replace=False)]
        expect = _expect(within, absent, above)
        possible = any(_holds(expect, ranking) for ranking in rankings)
        assert (why_impossible(expect) is None) == possible, expect
        seen[possible] += 1
    assert min(seen.values()) > 50


AGAINST_GRADES = {
    "within and not relevant": (
        "within: {dog: 5}",
        "query 'a': 'dog' must stand within rank 5, and its grade is 0",
    ),
    "absent and relevant": (
        "absent: {owl: 3}",
        "query 'a': 'owl' must be absent from the top 3, and it is relevant, grade 1",
    ),
    "above a better one": (
        "above: [[owl, cat]]",
        "query 'a': 'owl', grade 1, must stand above 'cat', grade 2",
    ),
}


@pytest.mark.parametrize(("expected", "message"), AGAINST_GRADES.values(), ids=AGAINST_GRADES)
def test_expectations_against_the_grades_are_warnings(
    lay: Lay, expected: str, message: str
) -> None:
    judged = "relevant: {cat: 2, owl: 1, dog: 0}"
    (found,) = find_contradictions(
        lay(f"  - {{id: a, {judged}, text: Why?, expect: {{{expected}}}}}\n")
    )
    assert shown([found]) == [("warning", "expected-against-grade", 3)]
    assert found.message == message


def test_grades_that_agree_or_are_missing_are_silent(lay: Lay) -> None:
    judged = "relevant: {cat: 2, owl: 2, dog: 0}"
    expected = "within: {cat: 2, bee: 3}, absent: {dog: 2}, above: [[cat, owl], [owl, bee]]"
    text = f"  - {{id: a, {judged}, text: Why?, expect: {{{expected}}}}}\n"
    assert find_contradictions(lay(text)) == []
