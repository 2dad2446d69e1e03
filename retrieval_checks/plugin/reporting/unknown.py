"""What the command line names in golden files that they do not have."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval_checks.errors import RetrievalChecksError, did_you_mean, listed
from retrieval_checks.plugin.settings import GOLDEN_SUFFIXES


def unknown_names(config: pytest.Config) -> list[str]:
    """A line for each `mine.golden.yaml::NAME` on the command line whose file has no such item.

    The files are read once more, as only workers have collected them under xdist.
    """
    here = config.invocation_params.dir
    named = (str(arg).partition("::") for arg in config.args if "::" in str(arg))
    return [
        line
        for file, _, name in named
        if file.endswith(GOLDEN_SUFFIXES) and (here / file).is_file()
        for line in _unknown(here / file, name)
    ]


def _unknown(path: Path, name: str) -> Iterator[str]:
    from retrieval_checks.golden.reading.schema import read_golden

    try:
        suite = read_golden(path)
    except RetrievalChecksError:
        return  # what is wrong with it was told where it was collected
    gates = [f"gate[{gate.gate}]" for gate in suite.gates]
    if name.partition("[")[0] in ("gate", "accept", "save", "noise", "upgrade") and "[" in name:
        known = [*gates, *suite.query_ids]
        what = "item"
    else:
        known, what = list(suite.query_ids), "query"
    if name in known:
        return
    near = did_you_mean(name, known)
    hint = near if near.startswith("did") else f"it has {listed(known)}"
    yield f"{path.name} has no {what} {name!r}; {hint}"
