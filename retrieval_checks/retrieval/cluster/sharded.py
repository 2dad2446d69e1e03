"""`ShardedIndex`: shards in Ray's memory, searched at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from retrieval_checks.encoding.inference import Vectors
from retrieval_checks.errors import DataError
from retrieval_checks.retrieval.cluster.encoding import Block
from retrieval_checks.retrieval.cluster.session import connect
from retrieval_checks.retrieval.cluster.shard import (
    Found,
    build_shard,
    id_at,
    id_digests,
    merge,
    search_shard,
)

_ROWS = 250_000  # documents a shard at most: 0.4 GB of 384 dimensions
_RETRIES = 5  # of a task whose worker dies


@dataclass(frozen=True, eq=False)
class ShardedIndex:
    """Shards, each an `Index` that lies in Ray's memory, or on its disks where that is full.

    Searching is a task for each shard, which holds nothing that could be lost with its worker.
    """

    shards: tuple[Any, ...]  # references

    def search(self, queries: Vectors, k: int) -> Found:
        """The `k` most similar documents of all shards for each query.

        Args:
            queries: float32 (n_queries, d).
            k: documents a query.

        Raises:
            ModelError: documents of another number of dimensions.
        """
        ray = connect()
        shared = ray.put(queries)
        task = _task(search_shard)
        return merge(ray.get([task.remote(shard, shared, k) for shard in self.shards]), k)

    def check_ids(self) -> None:
        """Nothing, where every id stands once.

        Raises:
            DataError: an id that stands twice.
        """
        ray = connect()
        task = _task(id_digests)
        digests = ray.get([task.remote(shard) for shard in self.shards])
        whole = np.concatenate(digests)
        order = np.argsort(whole, kind="stable")
        twice = np.flatnonzero(whole[order[1:]] == whole[order[:-1]])
        if not len(twice):
            return
        ends = np.cumsum([len(part) for part in digests])
        place = int(order[twice[0]])
        shard = int(np.searchsorted(ends, place, side="right"))
        position = place - int(ends[shard]) + len(digests[shard])
        doc_id = ray.get(_task(id_at).remote(self.shards[shard], position))
        raise DataError(
            f"document {doc_id!r} stands twice in the files of the corpus; every document id occurs"
            " once"
        )


def build_sharded(blocks: Iterable[Block], *, cosine: bool, cpus: int) -> ShardedIndex:
    """The index of these blocks: a shard for every CPU, more where they would be too large."""
    ray = connect()
    task = _task(build_shard)
    shards = tuple(task.remote(cosine, *group) for group in grouped(list(blocks), cpus))
    if shards:  # not fetched: this machine need not have room for them all
        ray.wait(list(shards), num_returns=len(shards), fetch_local=False)
    return ShardedIndex(shards)


def grouped(blocks: Sequence[Block], parts: int, *, most: int = _ROWS) -> list[list[Any]]:
    """The references of the blocks in about as many groups, of about as many documents each.

    >>> grouped([Block(3, "a"), Block(1, "b"), Block(2, "c"), Block(2, "d")], 2)
    [['a', 'b'], ['c', 'd']]
    """
    total = sum(block.rows for block in blocks)
    size = min(most, -(-total // parts))
    groups: list[list[Any]] = []
    rows = size
    for block in blocks:
        if rows >= size:
            groups.append([])
            rows = 0
        groups[-1].append(block.ref)
        rows += block.rows
    return groups


def _task(function: Any) -> Any:
    return connect().remote(function).options(num_cpus=1, max_retries=_RETRIES)
