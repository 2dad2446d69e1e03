"""Which column is which, by its name or as told."""

import re

import pytest

from retrieval_checks.data.formats.tables.roles import CORPUS, QRELS, QUERIES, RUN, Roles
from retrieval_checks.errors import DataError


@pytest.mark.parametrize(
    ("roles", "there", "wanted"),
    [
        (CORPUS, ["_id", "title", "text"], {"doc_id": "_id", "title": "title", "text": "text"}),
        (CORPUS, ["Doc-ID", "id", "Body"], {"doc_id": "Doc-ID", "text": "Body"}),
        (QUERIES, ["id", "question", "x"], {"query_id": "id", "text": "question"}),
        (
            QRELS,
            ["query-id", "corpus-id", "score"],
            {"query_id": "query-id", "doc_id": "corpus-id", "grade": "score"},
        ),
        (
            RUN,
            ["qid", "docno", "rank", "score"],
            {"query_id": "qid", "doc_id": "docno", "score": "score"},
        ),
    ],
)
def test_usual_names_are_known(roles: Roles, there: list[str], wanted: dict[str, str]) -> None:
    assert roles.assigned(there, {}, "t") == wanted


def test_what_is_chosen_counts_before_a_usual_name() -> None:
    found = CORPUS.assigned(["doc_id", "pk", "text"], {"doc_id": "pk"}, "t")
    assert found == {"doc_id": "pk", "text": "text"}


@pytest.mark.parametrize(
    ("there", "chosen", "message"),
    [
        (
            ["a", "text"],
            {"docid": "a"},
            "columns: documents have no 'docid'; did you mean 'doc_id'",
        ),
        (["pkk", "text"], {"doc_id": "pk"}, "t.csv: no column 'pk'; did you mean 'pkk'?"),
        ([], {"doc_id": "pk"}, "t.csv: no column 'pk'; it has none"),
        (["a", "a", "text"], {"doc_id": "a"}, "t.csv: column 'a' stands twice; rename one of them"),
        (
            ["_id", "id", "text"],
            {},
            "t.csv: '_id' and 'id' could each be the 'doc_id' of documents",
        ),
        (["doc_id", "doc_id", "text"], {}, "'doc_id' and 'doc_id' could each be the 'doc_id' of"),
        (
            ["doc_id", "\x1b"],
            {},
            "the table has: doc_id, '\\x1b'; say which: columns={'text': ...}",
        ),
        (
            ["doc_id"],
            {},
            "t.csv: no column for the 'text' of documents (known names: text, passage",
        ),
    ],
)
def test_what_cannot_be_told_is_refused_with_the_way_out(
    there: list[str], chosen: dict[str, str], message: str
) -> None:
    with pytest.raises(DataError, match=re.escape(message)):
        CORPUS.assigned(there, chosen, "t.csv")
