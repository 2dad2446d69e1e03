"""Fixtures whose names are misspelt, so that this plugin's own are used without a word."""

import warnings
from difflib import SequenceMatcher

import pytest

from retrieval_checks.plugin.overriding.definitions import definitions

_LOOKED_UP = ("retriever", "bi_encoder", "reranker", "collection", "corpus", "queries", "qrels")
_NEAR = 0.85  # 'connection' is 0.8 from 'collection', 'retreiver' 0.89 from 'retriever'


class MisspeltFixtureWarning(pytest.PytestWarning):
    """A fixture that nobody looks up has nearly the name of one that is looked up."""


def warn_of_misspelt(config: pytest.Config) -> None:
    """Warn of each fixture of a conftest that was probably meant to stand in for one of ours."""
    found = list(definitions(config))
    overridden = {each.name for each in found}
    for each in found:
        for meant in _LOOKED_UP:
            if meant not in overridden and is_misspelt(each.name, meant):
                told = (
                    f"fixture {each.name!r} stands in for nothing, the plugin's own {meant!r} is"
                    f" used: did you mean {meant!r}? Rename it, or ignore {__name__}."
                    f"{MisspeltFixtureWarning.__name__}"
                )
                warnings.warn_explicit(told, MisspeltFixtureWarning, str(each.path), each.line)


def is_misspelt(name: str, meant: str) -> bool:
    """Whether a name is another by mistake; what was lengthened or cut short was on purpose.

    >>> is_misspelt("retreiver", "retriever"), is_misspelt("my_retriever", "retriever")
    (True, False)
    """
    if name in meant or meant in name:
        return False
    return SequenceMatcher(None, name, meant).ratio() >= _NEAR
