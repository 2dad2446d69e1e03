"""A broken rule as its reader sees it: the smallest example, what was returned, what is right."""

from struct import pack, unpack

from retrieval_checks.contracts.metric.cases import Case, Changed
from retrieval_checks.contracts.metric.subject import Answer, Values, mean

_LABEL = 10  # columns


def alone(case: Case, answer: Answer, right: str) -> str:
    """One case: its arguments, what came back, what is right."""
    return _rows({**case.shown(), **_outcome(answer), "right": right})


def compared(changed: Changed, before: Answer, after: Answer, right: str) -> str:
    """Two cases: the first in full, of the second what differs."""
    first, second = changed.before.shown(), changed.after.shown()
    differs = {name: text for name, text in second.items() if text != first[name]}
    return (
        f"{_rows({**first, **_outcome(before)})}\n\n{changed.change}:\n"
        f"{_rows({**differs, **_outcome(after), 'right': right})}"
    )


def exact_value(right: Values, answer: Answer, name: str) -> str:
    """The right value in the form of the answer, and a guess why the answer is near it."""
    value = right if isinstance(answer.values, dict) else mean(right)
    hint = _hint(answer.values, value)
    return f"{value!r} ({name})" + (f"; what was returned is {hint}" if hint else "")


def _hint(returned: Values | None, right: Values) -> str:
    if not isinstance(returned, float) or not isinstance(right, float):
        return ""
    for digits in range(2, 9):
        if returned == round(right, digits):
            return f"rounded to {digits} digits"
    if returned == unpack("f", pack("f", right))[0]:
        return "a float32"
    return ""


def _outcome(answer: Answer) -> dict[str, str]:
    return {"raised" if answer.raised else "returned": answer.shown}


def _rows(rows: dict[str, str]) -> str:
    return "\n".join(f"    {name:<{_LABEL}}{text}" for name, text in rows.items())
