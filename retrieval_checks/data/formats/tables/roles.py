"""`Roles`: what a table's columns are needed for, and by which names they are known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval_checks.errors import DataError, did_you_mean, printable

_QUERY_ID = ("query_id", "qid")
_DOC_ID = ("doc_id", "docid", "corpus_id", "document_id", "passage_id", "docno", "pid")


@dataclass(frozen=True, slots=True)
class Roles:
    """The columns of one kind of table: per role the names it goes by, its own name first."""

    what: str
    names: Mapping[str, tuple[str, ...]]
    optional: frozenset[str] = frozenset()

    def assigned(
        self, there: Sequence[str], chosen: Mapping[str, str], place: str
    ) -> dict[str, str]:
        """`{role: column}` for a table with these columns; what is `chosen` counts first.

        Otherwise a role's own name counts first, then the others; capitals, and hyphens for
        underscores, make no difference.

        Raises:
            DataError: an unknown role, a column that is not there, none or several for a role.

        >>> QRELS.assigned(["query-id", "corpus-id", "score"], {}, "test.parquet")
        {'query_id': 'query-id', 'doc_id': 'corpus-id', 'grade': 'score'}
        """
        self._check_chosen(there, chosen, place)
        found = {role: chosen.get(role) or self._found(role, there, place) for role in self.names}
        return {role: column for role, column in found.items() if column is not None}

    def _check_chosen(self, there: Sequence[str], chosen: Mapping[str, str], place: str) -> None:
        for role, column in chosen.items():
            if role not in self.names:
                raise DataError(
                    f"columns: {self.what} have no {role!r}; {did_you_mean(role, self.names)}"
                )
            if there.count(column) != 1:
                raise DataError(f"{place}: {_lack(column, there)}")

    def _found(self, role: str, there: Sequence[str], place: str) -> str | None:
        plain = [(column.strip().lower().replace("-", "_"), column) for column in there]
        own = [column for name, column in plain if name == role]
        candidates = own or [column for name, column in plain if name in self.names[role]]
        if len(candidates) > 1:
            raise DataError(
                f"{place}: {' and '.join(map(repr, candidates))} could each be the {role!r} of"
                f" {self.what}; say which: columns={{{role!r}: {candidates[0]!r}}}"
            )
        if not candidates and role not in self.optional:
            raise DataError(
                f"{place}: no column for the {role!r} of {self.what} (known names:"
                f" {', '.join(self.names[role])}); the table has: {_names(there)};"
                f" say which: columns={{{role!r}: ...}}"
            )
        return candidates[0] if candidates else None


CORPUS = Roles(
    "documents",
    {
        "doc_id": (*_DOC_ID, "_id", "id"),
        "text": ("text", "passage", "contents", "content", "body"),
        "title": ("title",),
        "metadata": ("metadata",),
    },
    frozenset({"title", "metadata"}),
)
QUERIES = Roles(
    "queries",
    {
        "query_id": (*_QUERY_ID, "_id", "id"),
        "text": ("text", "query", "question"),
        "metadata": ("metadata",),
        "tags": ("tags",),
    },
    frozenset({"metadata", "tags"}),
)
QRELS = Roles(
    "judgements",
    {
        "query_id": _QUERY_ID,
        "doc_id": _DOC_ID,
        "grade": ("grade", "score", "relevance", "relevant", "label", "rel"),
    },
)
RUN = Roles("rankings", {"query_id": _QUERY_ID, "doc_id": _DOC_ID, "score": ("score",)})


def _lack(column: str, there: Sequence[str]) -> str:
    if column in there:
        return f"column {column!r} stands twice; rename one of them"
    hint = did_you_mean(column, there) if there else "it has none"
    return f"no column {column!r}; {hint.replace('allowed:', 'the table has:')}"


def _names(there: Sequence[str]) -> str:
    return ", ".join(map(printable, there)) or "none"
