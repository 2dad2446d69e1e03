"""Weights of query tokens, worked by hand over letters, and what they need: no model."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from retrieval_checks.data.corpus import Corpus
from retrieval_checks.encoding.models import LateInteraction
from retrieval_checks.encoding.store import Store
from retrieval_checks.errors import ModelError, SettingsError
from tests.encoding.letters import Letters, Spelt

CORPUS = Corpus.from_dict({"d1": "ab", "d2": "b", "d3": "bc"})
RARE, ALL, NOWHERE = math.log(4 / 1.5), math.log(4 / 3.5), math.log(4 / 0.5)  # in 1, 3, 0 of 3


def _idf(corpus: Corpus | None = CORPUS, cache: Store | None = None) -> LateInteraction:
    return LateInteraction(Spelt(), token_weights="idf", corpus=corpus, cache=cache)


def test_a_token_counts_the_more_the_fewer_documents_have_it() -> None:
    found = _idf().score_pairs([("ab", "b"), ("ab", "a"), ("az", "a"), ("zz", "z")])
    assert found.tolist() == pytest.approx(
        [ALL / (RARE + ALL), RARE / (RARE + ALL), RARE / (RARE + NOWHERE), 1.0]
    )


def test_a_token_counts_once_a_document() -> None:
    twice = Corpus.from_dict({"d1": "aab", "d2": "bbb", "d3": "bc"})
    pairs = [("abc", "a"), ("abc", "bc")]
    assert _idf(twice).score_pairs(pairs).tolist() == _idf().score_pairs(pairs).tolist()


def test_a_query_without_tokens_scores_nothing() -> None:
    assert _idf().score_pairs([("", "ab")]).tolist() == [0.0]


def test_a_score_does_not_depend_on_the_pairs_beside_it() -> None:
    pairs = [(q, d) for q in ("abc", "cab", "aaabbbbccccz") for d in ("ab", "bc", "zzza")]
    together = _idf().score_pairs(pairs).tolist()
    assert [_idf().score_pairs([pair])[0] for pair in pairs] == together


def test_weights_are_uniform_for_vectors_that_were_trained_to_be_compared() -> None:
    by_default = LateInteraction(Spelt()).over(CORPUS).score_pairs([("ab", "b")])
    uniform = LateInteraction(Spelt(), token_weights="uniform").over(CORPUS)
    assert by_default.tolist() == uniform.score_pairs([("ab", "b")]).tolist() == [1.0]


def test_another_corpus_weighs_otherwise_and_the_first_still_as_before() -> None:
    late = LateInteraction("tests.encoding.letters:Spelt", token_weights="idf")
    other = Corpus.from_dict({"d": "a"})
    first, second = late.over(CORPUS), late.over(other)
    before = first.score_pairs([("ab", "b")])[0]
    # in 1 of 1 document and in none: ln(2 / 1.5) and ln(2 / .5)
    expected = math.log(4) / (math.log(4) + math.log(2 / 1.5))
    assert second.score_pairs([("ab", "b")])[0] == pytest.approx(expected)
    assert first.score_pairs([("ab", "b")])[0] == before == pytest.approx(ALL / (RARE + ALL))
    assert first.load() is second.load() is late.load()  # the factory was called once


def test_idf_needs_a_corpus() -> None:
    with pytest.raises(SettingsError, match=r"give corpus=, or score through Reranker\.rerank"):
        _idf(None).score_pairs([("ab", "b")])


def test_unknown_weights_are_refused() -> None:
    with pytest.raises(SettingsError, match="token_weights 'tfidf' do not exist; did you mean"):
        LateInteraction(Spelt(), token_weights="tfidf")  # type: ignore[arg-type]


def test_tokens_that_are_not_those_of_the_vectors_are_refused() -> None:
    class Merges(Spelt):
        def encode_query(self, texts: Sequence[str]) -> list[np.ndarray]:
            return [vectors[:1] for vectors in super().encode_query(texts)]

    late = LateInteraction(Merges(), token_weights="idf", corpus=CORPUS)
    with pytest.raises(ModelError, match="2 tokens and 1 vectors of one query"):
        late.score_pairs([("ab", "b")])


def test_other_weights_and_another_corpus_need_no_model(tmp_path: Path) -> None:
    pairs = [("ab", "b"), ("abc", "bc")]
    cold = _idf(cache=Store(tmp_path)).score_pairs(pairs)

    class Gone(Letters):
        def encode_query(self, texts: Sequence[str]) -> list[np.ndarray]:
            return pytest.fail(f"{texts} were encoded")

        encode_document = preprocess = encode_query

    def warm(corpus: Corpus, **options: str) -> list[float]:
        late = LateInteraction(Gone(), corpus=corpus, cache=Store(tmp_path), **options)  # type: ignore[arg-type]
        found: list[float] = late.score_pairs(pairs).tolist()
        return found

    assert warm(CORPUS, token_weights="idf") == cold.tolist()
    assert warm(CORPUS, token_weights="uniform") == [1.0, 2.0]
    fewer = Corpus.from_dict({"d2": "b", "d3": "bc"})  # a: in 0 of 2, b: in 2 of 2
    a, b = math.log(3 / 0.5), math.log(3 / 2.5)
    assert warm(fewer, token_weights="idf")[0] == pytest.approx(b / (a + b))


def test_one_changed_document_is_read_and_matched_alone(tmp_path: Path) -> None:
    _idf(cache=Store(tmp_path)).score_pairs([("ab", "b"), ("ab", "bc")])
    changed = Corpus.from_dict({"d1": "ab", "d2": "b", "d3": "bcd"})
    late = _idf(changed, Store(tmp_path))
    late.score_pairs([("ab", "b"), ("ab", "bcd")])
    model = late.load()
    assert model.spelt == ["bcd"]
    assert sorted(model.encoded) == ["ab", "bcd"]


def test_what_decides_the_vectors_is_in_the_fingerprint_and_weights_are_not() -> None:
    plain = LateInteraction(Letters())
    others = [
        LateInteraction(Letters(), layer=-1),
        LateInteraction(Letters(), skip=()),
        LateInteraction(Letters(), skip=["a"]),
        LateInteraction(Letters(), query_length=8),
        LateInteraction(Letters(), document_length=8),
    ]
    assert len({late.fingerprint for late in (plain, *others)}) == 6
    weighed = LateInteraction(Letters(), token_weights="idf", corpus=CORPUS)
    assert weighed.fingerprint == plain.fingerprint
    assert LateInteraction(Letters(), layer=-2).fingerprint == plain.fingerprint
