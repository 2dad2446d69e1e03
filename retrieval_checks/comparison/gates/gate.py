"""`Gate`: a test that a run must pass, over all queries or those of a tag."""

import re
from dataclasses import dataclass

from retrieval_checks.comparison.gates.agreement import Churn, Overlap
from retrieval_checks.comparison.gates.drop import Drop
from retrieval_checks.comparison.gates.latency import Latency
from retrieval_checks.errors import SettingsError
from retrieval_checks.judgement.floor import Floor
from retrieval_checks.metrics.metric import Metric

GateTest = Floor | Drop | Churn | Overlap | Latency

TAG_FORM = "a letter, then letters, digits, _ . + -"
_TAG = re.compile(r"[A-Za-z][\w.+-]*")
_RESERVED = re.compile(r"churn|overlap|p[0-9]+_ms", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Gate:
    """A test, and the tag of the queries that it is for; None for all queries.

    Prints as it is parsed: `parse_gate(str(gate)) == gate`.

    Raises:
        SettingsError: something that is no test or no tag; a metric, a user's own, whose name is
            a gate's (`churn`, `overlap`, `p95_ms`).

    >>> gate = Gate(Drop(Metric("nDCG", 10), 0.05), tag="legal")
    >>> str(gate), gate.needs_reference, gate.depth
    ('tag:legal nDCG@10 drop <= 0.05', True, 10)
    """

    test: GateTest
    tag: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.test, GateTest):
            raise SettingsError(f"the test of a gate cannot be {self.test!r}")
        if self.tag is not None and not is_tag(self.tag):
            raise SettingsError(f"tag {self.tag!r} is not {TAG_FORM}")
        if self.metric and _RESERVED.fullmatch(self.metric.name):
            raise SettingsError(
                f"metric {self.metric.name!r} cannot stand in a gate, where that word has a meaning"
                " of its own; register it under another name"
            )

    def __str__(self) -> str:
        return str(self.test) if self.tag is None else f"tag:{self.tag} {self.test}"

    @property
    def needs_reference(self) -> bool:
        """Whether it takes a baseline to judge it."""
        return isinstance(self.test, Drop | Churn | Overlap)

    @property
    def metric(self) -> Metric | None:
        """The metric that it is about, None for rankings and times."""
        return self.test.metric if isinstance(self.test, Floor | Drop) else None

    @property
    def depth(self) -> int | None:
        """The last rank that it looks at; None where it may be any."""
        if isinstance(self.test, Churn | Overlap):
            return self.test.k
        return self.metric.depth if self.metric else None


def is_tag(text: str) -> bool:
    """Whether the text can be a tag: a letter, then letters, digits, `_ . + -`.

    >>> is_tag("legal"), is_tag("2024"), is_tag("a b")
    (True, False, False)
    """
    return isinstance(text, str) and _TAG.fullmatch(text) is not None
