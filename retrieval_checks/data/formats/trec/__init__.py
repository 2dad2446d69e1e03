"""TREC files: runs of six columns, judgements (qrels) of four."""

from retrieval_checks.data.formats.trec.reading import read_trec_qrels, read_trec_run, run_name
from retrieval_checks.data.formats.trec.writing import (
    check_column,
    check_no_empty_row,
    check_no_subtopics,
    grade_text,
    write_trec_qrels,
    write_trec_run,
)

__all__ = [
    "check_column",
    "check_no_empty_row",
    "check_no_subtopics",
    "grade_text",
    "read_trec_qrels",
    "read_trec_run",
    "run_name",
    "write_trec_qrels",
    "write_trec_run",
]
