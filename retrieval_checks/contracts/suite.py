"""`Check` and `Suite`: the rules of a contract, for pytest and without it, never none of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from textwrap import indent
from typing import overload

from retrieval_checks.errors import RetrievalAssertionError, SettingsError, listed


@dataclass(frozen=True, slots=True)
class Check:
    """One rule of a contract: call it, and it raises where the rule is broken.

    A check that examines too little proves nothing, so it fails as well. pytest takes `__name__`
    for test ids: `test_contract[my_metric-duplicates]`.
    """

    id: str
    subject: str  # the name of what is checked
    examine: Callable[[], int]  # raises RetrievalAssertionError, or returns how many cases it saw
    at_least: int = 1  # cases

    @property
    def __name__(self) -> str:
        return self.subject

    def __call__(self) -> int:
        """How many cases hold.

        Raises:
            RetrievalAssertionError: one does not, or there were fewer than `at_least`.
        """
        __tracebackhide__ = True
        examined = self.examine()
        if examined < self.at_least:
            raise RetrievalAssertionError(
                f"{self.subject}: {self.id!r} examined {examined} cases,"
                f" fewer than the {self.at_least} it declares: this proves nothing"
            )
        return examined


@dataclass(frozen=True, slots=True)
class Summary:
    """What a suite that holds has examined; prints as one line."""

    subject: str
    checks: int
    cases: int

    def __str__(self) -> str:
        return f"{self.subject}: {self.checks} of {self.checks} checks hold, in {self.cases} cases"


@dataclass(frozen=True, slots=True)
class Suite(Sequence[tuple[Check, str]]):
    """All checks of a contract as (check, id) pairs, and how many there must be.

    It cannot be empty, which pytest would skip in silence: the number of checks is declared apart
    from them and a suite with another number is not built. Which of them run is then pytest's
    business: it reports what it deselects, and each check by itself refuses to pass on too few
    cases. That holds under `-k` and on several workers, where no process sees all of them.
    Without pytest, `run` counts.

    Raises:
        SettingsError: fewer or more checks than declared, none, an id twice.

    >>> Suite((Check("sums", "adder", lambda: 3),), declared=1).run()
    Summary(subject='adder', checks=1, cases=3)
    """

    checks: tuple[Check, ...]
    declared: int

    def __post_init__(self) -> None:
        ids = self.ids
        if len(ids) != self.declared or not ids:
            raise SettingsError(
                f"a suite of {len(ids)} checks where {self.declared} are declared"
                f" (at least 1): {listed(ids)}"
            )
        twice = [name for name in dict.fromkeys(ids) if ids.count(name) > 1]
        if twice:
            raise SettingsError(f"check ids occur twice: {listed(twice)}")

    @property
    def ids(self) -> tuple[str, ...]:
        """What the checks are called, in their order."""
        return tuple(check.id for check in self.checks)

    def __len__(self) -> int:
        return len(self.checks)

    @overload
    def __getitem__(self, index: int) -> tuple[Check, str]: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[tuple[Check, str], ...]: ...
    def __getitem__(self, index: int | slice) -> tuple[Check, str] | tuple[tuple[Check, str], ...]:
        pairs = tuple((check, check.id) for check in self.checks)
        return pairs[index]

    def broken(self) -> dict[str, str]:
        """Runs all checks: `{id: message}` of those that fail; one that cannot run raises."""
        failures = {}
        for check in self.checks:
            try:
                check()
            except RetrievalAssertionError as failure:
                failures[check.id] = str(failure)
        return failures

    def run(self) -> Summary:
        """Runs all checks, those behind a failure too.

        Raises:
            RetrievalAssertionError: every broken rule with its example, every check that could not
                run, and how many did.
        """
        __tracebackhide__ = True
        cases, broken, not_run = 0, {}, {}
        for check in self.checks:
            try:
                cases += check()
            except RetrievalAssertionError as failure:
                broken[check.id] = str(failure)
            except Exception as error:  # the other checks still run
                not_run[check.id] = f"{check.id!r} could not run: {type(error).__name__}: {error}"
        if broken or not_run:
            raise RetrievalAssertionError(self._report(broken, not_run))
        return Summary(self.checks[0].subject, len(self), cases)

    def _report(self, broken: dict[str, str], not_run: dict[str, str]) -> str:
        subjects = ", ".join(dict.fromkeys(check.subject for check in self.checks))
        lines = []
        if broken:
            lines.append(
                f"{subjects} fails {len(broken)} of {len(self)} checks: {', '.join(broken)}"
            )
        if not_run:
            ran = len(self) - len(not_run)
            lines.append(f"{subjects}: {ran} of {self.declared} declared checks ran")
        texts = [*broken.values(), *not_run.values()]
        numbered = [f"{i}. {indent(text, '   ').strip()}" for i, text in enumerate(texts, start=1)]
        return "\n\n".join(["\n".join(lines), *numbered])
