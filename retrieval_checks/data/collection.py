"""`Corpus`, `Queries` and `Collection`: the texts that are searched, the questions asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

from retrieval_checks.data.postings import check_ids
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

Metadata = Mapping[str, Any]
_NO_METADATA: Metadata = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Document:
    """One passage: its id, its text, an optional title, and what else the collection says."""

    doc_id: str
    text: str
    title: str = ""
    metadata: Metadata = field(default_factory=lambda: _NO_METADATA, hash=False)

    @property
    def content(self) -> str:
        """What is encoded and searched: title and text, joined by a blank (as BEIR does)."""
        return f"{self.title} {self.text}".strip()

    def __reduce__(self) -> tuple[type["Document"], tuple[object, ...]]:
        return Document, (self.doc_id, self.text, self.title, dict(self.metadata))


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """The documents that are searched, in a fixed order.

    Raises:
        DataError: duplicate, empty or non-string id; a text that is not a string; unequal lengths.

    >>> corpus = Corpus.from_dict({"d1": "Cats purr.", "d2": "Dogs bark."})
    >>> corpus["d2"].text, len(corpus)
    ('Dogs bark.', 2)
    """

    doc_ids: tuple[str, ...]
    texts: tuple[str, ...]
    titles: tuple[str, ...] = ()
    metadata: tuple[Metadata, ...] = ()
    _rows: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        doc_ids = check_ids(self.doc_ids, "document")
        object.__setattr__(self, "doc_ids", doc_ids)
        object.__setattr__(self, "texts", _texts(self.texts, doc_ids, "text"))
        titles = tuple(self.titles) or ("",) * len(doc_ids)
        object.__setattr__(self, "titles", _texts(titles, doc_ids, "title"))
        object.__setattr__(self, "metadata", _metadata(self.metadata, doc_ids))
        object.__setattr__(self, "_rows", {d: i for i, d in enumerate(doc_ids)})

    @classmethod
    def from_dict(cls, texts: Mapping[str, str]) -> Self:
        """A corpus from `{doc_id: text}`."""
        return cls(tuple(texts), tuple(texts.values()))

    @classmethod
    def from_documents(cls, documents: Sequence[Document]) -> Self:
        """A corpus from `Document`s."""
        return cls(
            tuple(d.doc_id for d in documents),
            tuple(d.text for d in documents),
            tuple(d.title for d in documents),
            tuple(d.metadata for d in documents),
        )

    @classmethod
    def from_frame(
        cls, frame: "pd.DataFrame", *, doc_id: str = "doc_id", text: str = "text"
    ) -> Self:
        """A corpus from a DataFrame with one row per document; column `title` is used if there."""
        _need_columns(frame, doc_id, text)
        titles = tuple(frame["title"].tolist()) if "title" in frame.columns else ()
        return cls(tuple(frame[doc_id].tolist()), tuple(frame[text].tolist()), titles)

    def __reduce__(self) -> tuple[type["Corpus"], tuple[object, ...]]:
        # Read-only mappings cannot be pickled; the constructor makes them again.
        return Corpus, (self.doc_ids, self.texts, self.titles, tuple(map(dict, self.metadata)))

    def __len__(self) -> int:
        return len(self.doc_ids)

    def __iter__(self) -> Iterator[str]:
        return iter(self.doc_ids)

    def __contains__(self, doc_id: object) -> bool:
        return doc_id in self._rows

    def __getitem__(self, doc_id: str) -> Document:
        try:
            row = self._rows[doc_id]
        except KeyError:
            raise DataError(f"document {doc_id!r} is not in the corpus") from None
        return Document(doc_id, self.texts[row], self.titles[row], self.metadata[row])

    @property
    def contents(self) -> tuple[str, ...]:
        """What is encoded and searched, per document: title and text, joined by a blank."""
        pairs = zip(self.titles, self.texts, strict=True)
        return tuple(f"{title} {text}".strip() for title, text in pairs)

    def to_frame(self) -> "pd.DataFrame":
        """A DataFrame with columns doc_id, title and text."""
        import pandas as pd

        return pd.DataFrame({"doc_id": self.doc_ids, "title": self.titles, "text": self.texts})


@dataclass(frozen=True, slots=True, eq=False)
class Queries:
    """The questions that are asked, in a fixed order.

    Raises:
        DataError: duplicate, empty or non-string id; a text that is not a string or is blank.

    >>> Queries.from_dict({"q1": "what purrs?"})["q1"]
    'what purrs?'
    """

    query_ids: tuple[str, ...]
    texts: tuple[str, ...]
    metadata: tuple[Metadata, ...] = ()
    _rows: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        query_ids = check_ids(self.query_ids, "query")
        texts = _texts(self.texts, query_ids, "text")
        for query_id, text in zip(query_ids, texts, strict=True):
            if not text.strip():
                raise DataError(f"query {query_id!r} has no text")
        object.__setattr__(self, "query_ids", query_ids)
        object.__setattr__(self, "texts", texts)
        object.__setattr__(self, "metadata", _metadata(self.metadata, query_ids))
        object.__setattr__(self, "_rows", {q: i for i, q in enumerate(query_ids)})

    @classmethod
    def from_dict(cls, texts: Mapping[str, str]) -> Self:
        """Queries from `{query_id: text}`."""
        return cls(tuple(texts), tuple(texts.values()))

    @classmethod
    def from_frame(
        cls, frame: "pd.DataFrame", *, query_id: str = "query_id", text: str = "text"
    ) -> Self:
        """Queries from a DataFrame with one row per query."""
        _need_columns(frame, query_id, text)
        return cls(tuple(frame[query_id].tolist()), tuple(frame[text].tolist()))

    def __reduce__(self) -> tuple[type["Queries"], tuple[object, ...]]:
        return Queries, (self.query_ids, self.texts, tuple(map(dict, self.metadata)))

    def __len__(self) -> int:
        return len(self.query_ids)

    def __iter__(self) -> Iterator[str]:
        return iter(self.query_ids)

    def __contains__(self, query_id: object) -> bool:
        return query_id in self._rows

    def __getitem__(self, query_id: str) -> str:
        return self.texts[self._row(query_id)]

    def tags(self, query_id: str) -> tuple[str, ...]:
        """The query's tags, from its metadata."""
        return tuple(self.metadata[self._row(query_id)].get("tags", ()))

    def select(self, query_ids: Sequence[str]) -> "Queries":
        """These queries only, in this order; every one must be there."""
        rows = [self._row(query_id) for query_id in query_ids]
        return Queries(
            tuple(query_ids),
            tuple(self.texts[row] for row in rows),
            tuple(self.metadata[row] for row in rows),
        )

    def to_frame(self) -> "pd.DataFrame":
        """A DataFrame with columns query_id and text."""
        import pandas as pd

        return pd.DataFrame({"query_id": self.query_ids, "text": self.texts})

    def _row(self, query_id: str) -> int:
        try:
            return self._rows[query_id]
        except KeyError:
            raise DataError(f"query {query_id!r} is not among the {len(self)} queries") from None


