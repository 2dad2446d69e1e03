"""One query's ranking beside a reference: what moved, what entered, what left."""

from retrieval_checks.data.collection import Corpus
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError
from retrieval_checks.judgement.explain.columns import id_cell, id_column, snippet, with_snippet


def movement_table(
    run: Run,
    reference: Run,
    query_id: str,
    *,
    corpus: Corpus | None = None,
    k: int = 10,
    width: int = 100,
) -> str:
    """The top k of one query, with where each document stood before, then those that left it.

    Raises:
        DataError: the query is not in both runs; k is below 1.

    >>> before, now = Run.from_ids({"q1": ["a", "b", "c"]}), Run.from_ids({"q1": ["b", "d", "a"]})
    >>> print(movement_table(now, before, "q1", k=2))
      #2 moved to #1  b
      new at #2       d
      #1 moved to #3  a
    """
    if k < 1:
        raise DataError(f"k must be at least 1, got {k}")
    after, before = run.ranking(query_id), reference.ranking(query_id)
    old = {doc_id: rank for rank, doc_id in enumerate(before, start=1)}
    new = {doc_id: rank for rank, doc_id in enumerate(after, start=1)}
    left = [doc_id for doc_id in before[:k] if doc_id not in after[:k]]
    shown = [*after[:k], *left]
    if not shown:
        return "Both rankings are empty."
    moves = [_move(old.get(doc_id), new.get(doc_id)) for doc_id in shown]
    move_width = max(map(len, moves))
    id_width = id_column(shown, width)
    return "\n".join(
        with_snippet(
            f"  {move:<{move_width}}  {id_cell(doc_id, id_width)}", snippet(doc_id, corpus), width
        )
        for move, doc_id in zip(moves, shown, strict=True)
    )


def _move(before: int | None, now: int | None) -> str:
    if before is None:
        return f"new at #{now}"
    if now is None:
        return f"#{before} is gone"
    return f"#{before} stayed" if before == now else f"#{before} moved to #{now}"
