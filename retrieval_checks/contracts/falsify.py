"""`falsify`: the smallest example that breaks a rule, found and shrunk by Hypothesis."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy

_Example = TypeVar("_Example")


@dataclass(frozen=True, slots=True)
class Search:
    """How many examples were examined, and what is wrong with the smallest that breaks the rule."""

    examined: int
    failure: str | None


class _BrokenError(Exception):
    """Tells Hypothesis that an example breaks the rule; never leaves this module."""


def falsify(
    examples: SearchStrategy[_Example],
    judge: Callable[[_Example], str | None],
    *,
    max_examples: int,
) -> Search:
    """What `judge` says of the smallest example of which it says anything, if there is one.

    The same examples every time, whatever profile is loaded; nothing is printed or stored. Where
    the verdicts change from call to call, the shortest text seen is taken for the smallest.

    >>> from hypothesis import strategies as st
    >>> too_large = lambda n: f"{n} is too large" if n > 9 else None
    >>> falsify(st.integers(), too_large, max_examples=50).failure
    '10 is too large'
    """
    failures: list[str] = []
    examined = 0

    @settings(
        max_examples=max_examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
        report_multiple_bugs=False,
        print_blob=False,
    )
    @given(examples)
    def examine(example: _Example) -> None:
        nonlocal examined
        failure = judge(example)
        examined += 1
        if failure is not None:
            failures.append(failure)
            raise _BrokenError

    try:
        examine()
    except _BrokenError:
        return Search(examined, failures[-1])  # Hypothesis ends with the smallest
    except Unsatisfiable:  # every example was filtered out
        return Search(0, None)
    except Exception:
        if not failures:
            raise
        return Search(examined, min(failures, key=len))  # Flaky
    return Search(examined, None)
