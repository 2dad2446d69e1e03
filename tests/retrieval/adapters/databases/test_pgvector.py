"""pgvector in a real PostgreSQL."""

import math
import re

import pytest

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.errors import SettingsError
from retrieval_checks.retrieval.adapters.databases.encoded import Distance
from retrieval_checks.retrieval.adapters.databases.pgvector import PgVectorRetriever
from retrieval_checks.retrieval.adapters.hits import SearchError
from retrieval_checks.retrieval.dense import DenseRetriever
from retrieval_checks.retrieval.inspection.description import describe
from retrieval_checks.retrieval.protocols import Retriever
from tests.retrieval.adapters.databases.conftest import CORPUS, QUERIES
from tests.retrieval.conftest import TableEncoder

psycopg = pytest.importorskip("psycopg")


def _execute(dsn: str, *statements: str) -> None:
    with psycopg.connect(dsn) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize(
    ("distance", "scores"),
    [
        ("cosine", {"d3": 1.0, "d2": 0.6, "d1": 0.0}),
        ("dot", {"d3": 5.0, "d2": 3.0, "d1": 0.0}),
        ("l2", {"d1": -math.sqrt(2), "d3": -4.0, "d2": -math.sqrt(20)}),
    ],
)
def test_scores_of_every_distance_are_higher_for_what_is_nearer(
    database: str, encoder: TableEncoder, distance: Distance, scores: dict[str, float]
) -> None:
    retriever = PgVectorRetriever(database, "documents", encoder, distance=distance)
    retriever.index(CORPUS)
    run = retriever.retrieve(QUERIES, 3)
    assert run.ranking("q1") == tuple(scores)
    assert run["q1"] == pytest.approx(scores)
    assert isinstance(retriever, Retriever)


def test_the_distance_is_the_models_own(database: str) -> None:
    encoder = TableEncoder({"east": [1, 0], "far east": [5, 0]}, "dot")
    retriever = PgVectorRetriever(database, "documents", encoder)
    retriever.index(Corpus.from_dict({"d3": "far east"}))
    assert retriever.retrieve(QUERIES, 3).to_dict() == {"q1": {"d3": 5.0}}


def test_it_agrees_with_exact_search(
    database: str, random_texts: tuple[Corpus, Queries, TableEncoder]
) -> None:
    corpus, queries, encoder = random_texts
    retriever = PgVectorRetriever(database, "documents", encoder)
    retriever.index(corpus)
    run = retriever.retrieve(queries, 50)
    exact = DenseRetriever(corpus, encoder).retrieve(queries, 50)
    assert {q: run.ranking(q) for q in run} == {q: exact.ranking(q) for q in exact}
    for query_id in queries:
        assert run[query_id] == pytest.approx(exact[query_id], abs=1e-6)


def test_a_table_of_ones_own_with_schema_numbers_and_chunks(
    database: str, encoder: TableEncoder
) -> None:
    _execute(
        database,
        'CREATE SCHEMA "Search"',
        'CREATE TABLE "Search"."Chunks" (document int, "the vector" halfvec(2))',
        """INSERT INTO "Search"."Chunks" VALUES (7, '[1,0]'), (7, '[2,0]'), (8, '[0,3]'),"""
        " (9, NULL)",
    )
    retriever = PgVectorRetriever(
        database,
        "Search.Chunks",
        encoder,
        id_column="document",
        vector_column="the vector",
        doc_id_of=str,
        name="chunks",
    )
    run = retriever.retrieve(QUERIES, 2)
    assert run.to_dict() == {"q1": {"7": 1.0, "8": 0.0}}
    assert run.name == "chunks"


def test_an_index_that_stops_early_is_an_error_and_told_how_to_go_on(
    database: str, random_texts: tuple[Corpus, Queries, TableEncoder]
) -> None:
    corpus, queries, encoder = random_texts
    PgVectorRetriever(database, "documents", encoder).index(corpus)
    _execute(database, "CREATE INDEX ON documents USING hnsw (embedding vector_cosine_ops)")
    by_index: dict[str, str | int | float] = {"enable_seqscan": "off", "hnsw.ef_search": 40}
    with pytest.raises(
        SearchError,
        match=r"query 'q0': 40 of 60 hits, though there are 120 .*'hnsw.ef_search': 200",
    ):
        PgVectorRetriever(database, "documents", encoder, settings=by_index).retrieve(queries, 60)
    further = {**by_index, "hnsw.ef_search": 200}
    retriever = PgVectorRetriever(database, "documents", encoder, settings=further)
    run = retriever.retrieve(queries, 60)
    assert [len(run[query_id]) for query_id in queries] == [60] * 20


