"""The same retriever again, with everything changed that must not matter."""

import pytest
import torch

from retrieval_checks.data.collection import Queries
from retrieval_checks.data.run import Run
from retrieval_checks.retrieval.inspection.repeats import retrieve_again

QUERIES = Queries.from_dict({f"q{number}": "cats" for number in range(9)})


class Watched:
    """Keeps the order of its queries and the number of torch's threads; fails if it is told to."""

    def __init__(self, *, fails: bool = False) -> None:
        self.fails = fails
        self.threads: list[int] = []
        self.orders: list[tuple[str, ...]] = []

    def retrieve(self, queries: Queries, k: int, /) -> Run:
        self.threads.append(torch.get_num_threads())
        self.orders.append(queries.query_ids)
        if self.fails:
            raise ValueError("it is down")
        return Run.from_ids({query_id: ["a"] for query_id in queries})


@pytest.mark.parametrize("usual", [1, 2, 4])
def test_torch_has_another_number_of_threads_each_time_and_the_usual_one_afterwards(
    usual: int,
) -> None:
    before, watched = torch.get_num_threads(), Watched()
    torch.set_num_threads(usual)
    try:
        for seed in (1, 2):
            retrieve_again(watched, QUERIES, 10, corpus=None, seed=seed)
            assert torch.get_num_threads() == usual
        with pytest.raises(ValueError, match="it is down"):
            retrieve_again(Watched(fails=True), QUERIES, 10, corpus=None, seed=1)
        assert torch.get_num_threads() == usual
    finally:
        torch.set_num_threads(before)
    assert watched.threads == [1 if usual > 1 else 2, usual + 1]


def test_queries_come_in_another_order_and_go_back_to_theirs() -> None:
    watched = Watched()
    runs = [retrieve_again(watched, QUERIES, 10, corpus=None, seed=seed) for seed in (1, 2)]
    assert len({QUERIES.query_ids, *watched.orders}) == 3
    assert [run.query_ids for run in runs] == [QUERIES.query_ids] * 2
