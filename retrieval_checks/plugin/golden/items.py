"""Golden files as pytest sees them: one item per query, one per gate."""

import os
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from retrieval_checks.errors import RetrievalAssertionError, RetrievalChecksError, SettingsError
from retrieval_checks.golden.explained import explain_query
from retrieval_checks.golden.judge import (
    QueryResult,
    judge_query,
    refuse_gate,
    refuse_query,
)
from retrieval_checks.golden.locked import ACCEPT
from retrieval_checks.golden.suite import GoldenGate, GoldenQuery
from retrieval_checks.judgement.explain.wording import plain
from retrieval_checks.judgement.verdict import Verdict
from retrieval_checks.plugin.golden.retrieved import Retrieved
from retrieval_checks.plugin.reporting.carrier import keep_details
from retrieval_checks.plugin.reporting.properties import is_property, properties
from retrieval_checks.plugin.settings import SETTINGS

if TYPE_CHECKING:
    from retrieval_checks.plugin.golden.file import GoldenFile


class Expected(Protocol):
    """What an item is about: something that stands in a line of the golden file."""

    @property
    def line(self) -> int:
        """1-based."""


class GoldenItem(pytest.Function):
    """What all items of a golden file share: retrieval in setup, a verdict in the call."""

    expected: Expected
    parent: "GoldenFile"

    def __init__(self, *, expected: Expected, **rest: Any) -> None:
        super().__init__(callobj=_judge, **rest)
        self.expected = expected

    @property
    def id(self) -> Any:
        """The node id in the parts that pytest reads out of a text: --lf and --sw compare them.

        Used by pytest from 9.2; its own items have brackets in their name from parameters alone.
        """
        return type(super().id).parse(self.nodeid)

    def setup(self) -> None:
        """Make the fixtures, retrieve if the file has not yet, refuse what cannot be judged."""
        super().setup()
        if self.config.getoption("setupplan", False):  # which makes no fixture
            return
        try:
            self.check_worker()
            self.refuse(self.retrieved())
        except RetrievalChecksError as error:
            reason = str(error)
        else:
            return
        pytest.fail(reason, pytrace=False)  # here, as there it would be shown twice

    def check_worker(self) -> None:
        """Raise where this process may not evaluate the item."""

    def retrieved(self) -> Retrieved:
        """What the whole file retrieved."""
        __tracebackhide__ = True
        request = self.funcargs["request"]
        assert isinstance(request, pytest.FixtureRequest)  # noqa: S101  # for the type checker
        return self.parent.retrieved(request)

    def refuse(self, found: Retrieved) -> None:
        """Raise where this item cannot be judged."""
        raise NotImplementedError

    def judge(self) -> None:
        """Judge, record, and raise where an expectation does not hold."""
        raise NotImplementedError

    def record(self, **entries: Any) -> None:
        """Put what was measured on the report, where xdist, JUnit and our reports find it."""
        others = [entry for entry in self.user_properties if not is_property(entry[0])]
        self.user_properties[:] = [*others, *properties(entries)]  # none of a try before this one

    def reportinfo(self) -> tuple[os.PathLike[str], int | None, str]:
        """File, 0-based line in the YAML, and a headline; pytest turns dots of a name into `::`."""
        return self.path, self.expected.line - 1, f"golden {self.name}"

    def repr_failure(  # type: ignore[override]  # as pytest.Function itself does
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> Any:
        """The explanation alone; a traceback through this plugin tells nobody anything."""
        if not isinstance(excinfo.value, RetrievalAssertionError):
            return super().repr_failure(excinfo)
        shown = excinfo.getrepr(style="value")
        if shown.reprcrash is not None:  # what the short summary and --tb=line say
            shown.reprcrash.path = str(self.path)
            shown.reprcrash.lineno = self.expected.line
            shown.reprcrash.message = str(excinfo.value).partition("\n")[0]
        return shown


class GoldenQueryItem(GoldenItem):
    """`path.golden.yaml::query-id`: the expectations of one golden query."""

    expected: GoldenQuery

    def __init__(self, *, expected: GoldenQuery, **rest: Any) -> None:
        super().__init__(expected=expected, **rest)
        for tag in expected.tags:
            self.add_marker(tag)
            self.extra_keyword_matches.add(tag)
        waiver = expected.waiver
        if waiver is not None and waiver.until >= date.today():
            reason = f"{waiver}; drop the waiver where this passes"
            mark = pytest.mark.xfail(reason=reason, strict=True, raises=RetrievalAssertionError)
            self.add_marker(mark)

    def refuse(self, found: Retrieved) -> None:
        """Raise where the query's labels are stale or the run has nothing for it."""
        refuse_query(found.bound, found.run, self.expected)

    def judge(self) -> None:
        """Judge every expectation; put figures and verdicts on the report.

        Raises:
            RetrievalAssertionError: an expectation does not hold.
        """
        __tracebackhide__ = True
        found = self.retrieved()
        result = judge_query(found.bound, found.run, self.expected, found.accepted)
        self.parent.judged.add(self.name)
        self.record(
            text=found.bound.queries[self.name],
            tags=list(self.expected.tags),
            run=found.run.name,
            figures=dict(result.figures),
            ranking=[list(entry) for entry in result.ranking],
            verdicts=[verdict.to_dict() for verdict in result.verdicts],
        )
        keep_details(self, found)
        if result.failed:
            raise RetrievalAssertionError(self._explained(found, result) + self._ended())

    def _explained(self, found: Retrieved, result: QueryResult) -> str:
        """Why it fails; in short, without -v, where nothing is wrong but that nobody looked yet."""
        missing = [verdict.evidence.get("lock") == "missing" for verdict in result.failed]
        if not all(missing) or self.config.get_verbosity() >= 1:
            return explain_query(found.bound, found.run, self.expected, result, found.accepted)
        asked = plain(found.bound.queries[self.name])
        return (
            f"{result.failed[0].finding}\n"
            f'golden query {self.name!r} ({self.path.name}:{self.expected.line}): "{asked}"\n'
            f"to do: look at its ranking (-v shows it); if it is right, {ACCEPT} new"
        )

    def _ended(self) -> str:
        waiver = self.expected.waiver
        ended = waiver is not None and waiver.until < date.today()
        return f"\n       its waiver ended: {waiver}" if ended else ""


@dataclass(frozen=True, slots=True)
class Whole:
    """The golden file as a whole: no line of it."""

    line: int = 1


class WholeFileItem(GoldenItem):
    """An item about all queries of its file, whichever were selected."""

    def __init__(self, *, expected: Expected | None = None, **rest: Any) -> None:
        super().__init__(expected=expected or Whole(), **rest)

    def refuse_unjudged(self, found: Retrieved, what: str) -> None:
        """Raise where any query of the file cannot be judged, or none has judgements."""
        found.bound.check_whole(found.run)
        if not found.bound.qrels.query_ids:
            raise SettingsError(f"{what} by judgements, and no golden query has any")

    def check_worker(self) -> None:
        """Raise where xdist goes on after a crash: what crashed once may crash again, or lie."""
        if _is_replacement():
            raise SettingsError("not evaluated: an earlier worker crashed; run again")


class GoldenGateItem(WholeFileItem):
    """`path.golden.yaml::gate[nDCG@10 >= 0.62]`: what holds over all queries of the file.

    It always judges the whole file: a selection (`-k`, `path::id`) may leave the gate out, but
    never makes it judge a part. The gates of a file are judged together, selected or not, since
    how sure each must be depends on how many there are.
    """

    expected: GoldenGate

    def refuse(self, found: Retrieved) -> None:
        """Raise where any query of the file cannot be judged, or the gate itself."""
        refuse_gate(found.bound, found.run, self.expected.gate)
        self._verdict(found)

    def judge(self) -> None:
        """Judge the gate; put the verdict on the report.

        Raises:
            RetrievalAssertionError: it fails, or is inconclusive under --retrieval-strict.
        """
        __tracebackhide__ = True
        found = self.retrieved()
        verdict = self._verdict(found)
        self.record(gate=str(self.expected.gate), run=found.run.name, verdicts=[verdict.to_dict()])
        keep_details(self, found, self.expected.gate)
        strict = self.config.stash[SETTINGS].strict
        if verdict.outcome == "FAIL" or (strict and not verdict.passed):
            raise RetrievalAssertionError(verdict.explain(), verdict=verdict)

    def _verdict(self, found: Retrieved) -> Verdict:
        result = found.verdicts[self.expected.gate]
        if isinstance(result, RetrievalChecksError):
            raise result
        return result


def _is_replacement() -> bool:
    """Whether this is a worker of xdist's that goes on where another one crashed.

    Workers are numbered from 0, and a replacement gets the next number.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
    return worker.isdecimal() and int(worker) >= int(os.environ["PYTEST_XDIST_WORKER_COUNT"])


def _judge(request: pytest.FixtureRequest) -> None:
    __tracebackhide__ = True
    try:
        request.node.judge()
    except RetrievalChecksError as error:  # a file that cannot be written
        reason = str(error)
    else:
        return
    pytest.fail(reason, pytrace=False)
