"""`fuse` and `Hybrid`: several rankings of the same queries made into one."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Self

import numpy as np

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, SettingsError, did_you_mean
from retrieval_checks.retrieval.protocols import Movable, Retriever
from retrieval_checks.retrieval.search.cut import check_k

FusionMethod = Literal["rrf", "zscore", "minmax"]
Points = tuple[dict[str, float], float]  # of the documents there, and of any other

_METHODS = ("rrf", "zscore", "minmax")


def fuse(
    runs: Sequence[Run],
    /,
    *,
    method: FusionMethod = "rrf",
    k: float = 60,
    weights: Sequence[float] | None = None,
    depth: int = 100,
    name: str = "hybrid",
) -> Run:
    """One run from several: each document's weighted sum of what the runs say of it, per query.

    - `"rrf"`: 1 / (k + rank), nothing for an absent document (Cormack, Clarke & Büttcher, SIGIR
      2009).
    - `"zscore"`: (score - mean) / standard deviation over the run's best `depth` documents of the
      query; an absent document gets the smallest of them. Equal scores give 0 to all.
    - `"minmax"`: (score - min) / (max - min), in [0, 1]; an absent document gets 0. Equal scores
      give 1 to all.

    Args:
        runs: at least one; a query that one of them lacks is fused from the others.
        method: how a run's ranking becomes points.
        k: of `"rrf"`: how little the first ranks stand out.
        weights: of the runs, above 0; equal unless given.
        depth: documents of each run, and of the result, per query.
        name: what reports call the run.

    Raises:
        SettingsError: no run, a weight that is not above 0, an unknown method, depth below 1.
        DataError: an infinite score where scores are fused.

    >>> a = Run.from_ids({"q": ["d1", "d2"]}); b = Run.from_ids({"q": ["d2", "d3"]})
    >>> fuse([a, b]).ranking("q")
    ('d2', 'd1', 'd3')
    """
    shares = _weights(runs, weights)
    check_k(depth)
    points_of = _method(method, k)
    query_ids = dict.fromkeys(query_id for run in runs for query_id in run)
    tops = [run.top(depth) for run in runs]
    table: dict[str, dict[str, float]] = {}
    for query_id in query_ids:
        parts = [
            (share, *points_of(top[query_id], query_id))
            for share, top in zip(shares, tops, strict=True)
            if query_id in top
        ]
        documents = dict.fromkeys(doc_id for _, points, _ in parts for doc_id in points)
        table[query_id] = {
            doc_id: math.fsum(share * points.get(doc_id, absent) for share, points, absent in parts)
            for doc_id in documents
        }
    return Run.from_dict(table, name=name).top(depth)


def reciprocal_ranks(scores: Mapping[str, float], k: float = 60) -> Points:
    """1 / (k + rank) of each document of a ranking that is given best first; 0 for any other."""
    return {doc_id: 1 / (k + rank) for rank, doc_id in enumerate(scores, start=1)}, 0.0


def z_scores(scores: Mapping[str, float], query_id: str) -> Points:
    """Standard scores of the documents; the smallest for any other; 0 where all are equal.

    Raises:
        DataError: an infinite score.
    """
    values = _finite(scores, query_id)
    if not len(values):
        return {}, 0.0
    deviation = float(values.std())
    # equal scores may leave a deviation of rounding error alone
    if values.max() == values.min() or deviation == 0:
        return dict.fromkeys(scores, 0.0), 0.0
    points = ((values - values.mean()) / deviation).tolist()
    return dict(zip(scores, points, strict=True)), min(points)


def min_max(scores: Mapping[str, float], query_id: str) -> Points:
    """Scores scaled to [0, 1]; 0 for any other document; 1 where all are equal.

    Raises:
        DataError: an infinite score.
    """
    values = _finite(scores, query_id)
    if not len(values) or values.max() == values.min():
        return dict.fromkeys(scores, 1.0), 0.0
    points = (values - values.min()) / (values.max() - values.min())
    return dict(zip(scores, points.tolist(), strict=True)), 0.0


@dataclass(frozen=True, eq=False)
class Hybrid:
    """A retriever that fuses the runs of several; see `fuse`.

    Args:
        retrievers: what is fused, in the order of `weights`.
        method: how a run's ranking becomes points.
        k: of `"rrf"`.
        weights: of the retrievers.
        depth: documents that each retriever is asked for, at least.
        name: what reports call the run.
    """

    retrievers: Sequence[Retriever]
    method: FusionMethod = field(default="rrf", kw_only=True)
    k: float = field(default=60, kw_only=True)
    weights: Sequence[float] | None = field(default=None, kw_only=True)
    depth: int = field(default=100, kw_only=True)
    name: str = field(default="hybrid", kw_only=True)

    def __post_init__(self) -> None:
        retrievers = tuple(self.retrievers)
        shares = _weights(retrievers, self.weights)
        _method(self.method, self.k)
        check_k(self.depth)
        object.__setattr__(self, "retrievers", retrievers)
        object.__setattr__(self, "weights", None if self.weights is None else tuple(shares))

    @property
    def corpus(self) -> Corpus | None:
        """What the first retriever searches, if it says so."""
        return getattr(self.retrievers[0], "corpus", None)

    def retrieve(self, queries: Queries, k: int, /) -> Run:
        """The `k` best documents of the fused runs."""
        depth = max(check_k(k), self.depth)
        runs = [retriever.retrieve(queries, depth) for retriever in self.retrievers]
        fused = fuse(
            runs, method=self.method, k=self.k, weights=self.weights, depth=depth, name=self.name
        )
        return fused.top(k)

    def over(self, corpus: Corpus, /) -> Self:
        """The same fusion over another corpus.

        Raises:
            SettingsError: a retriever that cannot be had over another corpus.
        """
        return replace(self, retrievers=[move(r, corpus) for r in self.retrievers])


def move(retriever: Retriever, corpus: Corpus) -> Retriever:
    """The same retriever over another corpus.

    Raises:
        SettingsError: it has no `over(corpus)`.
    """
    if not isinstance(retriever, Movable):
        raise SettingsError(
            f"retriever {type(retriever).__name__} cannot be had over another corpus;"
            " give it a method over(corpus)"
        )
    return retriever.over(corpus)


def _weights(of: Sequence[object], weights: Sequence[float] | None) -> list[float]:
    if not of:
        raise SettingsError("nothing to fuse; give at least one")
    shares = [1.0] * len(of) if weights is None else [float(weight) for weight in weights]
    if len(shares) != len(of):
        raise SettingsError(f"{len(shares)} weights for {len(of)} runs")
    for share in shares:
        if not 0 < share < math.inf:
            raise SettingsError(f"weight {share} must be above 0 and finite")
    return shares


def _method(method: str, k: float) -> Callable[[Mapping[str, float], str], Points]:
    if method not in _METHODS:
        hint = did_you_mean(method, _METHODS)
        raise SettingsError(f"fusion method {method!r} does not exist; {hint}")
    if not 0 <= k < math.inf:
        raise SettingsError(f"k of reciprocal rank fusion must be at least 0, got {k}")
    if method == "zscore":
        return z_scores
    return min_max if method == "minmax" else lambda scores, _: reciprocal_ranks(scores, k)


def _finite(
    scores: Mapping[str, float], query_id: str
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    values = np.fromiter(scores.values(), np.float64, len(scores))
    if not np.isfinite(values).all():
        raise DataError(
            f"query {query_id!r} has an infinite score; scores cannot be fused, use method 'rrf'"
        )
    return values
