"""Stale labels: judged or expected documents that the corpus does not have."""

from retrieval_checks.data.corpus import Corpus
from retrieval_checks.errors import listed
from retrieval_checks.golden.lint.finding import Finding
from retrieval_checks.golden.lint.subject import LintSubject
from retrieval_checks.golden.suite import GoldenQuery
from retrieval_checks.judgement.explain.wording import counted, near_names

MANY = 0.2  # share of all labels; beyond it nobody has dropped single documents


def find_stale_labels(subject: LintSubject) -> list[Finding]:
    """A finding a query with labels that the corpus lacks, and one more where they are many."""
    if subject.corpus is None:
        return []
    labels = {query.query_id: _labels(subject, query) for query in subject.queries}
    stale = {
        query_id: [doc_id for doc_id in named if doc_id not in subject.corpus]
        for query_id, named in labels.items()
    }
    n_labels, n_stale = sum(map(len, labels.values())), sum(map(len, stale.values()))
    many = n_stale > MANY * n_labels
    found = [
        _stale(subject, query, stale[query.query_id], subject.corpus, hint=not many)
        for query in subject.queries
        if stale[query.query_id]
    ]
    return [_rechunked(subject, stale, n_labels, subject.corpus), *found] if many else found


def _labels(subject: LintSubject, query: GoldenQuery) -> list[str]:
    return list(dict.fromkeys([*query.expect.documents, *subject.grades(query.query_id)]))


def _stale(
    subject: LintSubject, query: GoldenQuery, stale: list[str], corpus: Corpus, *, hint: bool
) -> Finding:
    near = near_names(stale[0], corpus.doc_ids) if hint else ""
    verb = "is" if len(stale) == 1 else "are"
    return Finding(
        "error",
        "stale-label",
        subject.where(query.line),
        f"{counted(len(stale), 'document')} of query {query.query_id!r} {verb} not in the corpus of"
        f" {counted(len(corpus), 'document')}: {listed(stale)}{near}",
        "restore the document, or correct the golden file and the judgements; until then the query"
        " cannot be judged",
    )


def _rechunked(
    subject: LintSubject, stale: dict[str, list[str]], n_labels: int, corpus: Corpus
) -> Finding:
    every = [doc_id for named in stale.values() for doc_id in named]
    return Finding(
        "error",
        "corpus-rechunked",
        subject.where(1),
        f"the corpus was re-chunked or renamed: {len(every)} of {n_labels} labels name documents"
        f" that it lacks, {every[0]!r} for one{near_names(every[0], corpus.doc_ids)}",
        "map the old document ids to the new ones in the golden file and the judgements, or point"
        " 'collection' at the corpus that was judged",
    )
