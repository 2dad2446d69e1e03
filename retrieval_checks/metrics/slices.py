"""`slices`: an evaluation by tag, or by any other attribute of its queries."""

from collections.abc import Iterable, Mapping
from math import fsum
from numbers import Real
from typing import TYPE_CHECKING, Any

from retrieval_checks.errors import DataError, MetricError
from retrieval_checks.metrics.evaluation import Evaluation

if TYPE_CHECKING:
    import pandas as pd


def slices(evaluation: Evaluation, labels: Mapping[str, object]) -> "pd.DataFrame":
    """Means by label: a DataFrame with one row a label, and `(none)` and `(all)` last.

    Columns: `queries` and `missing`, both counts, then the mean of each metric. A query counts in
    each of its labels, and under `(none)` if it has none. The index, `slice`, has labels as text,
    sorted; by size where all are numbers.

    Args:
        evaluation: what `evaluate` gave.
        labels: each query's label or list of labels, `{query_id: ...}`; `Queries.attribute` gives
            them from the queries' metadata, `queries.attribute("tags")` for one. None and NaN are
            no label.

    Raises:
        DataError: `labels` is no mapping, no evaluated query has a label, or one has `(none)` or
            `(all)`.
        MetricError: a metric is spelt `queries` or `missing`, like a column.

    >>> from retrieval_checks import Qrels, Run, evaluate
    >>> run = Run.from_ids({"q1": ["a"], "q2": ["x"], "q3": ["x", "c"]})
    >>> qrels = Qrels.from_dict({"q1": {"a": 1}, "q2": {"b": 1}, "q3": {"c": 1}})
    >>> labels = {"q1": ["short"], "q2": "long", "q3": ["long", "rare"]}
    >>> slices(evaluate(run, qrels, "RR"), labels)["RR"].to_dict()
    {'long': 0.25, 'rare': 0.5, 'short': 1.0, '(all)': 0.5}
    """
    import pandas as pd

    if not isinstance(labels, Mapping):
        raise DataError(
            f"labels: expected a mapping of query ids to labels, got {type(labels).__name__}"
        )
    _refuse_column_names(evaluation)
    groups = _groups(evaluation.query_ids, labels)
    rows = [_means(evaluation, own) for own in groups.values()]
    return pd.DataFrame(rows, index=pd.Index(groups, name="slice"))


def _refuse_column_names(evaluation: Evaluation) -> None:
    for name in {"queries", "missing"} & set(map(str, evaluation.metrics)):
        raise MetricError(
            f"metric {name!r} has the name of a column that there is anyway; evaluate it without"
            " slices, or register it under another name"
        )


def _groups(query_ids: tuple[str, ...], labels: Mapping[str, object]) -> dict[str, list[int]]:
    """The positions of the queries in each row of the table."""
    members: dict[str, list[int]] = {}
    found: dict[str, object] = {}
    for row, query_id in enumerate(query_ids):
        own = _labels(labels.get(query_id))
        found |= own
        for label in own or ["(none)"]:
            members.setdefault(label, []).append(row)
    if not found:
        raise DataError(f"none of the {len(query_ids)} evaluated queries has a label")
    for taken in found.keys() & {"(none)", "(all)"}:
        raise DataError(f"label {taken!r} is the name of a row that there is anyway; rename it")
    members["(all)"] = list(range(len(query_ids)))
    return {
        name: members[name] for name in [*_ordered(found), "(none)", "(all)"] if name in members
    }


def _labels(value: object) -> dict[str, object]:
    """The labels in it by their text, each once."""
    labels: Iterable[object] = [value]
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping):
        labels = value
    return {str(label): label for label in labels if _is_label(label)}


def _is_label(value: Any) -> bool:
    import pandas as pd

    return not (pd.api.types.is_scalar(value) and pd.isna(value))  # None, NaN, NaT, NA


def _ordered(labels: Mapping[str, object]) -> list[str]:
    """The texts of labels in alphabetical order, or by size where all are numbers."""
    numbers = {text: label for text, label in labels.items() if isinstance(label, Real)}
    if len(numbers) < len(labels):
        return sorted(labels)
    return sorted(numbers, key=lambda text: (numbers[text], text))


def _means(evaluation: Evaluation, rows: list[int]) -> dict[str, float]:
    missing = set(evaluation.missing)
    line: dict[str, float] = {
        "queries": len(rows),
        "missing": sum(evaluation.query_ids[row] in missing for row in rows),
    }
    for metric, column in zip(evaluation.metrics, evaluation.values.T, strict=True):
        line[str(metric)] = fsum(column[rows].tolist()) / len(rows)
    return line