@dataclass(frozen=True, slots=True, eq=False)
class Collection:
    """A corpus, the queries asked of it and their judgements, under one name."""

    corpus: Corpus
    queries: Queries
    qrels: Qrels
    name: str = "collection"

    @property
    def stale_judgements(self) -> tuple[tuple[str, str], ...]:
        """(query_id, doc_id) pairs judged although the corpus lacks the document, sorted."""
        absent = {i for i, doc_id in enumerate(self.qrels.doc_ids) if doc_id not in self.corpus}
        if not absent:
            return ()
        return tuple(
            sorted(
                (query_id, doc_id)
                for query_id in self.qrels
                for doc_id in self.qrels[query_id]
                if doc_id not in self.corpus
            )
        )

    @property
    def judged_queries(self) -> Queries:
        """The queries that have judgements, in the order of `queries`."""
        return self.queries.select([q for q in self.queries if q in self.qrels])


def _texts(texts: Sequence[object], ids: Sequence[str], what: str) -> tuple[str, ...]:
    if len(texts) != len(ids):
        raise DataError(f"{len(ids)} ids but {len(texts)} {what}s")
    checked = []
    for item, text in zip(ids, texts, strict=True):
        if not isinstance(text, str):
            raise DataError(f"{what} of {item!r} is of type {type(text).__name__}, not a string")
        checked.append(text)
    return tuple(checked)


def _metadata(metadata: Sequence[Metadata], ids: Sequence[str]) -> tuple[Metadata, ...]:
    if not metadata:
        return (_NO_METADATA,) * len(ids)
    if len(metadata) != len(ids):
        raise DataError(f"{len(ids)} ids but {len(metadata)} metadata entries")
    return tuple(_frozen(entry, item) for entry, item in zip(metadata, ids, strict=True))


def _frozen(metadata: Metadata, item: str) -> Metadata:
    if not isinstance(metadata, Mapping):
        raise DataError(f"metadata of {item!r} is of type {type(metadata).__name__}, not a mapping")
    return MappingProxyType(dict(metadata)) if metadata else _NO_METADATA


def _need_columns(frame: "pd.DataFrame", *columns: str) -> None:
    for column in columns:
        if column not in frame.columns:
            raise DataError(
                f"no column {column!r} in the frame; it has: {', '.join(map(str, frame.columns))}"
            )
