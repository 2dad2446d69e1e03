"""Metrics, as values."""

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from retrieval_checks.metrics.formula import find_formula, formula_names
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
    cutoff = st.integers(1, max_cutoff)
    chosen = draw(cutoff if found.cutoff == "required" else st.none() | cutoff)
    params = {name: draw(st.sampled_from(values)) for name, values in found.choices.items()}
    level = draw(st.none() | st.sampled_from((2, 0.5))) if found.uses_level else None
    if level is not None:
        params["rel"] = level
    return Metric(found.name, chosen, tuple(params.items()))
