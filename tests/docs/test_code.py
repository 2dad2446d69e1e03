"""Code on the pages: it parses, what it imports is there, and texts shown twice are one text."""

import ast
import importlib
import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.docs.pages import ROOT, Block, Page, all_pages, read_page
from tests.docs.transcript import is_shown, play, run_examples

_LINK = re.compile(r"\]\((?P<target>[^)#:\s]+)(?:#(?P<anchor>[\w-]+))?\)")


@pytest.fixture(params=all_pages(), ids=lambda page: page.name)
def page(request: pytest.FixtureRequest) -> Page:
    found: Page = request.param
    return found


def test_its_blocks_parse(page: Page) -> None:
    for block in page.blocks:
        _parse(block)


def test_what_it_imports_from_us_is_there(page: Page) -> None:
    for block in page.blocks:
        if block.language == "python":
            for node in ast.walk(ast.parse(block.text)):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("retrieval"):
                    module = importlib.import_module(node.module or "")
                    missing = [name.name for name in node.names if not hasattr(module, name.name)]
                    assert not missing, f"{page.name}:{block.line}"


def test_its_examples_give_what_they_show(page: Page) -> None:
    run_examples(page)


def test_its_links_lead_somewhere(page: Page) -> None:
    for match in _LINK.finditer(re.sub(r"```.*?```|`[^`\n]*`", "", page.text, flags=re.DOTALL)):
        path = (page.path.parent / match["target"]).resolve()
        assert path.exists(), f"{page.name}: {match['target']}"
        if match["anchor"]:
            assert match["anchor"] in _anchors(path.read_text("utf-8")), f"{page.name}: {match[0]}"


def test_the_help_of_each_command_is_what_the_page_shows(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    assert play(read_page("docs/reference/command-line.md"), tmp_path, environment) >= 14


@pytest.mark.parametrize(
    ("first", "tutorial"),
    [
        ("'returns' is at rank 3", "first-golden-query"),
        ("nDCG@10 1.0000 -> 0.5833", "reading-the-verdict"),
    ],
)
def test_a_text_of_the_readme_is_one_of_a_tutorial(first: str, tutorial: str) -> None:
    [shown] = (b.text for b in read_page("README.md").blocks if b.text.startswith(first))
    text = read_page(f"docs/tutorials/{tutorial}.md").text
    last = shown.rstrip("\n").rpartition("\n")[2]
    begin = text.index(shown.partition("\n")[0])
    assert is_shown(text[begin : text.index(last, begin)] + last + "\n", shown)


@pytest.mark.slow
def test_the_main_job_prints_what_the_readme_shows(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    page = read_page("README.md")
    [shown] = (b.text for b in page.blocks if b.text.startswith("===") and "golden files" in b.text)
    shutil.copytree(ROOT / "fixtures", tmp_path / "fixtures")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "tests").mkdir()  # the other of its folders, whose modules are not imported
    begin = (
        "```console\n$ pytest --retrieval-golden\n...\n"  # versions and paths are this machine's
    )
    result = shown[shown.index("collected") :]
    played = play(
        Page(page.path, f"{begin}{result}```\n"), tmp_path, {**environment, "COLUMNS": "80"}
    )
    assert played == 1


def _parse(block: Block) -> None:
    if block.language == "python":
        ast.parse(block.text)
    elif block.language == "toml":
        tomllib.loads(block.text)
    elif block.language == "yaml":
        assert yaml.safe_load(block.text) is not None
    elif block.language == "json":
        assert [json.loads(line) for line in block.text.splitlines()]


def _anchors(text: str) -> set[str]:
    """What the titles of a page are called in links, as Markdown's `toc` has it."""
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    plain = (re.sub(r"[^\w\s-]", "", title).strip().lower() for title in titles)
    return {re.sub(r"[-\s]+", "-", title) for title in plain}
