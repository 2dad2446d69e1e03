"""Shards: parts of a corpus that are searched on their own, and how their results become one."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval_checks.data.postings import FloatArray, IntArray
from retrieval_checks.encoding.inference import Vectors
from retrieval_checks.encoding.store import text_key
from retrieval_checks.errors import ModelError
from retrieval_checks.retrieval.search.cut import best, id_places
from retrieval_checks.retrieval.search.exact import search
from retrieval_checks.retrieval.search.index import Index, build_index

_KEPT = ("places", "divisors", "scales", "errors")


class Found(NamedTuple):
    """The best documents of a shard, each query's in a row, in no particular order."""

    doc_ids: list[str]  # of all documents that were found for any query
    docs: IntArray  # int64 (n_queries, width), positions in `doc_ids`
    scores: FloatArray  # float64 (n_queries, width)


class ArrowIds(Sequence[str]):
    """Ids in an Arrow column, which processes share instead of copying."""

    def __init__(self, column: Any) -> None:
        self._column = column

    def __len__(self) -> int:
        return len(self._column)

    def __getitem__(self, position: Any) -> Any:
        return self._column[int(position)].as_py()


def build_shard(cosine: bool, *blocks: Any) -> Index:
    """The index of these blocks, Arrow tables with the columns doc_id and vector (of bytes).

    Searches are tasks, each of which is handed the index anew: what an index computes when it is
    first needed is computed here, and travels with it.
    """
    import pyarrow as pa

    table = pa.concat_tables(blocks)
    column = table["vector"]
    parts = [_floats(chunk, column.type.byte_width) for chunk in column.chunks if len(chunk)]
    ids = ArrowIds(table["doc_id"].combine_chunks())
    index = build_index(np.concatenate(parts), ids, cosine=cosine)
    for name in _KEPT:
        getattr(index, name)
    return index


def search_shard(index: Index, queries: Vectors, k: int) -> Found:
    """The `k` most similar documents of a shard for each query, or all where it has fewer.

    Raises:
        ModelError: documents of another number of dimensions.

    >>> import pyarrow as pa
    >>> rows = np.array([[1, 0], [0, 1], [1, 0]], np.float32)
    >>> column = pa.array([row.tobytes() for row in rows], pa.binary(8))
    >>> shard = build_shard(True, pa.table({"doc_id": ["a", "b", "c"], "vector": column}))
    >>> search_shard(shard, rows[:1], 1).doc_ids
    ['c']
    """
    if queries.shape[1] != index.vectors.shape[1]:
        raise ModelError(
            f"queries have {queries.shape[1]} dimensions, documents {index.vectors.shape[1]}; both"
            " sides must come from one model"
        )
    positions, scores = search(queries, index, k)
    distinct, docs = np.unique(positions, return_inverse=True)
    doc_ids = [index.doc_ids[position] for position in distinct.tolist()]
    return Found(doc_ids, docs.reshape(positions.shape), scores)


def merge(found: Sequence[Found], k: int) -> Found:
    """The `k` best of what was found in all shards; of equal scores, the larger ids.

    >>> left = Found(["a"], np.array([[0]]), np.array([[0.5]]))
    >>> right = Found(["b"], np.array([[0]]), np.array([[0.5]]))
    >>> merged = merge([left, right], 1)
    >>> [merged.doc_ids[doc] for doc in merged.docs[0]]
    ['b']
    """
    doc_ids = [doc_id for part in found for doc_id in part.doc_ids]
    starts = np.cumsum([0, *(len(part.doc_ids) for part in found[:-1])])
    docs = np.hstack([part.docs + start for part, start in zip(found, starts, strict=True)])
    scores = np.hstack([part.scores for part in found])
    kept = np.stack([_best(*row, doc_ids, k) for row in zip(docs, scores, strict=True)])
    return Found(doc_ids, np.take_along_axis(docs, kept, 1), np.take_along_axis(scores, kept, 1))


def id_digests(index: Index) -> NDArray[np.void]:
    """A digest of each id, 16 bytes, by which ids of different shards are compared."""
    keys = b"".join(text_key(doc_id) for doc_id in index.doc_ids)
    return np.frombuffer(keys, "V16")


def id_at(index: Index, position: int) -> str:
    """The id at a position."""
    return index.doc_ids[position]


def _floats(chunk: Any, width: int) -> Vectors:
    """The vectors in a column of `width` bytes each, not copied."""
    count, start = len(chunk) * width // 4, chunk.offset * width
    return np.frombuffer(chunk.buffers()[1], np.float32, count, start).reshape(len(chunk), -1)


def _best(docs: IntArray, scores: FloatArray, doc_ids: list[str], k: int) -> IntArray:
    return best(scores, k, places=lambda tied: id_places([doc_ids[d] for d in docs[tied].tolist()]))
