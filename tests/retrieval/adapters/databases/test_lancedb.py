"""LanceDB in a local folder."""

import re
from pathlib import Path
from typing import Any

import pytest

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.errors import SettingsError
from retrieval_checks.retrieval.adapters.databases.encoded import Distance
from retrieval_checks.retrieval.adapters.databases.lancedb import LanceDbRetriever
from retrieval_checks.retrieval.adapters.hits import SearchError
from retrieval_checks.retrieval.dense import DenseRetriever
from retrieval_checks.retrieval.inspection.description import describe
from retrieval_checks.retrieval.protocols import Retriever
from tests.retrieval.adapters.databases.conftest import CORPUS, QUERIES
from tests.retrieval.conftest import TableEncoder

lancedb = pytest.importorskip("lancedb")
import pyarrow as pa  # noqa: E402
from lancedb.index import IvfFlat  # noqa: E402


@pytest.fixture
def database(tmp_path: Path) -> Any:
    return lancedb.connect(tmp_path)


@pytest.mark.parametrize(
    ("distance", "scores"),
    [
        ("cosine", {"d3": 1.0, "d2": 0.6, "d1": 0.0}),
        ("dot", {"d3": 5.0, "d2": 3.0, "d1": 0.0}),
        ("l2", {"d1": -2.0, "d3": -16.0, "d2": -20.0}),
    ],
)
def test_scores_of_every_distance_are_higher_for_what_is_nearer(
    database: Any, encoder: TableEncoder, distance: Distance, scores: dict[str, float]
) -> None:
    retriever = LanceDbRetriever(database, "documents", encoder, distance=distance)
    retriever.index(CORPUS)
    run = retriever.retrieve(QUERIES, 3)
    assert run.ranking("q1") == tuple(scores)
    assert run["q1"] == pytest.approx(scores, abs=1e-6)
    assert isinstance(retriever, Retriever)


def test_the_distance_is_the_models_own(database: Any) -> None:
    encoder = TableEncoder({"east": [1, 0], "far east": [5, 0]}, "dot")
    retriever = LanceDbRetriever(database, "documents", encoder)
    retriever.index(Corpus.from_dict({"d3": "far east"}))
    assert retriever.retrieve(QUERIES, 3).to_dict() == {"q1": {"d3": 5.0}}


def test_it_agrees_with_exact_search_and_is_kept_in_the_folder(
    tmp_path: Path, random_texts: tuple[Corpus, Queries, TableEncoder]
) -> None:
    corpus, queries, encoder = random_texts
    LanceDbRetriever(lancedb.connect(tmp_path), "documents", encoder).index(corpus)
    reopened = LanceDbRetriever(lancedb.connect(tmp_path), "documents", encoder)
    run = reopened.retrieve(queries, 50)
    exact = DenseRetriever(corpus, encoder).retrieve(queries, 50)
    assert {q: run.ranking(q) for q in run} == {q: exact.ranking(q) for q in exact}
    for query_id in queries:
        assert run[query_id] == pytest.approx(exact[query_id], abs=1e-6)


def test_a_table_of_ones_own_with_numbers_and_chunks(database: Any, encoder: TableEncoder) -> None:
    vectors = pa.array([[1, 0], [2, 0], [0, 3], None], pa.list_(pa.float32(), 2))
    database.create_table("chunks", pa.table({"document": [7, 7, 8, 9], "own": vectors}))
    retriever = LanceDbRetriever(
        database, "chunks", encoder, id_column="document", vector_column="own", doc_id_of=str
    )
    assert retriever.retrieve(QUERIES, 2).to_dict() == {"q1": {"7": 1.0, "8": 0.0}}


def test_an_index_that_stops_early_is_an_error_and_told_how_to_go_on(
    database: Any, random_texts: tuple[Corpus, Queries, TableEncoder]
) -> None:
    corpus, queries, encoder = random_texts
    LanceDbRetriever(database, "documents", encoder).index(corpus)
    table = database.open_table("documents")
    table.create_index("vector", config=IvfFlat(distance_type="cosine", num_partitions=10))
    with pytest.raises(
        SearchError, match=r"query 'q0': [0-9]+ of 100 hits, though there are 120 .*raise nprobes"
    ):
        LanceDbRetriever(database, "documents", encoder, nprobes=1).retrieve(queries, 100)
    for options in ({"nprobes": 10}, {"nprobes": 1, "exact": True}):
        retriever = LanceDbRetriever(database, "documents", encoder, **options)  # type: ignore[arg-type]
        run = retriever.retrieve(queries, 100)
        assert [len(run[query_id]) for query_id in queries] == [100] * 20


def test_an_index_of_another_distance_is_not_used(
    database: Any, random_texts: tuple[Corpus, Queries, TableEncoder]
) -> None:
    corpus, queries, encoder = random_texts
    retriever = LanceDbRetriever(database, "documents", encoder, nprobes=1)
    retriever.index(corpus)
    table = database.open_table("documents")
    table.create_index("vector", config=IvfFlat(distance_type="l2", num_partitions=10))
    exact = DenseRetriever(corpus, encoder).retrieve(queries, 100)
    run = retriever.retrieve(queries, 100)
    assert {q: run.ranking(q) for q in run} == {q: exact.ranking(q) for q in exact}


def test_a_missing_table_is_an_error(database: Any, encoder: TableEncoder) -> None:
    with pytest.raises(SearchError, match=r"table 'documents' cannot be opened: .*not found"):
        LanceDbRetriever(database, "documents", encoder).retrieve(QUERIES, 2)


def test_vectors_of_another_size_are_an_error(database: Any, encoder: TableEncoder) -> None:
    LanceDbRetriever(database, "documents", encoder).index(CORPUS)
    other = TableEncoder({"east": [1, 0, 0]})
    with pytest.raises(SearchError, match=r"lancedb: query 'q1' failed: .*query dim\(3\)"):
        LanceDbRetriever(database, "documents", other).retrieve(QUERIES, 2)


def test_an_existing_table_is_left_as_it_is(database: Any, encoder: TableEncoder) -> None:
    retriever = LanceDbRetriever(database, "documents", encoder)
    retriever.index(CORPUS)
    with pytest.raises(SearchError, match=r"table 'documents': .*already exists"):
        retriever.index(Corpus.from_dict({"d9": "east"}))
    assert len(retriever.retrieve(QUERIES, 9)["q1"]) == 3


def test_settings_that_make_no_sense_are_refused(database: Any, encoder: TableEncoder) -> None:
    with pytest.raises(SettingsError, match="nprobes must be at least 1, got 0"):
        LanceDbRetriever(database, "documents", encoder, nprobes=0)
    with pytest.raises(SettingsError, match="distance 'hamming'; allowed: cosine, dot, l2"):
        LanceDbRetriever(database, "documents", encoder, distance="hamming")  # type: ignore[arg-type]


def test_its_description_changes_with_its_settings(database: Any, encoder: TableEncoder) -> None:
    plain = LanceDbRetriever(database, "documents", encoder)
    exact = LanceDbRetriever(database, "documents", encoder, exact=True)
    assert describe(plain) != describe(exact)
    assert re.fullmatch("LanceDbRetriever [0-9a-f]{12}", describe(plain))
