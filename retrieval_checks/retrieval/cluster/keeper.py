"""`RemoteStore`: the driver's store, read and filled by workers wherever they run."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from retrieval_checks.encoding.sources.fingerprint import file_digest
from retrieval_checks.encoding.storage.directory import first_positions
from retrieval_checks.encoding.store import Array, Compute, Store

Found = tuple[list[int], Array]  # positions in the keys, and their values


class StoreKeeper:
    """The process that reads and writes a store for all workers; it runs where the driver runs.

    Workers do not open the store themselves: its index must not be shared over a network, and who
    computes what is missing would lock out everybody else.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, fingerprint: str, kind: str, keys: Sequence[bytes]) -> Found:
        """What is stored of these keys."""
        wanted = list(range(len(keys)))
        while True:
            try:
                chosen = [keys[i] for i in wanted]
                return wanted, self._store.complete(fingerprint, kind, chosen, _refuse)
            except _Missing as missing:
                wanted = np.delete(wanted, missing.positions).tolist()

    def add(
        self, fingerprint: str, kind: str, keys: Sequence[bytes], values: Array, model: str
    ) -> None:
        """Store these values, but for those that are there meanwhile."""
        self._store.complete(
            fingerprint,
            kind,
            keys,
            lambda positions: [(positions, values[positions])],
            model=model,
        )


class RemoteStore:
    """What a model handle needs of a `Store`, asked of a `StoreKeeper` in another process.

    Args:
        keeper: the actor.
    """

    def __init__(self, keeper: Any) -> None:
        self._keeper = keeper

    def complete(
        self,
        fingerprint: str,
        kind: str,
        keys: Sequence[bytes],
        compute: Compute,
        /,
        *,
        model: str = "",
    ) -> Array:
        """As `Store.complete`: the value of each key; only those not stored are computed."""
        if not keys:
            return np.zeros((0, 0), np.float32)
        import ray

        first = first_positions(keys)
        asked = np.unique(first)
        distinct = [keys[i] for i in asked.tolist()]
        found, values = ray.get(self._keeper.find.remote(fingerprint, kind, distinct))
        parts = [(asked[found].tolist(), values)] if found else []
        missing = np.delete(asked, found).tolist()
        for positions, computed in compute(missing) if missing else ():
            chosen = [keys[i] for i in positions]
            ray.get(self._keeper.add.remote(fingerprint, kind, chosen, computed, model))
            parts.append((positions, computed))
        rows = np.concatenate([part for _, part in parts])
        order = np.argsort(np.concatenate([positions for positions, _ in parts]))
        values_of_each: Array = rows[order[np.searchsorted(asked, first)]]
        return values_of_each

    def digest(self, path: Path, /) -> str:
        """The SHA-256 of a file on this machine."""
        return file_digest(path)


class _Missing(Exception):
    """Values that are not stored."""

    def __init__(self, positions: list[int]) -> None:
        super().__init__(positions)
        self.positions = positions


def _refuse(positions: list[int]) -> Any:
    raise _Missing(positions)
