"""Public data beside the project, not in its repository; a test that needs it skips without."""

import os
from pathlib import Path

import pytest

_ROOT = Path(os.environ.get("RETRIEVAL_CHECKS_DATA") or Path(__file__).parents[2] / "shared/data")


def shared_data(name: str) -> Path:
    """The folder or file of that name; skips the test, with the reason, where it is absent."""
    path = _ROOT / name
    if not path.exists():
        pytest.skip(f"{path} is absent; set RETRIEVAL_CHECKS_DATA to the folder with public data")
    return path
