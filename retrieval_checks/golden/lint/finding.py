"""`Finding`: one thing that a golden file cannot tell, or says wrongly, and what to do."""

import re
from dataclasses import asdict, dataclass
from typing import Literal, get_args

from retrieval_checks.errors import DataError

Severity = Literal["error", "warning", "note"]

_CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_PLACE = re.compile(r"(?P<path>.+):(?P<line>[1-9][0-9]*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know about a golden file before it is run.

    An error makes an outcome meaningless, a warning makes it weaker than it looks, a note says
    where its limits are.

    Raises:
        DataError: a severity that does not exist, a code that is not kebab-case, a place that is
            not `file:line`, an empty message.

    >>> found = Finding("warning", "same-text", "g.golden.yaml:7", "asked twice", "drop one")
    >>> found.path, found.line
    ('g.golden.yaml', 7)
    """

    severity: Severity
    code: str  # kebab-case, stable: what scripts go by
    where: str  # file:line
    message: str
    advice: str = ""

    def __post_init__(self) -> None:
        if self.severity not in get_args(Severity):
            raise DataError(f"severity must be one of {get_args(Severity)}, got {self.severity!r}")
        if not _CODE.fullmatch(self.code):
            raise DataError(f"the code of a finding is kebab-case, got {self.code!r}")
        if not _PLACE.fullmatch(self.where):
            raise DataError(f"the place of a finding is file:line, got {self.where!r}")
        if not self.message:
            raise DataError(f"a finding needs a message, {self.code!r} has none")

    @property
    def path(self) -> str:
        """The golden file."""
        return self.where.rpartition(":")[0]

    @property
    def line(self) -> int:
        """The 1-based line in it."""
        return int(self.where.rpartition(":")[2])

    @property
    def order(self) -> tuple[str, int, int]:
        """What findings are sorted by: file, line, then the gravest first."""
        return self.path, self.line, get_args(Severity).index(self.severity)

    def to_dict(self) -> dict[str, str]:
        """The finding as strict JSON takes it; `Finding(**finding.to_dict())` restores it."""
        return asdict(self)
