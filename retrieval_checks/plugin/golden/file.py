"""`GoldenFile`: one `*.golden.yaml` as pytest collects it."""

import warnings
from collections.abc import Iterable
from types import ModuleType

import pytest

from retrieval_checks.comparison.baseline import Baseline, load_baseline
from retrieval_checks.comparison.gates import parse_gate
from retrieval_checks.errors import RetrievalChecksError, SettingsError, listed
from retrieval_checks.golden.lock import Lock, read_lock
from retrieval_checks.golden.reading.schema import read_golden
from retrieval_checks.golden.suite import GoldenGate, GoldenSuite
from retrieval_checks.plugin.fixtures import GOLDEN_COLLECTIONS, NAMED_AT
from retrieval_checks.plugin.golden.items import GoldenGateItem, GoldenQueryItem, WholeFileItem
from retrieval_checks.plugin.golden.repeating import NoiseItem
from retrieval_checks.plugin.golden.retrieved import Retrieved
from retrieval_checks.plugin.golden.today import baseline_of
from retrieval_checks.plugin.golden.upgrading import UpgradeItem
from retrieval_checks.plugin.golden.writing import AcceptItem, SaveItem
from retrieval_checks.plugin.reporting.collected import DECLARED_GATES, WITHOUT_BASELINE
from retrieval_checks.plugin.session import DECLARED_MARKERS, marker_names
from retrieval_checks.plugin.settings import SETTINGS, Settings

_TAGS = pytest.StashKey[set[str]]()  # markers that golden files have brought


class OrphanedLockWarning(pytest.PytestWarning):
    """The lock has queries that its golden file no longer has."""


class GoldenFile(pytest.Module):
    """One `*.golden.yaml`.

    A `pytest.Module`, as pytest's own text doctests are, so that module-scoped fixtures of a user's
    conftest work for golden queries.
    """

    suite: GoldenSuite
    lock: Lock
    gates: tuple[GoldenGate, ...]  # of the file, then those of the settings
    baseline: Baseline | RetrievalChecksError | None  # that the settings name
    _retrieved: Retrieved | None = None
    _failed: tuple[pytest.Item, RetrievalChecksError] | None = None  # who met it, for the others
    judged: set[str]  # the queries that this process has judged

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """An item per query in the order of the file, one per gate, then what is written."""
        self.obj = ModuleType(self.path.name.partition(".")[0])
        self.judged = set()
        try:
            self.suite = read_golden(self.path)
            self.lock = read_lock(self.path)
            _register_tags(self.suite, self.config)
        except RetrievalChecksError as error:
            raise self.CollectError(str(error)) from None
        self._note_collection()
        self.baseline = self._baseline()
        self._warn_of_orphans()
        settings = self.config.stash[SETTINGS]
        self.gates = _gates(self.suite, settings.gates)
        declared = self.config.stash.setdefault(DECLARED_GATES, {})
        declared[self.nodeid] = len(self.suite.queries), [_name(gate) for gate in self.gates]
        for query in self.suite.queries:
            yield GoldenQueryItem.from_parent(self, name=query.query_id, expected=query)
        for gate in self.gates:
            item = GoldenGateItem.from_parent(self, name=_name(gate), expected=gate)
            if gate.gate.needs_reference and _is_being_accepted(settings):
                item.add_marker(pytest.mark.skip("compares with what is being accepted; run again"))
            yield item
        if settings.repeat > 1:
            yield NoiseItem.from_parent(self, name=f"noise[{settings.repeat}]")
        if settings.candidate is not None:
            yield UpgradeItem.from_parent(self, name=f"upgrade[{settings.candidate}]")
        if settings.save is not None:
            yield SaveItem.from_parent(self, name=f"save[{settings.save}]")
        if settings.accept is not None:
            accept = AcceptItem.from_parent(self, name=f"accept[{settings.accept}]")
            if not self.suite.needs_lock:
                accept.add_marker(pytest.mark.skip("the file says 'lock: none'"))
            yield accept

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
            self._retrieved = Retrieved(self, request)
        except Exception as error:
            self._failed = request.node, _told(error, request.node)
            raise
        return self._retrieved

    def selected(self) -> tuple[str, ...]:
        """The queries that this session needs: the selected, or all where any item needs all."""
        items = self._items()
        if any(isinstance(item, WholeFileItem) for item in items):
            return self.suite.query_ids
        return tuple(item.name for item in items)

    def left_out(self) -> tuple[str, ...]:
        """The queries of the file that were not selected."""
        selected = {item.name for item in self._items() if isinstance(item, GoldenQueryItem)}
        return tuple(query_id for query_id in self.suite.query_ids if query_id not in selected)

    def not_judged(self) -> tuple[str, ...]:
        """The queries of the file that this process has not judged: skipped, or run elsewhere."""
        return tuple(query_id for query_id in self.suite.query_ids if query_id not in self.judged)

    def _items(self) -> list[pytest.Item]:
        return [item for item in self.session.items if item.parent is self]

    def _warn_of_orphans(self) -> None:
        orphans = self.lock.orphans(self.suite)
        if orphans and self.config.stash[SETTINGS].accept is None:
            told = (
                f"{self.lock.path.name} has {listed(orphans)}, which {self.path.name} no longer"
                " has; --retrieval-accept new removes them"
            )
            warnings.warn_explicit(told, OrphanedLockWarning, str(self.path), lineno=1)

    def _note_collection(self) -> None:
        """Tell the `collection` fixture what this file is about."""
        if self.suite.collection is not None:
            named = self.config.stash.setdefault(GOLDEN_COLLECTIONS, [])
            named.append((self.suite.collection, self.suite.split))
            places = self.config.stash.setdefault(NAMED_AT, {})
            places.setdefault(self.suite.collection, self.suite.collection_place)

    def _baseline(self) -> Baseline | RetrievalChecksError | None:
        """The baseline that the settings name, or why there is none; None where they name none."""
        name = self.config.stash[SETTINGS].baseline
        if name is None:
            return None
        try:
            return load_baseline(baseline_of(self.path, name))
        except RetrievalChecksError as error:
            self.config.stash.setdefault(WITHOUT_BASELINE, {})[self.nodeid] = str(error)
            return error


def _is_being_accepted(settings: Settings) -> bool:
    """Whether this run changes what gates compare with."""
    return settings.accept is not None and settings.baseline is None


def _gates(suite: GoldenSuite, further: Iterable[str]) -> tuple[GoldenGate, ...]:
    """The gates of the file and those of the settings, each once."""
    gates = {gate.gate: gate for gate in suite.gates}
    for text in further:
        gates.setdefault(parse_gate(text), GoldenGate(parse_gate(text), line=1))
    return tuple(gates.values())


def _name(gate: GoldenGate) -> str:
    return f"gate[{gate.gate}]"


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
