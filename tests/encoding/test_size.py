"""Sizes as people write them."""

import pytest

from retrieval_checks.encoding.size import parse_size
from retrieval_checks.errors import SettingsError


@pytest.mark.parametrize(
    ("text", "size"),
    [("1", 1), ("12B", 12), ("5kB", 5_000), (" 500 MB ", 500_000_000), ("3t", 3 * 10**12)],
)
def test_a_unit_is_a_power_of_a_thousand(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "MB", "0", "-1GB", "1.5GB", "10 MiB", "20XB", "1e9"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="is no size, such as 500MB or 20GB"):
        parse_size(text)
