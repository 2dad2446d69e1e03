"""What the controller of a run collects from test reports, and says and writes at the end."""

from pathlib import Path
from typing import Any

import pytest

from retrieval_checks.judgement.explain.wording import counted
from retrieval_checks.plugin.entries import entry_of, is_inconclusive, measurements
from retrieval_checks.plugin.progress import watched_columns
from retrieval_checks.plugin.reporting.carrier import DetailsCarrier, details_on
from retrieval_checks.plugin.reporting.collected import (
    COLLECTED,
    LEFT_OUT,
    NO_BASELINE,
    GoldenCount,
)
from retrieval_checks.plugin.reporting.files import write_reports
from retrieval_checks.plugin.reporting.github import add_job_summary, job_annotations
from retrieval_checks.plugin.settings import GOLDEN_SUFFIXES, Settings
from retrieval_checks.report.session import Entry, SessionRecord

DECLARED_MARKERS = pytest.StashKey[frozenset[str]]()  # by the user's ini file


def register(config: pytest.Config, settings: Settings) -> None:
    """Count golden items here; on the controller, or where there are no workers, report too."""
    config.stash[DECLARED_MARKERS] = marker_names(config)
    config.pluginmanager.register(GoldenCount(config), "retrieval_checks_count")
    if settings.reports:
        config.pluginmanager.register(DetailsCarrier(), "retrieval_checks_details")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(SessionReporter(config, settings), "retrieval_checks_session")


def marker_names(config: pytest.Config) -> frozenset[str]:
    """The markers that are registered so far."""
    lines = config.getini("markers")
    return frozenset(line.partition(":")[0].partition("(")[0].strip() for line in lines)


def selections(config: pytest.Config) -> list[str]:
    """What leaves tests out, as it was given: options, node ids, or else somebody's code."""
    names = {
        "-k": "keyword",
        "-m": "markexpr",
        "--lf": "lf",
        "--sw": "stepwise",
        "--deselect": "deselect",
    }
    given = [flag for flag, name in names.items() if config.getoption(name, None)]
    named = [str(arg) for arg in config.args if "::" in str(arg)]
    given += [*named[:2], f"{len(named) - 2} more"] if len(named) > 2 else named
    return given or ["a conftest or plugin that deselects tests"]


