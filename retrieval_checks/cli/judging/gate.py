"""`retrieval-checks gate RUN`: gates judged over a saved run, without retrieving anything."""

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval_checks.cli import judgements
from retrieval_checks.cli.console import outcome
from retrieval_checks.comparison.baseline import SUFFIX, Baseline, load_baseline
from retrieval_checks.comparison.gates import Gate, Latency, parse_gate
from retrieval_checks.comparison.judging import Subject, judge_gates
from retrieval_checks.errors import NotComparableError, RetrievalChecksError, SettingsError
from retrieval_checks.golden.bound import bind
from retrieval_checks.golden.judge import judge_suite
from retrieval_checks.golden.loading import load_named
from retrieval_checks.golden.lock import read_lock
from retrieval_checks.golden.reading.schema import read_golden
from retrieval_checks.judgement.explain.wording import counted
from retrieval_checks.judgement.verdict import Verdict

FORMAT = 1
_CANNOT_BE_JUDGED = 2
Results = Mapping[Gate, Verdict | RetrievalChecksError]
_Judge = Callable[[Sequence[Gate]], Results]


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """What is judged, by which gates, against what."""

    candidate: Baseline
    baseline: Baseline | RetrievalChecksError | None
    gates: tuple[Gate, ...]
    passed_over: tuple[Gate, ...]  # of the golden file: what no saved run can tell
    judge: _Judge


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument(
        "run", type=Path, metavar="RUN", help=f"What is judged: a file *{SUFFIX}, or a TREC run."
    )
    parser.add_argument(
        "--baseline",
        type=Path,
        metavar="FILE",
        help=f"What it is compared with: *{SUFFIX}, a lock, or a TREC run. With --golden the lock.",
    )
    parser.add_argument(
        "--gate",
        action="append",
        default=[],
        metavar="EXPR",
        help="As in golden files: 'nDCG@10 >= 0.62', 'tag:legal R@100 drop <= 0.02'. Repeatable.",
    )
    parser.add_argument(
        "--golden",
        type=Path,
        metavar="FILE",
        help="A golden file: its gates, queries and tags, its collection and judgements.",
    )
    judgements.add_arguments(parser)
    parser.add_argument("--strict", action="store_true", help="Exit with 1 for INCONCLUSIVE, too.")
    parser.add_argument("--json", action="store_true", help="Print the verdicts as JSON.")


def run(args: argparse.Namespace) -> int:
    """Print each verdict; 1 where a gate fails (with `--strict`: or cannot tell), else 0.

    2 where a gate could not be judged, whatever the others say.

    Raises:
        RetrievalChecksError: a file that cannot be read, no gate, an expression that is none.
    """
    gates = [parse_gate(text) for text in args.gate]
    candidate = load_baseline(args.run)
    work = _of_golden(args, candidate, gates) if args.golden else _of_runs(args, candidate, gates)
    if not work.gates:
        raise SettingsError("no gate to judge: give --gate EXPR, or --golden FILE that has some")
    refused = {gate: error for gate in work.gates if (error := _refused(gate, work))}
    results = work.judge([gate for gate in work.gates if gate not in refused])
    told = {gate: refused.get(gate) or results[gate] for gate in work.gates}
    print(_as_json(work, told) if args.json else _as_text(work, told))
    return _code(told, strict=args.strict)


def _of_runs(args: argparse.Namespace, candidate: Baseline, gates: Sequence[Gate]) -> _Work:
    """Judged by judgements that are given."""
    judged = judgements.need_judged(args)
    baseline = load_baseline(args.baseline) if args.baseline else None
    subject = Subject(
        candidate.run,
        judged.qrels,
        baseline,
        queries=judged.queries,
        corpus=judged.corpus,
        tags=judged.tags,
        context=candidate.context,
    )
    unique = tuple(dict.fromkeys(gates))
    return _Work(candidate, baseline, unique, (), lambda some: judge_gates(some, subject))


