from retrieval_checks.comparison.pairing import pair
from retrieval_checks.comparison.significance import decide
from retrieval_checks.comparison.verdicts.recorded import recorded_verdict
from retrieval_checks.metrics.metric import Metric


def test_one_query_has_no_interval_and_two_have() -> None:
    for n, told in ((1, False), (2, True)):
        before = {f"q{i}": 1.0 for i in range(n)}
        pairs = pair(Metric("RR", 10), {**before, "q0": 0.5}, before)
        verdict = recorded_verdict(pairs, decide(pairs.differences))
        assert ("95 % interval" in verdict.context) is told
