"""`BoundSuite`: a golden file laid against the corpus and the judgements that it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, did_you_mean, listed
from retrieval_checks.golden.suite import GoldenQuery, GoldenSuite


@dataclass(frozen=True, slots=True, eq=False)
class BoundSuite:
    """The texts and judgements of a golden file's queries, and what forbids judging one.

    `problems` has a query where its labels are stale, its text is missing or contradictory, or
    none of its judged documents is relevant: such a query is an error, never a score.
    """

    suite: GoldenSuite
    corpus: Corpus | None
    queries: Queries  # those that can be asked
    qrels: Qrels  # of the golden queries that are judged
    problems: Mapping[str, str]  # query_id: why it cannot be judged

    def require(self, query_ids: Sequence[str]) -> None:
        """Raise where one of these queries cannot be judged.

        Raises:
            DataError: names the queries and says why.
        """
        broken = [query_id for query_id in query_ids if query_id in self.problems]
        if not broken:
            return
        lines = [self.problems[query_id] for query_id in broken[:5]]
        if len(broken) > 5:
            lines.append(f"... and {len(broken) - 5} more")
        if len(query_ids) > 1:
            lines.insert(0, f"{len(broken)} of {len(query_ids)} golden queries cannot be judged:")
        raise DataError("\n".join(lines))

    def check_whole(self, run: Run) -> None:
        """Raise where any query of the file cannot be judged, or the run has nothing for it.

        Raises:
            DataError: as `require` and `check_run`.
        """
        self.require(self.suite.query_ids)
        self.check_run(run, self.suite.query_ids)

    def unanswered(self, run: Run, query_ids: Sequence[str]) -> tuple[str, ...]:
        """Those of the queries that the run has no document for."""
        return tuple(q for q in query_ids if q not in run or not run[q])

    def check_run(self, run: Run, query_ids: Sequence[str]) -> None:
        """Raise where the run has no result for one of these queries, or one from elsewhere.

        Raises:
            DataError: names them; a query without a result is never scored 0 in a golden suite,
                and a document that the corpus lacks means that another one was searched.
        """
        if empty := self.unanswered(run, query_ids):
            line = next(q.line for q in self.suite.queries if q.query_id == empty[0])
            raise DataError(
                f"{self.suite.path.name}:{line}: the retriever returned nothing for {len(empty)} of"
                f" {len(query_ids)} golden queries: {listed(empty)}; that is an error, not a score"
                " of 0\n  to do: ask the retriever for this very text (a filter, a time limit, an"
                " empty index?); a query that is to find nothing is no golden query, drop it"
            )
        if self.corpus is None:
            return
        for query_id in query_ids:
            foreign = [doc_id for doc_id in run.ranking(query_id) if doc_id not in self.corpus]
            if foreign:
                raise DataError(
                    f"the retriever returned document {foreign[0]!r} for query {query_id!r}"
                    f" ({len(foreign)} such documents), which is not in the corpus of"
                    f" {len(self.corpus)} documents: it searches another corpus or an old index"
                )


def bind(
    suite: GoldenSuite,
    *,
    corpus: Corpus | None = None,
    queries: Queries | None = None,
    qrels: Qrels | None = None,
) -> BoundSuite:
    """The suite with the texts and judgements that its file leaves to the collection."""
    problems: dict[str, str] = {}
    texts: dict[str, str] = {}
    grades: dict[str, Mapping[str, float]] = {}
    for query in suite.queries:
        where = f"{suite.path.name}:{query.line}: golden query {query.query_id!r}"
        try:
            texts[query.query_id] = _text(query, queries)
            judged = _grades(query, qrels)
            _check_labels(query, judged, corpus)
        except DataError as error:
            problems[query.query_id] = f"{where}: {error}"
            continue
        if judged:
            grades[query.query_id] = judged
    return BoundSuite(suite, corpus, Queries.from_dict(texts), Qrels.from_dict(grades), problems)


def _text(query: GoldenQuery, queries: Queries | None) -> str:
    known = queries[query.query_id] if queries and query.query_id in queries else None
    if query.text is None and known is None:
        raise DataError("it has no 'text', and the collection has no query of this id")
    if query.text is not None and known is not None and query.text.split() != known.split():
        raise DataError(f"its text differs from the collection's, which is {known!r}")
    return query.text or known or ""


def _grades(query: GoldenQuery, qrels: Qrels | None) -> Mapping[str, float]:
    known = qrels[query.query_id] if qrels and query.query_id in qrels else {}
    if query.relevant is not None:
        if known and known != query.relevant:
            raise DataError("'relevant' contradicts the collection's judgements; keep one of them")
        return query.relevant
    if known and not any(grade >= 1 for grade in known.values()):
        raise DataError("it is judged, but no document has a grade of 1 or more")
    return known


def _check_labels(query: GoldenQuery, judged: Mapping[str, float], corpus: Corpus | None) -> None:
    if corpus is None:
        return
    named = dict.fromkeys([*query.expect.documents, *judged])
    stale = [doc_id for doc_id in named if doc_id not in corpus]
    if stale:
        doc_id = stale[0]
        role = "named in 'expect'" if doc_id in query.expect.documents else "judged"
        if doc_id in judged:
            role += f", grade {judged[doc_id]:g}"
        more = f" (and {len(stale) - 1} more documents)" if len(stale) > 1 else ""
        near = did_you_mean(doc_id, corpus) if len(corpus) <= 10_000 else ""
        hint = f"; {near}" if near.startswith("did") else ""
        raise DataError(
            f"document {doc_id!r} ({role}){more} is not in the corpus of {len(corpus)} documents:"
            f" stale label{hint}\n  restore the document, or correct the golden file and judgements"
        )
