"""`noise[N]`: a golden file's pipeline against itself, under --retrieval-repeat N."""

from retrieval_checks.comparison.gates.noise import Noise, noise_evidence
from retrieval_checks.errors import RetrievalAssertionError
from retrieval_checks.golden.judge import figure_metrics
from retrieval_checks.plugin.golden.items import WholeFileItem
from retrieval_checks.plugin.golden.retrieved import Retrieved


class NoiseItem(WholeFileItem):
    """`path.golden.yaml::noise[5]`: fails where the pipeline is shown to be worse than itself."""

    def refuse(self, found: Retrieved) -> None:
        """Raise where a query of the file cannot be judged, or none is."""
        self.refuse_unjudged(found, "noise is measured")

    def judge(self) -> None:
        """Compare the repeats; what differs goes on the report.

        Raises:
            RetrievalAssertionError: the gate would fail the pipeline against itself.
        """
        __tracebackhide__ = True
        found = self.retrieved()
        judged = list(found.bound.qrels)
        noise = Noise(
            [run.select(judged) for run in (found.run, *found.repeats)], found.bound.qrels
        )
        metrics = figure_metrics(found.gates)
        told = noise.explain(metrics)
        self.record(noise=dict(noise_evidence(noise, metrics)), written=told)
        if noise.self_test(metrics[0]) == "FAIL":
            raise RetrievalAssertionError(
                f"{told}\nto do: make the pipeline repeatable; any gate would alarm by itself"
            )
