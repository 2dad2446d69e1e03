import re

import pytest

from retrieval_checks.errors import MetricError, SettingsError
from retrieval_checks.judgement.expression import NUMBER, Bound, Scanner, read_bound, to_number


def share(number: float) -> float:
    if not 0 <= number <= 1:
        raise SettingsError(f"{number:g} is no share")
    return number


BOUND = Bound("x", "<=", "0.5", make=share)


def test_what_is_taken_is_not_read_again() -> None:
    scanner = Scanner("0.5 % 7", "a number")
    first, second = scanner.take(NUMBER), scanner.take(NUMBER)
    assert first
    assert second
    assert (first["number"], first["percent"], second["number"]) == ("0.5", "%", "7")
    assert (scanner.start, scanner.at) == (6, 7)
    assert scanner.take(NUMBER) is None
    scanner.end(near="")


def test_position_counts_from_1_and_skips_blanks() -> None:
    scanner = Scanner("x   y z", "a letter")
    scanner.take(re.compile("x"))
    scanner.prefix = "a "
    with pytest.raises(
        SettingsError, match=r"^'x   y z', position 5: expected b, found 'y'; write"
    ):
        scanner.refuse("b", near="c")
    with pytest.raises(SettingsError, match=r"found 'y'; write 'a c'$"):
        scanner.end(near="c")
    located = r"^'x   y z', position 5: bad; write 'a c'$"
    with pytest.raises(SettingsError, match=located), scanner.located(1, near="c"):
        raise MetricError("bad")


@pytest.mark.parametrize(
    ("text", "number"), [("<= .25", 0.25), ("<=25%", 0.25), ("<= 1e-2 %", 1e-4)]
)
def test_bound_is_an_operator_and_a_number(text: str, number: float) -> None:
    assert read_bound(Scanner(text, "a bound"), BOUND) == number


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("< 0.3", "x <= 0.3"),
        ("< 30", "x <= 30%"),
        ("< 30 %", "x <= 30%"),
        ("< 3000", "x <= 0.5"),
        ("below y2, 0.3", "x <= 0.3"),
        ("< ,", "x <= 0.5"),
        ("<= 0,3", "x <= 0.3"),
    ],
)
def test_nearest_spelling_keeps_the_number_that_can_be_meant(text: str, near: str) -> None:
    with pytest.raises(SettingsError, match=f"; write '{near}'$"):
        read_bound(Scanner(text, "a bound"), BOUND)


@pytest.mark.parametrize(
    ("number", "share"), [("0.7", 0.007), ("1.3", 0.013), ("5e1", 0.5), ("1e9999999", float("inf"))]
)
def test_percentage_is_the_float_that_the_share_is(number: str, share: float) -> None:
    assert to_number(number, "%") == share
