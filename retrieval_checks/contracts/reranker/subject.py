"""`Scorer`: the reranker that is checked, made once, asked without a store."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from retrieval_checks.contracts.sample.specimen import Specimen
from retrieval_checks.contracts.sample.topics import PASSAGES, QUESTIONS
from retrieval_checks.encoding.handle import ModelHandle
from retrieval_checks.encoding.inference import on_cpu
from retrieval_checks.errors import ModelError, RetrievalAssertionError
from retrieval_checks.retrieval.protocols import PairScorer, Stage
from retrieval_checks.retrieval.rerank import Reranker, as_pair_scorer

Scores = NDArray[np.float64]
Pair = tuple[str, str]

_DEPTH = 25  # of a model that comes without a stage around it


@dataclass(frozen=True, slots=True, eq=False)
class Scorer(Specimen):
    """A reranker under check: the model that scores pairs, and the stage that uses it."""

    tolerance: float  # of scores that should be equal, as a share of the spread of all

    @property
    def scorer(self) -> PairScorer:
        """What has `score_pairs`."""
        return self.once("scorer", lambda: as_scorer(self.given))

    @property
    def stage(self) -> Stage:
        """The stage that the factory gave, or one around its model, 25 documents deep."""
        given = self.given
        if isinstance(given, Stage):
            return given
        return Reranker(self.scorer, depth=_DEPTH, combine="alone")

    @property
    def model(self) -> Any:
        """The model inside a handle, loaded; otherwise what scores pairs, or was given to."""
        scorer = self.scorer
        if isinstance(scorer, ModelHandle):
            return scorer.load()
        return self.given if not isinstance(self.given, Stage) else scorer

    @property
    def allowed(self) -> float:
        """How far two equal scores may lie apart: the tolerance of the spread of the sample's."""
        return self.once("allowed", lambda: self.tolerance * float(np.ptp(self.score(SAMPLE))))

    def ask(self, pairs: Sequence[Pair]) -> Scores:
        """The scores of the pairs in one call, in this order, float64 (n,)."""
        return as_scores(self.scorer.score_pairs(list(pairs)), pairs)

    def score(self, pairs: Sequence[Pair]) -> Scores:
        """The scores of the pairs, float64 (n,), asked longest first, as rerankers sort a batch.

        So the checks that are not about order leave it alone.
        """
        order = sorted(range(len(pairs)), key=lambda row: -len(pairs[row][0] + pairs[row][1]))
        scores = np.empty(len(pairs))
        scores[order] = self.ask([pairs[row] for row in order])
        return scores

    def another(self) -> PairScorer:
        """A second reranker from the factory.

        Raises:
            DoesNotApply: the factory gives the same object again.
        """
        return as_scorer(self.again())


def as_scorer(given: object) -> PairScorer:
    """What scores pairs in a model or a stage, without a store: it would give back the same.

    Raises:
        ModelError: nothing does.
    """
    model = getattr(given, "model", None) if isinstance(given, Stage) else given
    if model is None:
        raise ModelError(
            f"{type(given).__name__} is a stage whose model is not known; let the factory give what"
            " has score_pairs(pairs), or give the stage an attribute `model` that has it"
        )
    scorer = as_pair_scorer(model)
    if isinstance(scorer, ModelHandle) and scorer.cache is not None:
        return cast(PairScorer, replace(scorer, cache=None))
    return scorer


def as_scores(output: Any, pairs: Sequence[Pair]) -> Scores:
    """The output as float64 (n,).

    Raises:
        RetrievalAssertionError: it is not one number a pair.
    """
    scores = np.asarray(on_cpu(output), np.float64)
    if scores.shape != (len(pairs),):
        raise RetrievalAssertionError(
            f"scores of shape {scores.shape} for {len(pairs)} pairs; expected one number a pair"
        )
    return scores


def ranked(scores: Scores) -> list[int]:
    """Positions by score, best first; among equal ones in their order."""
    order: list[int] = np.argsort(-scores, kind="stable").tolist()
    return order


ASKED = QUESTIONS[::3]  # four questions
SAMPLE: tuple[Pair, ...] = tuple(
    sorted(((q, d) for q in ASKED for d in PASSAGES), key=lambda p: -len(p[0] + p[1]))
)
