"""The index in shards: how blocks become shards, and what a search survives."""

from pathlib import Path

import numpy as np
import pytest

from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError
from retrieval_checks.retrieval.cluster.encoding import Block
from retrieval_checks.retrieval.cluster.sharded import ShardedIndex, build_sharded, grouped
from retrieval_checks.retrieval.search.index import build_index
from tests.retrieval.cluster.encoders import Dying
from tests.retrieval.cluster.test_shard import block, whole


def test_blocks_are_dealt_to_as_many_shards_as_there_are_cpus() -> None:
    blocks = [Block(100, name) for name in "abcdefgh"]
    assert grouped(blocks, 3) == [["a", "b", "c"], ["d", "e", "f"], ["g", "h"]]


def test_there_are_no_more_shards_than_blocks() -> None:
    assert grouped([Block(5, "a")], 4) == [["a"]]
    assert grouped([], 4) == []


def test_large_corpora_have_more_shards_than_there_are_cpus() -> None:
    blocks = [Block(100, name) for name in "abcd"]
    assert grouped(blocks, 1, most=150) == [["a", "b"], ["c", "d"]]


def small(n: int) -> tuple[list[str], np.ndarray]:
    rng = np.random.default_rng(5)
    return [f"d{i}" for i in range(n)], rng.integers(-2, 3, (n, 4)).astype(np.float32)


@pytest.mark.slow
@pytest.mark.usefixtures("two_workers")
def test_a_search_survives_the_death_of_a_worker(tmp_path: Path) -> None:
    import ray

    ids, vectors = small(40)
    shards = []
    for part in (slice(0, 25), slice(25, 40)):
        known = build_index(vectors[part], ids[part], cosine=True)
        dying = Dying(known.vectors, known.doc_ids, known.cosine, known.lengths)
        vars(dying)["marker"] = tmp_path / "killed"
        shards.append(ray.put(dying))
    queries = vectors[:3]
    found = ShardedIndex(tuple(shards)).search(queries, 6)
    run = Run.from_arrays(["q0", "q1", "q2"], *found)
    assert run.to_dict() == whole(queries, ids, vectors, 6, True)
    assert (tmp_path / "killed").exists()


@pytest.mark.slow
@pytest.mark.usefixtures("two_workers")
def test_an_id_that_stands_in_two_shards_is_named() -> None:
    import ray

    ids, vectors = small(10)
    blocks = [
        Block(6, ray.put(block(ids[:6], vectors[:6]))),
        Block(4, ray.put(block([*ids[6:9], "d4"], vectors[6:]))),
    ]
    index = build_sharded(blocks, cosine=True, cpus=2)
    assert len(index.shards) == 2
    with pytest.raises(DataError, match="document 'd4' stands twice in the files of the corpus"):
        index.check_ids()
    build_sharded(blocks[:1], cosine=True, cpus=2).check_ids()
