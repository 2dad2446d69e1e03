"""A suite has as many checks as it declares, and says what became of each."""

import unittest

import pytest

from retrieval_checks.contracts import Check, Suite
from retrieval_checks.contracts.check import DoesNotApply
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


def _inapplicable(name: str) -> Check:
    def examine() -> int:
        raise DoesNotApply("the thing has none")

    return Check(name, "thing", examine)


ALL_KINDS = (_check("one"), _broken("two"), _inapplicable("three"), _unable("four"))


def test_results_say_what_became_of_each_check() -> None:
    suite = Suite(ALL_KINDS, declared=4).waive({"two": "until the new index"})
    assert [(r.id, r.outcome, r.message, r.cases) for r in suite.results()] == [
        ("one", "holds", "", 5),
        ("two", "waived", "until the new index", 0),
        ("three", "does not apply", "the thing has none", 0),
        ("four", "could not run", "'four' could not run: ModelError: no such model", 0),
    ]


def test_what_is_waived_or_does_not_apply_is_summed_up() -> None:
    suite = Suite(ALL_KINDS[:3], declared=3).waive({"two": "until the new index"})
    assert str(suite.run()) == (
        "thing: 1 of 3 checks hold, in 5 cases; waived: two; do not apply: three"
    )


def test_suite_of_which_no_check_holds_proves_nothing() -> None:
    with pytest.raises(RetrievalAssertionError, match="thing: no check holds: this proves nothing"):
        Suite((_inapplicable("one"),), declared=1).run()


def test_check_that_is_waived_or_does_not_apply_is_skipped_with_its_reason() -> None:
    [waived, _] = Suite(ALL_KINDS[1:3], declared=2).waive({"two": "a reason"}).checks
    with pytest.raises(unittest.SkipTest, match="'two' waived: a reason"):
        waived()
    with pytest.raises(unittest.SkipTest, match="'three' does not apply: the thing has none"):
        ALL_KINDS[2]()


@pytest.mark.parametrize(
    ("check", "became"), [(_check("one"), "holds"), (_inapplicable("one"), "does not apply")]
)
def test_waiver_that_is_not_needed_fails(check: Check, became: str) -> None:
    suite = Suite((check,), declared=1).waive({"one": "a reason"})
    told = rf"thing: 'one' {became}, so that its waiver \(a reason\) is no longer needed"
    with pytest.raises(RetrievalAssertionError, match=told):
        suite.checks[0]()
    assert "no longer needed; take it out" in suite.broken()["one"]


def test_waiver_does_not_excuse_a_check_that_could_not_run() -> None:
    suite = Suite((_unable("four"),), declared=1).waive({"four": "a reason"})
    with pytest.raises(ModelError, match="no such model"):
        suite.checks[0]()


def test_waiver_does_not_excuse_a_check_that_examines_too_little() -> None:
    suite = Suite((_check("one", cases=0),), declared=1).waive({"one": "a reason"})
    assert "examined 0 cases" in suite.broken()["one"]


def test_waiver_of_an_unknown_check_is_refused_with_the_near_name() -> None:
    with pytest.raises(SettingsError, match=r"no check 'onee' .* did you mean 'one'"):
        Suite((_check("one"),), declared=1).waive({"onee": "a reason"})


@pytest.mark.parametrize("reason", ["", "  "])
def test_waiver_needs_a_reason(reason: str) -> None:
    with pytest.raises(SettingsError, match="the waiver of 'one' has no reason"):
        Suite((_check("one"),), declared=1).waive({"one": reason})
