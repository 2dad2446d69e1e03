"""An upgrade as text: the figures side by side, what moved, what it costs, the answer."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from retrieval_checks.errors import listed
from retrieval_checks.judgement.explain.wording import counted, wrapped
from retrieval_checks.judgement.verdict import Verdict

if TYPE_CHECKING:
    from retrieval_checks.comparison.upgrade.judged import Upgrade

_WIDTH = 100
_SHOWN = 5


def explain_upgrade(upgrade: "Upgrade") -> str:
    """The report in paragraphs; its last line is the answer."""
    parts = [
        _figures(upgrade),
        _gates(upgrade),
        _tags(upgrade),
        upgrade.attribution.explain() if upgrade.attribution else "",
        _costs(upgrade),
        _to_judge(upgrade),
        "\n".join(upgrade.notes),
        _answer(upgrade),
    ]
    return "\n\n".join(filter(None, parts))


def _figures(upgrade: "Upgrade") -> str:
    pairs, (low, high) = upgrade.primary, upgrade.interval
    d = pairs.differences
    win, loss = int((d > 0).sum()), int((d < 0).sum())
    before, now = float(pairs.baseline.mean()), float(pairs.candidate.mean())
    change = f"{now - before:+.4f} [{low:+.4f}, {high:+.4f}]"
    return "\n".join(
        [
            f"upgrade from {upgrade.current.name!r} to {upgrade.candidate.name!r},"
            f" {counted(len(pairs.query_ids), 'query', 'queries')}",
            f"  {pairs.metric}: {before:.4f} -> {now:.4f}, {change}",
            f"  win / tie / loss: {win} / {len(d) - win - loss} / {loss}",
            "  churn: "
            + ", ".join(
                f"top {k} of {_share(share)} of the queries" for k, share in upgrade.churn.items()
            ),
            f"  lost from the top 10: {len(upgrade.lost)}, found there anew: {len(upgrade.found)}",
            f"  judged@10: {upgrade.judged[0]:.2f} -> {upgrade.judged[1]:.2f}",
        ]
    )


def _share(share: float) -> str:
    """In per cent; with a digit behind the point where few are many of a large set."""
    return f"{share:.1%}" if 0 < share < 0.1 else f"{share:.0%}"


def _gates(upgrade: "Upgrade") -> str:
    lines = []
    for gate, verdict in upgrade.gates.items():
        if isinstance(verdict, Verdict):
            first = verdict.finding.partition("\n")[0]
            lines.append(wrapped(f"  {verdict.outcome} {gate}: {first}", _WIDTH))
        else:
            lines.append(wrapped(f"  NOT EVALUATED {gate}: {verdict}", _WIDTH))
    lines += [
        wrapped(f"  BROKEN query {query_id!r}: {why}", _WIDTH)
        for query_id, why in list(upgrade.broken.items())[:_SHOWN]
    ]
    if len(upgrade.broken) > _SHOWN:
        lines.append(f"  ... and {len(upgrade.broken) - _SHOWN} more broken queries")
    return "\n".join(["gates:", *lines])


def _tags(upgrade: "Upgrade") -> str:
    if not upgrade.tags:
        return ""
    width = max(map(len, upgrade.tags))
    lines = [f"{upgrade.primary.metric} by tag (no gate unless declared):"]
    for tag, (n, before, now) in upgrade.tags.items():
        lines.append(f"  {tag:<{width}}  {n:4} {before:.4f} -> {now:.4f}  {now - before:+.4f}")
    return "\n".join(lines)


def _costs(upgrade: "Upgrade") -> str:
    before, now = upgrade.current.costs(), upgrade.candidate.costs()
    names = list(dict.fromkeys([*before, *now]))
    if not names:
        return ""
    width = max(map(len, names))
    rows = [f"  {name:<{width}}  {before.get(name, '-')} -> {now.get(name, '-')}" for name in names]
    return "\n".join(["costs:", *rows])


def _to_judge(upgrade: "Upgrade") -> str:
    if not upgrade.to_judge:
        return ""
    head = f"newly shown and unjudged; were it relevant, {upgrade.primary.metric} would move by:"
    lines = [
        f"  query {pair.query_id!r}: {pair.doc_id!r} at rank {pair.rank}, {pair.change:+.4f}"
        for pair in upgrade.to_judge[:_SHOWN]
    ]
    return "\n".join([head, *lines])


def _answer(upgrade: "Upgrade") -> str:
    """One line, however long: pytest's short summary shows it alone."""
    return f"{upgrade.answer}{''.join(_reasons(upgrade))}"


def _reasons(upgrade: "Upgrade") -> Iterator[str]:
    if upgrade.answer == "HOLD":
        failed = [
            str(gate)
            for gate, v in upgrade.gates.items()
            if isinstance(v, Verdict) and v.outcome == "FAIL"
        ]
        told = [f"fails {listed(failed)}"] if failed else []
        if upgrade.broken:
            told.append(f"breaks {listed(list(upgrade.broken))}")
        yield f": {'; '.join(told)}"
    if upgrade.answer == "NOT ENOUGH EVIDENCE":
        more = upgrade.more_queries
        yield f" ({more:,} more queries)" if more else " (see the gates above)"
