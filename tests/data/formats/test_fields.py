"""Which lines with tabs and blanks can only mean one thing."""

import pytest

from retrieval_checks.data.formats.fields import between_tabs, shown
from retrieval_checks.data.formats.trec import read_trec_qrels, read_trec_run
from retrieval_checks.errors import DataError
from tests.data.formats.conftest import MakeFile


@pytest.mark.parametrize(
    "line",
    [
        "q1 Q0\td1\t1\t0.5\ttag",
        "q1 0\td1\t1\t0.5\ttag",
        "q1  q0\td1\t1\t0.5\ttag",
        "q1\tQ0 d1\t1\t0.5\ttag",
        "q1\tQ0  d1\t1\t0.5\ttag",
        "q1\tQ0\td1\t1 0.5\ttag",
        "q1\tQ0\td1\t1\t0.5 tag",
        "q1 Q0 d1\t1 0.5 tag",
        "q1 Q0 d1 1\t0.5 tag",
        "q1\tQ0 d1 1 0.5\ttag",
        "q1 Q0 d1 1 0.5 tag\t",
    ],
)
def test_a_blank_between_columns_separates_them(make_file: MakeFile, line: str) -> None:
    assert read_trec_run(make_file("a.trec", line)).to_dict() == {"q1": {"d1": 0.5}}


@pytest.mark.parametrize("line", ["q1 0\td1\t1", "q1\t0 d1\t1", "q1 Q0\td1\t1\r"])
def test_a_blank_between_columns_of_judgements_separates_them(
    make_file: MakeFile, line: str
) -> None:
    assert read_trec_qrels(make_file("a.qrels", line)).to_dict() == {"q1": {"d1": 1.0}}


@pytest.mark.parametrize(
    "line",
    [
        "q1\tQ0\tmy doc\t0.5\ttag",  # the rank left out, not document 'my' of rank 'doc'
        "q1\tQ0\tmy 7\t0.5\ttag",
        "q1\tmy doc\t1\t0.5\ttag",  # Q0 left out, not document 'doc'
        "my q1\td1\t1\t0.5\ttag",
        "q1 2\td1\t1\t0.5\ttag",  # query 'q1 2' as likely as 'q1'
    ],
)
def test_a_blank_that_may_be_an_ids_is_refused(make_file: MakeFile, line: str) -> None:
    with pytest.raises(DataError, match=r"a\.trec:1: 5 columns in .*, 6 are needed"):
        read_trec_run(make_file("a.trec", line))


@pytest.mark.parametrize("line", ["q1\tmy doc\t1", "my q1\td1\t1", "q1 2\td1\t1", "q1\t0\td1 1"])
def test_a_blank_that_may_be_an_ids_is_refused_in_judgements(
    make_file: MakeFile, line: str
) -> None:
    with pytest.raises(DataError, match=r"a\.qrels:1: 3 columns in .*, 4 are needed"):
        read_trec_qrels(make_file("a.qrels", line))


@pytest.mark.parametrize(
    "line",
    [
        "q1\tmy long doc\t0.5\ttag",  # split at its blanks: document 'long'
        "q1 Q0\tmy doc\t0.5\ttag",
        "q1 Q0\tmy 7\t0.5\ttag",
        "q1\tmy doc\t1 0.5\ttag",
    ],
)
def test_a_line_with_two_tabs_too_few_is_not_made_up_for_by_an_ids_blanks(
    make_file: MakeFile, line: str
) -> None:
    with pytest.raises(DataError, match=r"a\.trec:1: 4 columns in .*, 6 are needed"):
        read_trec_run(make_file("a.trec", line))


def test_a_document_called_like_its_query_is_no_hindrance(make_file: MakeFile) -> None:
    path = make_file("a.qrels", "d1 0\td1\t1")
    assert read_trec_qrels(path).to_dict() == {"d1": {"d1": 1.0}}


def test_ids_between_tabs_keep_their_blanks() -> None:
    assert between_tabs(b"my q\t0\tmy doc\t1\n", 4) == [b"my q", b"0", b"my doc", b"1"]


def test_a_quoted_line_is_cut_and_cannot_act_on_a_terminal() -> None:
    assert shown(b"q\x1b[31m \xff\n") == "'q\\x1b[31m \ufffd'"
    assert shown(b"x" * 61) == repr("x" * 60 + "…")
