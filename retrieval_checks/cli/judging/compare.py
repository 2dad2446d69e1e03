"""`retrieval-checks compare A B`: whether B is shown not to be worse than A."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from retrieval_checks.cli import judgements
from retrieval_checks.cli.judgements import Judged
from retrieval_checks.comparison.baseline import SUFFIX, Baseline, load_baseline
from retrieval_checks.comparison.gates import Drop, Gate
from retrieval_checks.comparison.gates.drop import check_droppable, is_droppable
from retrieval_checks.comparison.judging import Subject, judge_gates
from retrieval_checks.comparison.pairing import Pairs, pair
from retrieval_checks.comparison.significance import decide, default_margin, holm
from retrieval_checks.comparison.verdicts import recorded_verdict
from retrieval_checks.errors import (
    NotComparableError,
    RetrievalChecksError,
    SettingsError,
    listed,
)
from retrieval_checks.judgement.verdict import Verdict
from retrieval_checks.metrics.metric import Metric, parse_metric

FORMAT = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help=f"A and B: files *{SUFFIX}, or TREC runs, which need judgements.",
    )
    judgements.add_arguments(parser)
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
    if len(args.paths) != 2:
        raise SettingsError(
            f"give two files, A and B; got {len(args.paths)} ('retrieval-checks runs FOLDER' lists"
            " those that there are)"
        )
    before, now = map(load_baseline, args.paths)
    judged = judgements.read_judged(args)
    verdicts = _judged(before, now, judged, args) if judged else _recorded(before, now, args)
    _print(before, now, verdicts, as_json=args.json)
    bad = ("FAIL", "INCONCLUSIVE") if args.strict else ("FAIL",)
    return int(any(verdict.outcome in bad for verdict in verdicts))


def _print(before: Baseline, now: Baseline, verdicts: Sequence[Verdict], *, as_json: bool) -> None:
    if as_json:
        found: dict[str, Any] = {
            "format": FORMAT,
            "baseline": before.name,
            "candidate": now.name,
        }
        print(json.dumps({**found, "verdicts": [verdict.to_dict() for verdict in verdicts]}))
        return
    print(f"{before.name!r} -> {now.name!r}")
    print("\n\n".join(verdict.explain() for verdict in verdicts))


def _judged(
    before: Baseline, now: Baseline, judged: Judged, args: argparse.Namespace
) -> list[Verdict]:
    """The verdicts on the rankings, by judgements that are given."""
    n = sum(query_id in before.run for query_id in judged.qrels)
    margin = default_margin(n) if args.margin is None else args.margin
    gates = [Gate(Drop(metric, margin)) for metric in _metrics(args.metric or ["nDCG@10"])]
    for gate in gates:
        if not now.reaches(gate.depth, now.run):
            raise NotComparableError(
                f"NOT COMPARABLE: '{gate}' looks at {gate.depth or 'all'} documents, and"
                f" {now.name!r} kept fewer; save it anew"
            )
    subject = Subject(
        now.run, judged.qrels, before, judged.queries, judged.corpus, context=now.context
    )
    results = judge_gates(gates, subject)
    return [_verdict(results[gate]) for gate in gates]


def _verdict(result: Verdict | RetrievalChecksError) -> Verdict:
    if isinstance(result, RetrievalChecksError):
        raise result
    return result


def _recorded(before: Baseline, now: Baseline, args: argparse.Namespace) -> list[Verdict]:
    """The verdicts on recorded figures, by the judgements that both were saved with."""
    if not before.records or not now.records:
        raise SettingsError(
            "a TREC run has no figures: give its judgements, --qrels FILE or --collection FOLDER"
        )
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
    pairs = [_paired(before, now, metric) for metric in _metrics(names)]
    return _decided(pairs, args.margin, before.cause(now.context) if now.context else "")


def _decided(pairs: Sequence[Pairs], margin: float | None, cause: str) -> list[Verdict]:
    """Every metric's verdict, the p values adjusted together as those of gates are."""
    alone = [decide(each.differences, margin=margin) for each in pairs]
    p_values = [decision.p_value for decision in alone]
    adjusted = holm(np.array(p_values)).tolist()
    return [
        recorded_verdict(
            each,
            decision.adjusted(p_value),
            cause=cause,
            p_alone=decision.p_value if len(pairs) > 1 else None,
        )
        for each, decision, p_value in zip(pairs, alone, adjusted, strict=True)
    ]


def _metrics(names: Sequence[str]) -> list[Metric]:
    """The metrics of these names, each once.

    Raises:
        SettingsError: one whose drop says nothing.
    """
    metrics = list(dict.fromkeys(map(parse_metric, names)))
    for metric in metrics:
        check_droppable(metric)
    return metrics


def _paired(before: Baseline, now: Baseline, metric: Metric) -> Pairs:
    sides = [
        {q: r.figures[str(metric)] for q, r in side.records.items() if str(metric) in r.figures}
        for side in (now, before)
    ]
    if not sides[0] or not sides[1]:
        raise NotComparableError(f"NOT COMPARABLE: {metric} was not recorded in both")
    return pair(metric, *sides, names=(repr(now.name), repr(before.name)))


def _shared_metrics(before: Baseline, now: Baseline) -> list[str]:
    known = [{m for r in side.records.values() for m in r.figures} for side in (before, now)]
    return sorted(name for name in known[0] & known[1] if is_droppable(parse_metric(name)))
