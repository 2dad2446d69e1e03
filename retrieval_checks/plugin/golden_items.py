"""Golden files as pytest sees them: one item per query, one per gate."""

import json
import os
from collections.abc import Iterable
from types import ModuleType
from typing import Any

import pytest

from retrieval_checks.errors import (
    RetrievalAssertionError,
    RetrievalChecksError,
    SettingsError,
)
from retrieval_checks.golden.judge import (
    explain_query,
    judge_gate,
    judge_query,
    refuse_gate,
    refuse_query,
)
from retrieval_checks.golden.schema import GoldenGate, GoldenQuery, GoldenSuite, read_golden
from retrieval_checks.plugin.fixtures import GOLDEN_COLLECTIONS, PROPERTY
from retrieval_checks.plugin.retrieved import Retrieved
from retrieval_checks.plugin.session import DECLARED_MARKERS, marker_names

_TAGS = pytest.StashKey[set[str]]()  # markers that golden files have brought


class GoldenFile(pytest.Module):
    """One `*.golden.yaml`.

    A `pytest.Module`, as pytest's own text doctests are, so that module-scoped fixtures of a user's
    conftest work for golden queries.
    """

    suite: GoldenSuite
    _retrieved: Retrieved | None = None
    _failed: tuple[pytest.Item, RetrievalChecksError] | None = None  # who met it, for the others

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """One item per query in the order of the file, then one per gate."""
        self.obj = ModuleType(self.path.name.partition(".")[0])
        try:
            self.suite = read_golden(self.path)
            _register_tags(self.suite, self.config)
        except RetrievalChecksError as error:
            raise self.CollectError(str(error)) from None
        self._note_collection()
        for query in self.suite.queries:
            yield GoldenQueryItem.from_parent(self, name=query.query_id, expected=query)
        for gate in self.suite.gates:
            yield GoldenGateItem.from_parent(self, name=f"gate[{gate.floor}]", expected=gate)

    def retrieved(self, request: pytest.FixtureRequest) -> Retrieved:
        """The rankings of all selected queries of this file, retrieved together and once.

        What goes wrong is tried again by the item that met it, if that is run again, and told to
        the others.

        Raises:
            RetrievalChecksError: data or models do not allow it, or it failed for another item.
        """
        __tracebackhide__ = True
        if self._retrieved is not None:
            return self._retrieved
        if self._failed is not None and self._failed[0] is not request.node:
            raise self._failed[1]
        try:
            self._retrieved = Retrieved(self.suite, self.selected(), request)
        except Exception as error:
            self._failed = request.node, _told(error, request.node)
            raise
        return self._retrieved

    def selected(self) -> tuple[str, ...]:
        """The queries that this session needs: the selected, or all where a gate is selected."""
        items = [item for item in self.session.items if item.parent is self]
        if any(isinstance(item, GoldenGateItem) for item in items):
            return tuple(query.query_id for query in self.suite.queries)
        return tuple(item.name for item in items)

    def _note_collection(self) -> None:
        """Tell the `collection` fixture what this file is about."""
        if self.suite.collection is not None:
            named = self.config.stash.setdefault(GOLDEN_COLLECTIONS, [])
            named.append((self.suite.collection, self.suite.split))


class GoldenItem(pytest.Function):
    """What golden queries and gates share: retrieval in setup, a verdict in the call."""

    expected: GoldenQuery | GoldenGate
    parent: GoldenFile

    def __init__(self, *, expected: GoldenQuery | GoldenGate, **rest: Any) -> None:
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
            self.refuse(self.retrieved())
        except RetrievalChecksError as error:
            reason = str(error)
        else:
            return
        pytest.fail(reason, pytrace=False)  # here, as there it would be shown twice

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
        earlier = [entry for entry in self.user_properties if entry[0] == PROPERTY]
        for entry in earlier:  # of a try before this one
            self.user_properties.remove(entry)
        self.user_properties.append((PROPERTY, json.dumps(entries)))

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
        result = judge_query(found.bound, found.run, self.expected)
        self.record(
            text=found.bound.queries[self.name],
            tags=list(self.expected.tags),
            run=found.run.name,
            figures=dict(result.figures),
            ranking=[list(entry) for entry in result.ranking],
            verdicts=[verdict.to_dict() for verdict in result.verdicts],
        )
        if result.failed:
            explanation = explain_query(found.bound, found.run, self.expected, result)
            raise RetrievalAssertionError(explanation)


class GoldenGateItem(GoldenItem):
    """`path.golden.yaml::gate[nDCG@10 >= 0.62]`: a floor under all queries of the file.

    It always judges the whole file: a selection (`-k`, `path::id`) may leave the gate out, but
    never makes it judge a part.
    """

    expected: GoldenGate

    def refuse(self, found: Retrieved) -> None:
        """Raise where any query of the file cannot be judged."""
        refuse_gate(found.bound, found.run, self.expected)

    def judge(self) -> None:
        """Judge the floor; put the verdict on the report.

        Raises:
            RetrievalAssertionError: the mean lies below the floor.
        """
        __tracebackhide__ = True
        found = self.retrieved()
        verdict = judge_gate(found.bound, found.run, self.expected)
        self.record(gate=str(self.expected.floor), run=found.run.name, verdicts=[verdict.to_dict()])
        if not verdict.passed:
            raise RetrievalAssertionError(verdict.explain())


def _judge(request: pytest.FixtureRequest) -> None:
    __tracebackhide__ = True
    request.node.judge()


def _register_tags(suite: GoldenSuite, config: pytest.Config) -> None:
    """Make the tags valid markers, so that `-m` finds them under --strict-markers."""
    ours = config.stash.setdefault(_TAGS, set())
    declared = config.stash[DECLARED_MARKERS]
    taken = marker_names(config) - declared - ours
    for tag in sorted({tag for query in suite.queries for tag in query.tags} - ours):
        if tag in taken:
            raise SettingsError(
                f"{suite.path}: tag {tag!r} is a marker of pytest's or of another plugin's, which"
                " would act on the query; rename the tag"
            )
        ours.add(tag)
        config.addinivalue_line("markers", f"{tag}: golden queries with this tag")


def _told(error: Exception, item: pytest.Item) -> RetrievalChecksError:
    """What the other items of a file say of an error that the first of them shows in full."""
    first_line = str(error).partition("\n")[0]
    return RetrievalChecksError(
        f"nothing was retrieved for this file: {type(error).__name__}: {first_line}\n"
        f"  in full at {item.nodeid}"
    )
