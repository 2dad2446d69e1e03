"""The reference is whole, and names nothing that does not exist."""

import argparse
import re

import pytest

import retrieval_checks
from retrieval_checks import contracts, strategies
from retrieval_checks.cli.commands import COMMANDS, make_parser
from retrieval_checks.plugin import fixtures, options
from tests.docs.pages import DOCS, Page, all_pages, read_page

_FLAG = re.compile(r"--retrieval-[a-z][a-z-]*[a-z]")
_INI = re.compile(r"^retrieval_\w+(?= = )", re.MULTILINE)  # in a block of TOML
_COMMAND = re.compile(
    r"(?:^|[$`]\s?|&& )retrieval-checks ([a-z]+(?:-[a-z]+)*)((?:[^\n`|>#]|(?<=\\)\n)*)", re.M
)
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*[a-z]")
_DIRECTIVE = re.compile(r"^::: retrieval_checks\.([\w.]+)$", re.MULTILINE)


class _Declared:
    """Stands where pytest's parser does, and keeps what is declared."""

    def __init__(self) -> None:
        self.flags: set[str] = set()
        self.ini: set[str] = set()

    def getgroup(self, *_: str) -> "_Declared":
        return self

    def addoption(self, flag: str, **_: object) -> None:
        self.flags.add(flag)

    def addini(self, key: str, *_: object, **__: object) -> None:
        self.ini.add(key)


@pytest.fixture(scope="module")
def declared() -> _Declared:
    found = _Declared()
    options.add_options(found)  # type: ignore[arg-type]
    return found


@pytest.fixture(scope="module")
def command_options() -> dict[str, set[str]]:
    """The options of each command, those of its actions included."""
    parser = make_parser(list(COMMANDS))
    return {name: set(_options(own)) for name, own in _below(parser).items()}


@pytest.fixture(params=all_pages(), ids=lambda page: page.name)
def page(request: pytest.FixtureRequest) -> Page:
    found: Page = request.param
    return found


def test_every_flag_and_ini_key_stands_in_the_table_of_options(declared: _Declared) -> None:
    text = read_page("docs/reference/options.md").text
    assert {
        flag for flag in declared.flags if not re.search(rf"^\| `{flag}\b", text, re.M)
    } == set()
    assert {key for key in declared.ini if f"| `{key}`" not in text} == set()


def test_no_page_names_a_flag_or_ini_key_that_does_not_exist(
    page: Page, declared: _Declared
) -> None:
    assert set(_FLAG.findall(page.text)) - declared.flags == set()
    toml = "".join(block.text for block in page.blocks if block.language == "toml")
    assert set(_INI.findall(toml)) - declared.ini == set()


def test_every_command_and_option_stands_on_the_page_of_the_command_line(
    command_options: dict[str, set[str]],
) -> None:
    text = read_page("docs/reference/command-line.md").text
    for name, own in command_options.items():
        section = text.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        assert {option for option in own if option not in section} == set(), name


def test_no_page_names_a_command_or_option_that_does_not_exist(
    page: Page, command_options: dict[str, set[str]]
) -> None:
    for name, rest in _COMMAND.findall(page.text):
        assert name in COMMANDS, f"{page.name}: retrieval-checks {name}"
        wrong = (
            set(_OPTION.findall(re.sub(r"'[^']*'|\"[^\"]*\"", "", rest))) - command_options[name]
        )
        assert wrong <= {"--help"}, f"{page.name}: retrieval-checks {name}{rest}"


def test_every_public_name_stands_on_its_page_once() -> None:
    named = _DIRECTIVE.findall(read_page("docs/reference/api.md").text)
    assert len(named) == len(set(named))
    ours = {*retrieval_checks.__all__, *(f"contracts.{name}" for name in contracts.__all__)}
    ours |= {f"strategies.{name}" for name in strategies.__all__ if name.islower()}
    missing, unknown = ours - set(named), set(named) - ours
    assert not missing, f"add '::: retrieval_checks.NAME' to docs/reference/api.md: {missing}"
    assert not unknown


def test_every_fixture_stands_in_the_table_of_fixtures() -> None:
    text = read_page("docs/reference/fixtures.md").text
    names = [name for name, value in vars(fixtures).items() if hasattr(value, "_fixture_function")]
    assert len(names) >= 9
    assert [name for name in names if f"`{name}`" not in text] == []


def test_every_extra_stands_on_the_first_page() -> None:
    import tomllib

    project = read_page("pyproject.toml").text
    text = read_page("docs/index.md").text
    extras = tomllib.loads(project)["project"]["optional-dependencies"]
    assert [name for name in extras if f"`{name}`" not in text] == []


def test_every_page_is_in_the_navigation() -> None:
    menu = read_page("mkdocs.yml").text
    pages = [path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")]
    assert pages
    assert [name for name in pages if f"- {name}\n" not in menu] == []


def _below(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    choices = [action.choices for action in parser._actions if isinstance(action.choices, dict)]
    return choices[0] if choices else {}


def _options(parser: argparse.ArgumentParser) -> list[str]:
    own = [name for action in parser._actions for name in action.option_strings if len(name) > 2]
    return own + [name for below in _below(parser).values() for name in _options(below)]
