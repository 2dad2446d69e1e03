"""`accept[MODE]` and `save[NAME]`: what a golden file's run writes, as tests that pass or fail."""

import os
import subprocess
from datetime import date
from pathlib import Path

from retrieval_checks.comparison.baseline import Baseline
from retrieval_checks.comparison.records import Acceptance
from retrieval_checks.errors import SettingsError
from retrieval_checks.golden.accept import accept
from retrieval_checks.golden.judge import failing_queries, records
from retrieval_checks.plugin.golden.items import WholeFileItem
from retrieval_checks.plugin.golden.retrieved import Retrieved
from retrieval_checks.plugin.golden.today import baseline_path
from retrieval_checks.plugin.session import selections
from retrieval_checks.plugin.settings import SETTINGS


class WritingItem(WholeFileItem):
    """An item that writes what all queries of its file came to, or nothing."""

    def refuse(self, found: Retrieved) -> None:
        """Raise where queries were left out, cannot be judged, were not, or have no result."""
        left_out = self.parent.left_out()
        if left_out:
            raise SettingsError(
                f"nothing was written: {len(left_out)} of {len(found.bound.suite.queries)} queries"
                f" were left out, among them {left_out[0]!r}; run without"
                f" {' and '.join(selections(self.config))}"
            )
        written = self.written(found)
        found.bound.require(found.bound.suite.query_ids)
        found.bound.check_run(found.run, written)
        not_judged = [query_id for query_id in self.parent.not_judged() if query_id in written]
        if not_judged:
            raise SettingsError(
                f"nothing was written: {len(not_judged)} of {len(written)} queries were not"
                f" judged here, among them {not_judged[0]!r}: they were skipped, or another worker"
                " ran them (with this plugin, --dist load keeps a file on one)"
            )

    def written(self, found: Retrieved) -> tuple[str, ...]:
        """The queries that are written: each must have a result."""
        return found.bound.suite.query_ids


class AcceptItem(WritingItem):
    """`path.golden.yaml::accept[new]`: today's rankings, let into the lock."""

    def written(self, found: Retrieved) -> tuple[str, ...]:
        """The queries that have a result; all, where none has."""
        every = found.bound.suite.query_ids
        unanswered = found.bound.unanswered(found.run, every)
        return tuple(q for q in every if q not in unanswered) or every

    def judge(self) -> None:
        """Write the lock; what was let in and what was not goes on the report.

        A query without a result is refused, whatever the mode; the others are not kept from theirs.
        """
        found, settings = self.retrieved(), self.config.stash[SETTINGS]
        if settings.accept is None:
            raise SettingsError("--retrieval-accept was not given")
        written = self.written(found)
        run = found.run.select(written)
        accepted = accept(
            found.lock.records,
            records(found.bound, run, found.gates, context=found.context, depth=None),
            mode=settings.accept,
            acceptance=Acceptance(
                date.today().isoformat(), _commit(self.path.parent), settings.reason
            ),
            failing=failing_queries(found.bound, run, written),
            unanswered={
                query_id: "the retriever returned nothing for it"
                for query_id in found.bound.suite.query_ids
                if query_id not in written
            },
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
