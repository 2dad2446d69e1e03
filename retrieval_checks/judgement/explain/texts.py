"""The texts of queries and documents, wrapped: what a reader needs to say who is right."""

from collections.abc import Sequence

import numpy as np

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.errors import listed
from retrieval_checks.judgement.explain.wording import counted, plain, wrapped


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


def stale_line(qrels: Qrels, corpus: Corpus | None) -> str:
    """A line, its break before it, on judged documents that the corpus lacks; empty if none.

    >>> qrels = Qrels.from_dict({"q1": {"d1": 1, "d7": 1}})
    >>> print("found" + stale_line(qrels, Corpus.from_dict({"d1": "Cats purr."})))
    found
    1 judged document is not in the corpus: 'd7'
    """
    if corpus is None:
        return ""
    judged = (qrels.doc_ids[position] for position in np.unique(qrels.docs).tolist())
    absent = sorted(doc_id for doc_id in judged if doc_id not in corpus)
    if not absent:
        return ""
    verb = "is" if len(absent) == 1 else "are"
    return f"\n{counted(len(absent), 'judged document')} {verb} not in the corpus: {listed(absent)}"
