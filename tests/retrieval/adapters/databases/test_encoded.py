"""Vectors for databases, and whether those looked far enough."""

from typing import Any

import pytest

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.encoding.models import BiEncoder
from retrieval_checks.errors import DataError, SettingsError
from retrieval_checks.retrieval.adapters.databases.encoded import (
    as_encoder,
    check_complete,
    check_distance,
    document_vectors,
    query_vectors,
)
from retrieval_checks.retrieval.adapters.hits import SearchError
from tests.retrieval.adapters.databases.conftest import QUERIES
from tests.retrieval.conftest import TableEncoder


def test_an_encoder_stays_itself_and_a_name_becomes_a_handle(encoder: TableEncoder) -> None:
    assert as_encoder(encoder) is encoder
    assert isinstance(as_encoder("models/mine"), BiEncoder)


def test_queries_and_documents_become_plain_numbers(encoder: TableEncoder) -> None:
    assert query_vectors(encoder, QUERIES) == [[1.0, 0.0]]
    titled = Corpus(("d1",), ("east",), ("far",))
    assert document_vectors(encoder, titled) == [[5.0, 0.0]]


def test_no_query_needs_no_vector(encoder: TableEncoder) -> None:
    assert query_vectors(encoder, Queries.from_dict({})) == []


def test_an_empty_corpus_cannot_be_indexed(encoder: TableEncoder) -> None:
    with pytest.raises(DataError, match="an empty corpus cannot be indexed"):
        document_vectors(encoder, Corpus.from_dict({}))


def test_the_distance_is_the_models_unless_given() -> None:
    assert check_distance(None, TableEncoder({}, "dot")) == "dot"
    assert check_distance("l2", TableEncoder({}, "dot")) == "l2"


def test_a_distance_that_does_not_exist_is_refused(encoder: TableEncoder) -> None:
    wrong: Any = "cosin"
    with pytest.raises(SettingsError, match="distance 'cosin'; did you mean 'cosine'"):
        check_distance(wrong, encoder)


def test_fewer_hits_than_wanted_must_be_all_there_are() -> None:
    check_complete(["d1", "d2"], 5, lambda: 2, remedy="")
    with pytest.raises(
        SearchError, match=r"2 of 5 hits, though there are 3 vectors.*; look furthe"
    ):
        check_complete(["d1", "d2"], 5, lambda: 3, remedy="look further")


def test_nothing_is_counted_where_there_are_enough_hits() -> None:
    check_complete(["d1", "d2"], 2, lambda: 1 // 0, remedy="")
