"""`GoldenCount`: what was collected of golden files and not selected, told home by workers."""

from collections.abc import Generator
from typing import Any

import pytest

from retrieval_checks.plugin.entries import kind_of

DECLARED_GATES = pytest.StashKey[
    dict[str, tuple[int, list[str]]]
]()  # file: queries, names of gates
WITHOUT_BASELINE = pytest.StashKey[dict[str, str]]()  # file: why it lacks the one of the settings
# what workers tell, by these names
COLLECTED = "retrieval_golden_collected"
LEFT_OUT = "retrieval_gates_left_out"
NO_BASELINE = "retrieval_no_baseline"


class GoldenCount:
    """How many golden items were collected, which gates were not selected, what was misspelt.

    Workers tell the controller. What writes comes after all else of its file, in whatever order
    plugins put tests.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self.collected = 0
        self.left_out: dict[str, tuple[int, list[str]]] = {}  # file: its queries, gates left out
        self.no_baseline = ""  # why no golden file has the baseline that was named

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(
        self, items: list[pytest.Item]
    ) -> Generator[None, object, object]:
        """Count before the selection, order behind everybody else."""
        self.collected = sum(kind_of(item.nodeid) != "test" for item in items)
        result = yield
        last = {item.parent: place for place, item in enumerate(items)}
        places = {
            item: (last[item.parent], 1) if kind_of(item.nodeid) == "writing" else (place, 0)
            for place, item in enumerate(items)
        }
        items.sort(key=places.__getitem__)
        return result

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Compare what was selected with the gates of each file of which anything was."""
        declared = self._config.stash.get(DECLARED_GATES, {})
        lacking = self._config.stash.get(WITHOUT_BASELINE, {})
        if lacking and len(lacking) == len(declared):  # misspelt, not only saved for other files
            self.no_baseline = next(iter(lacking.values()))
            if not hasattr(self._config, "workerinput"):  # xdist takes it for a crash
                raise pytest.UsageError(self.no_baseline)
        selected = {item.nodeid for item in session.items}
        files = {node_id.partition("::")[0] for node_id in selected}
        for file, (queries, names) in declared.items():
            gates = [name for name in names if f"{file}::{name}" not in selected]
            if gates and file in files:
                self.left_out[file] = queries, gates

    def pytest_sessionfinish(self) -> None:
        """Send all of it home."""
        output: dict[str, Any] | None = getattr(self._config, "workeroutput", None)
        if output is not None:
            output[COLLECTED] = self.collected
            output[LEFT_OUT] = self.left_out
            output[NO_BASELINE] = self.no_baseline
