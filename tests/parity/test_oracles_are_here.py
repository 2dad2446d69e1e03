"""Comparisons with an oracle are skipped where it is missing; none of the `test` extra may be."""

from importlib.util import find_spec

import pytest


@pytest.mark.parametrize(
    "oracle", ["pytrec_eval", "ir_measures", "pyndeval", "ranx", "sklearn", "scipy"]
)
def test_oracle_of_the_test_extra_is_installed(oracle: str) -> None:
    assert find_spec(oracle), f"{oracle} is missing: pip install 'retrieval-checks[test]'"
