"""`whole_grades`: judgements as pytrec_eval and ranx take them."""

from retrieval_checks.data.formats.trec import check_no_subtopics
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.errors import DataError


def whole_grades(qrels: Qrels) -> dict[str, dict[str, int]]:
    """`{query_id: {doc_id: grade}}` with grades as `int`, for pytrec_eval and ranx.

    Their runs are `run.to_dict()`; what they hold is read by `Qrels.from_dict` and `Run.from_dict`.

    Raises:
        DataError: a grade that is no whole number, which both would refuse or cut off; subtopics.

    >>> whole_grades(Qrels.from_dict({"q1": {"d1": 2.0}}))
    {'q1': {'d1': 2}}
    """
    check_no_subtopics(qrels, "a dict of whole grades")
    return {
        query_id: {doc_id: _whole(grade, doc_id, query_id) for doc_id, grade in row.items()}
        for query_id, row in qrels.to_dict().items()
    }


def _whole(grade: float, doc_id: str, query_id: str) -> int:
    if not grade.is_integer():
        raise DataError(
            f"grade {grade:g} of document {doc_id!r} for query {query_id!r} is no whole number,"
            " as pytrec_eval and ranx need them; scale the grades"
        )
    return int(grade)
