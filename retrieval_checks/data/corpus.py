"""`Corpus`: the documents that are searched, each a `Document`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from retrieval_checks.data.columns import (
    NO_METADATA,
    Metadata,
    frozen_metadata,
    metadata_column,
    need_columns,
    need_mapping,
    text_column,
    thawed_mapping,
)
from retrieval_checks.data.postings import check_ids
from retrieval_checks.errors import DataError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Document:
    """One passage: its id, its text, an optional title, and what else the collection says."""

    doc_id: str
    text: str
    title: str = ""
    metadata: Metadata = field(default_factory=lambda: NO_METADATA, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "metadata", frozen_metadata(self.metadata, self.doc_id))

    @property
    def content(self) -> str:
        """What is encoded and searched: title and text, joined by a blank (as BEIR does)."""
        return f"{self.title} {self.text}".strip()

    def __reduce__(self) -> tuple[type["Document"], tuple[object, ...]]:
        return Document, (self.doc_id, self.text, self.title, thawed_mapping(self.metadata))


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
        object.__setattr__(self, "texts", text_column(self.texts, doc_ids, what="text"))
        titles = tuple(self.titles) or ("",) * len(doc_ids)
        object.__setattr__(self, "titles", text_column(titles, doc_ids, what="title"))
        object.__setattr__(self, "metadata", metadata_column(self.metadata, doc_ids))
        object.__setattr__(self, "_rows", {d: i for i, d in enumerate(doc_ids)})

    @classmethod
    def from_dict(cls, texts: Mapping[str, str]) -> Self:
        """A corpus from `{doc_id: text}`."""
        need_mapping(texts, "documents")
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
        need_columns(frame, doc_id, text)
        titles = tuple(frame["title"].tolist()) if "title" in frame.columns else ()
        return cls(tuple(frame[doc_id].tolist()), tuple(frame[text].tolist()), titles)

    def __reduce__(self) -> tuple[type["Corpus"], tuple[object, ...]]:
        # Read-only mappings cannot be pickled; the constructor makes them again.
        metadata = tuple(map(thawed_mapping, self.metadata))
        return Corpus, (self.doc_ids, self.texts, self.titles, metadata)

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
