"""Pairs are checked before a model is asked."""

import pytest

from retrieval_checks.encoding.models import (
    CrossEncoderModel,
)
from retrieval_checks.errors import DataError


@pytest.mark.parametrize("pair", [("a",), ("a", "b", "c"), ("a", 1)])
def test_pairs_must_be_two_strings(pair: tuple[str, str]) -> None:
    with pytest.raises(DataError, match="a pair is"):
        CrossEncoderModel(object()).score_pairs([pair])
