"""`Suite`: the checks of a contract, for pytest and without it, never none of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from textwrap import indent
from typing import Self, get_args, overload

from retrieval_checks.contracts.check import Check, Outcome, Result
from retrieval_checks.errors import RetrievalAssertionError, SettingsError, did_you_mean, listed


@dataclass(frozen=True, slots=True)
class Summary:
    """What a suite without a broken check has examined; prints as one line.

    >>> print(Summary("bm25", 3, 40, waived=("concurrency",)))
    bm25: 2 of 3 checks hold, in 40 cases; waived: concurrency
    """

    subject: str
    checks: int
    cases: int
    waived: tuple[str, ...] = ()
    not_applied: tuple[str, ...] = ()

    def __str__(self) -> str:
        held = self.checks - len(self.waived) - len(self.not_applied)
        line = f"{self.subject}: {held} of {self.checks} checks hold, in {self.cases} cases"
        for label, ids in (("waived", self.waived), ("do not apply", self.not_applied)):
            line += f"; {label}: {', '.join(ids)}" if ids else ""
        return line


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

    >>> print(Suite((Check("sums", "adder", lambda: 3),), declared=1).run())
    adder: 1 of 1 checks hold, in 3 cases
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

    def waive(self, reasons: Mapping[str, str]) -> Self:
        """The same suite in which these checks may be broken, each for a reason: `{id: reason}`.

        A waiver is strict: where its check holds, or does not apply, the check fails.

        Raises:
            SettingsError: no such check, or no reason.

        >>> def broken():
        ...     raise RetrievalAssertionError("2 + 2 is 5")
        >>> suite = Suite((Check("sums", "adder", broken),), declared=1)
        >>> suite.waive({"sums": "until the new adder"}).results()[0].outcome
        'waived'
        """
        for name, reason in reasons.items():
            if name not in self.ids:
                near = did_you_mean(name, self.ids)
                raise SettingsError(f"no check {name!r} that could be waived; {near}")
            if not isinstance(reason, str) or not reason.strip():
                raise SettingsError(f"the waiver of {name!r} has no reason; say why it may fail")
        checks = (replace(check, waived=reasons.get(check.id, "")) for check in self.checks)
        return replace(self, checks=tuple(checks))

    def results(self) -> tuple[Result, ...]:
        """Runs all checks, in their order: what became of each; nothing is raised.

        >>> Suite((Check("sums", "adder", lambda: 3),), declared=1).results()
        (Result(id='sums', outcome='holds', message='', cases=3, error=None),)
        """
        return tuple(check.result() for check in self.checks)

    def broken(self) -> dict[str, str]:
        """Runs all checks: `{id: message}` of those that fail; one that cannot run raises."""
        results = self.results()
        for result in results:
            if result.error is not None:
                raise result.error
        return {result.id: result.message for result in results if result.outcome == "broken"}

    def run(self) -> Summary:
        """Runs all checks, those behind a failure too.

        Raises:
            RetrievalAssertionError: every broken rule with its example, every check that could not
                run, and how many did; or none of them holds.
        """
        __tracebackhide__ = True
        results = self.results()
        by = {outcome: _of(results, outcome) for outcome in get_args(Outcome)}
        if by["broken"] or by["could not run"] or not by["holds"]:
            raise RetrievalAssertionError(self._report(by["broken"], by["could not run"]))
        return Summary(
            self.checks[0].subject,
            len(self),
            sum(result.cases for result in results),
            tuple(by["waived"]),
            tuple(by["does not apply"]),
        )

    def _report(self, broken: dict[str, str], not_run: dict[str, str]) -> str:
        subjects = ", ".join(dict.fromkeys(check.subject for check in self.checks))
        lines = [] if broken or not_run else [f"{subjects}: no check holds: this proves nothing"]
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


def _of(results: Sequence[Result], outcome: Outcome) -> dict[str, str]:
    return {result.id: result.message for result in results if result.outcome == outcome}
