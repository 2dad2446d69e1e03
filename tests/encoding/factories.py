"""Factories that tests name as `tests.encoding.factories:...`."""

from collections.abc import Sequence


class Letters:
    """Counts the letters a and b."""

    def encode(self, texts: Sequence[str]) -> list[list[float]]:
        return [[float(text.count("a")), float(text.count("b"))] for text in texts]


def letters() -> Letters:
    return Letters()


def known() -> Letters:
    return Letters()


known.fingerprint = "letters-1"  # type: ignore[attr-defined]
known.similarity_fn_name = "dot"  # type: ignore[attr-defined]


def fails() -> Letters:
    raise OSError("no weights here")
