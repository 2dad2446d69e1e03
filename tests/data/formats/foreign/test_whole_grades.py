"""Judgements as pytrec_eval takes them, and what it holds as ours."""

from pathlib import Path

import pytest

from retrieval_checks.data.fingerprint import fingerprint
from retrieval_checks.data.formats.foreign.whole_grades import whole_grades
from retrieval_checks.data.formats.trec import write_trec_qrels, write_trec_run
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError
from tests.data.formats.example import example


def test_pytrec_eval_measures_with_them() -> None:
    pytrec_eval = pytest.importorskip("pytrec_eval")
    grades = whole_grades(Qrels.from_dict({"q1": {"d1": 0, "d2": 1}}))
    run = Run.from_dict({"q1": {"d1": 2.0, "d2": 1.0}})
    measured = pytrec_eval.RelevanceEvaluator(grades, {"recip_rank"}).evaluate(run.to_dict())
    assert measured == {"q1": {"recip_rank": 0.5}}


def test_what_pytrec_eval_parses_is_read(tmp_path: Path) -> None:
    pytrec_eval = pytest.importorskip("pytrec_eval")
    qrels = example().qrels
    run = Run.from_dict({"q1": {"d1": 0.1, "d2": 3.0}})
    write_trec_qrels(qrels, tmp_path / "qrels")
    write_trec_run(run, tmp_path / "run")
    with open(tmp_path / "qrels") as file:
        parsed = pytrec_eval.parse_qrel(file)
    assert parsed == whole_grades(qrels)
    assert fingerprint(Qrels.from_dict(parsed)) == fingerprint(qrels)
    with open(tmp_path / "run") as file:
        assert fingerprint(Run.from_dict(pytrec_eval.parse_run(file))) == fingerprint(run)


def test_they_are_ints_and_negative_ones_stay() -> None:
    grades = whole_grades(Qrels.from_dict({"q1": {"d1": -1.0, "d2": 3.0}, "q2": {}}))
    assert grades == {"q1": {"d1": -1, "d2": 3}, "q2": {}}
    assert {type(grade) for grade in grades["q1"].values()} == {int}


def test_what_would_be_lost_is_refused() -> None:
    with pytest.raises(
        DataError, match=r"grade 1\.5 of document 'd' for query 'q' is no whole number"
    ):
        whole_grades(Qrels.from_dict({"q": {"d": 1.5}}))
    with pytest.raises(DataError, match="have subtopics, which a dict of whole grades cannot hold"):
        whole_grades(Qrels.from_subtopics({"q": {"s": {"d": 1}}}))
