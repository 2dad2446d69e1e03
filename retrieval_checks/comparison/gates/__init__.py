"""Gates as values: what a run, alone or beside its baseline, must reach to pass."""

from retrieval_checks.comparison.gates.agreement import Churn, Overlap
from retrieval_checks.comparison.gates.drop import Drop
from retrieval_checks.comparison.gates.gate import Gate, GateTest, is_tag
from retrieval_checks.comparison.gates.latency import Latency
from retrieval_checks.comparison.gates.parsing import parse_gate

__all__ = ["Churn", "Drop", "Gate", "GateTest", "Latency", "Overlap", "is_tag", "parse_gate"]
