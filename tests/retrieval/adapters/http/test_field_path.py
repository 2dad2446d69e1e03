"""Values in a JSON answer, strictly."""

import pytest

from retrieval_checks.errors import SettingsError
from retrieval_checks.retrieval.adapters.hits import SearchError
from retrieval_checks.retrieval.adapters.http.field_path import FieldPath

ANSWER = {
    "hits": {"hits": [{"_id": "d1", "_source": {"a.b": 1}}, {"_id": "d2", "_source": {"a.b": 2}}]},
    "pages": [{"ids": ["d1", "d2"]}, {"ids": []}, {"ids": ["d3"]}],
    "none": [],
}


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("hits.hits[*]._id", ["d1", "d2"]),
        ('hits.hits[*]._source."a.b"', [1, 2]),
        ("pages[*].ids[*]", ["d1", "d2", "d3"]),
        ("pages[0].ids[*]", ["d1", "d2"]),
        ("none[*].id", []),
    ],
)
def test_values_come_in_order(path: str, values: list[object]) -> None:
    assert FieldPath(path).values(ANSWER) == values


def test_the_answer_may_be_a_list() -> None:
    assert FieldPath("[*].id").values([{"id": "d1"}]) == ["d1"]
    assert FieldPath("[*]").values(["d1", "d2"]) == ["d1", "d2"]


def test_a_null_is_a_value_that_is_there() -> None:
    assert FieldPath("[*].id").values([{"id": None}]) == [None]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("results[*].id", "no 'results' at its top, where there is 'hits', 'pages', 'none'"),
        ("hits.hits[*].id", r"no 'id' in hits.hits\[0\], where there is '_id', '_source'"),
        ("hits[*].id", "no list in hits, which|no list in hits, where there is 'hits'"),
        ("pages[*].ids[0]", r"the list in pages\[1\].ids has no element 0, but 0"),
        ("hits.hits[*]._id.x", r"no 'x' in hits.hits\[0\]._id, which is a str"),
    ],
)
def test_what_is_not_there_is_an_error_that_says_where(path: str, message: str) -> None:
    with pytest.raises(SearchError, match=message):
        FieldPath(path).values(ANSWER)


def test_one_element_without_the_field_is_an_error_not_a_shorter_list() -> None:
    with pytest.raises(SearchError, match=r"no 'id' in \[1\], where there is nothing"):
        FieldPath("[*].id").values([{"id": "d1"}, {}])


@pytest.mark.parametrize("path", ["", "hits[", "hits[x]", "a..b[*]", "$.hits[*]]"])
def test_a_path_that_cannot_be_read_is_refused(path: str) -> None:
    with pytest.raises(SettingsError, match=r"cannot be read|names one value"):
        FieldPath(path)


def test_a_path_without_a_list_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"'hits.id' names one value; mark the list .* \[\*\]"):
        FieldPath("hits.id")
