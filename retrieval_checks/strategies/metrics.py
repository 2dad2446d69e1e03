"""Metrics, as values."""

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from retrieval_checks.metrics.formula import Cutoff, find_formula, formula_names
from retrieval_checks.metrics.metric import Metric


@st.composite
def metrics(draw: DrawFn, *, names: Sequence[str] = (), max_cutoff: int = 12) -> Metric:
    """Metrics, with and without cut-off and parameters.

    Args:
        draw: given by Hypothesis.
        names: the metrics to choose from; all that exist where empty, one's own too.
        max_cutoff: the highest cut-off.

    >>> from hypothesis import find
    >>> str(find(metrics(names=["nDCG"]), lambda metric: metric.params and metric.cutoff))
    'nDCG(gain="exp")@1'
    """
    found = find_formula(draw(st.sampled_from(tuple(names) or formula_names())))
    params = {name: draw(st.sampled_from(values)) for name, values in found.choices.items()}
    level = draw(st.none() | st.sampled_from((2, 0.5))) if found.uses_level else None
    if level is not None:
        params["rel"] = level
    if draw(st.integers(0, 4)) == 4:
        params["judged_only"] = True
    return Metric(found.name, _cutoff(draw, found.cutoff, max_cutoff), tuple(params.items()))


def _cutoff(draw: DrawFn, kind: Cutoff, highest: int) -> int | float | None:
    if kind == "recall":
        return draw(st.sampled_from([step / 10 for step in range(11)]))
    ranks = st.integers(1, highest)
    return draw(ranks if kind == "required" else st.none() | ranks)
