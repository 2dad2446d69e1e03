"""Why a golden query fails, as text."""

from collections.abc import Sequence

from retrieval_checks.comparison.records import make_records
from retrieval_checks.data.run import Run
from retrieval_checks.golden.bound import BoundSuite
from retrieval_checks.golden.judge import Accepted, QueryResult
from retrieval_checks.golden.locked import ACCEPT
from retrieval_checks.golden.suite import GoldenQuery
from retrieval_checks.judgement.explain import movement_table, ranking_table
from retrieval_checks.judgement.explain.wording import plain, wrapped
from retrieval_checks.judgement.verdict import Verdict

_SHOWN = 10
_WIDTH = 100  # columns


def explain_query(
    bound: BoundSuite,
    run: Run,
    query: GoldenQuery,
    result: QueryResult,
    accepted: Accepted | None = None,
) -> str:
    """Why a golden query fails: what was expected, what was found, the ranking, what to do."""
    failed = result.failed
    lines = [_alone(failed[0].finding.splitlines()[0], query)]
    lines += ["", f"golden query {query.query_id!r} ({bound.suite.path.name}:{query.line}):"]
    lines.append(f'  "{plain(bound.queries[query.query_id])}"')
    lines += ["", f"{len(failed)} of {len(result.verdicts)} expectations not met:"]
    for verdict in failed:
        lines.append(f"  x {_alone(verdict.claim, query)}")
        lines += [f"      {_alone(line, query)}" for line in verdict.finding.splitlines()]
    figures = ", ".join(f"{name} {value:.3f}" for name, value in result.figures.items())
    lines += ["", f"ranking by {run.name!r}" + (f" ({figures})" if figures else "") + ":"]
    lines.append(
        ranking_table(
            run,
            query.query_id,
            corpus=bound.corpus,
            qrels=bound.qrels if query.query_id in bound.qrels else None,
            watch=query.expect.documents,
            k=_SHOWN,
        )
    )
    record = accepted.records.get(query.query_id) if accepted is not None else None
    if record is None or accepted is None:
        cause = "look for what changed since this held (model, prompts, corpus, code)"
    else:
        reference = Run.from_ids({query.query_id: record.doc_ids}, name="accepted")
        moves = movement_table(run, reference, query.query_id, corpus=bound.corpus, k=_SHOWN)
        lines += ["", "against the accepted ranking:", moves]
        today = make_records(
            run.select([query.query_id]),
            bound.queries,
            bound.qrels,
            (),
            context=accepted.today(),
            depth=_SHOWN,
        )
        cause = record.cause(today[query.query_id])
    remedy = _remedy(bound, query, failed)
    lines += ["", wrapped(f"to do: {cause};", _WIDTH)]
    lines.append(f"       if the new ranking is right, {remedy}")
    return "\n".join(lines)


def _remedy(bound: BoundSuite, query: GoldenQuery, failed: Sequence[Verdict]) -> str:
    """What to change: the golden file where its expectations fail, else the lock."""
    written = [verdict for verdict in failed if "lock" not in verdict.evidence]
    if written:
        return f"change {bound.suite.path.name}:{query.line}"
    mode = "new" if any(v.evidence.get("lock") == "missing" for v in failed) else "all"
    reason = ' --retrieval-reason "..."' if mode == "all" else ""
    return f"accept it: {ACCEPT} {mode}{reason}"


def _alone(sentence: str, query: GoldenQuery) -> str:
    """The sentence without the name of the query that all of the text is about."""
    this = f" for query {query.query_id!r}"
    return sentence.replace(f",{this}", "").replace(this, "")