class SessionReporter:
    """Listens to test reports, which cross xdist by themselves; prints and writes at the end."""

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self._config = config
        self._settings = settings
        self._record = SessionRecord()
        self._ended: dict[str, Entry] = {}  # tests between their call and their teardown
        self._reports: dict[Path, str] = {}  # by file, why it was not written
        self._collected_by_workers = 0
        self._no_baseline = ""  # as workers tell
        self._left_out_by_workers: dict[str, tuple[int, list[str]]] = {}

    def pytest_report_header(self) -> str:
        """One line: what is collected, and the settings that are not the defaults."""
        settings = self._settings
        given = {
            "collection": settings.collection,
            "bi-encoder": settings.bi_encoder,
            "reranker": settings.reranker,
            "device": settings.device,
            "dtype": settings.dtype,
            "cache": settings.cache if settings.use_cache else "none",
            "baseline": settings.baseline,
            "candidate": settings.candidate,
            "gates": "; ".join(settings.gates) or None,
            "save": settings.save,
            "accept": settings.accept,
            "repeat": settings.repeat if settings.repeat > 1 else None,
        }
        what = "golden files" if settings.golden_only else "tests"
        what += " and golden files" if settings.with_tests and not settings.golden_only else ""
        shown = [f"{name} {value}" for name, value in given.items() if value is not None]
        return f"retrieval: {', '.join([what, *shown])}"

    def pytest_report_teststatus(
        self, report: pytest.TestReport | pytest.CollectReport
    ) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
        """A third outcome: `12 passed, 1 inconclusive`."""
        if isinstance(report, pytest.TestReport) and is_inconclusive(report):
            return "inconclusive", "I", ("INCONCLUSIVE", {"yellow": True})
        return None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what a test measured, and how it ended."""
        if report.when == "call" or report.failed or report.skipped:
            self._ended[report.nodeid] = entry_of(report)
        if report.when in ("setup", "call"):  # a property may still be added
            return
        entry, measured = self._ended.pop(report.nodeid, None), measurements(report)
        if entry is not None and (measured or entry.kind != "test"):
            self._record.add(entry)
            for values in measured:
                self._record.measured(report.nodeid, values)
            self._record.detailed(entry, details_on(report))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take a worker's count, which gates it left out, and what it did not find."""
        output = getattr(node, "workeroutput", None) or {}
        self._collected_by_workers = max(self._collected_by_workers, output.get(COLLECTED, 0))
        self._left_out_by_workers |= output.get(LEFT_OUT, {})
        self._no_baseline = output.get(NO_BASELINE) or self._no_baseline

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the report; a run that was to judge golden files and found none is not green."""
        if self._config.option.collectonly:
            return
        if self._is_empty() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED
        if self._unwritten() and session.exitstatus in (0, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        if self._no_baseline:
            session.exitstatus = pytest.ExitCode.USAGE_ERROR
        self._record.left_out = self._not_evaluated()
        add_job_summary(self._record)
        self._reports = write_reports(self._record, self._settings.reports)
        failed = any(self._reports.values())
        if failed and session.exitstatus in (0, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _is_empty(self) -> bool:
        """Whether there should have been golden files; not where files are picked by hand."""
        picked = self._config.getoption("lf", False) or any(
            not (self._config.invocation_params.dir / arg).is_dir() for arg in self._config.args
        )
        return self._settings.with_tests and not self._collected() and not picked

    def _unwritten(self) -> str:
        """For which files something was to be written that did not come to it; empty for none."""
        asked = [what for what in (self._settings.accept, self._settings.save) if what is not None]
        golden = {
            file: sum(entry.kind == "writing" for entry in entries)
            for file, entries in self._record.files().items()
            if file.endswith(GOLDEN_SUFFIXES)
        }
        short = [file for file, written in golden.items() if written < len(asked)]
        if not asked or (golden and not short):
            return ""
        where = f" for {', '.join(short)}" if short else ""
        return (
            f"nothing was accepted or saved{where}: the run was stopped, or the test that writes"
            " (accept[...], save[...]) was left out by -k, -m, --lf or a node id"
        )

    def _collected(self) -> int:
        """How many golden items there were, here or on the workers."""
        counter = self._config.pluginmanager.get_plugin("retrieval_checks_count")
        return max(getattr(counter, "collected", 0), self._collected_by_workers)

    def _not_evaluated(self) -> dict[str, str]:
        """By file: the gates that a selection left out, and how much of the file ran."""
        counter = self._config.pluginmanager.get_plugin("retrieval_checks_count")
        left_out = getattr(counter, "left_out", {}) | self._left_out_by_workers
        told = {}
        for file, entries in self._record.files().items():
            if file in left_out:
                queries, gates = left_out[file]
                ran = sum(entry.kind == "query" for entry in entries)
                why = " and ".join(selections(self._config))
                told[file] = (
                    f"not evaluated: {ran} of {counted(queries, 'query', 'queries')} ran ({why}):"
                    f" {', '.join(gates)}"
                )
        return told

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """A section with the gates of each file: the failed ones, or with -v all of them."""
        from retrieval_checks.report.as_text import BARS, summary_lines

        self._record.left_out = self._not_evaluated()
        width = watched_columns(self._config, BARS)
        lines = summary_lines(self._record, verbosity=self._config.get_verbosity(), width=width)
        silent = not self._collected() and not terminalreporter.stats.get("error")
        if silent and self._settings.collects_golden:
            from retrieval_checks.plugin.reporting.unknown import unknown_names

            nowhere = "no golden file (*.golden.yaml) where pytest looked: testpaths, arguments"
            lines += unknown_names(self._config) or [nowhere]
        unwritten = "" if self._config.option.collectonly else self._unwritten()
        lines += filter(None, [unwritten, self._no_baseline])
        lines += [f"report: {refused or path}" for path, refused in self._reports.items()]
        if lines:
            if self._config.get_verbosity() >= 0:
                terminalreporter.write_sep("=", "retrieval")
            for line in lines:
                terminalreporter.write_line(line)
        for line in job_annotations(self._record, self._config.rootpath):
            terminalreporter.write_line(line)
