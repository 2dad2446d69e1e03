"""Qdrant in local mode, in memory and in a folder."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.errors import SettingsError
from retrieval_checks.retrieval.adapters.databases.qdrant import QdrantRetriever
from retrieval_checks.retrieval.adapters.hits import SearchError
from retrieval_checks.retrieval.dense import DenseRetriever
from retrieval_checks.retrieval.inspection.description import describe
from retrieval_checks.retrieval.protocols import Retriever
from tests.retrieval.adapters.databases.conftest import CORPUS, QUERIES
from tests.retrieval.conftest import TableEncoder

pytest.importorskip("qdrant_client")
from qdrant_client import QdrantClient, models


@pytest.fixture
def client() -> Iterator[QdrantClient]:
    client = QdrantClient(":memory:")
    yield client
    client.close()


def _fill(client: QdrantClient, vectors: dict[str, list[float]], distance: Any) -> None:
    """A collection of one's own, with the ids under the key `of`."""
    client.create_collection("mine", models.VectorParams(size=2, distance=distance))
    points = [
        models.PointStruct(id=i, vector=vector, payload={"of": chunk[:2]})
        for i, (chunk, vector) in enumerate(vectors.items(), start=7)
    ]
    client.upsert("mine", points)


def test_documents_are_found_by_cosine(client: QdrantClient, encoder: TableEncoder) -> None:
    retriever = QdrantRetriever(client, "documents", encoder)
    retriever.index(CORPUS)
    run = retriever.retrieve(QUERIES, 2)
    assert run.to_dict() == {"q1": {"d3": pytest.approx(1.0), "d2": pytest.approx(0.6)}}
    assert isinstance(retriever, Retriever)


@pytest.mark.parametrize(
    ("distance", "scores"),
    [
        (models.Distance.DOT, {"d3": 5.0, "d2": 3.0, "d1": 0.0}),
        (models.Distance.EUCLID, {"d1": -(2**0.5), "d3": -4.0, "d2": -(20**0.5)}),
        (models.Distance.MANHATTAN, {"d1": -2.0, "d3": -4.0, "d2": -6.0}),
    ],
)
def test_scores_of_every_distance_are_higher_for_what_is_nearer(
    client: QdrantClient, encoder: TableEncoder, distance: Any, scores: dict[str, float]
) -> None:
    _fill(client, {"d1": [0, 1], "d2": [3, 4], "d3": [5, 0]}, distance)
    run = QdrantRetriever(client, "mine", encoder, id_field="of").retrieve(QUERIES, 3)
    assert run.ranking("q1") == tuple(scores)
    assert run["q1"] == pytest.approx(scores, abs=1e-6)


def test_it_agrees_with_exact_search_and_is_kept_in_a_folder(
    tmp_path: Path, random_texts: tuple[Corpus, Queries, TableEncoder]
) -> None:
    corpus, queries, encoder = random_texts
    writing = QdrantClient(path=str(tmp_path))
    QdrantRetriever(writing, "documents", encoder).index(corpus)
    writing.close()
    reading = QdrantClient(path=str(tmp_path))
    run = QdrantRetriever(reading, "documents", encoder).retrieve(queries, 50)
    reading.close()
    exact = DenseRetriever(corpus, encoder).retrieve(queries, 50)
    assert {q: run.ranking(q) for q in run} == {q: exact.ranking(q) for q in exact}
    for query_id in queries:
        assert run[query_id] == pytest.approx(exact[query_id], abs=1e-6)


def test_a_model_that_compares_by_dot_product_makes_such_a_collection(
    client: QdrantClient,
) -> None:
    encoder = TableEncoder({"east": [1, 0], "far east": [5, 0]}, "dot")
    retriever = QdrantRetriever(client, "documents", encoder)
    retriever.index(Corpus.from_dict({"d3": "far east"}))
    assert retriever.retrieve(QUERIES, 3).to_dict() == {"q1": {"d3": 5.0}}


def test_chunks_count_once_and_more_are_fetched(
    client: QdrantClient, encoder: TableEncoder
) -> None:
    _fill(client, {"d1": [0, 1], "d2": [3, 4], "d2#2": [5, 0]}, models.Distance.DOT)
    run = QdrantRetriever(client, "mine", encoder, id_field="of").retrieve(QUERIES, 2)
    assert run.to_dict() == {"q1": {"d2": 5.0, "d1": 0.0}}


