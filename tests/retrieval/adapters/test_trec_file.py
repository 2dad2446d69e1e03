"""A frozen run as a retriever."""

import gzip
from pathlib import Path

import pytest

from retrieval_checks.data.collection import Queries
from retrieval_checks.errors import DataError, SettingsError
from retrieval_checks.retrieval.adapters.trec_file import TrecFileRetriever
from retrieval_checks.retrieval.inspection.description import describe
from retrieval_checks.retrieval.protocols import Retriever

RUN = "q1 Q0 d1 1 9.5 bm25\nq1 Q0 d2 2 7.25 bm25\nq2 Q0 d3 1 1 bm25\n"
QUERIES = Queries.from_dict({"q2": "dogs", "q1": "cats"})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "bm25.trec"
    path.write_text(RUN)
    return path


def test_the_file_answers_in_the_order_of_the_queries(path: Path) -> None:
    retriever = TrecFileRetriever(path)
    run = retriever.retrieve(QUERIES, 10)
    assert run.to_dict() == {"q2": {"d3": 1.0}, "q1": {"d1": 9.5, "d2": 7.25}}
    assert list(run) == ["q2", "q1"]
    assert run.name == "bm25"
    assert isinstance(retriever, Retriever)


def test_only_what_is_asked_is_answered_and_cut_at_k(path: Path) -> None:
    run = TrecFileRetriever(path, name="old").retrieve(QUERIES.select(["q1"]), 1)
    assert run.to_dict() == {"q1": {"d1": 9.5}}
    assert run.name == "old"


def test_a_packed_file_will_do(tmp_path: Path) -> None:
    path = tmp_path / "bm25.trec.gz"
    path.write_bytes(gzip.compress(RUN.encode()))
    assert TrecFileRetriever(path).retrieve(QUERIES, 1).ranking("q2") == ("d3",)


def test_queries_that_the_file_lacks_are_an_error_that_names_them(path: Path) -> None:
    queries = Queries.from_dict({"q1": "cats", "q7": "mice", "q8": "owls"})
    with pytest.raises(
        DataError, match=r"bm25.trec has no ranking of 2 of 3 queries: 'q7', 'q8'; .*missing='empty"
    ):
        TrecFileRetriever(path).retrieve(queries, 10)


def test_queries_that_the_file_lacks_found_nothing_where_the_caller_says_so(path: Path) -> None:
    queries = Queries.from_dict({"q7": "mice", "q1": "cats"})
    run = TrecFileRetriever(path, missing="empty").retrieve(queries, 1)
    assert run.to_dict() == {"q7": {}, "q1": {"d1": 9.5}}


def test_it_is_described_by_what_is_in_the_file(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.trec"
    other.write_text(RUN.replace("7.25", "8"))
    assert describe(TrecFileRetriever(path)) != describe(TrecFileRetriever(other))
    assert describe(TrecFileRetriever(path)).startswith("TrecFileRetriever ")


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"absent.trec"):
        TrecFileRetriever(tmp_path / "absent.trec").retrieve(QUERIES, 1)


def test_settings_that_make_no_sense_are_refused(path: Path) -> None:
    with pytest.raises(SettingsError, match="missing is 'skip'; allowed: 'error', 'empty'"):
        TrecFileRetriever(path, missing="skip")  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match="at least 1, got 0"):
        TrecFileRetriever(path).retrieve(QUERIES, 0)
