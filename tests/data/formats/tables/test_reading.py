"""What a table holds: documents, queries, judgements and rankings."""

import re
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from retrieval_checks.data.collection import Collection
from retrieval_checks.data.formats.tables.reading import (
    read_table_corpus,
    read_table_qrels,
    read_table_queries,
    read_table_run,
)
from retrieval_checks.errors import DataError
from tests.data.formats.conftest import MakeFile
from tests.data.formats.example import assert_is_example, judgements, rows


def frames() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    return (
        pd.DataFrame(rows("corpus.jsonl")),
        pd.DataFrame(rows("queries.jsonl")),
        pd.DataFrame(judgements()),
    )


def collection(corpus: object, queries: object, qrels: object) -> Collection:
    read = (read_table_corpus(corpus), read_table_queries(queries), read_table_qrels(qrels))
    return Collection(*read)


def test_the_example_is_the_same_from_frames() -> None:
    assert_is_example(collection(*frames()))


def test_the_example_is_the_same_from_parquet_and_csv(make_file: MakeFile) -> None:
    parquet, csv = [], []
    for name, frame in zip(("corpus", "queries", "qrels"), frames(), strict=True):
        parquet.append(make_file(f"{name}.parquet", b""))
        frame.to_parquet(parquet[-1])
        csv.append(make_file(f"{name}.csv", b""))
        frame.drop(columns="metadata", errors="ignore").to_csv(csv[-1], index=False)
    assert_is_example(collection(*parquet))
    assert_is_example(collection(*csv), tags=False)


def test_columns_of_any_name_are_read_where_it_is_told() -> None:
    frame = pd.DataFrame({"pk": [3, 4], "de": ["Hund", "Katze"], "k": ["A", None], "text": [1, 2]})
    corpus = read_table_corpus(frame, columns={"doc_id": "pk", "text": "de", "title": "k"})
    assert [corpus[doc_id].content for doc_id in corpus] == ["A Hund", "Katze"]
    assert corpus.doc_ids == ("3", "4")
    queries = read_table_queries(frame, columns={"query_id": "pk", "text": "de"})
    assert dict(zip(queries.query_ids, queries.texts, strict=True)) == {"3": "Hund", "4": "Katze"}


def test_tags_and_metadata_are_kept() -> None:
    table = pa.table(
        {
            "id": ["q1", "q2", "q3"],
            "text": ["a", "b", "c"],
            "tags": [["x", "y"], None, []],
            "metadata": [{"lang": "de", "n": 1}, {"lang": None, "n": 2}, None],
        }
    )
    queries = read_table_queries(table)
    assert queries.tags("q1") == ("x", "y")
    assert queries.attribute("lang") == {"q1": "de"}
    assert queries.attribute("n") == {"q1": 1, "q2": 2}
    assert queries.tags("q2") == queries.tags("q3") == ()
    documents = read_table_corpus(table.drop_columns("tags"))
    assert documents["q2"].metadata == {"n": 2}


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"tags": [["x"], ["x", 1]]}, "the DataFrame: column 'tags' cannot be read"),
        ({"tags": [[], [1]]}, "the DataFrame: row 2: 'tags' is [1]; write a list of strings"),
        ({"metadata": [None, {"tags": "x"}]}, "row 2: 'tags' is 'x'; write a list of strings"),
        ({"metadata": [[1], [2]]}, "row 1: 'metadata' is a list; give a mapping"),
        (
            {"tags": ["x", "y"]},
            "the tags in column 'tags' are strings; a text file cannot hold the",
        ),
        (
            {"tags": [["x"], ["x"]], "metadata": [None, {"tags": ["y"]}]},
            "row 2: 'tags' and the tags in 'metadata' differ; keep one of them",
        ),
    ],
)
def test_metadata_of_another_form_is_refused(columns: dict[str, Any], message: str) -> None:
    frame = pd.DataFrame({"query_id": ["a", "b"], "text": ["x", "y"], **columns})
    with pytest.raises(DataError, match=re.escape(message)):
        read_table_queries(frame)


