"""Vectors whose neighbours are known, and a server to put them in."""

import os
import uuid
from collections.abc import Iterator

import numpy as np
import pytest

from retrieval_checks.data.collection import Corpus, Queries
from tests.retrieval.adapters.databases.postgres import NoServer, running_postgres
from tests.retrieval.conftest import TableEncoder

CORPUS = Corpus.from_dict({"d1": "north", "d2": "north east", "d3": "far east"})
QUERIES = Queries.from_dict({"q1": "east"})
# cosines with "east" 0, 0.6, 1; dot products 0, 3, 5; distances sqrt(1 + 1), sqrt(4 + 16), 4
VECTORS = {"north": [0, 1], "north east": [3, 4], "far east": [5, 0], "east": [1, 0]}


@pytest.fixture
def encoder() -> TableEncoder:
    return TableEncoder(VECTORS)


@pytest.fixture(scope="session")
def random_texts() -> tuple[Corpus, Queries, TableEncoder]:
    """120 documents and 20 queries with random vectors of 16 dimensions."""
    rng = np.random.default_rng(3)
    documents = {f"d{i}": f"document {i}" for i in range(120)}
    queries = {f"q{i}": f"query {i}" for i in range(20)}
    texts = [*documents.values(), *queries.values()]
    table = dict(zip(texts, rng.standard_normal((len(texts), 16)).tolist(), strict=True))
    return Corpus.from_dict(documents), Queries.from_dict(queries), TableEncoder(table)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The connection string of a server with pgvector: a given one, or one of our own."""
    given = os.environ.get("RETRIEVAL_CHECKS_POSTGRES")
    if given:
        yield given
        return
    try:
        with running_postgres() as dsn:
            yield dsn
    except NoServer as reason:
        pytest.skip(f"{reason}; or name a server in RETRIEVAL_CHECKS_POSTGRES")


@pytest.fixture
def plain_database(postgres: str) -> Iterator[str]:
    """A new database."""
    psycopg = pytest.importorskip("psycopg")
    name = f"checks_{uuid.uuid4().hex}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield psycopg.conninfo.make_conninfo(postgres, dbname=name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(plain_database: str) -> str:
    """A new database with pgvector."""
    import psycopg

    with psycopg.connect(plain_database) as connection:
        connection.execute("CREATE EXTENSION vector")
    return plain_database
