"""`Recorder`: what a test of the user's own puts on its report."""

from math import isfinite
from typing import Any

from retrieval_checks.errors import DataError
from retrieval_checks.judgement.verdict import Verdict


class Recorder:
    """What the `retrieval` fixture gives: figures and verdicts go on the test's report."""

    def __init__(self) -> None:
        self.entries: dict[str, Any] = {}

    def record(self, name: str, value: float | str | bool) -> None:
        """Put a figure on the report of this test (JUnit property, JSON report).

        Raises:
            DataError: neither text nor a finite number, numpy's included.
        """
        plain = value.item() if hasattr(value, "item") else value  # numpy's numbers
        if not isinstance(plain, str) and not (isinstance(plain, int | float) and isfinite(plain)):
            raise DataError(f"figure {name!r} is {value!r}; record text or a finite number")
        self.entries.setdefault("figures", {})[name] = plain

    def check(self, verdict: Verdict) -> Verdict:
        """Put a verdict on the report of this test, and fail the test if it is a FAIL.

        Raises:
            RetrievalAssertionError: the verdict is FAIL.
        """
        __tracebackhide__ = True
        self.entries.setdefault("verdicts", []).append(verdict.to_dict())
        return verdict.raise_if_failed()
