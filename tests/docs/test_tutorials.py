"""Every tutorial, command by command, in a folder of its own."""

from pathlib import Path

import pytest

from tests.docs.conftest import prepare
from tests.docs.pages import DOCS, Page, read_page
from tests.docs.transcript import play

TUTORIALS = [
    "first-golden-query",
    "quality-gate",
    "model-upgrade",
    "own-retriever",
    "reading-the-verdict",
    "statistics",
]


def _param(name: str) -> object:
    path = DOCS / "tutorials" / f"{name}.md"
    slow = path.is_file() and read_page(f"docs/tutorials/{name}.md").settings.get("slow", False)
    return pytest.param(name, marks=[pytest.mark.slow] if slow else [], id=name)


@pytest.mark.parametrize("name", [_param(name) for name in TUTORIALS])
def test_what_the_tutorial_shows_is_what_comes_out(
    name: str, tmp_path: Path, environment: dict[str, str]
) -> None:
    page: Page = read_page(f"docs/tutorials/{name}.md")
    prepare(page, tmp_path)
    assert play(page, tmp_path, environment) >= 2


def test_no_tutorial_is_left_out() -> None:
    if not DOCS.is_dir():
        pytest.skip("away from the sources there is no docs/")
    assert sorted(TUTORIALS) == sorted(path.stem for path in (DOCS / "tutorials").glob("*.md"))
