"""One golden query against its accepted ranking: is it still like that, and is it lost."""

from collections.abc import Sequence
from dataclasses import replace

from retrieval_checks.comparison.records import QueryRecord
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.golden.suite import Expectations
from retrieval_checks.judgement.explain.wording import counted
from retrieval_checks.judgement.run_checks.agreement import check_rankings_agree
from retrieval_checks.judgement.verdict import Verdict

K = 10
ACCEPT = "pytest --retrieval-golden --retrieval-accept"


def check_locked(
    run: Run, query_id: str, record: QueryRecord | None, expect: Expectations, qrels: Qrels
) -> list[Verdict]:
    """What the lock asks of a query.

    A ranking must have been accepted. A query that had a relevant document in its accepted top 10
    and has none now is lost, whatever else holds. The rest is asked only where the golden file
    does: overlap or RBO with the accepted ranking, and the same first document.
    """
    if record is None:
        return [_not_accepted(query_id)]
    reference = Run.from_ids({query_id: record.doc_ids}, name="accepted")
    alone = run.select([query_id]).top(max(K, len(record.ranking)))
    verdicts = [_found(run, query_id, record, qrels)] if query_id in qrels else []
    if expect.overlap is not None:
        verdicts.append(check_rankings_agree(alone, reference, overlap=expect.overlap, k=K))
    if expect.rbo is not None:
        verdicts.append(check_rankings_agree(alone, reference, rbo=expect.rbo))
    if expect.top_1:
        verdicts.append(_same_first(run, query_id, record))
    return [replace(v, evidence={**v.evidence, "lock": "differs"}) for v in verdicts]


def _not_accepted(query_id: str) -> Verdict:
    return Verdict(
        "FAIL",
        f"an accepted ranking of query {query_id!r}",
        "no ranking was accepted yet",
        evidence={"lock": "missing"},
    )


def _found(run: Run, query_id: str, record: QueryRecord, qrels: Qrels) -> Verdict:
    relevant = set(qrels.relevant(query_id))
    before = [doc_id for doc_id in record.doc_ids[:K] if doc_id in relevant]
    now = [doc_id for doc_id in run.ranking(query_id, k=K) if doc_id in relevant]
    claim = f"a relevant document in the top {K}, as accepted, for query {query_id!r}"
    evidence = {"accepted": before, "found": now}
    if now or not before:
        found = counted(len(now), "relevant document") if now else "none was accepted there either"
        return Verdict("PASS", claim, found, evidence=evidence)
    best = before[0]
    rank = run.rank(query_id, best)
    where = f"at rank {rank}" if rank else "not retrieved"
    return Verdict(
        "FAIL",
        claim,
        f"lost: no relevant document in the top {K}; {best!r}, accepted at rank"
        f" {record.doc_ids.index(best) + 1}, is {where} now",
        evidence=evidence,
    )


def _same_first(run: Run, query_id: str, record: QueryRecord) -> Verdict:
    before, now = record.doc_ids[:1], run.ranking(query_id, k=1)
    claim = f"the first document as accepted, for query {query_id!r}"
    evidence = {"accepted": list(before), "found": list(now)}
    if before == now:
        return Verdict(
            "PASS", claim, f"{now[0]!r} is first" if now else "both are empty", evidence=evidence
        )
    return Verdict("FAIL", claim, _other_first(run, query_id, before, now), evidence=evidence)


def _other_first(run: Run, query_id: str, before: Sequence[str], now: Sequence[str]) -> str:
    found = f"{now[0]!r} is first" if now else "nothing was retrieved"
    if not before:
        return f"{found}; nothing was accepted there"
    rank = run.rank(query_id, before[0])
    where = f"moved to rank {rank}" if rank else "is not retrieved"
    return f"{found}; {before[0]!r}, accepted there, {where}"
