"""`LanceDbRetriever`: a table of LanceDB."""

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

_DISTANCE = "_distance"  # LanceDB's name of it


@dataclass(frozen=True, eq=False)
class LanceDbRetriever:
    """The rows of a table whose vectors are nearest to the query's, as LanceDB finds them.

    Higher is better: the score is the cosine or the dot product (1 - LanceDB's distance), or the
    negative of the squared Euclidean distance. Rows of one document, its chunks, count once, with
    the best score. An index that returns fewer rows than asked for while the table has more is an
    error, never a shorter ranking.

        LanceDbRetriever(lancedb.connect("data/lance"), "documents", BiEncoder("..."))

    Args:
        database: what `lancedb.connect` returns; a local folder will do.
        table: its name.
        bi_encoder: what encoded the documents: a `BiEncoder`, or what it takes.
        id_column: where the document's id stands.
        vector_column: where its vector does.
        distance: `"cosine"`, `"dot"` or `"l2"`; the bi-encoder's own unless given. LanceDB
            uses no index that was built for another one.
        exact: whether LanceDB compares with every row instead of using its index.
        nprobes: partitions of an IVF index that are searched; LanceDB's default unless given.
        doc_id_of: turns an id into the corpus's: `str` for numbers.
        name: what reports call the run.

    Raises:
        SettingsError: no such distance, nprobes below 1.
    """

    database: Any
    table: str
    bi_encoder: Any  # a TextEncoder once built
    id_column: str = field(default="doc_id", kw_only=True)
    vector_column: str = field(default="vector", kw_only=True)
    distance: Distance | None = field(default=None, kw_only=True)
    exact: bool = field(default=False, kw_only=True)
    nprobes: int | None = field(default=None, kw_only=True)
    doc_id_of: DocIdOf | None = field(default=None, kw_only=True)
    name: str = field(default="lancedb", kw_only=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "bi_encoder", as_encoder(self.bi_encoder))
        if self.distance is not None:
            check_distance(self.distance, self.bi_encoder)
        if self.nprobes is not None and self.nprobes < 1:
            raise SettingsError(f"nprobes must be at least 1, got {self.nprobes}")

    @property
    def fingerprint(self) -> str:
        """A digest of how the table is asked, the model included; not of what is in it."""
        model = getattr(self.bi_encoder, "fingerprint", None)
        columns = (self.table, self.id_column, self.vector_column)
        return digest_of(columns, self.distance, self.exact, self.nprobes, model)

    def retrieve(self, queries: Queries, k: int, /) -> Run:
        """At most `k` documents a query.

        Raises:
            SettingsError: k below 1.
            SearchError: no such table, or LanceDB does not answer a query.
        """
        table = self._table()
        there = f"{self.vector_column} IS NOT NULL"
        total = cache(lambda: int(table.count_rows(there)))
        return search_each(
            queries,
            k,
            lambda vector, n: self._search(table, vector, n, total),
            query_vectors(self.bi_encoder, queries),
            name=self.name,
            doc_id_of=self.doc_id_of,
        )

    def index(self, corpus: Corpus) -> None:
        """Make the table, with every document's id and vector; an existing one is left as it is.

        Raises:
            SearchError: the table exists, or LanceDB does not let it be made.
            DataError: the corpus is empty.
        """
        arrow = need("pyarrow", "lancedb")
        vectors = document_vectors(self.bi_encoder, corpus)
        of_numbers = arrow.list_(arrow.float32(), len(vectors[0]))
        columns = {
            self.id_column: list(corpus.doc_ids),
            self.vector_column: arrow.array(vectors, of_numbers),
        }
        try:
            self.database.create_table(self.table, arrow.table(columns))
        except Exception as error:
            raise SearchError(f"{self.name}: table {self.table!r}: {error}") from error

    def _search(self, table: Any, vector: list[float], k: int, total: Any) -> list[Hit]:
        chosen = check_distance(self.distance, self.bi_encoder)
        search = table.search(vector, vector_column_name=self.vector_column)
        search = search.distance_type(chosen).select([self.id_column, _DISTANCE]).limit(k)
        if self.exact:
            search = search.bypass_vector_index()
        if self.nprobes is not None:
            search = search.nprobes(self.nprobes)
        rows = search.to_list()
        check_complete(rows, k, total, remedy="raise nprobes, or say exact=True")
        above = 0.0 if chosen == "l2" else 1.0  # 1 - dot product is what LanceDB calls "dot"
        return [(row[self.id_column], above - row[_DISTANCE]) for row in rows]

    def _table(self) -> Any:
        try:
            return self.database.open_table(self.table)
        except Exception as error:
            raise SearchError(
                f"{self.name}: table {self.table!r} cannot be opened: {error}"
            ) from error
