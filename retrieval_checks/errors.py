"""What can go wrong: could not run, or ran and failed (`RetrievalAssertionError`)."""

from collections.abc import Iterable, Sequence
from typing import Any


class RetrievalChecksError(Exception):
    """Something could not be run: bad data, bad settings, a missing model; never a bad result."""


class DataError(RetrievalChecksError, ValueError):
    """A corpus, query set, judgement or ranking without meaning, and the place where it stands."""


class MetricError(RetrievalChecksError, ValueError):
    """A metric name or parameter that does not exist."""


class SettingsError(RetrievalChecksError, ValueError):
    """A setting, a fixture or a golden file that asks for something impossible."""


class ModelError(RetrievalChecksError, RuntimeError):
    """A model that cannot be loaded, or that returned something other than numbers of one shape."""


class NotComparableError(RetrievalChecksError, ValueError):
    """Two results that were not measured alike; the message names what differs."""


class MissingDependencyError(RetrievalChecksError, ImportError):
    """An optional library is needed; the message names the extra that installs it."""


class RetrievalAssertionError(AssertionError):
    """A retrieval expectation that was checked and does not hold; its text explains why.

    `verdict` is the `Verdict` behind the text, where there is one.
    """

    def __init__(self, message: str = "", *, verdict: Any = None) -> None:
        super().__init__(message)
        self.verdict = verdict


def did_you_mean(word: str, allowed: Iterable[str], *, also: Iterable[str] = ()) -> str:
    """A sentence with the nearest allowed spelling, or all of them when none is near.

    What is `also` allowed, such as aliases, may be near but is not listed.

    >>> did_you_mean("withn", ["within", "absent"])
    "did you mean 'within'?"
    >>> did_you_mean("zzz", ["within", "absent"])
    'allowed: absent, within'
    >>> did_you_mean("inside", ["within", "absent"], also=["insides"])
    "did you mean 'insides'?"
    """
    from difflib import get_close_matches  # only a failing path pays for it

    names = sorted(set(allowed))
    spellings = sorted({*names, *also})
    by_lower = {name.lower(): name for name in reversed(spellings)}  # capitals before small ones
    near = get_close_matches(word.lower(), by_lower, n=1)
    if near:
        return f"did you mean {by_lower[near[0]]!r}?"
    return f"allowed: {', '.join(map(printable, names))}"


def printable(name: object) -> str:
    r"""A name as it is, or quoted with escapes where a terminal would act on it.

    >>> print(printable("score"), printable("\x1b[31mscore"))
    score '\x1b[31mscore'
    """
    text = str(name)
    return text if text.isprintable() else repr(text)


def listed(names: Sequence[str], *, most: int = 5) -> str:
    """The first names, quoted, and how many there are beside.

    >>> listed(["q1", "q2", "q3"], most=2)
    "'q1', 'q2' and 1 more"
    """
    shown = ", ".join(repr(name) for name in names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
