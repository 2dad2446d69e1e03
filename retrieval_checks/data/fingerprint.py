"""`fingerprint`: a digest by which two corpora, query sets, judgements or runs are the same."""

import hashlib
import struct
from collections.abc import Iterable
from itertools import islice

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError


def fingerprint(value: Corpus | Queries | Qrels | Run) -> str:
    """The SHA-256 digest of the content, 64 hexadecimal digits; a prefix will do for display.

    Two values with the same content have the same fingerprint on every platform, whatever their
    order and the layout of their vocabularies. Content is, for a corpus, each document's id, title
    and text; for queries, each id and text; for judgements, each (query, document, grade), each
    document's grades by subtopic if they have subtopics, and which queries stand there; for a run,
    each query's ranking with its scores. Row order means nothing, the order within a ranking does.
    Metadata and names of corpora and runs are not content.

    Raises:
        DataError: a value of another type.

    >>> from retrieval_checks.data.collection import Queries
    >>> one = Queries.from_dict({"q1": "what purrs?", "q2": "what barks?"})
    >>> other = Queries.from_dict({"q2": "what barks?", "q1": "what purrs?"})
    >>> fingerprint(one) == fingerprint(other)
    True
    """
    digest = hashlib.sha256()
    for part in _parts(value):
        digest.update(part)
    return digest.hexdigest()


def _parts(value: Corpus | Queries | Qrels | Run) -> Iterable[bytes]:
    # The kind and the format's number come first: an empty corpus is not an empty run.
    # Nor are judgements with subtopics ones without, whatever follows.
    aspects = isinstance(value, Qrels) and value.subtopics is not None
    kind = f"{type(value).__name__} with subtopics" if aspects else type(value).__name__
    yield _field(f"retrieval_checks {kind} 1")
    if isinstance(value, Corpus):
        columns = zip(value.doc_ids, value.titles, value.texts, strict=True)
        yield from (_field(text) for row in sorted(columns) for text in row)
    elif isinstance(value, Queries):
        pairs = zip(value.query_ids, value.texts, strict=True)
        yield from (_field(text) for row in sorted(pairs) for text in row)
    elif isinstance(value, Qrels):
        yield from _qrels_parts(value)
    elif isinstance(value, Run):
        yield from _run_parts(value)
    else:
        raise DataError(
            f"no fingerprint for {type(value).__name__}; give a Corpus, Queries, Qrels or Run"
        )


def _qrels_parts(qrels: Qrels) -> Iterable[bytes]:
    covered = _covered(qrels)
    for query_id in sorted(qrels):
        grades, subtopics = qrels[query_id], covered.get(query_id)
        yield _field(query_id) + _count(len(grades))
        for doc_id in sorted(grades):
            yield _field(doc_id) + _number(grades[doc_id])
            if subtopics is not None:
                yield _count(len(subtopics[doc_id]))
                yield from (_field(s) + _number(g) for s, g in sorted(subtopics[doc_id].items()))


def _covered(qrels: Qrels) -> dict[str, dict[str, dict[str, float]]]:
    """`{query_id: {doc_id: {subtopic: grade}}}`; empty without subtopics."""
    if qrels.subtopics is None:
        return {}
    rows, documents = qrels.subtopics.rows(), ((query_id, qrels[query_id]) for query_id in qrels)
    return {q: dict(zip(own, islice(rows, len(own)), strict=True)) for q, own in documents}


def _run_parts(run: Run) -> Iterable[bytes]:
    rows = {query_id: row for row, query_id in enumerate(run)}
    documents = [_field(doc_id) for doc_id in run.doc_ids]  # each is encoded once
    for query_id in sorted(rows):
        start, end = run.indptr[rows[query_id] : rows[query_id] + 2].tolist()
        yield _field(query_id) + _count(end - start)
        yield from (documents[doc] for doc in run.docs[start:end].tolist())
        yield (run.scores[start:end] + 0.0).astype(">f8").tobytes()  # + 0.0: -0.0 equals 0.0


def _field(text: str) -> bytes:
    # Its length before it: neighbouring fields cannot trade characters.
    data = text.encode("utf-8", "surrogatepass")
    return _count(len(data)) + data


def _count(number: int) -> bytes:
    return struct.pack(">q", number)


def _number(value: float) -> bytes:
    return struct.pack(">d", value + 0.0)