def _of_golden(args: argparse.Namespace, candidate: Baseline, more: Sequence[Gate]) -> _Work:
    """Judged as pytest judges the golden file, whose lock is the baseline unless one is named.

    Times are measured, not saved: gates of the file that ask for them are passed over.
    """
    if args.qrels:
        raise SettingsError("--golden has its judgements: those of its collection, and its own")
    suite = read_golden(args.golden)
    folder = args.collection or suite.collection
    where = "" if args.collection else suite.collection_place
    loaded = load_named(folder, split=suite.split, where=where) if folder else None
    bound = (
        bind(suite, corpus=loaded.corpus, queries=loaded.queries, qrels=loaded.qrels)
        if loaded
        else bind(suite)
    )
    own = [gate.gate for gate in suite.gates]
    timed = tuple(gate for gate in own if isinstance(gate.test, Latency))
    baseline = _reference(args)
    return _Work(
        candidate,
        baseline,
        tuple(dict.fromkeys([*(gate for gate in own if gate not in timed), *more])),
        timed,
        lambda some: judge_suite(
            bound, candidate.run, some, baseline=baseline, context=candidate.context
        ),
    )


def _reference(args: argparse.Namespace) -> Baseline | RetrievalChecksError:
    """The baseline that is named, or what was accepted; why there is none is told by the gates."""
    if args.baseline:
        return load_baseline(args.baseline)
    try:
        return read_lock(args.golden).baseline()
    except RetrievalChecksError as error:
        return error


def _refused(gate: Gate, work: _Work) -> RetrievalChecksError | None:
    """Why a gate cannot be judged with the files that were given."""
    candidate = work.candidate
    if gate.needs_reference and work.baseline is None:
        return SettingsError(f"'{gate}' compares with a baseline: give --baseline FILE")
    if isinstance(gate.test, Latency):
        return SettingsError(f"'{gate}' is about times, which are measured and not saved")
    if not candidate.reaches(gate.depth, candidate.run):
        return NotComparableError(
            f"NOT COMPARABLE: '{gate}' looks at {gate.depth or 'all'} documents, and"
            f" {candidate.name!r} kept fewer; save it anew"
        )
    return None


def _code(results: Results, *, strict: bool) -> int:
    outcomes = {_outcome(result) for result in results.values()}
    if "ERROR" in outcomes:
        return _CANNOT_BE_JUDGED
    return int(bool(outcomes & ({"FAIL", "INCONCLUSIVE"} if strict else {"FAIL"})))


def _outcome(result: Verdict | RetrievalChecksError) -> str:
    return result.outcome if isinstance(result, Verdict) else "ERROR"


def _as_json(work: _Work, results: Results) -> str:
    found: dict[str, Any] = {
        "format": FORMAT,
        "candidate": work.candidate.name,
        "baseline": work.baseline.name if isinstance(work.baseline, Baseline) else None,
        "verdicts": [_entry(gate, result) for gate, result in results.items()],
        "not_evaluated": [str(gate) for gate in work.passed_over],
    }
    return json.dumps(found, indent=1, allow_nan=False)


def _entry(gate: Gate, result: Verdict | RetrievalChecksError) -> dict[str, Any]:
    if isinstance(result, Verdict):
        return {"gate": str(gate), **result.to_dict()}
    return {"gate": str(gate), "outcome": "ERROR", "message": str(result)}


def _as_text(work: _Work, results: Results) -> str:
    """A paragraph a gate: in one line what holds, in full what does not."""
    against = f", against {work.baseline.name!r}" if isinstance(work.baseline, Baseline) else ""
    told = [f"{work.candidate.name!r}{against}"]
    told += [_paragraph(gate, result) for gate, result in results.items()]
    if work.passed_over:
        names = ", ".join(f"'{gate}'" for gate in work.passed_over)
        told.append(f"not evaluated, as times are measured and not saved: {names}")
    outcomes = [_outcome(result) for result in results.values()]
    counts = [f"{outcomes.count(name)} {outcome(name)}" for name in dict.fromkeys(outcomes)]
    return "\n\n".join([*told, f"{counted(len(outcomes), 'gate')}: {', '.join(counts)}"])


def _paragraph(gate: Gate, result: Verdict | RetrievalChecksError) -> str:
    head = f"{outcome(_outcome(result))}  {gate}"
    if not isinstance(result, Verdict):
        return f"{head}\n{result}"
    if not result.passed:
        return f"{head}\n{result.explain()}"
    warnings = [f"  ! {warning}" for warning in result.evidence.get("warnings", ())]
    return "\n".join([f"{head}: {result.finding}", *warnings])