def test_a_blank_query_is_refused_with_its_row(make_file: MakeFile) -> None:
    path = make_file("q.csv", "id,text\nq1,x\n\nq2, \n")
    with pytest.raises(DataError, match=r"q\.csv:4: query 'q2' has no text; write one or drop the"):
        read_table_queries(path)


def test_judgements_and_runs_are_grouped_by_query() -> None:
    frame = pd.DataFrame(
        {
            "query_id": ["q2", "q1", "q2"],
            "doc_id": [7, 8, 9],
            "grade": [1, 0, 2],
            "score": [0.1, float("inf"), 0.3],
        }
    )
    qrels, run = read_table_qrels(frame), read_table_run(frame, name="mine")
    assert qrels.to_dict() == {"q2": {"7": 1.0, "9": 2.0}, "q1": {"8": 0.0}}
    assert qrels.query_ids == ("q2", "q1")
    assert run.to_dict() == {"q2": {"9": 0.3, "7": 0.1}, "q1": {"8": float("inf")}}
    assert (run.name, read_table_run(frame).name) == ("mine", "run")


def test_a_run_is_called_like_its_file(make_file: MakeFile) -> None:
    path = make_file("bm25_k1.2.tsv", "query_id\tdoc_id\tscore\nq1\td1\t0.5\n")
    assert read_table_run(path).name == "bm25_k1.2"
    assert read_table_run(path, name="x").to_dict() == {"q1": {"d1": 0.5}}


PAIRS = {"query_id": ["q1", "q1", "q1"], "doc_id": ["a", "b", "a"]}


def test_a_pair_twice_is_refused_with_both_rows(make_file: MakeFile) -> None:
    frame = pd.DataFrame({**PAIRS, "grade": [1, 2, 3], "score": [1, 2, 3]})
    message = "the DataFrame: row 3: document 'a' for query 'q1' is judged already, in row 1 (grade"
    with pytest.raises(DataError, match=re.escape(message)):
        read_table_qrels(frame)
    message = "document 'a' for query 'q1' is in the ranking already, in row 1 (score 1 there, 3 he"
    with pytest.raises(DataError, match=re.escape(message)):
        read_table_run(frame)
    text = "query_id,doc_id,grade\nq1,a,1\n\nq1,a,1\n"
    message = r"j\.csv:4: document 'a' for query 'q1' is judged already, in line 2 .* of the lines$"
    with pytest.raises(DataError, match=message):
        read_table_qrels(make_file("j.csv", text))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            float("nan"),
            "the table: row 2: score 'nan' of document 'b' for query 'q1' is not a number",
        ),
        (None, "the table: row 2: no score in column 'score'; give one or drop the row"),
    ],
)
def test_a_score_that_is_no_number_is_refused(value: float | None, message: str) -> None:
    with pytest.raises(DataError, match=re.escape(message)):
        read_table_run(pa.table({**PAIRS, "score": [1.0, value, 2.0]}))


def test_a_grade_that_is_not_finite_is_refused() -> None:
    table = pa.table({**PAIRS, "grade": [1.0, float("inf"), 2.0]})
    message = "the table: row 2: grade 'inf' of document 'b' for query 'q1' is not finite"
    with pytest.raises(DataError, match=re.escape(message)):
        read_table_qrels(table)


def test_no_judgement_is_refused_and_an_empty_run_is_a_run() -> None:
    table = pa.table({"query_id": pa.array([], pa.string()), "doc_id": pa.array([], pa.string())})
    numbers = pa.array([], pa.float64())
    with pytest.raises(DataError, match="the table: no judgements; give at least one"):
        read_table_qrels(table.append_column("grade", numbers))
    assert len(read_table_run(table.append_column("score", numbers))) == 0


def test_ids_of_pandas_that_became_floats_are_refused() -> None:
    frame = pd.DataFrame({"query_id": ["a", "b"], "doc_id": [1.0, 2.0], "grade": [1, 1]})
    message = "the document ids in column 'doc_id' are a float, often made of whole numbers by a mi"
    with pytest.raises(DataError, match=re.escape(message)):
        read_table_qrels(frame)
