"""The same retriever again, with everything changed that must not matter."""

import copy
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

import numpy as np

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.run import Run
from retrieval_checks.encoding.handle import ModelHandle
from retrieval_checks.retrieval.inspection.latency import without_cache
from retrieval_checks.retrieval.pipeline import Pipeline
from retrieval_checks.retrieval.protocols import Movable, Retriever

Part = TypeVar("Part")

_BATCHES = (1, 7, 16, 64, 3)  # texts a forward pass: rounding differs with them


def retrieve_again(
    retriever: Retriever, queries: Queries, k: int, *, corpus: Corpus | None, seed: int
) -> Run:
    """The run of the same queries, asked and indexed in another order, in other batches, uncached.

    Torch works with another number of threads where it is loaded already: sums round differently.
    The corpus is indexed anew where the retriever can be had over another one (`over`), and the
    batch size changes where its models are ours; of any other retriever only the queries' order
    changes, and whatever differs by itself.

    >>> from retrieval_checks.retrieval.lexical import BM25Retriever
    >>> corpus = Corpus.from_dict({"d1": "cats purr", "d2": "dogs bark"})
    >>> queries = Queries.from_dict({"q1": "cats", "q2": "dogs"})
    >>> run = retrieve_again(BM25Retriever(corpus), queries, 10, corpus=corpus, seed=1)
    >>> run.to_dict() == BM25Retriever(corpus).retrieve(queries, 10).to_dict()
    True
    """
    rng = np.random.default_rng(seed)
    again = _in_batches(without_cache(retriever), _BATCHES[seed % len(_BATCHES)])
    if corpus is not None and isinstance(again, Movable):
        moved = again.over(_shuffled(corpus, rng))
        assert isinstance(moved, Retriever)  # noqa: S101  # for the type checker
        again = moved
    order = rng.permutation(len(queries)).tolist()
    with _other_threads(seed):
        run = again.retrieve(queries.select([queries.query_ids[row] for row in order]), k)
    return run.select([query_id for query_id in queries if query_id in run])


@contextmanager
def _other_threads(seed: int) -> Iterator[None]:
    """Another number of torch's threads than now, the former one afterwards."""
    torch = sys.modules.get("torch")  # a retriever without it needs none
    if torch is None:
        yield
        return
    before = torch.get_num_threads()
    torch.set_num_threads(1 if before > 1 and seed % 2 else before + 1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _shuffled(corpus: Corpus, rng: np.random.Generator) -> Corpus:
    order = rng.permutation(len(corpus)).tolist()
    columns = (corpus.doc_ids, corpus.texts, corpus.titles, corpus.metadata)
    return Corpus(*(tuple(column[row] for row in order) for column in columns))


def _in_batches(retriever: Retriever, size: int) -> Retriever:
    if isinstance(retriever, Pipeline):
        stages = {name: _with_batch(stage, size) for name, stage in retriever.stages.items()}
        return replace(retriever, stages=stages)
    return _with_batch(retriever, size)


def _with_batch(part: Part, size: int) -> Part:
    for name in ("bi_encoder", "model"):
        inner = getattr(part, name, None)
        if isinstance(inner, ModelHandle):
            twin = copy.copy(part)
            object.__setattr__(twin, name, _resized(inner, size))
            return twin
    return part


def _resized(model: ModelHandle, size: int) -> ModelHandle:
    inner = getattr(model, "model", None)
    if isinstance(inner, ModelHandle):  # late interaction over another handle's tokens
        return replace(model, model=_resized(inner, size), batch_size=size)
    return replace(model, batch_size=size)
