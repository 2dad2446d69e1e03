"""The CSV of passages labelled for one query."""

import csv
import gzip
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval_checks.data.collection import Collection, Corpus, Queries
from retrieval_checks.data.fingerprint import fingerprint
from retrieval_checks.data.formats.labelled_csv import (
    read_labelled_csv,
    write_labelled_csv,
)
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.errors import DataError
from tests.data.formats.conftest import MakeFile

CSV = 'passage_id,passage,relevant\n0,"Cats, they purr.",1\n1,"He said ""no"".\nTwice.",0\n'


@pytest.mark.parametrize(
    "text",
    [
        CSV,
        "\ufeff" + CSV.replace("\n", "\r\n"),
        CSV.replace(",1\n", ",true\n").replace(",0\n", ",FALSE\n"),
        CSV.replace(",1\n", ", 1.0 \n"),
        CSV.replace("passage_id,", "Passage_ID ,"),
        "\n" + CSV + "\n\n",
        "note,relevant,passage,passage_id\n"
        'x,1,"Cats, they purr.",0\nx,0,"He said ""no"".\nTwice.",1\n',
    ],
    ids=["plain", "bom-crlf", "words", "decimals", "header", "blank-lines", "column-order"],
)
def test_a_labelled_csv_is_a_collection(make_file: MakeFile, text: str) -> None:
    for path in (
        make_file("cats.csv", text),
        make_file("cats.csv.gz", gzip.compress(text.encode())),
    ):
        collection = read_labelled_csv(path, query="what purrs?")
        assert collection.name == "cats"
        assert collection.queries["q1"] == "what purrs?"
        assert collection.corpus.doc_ids == ("0", "1")
        assert collection.corpus["0"].text == "Cats, they purr."
        assert collection.corpus["1"].text.replace("\r", "") == 'He said "no".\nTwice.'
        assert collection.qrels.to_dict() == {"q1": {"0": 1.0, "1": 0.0}}


def test_the_query_id_can_be_chosen_and_grades_are_graded(make_file: MakeFile) -> None:
    path = make_file("a.csv", "passage_id,passage,relevant\n007,x,3\na b,y,-1\n")
    collection = read_labelled_csv(path, query="x", query_id="q 9")
    assert collection.qrels.to_dict() == {"q 9": {"007": 3.0, "a b": -1.0}}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("2,x", "2 columns, the header has 3; fix the file"),
        ("2,x,y,1", "4 columns, the header has 3; fix the file"),
        ("2,x,maybe", "'relevant' is 'maybe' for passage '2'; write 0 or 1, true or false, or a"),
        ("2,x,", "'relevant' is '' for passage '2'; write 0 or 1, true or false, or a grade"),
        ("2,x,1_0", "'relevant' is '1_0' for passage '2'; write 0 or 1"),
        ("2,x,nan", "grade 'nan' of document '2' for query 'q1' is not finite"),
        ("0,x,1", "document '0' for query 'q1' is judged already, in line 2 (grade 1 there, 1 her"),
        (",x,1", "empty document id; ids are non-empty strings"),
        ('2,"x"y,1', "not CSV: ',' expected after '\"'; fix the file"),
        ('2,"x,1', "not CSV: unexpected end of data; fix the file"),
    ],
    ids=lambda value: value[:20],
)
def test_a_malformed_row_is_an_error_with_the_line_where_it_starts(
    make_file: MakeFile, line: str, message: str
) -> None:
    path = make_file("a.csv", CSV + line + "\n")  # the row before it takes two lines
    with pytest.raises(DataError, match=re.escape(f"{path}:5: {message}")):
        read_labelled_csv(path, query="what purrs?")


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("passage_id,pasage,relevant", "no column 'passage'; did you mean 'pasage'?"),
        ("passage_id,passage,x", "no column 'relevant'; the file has: passage, passage_id, x"),
        ("passage_id;passage;relevant", "the file is separated by semicolons; save it with commas"),
        (
            "passage_id,passage,relevant,passage",
            "column 'passage' stands twice; rename one of them",
        ),
    ],
)
def test_a_wrong_header_is_an_error_with_the_nearest_name(
    make_file: MakeFile, header: str, message: str
) -> None:
    path = make_file("a.csv", f"{header}\n0,x,1\n")
    with pytest.raises(DataError, match=re.escape(message)) as info:
        read_labelled_csv(path, query="x")
    assert str(info.value).startswith(f"{path}:1: ")


@pytest.mark.parametrize("text", ["", "passage_id,passage,relevant\n"])
def test_no_passage_is_an_error(make_file: MakeFile, text: str) -> None:
    with pytest.raises(DataError, match=r"a\.csv: no passages; a labelled CSV has at least one"):
        read_labelled_csv(make_file("a.csv", text), query="x")


