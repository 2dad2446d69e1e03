"""Every perturbation gives other ways of typing the same, reproducibly, and none that is equal."""

import numpy as np
import pytest

from retrieval_checks.contracts.robustness.perturbations import PERTURBATIONS, variants


def _variants(text: str, perturbation: str, seed: int = 0) -> tuple[str, ...]:
    return variants(text, perturbation, np.random.default_rng(seed))


@pytest.mark.parametrize(
    ("perturbation", "text", "expected"),
    [
        ("case", "Was ist KI?", ("WAS IST KI?", "was ist ki?")),
        ("case", "lower", ("LOWER",)),
        ("case", "123", ()),
        ("white-space", "two words", ("  two  words  ",)),
        ("diacritics", "Größe und café", ("Große und cafe",)),
        ("diacritics", "bcd", ()),
        ("diacritics", "cat", ("cát",)),
        ("punctuation", "what?", ("what", "what.")),
        ("punctuation", "what", ("what?", "what.")),
        ("punctuation", "?", (".",)),
        ("typo", "a bc def", ()),
        ("typo", "1234 5678", ()),
    ],
)
def test_variants_are_as_said(perturbation: str, text: str, expected: tuple[str, ...]) -> None:
    assert _variants(text, perturbation) == expected


def test_typos_swap_drop_and_double_a_letter_inside_one_word() -> None:
    swapped, dropped, doubled = _variants("the quick fox", "typo")
    for typed in (swapped, dropped, doubled):
        first, word, last = typed.split()
        assert (first, last, word[0]) == ("the", "fox", "q")
    assert sorted(swapped) == sorted("the quick fox")
    assert len(dropped) == len("the quick fox") - 1
    assert len(doubled) == len("the quick fox") + 1


@pytest.mark.parametrize("perturbation", PERTURBATIONS)
def test_same_seed_same_variants(perturbation: str) -> None:
    text = "Who decides about transport?"
    assert _variants(text, perturbation, 3) == _variants(text, perturbation, 3)


def test_other_seed_other_typos() -> None:
    text = "several words where something may go wrong"
    assert len({_variants(text, "typo", seed) for seed in range(8)}) > 4


@pytest.mark.parametrize("perturbation", PERTURBATIONS)
@pytest.mark.parametrize("text", ["Café?", "a", "ÀÉ", "one  two", "...", "naïve question here"])
def test_no_variant_is_the_text_itself_nor_blank(text: str, perturbation: str) -> None:
    found = _variants(text, perturbation)
    assert text not in found
    assert all(way.strip() for way in found)
    assert len(set(found)) == len(found)
