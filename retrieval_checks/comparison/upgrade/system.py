"""`System`: a pipeline as it was run, with what it costs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from retrieval_checks.data.postings import FloatArray
from retrieval_checks.data.run import Run


@dataclass(frozen=True, slots=True, eq=False)
class System:
    """The run of a pipeline's last stage, and its costs where they were measured."""

    name: str
    run: Run
    latencies: Mapping[str, FloatArray] = field(default_factory=dict)  # ms a query, by stage
    dimension: int | None = None  # of its vectors
    index_bytes: int | None = None
    truncated: float | None = None  # share of the documents that the model cuts off, in [0, 1]

    def costs(self) -> dict[str, str]:
        """What it costs, as text by name; only what was measured."""
        told = {}
        for stage, times in self.latencies.items():
            middle, high = np.percentile(times, [50, 95])
            told[f"{stage} ms, p50 / p95"] = f"{middle:.1f} / {high:.1f}"
        if self.dimension is not None:
            told["dimensions"] = f"{self.dimension}"
        if self.index_bytes is not None:
            told["index, MiB"] = f"{self.index_bytes / (1 << 20):.2f}"
        if self.truncated is not None:
            told["documents cut off"] = f"{self.truncated:.1%}"
        return told
