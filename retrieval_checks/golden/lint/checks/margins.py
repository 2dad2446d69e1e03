"""Margins: the smallest drop that this many queries can rule out, and how many a gate needs."""

import numpy as np

from retrieval_checks.comparison.gates import Drop
from retrieval_checks.comparison.significance import certifiable_margin, queries_needed
from retrieval_checks.data.postings import FloatArray
from retrieval_checks.golden.lint.finding import Finding
from retrieval_checks.golden.lint.subject import LintSubject
from retrieval_checks.golden.suite import GoldenGate
from retrieval_checks.judgement.explain.wording import counted
from retrieval_checks.judgement.floor import is_share

# What an exchanged model did to nDCG@10 in 909 pairs of TREC runs: 94 % of the queries changed,
# and the differences had a standard deviation of .18.
_UPGRADE_CHANGED, _UPGRADE_SPREAD = 94, 0.18


def find_margins(subject: LintSubject) -> list[Finding]:
    """What drop the judged queries can rule out at best; for each gate on a drop, if it is enough.

    The best case is that no query changed at all. How many a model upgrade takes is an expectation:
    a candidate as good as the baseline passes a set of that size about every second time.
    """
    drops = [golden for golden in subject.gates if isinstance(golden.gate.test, Drop)]
    found = [_certifiable(subject, len(subject.qrels))] if len(subject.qrels) else []
    return found + [finding for golden in drops for finding in _drop(subject, golden)]


def upgrade_differences() -> FloatArray:
    """A hundred differences, (100,), that spread and change as those of an exchanged model do.

    >>> differences = upgrade_differences()
    >>> round(float(differences.std(ddof=1)), 4), int(np.count_nonzero(differences))
    (0.18, 94)
    """
    signs = np.zeros(100)
    signs[:_UPGRADE_CHANGED] = np.resize([1.0, -1.0], _UPGRADE_CHANGED)
    return signs * (_UPGRADE_SPREAD / float(np.std(signs, ddof=1)))


def _certifiable(subject: LintSubject, n: int) -> Finding:
    best = certifiable_margin(n)
    return Finding(
        "note",
        "certifiable-margin",
        subject.where(1),
        f"{_judged(n)} can rule out {_drop_of(best)}, at 95 % and where no query changed",
        "gates on smaller drops stay INCONCLUSIVE; what is expected of single queries holds at any"
        " number",
    )


def _drop(subject: LintSubject, golden: GoldenGate) -> list[Finding]:
    gate, n = golden.gate, len(subject.judged(golden.gate.tag))
    if not isinstance(gate.test, Drop) or not is_share(gate.test.metric) or n == 0:
        return []
    margin, confidence = gate.test.margin, gate.test.confidence
    least = queries_needed(np.zeros(2), margin=margin, confidence=confidence)
    usual = queries_needed(upgrade_differences(), margin=margin, confidence=confidence)
    where, has = subject.where(golden.line), _judged(n)
    if least is None or n < least:
        best = certifiable_margin(n, confidence=confidence)
        message = (
            f"gate '{gate}' can never pass: {has} can rule out {_drop_of(best)}, and {margin:g}"
            f" takes {_at_least(least)} where no query changed"
        )
        advice = "judge more queries, or allow a larger drop"
        return [Finding("error", "margin-out-of-reach", where, message, advice)]
    if usual is None or n < usual:
        message = (
            f"gate '{gate}' has {has}, enough where little changes ({least} where nothing does);"
            f" after a change of the model, which moves nearly every query, expect INCONCLUSIVE"
            f" below about {usual or 'a million'}"
        )
        advice = "judge more queries before a model upgrade, or allow a larger drop for it"
        return [Finding("note", "too-few-for-an-upgrade", where, message, advice)]
    return []


def _judged(n: int) -> str:
    return counted(n, "judged query", "judged queries")


def _drop_of(best: float) -> str:
    return f"a drop of {best:.4f} at best" if best < 1 else "no drop, however large"


def _at_least(queries: int | None) -> str:
    return "more than a million" if queries is None else f"at least {queries}"
