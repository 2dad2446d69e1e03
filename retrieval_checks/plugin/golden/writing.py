"""`accept[MODE]` and `save[NAME]`: what a golden file's run writes, as tests that pass or fail."""

import os
import subprocess
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from retrieval_checks.comparison.baseline import Baseline
from retrieval_checks.comparison.records import Acceptance
from retrieval_checks.errors import SettingsError
from retrieval_checks.golden.accept import accept
from retrieval_checks.golden.judge import judge_query, records
from retrieval_checks.plugin.golden.items import GoldenItem
from retrieval_checks.plugin.golden.retrieved import Retrieved
from retrieval_checks.plugin.golden.today import baseline_path
from retrieval_checks.plugin.settings import SETTINGS


@dataclass(frozen=True, slots=True)
class Whole:
    """The golden file as a whole: writing is about no line of it."""

    line: int = 1


class WritingItem(GoldenItem):
    """An item that writes what all queries of its file came to, or nothing."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(expected=Whole(), **rest)

    def refuse(self, found: Retrieved) -> None:
        """Raise where queries were left out, cannot be judged, were not, or have no result."""
        left_out = self.parent.left_out()
        if left_out:
            raise SettingsError(
                f"nothing was written: {len(left_out)} of {len(found.bound.suite.queries)} queries"
                f" were left out, among them {left_out[0]!r}; run without"
                f" {' and '.join(_selections(self.config)) or 'a selection'}"
            )
        query_ids = [query.query_id for query in found.bound.suite.queries]
        found.bound.require(query_ids)
        found.bound.check_run(found.run, query_ids)
        not_judged = self.parent.not_judged()
        if not_judged:
            raise SettingsError(
                f"nothing was written: {len(not_judged)} of {len(query_ids)} queries were not"
                f" judged here, among them {not_judged[0]!r}: they were skipped, or another worker"
                " ran them (--dist load keeps a file on one)"
            )
        if _is_replacement():
            raise SettingsError("nothing was written: an earlier worker crashed; run again")


class AcceptItem(WritingItem):
    """`path.golden.yaml::accept[new]`: today's rankings, let into the lock."""

    def judge(self) -> None:
        """Write the lock; what was let in and what was not goes on the report."""
        found, settings = self.retrieved(), self.config.stash[SETTINGS]
        if settings.accept is None:
            raise SettingsError("--retrieval-accept was not given")
        failing = {}
        for query in found.bound.suite.queries:
            failed = judge_query(found.bound, found.run, query).failed
            if failed:
                failing[query.query_id] = failed[0].finding.partition("\n")[0]
        accepted = accept(
            found.lock.records,
            records(found.bound, found.run, found.gates, context=found.context, depth=None),
            mode=settings.accept,
            acceptance=Acceptance(
                date.today().isoformat(), _commit(self.path.parent), settings.reason
            ),
            failing=failing,
        )
        if accepted.changes:
            found.lock.write(accepted.records)
        self.record(written=f"{found.lock.path.name}: {accepted.explain()}")


class SaveItem(WritingItem):
    """`path.golden.yaml::save[NAME]`: a baseline beside the golden file."""

    def judge(self) -> None:
        """Write the baseline."""
        found, name = self.retrieved(), self.config.stash[SETTINGS].save
        if name is None:
            raise SettingsError("--retrieval-save was not given")
        kept = records(
            found.bound, found.run, found.gates, context=found.context, depth=found.depth
        )
        about = {"date": date.today().isoformat(), "commit": _commit(self.path.parent)}
        path = baseline_path(self.path, name)
        Baseline.from_records(kept, name=name, about=about).save(path)
        self.record(written=f"baseline {name!r}: {len(kept)} queries in {path.name}")


def _is_replacement() -> bool:
    """Whether this is a worker of xdist's that goes on where another one crashed.

    Workers are numbered from 0, and a replacement gets the next number.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
    return worker.isdecimal() and int(worker) >= int(os.environ["PYTEST_XDIST_WORKER_COUNT"])


def _selections(config: pytest.Config) -> list[str]:
    """The options that leave tests out, as they were given."""
    names = {
        "-k": "keyword",
        "-m": "markexpr",
        "--lf": "lf",
        "--sw": "stepwise",
        "--deselect": "deselect",
    }
    given = [flag for flag, name in names.items() if config.getoption(name, None)]
    named = [str(arg) for arg in config.args if "::" in str(arg)]
    return given + named


def _commit(folder: Path) -> str:
    """The abbreviated commit that is checked out; empty outside a repository."""
    try:
        done = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607  # the user's own git
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
