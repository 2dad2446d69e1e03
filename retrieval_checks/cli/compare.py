"""`retrieval-checks compare A B`: whether B is shown not to be worse than A."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from retrieval_checks.comparison.baseline import SUFFIX, Baseline, load_baseline
from retrieval_checks.comparison.compare import compare
from retrieval_checks.comparison.pairing import Pairs, pair
from retrieval_checks.comparison.significance import bca_intervals, decide
from retrieval_checks.data.formats.trec import read_trec_qrels
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.errors import NotComparableError, SettingsError, listed
from retrieval_checks.judgement.explain.wording import counted
from retrieval_checks.judgement.verdict import Verdict
from retrieval_checks.metrics.evaluation import mean_of
from retrieval_checks.metrics.metric import parse_metric

HELP = "Compare two saved baselines or TREC runs, query by query; or list the baselines there are."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help=f"A and B: files *{SUFFIX} or TREC runs. One folder: list its baselines.",
    )
    parser.add_argument(
        "--qrels",
        type=Path,
        metavar="FILE",
        help="TREC judgements; TREC runs need them, and with them the whole verdict is printed.",
    )
    parser.add_argument(
        "--metric",
        action="append",
        metavar="METRIC",
        help="May be repeated. Default: nDCG@10, or what both recorded.",
    )
    parser.add_argument(
        "--margin", type=float, metavar="DROP", help="The largest acceptable drop. Default: by n."
    )
    parser.add_argument("--strict", action="store_true", help="Exit with 1 for INCONCLUSIVE, too.")
    parser.add_argument("--json", action="store_true", help="Print the comparison as JSON.")


def run(args: argparse.Namespace) -> int:
    """Print the comparison; 1 where B is worse (with `--strict`: not shown to be as good), else 0.

    Raises:
        RetrievalChecksError: a file that cannot be read, two that cannot be compared.
    """
    if len(args.paths) == 1 and args.paths[0].is_dir():
        print(_listing(args.paths[0], as_json=args.json))
        return 0
    if len(args.paths) != 2:
        raise SettingsError(f"give two files, A and B, or one folder; got {len(args.paths)} paths")
    before, now = map(load_baseline, args.paths)
    if args.qrels is not None:
        verdicts = _judged(before, now, read_trec_qrels(args.qrels), args)
    else:
        verdicts = _recorded(before, now, args)
    _print(before, now, verdicts, as_json=args.json)
    bad = ("FAIL", "INCONCLUSIVE") if args.strict else ("FAIL",)
    return int(any(verdict.outcome in bad for verdict in verdicts))


def _print(before: Baseline, now: Baseline, verdicts: Sequence[Verdict], *, as_json: bool) -> None:
    if as_json:
        found: dict[str, Any] = {"baseline": before.name, "candidate": now.name}
        print(json.dumps({**found, "verdicts": [verdict.to_dict() for verdict in verdicts]}))
        return
    print(f"{before.name!r} -> {now.name!r}")
    print("\n\n".join(verdict.explain() for verdict in verdicts))


def _judged(
    before: Baseline, now: Baseline, qrels: Qrels, args: argparse.Namespace
) -> list[Verdict]:
    """The verdicts on the rankings, by judgements that are given."""
    metrics = args.metric or ["nDCG@10"]
    return [compare(now.run, before, qrels, metric=m, delta=args.margin) for m in metrics]


def _recorded(before: Baseline, now: Baseline, args: argparse.Namespace) -> list[Verdict]:
    """The verdicts on recorded figures, by the judgements that both were saved with."""
    if not before.records or not now.records:
        raise SettingsError("a TREC run has no figures: give its judgements, --qrels FILE")
    differing = [
        query_id
        for query_id, record in now.records.items()
        if query_id in before.records and before.records[query_id].judgements != record.judgements
    ]
    if differing:
        raise NotComparableError(
            f"NOT COMPARABLE: the judgements of {len(differing)} queries differ:"
            f" {listed(differing)}; save one of the two anew"
        )
    names = args.metric or _shared_metrics(before, now)
    if not names:
        raise NotComparableError("NOT COMPARABLE: the two recorded no metric in common")
    return [_figures(before, now, name, args.margin) for name in names]


def _figures(before: Baseline, now: Baseline, name: str, margin: float | None) -> Verdict:
    metric = parse_metric(name)
    sides = [
        {q: r.figures[str(metric)] for q, r in side.records.items() if str(metric) in r.figures}
        for side in (now, before)
    ]
    if not sides[0] or not sides[1]:
        raise NotComparableError(f"NOT COMPARABLE: {metric} was not recorded in both")
    pairs = pair(metric, *sides, names=(repr(now.name), repr(before.name)))
    decision = decide(pairs.differences, margin=margin)
    return Verdict(
        decision.outcome,
        f"{metric} drop <= {decision.margin:g}",
        _finding(pairs),
        "\n".join(_notes(before, now, pairs)),
        evidence={"queries": decision.queries, "p_value": decision.p_value, "mean": decision.mean},
    )


def _finding(pairs: Pairs) -> str:
    low, high = bca_intervals(pairs.differences[:, None])[0].tolist()
    means = mean_of(pairs.baseline), mean_of(pairs.candidate)
    return (
        f"{pairs.metric} {means[0]:.4f} -> {means[1]:.4f}, {means[1] - means[0]:+.4f}"
        f" [{low:+.4f}, {high:+.4f}] ({counted(len(pairs.query_ids), 'query', 'queries')},"
        f" {len(pairs.changed)} changed)"
    )


def _notes(before: Baseline, now: Baseline, pairs: Pairs) -> list[str]:
    contexts = {record.context for record in now.records.values()}
    notes = [f"cause: {before.cause(context)}" for context in contexts] if pairs.changed else []
    if pairs.changed:
        notes.append(f"changed, the largest drop first: {listed(pairs.changed)}")
    if pairs.missing:
        notes.append(f"no result, scored 0: {listed(pairs.missing)}")
    return notes + ([f"new, not paired: {listed(pairs.new)}"] if pairs.new else [])


def _shared_metrics(before: Baseline, now: Baseline) -> list[str]:
    known = [{m for r in side.records.values() for m in r.figures} for side in (before, now)]
    return sorted(known[0] & known[1])


def _listing(folder: Path, *, as_json: bool) -> str:
    rows = []
    for path in sorted(folder.rglob(f"*{SUFFIX}")):
        baseline = load_baseline(path)
        figures: dict[str, list[float]] = {}
        for record in baseline.records.values():
            for name, value in record.figures.items():
                figures.setdefault(name, []).append(value)
        means = {name: sum(values) / len(values) for name, values in sorted(figures.items())}
        rows.append(
            {"path": str(path), **baseline.about, "queries": len(baseline.records), **means}
        )
    if as_json:
        return json.dumps(rows)
    if not rows:
        return f"no baseline (*{SUFFIX}) under {folder}; save one with --retrieval-save NAME"
    return "\n".join(_row(row) for row in rows)


def _row(row: dict[str, Any]) -> str:
    shown = (f"{k} {v:.4f}" if isinstance(v, float) else f"{k} {v}" for k, v in row.items())
    return "  ".join(text.removeprefix("path ") for text in shown)
