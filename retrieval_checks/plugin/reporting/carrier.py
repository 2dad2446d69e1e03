"""`DetailsCarrier`: how what golden items keep for a report reaches the controller."""

import json
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

from retrieval_checks.plugin.settings import SETTINGS

if TYPE_CHECKING:
    from retrieval_checks.comparison.gates import Gate
    from retrieval_checks.plugin.golden.retrieved import Retrieved

_DETAILS = pytest.StashKey[str]()  # of an item, as JSON
_ATTRIBUTE = "retrieval_details"  # of a report: crosses xdist, and JUnit leaves it out


def keep_details(item: pytest.Item, found: "Retrieved", gate: "Gate | None" = None) -> None:
    """Keep what a report says of a gate, or else of the query that the item is named after.

    Nothing is computed where no report was asked for.
    """
    if item.config.stash[SETTINGS].reports:
        from retrieval_checks.plugin.reporting.details import item_details

        item.stash[_DETAILS] = json.dumps(item_details(item, found, gate), allow_nan=False)


def details_on(report: pytest.TestReport) -> dict[str, Any]:
    """What was kept for the test of this report; empty where nothing was."""
    kept: dict[str, Any] = json.loads(getattr(report, _ATTRIBUTE, "{}"))
    return kept


class DetailsCarrier:
    """Puts what a golden item kept on its last report, once."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """The details leave the item with the report of its teardown."""
        report = yield
        if call.when == "teardown" and _DETAILS in item.stash:
            setattr(report, _ATTRIBUTE, item.stash[_DETAILS])
            del item.stash[_DETAILS]
        return report
