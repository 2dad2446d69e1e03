"""What a report says of a golden item beyond its verdict."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from retrieval_checks.comparison.baseline import Baseline
from retrieval_checks.comparison.gates import Gate
from retrieval_checks.plugin.reporting.curves import depth_curves
from retrieval_checks.report.details.file import file_details
from retrieval_checks.report.details.gate import gate_details
from retrieval_checks.report.details.query import query_details
from retrieval_checks.report.details.subject import Reported

if TYPE_CHECKING:
    from retrieval_checks.plugin.golden.retrieved import Retrieved

_REPORTED = pytest.StashKey[Reported]()  # of a golden file


def item_details(item: pytest.Item, found: "Retrieved", gate: Gate | None) -> dict[str, Any]:
    """What a report says of a gate, or of the query that the item is named after.

    What holds for the whole file goes along with its first item in this process.
    """
    assert item.parent is not None  # noqa: S101  # for the type checker
    stash = item.parent.stash
    is_first = _REPORTED not in stash
    if is_first:
        stash[_REPORTED] = _reported(found)
    reported = stash[_REPORTED]
    own = query_details(reported, item.name) if gate is None else gate_details(reported, gate)
    return {"item": own, "file": file_details(reported) if is_first else None}


def _reported(found: "Retrieved") -> Reported:
    from retrieval_checks.retrieval.pipeline import Pipeline

    pipeline = found.retriever if isinstance(found.retriever, Pipeline) else None
    rerankers = pipeline.rerankers if pipeline is not None else {}
    reported = Reported(
        found.bound,
        found.run,
        found.gates,
        found.context,
        reference=found.reference if isinstance(found.reference, Baseline) else None,
        repeats=found.repeats,
        stages=found.stages,
        depths={name: stage.depth for name, stage in rerankers.items()},
        latencies=found.latencies,
    )
    if pipeline is None or not found.stages:
        return reported
    curves = depth_curves(found, pipeline, reported.qrels, reported.metrics[0])
    return replace(reported, curves=curves)
