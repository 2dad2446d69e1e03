"""A store in a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval_checks.encoding.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with_folder = Store(tmp_path / "cache")
    yield with_folder
    with_folder.close()
