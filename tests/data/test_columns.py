"""Texts and metadata: checked once, never changed."""

import pickle

import pytest

from retrieval_checks.data.corpus import Corpus, Document
from retrieval_checks.data.queries import Queries
from retrieval_checks.errors import DataError


def test_metadata_is_checked_and_cannot_be_changed() -> None:
    given = {"year": 2024}
    corpus = Corpus(("a", "b"), ("x", "y"), metadata=(given, {}))
    given["year"] = 1
    assert corpus["a"].metadata == {"year": 2024}
    with pytest.raises(TypeError, match="does not support item assignment"):
        corpus["b"].metadata["year"] = 1  # type: ignore[index]
    with pytest.raises(DataError, match="2 ids but 1 metadata entries"):
        Corpus(("a", "b"), ("x", "y"), metadata=(given,))
    with pytest.raises(DataError, match="metadata of 'a' is of type list, not a mapping"):
        Corpus(("a",), ("x",), metadata=([],))  # type: ignore[arg-type]


def test_metadata_cannot_be_changed_at_any_depth() -> None:
    given = {"years": [2024], "by": {"names": ["A"]}, "codes": {1}}
    for metadata in (
        Corpus(("a",), ("x",), metadata=(given,))["a"].metadata,
        Queries(("a",), ("x",), metadata=(given,)).metadata[0],
        Document("a", "x", metadata=given).metadata,
    ):
        assert metadata == {"years": (2024,), "by": {"names": ("A",)}, "codes": frozenset({1})}
        with pytest.raises(TypeError, match="does not support item assignment"):
            metadata["by"]["names"] = ()
    given["years"].append(2025)  # type: ignore[attr-defined]
    assert metadata["years"] == (2024,)


def test_nested_metadata_goes_through_pickle() -> None:
    corpus = Corpus(("a",), ("x",), metadata=({"by": {"names": ["A"]}},))
    queries = Queries(("a",), ("x",), metadata=({"by": {"names": ["A"]}},))
    assert pickle.loads(pickle.dumps(corpus))["a"] == corpus["a"]
    assert pickle.loads(pickle.dumps(corpus["a"])) == corpus["a"]
    assert pickle.loads(pickle.dumps(queries)).metadata == queries.metadata


def test_metadata_nested_without_end_is_refused() -> None:
    endless: dict[str, object] = {}
    endless["self"] = endless
    with pytest.raises(DataError, match="metadata of 'a' is nested too deeply; flatten it"):
        Corpus(("a",), ("x",), metadata=(endless,))


def test_what_is_no_mapping_of_texts_is_refused() -> None:
    with pytest.raises(DataError, match="documents must be a mapping of ids to texts, got list"):
        Corpus.from_dict(["x"])  # type: ignore[arg-type]
    with pytest.raises(DataError, match="queries must be a mapping of ids to texts, got str"):
        Queries.from_dict("x")  # type: ignore[arg-type]
