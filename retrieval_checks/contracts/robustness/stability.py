"""`Stability`: how far rankings stay when queries are typed otherwise, clustered by query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Literal

import numpy as np

from retrieval_checks.comparison.significance import bca_intervals
from retrieval_checks.contracts.robustness.perturbations import variants
from retrieval_checks.data.collection import Queries
from retrieval_checks.data.run import Run
from retrieval_checks.metrics.agreement import overlap_at, rbo
from retrieval_checks.retrieval.protocols import Retriever

_P = 0.9  # of RBO: the first ten ranks carry 86 % of it


@dataclass(frozen=True, slots=True)
class Variant:
    """One query typed otherwise, and how far its ranking stayed."""

    query_id: str
    text: str
    rbo: float  # in [0, 1]
    overlap: float  # at k, in [0, 1]


@dataclass(frozen=True, slots=True, eq=False)
class Stability:
    """All variants of one perturbation; the unit is the source query, whatever its variants."""

    perturbation: str
    variants: tuple[Variant, ...]

    @property
    def by_query(self) -> dict[str, float]:
        """The mean RBO of each source query's variants."""
        return self._means("rbo")

    @property
    def rbo(self) -> float:
        """The mean over source queries."""
        return _mean(list(self._means("rbo").values()))

    @property
    def overlap(self) -> float:
        """Of the first k, the mean over source queries."""
        return _mean(list(self._means("overlap").values()))

    @property
    def worst(self) -> Variant:
        """The variant whose ranking stayed least."""
        return min(self.variants, key=lambda v: (v.rbo, v.query_id, v.text))

    @property
    def evidence(self) -> dict[str, object]:
        """The numbers."""
        values = np.array(list(self.by_query.values()))[:, None]
        interval = bca_intervals(values)[0].tolist() if len(values) > 1 else None
        return {
            "queries": len(self.by_query),
            "variants": len(self.variants),
            "rbo": self.rbo,
            "rbo_interval": interval,
            "overlap": self.overlap,
            "worst_query": self.worst.query_id,
            "worst_text": self.worst.text,
            "worst_rbo": self.worst.rbo,
        }

    def _means(self, measure: Literal["rbo", "overlap"]) -> dict[str, float]:
        rows: dict[str, list[float]] = {}
        for variant in self.variants:
            rows.setdefault(variant.query_id, []).append(getattr(variant, measure))
        return {query_id: _mean(row) for query_id, row in rows.items()}


def measure_stability(
    retriever: Retriever,
    queries: Queries,
    perturbations: Sequence[str],
    *,
    k: int,
    seed: int,
) -> dict[str, Stability]:
    """How far each query's ranking stays under each perturbation; those that change none are left.

    >>> from retrieval_checks.data.collection import Corpus
    >>> from retrieval_checks.retrieval.lexical import BM25Retriever
    >>> corpus = Corpus.from_dict({"d1": "cats purr", "d2": "dogs bark"})
    >>> queries = Queries.from_dict({"q": "what purrs?"})
    >>> found = measure_stability(BM25Retriever(corpus), queries, ["case", "typo"], k=10, seed=0)
    >>> found["case"].rbo, found["case"].overlap, len(found["typo"].variants)
    (1.0, 1.0, 3)
    """
    reference = retriever.retrieve(queries, k)
    rng = np.random.default_rng(seed)
    found = {}
    for perturbation in perturbations:
        made = {q: variants(queries[q], perturbation, rng) for q in queries}
        measured = _measured(retriever, reference, made, k)
        if measured:
            found[perturbation] = Stability(perturbation, tuple(measured))
    return found


def _measured(
    retriever: Retriever, reference: Run, made: Mapping[str, Sequence[str]], k: int
) -> list[Variant]:
    """One search for the first variants of all queries, one for the second, and so on."""
    measured = []
    for turn in range(max(map(len, made.values()), default=0)):
        texts = {q: ways[turn] for q, ways in made.items() if len(ways) > turn}
        run = retriever.retrieve(Queries.from_dict(texts), k).select(list(texts))
        before = reference.select(list(texts))
        overlaps, agreements = overlap_at(run, before, k), rbo(run, before, _P)
        measured += [Variant(q, texts[q], agreements[q], overlaps[q]) for q in texts]
    return measured


def _mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values)
