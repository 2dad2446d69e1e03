"""`Lock`: the machine-written record of the rankings that were accepted, beside the golden file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from retrieval_checks.comparison.baseline import Baseline
from retrieval_checks.comparison.records import QueryRecord
from retrieval_checks.comparison.saved import read_saved, write_saved
from retrieval_checks.errors import DataError
from retrieval_checks.golden.suite import GoldenSuite

DEPTH = 10  # documents a query that are kept, or as many as a gate compares
_SUFFIXES = (".golden.yaml", ".golden.yml")


@dataclass(frozen=True, slots=True, eq=False)
class Lock:
    """The accepted records of one golden file; empty where nothing was accepted yet."""

    path: Path
    records: Mapping[str, QueryRecord]

    def orphans(self, suite: GoldenSuite) -> tuple[str, ...]:
        """The accepted queries that the golden file no longer has."""
        known = set(suite.query_ids)
        return tuple(query_id for query_id in self.records if query_id not in known)

    def baseline(self) -> Baseline:
        """What was accepted, to compare with.

        Raises:
            DataError: nothing was accepted yet.
        """
        if not self.records:
            state = "holds no ranking" if self.path.exists() else "does not exist"
            raise DataError(
                f"nothing was accepted yet: {self.path.name} {state}; look at the rankings, then"
                " run pytest --retrieval-golden --retrieval-accept new"
            )
        return Baseline.from_records(self.records, name=self.path.name)

    def write(self, records: Mapping[str, QueryRecord]) -> None:
        """Replace the file, as a whole or not at all.

        Raises:
            DataError: it cannot be written; what stood there is still there.
        """
        write_saved(self.path, "lock", records, about={})


def lock_path(golden: Path) -> Path:
    """The lock beside a golden file.

    >>> lock_path(Path("tests/legal.golden.yaml")).name
    'legal.golden.lock.jsonl'
    """
    stem = next((golden.name.removesuffix(s) for s in _SUFFIXES if golden.name.endswith(s)), None)
    return golden.with_name(f"{stem or golden.stem}.golden.lock.jsonl")


def read_lock(golden: Path) -> Lock:
    """The lock of a golden file; an empty one where there is no file.

    Raises:
        DataError: with file and line, as `read_saved`.
    """
    path = lock_path(golden)
    return Lock(path, read_saved(path, "lock").records if path.exists() else {})
