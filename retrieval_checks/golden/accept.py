"""What is let into the lock: new queries, better ones, or all, and what is not, with reasons."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

from retrieval_checks.comparison.records import Acceptance, QueryRecord
from retrieval_checks.judgement.explain.wording import counted

AcceptMode = Literal["new", "improved", "all"]
MODES: tuple[AcceptMode, ...] = get_args(AcceptMode)
_Fate = Literal["new", "replaced", "extended", "kept"]
_DECIMALS = 9
NONE: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Accepted:
    """The records after accepting, and what became of each query."""

    records: Mapping[str, QueryRecord]
    new: tuple[str, ...]
    replaced: tuple[str, ...]
    extended: tuple[str, ...]  # as accepted before, with further figures or a deeper ranking
    kept: tuple[str, ...]
    refused: Mapping[str, str]  # query_id: why it was not let in
    removed: tuple[str, ...]  # accepted before, no longer in the golden file

    @property
    def changes(self) -> bool:
        """Whether the file needs to be written."""
        return bool(self.new or self.replaced or self.extended or self.removed)

    def explain(self) -> str:
        """One line of counts, then a line for each query that was not let in."""
        counts = {
            "new": self.new,
            "replaced": self.replaced,
            "extended": self.extended,
            "kept": self.kept,
            "removed": self.removed,
            "refused": self.refused,
        }
        told = [f"{len(names)} {what}" for what, names in counts.items() if names]
        head = f"{counted(len(self.records), 'query', 'queries')} accepted"
        lines = [f"{head if self.changes else 'nothing changes'}: {', '.join(told)}"]
        lines += [f"  refused {query_id!r}: {why}" for query_id, why in self.refused.items()]
        return "\n".join(lines)


def accept(
    before: Mapping[str, QueryRecord],
    now: Mapping[str, QueryRecord],
    *,
    mode: AcceptMode,
    acceptance: Acceptance,
    failing: Mapping[str, str],
    unanswered: Mapping[str, str] = NONE,
) -> Accepted:
    """The records that the lock has after this.

    `new` adds queries that were not accepted yet. `improved` also replaces those with a higher
    figure and none lower, by the same judgements. `all` replaces whatever differs. Except with
    `all`, a query whose expectations do not hold is not let in. Each of them extends a record that
    says the same and more: the figure of a gate that was added, a deeper ranking. What the golden
    file no longer has is removed.

    Args:
        before: the accepted records.
        now: a record of every other query of the golden file than the `unanswered` ones.
        mode: what is let in.
        acceptance: put on each record that is.
        failing: `{query_id: reason}` of those whose expectations do not hold.
        unanswered: `{query_id: reason}` of those that have no ranking to accept; what was accepted
            of them stays.
    """
    records = {query_id: before[query_id] for query_id in unanswered if query_id in before}
    fates: dict[_Fate, list[str]] = {fate: [] for fate in get_args(_Fate)}
    refused = dict(unanswered)
    for query_id, record in now.items():
        old = before.get(query_id)
        fate: _Fate = "new" if old is None else _fate(old, record, mode)
        if fate in ("new", "replaced") and query_id in failing and mode != "all":
            refused[query_id] = failing[query_id]
            records |= {} if old is None else {query_id: old}
            continue
        fates[fate].append(query_id)
        records[query_id] = _record(old, record, fate, acceptance)
    removed = tuple(q for q in before if q not in now and q not in unanswered)
    told = {fate: tuple(query_ids) for fate, query_ids in fates.items()}
    return Accepted(records, **told, refused=refused, removed=removed)


def _record(
    old: QueryRecord | None, now: QueryRecord, fate: _Fate, acceptance: Acceptance
) -> QueryRecord:
    if old is None or fate in ("new", "replaced"):
        return replace(now, accepted=acceptance)
    return old if fate == "kept" else replace(now, accepted=old.accepted)


def _fate(old: QueryRecord, now: QueryRecord, mode: AcceptMode) -> _Fate:
    """What becomes of a query that was accepted before."""
    says_the_same = _is_alike(old, now) and _starts_as(old, now) and not any(_rises(old, now))
    is_deeper = (now.depth or 0) > (old.depth or 0) or len(now.ranking) > len(old.ranking)
    says_more = is_deeper or now.figures.keys() > old.figures.keys()
    if says_the_same and says_more and now.figures.keys() >= old.figures.keys():
        return "extended"
    return "replaced" if _replaces(old, now, mode) else "kept"


def _replaces(old: QueryRecord, now: QueryRecord, mode: AcceptMode) -> bool:
    rises = _rises(old, now)
    if mode == "improved":
        return _is_alike(old, now) and min(rises, default=0) >= 0 and max(rises, default=0) > 0
    other = old.doc_ids != now.doc_ids or old.figures.keys() != now.figures.keys() or any(rises)
    return mode == "all" and (other or bool(old.changes(now)))


def _is_alike(old: QueryRecord, now: QueryRecord) -> bool:
    """Whether the same was asked and is judged by the same."""
    return (old.text, old.judgements) == (now.text, now.judgements)


def _starts_as(old: QueryRecord, now: QueryRecord) -> bool:
    return now.doc_ids[: len(old.ranking)] == old.doc_ids


def _rises(old: QueryRecord, now: QueryRecord) -> list[float]:
    """By how much each figure that both have rose, but for the rounding of another machine."""
    shared = old.figures.keys() & now.figures.keys()
    return [round(now.figures[name] - old.figures[name], _DECIMALS) for name in shared]
