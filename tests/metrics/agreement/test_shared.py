from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError
from retrieval_checks.metrics.agreement import (
    jaccard_at,
    kendall_tau,
    overlap_at,
    rbo,
    rbo_bounds,
    shared,
    tau_ap,
    top_1_churn,
)
from retrieval_checks.metrics.agreement.shared import shared_blocks
from tests.metrics.agreement.pairs import pairs, with_one_vocabulary

Measure = Callable[[Run, Run], dict[str, object]]
MEASURES: dict[str, Measure] = {
    "overlap": lambda run, other: dict(overlap_at(run, other, 3)),
    "jaccard": lambda run, other: dict(jaccard_at(run, other, 3)),
    "churn": lambda run, other: dict(top_1_churn(run, other)),
    "rbo": lambda run, other: dict(rbo(run, other)),
    "rbo_bounds": lambda run, other: dict(rbo_bounds(run, other)),
    "kendall_tau": lambda run, other: dict(kendall_tau(run, other, undefined=0)),
    "tau_ap": lambda run, other: dict(tau_ap(run, other, undefined=0)),
}
every_measure = pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)


def test_shared_documents_stand_in_the_order_of_the_run_with_their_ranks_and_scores() -> None:
    run = Run.from_dict({"q1": {"a": 3, "b": 2, "c": 1}, "q2": {"a": 9}, "q3": {"b": 5, "x": 4}})
    reference = Run.from_dict({"q3": {"b": 7}, "q2": {"b": 1}, "q1": {"c": 8, "y": 6, "a": 4}})
    (block,) = shared_blocks(run, reference)
    assert block.rows.tolist() == [0, 0, 2]  # a and c of q1, b of q3
    assert block.ranks.tolist() == [1, 3, 1]
    assert block.reference_ranks.tolist() == [3, 1, 1]
    assert block.scores.tolist() == [3, 1, 5]
    assert block.reference_scores.tolist() == [4, 8, 7]
    assert block.lengths.tolist() == [3, 1, 2]
    assert block.reference_lengths.tolist() == [3, 1, 1]
    assert block.counts.tolist() == [2, 0, 1]
    assert block.starts.tolist() == [0, 0, 2]


def test_depth_cuts_both_rankings() -> None:
    run, reference = Run.from_ids({"q": ["a", "b", "c"]}), Run.from_ids({"q": ["c", "b"]})
    (block,) = shared_blocks(run, reference, depth=2)
    assert block.ranks.tolist() == block.reference_ranks.tolist() == [2]  # b
    assert block.lengths.tolist() == block.reference_lengths.tolist() == [2]


def test_a_block_holds_no_more_cells_than_allowed() -> None:
    # 20 queries of 30 documents each, no two alike: the table is 600 documents wide
    ids = {f"q{q}": [f"d{q}-{i}" for i in range(30)] for q in range(20)}
    run = Run.from_ids(ids)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shared, "BLOCK_CELLS", 1800)
        assert [len(block) for block in shared_blocks(run, run)] == [3] * 6 + [2]
        # cut at 2, only 40 documents are ranked by any
        assert [len(block) for block in shared_blocks(run, run, depth=2)] == [20]


@every_measure
@given(both=pairs(), cells=st.integers(1, 60))
def test_the_size_of_blocks_does_not_matter(
    measure: Measure, both: tuple[Run, Run], cells: int
) -> None:
    whole = measure(*both)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shared, "BLOCK_CELLS", cells)
        assert measure(*both) == whole


@every_measure
@given(both=pairs(), order=st.permutations(["q1", "q2", "q3"]))
def test_a_query_has_its_value_whatever_the_order_and_the_other_queries(
    measure: Measure, both: tuple[Run, Run], order: list[str]
) -> None:
    run, other = both
    values = measure(run, other)
    there = [query_id for query_id in order if query_id in run]
    moved = measure(run.select(there), other)
    assert list(moved) == there
    assert moved == values
    for query_id in there:
        alone = measure(run.select([query_id]), other.select([query_id]))
        assert alone == {query_id: values[query_id]}


@every_measure
@given(both=pairs())
def test_one_vocabulary_or_two_give_the_same(measure: Measure, both: tuple[Run, Run]) -> None:
    assert measure(*both) == measure(*with_one_vocabulary(*both))


@every_measure
def test_long_rankings_in_many_blocks_equal_each_query_alone(measure: Measure) -> None:
    draw = np.random.default_rng(0)
    tables: list[dict[str, dict[str, float]]] = [{}, {}]
    for row in range(30):
        for table in tables:
            size = int(draw.integers(0, 200))
            docs = draw.choice(300, size, replace=False).tolist()
            scores = draw.integers(0, 100, size).tolist()
            table[f"q{row}"] = dict(zip(map(str, docs), scores, strict=True))
    run, other = (Run.from_dict(table) for table in tables)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shared, "BLOCK_CELLS", 1000)
        values = measure(run, other)
    for query_id in run:
        alone = measure(run.select([query_id]), other.select([query_id]))
        assert alone == {query_id: values[query_id]}


def test_dicts_are_refused_with_the_constructor_to_use() -> None:
    run: Any = {"q": {"a": 1.0}}
    with pytest.raises(DataError, match=r"expected a Run, got dict; see Run.from_dict"):
        overlap_at(run, run, 3)
