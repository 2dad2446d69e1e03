"""`FieldPath`: where something stands in a JSON answer."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from retrieval_checks.errors import SettingsError, listed
from retrieval_checks.retrieval.adapters.hits import SearchError

_STEP = re.compile(r"""\.?([^.\[\]"]+)|\[(\d+)\]|\[(\*)\]|\.?"([^"]+)\"""")

Step = str | int | None  # a name, an index, or every element


@dataclass(frozen=True, slots=True)
class FieldPath:
    """The values at a place in a JSON document, strictly: what is not there is an error.

    Steps are names, `[*]` for every element of a list, `[0]` for one of them, and names in double
    quotes where they have dots or brackets: `hits.hits[*]._source."doc.id"`. The notation is
    JMESPath's; its evaluation is not, since that leaves out elements which lack the field, and a
    broken answer would read as a short one.

    Raises:
        SettingsError: no path, or none with `[*]`.

    >>> FieldPath("hits[*].id").values({"hits": [{"id": "d1"}, {"id": "d2"}]})
    ['d1', 'd2']
    """

    text: str

    def __post_init__(self) -> None:
        if "".join(match.group() for match in _STEP.finditer(self.text)) != self.text:
            raise SettingsError(
                f"field path {self.text!r} cannot be read; write it as in 'hits.hits[*]._id'"
            )
        if None not in self._steps():
            raise SettingsError(
                f"field path {self.text!r} names one value; mark the list of hits with [*], as in"
                " 'hits.hits[*]._id'"
            )

    def values(self, answer: object) -> list[object]:
        """The values there, in order; empty only where a list is.

        Raises:
            SearchError: something on the way is missing, or is no list where `[*]` stands.
        """
        found: list[tuple[str, object]] = [("", answer)]
        for step in self._steps():
            found = [entry for place, value in found for entry in _taken(step, place, value)]
        return [value for _, value in found]

    def _steps(self) -> list[Step]:
        return [
            None if every else int(index) if index else name or quoted
            for name, index, every, quoted in _STEP.findall(self.text)
        ]


def _taken(step: Step, place: str, value: object) -> Iterator[tuple[str, object]]:
    """What a step leads to, and where that stands."""
    if isinstance(step, str):
        if not isinstance(value, dict) or step not in value:
            raise SearchError(f"the answer has no {step!r} {_where(place)}, {_shown(value)}")
        yield f"{place}.{step}", value[step]
    elif not isinstance(value, list):
        raise SearchError(f"the answer has no list {_where(place)}, {_shown(value)}")
    elif step is None:
        yield from ((f"{place}[{number}]", element) for number, element in enumerate(value))
    elif step >= len(value):
        raise SearchError(f"the list {_where(place)} has no element {step}, but {len(value)}")
    else:
        yield f"{place}[{step}]", value[step]


def _where(place: str) -> str:
    return f"in {place.removeprefix('.')}" if place else "at its top"


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return f"where there is {listed(list(value)) or 'nothing'}"
    return f"which is a {type(value).__name__}"
