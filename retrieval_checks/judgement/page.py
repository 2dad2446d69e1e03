"""`RankingPage`: one query's ranking, and the sentences that are said about it."""

import math
from dataclasses import KW_ONLY, dataclass, field
from typing import Any

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError
from retrieval_checks.judgement.explain import document_lines, query_line, ranking_table
from retrieval_checks.judgement.explain.wording import counted, lead, near_names, told_apart


@dataclass(frozen=True, slots=True, eq=False)
class RankingPage:
    """One query's ranking with all that a reader may want to see beside it.

    Raises:
        DataError: not a run, or a run without the query.
    """

    run: Run
    query_id: str
    _: KW_ONLY
    corpus: Corpus | None
    qrels: Qrels | None
    queries: Queries | None
    shown: int  # documents of the table, from the top
    width: int
    doc_ids: tuple[str, ...] = field(init=False, repr=False)  # in rank order
    scores: tuple[float, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not isinstance(self.run, Run):
            raise DataError(f"expected a Run, got {type(self.run).__name__}")
        if self.query_id not in self.run:
            near = near_names(self.query_id, self.run.query_ids)
            raise DataError(f"query {self.query_id!r} is not in run {self.run.name!r}{near}")
        ranking = self.run[self.query_id]
        object.__setattr__(self, "doc_ids", tuple(ranking))
        object.__setattr__(self, "scores", tuple(ranking.values()))

    @property
    def depth(self) -> int:
        """How many documents were retrieved."""
        return len(self.doc_ids)

    def rank(self, doc_id: str) -> int | None:
        """The document's rank, None where it was not retrieved; a corpus given must have it."""
        if self.corpus is not None and doc_id not in self.corpus:
            near = near_names(doc_id, self.corpus.doc_ids)
            raise DataError(
                f"document {doc_id!r}, expected for query {self.query_id!r},"
                f" is not in the corpus of {counted(len(self.corpus), 'document')}{near}"
            )
        return self.doc_ids.index(doc_id) + 1 if doc_id in self.doc_ids else None

    def evidence(self, **numbers: str | int | None) -> dict[str, Any]:
        """The numbers of a verdict; a document's score is None where it is infinite or absent."""
        rank = numbers.get("rank")
        score = self.scores[rank - 1] if isinstance(rank, int) else math.nan
        known = {"score": score if math.isfinite(score) else None} if "rank" in numbers else {}
        return {"query_id": self.query_id, **numbers, **known, "retrieved": self.depth}

    def not_retrieved(self, doc_id: str, so: str) -> str:
        """That the document is not in the ranking, and what follows."""
        if not self.depth:
            return f"{doc_id!r} is not ranked: query {self.query_id!r} retrieved nothing; {so}"
        among = f"the {counted(self.depth, 'document')} retrieved for query {self.query_id!r}"
        return f"{doc_id!r} is not among {among}; {so}"

    def holder(self, rank: int) -> str:
        """Who stands at a rank, or that the ranking ends before it; a line of its own."""
        if rank > self.depth:
            return f"\nthe ranking ends at {self.depth}, before rank {rank}: a deeper one may tell"
        score = told_apart(self.scores[rank - 1 : rank])[0]
        return f"\n#{rank} is {self.doc_ids[rank - 1]!r}, score {score}"

    def gap(self, better: int, worse: int) -> str:
        """Who stands at the better rank, and by how much it leads the worse one."""
        ahead, behind = self.doc_ids[better - 1], self.doc_ids[worse - 1]
        if self.is_tied(better, worse):
            return f"#{better} is {ahead!r}, of equal score: the document id decides"
        margin = lead(self.scores[better - 1], self.scores[worse - 1])
        return f"#{better} is {ahead!r}, {margin} ahead of #{worse} {behind!r}"

    def is_tied(self, rank: int, other: int) -> bool:
        """Whether the documents at two ranks have the same score."""
        return self.scores[rank - 1] == self.scores[other - 1]

    def context(
        self, watch: tuple[str, ...], *, rank: int | None = None, rivals: tuple[str, ...] = ()
    ) -> str:
        """The query, its ranking down to the rank in question, the texts of watched and rivals."""
        table = ranking_table(
            self.run,
            self.query_id,
            corpus=self.corpus,
            qrels=self.qrels,
            watch=watch,
            ranks=() if rank is None else (rank,),
            k=self.shown,
            cut_at=rank,
            width=self.width,
        )
        texts = document_lines(watch + rivals, self.corpus, width=self.width)
        head = query_line(self.query_id, self.queries, width=self.width)
        return f"{head}\n{table}\n\n{texts}".rstrip()