def test_text_that_is_not_utf8_is_an_error_with_file_and_line(make_file: MakeFile) -> None:
    path = make_file("a.csv", CSV.encode() + b"2,caf\xe9,1\n")
    with pytest.raises(DataError, match=r"a\.csv:5: not UTF-8; fix the file"):
        read_labelled_csv(path, query="x")


def test_a_blank_query_is_an_error(make_file: MakeFile) -> None:
    with pytest.raises(DataError, match="query 'q1' has no text"):
        read_labelled_csv(make_file("a.csv", CSV), query=" ")


def test_a_missing_file_is_named(make_file: MakeFile) -> None:
    path = make_file("cats.csv", CSV)
    with pytest.raises(DataError, match=r"cat\.csv: no such file; near names .*: cats\.csv"):
        read_labelled_csv(path.with_name("cat.csv"), query="x")


def test_a_passage_longer_than_python_reads_is_said_to_be(make_file: MakeFile) -> None:
    path = make_file("long.csv", f"{CSV}2,{'x' * (csv.field_size_limit() + 1)},1\n")
    message = r"long\.csv:5: a field is longer than 131072 characters, .* keep it in a BEIR folder"
    with pytest.raises(DataError, match=message):
        read_labelled_csv(path, query="what?")


def test_a_header_cannot_act_on_a_terminal(make_file: MakeFile) -> None:
    path = make_file("a.csv", "\x1b[31mid,text,label\n1,x,1\n")
    with pytest.raises(DataError, match=r"the file has: '\\x1b\[31mid', label, text$"):
        read_labelled_csv(path, query="what?")


texts = st.text(st.characters(codec="utf-8"), max_size=8) | st.sampled_from(['"', "a,b\r\nc", "\r"])
passages = st.dictionaries(
    texts.filter(bool),
    st.tuples(texts, st.floats(allow_nan=False, allow_infinity=False)),
    min_size=1,
)


@given(passages, st.sampled_from(["a.csv", "a.csv.gz"]))
def test_what_is_written_is_read_back_equal(
    judged: dict[str, tuple[str, float]], name: str
) -> None:
    corpus = Corpus(tuple(judged), tuple(text for text, _ in judged.values()))
    qrels = Qrels.from_dict({"q": {doc_id: grade for doc_id, (_, grade) in judged.items()}})
    collection = Collection(corpus, Queries.from_dict({"q": "what?"}), qrels)
    with TemporaryDirectory() as folder:
        write_labelled_csv(collection, Path(folder) / name)
        back = read_labelled_csv(Path(folder) / name, query="what?", query_id="q")
    assert back.corpus.doc_ids == corpus.doc_ids
    for one, other in ((back.corpus, corpus), (back.queries, collection.queries)):
        assert fingerprint(one) == fingerprint(other)
    assert back.qrels.to_dict() == qrels.to_dict()


ONE = Queries.from_dict({"q": "what?"})
AB = Corpus.from_dict({"a": "A", "b": "B"})


@pytest.mark.parametrize(
    ("corpus", "queries", "grades", "message"),
    [
        (AB, ONE, {"q": {"a": 1}}, "labels every passage; not judged: 'b'"),
        (AB, ONE, {"q": {"a": 1, "b": 0, "z": 1}}, "not in the corpus, so without a passage: 'z'"),
        (AB, ONE, {"r": {"a": 1, "b": 0}}, "2 passages, 1 queries and judgements for 'r'; write_"),
        (AB, Queries.from_dict({"q": "?", "r": "?"}), {"q": {"a": 1}}, "2 passages, 2 queries"),
        (Corpus((), ()), ONE, {"q": {}}, "0 passages, 1 queries"),
        (Corpus(("a",), ("A",), ("T",)), ONE, {"q": {"a": 1}}, "no titles, but 'a' have"),
        (Corpus.from_dict({"a": "x" * 131_073}), ONE, {"q": {"a": 1}}, "passage 'a': longer than"),
    ],
)
def test_what_the_file_cannot_hold_is_refused(
    tmp_path: Path,
    corpus: Corpus,
    queries: Queries,
    grades: dict[str, dict[str, float]],
    message: str,
) -> None:
    with pytest.raises(DataError, match=message):
        write_labelled_csv(Collection(corpus, queries, Qrels.from_dict(grades)), tmp_path / "a.csv")
    assert not list(tmp_path.iterdir())


def test_judgements_with_subtopics_are_refused(tmp_path: Path) -> None:
    qrels = Qrels.from_subtopics({"q": {"s": {"d": 1}}})
    collection = Collection(Corpus(("d",), ("x",)), Queries.from_dict({"q": "y"}), qrels)
    message = "the judgements have subtopics, which a labelled CSV cannot hold; use write_trec_qr"
    with pytest.raises(DataError, match=f"^{message}"):
        write_labelled_csv(collection, tmp_path / "a.csv")
    assert list(tmp_path.iterdir()) == []
