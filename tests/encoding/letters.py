"""Token vectors that can be counted by hand: each letter of the alphabet is a unit vector."""

from collections.abc import Iterator, Sequence

import numpy as np


class Letters:
    """Late interaction over letters; remembers which texts were encoded."""

    fingerprint = "letters-1"

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode_query(self, texts: Sequence[str]) -> list[np.ndarray]:
        self.encoded.extend(texts)
        alphabet = np.eye(26, dtype=np.float32)
        return [alphabet[[ord(c) - ord("a") for c in text]] for text in texts]

    encode_document = encode_query


class Spelt(Letters):
    """The same with a tokenizer: letters are the tokens 1 to 26."""

    def __init__(self) -> None:
        super().__init__()
        self.prompts: dict[str, str] = {}
        self.spelt: list[str] = []

    def preprocess(
        self, texts: Sequence[str], prompt: str | None = None, task: str | None = None
    ) -> dict[str, np.ndarray]:
        self.spelt.extend(texts)
        rows = [[ord(c) - ord("a") + 1 for c in (prompt or "") + text] for text in texts]
        width = max(map(len, rows))
        ids = [row + [0] * (width - len(row)) for row in rows]
        mask = [[1] * len(row) + [0] * (width - len(row)) for row in rows]
        return {"input_ids": np.array(ids), "attention_mask": np.array(mask)}

    def __iter__(self) -> Iterator[object]:
        return iter(())  # no module that masks tokens
