"""`JudgedRun`: rankings with their judgements, drawn from a seed, in every form that is timed."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

VOCABULARY = 200_000
JUDGED = 30  # a query, half of them drawn from its ranking; fewer where draws meet
Table = dict[str, dict[str, float]]
Grades = dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True, eq=False)
class JudgedRun:
    """Matrices of positions into one vocabulary, as a search returns them."""

    query_ids: tuple[str, ...]
    doc_ids: tuple[str, ...]
    docs: NDArray[np.int64]  # (n_queries, depth)
    scores: NDArray[np.float64]  # (n_queries, depth), best first; six decimals
    judged: NDArray[np.int64]  # (n_queries, JUDGED), -1 where there is no judgement
    grades: NDArray[np.int64]  # (n_queries, JUDGED), 1 to 3

    @property
    def shape(self) -> str:
        """`2,000 x 1,000`: queries and documents a query."""
        return f"{self.docs.shape[0]:,} x {self.docs.shape[1]:,}"

    @property
    def million_rows(self) -> float:
        return self.docs.size / 1e6

    def first(self, n_queries: int) -> "JudgedRun":
        """The same without the later queries."""
        rows = slice(n_queries)
        return replace(
            self,
            query_ids=self.query_ids[rows],
            docs=self.docs[rows],
            scores=self.scores[rows],
            judged=self.judged[rows],
            grades=self.grades[rows],
        )

    def shuffled_with_ties(self) -> "JudgedRun":
        """The same rankings in no order, with scores of three decimals: many are equal."""
        order = np.random.default_rng(1).permuted(np.indices(self.docs.shape)[1], axis=1)
        return replace(
            self,
            docs=np.take_along_axis(self.docs, order, axis=1),
            scores=np.take_along_axis(self.scores, order, axis=1).round(3),
        )

    def run_dict(self) -> Table:
        return {q: dict(zip(ids, row.tolist(), strict=True)) for q, ids, row in self._rankings()}

    def qrels_dict(self) -> Grades:
        return {
            query_id: {self.doc_ids[d]: int(g) for d, g in zip(docs, grades, strict=True) if d >= 0}
            for query_id, docs, grades in zip(self.query_ids, self.judged, self.grades, strict=True)
        }

    def files(self, folder: Path, *, suffix: str = ".trec") -> tuple[Path, Path]:
        """A TREC run, compressed where the suffix ends in `.gz`, and its judgements."""
        stem = "x".join(str(n) for n in self.docs.shape)
        run, qrels = folder / f"{stem}{suffix}", folder / f"{stem}.qrels"
        if not run.exists():
            _write(run, self._run_lines())
        if not qrels.exists():
            _write(qrels, self._qrels_lines())
        return run, qrels

    def _run_lines(self) -> Iterator[str]:
        for query_id, ids, row in self._rankings():
            for rank, (doc_id, score) in enumerate(zip(ids, row.tolist(), strict=True), start=1):
                yield f"{query_id} Q0 {doc_id} {rank} {score:.6f} made\n"

    def _qrels_lines(self) -> Iterator[str]:
        for query_id, grades in self.qrels_dict().items():
            for doc_id, grade in grades.items():
                yield f"{query_id} 0 {doc_id} {grade}\n"

    def _rankings(self) -> Iterator[tuple[str, list[str], NDArray[np.float64]]]:
        for query_id, docs, scores in zip(self.query_ids, self.docs, self.scores, strict=True):
            yield query_id, [self.doc_ids[doc] for doc in docs.tolist()], scores


def make_judged_run(n_queries: int, depth: int) -> JudgedRun:
    """Random rankings; the first queries are the same whatever `n_queries` is."""
    rng = np.random.default_rng(0)
    docs = np.empty((n_queries, depth), np.int64)
    millionths = np.empty((n_queries, depth), np.int64)  # distinct, in float32 too: no ties
    judged = np.full((n_queries, JUDGED), -1)
    grades = np.ones((n_queries, JUDGED), np.int64)
    for row in range(n_queries):
        docs[row] = rng.choice(VOCABULARY, depth, replace=False)
        millionths[row] = rng.choice(1_000_000, depth, replace=False)
        retrieved = rng.choice(docs[row], min(JUDGED, depth) // 2, replace=False)
        known = np.unique(np.concatenate([retrieved, rng.choice(VOCABULARY, JUDGED // 2)]))
        judged[row, : len(known)] = known
        grades[row] = rng.integers(1, 4, JUDGED)
    return JudgedRun(
        query_ids=tuple(f"q{row}" for row in range(n_queries)),
        doc_ids=tuple(f"d{doc:07d}" for doc in range(VOCABULARY)),
        docs=docs,
        scores=-np.sort(-millionths, axis=1) / 1e6,
        judged=judged,
        grades=grades,
    )


def _write(path: Path, lines: Iterator[str]) -> None:
    # Level 1 is quick to write; how fast a file is read hardly depends on the level.
    zipped = path.suffix == ".gz"
    with gzip.open(path, "wt", compresslevel=1) if zipped else path.open("w") as file:
        file.writelines(lines)
