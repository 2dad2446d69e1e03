import pytest

from retrieval_checks.encoding.models import CrossEncoderModel
from retrieval_checks.errors import ModelError, SettingsError
from retrieval_checks.retrieval.inspection.padding import padding_share, token_lengths


class Tokenized:
    """Two tokens for the ends, one for each word; reads six."""

    max_seq_length = 6

    def tokenizer(
        self, queries: list[str], documents: list[str], *, truncation: bool, max_length: int
    ) -> dict[str, list[list[int]]]:
        words = [2 + len(f"{q} {d}".split()) for q, d in zip(queries, documents, strict=True)]
        return {"input_ids": [[0] * (min(n, max_length) if truncation else n) for n in words]}

    def predict(self, pairs: list[tuple[str, str]]) -> list[float]:
        return [0.0] * len(pairs)


class Scorer:
    def predict(self, pairs: list[tuple[str, str]]) -> list[float]:
        return [0.0] * len(pairs)


@pytest.mark.parametrize(
    ("lengths", "batch_size", "share"),
    [
        ([5, 5, 5], 2, 0.0),
        ([9, 1, 1], 3, 16 / 27),
        ([1, 9, 1], 1, 0.0),  # a pair alone is not padded
        ([1, 2, 3, 4], 2, 2 / 12),  # sorted: 4 3 and 2 1
        ([3, 2], 8, 1 / 6),  # a batch that is not full
        ([], 8, 0.0),
    ],
)
def test_every_batch_is_padded_to_its_longest_pair(
    lengths: list[int], batch_size: int, share: float
) -> None:
    assert padding_share(lengths, batch_size) == pytest.approx(share)


def test_a_batch_of_nothing_is_refused() -> None:
    with pytest.raises(SettingsError, match="batch_size must be at least 1, got 0"):
        padding_share([1], 0)


def test_tokens_are_counted_as_the_model_reads_them() -> None:
    model = CrossEncoderModel(Tokenized())
    assert token_lengths(model, [("a", "b"), ("a b c", "d e f")]) == [4, 6]
    assert token_lengths(model, []) == []


def test_a_model_without_tokenizer_says_so() -> None:
    with pytest.raises(ModelError, match="'Scorer' has no tokenizer"):
        token_lengths(CrossEncoderModel(Scorer()), [("a", "b")])
