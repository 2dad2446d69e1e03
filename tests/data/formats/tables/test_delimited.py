"""CSV and TSV files as tables of strings."""

import gzip
import re

import pytest

from retrieval_checks.data.formats.tables.delimited import read_delimited
from retrieval_checks.errors import DataError
from tests.data.formats.conftest import MakeFile


def columns(path: object) -> dict[str, list[str]]:
    table = read_delimited(path)  # type: ignore[arg-type]
    return {name: table.column(name).to_pylist() for name in table.columns}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", 'id,text\n007,"one, ""two""\nthree"\n8,x\n'),
        ("a.csv", '\ufeffid , text\r\n\n007,"one, ""two""\nthree"\r\n8,x'),
    ],
)
def test_csv_is_read_as_strings(make_file: MakeFile, name: str, text: str) -> None:
    for path in (make_file(name, text), make_file(f"{name}.gz", gzip.compress(text.encode()))):
        assert columns(path) == {"id": ["007", "8"], "text": ['one, "two"\nthree', "x"]}


def test_quotes_mean_nothing_in_tsv(make_file: MakeFile) -> None:
    path = make_file("a.TSV", 'id\ttext\n1\the said "no\n\n2\t"yes"\n')
    assert columns(path) == {"id": ["1", "2"], "text": ['he said "no', '"yes"']}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "", "a.csv: empty; the first line has the names of the columns"),
        ("a.csv", 'id,text\n1,"a\nb"\n2\n', "a.csv:4: 1 columns, the header has 2; fix the file"),
        ("a.csv", 'id,text\n1,"a\n', "a.csv:2: not CSV: unexpected end of data; fix the file"),
        ("a.csv", f"id,text\n1,{'x' * 131_073}\n", "a.csv:2: a field is longer than 131072 charac"),
        ("a.tsv", "id\ttext\n\n1\ta\tb\n", "a.tsv:3: 3 columns, the header has 2; fix the file"),
    ],
)
def test_a_malformed_file_is_refused_with_its_line(
    make_file: MakeFile, name: str, text: str, message: str
) -> None:
    with pytest.raises(DataError, match=re.escape(message)):
        read_delimited(make_file(name, text))


def test_text_that_is_not_utf8_is_refused_with_its_line(make_file: MakeFile) -> None:
    with pytest.raises(DataError, match=r"a\.csv:2: not UTF-8; fix the file"):
        read_delimited(make_file("a.csv", b"id,text\n1,caf\xe9\n"))
