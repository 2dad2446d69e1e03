"""`TokenIndex`: the token vectors of documents, searched exactly by MaxSim."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from retrieval_checks.data.postings import FloatArray, IntArray
from retrieval_checks.encoding.inference import Vectors
from retrieval_checks.encoding.storage.ragged import Ragged
from retrieval_checks.retrieval.search.candidates import Candidates, largest
from retrieval_checks.retrieval.search.cut import best, id_places
from retrieval_checks.retrieval.search.engines import Multiply, choose_engine, multiply_by
from retrieval_checks.retrieval.search.index import euclidean, rounding

_QUERY_TOKENS = 1024  # a block, about a hundred queries


@dataclass(frozen=True, eq=False)
class TokenIndex:
    """Token vectors, which are not copied, and the ids of the documents they are of."""

    tokens: Ragged  # float32 (n_tokens, d) a document
    doc_ids: Sequence[str]
    mean: bool = False  # scores divided by the number of query tokens

    def __len__(self) -> int:
        return len(self.tokens)

    @cached_property
    def places(self) -> IntArray:
        """The rank of each id in ascending order, int64 (n,); sorted when first asked for."""
        return id_places(self.doc_ids)

    @cached_property
    def errors(self) -> FloatArray:
        """Bounds on how far a rough score is off, over the lengths of the query's tokens, (n,).

        The best of several products is off by no more than one of them is.
        """
        longest = _maxima(euclidean(self.tokens.rows)[None], self.tokens.indptr)[0]
        d = self.tokens.rows.shape[1]
        return np.asarray(1.01 * (rounding(d) * longest + d * 2.0**-126))

    def score(self, query: Vectors, position: int) -> float:
        """MaxSim of one document in float64, which depends on nothing but the two texts."""
        document = self.tokens[position].astype(np.float64)
        if not len(query) or not len(document):
            return 0.0
        similarities = (query.astype(np.float64) @ document.T).max(axis=1)
        return float(similarities.mean() if self.mean else similarities.sum())


def search_tokens(
    queries: Ragged, index: TokenIndex, k: int, *, block_bytes: int
) -> tuple[IntArray, FloatArray]:
    """The `k` best documents of each query by MaxSim, exactly: all documents are compared.

    MaxSim (Khattab & Zaharia, SIGIR 2020): for each query token the best of its dot products with
    the document's tokens, summed. As in `search`, float32 only chooses candidates, which are scored
    again in float64, so that nothing depends on the blocks. A text without tokens scores 0.

    Args:
        queries: token vectors, float32 (n_tokens, d) a query.
        index: the documents.
        k: documents a query.
        block_bytes: bound on the memory of a block of similarities.

    Returns:
        positions int64 and scores float64, both (n_queries, min(k, n_documents)); the columns are
        in no particular order. Among equal scores the documents of the larger ids are there.
    """
    width = min(k, len(index))
    found = np.empty((len(queries), width), np.int64)
    scores = np.empty((len(queries), width), np.float64)
    work = queries.rows.size * len(index.tokens.rows)
    multiply = multiply_by(choose_engine("auto", work=work))
    for start, stop in _blocks(queries.indptr, _QUERY_TOKENS):
        block = _part(queries, start, stop)
        candidates = _candidates(block, index, width, multiply, block_bytes)
        for row, positions in enumerate(candidates, start):
            exact = np.array([index.score(queries[row], p) for p in positions.tolist()])
            chosen = _best(exact, positions, index, width)
            found[row], scores[row] = positions[chosen], exact[chosen]
    return found, scores


def _candidates(
    queries: Ragged, index: TokenIndex, k: int, multiply: Multiply, block_bytes: int
) -> list[IntArray]:
    lengths = _sums(euclidean(queries.rows)[:, None], queries.indptr)[:, 0]
    scales = np.where(lengths > 0, lengths, 1.0)  # makes the error the same for every query
    candidates = Candidates(len(queries), k, errors=index.errors)
    columns = max(1, block_bytes // (4 * max(1, len(queries.rows))))
    for start, stop in _blocks(index.tokens.indptr, columns):
        documents = _part(index.tokens, start, stop)
        products = multiply(queries.rows, np.asarray(documents.rows))
        sums = _sums(_maxima(products, documents.indptr), queries.indptr) / scales[:, None]
        error = float(index.errors[start:stop].max())
        hits = largest(sums.astype(np.float32), candidates.floor - error, k, error)
        candidates.add(hits._replace(documents=hits.documents + start))
    return candidates.positions()


def _maxima(products: Vectors | FloatArray, bounds: IntArray) -> FloatArray:
    """The largest of each document's columns, float64 (n, n_documents); 0 without columns."""
    maxima = np.zeros((len(products), len(bounds) - 1))
    some = np.diff(bounds) > 0
    if some.any() and len(products):
        maxima[:, some] = np.maximum.reduceat(products, bounds[:-1][some], axis=1)
    return maxima


def _sums(values: FloatArray, bounds: IntArray) -> FloatArray:
    """The sum of each query's rows, float64 (n_queries, n); 0 without rows."""
    sums = np.zeros((len(bounds) - 1, values.shape[1]))
    some = np.diff(bounds) > 0
    if some.any():
        sums[some] = np.add.reduceat(values, bounds[:-1][some], axis=0)
    return sums


def _blocks(bounds: IntArray, rows: int) -> Iterator[tuple[int, int]]:
    """(start, stop) of texts that have at most so many rows together, or are one text."""
    start = 0
    while start < len(bounds) - 1:
        stop = int(np.searchsorted(bounds, bounds[start] + rows, side="right")) - 1
        stop = max(start + 1, stop)
        yield start, stop
        start = stop


def _part(ragged: Ragged, start: int, stop: int) -> Ragged:
    bounds = ragged.indptr[start : stop + 1]
    return Ragged(ragged.rows[bounds[0] : bounds[-1]], bounds - bounds[0])


def _best(scores: FloatArray, positions: IntArray, index: TokenIndex, k: int) -> IntArray:
    return best(scores, k, places=lambda tied: index.places[positions[tied]])
