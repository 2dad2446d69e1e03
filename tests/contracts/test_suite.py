"""A suite has as many checks as it declares, and says what became of each."""

import pytest

from retrieval_checks.contracts import Check, Suite
from retrieval_checks.errors import ModelError, RetrievalAssertionError, SettingsError


def _check(name: str, cases: int = 5, at_least: int = 1) -> Check:
    return Check(name, "thing", lambda: cases, at_least)


def _broken(name: str) -> Check:
    def examine() -> int:
        raise RetrievalAssertionError(f"thing breaks {name!r}")

    return Check(name, "thing", examine)


def _unable(name: str) -> Check:
    def examine() -> int:
        raise ModelError("no such model")

    return Check(name, "thing", examine)


def test_suite_with_fewer_or_more_checks_than_declared_is_not_built() -> None:
    for declared in (1, 3):
        with pytest.raises(SettingsError, match=f"2 checks where {declared} are declared"):
            Suite((_check("one"), _check("two")), declared=declared)


def test_empty_suite_is_not_built_even_where_it_is_declared() -> None:
    with pytest.raises(SettingsError, match="a suite of 0 checks"):
        Suite((), declared=0)


def test_check_ids_are_unique() -> None:
    with pytest.raises(SettingsError, match="check ids occur twice: 'one'"):
        Suite((_check("one"), _check("one")), declared=2)


def test_suite_is_a_sequence_of_pairs() -> None:
    one, two = _check("one"), _check("two")
    suite = Suite((one, two), declared=2)
    assert list(suite) == [(one, "one"), (two, "two")]
    assert suite[-1] == (two, "two")
    assert suite[:1] == ((one, "one"),)
    assert (len(suite), suite.ids) == (2, ("one", "two"))


def test_check_that_examines_too_little_fails() -> None:
    with pytest.raises(RetrievalAssertionError, match="'one' examined 3 cases, fewer than the 4"):
        _check("one", cases=3, at_least=4)()
    with pytest.raises(RetrievalAssertionError, match="'one' examined 0 cases"):
        _check("one", cases=0)()


def test_run_counts_what_held() -> None:
    summary = Suite((_check("one", 5), _check("two", 7)), declared=2).run()
    assert str(summary) == "thing: 2 of 2 checks hold, in 12 cases"


def test_run_goes_on_behind_a_failure_and_lists_every_one() -> None:
    suite = Suite((_broken("one"), _check("two"), _broken("three")), declared=3)
    with pytest.raises(RetrievalAssertionError) as caught:
        suite.run()
    assert str(caught.value) == (
        "thing fails 2 of 3 checks: one, three\n\n1. thing breaks 'one'\n\n2. thing breaks 'three'"
    )
    assert suite.broken() == {"one": "thing breaks 'one'", "three": "thing breaks 'three'"}


def test_run_fails_where_fewer_checks_ran_than_declared() -> None:
    suite = Suite((_unable("one"), _check("two")), declared=2)
    with pytest.raises(RetrievalAssertionError, match="thing: 1 of 2 declared checks ran") as error:
        suite.run()
    assert "'one' could not run: ModelError: no such model" in str(error.value)
    with pytest.raises(ModelError, match="no such model"):
        suite.broken()
