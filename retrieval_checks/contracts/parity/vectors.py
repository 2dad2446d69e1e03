"""`VectorParity`: how far the vectors of two encoders lie apart, text by text."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval_checks.contracts.bi_encoder.likeness import cosines, shown
from retrieval_checks.judgement.explain.wording import beside


@dataclass(frozen=True, slots=True)
class VectorParity:
    """The largest difference of direction and of length between two encoders' vectors."""

    texts: int
    dimensions: tuple[int, int]  # of the reference and of the candidate
    distance: float  # the largest 1 - cosine; 2 where the dimensions differ
    mean_distance: float
    farthest: str  # the text it is of
    stretch: float  # the largest |length / reference length - 1|
    tolerance: float

    @property
    def holds(self) -> bool:
        """Whether both are within the tolerance."""
        return self.distance <= self.tolerance and self.stretch <= self.tolerance

    @property
    def finding(self) -> str:
        """One line: how far apart the vectors are, and of which text."""
        if self.dimensions[0] != self.dimensions[1]:
            return (
                f"vectors have {self.dimensions[1]} dimensions, the reference {self.dimensions[0]}"
            )
        if self.stretch > max(self.tolerance, self.distance):
            found, off = beside(self.stretch, self.tolerance)
            return (
                f"lengths differ by up to {found} of the reference's, {off} above"
                f" {self.tolerance:g}"
            )
        found, off = beside(self.distance, self.tolerance)
        side = "above" if self.distance > self.tolerance else "below"
        return (
            f"1 - cosine is {found} at most, {off} {side} {self.tolerance:g}"
            f" ({self.texts} texts; farthest {shown(self.farthest)})"
        )

    @property
    def evidence(self) -> dict[str, object]:
        """The numbers."""
        return {
            "texts": self.texts,
            "dimensions": list(self.dimensions),
            "largest_cosine_distance": self.distance,
            "mean_cosine_distance": self.mean_distance,
            "farthest_text": self.farthest,
            "largest_length_difference": self.stretch,
            "tolerance": self.tolerance,
        }


def vector_parity(
    texts: Sequence[str],
    reference: NDArray[np.float32],
    candidate: NDArray[np.float32],
    *,
    tolerance: float,
) -> VectorParity:
    """How far the candidate's vectors of these texts, (n, d), lie from the reference's.

    >>> texts, ones = ["a", "b"], np.array([[1.0, 0.0], [0.0, 1.0]], np.float32)
    >>> found = vector_parity(texts, ones, ones * 2, tolerance=0.001)
    >>> found.distance, found.stretch, found.holds
    (0.0, 1.0, False)
    """
    before, after = np.asarray(reference, np.float64), np.asarray(candidate, np.float64)
    dimensions = before.shape[1], after.shape[1]
    if dimensions[0] != dimensions[1]:
        return VectorParity(len(texts), dimensions, 2.0, 2.0, texts[0], 0.0, tolerance)
    distances = 1 - cosines(before, after)
    lengths = np.linalg.norm(before, axis=1), np.linalg.norm(after, axis=1)
    stretch = np.abs(lengths[1] / np.where(lengths[0] > 0, lengths[0], 1.0) - (lengths[0] > 0))
    return VectorParity(
        len(texts),
        dimensions,
        max(0.0, float(distances.max())),
        float(distances.mean()),
        texts[int(distances.argmax())],
        float(stretch.max()),
        tolerance,
    )
