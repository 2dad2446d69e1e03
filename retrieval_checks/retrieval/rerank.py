"""`Reranker`: the best of a ranking, ordered again by a model that sees query and document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.run import Run
from retrieval_checks.encoding.inference import checked_scores
from retrieval_checks.encoding.models import CrossEncoderModel, LateInteraction
from retrieval_checks.errors import DataError, ModelError, SettingsError, did_you_mean
from retrieval_checks.retrieval.fusion import reciprocal_ranks, z_scores
from retrieval_checks.retrieval.protocols import Movable, PairScorer
from retrieval_checks.retrieval.search.cut import check_k

Combine = Literal["alone", "zscore", "rrf"]

_COMBINE = ("alone", "zscore", "rrf")
_LATE_WEIGHT = 2.0


@dataclass(frozen=True, eq=False)
class Reranker:
    """Scores the best `depth` documents of each query again and orders them by that.

    What lies below `depth` keeps its order, under all that was reranked. Scores of reranked
    documents are the model's (`"alone"`), or its z-score over the candidates times `weight` plus
    the first stage's z-score (`"zscore"`), or likewise of reciprocal ranks with k = 60 (`"rrf"`).

    Args:
        model: a `CrossEncoderModel`, a `LateInteraction`, or any object with `score_pairs(pairs)`,
            `predict(pairs)` or sentence-transformers' `rank(query, documents)`. One that has a
            method `over(corpus)` scores as what that returns, as `LateInteraction` does for idf.
        depth: candidates a query.
        combine: with the first stage's scores; `"zscore"` for late interaction and `"alone"` for
            others unless given. Chosen on training queries, as all defaults of late interaction:
            docs/rerankers.md has the figures.
        weight: of the model against the first stage, above 0; 2 for z-scores of late interaction
            and 1, equal parts, for others unless given.
        name: what reports call the run.

    Raises:
        SettingsError: depth below 1, a weight not above 0, an unknown way to combine.

    >>> class Shared:
    ...     def score_pairs(self, pairs):
    ...         return [len(set(q.split()) & set(d.split())) for q, d in pairs]
    >>> corpus = Corpus.from_dict({"d1": "a dog", "d2": "a cat", "d3": "cat"})
    >>> run = Run.from_ids({"q": ["d1", "d2", "d3"]})
    >>> reranker = Reranker(Shared(), depth=2)
    >>> reranker.rerank(run, Queries.from_dict({"q": "cat"}), corpus).ranking("q")
    ('d2', 'd1', 'd3')
    """

    model: object  # a PairScorer once built
    depth: int = field(default=50, kw_only=True)
    combine: Combine | None = field(default=None, kw_only=True)
    weight: float | None = field(default=None, kw_only=True)  # a float once built
    name: str = field(default="rerank", kw_only=True)

    def __post_init__(self) -> None:
        check_k(self.depth)
        if self.combine is not None and self.combine not in _COMBINE:
            hint = did_you_mean(self.combine, _COMBINE)
            raise SettingsError(f"combine {self.combine!r} does not exist; {hint}")
        if self.weight is not None and not 0 < self.weight < np.inf:
            raise SettingsError(f"weight must be above 0 and finite, got {self.weight}")
        scorer = as_pair_scorer(self.model)
        late = isinstance(scorer, LateInteraction)
        combine = self.combine or ("zscore" if late else "alone")
        weight = self.weight or (_LATE_WEIGHT if late and combine == "zscore" else 1.0)
        for name, value in (("model", scorer), ("combine", combine), ("weight", weight)):
            object.__setattr__(self, name, value)

    def rerank(self, run: Run, queries: Queries, corpus: Corpus, /) -> Run:
        """The same documents for the same queries, the best `depth` in their new order.

        Raises:
            DataError: a query or a candidate whose text is not there; an infinite score where
                z-scores are asked for.
            ModelError: the model fails, or does not give one finite number a pair.
        """
        top = run.top(self.depth)
        contents: dict[str, str] = {}
        pairs = [
            (queries[query_id], _content(contents, corpus, doc_id, query_id=query_id, run=run))
            for query_id in top
            for doc_id in top.ranking(query_id)
        ]
        scorer = self.scorer(corpus)
        name = str(getattr(scorer, "name", type(scorer).__name__))
        scores = checked_scores(scorer.score_pairs(pairs) if pairs else [], pairs, name)
        table: dict[str, dict[str, float]] = {}
        for row, query_id in enumerate(top):
            part = scores[top.indptr[row] : top.indptr[row + 1]].tolist()
            ranked = dict(zip(top.ranking(query_id), part, strict=True))
            combined = self._combined(ranked, top[query_id], query_id)
            table[query_id] = combined | _below(combined, run[query_id])
        return Run.from_dict(table, name=self.name)

    def scorer(self, corpus: Corpus) -> PairScorer:
        """What scores the pairs: the model, told the corpus if it has a method `over`."""
        told = self.model.over(corpus) if isinstance(self.model, Movable) else self.model
        return cast(PairScorer, told)

    def _combined(
        self, scores: dict[str, float], first: Mapping[str, float], query_id: str
    ) -> dict[str, float]:
        if self.combine == "alone":
            return scores
        if self.combine == "zscore":
            ours, theirs = z_scores(scores, query_id)[0], z_scores(first, query_id)[0]
        else:
            best_first = Run.from_dict({query_id: scores})[query_id]
            ours, theirs = reciprocal_ranks(best_first)[0], reciprocal_ranks(first)[0]
        weight = cast(float, self.weight)
        return {doc_id: theirs[doc_id] + weight * ours[doc_id] for doc_id in scores}


def as_pair_scorer(model: object) -> PairScorer:
    """The model as something with `score_pairs`.

    Raises:
        ModelError: it has none of `score_pairs`, `predict` and `rank`.
    """
    if isinstance(model, PairScorer):
        return model
    if hasattr(model, "predict"):
        return CrossEncoderModel(model)
    if hasattr(model, "rank"):
        return _RankScorer(model)
    raise ModelError(
        f"{type(model).__name__} is no reranker; it needs score_pairs(pairs), predict(pairs) or"
        " rank(query, documents)"
    )


@dataclass(frozen=True, slots=True)
class _RankScorer:
    """Scores from `rank(query, documents)`: dicts with corpus_id and score, best first."""

    model: Any

    def score_pairs(self, pairs: Sequence[tuple[str, str]], /) -> NDArray[np.float64]:
        scores = np.full(len(pairs), np.nan)
        asked: dict[str, list[int]] = {}
        for position, (query, _) in enumerate(pairs):
            asked.setdefault(query, []).append(position)
        for query, positions in asked.items():
            for hit in self.model.rank(query, [pairs[p][1] for p in positions]):
                scores[positions[hit["corpus_id"]]] = hit["score"]
        return scores


def _content(
    contents: dict[str, str], corpus: Corpus, doc_id: str, *, query_id: str, run: Run
) -> str:
    """The document's content; `contents` keeps it for the other queries that ask for it."""
    if doc_id not in contents:
        if doc_id not in corpus:
            raise DataError(
                f"document {doc_id!r} in run {run.name!r} for query {query_id!r} is not in the"
                " corpus; is the index older than the corpus?"
            )
        contents[doc_id] = corpus[doc_id].content
    return contents[doc_id]


def _below(reranked: Mapping[str, float], ranking: Mapping[str, float]) -> dict[str, float]:
    """Scores under all reranked ones for the rest of a ranking that is given best first."""
    floor = min(reranked.values(), default=0.0)
    step = max(1.0, 2 * float(np.spacing(abs(floor))))  # so that huge scores still differ
    below: dict[str, float] = {}
    previous = None
    for doc_id, score in ranking.items():
        if doc_id in reranked:
            continue
        if score != previous:
            floor -= step
        below[doc_id], previous = floor, score
    return below
