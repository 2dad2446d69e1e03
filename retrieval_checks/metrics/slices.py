"""`slices`: an evaluation by tag, or by any other attribute of its queries."""

from collections.abc import Iterable, Mapping
from math import fsum
from typing import TYPE_CHECKING

from retrieval_checks.errors import DataError
from retrieval_checks.metrics.evaluation import Evaluation

if TYPE_CHECKING:
    import pandas as pd


def slices(evaluation: Evaluation, labels: Mapping[str, object]) -> "pd.DataFrame":
    """Means by label: a DataFrame with one row a label, and `(none)` and `(all)` last.

    Columns: `queries` and `missing`, both counts, then the mean of each metric. A query counts in
    each of its labels, and under `(none)` if it has none. The index, `slice`, is sorted.

    Args:
        evaluation: what `evaluate` gave.
        labels: each query's label or list of labels, `{query_id: ...}`; `Queries.attribute` gives
            them from the queries' metadata, `queries.attribute("tags")` for one.

    Raises:
        DataError: no evaluated query has a label, or one has `(none)` or `(all)`.

    >>> from retrieval_checks import Qrels, Run, evaluate
    >>> run = Run.from_ids({"q1": ["a"], "q2": ["x"], "q3": ["x", "c"]})
    >>> qrels = Qrels.from_dict({"q1": {"a": 1}, "q2": {"b": 1}, "q3": {"c": 1}})
    >>> labels = {"q1": ["short"], "q2": "long", "q3": ["long", "rare"]}
    >>> slices(evaluate(run, qrels, "RR"), labels)["RR"].to_dict()
    {'long': 0.25, 'rare': 0.5, 'short': 1.0, '(all)': 0.5}
    """
    import pandas as pd

    members: dict[str, list[int]] = {}
    unlabelled = []
    for row, query_id in enumerate(evaluation.query_ids):
        own = _labels(labels.get(query_id))
        for label in own:
            members.setdefault(label, []).append(row)
        if not own:
            unlabelled.append(row)
    if not members:
        raise DataError(f"none of the {len(evaluation.query_ids)} evaluated queries has a label")
    for taken in members.keys() & {"(none)", "(all)"}:
        raise DataError(f"label {taken!r} is the name of a row that there is anyway; rename it")
    groups = dict(sorted(members.items()))
    if unlabelled:
        groups["(none)"] = unlabelled
    groups["(all)"] = list(range(len(evaluation.query_ids)))
    rows = [_means(evaluation, own) for own in groups.values()]
    return pd.DataFrame(rows, index=pd.Index(groups, name="slice"))


def _labels(value: object) -> tuple[str, ...]:
    """The labels in it, each once."""
    if value is None:
        return ()
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping):
        return tuple(dict.fromkeys(map(str, value)))
    return (str(value),)


def _means(evaluation: Evaluation, rows: list[int]) -> dict[str, float]:
    missing = set(evaluation.missing)
    line: dict[str, float] = {
        "queries": len(rows),
        "missing": sum(evaluation.query_ids[row] in missing for row in rows),
    }
    for metric, column in zip(evaluation.metrics, evaluation.values.T, strict=True):
        line[str(metric)] = fsum(column[rows].tolist()) / len(rows)
    return line
