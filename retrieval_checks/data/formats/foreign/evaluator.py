"""The collection that an `InformationRetrievalEvaluator` of sentence-transformers holds."""

from typing import Any

from retrieval_checks.data.collection import Collection
from retrieval_checks.errors import DataError

_PARTS = ("queries_ids", "queries", "corpus_ids", "corpus", "relevant_docs")


def collection_from_evaluator(evaluator: Any) -> Collection:
    """The collection in an `InformationRetrievalEvaluator`, or its sparse or multi-vector kin.

    The evaluator has dropped the queries without relevant documents; every relevant document has
    grade 1. Its inputs as dicts are read by `Collection.from_dicts(corpus, queries,
    relevant_docs)`.

    Raises:
        DataError: no such evaluator; an id twice; relevant documents of a query that it lacks.

    >>> from types import SimpleNamespace as Like
    >>> evaluator = Like(queries_ids=["q1"], queries=["who purrs?"], corpus_ids=["d1"],
    ...                  corpus=["Cats purr."], relevant_docs={"q1": {"d1"}}, name="cats")
    >>> collection_from_evaluator(evaluator).qrels.to_dict()
    {'q1': {'d1': 1.0}}
    """
    if not all(hasattr(evaluator, part) for part in _PARTS):
        raise DataError(
            f"an InformationRetrievalEvaluator is needed, got {type(evaluator).__name__}; dicts are"
            " read by Collection.from_dicts(corpus, queries, relevant_docs)"
        )
    return Collection.from_dicts(
        dict(zip(evaluator.corpus_ids, evaluator.corpus, strict=True)),
        dict(zip(evaluator.queries_ids, evaluator.queries, strict=True)),
        evaluator.relevant_docs,
        name=getattr(evaluator, "name", "") or "collection",
    )
