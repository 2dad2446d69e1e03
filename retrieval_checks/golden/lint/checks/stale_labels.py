"""Stale labels: judged or expected documents that the corpus does not have, or has no text of."""

from retrieval_checks.data.corpus import Corpus
from retrieval_checks.errors import listed
from retrieval_checks.golden.lint.finding import Finding
from retrieval_checks.golden.lint.subject import LintSubject
from retrieval_checks.golden.suite import GoldenQuery
from retrieval_checks.judgement.explain.wording import counted, near_names

MANY = 0.2  # share of all labels; beyond it nobody has dropped single documents
SEVERAL = 3  # labels; one or two are misspelt


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
    many = n_stale >= SEVERAL and n_stale > MANY * n_labels
    found = [
        _stale(subject, query, stale[query.query_id], subject.corpus, hint=not many)
        for query in subject.queries
        if stale[query.query_id]
    ]
    return [_rechunked(subject, stale, n_labels, subject.corpus), *found] if many else found


def find_empty_documents(subject: LintSubject) -> list[Finding]:
    """A finding a query that wants a document without text, one for all other such documents."""
    corpus = subject.corpus
    if corpus is None:
        return []
    contents = zip(corpus.doc_ids, corpus.contents, strict=True)
    empty = {doc_id for doc_id, content in contents if not content.strip()}
    found, wanted = [], set()
    for query in subject.queries:
        labels = [*query.expect.within, *subject.relevant(query.query_id)]
        if missed := [doc_id for doc_id in dict.fromkeys(labels) if doc_id in empty]:
            wanted.update(missed)
            found.append(_textless(subject, query, missed))
    rest = [doc_id for doc_id in corpus.doc_ids if doc_id in empty - wanted]
    return [*found, *([_textless_rest(subject, rest)] if rest else [])]


def _textless(subject: LintSubject, query: GoldenQuery, missed: list[str]) -> Finding:
    return Finding(
        "warning",
        "empty-document",
        subject.where(query.line),
        f"query {query.query_id!r} wants {listed(missed)}, of which the corpus has neither title"
        " nor text: nothing can find it but by chance",
        "give the document its text, or drop it from the corpus and the judgements",
    )


def _textless_rest(subject: LintSubject, doc_ids: list[str]) -> Finding:
    verb = "has" if len(doc_ids) == 1 else "have"
    return Finding(
        "note",
        "empty-documents",
        subject.where(1),
        f"{counted(len(doc_ids), 'document')} of {len(subject.corpus or ())} {verb} neither title"
        f" nor text: {listed(doc_ids)}; no query of this file wants them",
        "models rank an empty text somewhere all the same: look at how the corpus was made",
    )


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
