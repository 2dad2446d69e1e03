"""`Check`: one rule of a contract, and the `Result` of examining it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from unittest import SkipTest

from retrieval_checks.errors import RetrievalAssertionError

Outcome = Literal["holds", "broken", "waived", "does not apply", "could not run"]


class DoesNotApply(SkipTest):
    """What a check asks has no meaning for this subject; the text says why.

    >>> raise DoesNotApply("the model has no prompts")
    Traceback (most recent call last):
    retrieval_checks.contracts.check.DoesNotApply: the model has no prompts
    """


@dataclass(frozen=True, slots=True)
class Check:
    """One rule of a contract: call it, and it raises where the rule is broken.

    A check that examines too little proves nothing, so it fails as well. One that is `waived` must
    be broken: where it holds, the waiver is out of date, and that fails. pytest takes `__name__`
    for test ids: `test_contract[my_metric-duplicates]`.
    """

    id: str
    subject: str  # the name of what is checked
    examine: Callable[[], int]  # raises RetrievalAssertionError, or returns how many cases it saw
    at_least: int = 1  # cases
    waived: str = ""  # why it may be broken

    @property
    def __name__(self) -> str:
        return self.subject

    def __call__(self) -> int:
        """How many cases hold.

        Raises:
            RetrievalAssertionError: one does not, or there were fewer than `at_least`; or it is
                waived and holds all the same.
            unittest.SkipTest: it does not apply, or is waived and broken; pytest skips the test.
        """
        __tracebackhide__ = True
        result = self.result()
        if result.outcome == "holds":
            return result.cases
        if result.outcome in ("waived", "does not apply"):
            raise DoesNotApply(f"{self.id!r} {result}")
        if result.error is not None:
            raise result.error
        raise RetrievalAssertionError(result.message)

    def result(self) -> "Result":
        """What became of the check; nothing is raised."""
        try:
            cases = self.examine()
        except DoesNotApply as reason:
            return self._unless_waived("does not apply", str(reason))
        except RetrievalAssertionError as failure:
            if self.waived:
                return Result(self.id, "waived", self.waived)
            return Result(self.id, "broken", str(failure))
        except Exception as error:  # the other checks still run
            told = f"{self.id!r} could not run: {type(error).__name__}: {error}"
            return Result(self.id, "could not run", told, error=error)
        if cases < self.at_least:
            return Result(self.id, "broken", self._too_few(cases), cases)
        return self._unless_waived("holds", "", cases)

    def _unless_waived(self, outcome: Outcome, message: str, cases: int = 0) -> "Result":
        if not self.waived:
            return Result(self.id, outcome, message, cases)
        told = (
            f"{self.subject}: {self.id!r} {outcome}, so that its waiver ({self.waived}) is no"
            " longer needed; take it out"
        )
        return Result(self.id, "broken", told, cases)

    def _too_few(self, cases: int) -> str:
        return (
            f"{self.subject}: {self.id!r} examined {cases} cases,"
            f" fewer than the {self.at_least} it declares: this proves nothing"
        )


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one check.

    >>> print(Result("prompts", "does not apply", "the model has none"))
    does not apply: the model has none
    """

    id: str
    outcome: Outcome
    message: str = ""  # what is broken, why it is waived, does not apply or could not run
    cases: int = 0
    error: Exception | None = None  # where it could not run

    def __str__(self) -> str:
        return f"{self.outcome}: {self.message}" if self.message else self.outcome
