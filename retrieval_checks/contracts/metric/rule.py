"""`Rule`: what must hold, why, and the examples that would show that it does not."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from hypothesis.strategies import SearchStrategy

from retrieval_checks.contracts.check import Check
from retrieval_checks.contracts.falsify import falsify
from retrieval_checks.contracts.metric.examples.domain import Domain
from retrieval_checks.contracts.metric.subject import Subject
from retrieval_checks.errors import RetrievalAssertionError


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that every metric function is under."""

    id: str
    text: str  # what must hold
    why: str  # a reason, a source, who is known to break it
    examples: Callable[[Domain], SearchStrategy[Any]]
    judge: Callable[[Subject, Any], str | None]

    def check(self, subject: Subject, domain: Domain, *, max_examples: int) -> Check:
        """The rule for one function, which must be asked in half of `max_examples`, at least."""

        def examine() -> int:
            __tracebackhide__ = True
            asked = 0

            def function(*arguments: object) -> object:
                nonlocal asked
                asked += 1
                return subject.function(*arguments)

            counted = replace(subject, function=function)
            search = falsify(
                self.examples(domain),
                lambda example: self.judge(counted, example),
                max_examples=max_examples,
            )
            if search.failure is not None:
                raise RetrievalAssertionError(self._message(subject, search.failure))
            return min(search.examined, asked)

        return Check(self.id, subject.name, examine, at_least=max_examples // 2)

    def _message(self, subject: Subject, failure: str) -> str:
        return f"{subject.name} breaks {self.id!r}: {self.text}\n\n{failure}\n\nwhy: {self.why}"