def test_a_table_with_fewer_rows_than_asked_for_is_no_error(
    database: str, encoder: TableEncoder
) -> None:
    retriever = PgVectorRetriever(database, "documents", encoder)
    retriever.index(CORPUS)
    _execute(database, "DELETE FROM documents")
    assert retriever.retrieve(QUERIES, 3).to_dict() == {"q1": {}}


def test_names_are_quoted(database: str, encoder: TableEncoder) -> None:
    retriever = PgVectorRetriever(
        database, 'd"; DROP TABLE x; --', encoder, id_column='i"d', vector_column="v%s {table}"
    )
    retriever.index(CORPUS)
    assert retriever.retrieve(QUERIES, 1).ranking("q1") == ("d3",)


def test_nothing_can_be_written_while_searching(database: str, encoder: TableEncoder) -> None:
    _execute(
        database,
        "CREATE TABLE seen (n int)",
        """CREATE FUNCTION note() RETURNS text AS
           'INSERT INTO seen VALUES (1) RETURNING n::text' LANGUAGE sql""",
        "CREATE VIEW documents AS SELECT note() AS doc_id, '[1,0]'::vector AS embedding",
    )
    with pytest.raises(SearchError, match="query 'q1' failed: ReadOnlySqlTransaction"):
        PgVectorRetriever(database, "documents", encoder).retrieve(QUERIES, 1)


def test_an_existing_table_is_left_as_it_is(database: str, encoder: TableEncoder) -> None:
    retriever = PgVectorRetriever(database, "documents", encoder)
    retriever.index(CORPUS)
    with pytest.raises(SearchError, match=r"table 'documents': .*already exists"):
        retriever.index(Corpus.from_dict({"d9": "east"}))
    assert retriever.retrieve(QUERIES, 1).ranking("q1") == ("d3",)


def test_a_database_without_the_extension_is_told_apart(
    plain_database: str, encoder: TableEncoder
) -> None:
    with pytest.raises(SearchError, match=r'type "vector" does not exist.*; run CREATE EXTENSION'):
        PgVectorRetriever(plain_database, "documents", encoder).index(CORPUS)


def test_a_missing_table_is_an_error_that_names_the_query(
    database: str, encoder: TableEncoder
) -> None:
    with pytest.raises(SearchError, match=r"pgvector: query 'q1' failed: .*\"documents\" does not"):
        PgVectorRetriever(database, "documents", encoder).retrieve(QUERIES, 1)


@pytest.mark.parametrize(
    ("setting", "value"), [("enable_seqscam", "off"), ("enable_seqscan", "perhaps")]
)
def test_a_setting_that_the_server_refuses_is_an_error_that_names_it(
    database: str, encoder: TableEncoder, setting: str, value: str
) -> None:
    retriever = PgVectorRetriever(database, "documents", encoder, settings={setting: value})
    with pytest.raises(SearchError, match=f"pgvector: setting '{setting}': "):
        retriever.retrieve(QUERIES, 1)


def test_vectors_of_another_size_are_an_error(database: str, encoder: TableEncoder) -> None:
    PgVectorRetriever(database, "documents", encoder).index(CORPUS)
    other = TableEncoder({"east": [1, 0, 0]})
    with pytest.raises(
        SearchError, match=r"query 'q1' failed: .*different vector dimensions 2 and"
    ):
        PgVectorRetriever(database, "documents", other).retrieve(QUERIES, 1)


def test_a_server_that_is_not_there_is_an_error(encoder: TableEncoder) -> None:
    retriever = PgVectorRetriever("host=/nowhere user=me password=s3cret", "documents", encoder)
    with pytest.raises(SearchError, match="pgvector: no connection: ") as raised:
        retriever.retrieve(QUERIES, 1)
    assert "s3cret" not in f"{raised.value} {retriever!r}"


@pytest.mark.parametrize("dsn", ["s3cret", "postgresql://me:s3cret/x@host/db"])
def test_a_connection_string_that_cannot_be_read_is_refused_and_not_shown(
    dsn: str, encoder: TableEncoder
) -> None:
    with pytest.raises(SettingsError, match="the connection string cannot be read") as raised:
        PgVectorRetriever(dsn, "documents", encoder)
    assert "s3cret" not in str(raised.value)
    assert raised.value.__suppress_context__


def test_its_description_changes_with_its_settings(encoder: TableEncoder) -> None:
    plain = PgVectorRetriever("", "documents", encoder)
    same = PgVectorRetriever("host=elsewhere", "documents", encoder)
    deeper = PgVectorRetriever("", "documents", encoder, settings={"hnsw.ef_search": 200})
    assert describe(plain) == describe(same) != describe(deeper)
    assert re.fullmatch("PgVectorRetriever [0-9a-f]{12}", describe(plain))