def test_ids_may_be_the_points_own(client: QdrantClient, encoder: TableEncoder) -> None:
    _fill(client, {"d1": [0, 1], "d2": [3, 4]}, models.Distance.DOT)
    retriever = QdrantRetriever(client, "mine", encoder, id_field=None, doc_id_of=str)
    assert retriever.retrieve(QUERIES, 2).to_dict() == {"q1": {"8": 3.0, "7": 0.0}}


def test_a_named_vector_is_searched(client: QdrantClient, encoder: TableEncoder) -> None:
    retriever = QdrantRetriever(client, "documents", encoder, vector_name="text")
    retriever.index(CORPUS)
    assert retriever.retrieve(QUERIES, 1).ranking("q1") == ("d3",)
    assert list(client.get_collection("documents").config.params.vectors or []) == ["text"]


@pytest.mark.filterwarnings("ignore:Local mode performs exact:UserWarning")  # it is exact anyway
@pytest.mark.parametrize("exact", [True, False])
def test_exact_search_is_asked_for(encoder: TableEncoder, *, exact: bool) -> None:
    class Heard(QdrantClient):
        asked: list[Any]

        def query_points(self, *args: Any, **options: Any) -> models.QueryResponse:
            self.asked = [options.get("search_params")]
            return super().query_points(*args, **options)

    client = Heard(":memory:")
    retriever = QdrantRetriever(client, "documents", encoder, exact=exact)
    retriever.index(CORPUS)
    assert retriever.retrieve(QUERIES, 1).ranking("q1") == ("d3",)
    assert client.asked == [models.SearchParams(exact=True) if exact else None]
    client.close()


def test_a_point_without_an_id_is_an_error(client: QdrantClient, encoder: TableEncoder) -> None:
    _fill(client, {"d1": [0, 1]}, models.Distance.DOT)
    with pytest.raises(SearchError, match="query 'q1': point 7 has no 'doc_id' in its payload"):
        QdrantRetriever(client, "mine", encoder).retrieve(QUERIES, 2)


def test_a_missing_collection_is_an_error(client: QdrantClient, encoder: TableEncoder) -> None:
    with pytest.raises(SearchError, match=r"collection 'documents' cannot be read: .* not found"):
        QdrantRetriever(client, "documents", encoder).retrieve(QUERIES, 2)


def test_vectors_of_another_size_are_an_error(client: QdrantClient, encoder: TableEncoder) -> None:
    QdrantRetriever(client, "documents", encoder).index(CORPUS)
    other = TableEncoder({"east": [1, 0, 0]})
    with pytest.raises(SearchError, match="qdrant: query 'q1' failed: "):
        QdrantRetriever(client, "documents", other).retrieve(QUERIES, 2)


def test_an_existing_collection_is_left_as_it_is(
    client: QdrantClient, encoder: TableEncoder
) -> None:
    retriever = QdrantRetriever(client, "documents", encoder)
    retriever.index(CORPUS)
    with pytest.raises(SearchError, match=r"collection 'documents': .*already exists"):
        retriever.index(Corpus.from_dict({"d9": "east"}))
    assert len(retriever.retrieve(QUERIES, 9)["q1"]) == 3


def test_a_model_whose_similarity_does_not_exist_is_refused(client: QdrantClient) -> None:
    encoder = TableEncoder({"east": [1, 0]}, "manhattan")
    with pytest.raises(SettingsError, match="distance 'manhattan'; allowed: cosine, dot"):
        QdrantRetriever(client, "documents", encoder).index(Corpus.from_dict({"d": "east"}))


def test_its_description_changes_with_its_settings(
    client: QdrantClient, encoder: TableEncoder
) -> None:
    plain = QdrantRetriever(client, "documents", encoder)
    exact = QdrantRetriever(client, "documents", encoder, exact=True)
    assert describe(plain) != describe(exact)
    assert re.fullmatch("QdrantRetriever [0-9a-f]{12}", describe(plain))
