"""Rerankers that tests name as `tests.cli.reranking.rerankers:...`."""

from collections.abc import Sequence


class KnowsAnimals:
    """Knows which sentence answers; everything else scores 0."""

    answers = ("purr", "Owls hunt", "give milk")

    def predict(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        return [float(any(answer in document for answer in self.answers)) for _, document in pairs]


class TurnsRound(KnowsAnimals):
    """Is wrong wherever the other is right."""

    def predict(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        return [-score for score in super().predict(pairs)]


def good() -> KnowsAnimals:
    return KnowsAnimals()


def bad() -> TurnsRound:
    return TurnsRound()
