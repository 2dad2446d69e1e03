"""What the order of documents does: ties, swaps, tails, and that input order means nothing."""

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from retrieval_checks.data.run import Run
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.strategies import JudgedRun, judged_runs, rankings, runs

# a character above U+FFFF sorts after one below it by code point, before it in UTF-16
doc_ids = st.text("a9é Z\uffee\U0001f600", min_size=1, max_size=3)


@given(runs(doc_ids=st.sampled_from(["d1", "d9", "d10"]) | doc_ids))
def test_order_is_score_then_doc_id_both_descending(run: Run) -> None:
    for query_id in run:
        scores = run[query_id]
        expected = sorted(scores, key=lambda d: (scores[d], d), reverse=True)
        assert list(run.ranking(query_id)) == expected


@settings(max_examples=50)
@given(runs(min_queries=1), st.data())
def test_input_order_means_nothing(run: Run, data: st.DataObject) -> None:
    table = {q: data.draw(st.permutations(list(run[q].items()))) for q in run}
    again = Run.from_dict({q: dict(entries) for q, entries in table.items()})
    assert [again.ranking(q) for q in run] == [run.ranking(q) for q in run]


@given(rankings(min_depth=1), st.integers(1, 12))
def test_tied_documents_are_cut_at_k_by_doc_id(ranking: list[str], k: int) -> None:
    tied = Run.from_dict({"q": dict.fromkeys(ranking, 0.5)})
    last_ids = sorted(ranking, reverse=True)[:k]
    assert list(tied.ranking("q", k=k)) == last_ids
    assert list(tied.top(k).ranking("q")) == last_ids


@given(rankings())
def test_ranking_from_ids_keeps_its_order(ranking: list[str]) -> None:
    assert list(Run.from_ids({"q": ranking}).ranking("q")) == ranking


@settings(max_examples=50)
@given(judged_runs(grades=(0, 1, 2, 3, -1), max_queries=1, complete=True), st.data())
def test_moving_a_better_document_up_lowers_no_metric(
    judged_run: JudgedRun, data: st.DataObject
) -> None:
    run, qrels = judged_run
    query_id = qrels.query_ids[0]
    before, grades = list(run.ranking(query_id)), qrels[query_id]
    better = [
        (high, low)
        for low in range(len(before))
        for high in range(low)
        if grades.get(before[low], 0) > grades.get(before[high], 0)
    ]
    assume(better)
    high, low = data.draw(st.sampled_from(better))
    after = list(before)
    after[high], after[low] = after[low], after[high]
    metrics = ["nDCG", 'nDCG(gain="exp")', "AP", "RR", f"nDCG@{high + 1}", f"AP@{high + 1}"]
    old = evaluate(run, qrels, metrics).values
    new = evaluate(Run.from_ids({query_id: after}), qrels, metrics).values
    assert (new >= old).all()
    if grades.get(before[low], 0) > max(grades.get(before[high], 0), 0):
        assert (new[:, :2] > old[:, :2]).all()


@settings(max_examples=50)
@given(judged_runs(), st.integers(1, 12), st.integers(1, 12))
def test_irrelevant_tail_changes_nothing_above_it(
    judged_run: JudgedRun, length: int, k: int
) -> None:
    run, qrels = judged_run
    tail = [f"irrelevant {i}" for i in range(length)]
    longer = Run.from_ids({q: [*run.ranking(q), *tail] for q in run})
    metrics = ["AP", "RR", "nDCG", f"Success@{k}", f"P@{k}", f"R@{k}", f"F1@{k}"]
    metrics += [f"AP@{k}", f"RR@{k}", f"nDCG@{k}"]
    assert (evaluate(longer, qrels, metrics).values == evaluate(run, qrels, metrics).values).all()
