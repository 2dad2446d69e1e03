"""Candidates: nothing that may be among the k best is dropped, and little else is kept."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval_checks.retrieval.search.candidates import Candidates, largest


@given(
    st.lists(st.integers(0, 30), min_size=1, max_size=60),
    st.integers(1, 8),
    st.integers(1, 20),
    st.integers(0, 2**32 - 1),
)
def test_the_true_best_are_among_the_candidates(
    true: list[int], k: int, block: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    errors = rng.uniform(0.0, 2.0, len(true))
    rough = (np.array(true) + errors * rng.uniform(-1, 1, len(true)) * 0.999).astype(np.float32)
    seen = Candidates(1, k, errors=errors)
    for start in range(0, len(true), block):
        part = slice(start, start + block)
        error = float(errors[part].max())
        hits = largest(rough[None, part], seen.floor - error, k, error)
        seen.add(hits._replace(documents=hits.documents + start))
    (kept,) = seen.positions()
    cut = sorted(true, reverse=True)[:k][-1]
    assert {i for i, score in enumerate(true) if score >= cut} <= set(kept.tolist())
    assert len(set(kept.tolist())) == len(kept)


def test_what_cannot_be_among_the_best_is_dropped() -> None:
    seen = Candidates(2, 1, errors=np.full(4, 0.1))
    scores = np.array([[0.0, 0.9, 0.75, 0.6], [0.5, 0.1, 0.2, 0.25]], np.float32)
    seen.add(largest(scores, seen.floor, 1, 0.1))
    assert [kept.tolist() for kept in seen.positions()] == [[1, 2], [0]]
    assert seen.floor == pytest.approx([0.8, 0.4])


def test_a_floor_never_sinks() -> None:
    seen = Candidates(1, 1, errors=np.array([0.0, 5.0]))
    for document, score in enumerate([1.0, 2.0]):
        hits = largest(np.array([[score]], np.float32), seen.floor, 1, 5.0)
        seen.add(hits._replace(documents=hits.documents + document))
    (kept,) = seen.positions()
    assert (seen.floor.tolist(), sorted(kept.tolist())) == ([1.0], [0, 1])
