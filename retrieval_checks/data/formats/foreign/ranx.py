"""ranx: its `Run` and `Qrels` into ours, and ours into its."""

from typing import Any

from retrieval_checks.data.formats.foreign.whole_grades import whole_grades
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, MissingDependencyError


def run_from_ranx(run: Any, *, name: str | None = None) -> Run:
    """The run in a `ranx.Run`, under its name.

    Raises:
        DataError: no `ranx.Run`; what `Run.from_dict` refuses.

    >>> from types import SimpleNamespace as Like
    >>> run_from_ranx(Like(run={"q1": {"d1": 0.5}}, name="bm25")).name
    'bm25'
    """
    scores = _table(run, "run")
    return Run.from_dict(scores, name=name or run.name or "run")


def qrels_from_ranx(qrels: Any) -> Qrels:
    """The judgements in a `ranx.Qrels`.

    Raises:
        DataError: no `ranx.Qrels`; what `Qrels.from_dict` refuses.

    >>> from types import SimpleNamespace as Like
    >>> qrels_from_ranx(Like(qrels={"q1": {"d1": 2}})).to_dict()
    {'q1': {'d1': 2.0}}
    """
    return Qrels.from_dict(_table(qrels, "qrels"))


def run_to_ranx(run: Run) -> Any:
    """A `ranx.Run` with the same scores and name.

    Raises:
        DataError: a query with an empty ranking, which ranx cannot hold.
        MissingDependencyError: ranx is not installed.

    >>> run_to_ranx(Run.from_ids({"q1": []}))
    Traceback (most recent call last):
    ...
    retrieval_checks.errors.DataError: query 'q1' has an empty ranking, which ranx cannot hold; ...
    """
    _refuse_empty(run.to_dict(), "an empty ranking")
    return _library().Run(run.to_dict(), name=run.name)


def qrels_to_ranx(qrels: Qrels) -> Any:
    """A `ranx.Qrels` with the same grades.

    Raises:
        DataError: a grade that is no whole number, which ranx would cut off; subtopics; a query
            without judgements.
        MissingDependencyError: ranx is not installed.

    >>> qrels_to_ranx(Qrels.from_dict({"q1": {"d1": 0.5}}))
    Traceback (most recent call last):
    ...
    retrieval_checks.errors.DataError: grade 0.5 of document 'd1' for query 'q1' is no whole ...
    """
    grades = whole_grades(qrels)
    _refuse_empty(grades, "no judgements")
    return _library().Qrels(grades)


def _table(source: Any, attribute: str) -> dict[str, dict[str, float]]:
    """Plain dicts out of its typed ones, which only look like mappings."""
    table = getattr(source, attribute, None)
    if table is None:
        raise DataError(
            f"a ranx.{attribute.capitalize()} is needed, got {type(source).__name__};"
            f" dicts are read by {attribute.capitalize()}.from_dict"
        )
    return {str(query_id): dict(row.items()) for query_id, row in table.items()}


def _refuse_empty(table: dict[str, Any], lack: str) -> None:
    for query_id, row in table.items():
        if not row:
            raise DataError(
                f"query {query_id!r} has {lack}, which ranx cannot hold; leave it out with select()"
            )


def _library() -> Any:
    try:
        import ranx
    except ImportError as error:
        raise MissingDependencyError(
            f"ranx is not installed ({error}): pip install ranx"
        ) from error
    return ranx
