"""Search over sparse weights: what comparing every pair finds, without what shares nothing."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from retrieval_checks.encoding.models.sparse_encoder import WEIGHT
from retrieval_checks.encoding.storage.ragged import Ragged
from retrieval_checks.retrieval.search.weights import as_csr, build_weight_index, search_weights

Texts = list[dict[int, int]]


def ragged(texts: Texts) -> Ragged:
    rows = [np.array(sorted(text.items()), WEIGHT) for text in texts]
    return Ragged.of(rows)


def found(
    queries: Texts, documents: Texts, ids: list[str], k: int, *, cosine: bool, size: int
) -> list[dict[str, float]]:
    index = build_weight_index(ragged(documents), ids, cosine=cosine)
    rows = search_weights(ragged(queries), index, k, block_bytes=size)
    return [{ids[p]: s for p, s in zip(docs, scores, strict=True)} for docs, scores in rows]


weights = st.dictionaries(st.integers(0, 6), st.integers(1, 3), max_size=4)
corpora = st.lists(weights, min_size=1, max_size=20)


def test_a_dimension_that_no_document_has_counts_in_the_length_of_the_query() -> None:
    query = {0: 1, 5: 1}
    (alone,) = found([query], [{0: 1}], ["a"], 1, cosine=True, size=100)
    (beside,) = found([query], [{0: 1}, {5: 9}], ["a", "b"], 2, cosine=True, size=100)
    assert alone["a"] == beside["a"] == 1 / 2**0.5


@given(corpora, corpora, st.integers(1, 22), st.sampled_from([1, 100, 1 << 20]), st.randoms())
def test_finds_what_comparing_every_pair_finds(
    queries: Texts, documents: Texts, k: int, size: int, random: np.random.Generator
) -> None:
    ids = [f"d{i:02}" for i in range(len(documents))]
    random.shuffle(ids)
    rankings = found(queries, documents, ids, k, cosine=False, size=size)
    for query, ranking in zip(queries, rankings, strict=True):
        scored = [
            (float(sum(weight * document.get(d, 0) for d, weight in query.items())), doc_id)
            for document, doc_id in zip(documents, ids, strict=True)
            if query.keys() & document.keys()
        ]
        assert ranking == {doc_id: score for score, doc_id in sorted(scored, reverse=True)[:k]}


def test_cosine_divides_by_both_lengths() -> None:
    documents: Texts = [{0: 3, 1: 4}, {0: 1}]
    (ranking,) = found([{0: 2}], documents, ["a", "b"], 2, cosine=True, size=1 << 20)
    assert ranking == {"a": 0.6, "b": 1.0}


def test_a_dimension_that_no_document_has_is_left_out() -> None:
    (ranking,) = found([{0: 1, 9: 5}], [{0: 2}], ["a"], 1, cosine=False, size=1 << 20)
    assert ranking == {"a": 2.0}


def test_texts_without_weights_find_and_are_nothing() -> None:
    assert found([{}, {0: 1}], [{}, {}], ["a", "b"], 1, cosine=True, size=1) == [{}, {}]


def test_weights_are_float64_where_float32_would_tie() -> None:
    texts = [np.array([(0, 1.0), (1, 2.0**-24)], WEIGHT), np.array([(0, 1.0)], WEIGHT)]
    matrix = as_csr(Ragged.of(texts))
    assert (matrix @ np.ones(2)).tolist() == [1.0 + 2.0**-24, 1.0]
