"""JSON lines: what is an object, and what is refused with file and line."""

import json
import re

import pytest

from retrieval_checks.data.formats.objects import JsonLine, json_lines, json_text
from retrieval_checks.errors import DataError
from tests.data.formats.conftest import MakeFile


def test_each_line_is_an_object_with_its_number(make_file: MakeFile) -> None:
    path = make_file("a.jsonl", '\ufeff{"a": 1}\r\n\n  \n{"b": {"c": null}}')
    lines = list(json_lines(path))
    assert [(line.line, line.fields) for line in lines] == [(1, {"a": 1}), (4, {"b": {"c": None}})]


def test_line_ends_of_unicode_stand_inside_strings(make_file: MakeFile) -> None:
    path = make_file("a.jsonl", '{"a": "x\u2028y\u0085z"}\n')
    assert [line.fields for line in json_lines(path)] == [{"a": "x\u2028y\u0085z"}]


def test_an_escaped_surrogate_pair_is_one_character(make_file: MakeFile) -> None:
    path = make_file("a.jsonl", '{"a": "\\ud83d\\ude00", "b": "\\\\ud800"}\n')
    assert [line.fields for line in json_lines(path)] == [{"a": "\U0001f600", "b": "\\ud800"}]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"a": 1', "not JSON at column 8: Expecting ',' delimiter; fix the line"),
        ("_id: 1", "not JSON at column 1: Expecting value; fix the line"),
        ('{"a": 1} {"b": 2}', "not JSON at column 10: Extra data; fix the line"),
        ('["a"]', "one JSON object is needed, this is a list of 1"),
        ('"a"', "one JSON object is needed, this is the string 'a'"),
        ("null", "one JSON object is needed, this is null"),
        ("12", "one JSON object is needed, this is 12"),
        ('{"a": 1, "b": 2, "a": 3}', "key 'a' stands twice in one object; drop one"),
        ('{"m": {"a": 1, "a": 1}}', "key 'a' stands twice in one object; drop one"),
        ('{"a": NaN}', "NaN is not JSON; write a number (an infinite score is 1e999), or null"),
        ('{"a": -Infinity}', "-Infinity is not JSON; write a number"),
        ('{"a": "\\ud800"}', "a \\ud... escape is half of a surrogate pair, so no character"),
        ('{"a": ["\\uDFFF"]}', "a \\ud... escape is half of a surrogate pair, so no character"),
        ('{"a": ' + "[" * 200_000, "the JSON is nested too deeply to read; flatten it"),
        ('{"a": ' * 200_000, "the JSON is nested too deeply to read; flatten it"),
        ('{"a": ' + "9" * 5000 + "}", "a number has too many digits to read; shorten it"),
    ],
    ids=lambda value: value[:20],
)
def test_a_malformed_line_is_an_error_with_file_and_line(
    make_file: MakeFile, line: str, message: str
) -> None:
    path = make_file("a.jsonl", f'{{"fine": 1}}\n{line}\n')
    with pytest.raises(DataError, match=re.escape(f"{path}:2: {message}")):
        list(json_lines(path))


def test_text_that_is_not_utf8_is_an_error_with_file_and_line(make_file: MakeFile) -> None:
    path = make_file("a.jsonl", b'{"a": "caf\xe9"}\n')
    with pytest.raises(DataError, match=r"a\.jsonl:1: byte 11 is not UTF-8; save the file as"):
        list(json_lines(path))


LINE = JsonLine(
    "a.jsonl",
    7,
    {
        "_id": "d1",
        "number": 5,
        "real": 0.5,
        "flag": True,
        "none": None,
        "words": ["a"],
        "map": {"k": 1},
        "empty": "",
        "huge": 10**400,
    },
)


def test_fields_are_read_under_the_first_key_that_is_there() -> None:
    assert LINE.id("id", "_id", kind="document") == "d1"
    assert LINE.number("score", "number") == 5.0
    assert LINE.number("real") == 0.5
    assert LINE.text("_id") == "d1"
    assert LINE.text("title", default="") == ""
    assert LINE.text("none", default="") == ""
    assert LINE.mapping("map") == {"k": 1}
    assert LINE.mapping("absent") == {}
    assert LINE.mapping("none") == {}
    assert LINE.tags(["a", "b"]) == ("a", "b")


def test_a_missing_key_is_an_error_with_the_nearest_key() -> None:
    line = JsonLine("a.jsonl", 7, {"txt": "x", "_id": "1"})
    with pytest.raises(DataError, match=r"^a\.jsonl:7: no key 'text'; did you mean 'txt'\?$"):
        line.text("text")
    with pytest.raises(
        DataError, match=r"^a\.jsonl:7: no key 'grade' or 'score'; the object has: _id, txt$"
    ):
        line.number("grade", "score")
    with pytest.raises(DataError, match=r"^a\.jsonl:7: no key 'text'; the object is empty$"):
        JsonLine("a.jsonl", 7, {}).text("text")


def test_a_wrong_type_is_an_error_that_says_what_to_write() -> None:
    with pytest.raises(DataError, match=r"7: document id is 5; ids are strings: put it in quotes$"):
        LINE.id("number", kind="document")
    with pytest.raises(DataError, match=r"7: empty query id; ids are non-empty strings$"):
        LINE.id("empty", kind="query")
    with pytest.raises(DataError, match=r"7: 'number' is 5; write a string$"):
        LINE.text("number", default="")
    with pytest.raises(DataError, match=r"7: 'none' is null; write a string$"):
        LINE.text("none")
    with pytest.raises(DataError, match=r"7: '_id' is the string 'd1'; write a number$"):
        LINE.number("_id")
    with pytest.raises(DataError, match=r"7: 'flag' is true; write a number$"):
        LINE.number("flag")
    with pytest.raises(DataError, match=r"7: 'huge' is too large for a float64; fix the line$"):
        LINE.number("huge")
    with pytest.raises(DataError, match=r"7: 'words' is a list of 1; write an object$"):
        LINE.mapping("words")
    with pytest.raises(DataError, match=r"7: 'tags' is the string 'a'; write a list of strings$"):
        LINE.tags("a")
    with pytest.raises(DataError, match=r"7: 'tags' is a list of 2; write a list of strings$"):
        LINE.tags(["a", 1])


def test_json_text_reads_back_and_keeps_letters() -> None:
    assert json_text({"a": "Zwölf"}, "document 'd1'") == '{"a": "Zwölf"}'
    assert json.loads(json_text({"a": "\n\u2028"}, "document 'd1'")) == {"a": "\n\u2028"}


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, object()])
def test_what_json_cannot_express_is_named(value: object) -> None:
    with pytest.raises(DataError, match=r"^document 'd1' cannot be written as JSON: "):
        json_text({"a": value}, "document 'd1'")
