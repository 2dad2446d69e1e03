"""`Queries`: the questions that are asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from retrieval_checks.data.columns import (
    Metadata,
    metadata_column,
    need_columns,
    need_mapping,
    text_column,
    thawed_mapping,
)
from retrieval_checks.data.postings import check_ids
from retrieval_checks.errors import DataError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd


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
        texts = text_column(self.texts, query_ids, what="text")
        for query_id, text in zip(query_ids, texts, strict=True):
            if not text.strip():
                raise DataError(f"query {query_id!r} has no text")
        object.__setattr__(self, "query_ids", query_ids)
        object.__setattr__(self, "texts", texts)
        object.__setattr__(self, "metadata", metadata_column(self.metadata, query_ids))
        object.__setattr__(self, "_rows", {q: i for i, q in enumerate(query_ids)})

    @classmethod
    def from_dict(cls, texts: Mapping[str, str]) -> Self:
        """Queries from `{query_id: text}`."""
        need_mapping(texts, "queries")
        return cls(tuple(texts), tuple(texts.values()))

    @classmethod
    def from_frame(
        cls, frame: "pd.DataFrame", *, query_id: str = "query_id", text: str = "text"
    ) -> Self:
        """Queries from a DataFrame with one row per query."""
        need_columns(frame, query_id, text)
        return cls(tuple(frame[query_id].tolist()), tuple(frame[text].tolist()))

    def __reduce__(self) -> tuple[type["Queries"], tuple[object, ...]]:
        return Queries, (self.query_ids, self.texts, tuple(map(thawed_mapping, self.metadata)))

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

    def attribute(self, name: str) -> dict[str, object]:
        """`{query_id: value}` of one key of the metadata, for the queries that have it.

        Raises:
            DataError: no query has it; the message has near names.
        """
        rows = zip(self.query_ids, self.metadata, strict=True)
        values = {query_id: own[name] for query_id, own in rows if name in own}
        if not values:
            names = sorted({key for own in self.metadata for key in own})
            near = did_you_mean(name, names) if names else "they have no metadata"
            raise DataError(f"no query has the attribute {name!r}; {near}")
        return values

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
