"""Each perturbation is held to its floor, and the worst query is named."""

from typing import Any

import pytest

from retrieval_checks.contracts.robustness.queries import (
    assert_query_robustness,
    check_query_robustness,
)
from retrieval_checks.contracts.sample.topics import CORPUS, QUERIES
from retrieval_checks.data.collection import Queries
from retrieval_checks.errors import DataError, RetrievalAssertionError, SettingsError
from retrieval_checks.retrieval.dense import DenseRetriever
from retrieval_checks.retrieval.lexical import BM25Retriever
from tests.contracts.bi_encoder.encoders import Words

BM25 = BM25Retriever(CORPUS)


class SpellsCapitals(Words):
    """Another vocabulary for capitals: what a cased model without lower-casing comes to."""

    def vector(self, text: str) -> Any:
        words = (f"#{word}" if text.isupper() else word for word in text.split())
        return super().vector(" ".join(words))


def test_bm25_does_not_mind_case_white_space_or_punctuation() -> None:
    verdict = assert_query_robustness(
        BM25, QUERIES, at_least={"case": 1.0, "white-space": 1.0, "punctuation": 1.0}
    )
    assert verdict.evidence["perturbations"]["case"]["queries"] == 12


def test_what_falls_below_its_floor_is_told_with_the_worst_query() -> None:
    verdict = check_query_robustness(BM25, QUERIES, at_least=0.99)
    assert verdict.outcome == "FAIL"
    lines = verdict.finding.splitlines()
    assert [line.split(":")[0] for line in lines] == ["diacritics", "typo"]
    assert "below 0.99 (12 queries, " in lines[1]
    worst = verdict.evidence["perturbations"]["typo"]
    assert f"typo, most of all {worst['worst_query']!r}: " in verdict.context
    assert f"typed {worst['worst_text']!r}, RBO" in verdict.context
    with pytest.raises(RetrievalAssertionError, match="to do: normalise queries before they"):
        assert_query_robustness(BM25, QUERIES, at_least=0.99)


def test_encoder_with_another_vocabulary_for_capitals_fails_by_case_alone() -> None:
    retriever = DenseRetriever(CORPUS, SpellsCapitals())
    verdict = check_query_robustness(
        retriever, QUERIES, at_least=0.9, perturbations=["case", "white-space"]
    )
    assert verdict.finding.startswith("case: RBO(p=0.9) is ")
    assert "white-space" not in verdict.finding


def test_same_seed_same_verdict() -> None:
    first, second = (check_query_robustness(BM25, QUERIES, seed=5) for _ in range(2))
    assert first == second
    assert first.evidence != check_query_robustness(BM25, QUERIES, seed=6).evidence


def test_perturbation_that_changes_nothing_is_said() -> None:
    queries = Queries.from_dict({"q": "123 purr"})
    verdict = check_query_robustness(BM25, queries, perturbations=["white-space", "typo"])
    assert verdict.evidence["unchanged"] == ()
    numbers = Queries.from_dict({"q": "123"})
    verdict = check_query_robustness(BM25, numbers, perturbations=["white-space", "typo"])
    assert verdict.evidence["unchanged"] == ("typo",)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"perturbations": ["typos"]}, "no perturbation 'typos'; did you mean 'typo'"),
        ({"at_least": {"caps": 0.5}}, "no perturbation 'caps'"),
        ({"at_least": 1.5}, "at_least of case must lie in"),
        ({"at_least": {}}, "no perturbation is tried; allowed: case"),
        ({"perturbations": []}, "no perturbation is tried"),
        ({"k": 0}, "k must be a whole number of at least 1"),
    ],
)
def test_argument_without_meaning_is_refused(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        check_query_robustness(BM25, QUERIES, **settings)


def test_nothing_to_perturb_is_an_error() -> None:
    with pytest.raises(DataError, match="there are no queries to type in other ways"):
        check_query_robustness(BM25, Queries.from_dict({}))
    with pytest.raises(DataError, match="no query is changed by case; try other perturbations"):
        check_query_robustness(BM25, Queries.from_dict({"q": "123"}), perturbations=["case"])
