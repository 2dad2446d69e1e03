"""The rankings of a saved baseline let into the lock of its golden file, without retrieving."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from retrieval_checks.comparison.baseline import Baseline, load_baseline
from retrieval_checks.comparison.context import digest
from retrieval_checks.comparison.records import Acceptance, QueryRecord, judgements_digest
from retrieval_checks.errors import NotComparableError, SettingsError, listed
from retrieval_checks.golden.accept import Accepted, AcceptMode, accept
from retrieval_checks.golden.bound import BoundSuite, bind
from retrieval_checks.golden.judge import failing_queries, records
from retrieval_checks.golden.loading import load_named
from retrieval_checks.golden.lock import read_lock
from retrieval_checks.golden.reading.schema import read_golden

_SAVE = "save it anew: pytest --retrieval-golden --retrieval-save NAME"


def accept_saved(golden: Path, saved: Path, *, mode: AcceptMode, reason: str) -> Accepted:
    """What became of each query, as `pytest --retrieval-accept` would have it; the lock is written.

    The date of the acceptance is today's, its commit the one that the baseline was saved at.

    Raises:
        SettingsError: the golden file says `lock: none`; the file holds a run, of which neither
            figures nor fingerprints are known.
        NotComparableError: other texts or judgements than the golden file has now, queries that
            were not saved, rankings less deep than what is asked of them.
        DataError: a file that cannot be read or written, a query that cannot be judged.
    """
    bound, baseline = _bound(golden), load_baseline(saved)
    if not bound.suite.needs_lock:
        raise SettingsError(f"{golden}: the file says 'lock: none': it has no accepted rankings")
    if not baseline.records:
        raise SettingsError(
            f"{saved}: a TREC run has no figures and does not say what it was measured with; a"
            " baseline does (pytest --retrieval-golden --retrieval-save NAME)"
        )
    _check_same(bound, baseline)
    lock = read_lock(golden)
    acceptance = Acceptance(date.today().isoformat(), baseline.about.get("commit", ""), reason)
    accepted = accept(
        lock.records,
        _records(bound, baseline),
        mode=mode,
        acceptance=acceptance,
        failing=failing_queries(bound, baseline.run, bound.suite.query_ids),
    )
    if accepted.changes:
        lock.write(accepted.records)
    return accepted


def _bound(golden: Path) -> BoundSuite:
    suite = read_golden(golden)
    if suite.collection is None:
        return bind(suite)
    loaded = load_named(suite.collection, split=suite.split, where=suite.collection_place)
    return bind(suite, corpus=loaded.corpus, queries=loaded.queries, qrels=loaded.qrels)


def _check_same(bound: BoundSuite, baseline: Baseline) -> None:
    """Refuse what was not measured on the golden file as it is now."""
    query_ids = bound.suite.query_ids
    bound.require(query_ids)
    unsaved = [query_id for query_id in query_ids if query_id not in baseline.records]
    if unsaved:
        raise NotComparableError(f"{baseline.name!r} lacks {listed(unsaved)}; {_SAVE}")
    bound.check_run(baseline.run, query_ids)
    changed = [query_id for query_id in query_ids if _is_other(bound, baseline.records[query_id])]
    if changed:
        raise NotComparableError(
            f"NOT COMPARABLE: of {listed(changed)} the text or the judgements are not those that"
            f" {baseline.name!r} was saved with; {_SAVE}"
        )
    if not baseline.reaches(bound.suite.deepest, query_ids):
        raise NotComparableError(
            f"NOT COMPARABLE: {bound.suite.path.name} looks at {bound.suite.deepest} documents of a"
            f" query, and {baseline.name!r} kept fewer; {_SAVE}"
        )


def _is_other(bound: BoundSuite, record: QueryRecord) -> bool:
    now = digest(bound.queries[record.query_id]), judgements_digest(bound.qrels, record.query_id)
    return now != (record.text, record.judgements)


def _records(bound: BoundSuite, baseline: Baseline) -> dict[str, QueryRecord]:
    """As deep and with the figures that the lock has today; scores and contexts as saved."""
    run = baseline.run.select(bound.suite.query_ids)
    gates = [gate.gate for gate in bound.suite.gates]
    contexts = {query_id: baseline.records[query_id].context for query_id in run}
    made = records(bound, run, gates, context=contexts[run.query_ids[0]], depth=None)
    return {
        query_id: replace(
            record,
            ranking=baseline.records[query_id].ranking[: len(record.ranking)],
            context=contexts[query_id],
        )
        for query_id, record in made.items()
    }
