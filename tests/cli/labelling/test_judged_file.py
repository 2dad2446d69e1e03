"""A file of judgements that grows by a line an answer."""

import gzip
from pathlib import Path

import pytest

from retrieval_checks.cli.judgements import read_qrels
from retrieval_checks.cli.labelling.judged_file import JudgedFile
from retrieval_checks.errors import DataError, SettingsError

TREC = "# by hand\nq1 0 d1 1\n\nq1 Q0 d2 0\n"
BEIR = "query-id\tcorpus-id\tscore\nq1\td1\t1\n"


def _file(tmp_path: Path, name: str, text: str | None = None) -> JudgedFile:
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    return JudgedFile(tmp_path / name)


def test_what_stands_there_stays_as_it_is(tmp_path: Path) -> None:
    file = _file(tmp_path, "q.trec", TREC)
    file.add("q2", "d1", 2)
    assert file.path.read_text() == TREC + "q2 0 d1 2\n"
    assert read_qrels(file.path).to_dict() == {"q1": {"d1": 1.0, "d2": 0.0}, "q2": {"d1": 2.0}}


def test_a_tsv_file_has_three_columns_and_a_header(tmp_path: Path) -> None:
    file = _file(tmp_path, "q.tsv")
    file.add("q 1", "d 1", 0.5)
    assert file.path.read_text() == "query-id\tcorpus-id\tscore\nq 1\td 1\t0.5\n"
    again = _file(tmp_path, "more.tsv", BEIR)
    again.add("q1", "d2", 0)
    assert again.path.read_text() == BEIR + "q1\td2\t0\n"


def test_a_file_with_tabs_gets_tabs(tmp_path: Path) -> None:
    file = _file(tmp_path, "q.trec", "q1\t0\td1\t1\n")
    file.add("q1", "my doc", 1)
    assert read_qrels(file.path)["q1"] == {"d1": 1.0, "my doc": 1.0}


def test_gzip_stays_gzip(tmp_path: Path) -> None:
    file = JudgedFile(tmp_path / "q.trec.gz")
    file.add("q1", "d1", 1)
    assert gzip.decompress(file.path.read_bytes()) == b"q1 0 d1 1\n"
    assert JudgedFile(file.path).grade("q1", "d1") == 1


def test_the_last_of_this_session_is_taken_back_and_no_other(tmp_path: Path) -> None:
    file = _file(tmp_path, "q.trec", TREC)
    file.add("q2", "d1", 2)
    file.take_back()
    assert file.path.read_text() == TREC
    assert file.grade("q2", "d1") is None
    with pytest.raises(DataError, match="nothing was judged here"):
        file.take_back()


def test_judgements_hold_what_was_added(tmp_path: Path) -> None:
    file = _file(tmp_path, "q.trec")
    known = [file.qrels]
    file.add("q1", "d1", 2)
    known.append(file.qrels)
    assert [qrels and qrels.to_dict() for qrels in known] == [None, {"q1": {"d1": 2.0}}]
    pairs = [("q1", "d1"), ("q1", "d2"), ("q2", "d1")]
    assert [file.grade(*pair) for pair in pairs] == [2, None, None]


def test_a_pair_is_judged_once(tmp_path: Path) -> None:
    file = _file(tmp_path, "q.trec", TREC)
    with pytest.raises(DataError, match="document 'd2' is judged already for query 'q1'"):
        file.add("q1", "d2", 1)
    assert file.path.read_text() == TREC


def test_of_several_all_or_none_is_added(tmp_path: Path) -> None:
    file = _file(tmp_path, "q.trec", TREC)
    with pytest.raises(DataError, match="'d1' is judged already"):
        file.add_all([("q9", "d9", 1.0), ("q1", "d1", 1.0)])
    assert file.grade("q9", "d9") is None
    assert file.path.read_text() == TREC


def test_an_id_that_the_format_cannot_hold_is_refused_before_it_is_written(tmp_path: Path) -> None:
    file = _file(tmp_path, "q.trec", TREC)
    with pytest.raises(DataError, match="document id 'my doc' contains white space"):
        file.add("q1", "my doc", 1)
    assert file.path.read_text() == TREC


def test_a_file_that_cannot_be_written_stays_and_so_does_what_is_known(tmp_path: Path) -> None:
    file = _file(tmp_path, "q.trec", TREC)
    file.path.unlink()
    file.path.mkdir()
    with pytest.raises(DataError, match="cannot be written"):
        file.add("q2", "d1", 1)
    assert file.grade("q2", "d1") is None


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"corpus\.jsonl: judgements are written as BEIR's"):
        JudgedFile(tmp_path / "corpus.jsonl")
    with pytest.raises(SettingsError, match="there is no folder"):
        JudgedFile(tmp_path / "none" / "q.trec")
    with pytest.raises(DataError, match=r"q\.trec:1: .*columns"):
        _file(tmp_path, "q.trec", "no judgement\n")
    (tmp_path / "latin.trec").write_bytes("q\xfc 0 d 1\n".encode("latin-1"))
    with pytest.raises(DataError, match="UTF-8"):
        JudgedFile(tmp_path / "latin.trec")


def test_an_empty_file_is_as_none(tmp_path: Path) -> None:
    assert _file(tmp_path, "q.trec", "").qrels is None
    file = _file(tmp_path, "q.tsv", "query-id\tcorpus-id\tscore\n")
    file.add("q", "d", 1)
    assert file.path.read_text() == "query-id\tcorpus-id\tscore\nq\td\t1\n"
