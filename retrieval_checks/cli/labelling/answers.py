"""Judgements that came from elsewhere, one JSON object a line, taken in together."""

from collections.abc import Sequence
from pathlib import Path

from retrieval_checks.cli.labelling.judged_file import JudgedFile
from retrieval_checks.data.collection import Collection
from retrieval_checks.data.formats.objects import JsonLine, json_lines


def take_answers(
    path: Path, file: JudgedFile, grades: Sequence[float], texts: Collection | None = None
) -> int:
    """How many judgements were new; those that stand in the file already change nothing.

    Every line is looked at before any is written.

    Args:
        path: of objects with `query_id`, `doc_id` and `grade`; others of their keys are not read.
        file: where they are added.
        grades: the ones that may be given.
        texts: what queries and documents must be in, where it is known.

    Raises:
        DataError: with file and line: no such object, another grade, an id that the collection
            lacks, a pair that is judged otherwise, in the file or in a line before.
    """
    new: dict[tuple[str, str], float] = {}
    for line in json_lines(path):
        pair = line.id("query_id", kind="query"), line.id("doc_id", kind="document")
        if texts is not None:
            _check_known(line, pair, texts)
        grade = _grade(line, grades)
        known = new.get(pair, file.grade(*pair))
        if known is not None and known != grade:
            raise line.error(
                f"document {pair[1]!r} for query {pair[0]!r} has grade {known:g} already, here it"
                f" is {grade:g}; keep one of them"
            )
        if known is None:
            new[pair] = grade
    file.add_all([(*pair, grade) for pair, grade in new.items()])
    return len(new)


def _check_known(line: JsonLine, pair: tuple[str, str], texts: Collection) -> None:
    query_id, doc_id = pair
    if query_id not in texts.queries:
        raise line.error(f"query {query_id!r} is not in the collection")
    if doc_id not in texts.corpus:
        raise line.error(f"document {doc_id!r} is not in the collection")


def _grade(line: JsonLine, grades: Sequence[float]) -> float:
    grade = line.number("grade")
    if grade not in grades:
        allowed = ", ".join(f"{each:g}" for each in grades)
        raise line.error(f"grade {grade:g} is none of {allowed}; --grades says which there are")
    return grade
