"""The smallest example is found, the same every time, and too few examples are counted as such."""

import random

import pytest
from hypothesis import strategies as st

from retrieval_checks.contracts.falsify import Search, falsify


def _too_large(number: int) -> str | None:
    return f"{number} is too large" if number > 9 else None


def test_smallest_failure_is_told() -> None:
    search = falsify(st.integers(), _too_large, max_examples=50)
    assert search.failure == "10 is too large"


def test_every_example_is_examined_where_none_fails() -> None:
    search = falsify(st.integers(max_value=9), _too_large, max_examples=50)
    assert search == Search(50, None)


def test_examples_that_are_all_filtered_out_are_none() -> None:
    none = st.integers().filter(lambda number: False)
    assert falsify(none, _too_large, max_examples=50) == Search(0, None)


def test_examples_are_the_same_every_time() -> None:
    def drawn() -> list[int]:
        seen: list[int] = []
        falsify(st.integers(), seen.append, max_examples=30)
        return seen

    assert drawn() == drawn()


def test_verdict_that_changes_is_told_all_the_same() -> None:
    chance = random.Random(1)
    search = falsify(
        st.integers(), lambda n: "by chance" if chance.random() < 0.3 else None, max_examples=50
    )
    assert search.failure == "by chance"


def test_error_of_the_judge_itself_is_an_error() -> None:
    def wrong(number: int) -> str | None:
        raise LookupError("a mistake in the check")

    with pytest.raises(LookupError, match="a mistake in the check"):
        falsify(st.integers(), wrong, max_examples=50)


def test_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    falsify(st.integers(), _too_large, max_examples=50)
    assert capsys.readouterr() == ("", "")
