"""`Promise`: what every encoder, reranker or retriever must keep, and how that is examined."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from retrieval_checks.contracts.check import Check
from retrieval_checks.contracts.suite import Suite
from retrieval_checks.errors import RetrievalAssertionError, SettingsError
from retrieval_checks.judgement.explain.wording import wrapped

_WIDTH = 100  # columns
_SHOWN = 3  # findings


class Subject(Protocol):
    """What is under check."""

    @property
    def name(self) -> str:
        """What test ids and messages call it."""


SubjectT = TypeVar("SubjectT", bound=Subject)


@dataclass(frozen=True, slots=True)
class Promise(Generic[SubjectT]):
    """One rule of a contract, in words, with the function that examines it.

    Args:
        id: what the check is called.
        text: what must hold.
        advice: what to do where it does not.
        examine: of the subject; gives one item a case: None where it holds, else what was found,
            and how far off it is.
        at_least: fewer cases than this prove nothing.
    """

    id: str
    text: str
    advice: str
    examine: Callable[[SubjectT], Iterable[str | None]]
    at_least: int = 1

    def check(self, subject: SubjectT) -> Check:
        """The promise for one subject.

        >>> class Adder:
        ...     name = "adder"
        >>> sums = Promise("sums", "2 + 2 is 4", "count again.", lambda adder: ["2 + 2 is 5", None])
        >>> print(sums.check(Adder()).result().message)
        adder breaks 'sums': 2 + 2 is 4
        <BLANKLINE>
          found: 2 + 2 is 5
          1 of 2 cases
        <BLANKLINE>
        to do: count again.
        """

        def examine() -> int:
            __tracebackhide__ = True
            cases = list(self.examine(subject))
            found = [case for case in cases if case is not None]
            if found:
                raise RetrievalAssertionError(self._message(subject.name, found, len(cases)))
            return len(cases)

        return Check(self.id, subject.name, examine, at_least=self.at_least)

    def _message(self, name: str, found: list[str], cases: int) -> str:
        shown = "\n".join(f"  found: {finding}" for finding in found[:_SHOWN])
        advice = wrapped(f"to do: {self.advice}", _WIDTH)
        return (
            f"{name} breaks {self.id!r}: {self.text}\n\n{shown}\n"
            f"  {len(found)} of {cases} cases\n\n{advice}"
        )


def case(holds: bool, found: str) -> str | None:
    """One case of an examination: None where it holds, else what was found.

    >>> case(True, "5 documents"), case(False, "5 documents, asked were 4")
    (None, '5 documents, asked were 4')
    """
    return None if holds else found


def suite_of(promises: Iterable[Promise[SubjectT]], subject: SubjectT, *, declared: int) -> Suite:
    """The suite of these promises for one subject.

    Raises:
        SettingsError: another number of promises than declared.

    >>> class Adder:
    ...     name = "adder"
    >>> sums = Promise("sums", "2 + 2 is 4", "count again.", lambda adder: [None])
    >>> str(suite_of([sums], Adder(), declared=1).run())
    'adder: 1 of 1 checks hold, in 1 cases'
    """
    return Suite(tuple(promise.check(subject) for promise in promises), declared=declared)


def subject_name(factory: object, name: str | None) -> str:
    """The name that was given, or the factory's own.

    Raises:
        SettingsError: the factory cannot be called.

    >>> subject_name(dict, None), subject_name(dict, "minilm")
    ('dict', 'minilm')
    """
    if not callable(factory):
        raise SettingsError(
            f"a contract suite needs a function that makes what is checked, got"
            f" {type(factory).__name__}; for an object there already: lambda: it"
        )
    function = getattr(factory, "func", factory)
    return name or str(getattr(function, "__name__", type(function).__name__))
