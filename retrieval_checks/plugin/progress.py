"""What is shown only where somebody looks: progress of long work, in a line that erases itself."""

import sys
import time
from collections.abc import Callable

import pytest

_FIRST_AFTER = 1.0  # seconds: short work shows nothing
_EVERY = 0.2


def watched_columns(config: pytest.Config, text: str) -> int:
    """How wide the terminal is; 0 where nobody looks, or where it cannot show such text."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not reporter.isatty:
        return 0
    try:
        text.encode(sys.stdout.encoding)
    except (UnicodeEncodeError, LookupError):
        return 0
    return config.get_terminal_writer().fullwidth


def terminal_progress(config: pytest.Config) -> Callable[[str, int, int], None] | None:
    """A callable of (label, done, total) that shows rate and time left; None where nobody looks."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not reporter.isatty or config.get_verbosity() < 0:
        return None
    writer = config.get_terminal_writer()
    started: dict[str, float] = {}
    shown = [0.0]

    def show(label: str, done: int, total: int) -> None:
        now = time.monotonic()
        start = started.setdefault(label, now)
        if done >= total:
            del started[label]
            if shown[0] > start:
                writer.write("\r\x1b[2K", flush=True)
        elif now - start > _FIRST_AFTER and now - shown[0] > _EVERY:
            shown[0] = now
            rate = done / (now - start)
            left = f", {(total - done) / rate:.0f} s left" if rate else ""
            writer.write(f"\r\x1b[2K{label}: {done}/{total}, {rate:.0f}/s{left}", flush=True)

    return show
