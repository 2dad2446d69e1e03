"""`upgrade[SPEC]`: another pipeline judged against the current one on a golden file's queries."""

from typing import TYPE_CHECKING

import pytest

from retrieval_checks.comparison.gates import Latency
from retrieval_checks.comparison.upgrade import System, Upgrade, judge_upgrade
from retrieval_checks.data.collection import Queries
from retrieval_checks.data.run import Run
from retrieval_checks.errors import RetrievalAssertionError, SettingsError
from retrieval_checks.golden.judge import judge_query
from retrieval_checks.plugin.golden.items import WholeFileItem
from retrieval_checks.plugin.golden.retrieved import Retrieved, over, retrieve
from retrieval_checks.retrieval.inspection.costs import index_size, truncated_share
from retrieval_checks.retrieval.inspection.latency import time_stages
from retrieval_checks.retrieval.inspection.swaps import swapped_stages
from retrieval_checks.retrieval.pipeline import Pipeline

if TYPE_CHECKING:
    from retrieval_checks.retrieval.protocols import Retriever

_TIMED = 20  # queries: a reranker without its cache takes seconds each


class UpgradeItem(WholeFileItem):
    """`path.golden.yaml::upgrade[SPEC]`: passes where the answer is UPGRADE."""

    def refuse(self, found: Retrieved) -> None:
        """Raise where a query of the file cannot be judged, or none is."""
        self.refuse_unjudged(found, "an upgrade is judged")

    def judge(self) -> None:
        """Run the candidate and judge it; the report goes on the test's report.

        Raises:
            RetrievalAssertionError: HOLD or NOT ENOUGH EVIDENCE.
        """
        __tracebackhide__ = True
        upgrade = self._upgrade(self.retrieved())
        text = upgrade.explain()
        last = text.splitlines()[-1]
        self.record(upgrade=upgrade.to_dict(), written=text if upgrade.answer == "UPGRADE" else "")
        if upgrade.answer != "UPGRADE":
            raise RetrievalAssertionError(f"{last}\n\n{text}")

    def _upgrade(self, found: Retrieved) -> Upgrade:
        bound, depth = found.bound, found.depth
        request = self.funcargs["request"]
        assert isinstance(request, pytest.FixtureRequest)  # noqa: S101  # for the type checker
        candidate = request.getfixturevalue("candidate")
        if found.moved:
            candidate = over(candidate, bound.corpus, bound.suite)
        now = retrieve(candidate, bound.queries, depth)
        bound.check_run(now, bound.suite.query_ids)
        swaps, notes = _swaps(found.retriever, candidate)
        swapped = {
            stage: System(stage, retrieve(pipeline, bound.queries, depth))
            for stage, pipeline in swaps.items()
        }
        return judge_upgrade(
            _system(found.retriever, found.run.renamed("current"), found),
            _system(candidate, now.renamed("candidate"), found),
            bound.qrels,
            gates=found.gates,
            broken=_broken(found, now),
            swapped=swapped,
            tags=bound.suite.tags,
            are_chosen=True,
            queries=bound.queries,
            corpus=bound.corpus,
            notes=notes,
        )


def _swaps(
    current: "Retriever", candidate: "Retriever"
) -> tuple[dict[str, Pipeline], tuple[str, ...]]:
    """The stages to exchange, at least two; where there are none, a note that says why."""
    try:
        swaps = swapped_stages(current, candidate)
    except SettingsError as error:
        return {}, (f"no attribution to stages: {error}",)
    if len(swaps) > 1:
        return swaps, ()
    what = f"only {next(iter(swaps))!r} differs" if swaps else "all are the same objects"
    return {}, (f"no attribution to stages: {what}",)


def _system(retriever: "Retriever", run: Run, found: Retrieved) -> System:
    from retrieval_checks.retrieval.inspection.description import describe

    corpus = found.bound.corpus
    size = index_size(retriever)
    return System(
        f"{run.name}: {describe(retriever)}",
        run,
        latencies=time_stages(retriever, _timed(found), found.depth),
        dimension=size[0] if size else None,
        index_bytes=size[1] if size else None,
        truncated=truncated_share(retriever, corpus.contents) if corpus is not None else None,
    )


def _timed(found: Retrieved) -> Queries:
    """Twenty, evenly spread; all where a gate is about a percentile, which few cannot tell."""
    queries = found.bound.queries
    if any(isinstance(gate.test, Latency) for gate in found.gates):
        return queries
    step = max(1, len(queries) // _TIMED)
    return queries.select(list(queries)[::step][:_TIMED])


def _broken(found: Retrieved, now: Run) -> dict[str, str]:
    """The golden queries whose expectations hold today and not with the candidate."""
    broken = {}
    for query in found.bound.suite.queries:
        if judge_query(found.bound, found.run, query).failed:
            continue
        failed = judge_query(found.bound, now, query).failed
        if failed:
            broken[query.query_id] = failed[0].finding.partition("\n")[0]
    return broken
