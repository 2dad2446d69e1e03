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
