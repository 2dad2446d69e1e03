"""alpha-nDCG is, on generated runs, the definition written out once more in `formulas`."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.metrics.metric import Metric
from retrieval_checks.strategies import runs
from tests.parity.naive.formulas import alpha_ndcg, condensed, ordered
from tests.parity.naive.test_generated import IDS

Judged = dict[str, dict[str, float]]  # {subtopic: {doc_id: grade}}


@st.composite
def judgements(draw: st.DrawFn, *, grades: tuple[float, ...] = (1, 0, 2)) -> Judged:
    """One query's, with something relevant; a document may serve several subtopics, or none."""
    documents = st.dictionaries(st.sampled_from(IDS), st.sampled_from(grades), min_size=1)
    judged = draw(st.dictionaries(st.sampled_from("abcd"), documents, min_size=1))
    first = next(iter(judged.values()))
    first[next(iter(first))] = 1
    return judged


QUERIES = st.dictionaries(
    st.sampled_from(["q1", "q2", "q10"]), judgements(grades=(1, 0, 2, -1, 0.5)), min_size=1
)
RUNS = runs(query_ids=("q1", "q2", "q10"), doc_ids=IDS, max_depth=12)
ALPHAS = st.sampled_from([0.5, 0.1, 0.9, 0.0, 1.0])
CUTOFFS = st.none() | st.integers(1, 14)
LEVELS = st.sampled_from([1, 0.5])


@settings(max_examples=50)
@given(RUNS, QUERIES, ALPHAS, CUTOFFS, LEVELS, st.booleans())
def test_alpha_ndcg_is_the_definitions(
    run: Run, judged: dict[str, Judged], alpha: float, k: int | None, level: float, only: bool
) -> None:
    check(run, judged, alpha, k, level, only)


@pytest.mark.slow
@settings(max_examples=2000)
@given(RUNS, QUERIES, ALPHAS, CUTOFFS, LEVELS, st.booleans())
def test_alpha_ndcg_is_the_definitions_in_2000_cases(
    run: Run, judged: dict[str, Judged], alpha: float, k: int | None, level: float, only: bool
) -> None:
    check(run, judged, alpha, k, level, only)


def check(
    run: Run, judged: dict[str, Judged], alpha: float, k: int | None, level: float, only: bool
) -> None:
    metric = Metric("alpha_nDCG", k, (("alpha", alpha), ("rel", level), ("judged_only", only)))
    ours = evaluate(run, Qrels.from_subtopics(judged), metric).per_query(metric)
    for query_id, subtopics in judged.items():
        ranking = ordered(run.to_dict().get(query_id, {}))
        known = {doc_id: grade for own in subtopics.values() for doc_id, grade in own.items()}
        expected = alpha_ndcg(
            condensed(ranking, known) if only else ranking,
            subtopics,
            k=k,
            level=level,
            alpha=alpha,
        )
        assert ours[query_id] == pytest.approx(expected, rel=0, abs=1e-9)
