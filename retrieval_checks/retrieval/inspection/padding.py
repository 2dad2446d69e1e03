"""How much of what a cross-encoder computes is padding."""

from collections.abc import Sequence

import numpy as np

from retrieval_checks.encoding.inference import Pair
from retrieval_checks.encoding.models import CrossEncoderModel
from retrieval_checks.errors import ModelError, SettingsError


def padding_share(lengths: Sequence[int], batch_size: int) -> float:
    """The share of tokens that are padding where pairs are scored longest first, in [0, 1).

    Every batch is padded to its longest pair. Scoring is quadratic in the length at worst, so that
    the share of time is at least this.

    Args:
        lengths: of the pairs, in tokens, in any order, each at least 1.
        batch_size: pairs a forward pass.

    Raises:
        SettingsError: a batch size below 1.

    >>> padding_share([4, 1, 3, 1], batch_size=2)  # computed 4 + 4 and 1 + 1, used 4 + 3 and 1 + 1
    0.1
    """
    if batch_size < 1:
        raise SettingsError(f"batch_size must be at least 1, got {batch_size}")
    if not len(lengths):
        return 0.0
    ordered = np.sort(np.asarray(lengths, np.int64))[::-1]
    starts = np.arange(0, len(ordered), batch_size)
    sizes = np.diff([*starts, len(ordered)])
    computed = int((ordered[starts] * sizes).sum())
    return (computed - int(ordered.sum())) / computed


def token_lengths(model: CrossEncoderModel, pairs: Sequence[Pair]) -> list[int]:
    """Tokens of each pair as the model reads it, cut off at what it reads; loads the model.

    Raises:
        ModelError: a model without tokenizer.
    """
    loaded = model.load()
    tokenizer = getattr(loaded, "tokenizer", None)
    if not callable(tokenizer):
        raise ModelError(f"model {model.name!r} has no tokenizer; its padding cannot be counted")
    if not pairs:
        return []
    limit = getattr(loaded, "max_seq_length", None) or getattr(loaded, "max_length", None)
    queries, documents = zip(*pairs, strict=True)
    ids = tokenizer(list(queries), list(documents), truncation=limit is not None, max_length=limit)[
        "input_ids"
    ]
    return [len(row) for row in ids]
