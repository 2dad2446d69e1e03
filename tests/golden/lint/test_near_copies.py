"""Copies among texts, found without comparing every two of them."""

from itertools import combinations

import numpy as np
import pytest

from retrieval_checks.golden.lint.near_copies import copies, near_pairs

WORDS = [f"w{i}" for i in range(40)]


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = text.split()
    return set(zip(words, words[1:], words[2:], strict=False))


def test_white_space_and_case_make_no_difference() -> None:
    assert copies(["Cats  purr.", "dogs", "cats\npurr.", "DOGS", "x"]) == ((0, 2), (1, 3))


def test_short_texts_must_be_equal() -> None:
    assert copies(["cats purr", "cats, purr", "", " "]) == ((2, 3),)


def test_nothing_is_no_copy() -> None:
    assert copies([]) == ()
    assert copies(["one"]) == ()
    assert copies([""]) == ()


def test_punctuation_alone_makes_a_near_copy() -> None:
    assert copies(["cats purr, dogs bark", "cats purr dogs bark!"]) == ((0, 1),)


def test_the_coefficient_is_jaccards_of_three_words() -> None:
    # 22 words have 20 shingles; another last word changes one: 19 shared of 21 in all, .9048.
    # 21 words have 19; then 18 shared of 20 in all: exactly .9. 20 words: 17 of 19, .8947.
    for n, is_copy in ((22, True), (21, True), (20, False)):
        pair = [" ".join(WORDS[:n]), " ".join([*WORDS[: n - 1], "other"])]
        assert copies(pair) == (((0, 1),) if is_copy else ())


def test_a_change_in_the_middle_costs_three_shingles() -> None:
    # 40 words: 38 shingles, 35 shared of 41 in all, .854
    changed = " ".join([*WORDS[:20], "other", *WORDS[21:]])
    assert copies([" ".join(WORDS), changed]) == ()
    assert copies([" ".join(WORDS), changed], least=0.85) == ((0, 1),)


def test_a_shingle_does_not_reach_into_the_next_text() -> None:
    assert copies(["a b", "c a b", "c d"], least=0.1) == ()


def test_copies_of_a_copy_are_in_one_group() -> None:
    ends = [" ".join([*WORDS[:30], *tail]) for tail in ("x y", "x z", "v z")]
    # 30 shingles each; neighbours share 29 of 31 (.935) or 28 of 32 (.875), the outer ones 28
    assert copies(ends, least=0.93) == ((0, 1),)
    assert copies(ends, least=0.87) == ((0, 1, 2),)
    assert [
        pair for pair in combinations(range(3), 2) if pair not in set(near_pairs(ends, 0.9))
    ] == [
        (0, 2),
        (1, 2),
    ]


@pytest.mark.parametrize("least", [0.5, 0.7, 0.9, 1.0])
@pytest.mark.parametrize("seed", range(5))
def test_no_pair_is_missed_and_none_invented(least: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    texts = []
    for _ in range(20):  # families of texts with a few words exchanged
        words = list(rng.choice(WORDS[:12], size=rng.integers(3, 40)))
        for _ in range(4):
            words[rng.integers(len(words))] = str(rng.choice(WORDS))
            texts.append(" ".join(words))
    sets = [_shingles(text) for text in texts]
    wanted = {
        (a, b)
        for a, b in combinations(range(len(texts)), 2)
        if len(sets[a] & sets[b]) >= least * len(sets[a] | sets[b])
    }
    assert wanted or least == 1
    assert set(near_pairs(texts, least)) == wanted
