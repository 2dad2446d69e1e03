"""A promise counts its cases and says what was asked, what was found, and what to do."""

import functools
from collections.abc import Iterator

import pytest

from retrieval_checks.contracts.promise import Promise, case, subject_name, suite_of
from retrieval_checks.errors import SettingsError


class Thing:
    name = "thing"

    def __init__(self, *found: str | None) -> None:
        self.found = found


def _each(thing: Thing) -> Iterator[str | None]:
    yield from thing.found


PROMISE = Promise("sums", "2 + 2 is 4", "count again.", _each, at_least=3)


def test_cases_are_counted() -> None:
    assert PROMISE.check(Thing(None, None, None))() == 3


def test_too_few_cases_prove_nothing() -> None:
    message = PROMISE.check(Thing(None, None)).result().message
    assert message == (
        "thing: 'sums' examined 2 cases, fewer than the 3 it declares: this proves nothing"
    )


def test_message_has_what_was_asked_the_first_findings_how_many_and_what_to_do() -> None:
    thing = Thing("5", None, "6", "7", "8")
    assert PROMISE.check(thing).result().message == (
        "thing breaks 'sums': 2 + 2 is 4\n\n"
        "  found: 5\n  found: 6\n  found: 7\n  4 of 5 cases\n\n"
        "to do: count again."
    )


def test_promise_that_got_lost_is_noticed() -> None:
    with pytest.raises(SettingsError, match="a suite of 1 checks where 2 are declared"):
        suite_of([PROMISE], Thing(), declared=2)


def test_case_is_what_was_found_where_it_does_not_hold() -> None:
    assert (case(True, "5"), case(False, "5")) == (None, "5")


def test_subject_is_called_as_its_factory_unless_named() -> None:
    def minilm() -> None: ...

    assert subject_name(minilm, None) == "minilm"
    assert subject_name(functools.partial(minilm), None) == "minilm"
    assert subject_name(minilm, "onnx") == "onnx"
