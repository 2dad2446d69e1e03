"""`Measured`: curves of several rerankers over one first stage, and what they were measured on."""

from dataclasses import dataclass
from typing import Any

from retrieval_checks.comparison.depths.curve import KNEE, DepthCurve
from retrieval_checks.judgement.explain.wording import counted, plain_id

FORMAT = 1
INTERVAL = "in brackets: 95 % interval of the mean lift (BCa bootstrap over queries)"
_KNEE = f"the smallest depth that has at least {100 * KNEE:.0f} % of the best lift"


@dataclass(frozen=True, slots=True)
class Measured:
    """Curves on the same queries and candidates."""

    collection: str
    split: str
    first: str  # the first stage, with its model
    timed: int  # queries
    curves: tuple[DepthCurve, ...]

    @property
    def depths(self) -> list[int]:
        """The depths, the shallowest first."""
        return [point.depth for point in self.curves[0].points]

    @property
    def metric(self) -> str:
        """The metric."""
        return self.curves[0].metric

    @property
    def queries(self) -> str:
        """What was measured on: the collection, its split, how many queries."""
        number = counted(self.curves[0].n_queries, "query", "queries")
        return f"{plain_id(self.collection)} ({plain_id(self.split)}, {number})"

    @property
    def subject(self) -> str:
        """What was reranked, on what, and how good it was before."""
        before = f"{self.metric} {self.curves[0].first:.4f} before"
        return f"reranking {plain_id(self.first)} on {self.queries}, {before}"

    @property
    def notes(self) -> list[str]:
        """What the columns mean."""
        padded = any(point.padding is not None for curve in self.curves for point in curve.points)
        timed = counted(self.timed, "query", "queries")
        return [
            INTERVAL,
            "candidates: R@depth of the first stage, the most that a reranker can find",
            f"ms: median of {timed}, one at a time, nothing from a cache, the first stage not"
            " counted",
            *(["padding: share of the tokens that are computed for nothing"] if padded else []),
            f"knee: {_KNEE}; none where the interval of the best includes 0",
        ]

    def to_dict(self) -> dict[str, Any]:
        """All of it as strict JSON takes it."""
        return {
            "format": FORMAT,
            "collection": self.collection,
            "split": self.split,
            "first": self.first,
            "timed": self.timed,
            "curves": [curve.to_dict() for curve in self.curves],
        }


def row(curve: DepthCurve, position: int) -> list[str]:
    """One depth as cells: depth, mean, lift and interval, candidates, ms, padding, knee."""
    point, knee = curve.points[position], curve.knee
    return [
        str(point.depth),
        f"{point.mean:.4f}",
        str(point.lift),
        f"{point.ceiling:.4f}",
        "-" if point.milliseconds is None else f"{point.milliseconds:.1f}",
        "-" if point.padding is None else f"{100 * point.padding:.0f} %",
        "knee" if knee is not None and point.depth == knee.depth else "",
    ]


def heads(measured: Measured) -> list[str]:
    """The columns of `row`."""
    return ["depth", measured.metric, "lift", "candidates", "ms", "padding", ""]
