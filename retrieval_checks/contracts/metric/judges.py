"""Judges: what one example must show; each returns None, or the example with what is wrong.

A relation between two cases needs no metric. Where the function claims to be a metric whose own
definition does not have the relation (Judged@k changes when a document loses its judgement), the
exact value takes its place, so that no rule asks of a metric what it does not promise.
"""

from math import fsum

from retrieval_checks.contracts.metric.cases import Case, Changed, Parts
from retrieval_checks.contracts.metric.shown import alone, compared, exact_value
from retrieval_checks.contracts.metric.subject import Answer, Subject, Values, mean


def in_range(subject: Subject, case: Case) -> str | None:
    """A finite number from 0 to 1."""
    answer = subject.ask(case)
    if answer.numbers and all(map(subject.in_range, answer.numbers)):
        return None
    return alone(case, answer, "a number in [0, 1]")


def repeatable(subject: Subject, case: Case) -> str | None:
    """The same answer to the same question, to the last bit."""
    first, second = subject.ask(case), subject.ask(case)
    if first.shown == second.shown and not first.raised:
        return None
    return compared(Changed(case, case, "the same again"), first, second, first.shown)


def leaves_input(subject: Subject, case: Case) -> str | None:
    """Arguments that are afterwards what they were, in the order they had."""
    arguments = case.arguments()
    answer = subject.ask_with(arguments)
    *tables, _ = arguments
    names = list(case.shown())
    for name, left, given in zip(names, tables, case.arguments(), strict=False):
        if repr(left) != repr(given):
            return alone(case, answer, f"{name} left as it was; it is now {left!r}")
    return alone(case, answer, "a number") if answer.values is None else None


def exact(subject: Subject, case: Case) -> str | None:
    """The metric's exact value."""
    return _compared_with(subject, case, subject.ask(case), subject.exact(case))


def zero(subject: Subject, case: Case) -> str | None:
    """0, or what the metric's definition says instead."""
    answer, right = subject.ask(case), subject.exact(case)
    if right is None or mean(right) == 0:
        return None if subject.agree(answer.values, 0.0) else alone(case, answer, "0.0")
    return _compared_with(subject, case, answer, right)


def same(subject: Subject, changed: Changed) -> str | None:
    """A change that changes nothing."""
    before, after = subject.ask(changed.before), subject.ask(changed.after)
    if subject.agree(after.values, before.values):
        return None
    old, new = subject.exact(changed.before), subject.exact(changed.after)
    if old is not None and not subject.agree(new, old):
        return _compared_with(subject, changed.after, after, new)
    return compared(changed, before, after, _as_before(before))


def not_lower(subject: Subject, changed: Changed) -> str | None:
    """A change for the better."""
    before, after = subject.ask(changed.before), subject.ask(changed.after)
    if _not_lower(subject, before.values, after.values):
        return None
    old, new = subject.exact(changed.before), subject.exact(changed.after)
    if old is not None and not _not_lower(subject, old, new):
        return _compared_with(subject, changed.after, after, new)
    return compared(changed, before, after, f"{before.shown} or more")


def refused_or_same(subject: Subject, changed: Changed) -> str | None:
    """A change that is an error, or changes nothing."""
    after = subject.ask(changed.after)
    if after.raised:
        return None
    before = subject.ask(changed.before)
    if subject.agree(after.values, before.values):
        return None
    return compared(changed, before, after, f"{_as_before(before)}, or an error")


def mean_of_parts(subject: Subject, run: Parts) -> str | None:
    """The mean of what the queries give alone, or exactly these values by query."""
    whole = subject.ask(run.whole)
    answers = [subject.ask(part) for part in run.parts]
    right = _joined(answers)
    if subject.agree(whole.values, right):
        return None
    single = ", ".join(answer.shown for answer in answers)
    value = right if right is None or isinstance(whole.values, dict) else mean(right)
    return alone(run.whole, whole, f"{value!r}; its queries alone: {single}")


def _compared_with(
    subject: Subject, case: Case, answer: Answer, right: Values | None
) -> str | None:
    if right is None or subject.definition is None or subject.agree(answer.values, right):
        return None
    return alone(case, answer, exact_value(right, answer, subject.definition.name(case.k)))


def _not_lower(subject: Subject, before: Values | None, after: Values | None) -> bool:
    if before is None or after is None:
        return False
    return mean(after) >= mean(before) - subject.tolerance


def _as_before(before: Answer) -> str:
    return "a number both times" if before.values is None else f"{before.shown}, as before"


def _joined(answers: list[Answer]) -> Values | None:
    """One table of all queries, or the mean of single numbers; None where one is no answer."""
    values = [answer.values for answer in answers]
    tables = [value for value in values if isinstance(value, dict)]
    numbers = [value for value in values if isinstance(value, float)]
    if len(tables) == len(values):
        return {query_id: value for table in tables for query_id, value in table.items()}
    return fsum(numbers) / len(numbers) if len(numbers) == len(values) else None
