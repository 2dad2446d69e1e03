"""What must not matter: names, order of queries, memory blocks, vocabularies, other queries."""

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval_checks.data.postings import rows as rows_module
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.metrics import evaluation as evaluation_module
from retrieval_checks.metrics.evaluation import Evaluation, evaluate
from retrieval_checks.strategies import DOC_IDS
from tests.properties.cases import EVERY, Case, cases

METRICS = [str(metric) for metric in EVERY]
# whose ideal ranking takes the larger id among documents of equal gain
BY_ID = [metric for metric in METRICS if metric.startswith("alpha_nDCG")]


def all_values(run: Run, qrels: Qrels) -> Evaluation:
    return evaluate(run, qrels, METRICS)


@settings(max_examples=25)
@given(cases(ties=False), st.permutations(DOC_IDS))
def test_relabelling_documents_changes_nothing_away_from_ties(
    case: Case, shuffled: list[str]
) -> None:
    other = case.renamed(dict(zip(DOC_IDS, shuffled, strict=True)).__getitem__)
    metrics = [metric for metric in METRICS if metric not in BY_ID]
    values = evaluate(case.run, case.qrels, metrics).values
    assert (evaluate(other.run, other.qrels, metrics).values == values).all()


@settings(max_examples=20)
@given(cases(), st.data())
def test_order_of_queries_permutes_values_and_leaves_means(case: Case, data: st.DataObject) -> None:
    run, qrels = case.run, case.qrels
    other_run = run.select(data.draw(st.permutations(run.query_ids)))
    other_qrels = qrels.select(data.draw(st.permutations(qrels.query_ids)))
    one, other = all_values(run, qrels), all_values(other_run, other_qrels)
    assert other.query_ids == other_qrels.query_ids
    for metric in METRICS:
        assert other.per_query(metric) == one.per_query(metric)
    assert other.mean == one.mean
    assert set(other.missing) == set(one.missing)
    assert set(other.ignored) == set(one.ignored)


@settings(max_examples=25)
@given(cases(max_queries=6, max_judged=12), st.sampled_from([1, 15, 31]), st.integers(1, 9))
def test_size_of_blocks_changes_no_bit(case: Case, cells: int, entries: int) -> None:
    whole = all_values(case.run, case.qrels)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluation_module, "_BLOCK_CELLS", cells)
        patch.setattr(rows_module, "_BLOCK_ENTRIES", entries)
        in_blocks = all_values(case.run, case.qrels)
        assert in_blocks.judged_at(3) == whole.judged_at(3)
    assert (in_blocks.values == whole.values).all()


@settings(max_examples=20)
@given(cases(max_judged=12), st.data())
def test_other_queries_change_no_bit_of_a_value(case: Case, data: st.DataObject) -> None:
    run, qrels = case.run, case.qrels
    query_id = data.draw(st.sampled_from(qrels.query_ids))
    alone = all_values(run, qrels.select([query_id]))
    together = all_values(run, qrels)
    for metric in METRICS:
        assert alone.per_query(metric)[query_id] == together.per_query(metric)[query_id]


@settings(max_examples=5)
@given(cases())
def test_other_metrics_change_no_bit_of_a_mean(case: Case) -> None:
    together = all_values(case.run, case.qrels).mean
    for metric in METRICS:
        assert evaluate(case.run, case.qrels, metric).mean[metric] == together[metric]


@settings(max_examples=20)
@given(cases(), st.permutations([*DOC_IDS, "never retrieved", "nor this"]), st.data())
def test_layout_of_vocabularies_changes_nothing(
    case: Case, vocabulary: list[str], data: st.DataObject
) -> None:
    run, qrels = case.run, case.qrels
    place = {doc_id: i for i, doc_id in enumerate(vocabulary)}
    from_arrays = as_arrays(run, vocabulary, data.draw(st.randoms(use_true_random=False)).random)
    assert from_arrays.to_dict() == run.to_dict()
    positions = np.array([place[qrels.doc_ids[d]] for d in qrels.docs], np.int32)
    shared = Qrels(
        qrels.query_ids, from_arrays.doc_ids, qrels.indptr, positions, qrels.grades, qrels.subtopics
    )
    expected = all_values(run, qrels).values
    for other_run, other_qrels in ((from_arrays, qrels), (from_arrays, shared), (run, shared)):
        assert (all_values(other_run, other_qrels).values == expected).all()


@settings(max_examples=15)
@given(cases(complete=True), st.data())
def test_unjudged_query_changes_nothing_but_is_listed(case: Case, data: st.DataObject) -> None:
    run, qrels = case.run, case.qrels
    ranking = data.draw(st.sampled_from([run[q] for q in run]))
    more = all_values(Run.from_dict({"foreign": ranking, **run.to_dict()}), qrels)
    fewer = all_values(run, qrels)
    assert (more.values == fewer.values).all()
    assert more.mean == fewer.mean
    assert more.ignored == ("foreign",)
    assert fewer.ignored == ()


@settings(max_examples=15)
@given(cases(complete=True), st.data())
def test_missing_query_lowers_the_mean_by_its_share(case: Case, data: st.DataObject) -> None:
    run, qrels = case.run, case.qrels
    gone = data.draw(st.sampled_from(qrels.query_ids))
    before = all_values(run, qrels)
    after = all_values(run.select([q for q in run if q != gone]), qrels)
    assert after.missing == (gone,)
    of_nothing = all_values(Run.from_dict({}), qrels)
    for metric in METRICS:
        kept = {**before.per_query(metric), gone: of_nothing.per_query(metric)[gone]}
        assert after.per_query(metric) == kept
        exact = sum(map(Fraction, kept.values())) / len(qrels)
        assert after.mean[metric] == pytest.approx(float(exact), rel=2**-52, abs=0)


@settings(max_examples=15)
@given(cases())
def test_empty_ranking_is_a_missing_one(case: Case) -> None:
    run, qrels = case.run, case.qrels
    without = run.select([q for q in run if run.ranking(q)])
    emptied = Run.from_dict({**{q: {} for q in qrels}, **run.to_dict()})
    one, other = all_values(without, qrels), all_values(emptied, qrels)
    assert (one.values == other.values).all()
    assert one.missing == other.missing


def as_arrays(run: Run, vocabulary: list[str], random: Callable[[], float]) -> Run:
    """The run as a search returns it: rows padded with -1, in no order, another vocabulary."""
    place = {doc_id: i for i, doc_id in enumerate(vocabulary)}
    width = len(DOC_IDS) + 2
    docs = np.full((len(run), width), -1)
    scores = np.full((len(run), width), np.nan)  # what stands beside -1 is not looked at
    for row, query_id in enumerate(run):
        columns = sorted(range(width), key=lambda _: random())
        for column, (doc_id, score) in zip(columns, run[query_id].items(), strict=False):
            docs[row, column], scores[row, column] = place[doc_id], score
    return Run.from_arrays(run.query_ids, vocabulary, docs, scores)
