"""`Movement`: what a reranker did to its candidates, whatever the judgements say."""

from dataclasses import dataclass

import numpy as np

from retrieval_checks.data.run import Run
from retrieval_checks.judgement.explain.wording import counted
from retrieval_checks.metrics.agreement.shared import Shared, shared_blocks

# A reranker that reads every candidate may leave the top as it is. Were that a coin flip for each
# query, five in a row would come by chance once in 32 times.
_ENOUGH_QUERIES = 5


@dataclass(frozen=True, slots=True)
class Movement:
    """Where a reranked top k comes from, over all queries of the runs."""

    k: int
    depth: int
    queries: int
    choices: int  # queries with candidates below rank k: the top k could have changed
    candidates: int  # the most that a query has, depth at most
    reordered: int  # queries whose ranking changed at all
    deepest: int  # the lowest rank of the first stage that reached the top k; 0 for none
    strangers: int  # documents in the top k that the first stage did not retrieve

    @property
    def changed_nothing(self) -> bool:
        """Whether every ranking is as it was, though some could have changed."""
        return self.candidates > 1 and not self.reordered

    @property
    def sees_only_k(self) -> bool:
        """Whether no document from below rank k ever reached the top k, in five queries or more.

        Of queries that had such candidates: the reranker was given `depth` and read k or fewer.
        """
        from_the_top = self.deepest <= self.k and not self.strangers
        return self.reordered > 0 and self.choices >= _ENOUGH_QUERIES and from_the_top

    def remarks(self) -> tuple[str, ...]:
        """What a reader should know before believing the figures, a sentence each."""
        found = {
            "the reranker changed nothing: every ranking is that of the first stage": (
                self.changed_nothing
            ),
            f"the reranker sees only {self.k}: no candidate from ranks {self.k + 1} to {self.depth}"
            f" reached the top {self.k} in any of {self.choices} queries": (self.sees_only_k),
            f"the reranker reads deeper than depth {self.depth}: a document from rank"
            f" {self.deepest} reached the top {min(self.k, self.depth)}": (
                self.deepest > self.depth
            ),
            f"the first stage has at most {counted(self.candidates, 'candidate')} a query, not"
            f" {self.depth}": self.candidates < self.depth,
            f"the first stage lacks {counted(self.strangers, 'document')} of the reranked top"
            f" {min(self.k, self.depth)}: these are not a ranking and its reranking": (
                self.strangers > 0
            ),
        }
        return tuple(sentence for sentence, holds in found.items() if holds)


def movement(first: Run, reranked: Run, *, k: int, depth: int) -> Movement:
    """What became of the first stage's rankings; the runs have the same queries."""
    top = min(k, depth)
    lengths = np.minimum(np.diff(first.indptr), depth)
    answered = np.diff(reranked.indptr)[reranked.rows(first.query_ids)] > 0
    whole = list(shared_blocks(reranked.top(top), first))
    return Movement(
        k=k,
        depth=depth,
        queries=len(first),
        choices=int(((lengths > k) & answered).sum()),
        candidates=int(lengths.max(initial=0)),
        reordered=sum(
            _reordered(shared, top) for shared in shared_blocks(reranked, first, depth=depth)
        ),
        deepest=max(int(shared.reference_ranks.max(initial=0)) for shared in whole),
        strangers=sum(int((shared.lengths - shared.counts).sum()) for shared in whole),
    )


def _reordered(shared: Shared, top: int) -> int:
    """How many rankings are not the reference's own beginning, or end before the top does."""
    moved = np.bincount(shared.rows[shared.ranks != shared.reference_ranks], minlength=len(shared))
    foreign = shared.counts < shared.lengths
    short = shared.lengths < np.minimum(shared.reference_lengths, top)
    return int(((moved > 0) | foreign | short).sum())
