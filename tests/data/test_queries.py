"""`Queries`: questions in one order, none without text."""

import pytest

from retrieval_checks.data.queries import Queries
from retrieval_checks.errors import DataError

QUERIES = Queries(("q2", "q1"), ("what barks?", "what purrs?"), ({"tags": ("a", "b")}, {}))


def test_queries_keep_their_order_and_tags() -> None:
    assert (len(QUERIES), list(QUERIES), QUERIES["q1"]) == (2, ["q2", "q1"], "what purrs?")
    assert "q1" in QUERIES
    assert "q3" not in QUERIES
    assert QUERIES.tags("q2") == ("a", "b")
    assert QUERIES.tags("q1") == ()
    with pytest.raises(DataError, match="query 'q3' is not among the 2 queries"):
        QUERIES["q3"]


@pytest.mark.parametrize("text", ["", " \n"])
def test_a_query_without_text_is_refused(text: str) -> None:
    with pytest.raises(DataError, match="query 'q' has no text"):
        Queries.from_dict({"q": text})


def test_selected_queries_stand_in_the_order_asked() -> None:
    part = QUERIES.select(["q1", "q2"])
    assert part.query_ids == ("q1", "q2")
    assert part.tags("q2") == ("a", "b")
    with pytest.raises(DataError, match="query 'q3' is not among the 2 queries"):
        QUERIES.select(["q3"])


def test_queries_go_through_a_frame() -> None:
    frame = QUERIES.to_frame()
    assert Queries.from_frame(frame)["q1"] == "what purrs?"
    with pytest.raises(DataError, match="no column 'text' in the frame; it has: query_id, 7"):
        Queries.from_frame(frame.rename(columns={"text": 7}))


LABELLED = Queries(
    ("q1", "q2", "q3"),
    ("one", "two", "three"),
    ({"tags": ["x", "y"], "hops": 2}, {"kind": "short"}, {"hops": 0}),
)


def test_attribute_is_of_the_queries_that_have_it_in_their_order() -> None:
    assert list(LABELLED.attribute("hops").items()) == [("q1", 2), ("q3", 0)]
    assert LABELLED.attribute("kind") == {"q2": "short"}
    tags = LABELLED.attribute("tags")
    assert list(tags) == ["q1"]
    assert list(tags["q1"]) == ["x", "y"]  # type: ignore[call-overload]


def test_attribute_that_no_query_has_is_refused_with_near_names() -> None:
    with pytest.raises(
        DataError, match=r"^no query has the attribute 'tag'; did you mean 'tags'\?$"
    ):
        LABELLED.attribute("tag")
    with pytest.raises(
        DataError, match=r"^no query has the attribute 'zzz'; allowed: hops, kind, tags$"
    ):
        LABELLED.attribute("zzz")
    with pytest.raises(
        DataError, match=r"^no query has the attribute 'tags'; they have no metadata$"
    ):
        Queries.from_dict({"q": "what?"}).attribute("tags")
