"""A small real encoder, and others like it, each with one fault that real ones have had."""

import threading
import time
from collections.abc import Sequence
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
DIMENSION = 256
STOP_WORDS = (
    " ^ a and are by do does for from how in is it of on or some that the there this to was what"
    " when where why with each other have may more not so its than "
)


class Words:
    """The weighted mean of seeded random vectors of a text's words, scaled to unit length."""

    name = "words"
    similarity = "cosine"
    reads = 10_000  # words
    prompts = {"query": "", "document": ""}  # noqa: RUF012  # never changed

    def __init__(self, seed: int = 7) -> None:
        self.table = np.random.default_rng(seed).standard_normal((4096, DIMENSION))

    def encode_queries(self, texts: Sequence[str]) -> Any:
        return self.encode([self.prompts["query"] + text for text in texts])

    def encode_documents(self, texts: Sequence[str]) -> Any:
        return self.encode([self.prompts["document"] + text for text in texts])

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = [self.vector(text) for text in texts]
        return np.array(rows, np.float32).reshape(len(texts), DIMENSION)

    def vector(self, text: str) -> NDArray[np.float64]:
        return unit(self.words(text).mean(axis=0))

    def words(self, text: str) -> NDArray[np.float64]:
        """A vector a word, and one for the text itself, so that an empty text has one.

        Stop words weigh little, and beginnings are all that counts: rough idf, rough stemming.
        """
        words = ["^", *(w.strip(".,;?!") for w in text.lower().split()[: self.reads])]
        rows = self.table[[crc32(word[:5].encode()) % 4096 for word in words]]
        weighted: NDArray[np.float64] = rows * np.array(
            [[0.1 if f" {word} " in STOP_WORDS else 1.0] for word in words]
        )
        return weighted


def unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    return vector / np.linalg.norm(vector)


class Squeezes(Words):
    def encode(self, texts: Sequence[str]) -> Vectors:
        return super().encode(texts).squeeze()


class GivesLists(Words):
    def encode(self, texts: Sequence[str]) -> Any:
        return super().encode(texts).tolist()


class NoWordIsNaN(Words):
    """A mean over no word is 0/0."""

    def vector(self, text: str) -> NDArray[np.float64]:
        bare = text.isascii() and text.strip() and not any(c.isalnum() for c in text)
        return np.full(DIMENSION, np.nan) if bare else super().vector(text)


class NotNormalised(Words):
    def vector(self, text: str) -> NDArray[np.float64]:
        return 2 * super().vector(text)


class DropsBlanks(Words):
    def encode(self, texts: Sequence[str]) -> Vectors:
        return super().encode([text for text in texts if text.strip()])


class RefusesLongTexts(Words):
    def vector(self, text: str) -> NDArray[np.float64]:
        if len(text) > 20_000:
            raise ValueError("input is longer than the maximum of 20000 characters")
        return super().vector(text)


class OnlyLatin1(Words):
    def vector(self, text: str) -> NDArray[np.float64]:
        return super().vector(text.encode("latin-1").decode("latin-1"))


class Dropout(Words):
    """Left in training mode; so slight that no cosine shows it."""

    def __init__(self) -> None:
        super().__init__()
        self.noise = np.random.default_rng(1)

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = super().encode(texts)
        return vectors + 1e-5 * self.noise.standard_normal(vectors.shape).astype(np.float32)


class CentresTheBatch(Words):
    """Shifts by the number of texts: what any statistic over a batch comes to."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = super().encode(texts).astype(np.float64)
        vectors[:, 0] += 0.02 * len(texts)
        return np.array([unit(row) for row in vectors], np.float32)


class ForgetsTheOrder(Words):
    """Encodes longest first and returns it so."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        return super().encode(sorted(texts, key=len, reverse=True))


class PoolsPadding(Words):
    """The mean over the padded length, padding counted as a word of its own."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        words = [self.words(text) for text in texts]
        longest = max(map(len, words))
        padding = 0.3 * self.table[0]
        rows = [(each.sum(axis=0) + (longest - len(each)) * padding) / longest for each in words]
        return np.array([unit(row) for row in rows], np.float32)


class ThreadsChangeIt(Words):
    def vector(self, text: str) -> NDArray[np.float64]:
        import torch

        vector = super().vector(text)
        vector[0] += 0.05 * torch.get_num_threads()
        return unit(vector)


class SharedBuffer(Words):
    """Keeps the texts of a call where another thread overwrites them."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.texts = texts
        time.sleep(0.002)
        return super().encode(self.texts)


class NewlyInitialized(Words):
    """A last layer that was not in the checkpoint."""

    made = 0

    def __init__(self) -> None:
        NewlyInitialized.made += 1
        super().__init__(seed=NewlyInitialized.made)


class Unpicklable(Words):
    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.Lock()


class ForgetsItsWeights(Words):
    """Pickled without the table, which is then drawn anew."""

    def __getstate__(self) -> dict[str, Any]:
        return {}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.table = np.random.default_rng().standard_normal((4096, DIMENSION))


class TwoModels(Words):
    """The index holds vectors of another model than the one that encodes queries."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return np.ascontiguousarray(super().encode_queries(texts)[:, ::-1])


class HashesTheText(Words):
    """No likeness at all: what an encoder with random weights comes to."""

    def vector(self, text: str) -> NDArray[np.float64]:
        return unit(np.random.default_rng(crc32(text.encode())).standard_normal(DIMENSION))


class NarrowCone(Words):
    def vector(self, text: str) -> NDArray[np.float64]:
        return unit(super().vector(text) + 3 * unit(self.table[1]))


class ReadsTwentyWords(Words):
    reads = 20


class Prompted(Words):
    prompts = {"query": "query: ", "document": "passage: "}  # noqa: RUF012  # never changed


class Swapped(Words):
    prompts = {"query": "passage: ", "document": "query: "}  # noqa: RUF012  # never changed


class OnlyTheQuerys(Words):
    prompts = {"query": "query: ", "document": ""}  # noqa: RUF012  # never changed
