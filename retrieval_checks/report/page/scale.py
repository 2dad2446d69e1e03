"""`Scale`: values to coordinates, and the round values to label."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from retrieval_checks.report.page.wording import MINUS

_STEPS = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Scale:
    """A range of values laid over a range of coordinates; what lies outside is put on its ends.

    >>> scale = Scale(0.0, 1.0, 100.0, 300.0)
    >>> scale(0.5), scale(7.0)
    (200.0, 300.0)
    """

    low: float
    high: float
    start: float
    stop: float

    def __call__(self, value: float) -> float:
        """The coordinate of a value, to a tenth."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(self.start + share * (self.stop - self.start), 1)

    def ticks(self, most: int = 5) -> list[tuple[float, str]]:
        """Coordinates and labels of at most so many round values, 0 among them if inside.

        >>> Scale(-0.1, 0.3, 0, 400).ticks()
        [(0.0, '−0.1'), (100.0, '0'), (200.0, '0.1'), (300.0, '0.2'), (400.0, '0.3')]
        """
        step = _round_step((self.high - self.low) / most)
        first = math.ceil(self.low / step - 1e-9)
        values = [n * step for n in range(first, math.floor(self.high / step + 1e-9) + 1)]
        return [(self(value), f"{round(value, 9):g}".replace("-", MINUS)) for value in values]


def spanning(values: Iterable[float], start: float, stop: float) -> Scale:
    """A scale over these values with a little room on both sides.

    >>> spanning([0.0, 1.0], 0, 100).low < 0 < 1 < spanning([0.0, 1.0], 0, 100).high
    True
    """
    known = list(values)
    low, high = min(known), max(known)
    room = (high - low) * 0.06 or 0.5
    return Scale(low - room, high + room, start, stop)


def _round_step(least: float) -> float:
    """The smallest 1, 2 or 5 times a power of ten that is not smaller."""
    power = 10 ** math.floor(math.log10(least))
    enough = least * (1 - 1e-9)
    return next(float(factor * power) for factor in _STEPS if factor * power >= enough)
