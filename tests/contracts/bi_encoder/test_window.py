"""What is read is found by asking, in tokens where there is a tokenizer, whatever is claimed."""

from typing import Any

import pytest

from retrieval_checks.contracts.bi_encoder.subject import Claims, Encoder
from retrieval_checks.contracts.bi_encoder.window import find_window
from retrieval_checks.data.collection import Collection, Corpus, Queries
from retrieval_checks.data.qrels import Qrels
from tests.contracts.bi_encoder.encoders import Words

TEXTS = {"short": "one two three", "long": " ".join(f"{n}th" for n in range(50))}
COLLECTION = Collection(Corpus.from_dict(TEXTS), Queries.from_dict({}), Qrels.from_dict({}))


class Halves:
    """A tokenizer that cuts every word in two."""

    def tokenize(self, text: str) -> list[str]:
        return [part for word in text.split() for part in (word[:2], word[2:])]


class Tokens(Words):
    tokenizer = Halves()
    max_seq_length = 512  # a claim that is not true
    reads = 20


def _subject(factory: Any) -> Encoder:
    return Encoder("words", factory, Claims(collection=COLLECTION))


class Reads(Words):
    reads = 30


def test_words_are_counted_where_there_is_no_tokenizer() -> None:
    window = find_window(_subject(Reads))
    assert (window.size, window.unit, window.lengths) == (30, "words", (3, 50))
    assert window.lost == [0, 20]


def test_tokens_that_are_really_read_are_counted_not_those_claimed() -> None:
    window = find_window(_subject(Tokens))
    assert (window.size, window.unit, window.lengths) == (40, "tokens", (6, 100))
    assert window.lost == [0, 60]
    assert window.words_read(TEXTS["long"].split()) == 20


def test_encoder_that_reads_everything_loses_nothing() -> None:
    window = find_window(_subject(Words))
    assert window.size is None
    assert window.lost == [0, 0]
    assert window.words_read(["one", "two"]) == 2


@pytest.mark.parametrize("words", [1, 19, 20])
def test_text_that_fits_is_read_to_its_end(words: int) -> None:
    window = find_window(_subject(Tokens))
    assert window.words_read([f"{n}th" for n in range(words)]) >= words
