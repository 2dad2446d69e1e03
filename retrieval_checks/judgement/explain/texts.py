"""The texts of queries and documents, wrapped: what a reader needs to say who is right."""

from collections.abc import Sequence

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.judgement.explain.wording import plain, wrapped


def query_line(query_id: str, queries: Queries | None = None, *, width: int = 100) -> str:
    """`query 'q1': its text`, wrapped to four lines; the id alone where the text is not known.

    >>> query_line("q1", Queries.from_dict({"q1": "what purrs?"}))
    "query 'q1': what purrs?"
    """
    if queries is None or query_id not in queries:
        return f"query {query_id!r}"
    return wrapped(f"query {query_id!r}: {plain(queries[query_id])}", width, lines=4)


def document_lines(
    doc_ids: Sequence[str], corpus: Corpus | None = None, *, width: int = 100
) -> str:
    """Each document's title and text, wrapped to three lines; empty where the texts are not known.

    >>> document_lines(["d1"], Corpus.from_dict({"d1": "Cats purr."}))
    "'d1': Cats purr."
    """
    if corpus is None:
        return ""
    return "\n".join(
        wrapped(f"{doc_id!r}: {plain(corpus[doc_id].content)}", width, lines=3)
        for doc_id in doc_ids
        if doc_id in corpus
    )
