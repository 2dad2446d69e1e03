"""ranx: its objects into ours and back."""

from typing import Any

import pytest

from retrieval_checks.data.fingerprint import fingerprint
from retrieval_checks.data.formats.foreign.ranx import (
    qrels_from_ranx,
    qrels_to_ranx,
    run_from_ranx,
    run_to_ranx,
)
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError
from tests.data.formats.example import example

slow = pytest.mark.slow  # ranx compiles itself
SCORES = {"q1": {"d1": 0.5, "d2": 0.25}, "q2": {"d1": -1.0}}


@pytest.fixture(scope="module")
def ranx() -> Any:
    return pytest.importorskip("ranx")


@slow
def test_its_runs_and_judgements_are_read(ranx: Any) -> None:
    run = run_from_ranx(ranx.Run(SCORES, name="bm25"))
    assert (run.to_dict(), run.name) == (SCORES, "bm25")
    assert run_from_ranx(ranx.Run(SCORES, name="bm25"), name="mine").name == "mine"
    assert run_from_ranx(ranx.Run(SCORES)).name == "run"
    grades = {"q1": {"d1": 2, "d2": 0}}
    assert qrels_from_ranx(ranx.Qrels(grades)).to_dict() == grades


@slow
def test_the_example_goes_there_and_back(ranx: Any) -> None:
    qrels = example().qrels
    assert fingerprint(qrels_from_ranx(qrels_to_ranx(qrels))) == fingerprint(qrels)
    run = Run.from_dict(SCORES, name="mine")
    there = run_to_ranx(run)
    assert isinstance(there, ranx.Run)
    assert fingerprint(run_from_ranx(there)) == fingerprint(run)
    assert run_from_ranx(there).name == "mine"


@slow
def test_it_measures_what_it_was_given_as_trec_eval_does(ranx: Any) -> None:
    run, qrels = Run.from_dict({"q1": {"d1": 2.0, "d2": 1.0}}), Qrels.from_dict({"q1": {"d2": 1}})
    assert ranx.evaluate(qrels_to_ranx(qrels), run_to_ranx(run), "mrr") == 0.5


def test_what_it_cannot_hold_is_refused() -> None:
    with pytest.raises(
        DataError, match=r"grade 0\.5 of document 'd1' for query 'q1' is no whole num"
    ):
        qrels_to_ranx(Qrels.from_dict({"q1": {"d1": 0.5}}))
    with pytest.raises(
        DataError, match="query 'q1' has no judgements, which ranx cannot hold; lea"
    ):
        qrels_to_ranx(Qrels.from_dict({"q1": {}}))
    with pytest.raises(DataError, match="query 'q1' has an empty ranking, which ranx cannot hold"):
        run_to_ranx(Run.from_ids({"q1": []}))


@slow
def test_another_object_is_refused(ranx: Any) -> None:
    with pytest.raises(
        DataError, match=r"a ranx\.Run is needed, got dict; dicts are read by Run\.fr"
    ):
        run_from_ranx(SCORES)
    with pytest.raises(
        DataError, match=r"a ranx\.Qrels is needed, got Run; dicts are read by Qrels"
    ):
        qrels_from_ranx(ranx.Run(SCORES))
