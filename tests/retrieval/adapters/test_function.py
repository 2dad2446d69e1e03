"""Functions as retrievers: every shape of answer, and those that make no sense."""

import pytest

from retrieval_checks.data.collection import Queries
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, SettingsError
from retrieval_checks.retrieval.adapters.function import FunctionRetriever
from retrieval_checks.retrieval.protocols import Retriever

QUERIES = Queries.from_dict({"q1": "cats", "q2": "dogs"})
SCORED = {"q1": {"d1": 2.0, "d2": 1.0}, "q2": {}}


@pytest.mark.parametrize(
    ("answer", "scores"),
    [
        (Run.from_dict(SCORED), SCORED),
        (SCORED, SCORED),
        ([{"d1": 2.0, "d2": 1.0}, {}], SCORED),
        ({"q2": [], "q1": ["d1", "d2"]}, {"q1": {"d1": 1.0, "d2": 0.5}, "q2": {}}),
        ([["d1", "d2"], []], {"q1": {"d1": 1.0, "d2": 0.5}, "q2": {}}),
        ((("d1", "d2"), ()), {"q1": {"d1": 1.0, "d2": 0.5}, "q2": {}}),
    ],
    ids=["run", "dict of dicts", "dicts", "dict of lists", "lists", "tuples"],
)
def test_every_shape_of_answer_becomes_a_run(answer: object, scores: object) -> None:
    def search(queries: Queries, k: int) -> object:
        assert (queries, k) == (QUERIES, 5)
        return answer

    retriever = FunctionRetriever(search)
    run = retriever.retrieve(QUERIES, 5)
    assert run.to_dict() == scores
    assert run.name == "search"
    assert isinstance(retriever, Retriever)


def test_what_is_beyond_k_is_cut_off() -> None:
    run = FunctionRetriever(lambda queries, k: SCORED).retrieve(QUERIES, 1)
    assert run.to_dict() == {"q1": {"d1": 2.0}, "q2": {}}


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (None, "mine returned NoneType; expected a Run, "),
        ("d1", "mine returned str; expected a Run, "),
        (["d1", "d2"], "ranking of 'q1' is a str; give a list"),
        ([["d1"]], "mine returned 1 rankings for 2 queries; give one list of ids a query"),
        ({"q1": ["d1"]}, "mine did not answer queries 'q2'; return an empty ranking"),
        ({**SCORED, "q3": {}}, "mine answered queries 'q3' that it was not asked"),
        ({"q1": {"d1": 1.0}, "q2": ["d1"]}, "scores for query 'q1' but none for 'q2'"),
        ([["d1", "d1"], []], "duplicate document 'd1' in ranking of 'q1'"),
        ([{"d1": "high"}, {}], "'high' for document 'd1' in ranking of 'q1' is not a number"),
    ],
)
def test_an_answer_that_makes_no_sense_is_refused(answer: object, message: str) -> None:
    retriever = FunctionRetriever(lambda queries, k: answer, name="mine")
    with pytest.raises(DataError, match=message):
        retriever.retrieve(QUERIES, 5)


def test_what_cannot_be_called_is_refused() -> None:
    with pytest.raises(SettingsError, match="dict cannot be called; give a function"):
        FunctionRetriever({})  # type: ignore[arg-type]  # the point of the test


def test_k_below_one_is_refused_before_the_function_is_called() -> None:
    with pytest.raises(SettingsError, match="at least 1, got 0"):
        FunctionRetriever(lambda queries, k: 1 / 0).retrieve(QUERIES, 0)
