"""The gates of a golden file, read."""

from collections.abc import Iterable

from retrieval_checks.comparison.gates import Gate, parse_gate
from retrieval_checks.errors import RetrievalChecksError, SettingsError
from retrieval_checks.golden.reading.located import Located
from retrieval_checks.golden.suite import GoldenGate
from retrieval_checks.metrics.metric import Metric


def read_gates(entry: Located) -> tuple[GoldenGate, ...]:
    """The gates of a list, each once."""
    gates = tuple(GoldenGate(_gate(gate), gate.line) for gate in entry.items("gates"))
    seen: set[str] = set()
    for gate in gates:
        if str(gate.gate) in seen:
            entry.fail(f"gate '{gate.gate}' stands twice")
        seen.add(str(gate.gate))
    return gates


def _gate(entry: Located) -> Gate:
    try:
        gate = parse_gate(entry.text("a gate"))
        check_gate(gate)
    except RetrievalChecksError as error:
        entry.fail(str(error))
    return gate


def spelt_gates(given: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Gates in one spelling, each once, of (where it stands, its text).

    Raises:
        SettingsError: no such gate, with where it stands.

    >>> spelt_gates([("here", "nDCG@10>=0.9"), ("there", "nDCG@10 >= 0.9")])
    ('nDCG@10 >= 0.9',)
    """
    gates = {}
    for source, text in given:
        try:
            gate = parse_gate(text)
            check_gate(gate)
        except RetrievalChecksError as error:
            raise SettingsError(f"{source}: {error}") from None
        gates[str(gate)] = gate
    return tuple(gates)


def check_gate(gate: Gate) -> None:
    """Refuse a gate whose value depends on how deep is retrieved.

    Raises:
        SettingsError: says which cut-off to give.
    """
    if gate.metric is not None and gate.metric.depth is None:
        raise SettingsError(any_depth(gate.metric))


def any_depth(metric: Metric) -> str:
    """Why a metric that looks at any rank is refused: how deep is retrieved would change it."""
    if metric.judged_only:
        return (
            f"{metric} leaves unjudged documents out first, so that its value depends on how deep"
            f" is retrieved; leave judged_only out: {metric.name}@{metric.k or 100}"
        )
    if metric.cutoff is not None:
        return (
            f"{metric} is read at a recall level, wherever in the ranking that is reached; golden"
            " files retrieve to a stated depth: use a metric with a rank as cut-off, such as R@100"
        )
    return f"{metric} needs a cut-off here, for example {metric}@100"
