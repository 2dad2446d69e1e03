"""`PgVectorRetriever`: a PostgreSQL table with pgvector."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.run import Run
from retrieval_checks.errors import SettingsError
from retrieval_checks.retrieval.adapters.databases.encoded import (
    Distance,
    as_encoder,
    check_complete,
    check_distance,
    document_vectors,
    query_vectors,
)
from retrieval_checks.retrieval.adapters.hits import (
    DocIdOf,
    Hit,
    SearchError,
    digest_of,
    need,
    search_each,
)

_OPERATORS = {"cosine": "<=>", "dot": "<#>", "l2": "<->"}
# no cast of {wanted}: it takes the column's type, be it vector or halfvec
_NEAREST = (
    "SELECT {id}, {vector} OPERATOR {wanted} AS distance FROM {table}"
    " WHERE {vector} IS NOT NULL ORDER BY distance LIMIT {k}"
)
_REMEDY = (
    "for HNSW settings={'hnsw.ef_search': 200} or {'hnsw.iterative_scan': 'strict_order'},"
    " for IVFFlat {'ivfflat.probes': 20}"
)


@dataclass(frozen=True, eq=False)
class PgVectorRetriever:
    """The rows of a table whose vectors are nearest to the query's, as PostgreSQL finds them.

    Higher is better: the score is the cosine (1 - distance), the dot product, or the negative
    Euclidean distance. Rows of one document, its chunks, count once, with the best score. All is
    read in one read-only transaction. An index that returns fewer rows than asked for while the
    table has more is an error, never a shorter ranking. Which of two rows at the same distance is
    within the best `k` is the database's choice.

        PgVectorRetriever("host=localhost dbname=search", "documents", BiEncoder("..."))

    Args:
        dsn: as libpq takes it; `""` for all from the environment. A password is better left to
            `PGPASSWORD` or a password file.
        table: its name, after its schema and a dot where it needs one.
        bi_encoder: what encoded the documents: a `BiEncoder`, or what it takes.
        id_column: where the document's id stands.
        vector_column: of type `vector` or `halfvec`.
        distance: `"cosine"`, `"dot"` or `"l2"`; the bi-encoder's own unless given. An index is
            only used for the distance that it was built for.
        settings: PostgreSQL's, for the search, such as `{"hnsw.ef_search": 200}`.
        doc_id_of: turns an id into the corpus's: `str` for numbers.
        name: what reports call the run.

    Raises:
        SettingsError: no such distance; a connection string that cannot be read.
        MissingDependencyError: psycopg is not installed.
    """

    dsn: str = field(repr=False)
    table: str
    bi_encoder: Any  # a TextEncoder once built
    id_column: str = field(default="doc_id", kw_only=True)
    vector_column: str = field(default="embedding", kw_only=True)
    distance: Distance | None = field(default=None, kw_only=True)
    settings: Mapping[str, str | int | float] = field(default_factory=dict, kw_only=True)
    doc_id_of: DocIdOf | None = field(default=None, kw_only=True)
    name: str = field(default="pgvector", kw_only=True)

    def __post_init__(self) -> None:
        _check_dsn(self.dsn)
        object.__setattr__(self, "bi_encoder", as_encoder(self.bi_encoder))
        if self.distance is not None:
            check_distance(self.distance, self.bi_encoder)

    @property
    def fingerprint(self) -> str:
        """A digest of how the table is asked, the model included; not of what is in it."""
        model = getattr(self.bi_encoder, "fingerprint", None)
        columns = (self.table, self.id_column, self.vector_column)
        return digest_of(columns, self.distance, sorted(self.settings.items()), model)

    def retrieve(self, queries: Queries, k: int, /) -> Run:
        """At most `k` documents a query.

        Raises:
            SettingsError: k below 1.
            SearchError: the database cannot be reached, or does not answer a query.
        """
        vectors = query_vectors(self.bi_encoder, queries)
        with self._connection() as connection:
            connection.read_only = True
            self._set(connection)
            total = cache(lambda: self._count(connection))
            return search_each(
                queries,
                k,
                lambda vector, n: self._search(connection, vector, n, total),
                vectors,
                name=self.name,
                doc_id_of=self.doc_id_of,
            )

    def index(self, corpus: Corpus) -> None:
        """Make the table, with every document's id and vector; an existing one is left as it is.

        Raises:
            SearchError: the table exists, or the database does not let it be made.
            DataError: the corpus is empty.
        """
        psycopg = need("psycopg", "pgvector")
        vectors = document_vectors(self.bi_encoder, corpus)
        make = "CREATE TABLE {table} ({id} text PRIMARY KEY, {vector} vector({size}) NOT NULL)"
        try:
            with self._connection() as connection, connection.cursor() as cursor:
                cursor.execute(self._sql(make, size=len(vectors[0])))
                with cursor.copy(self._sql("COPY {table} ({id}, {vector}) FROM STDIN")) as rows:
                    for doc_id, vector in zip(corpus.doc_ids, vectors, strict=True):
                        rows.write_row((doc_id, str(vector)))
        except psycopg.errors.UndefinedObject as error:
            raise SearchError(
                f"{self.name}: {error.diag.message_primary}; run CREATE EXTENSION vector in this"
                " database"
            ) from None
        except psycopg.Error as error:
            raise SearchError(f"{self.name}: table {self.table!r}: {error}") from error

    def _set(self, connection: Any) -> None:
        psycopg = need("psycopg", "pgvector")
        for setting, value in self.settings.items():
            try:
                connection.execute("SELECT set_config(%s, %s, true)", (setting, str(value)))
            except psycopg.Error as error:
                raise SearchError(f"{self.name}: setting {setting!r}: {error}") from None

    def _search(self, connection: Any, vector: list[float], k: int, total: Any) -> list[Hit]:
        chosen = check_distance(self.distance, self.bi_encoder)
        nearest = _NEAREST.replace("OPERATOR", _OPERATORS[chosen])
        search = self._sql(nearest, wanted=str(vector), k=k)
        rows = connection.execute(search).fetchall()
        check_complete(rows, k, total, remedy=_REMEDY)
        above = 1.0 if chosen == "cosine" else 0.0  # <#> is the negative of the dot product
        return [(own, above - distance) for own, distance in rows]

    def _count(self, connection: Any) -> int:
        count = self._sql("SELECT count(*) FROM {table} WHERE {vector} IS NOT NULL")
        return int(connection.execute(count).fetchone()[0])

    def _sql(self, text: str, **values: str | int) -> Any:
        """SQL with names and values in their places, quoted."""
        sql = need("psycopg.sql", "pgvector")
        names = {
            "table": sql.Identifier(*self.table.split(".")),
            "id": sql.Identifier(self.id_column),
            "vector": sql.Identifier(self.vector_column),
        }
        literals = {name: sql.Literal(value) for name, value in values.items()}
        return sql.SQL(text).format(**names, **literals)

    def _connection(self) -> Any:
        psycopg = need("psycopg", "pgvector")
        try:
            return psycopg.connect(self.dsn, connect_timeout=10)
        except psycopg.Error as error:
            raise SearchError(f"{self.name}: no connection: {error}") from None


def _check_dsn(dsn: str) -> None:
    """Nothing, where it can be read; what cannot may hold a password, and is not shown."""
    psycopg = need("psycopg", "pgvector")
    try:
        port = need("psycopg.conninfo", "pgvector").conninfo_to_dict(dsn).get("port", "5432")
    except psycopg.Error:
        port = ""
    if not str(port).isdecimal():
        raise SettingsError(
            "the connection string cannot be read; write 'host=... dbname=...' or"
            " 'postgresql://host/dbname', with special characters percent-encoded in a URL"
        ) from None
