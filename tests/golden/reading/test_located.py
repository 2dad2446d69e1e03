"""YAML values that know where they stand, taken out with the type they must have."""

from pathlib import Path

import pytest

from retrieval_checks.errors import SettingsError
from retrieval_checks.golden.reading.located import Located, read_yaml

TEXT = """\
name: 007
list:
  - one
  - [two]
number: 1_000
share: -2.5
nothing: ~
map: {a: 1, b: {c: 2}}
"""


@pytest.fixture
def root(tmp_path: Path) -> Located:
    path = tmp_path / "x.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return read_yaml(path)


def _value(root: Located, name: str) -> Located:
    return root.mapping("the file")[name][1]


def test_lines_are_those_of_the_file(root: Located) -> None:
    lines = {name: key.line for name, (key, _) in root.mapping("the file").items()}
    assert lines == {"name": 1, "list": 2, "number": 5, "share": 6, "nothing": 7, "map": 8}
    assert [entry.line for entry in _value(root, "list").items("list")] == [3, 4]


def test_scalars_are_text_as_written_or_numbers(root: Located) -> None:
    assert _value(root, "name").text("name") == "007"
    assert _value(root, "number").whole_number("number", least=1) == 1000
    assert _value(root, "share").number("share") == -2.5


def test_an_error_names_file_line_and_what_stands_there(root: Located) -> None:
    with pytest.raises(SettingsError, match=r"x\.yaml:7: nothing must be text, got nothing$"):
        _value(root, "nothing").text("nothing")
    with pytest.raises(SettingsError, match=r"x\.yaml:6: share must be a whole number from 1, got"):
        _value(root, "share").whole_number("share", least=1)
    first = next(_value(root, "list").items("list"))
    with pytest.raises(SettingsError, match=r"x\.yaml:3: it must be a list, got 'one'$"):
        first.items("it")
    with pytest.raises(SettingsError, match=r"x\.yaml:8: my own words$"):
        _value(root, "map").fail("my own words")


def test_fields_are_the_allowed_ones(root: Located) -> None:
    assert list(_value(root, "map").fields("map", ("a", "b", "c"))) == ["a", "b"]
    with pytest.raises(SettingsError, match=r"x\.yaml:8: unknown key 'b' in map; allowed: a, xyz"):
        _value(root, "map").fields("map", ("a", "xyz"))


@pytest.mark.parametrize(
    "tagged",
    ["!!python/object/apply:os.system [exit]", "!env HOME", "!!binary q", "!!set {a, b}"],
)
def test_a_tag_that_would_mean_something_elsewhere_is_refused(tmp_path: Path, tagged: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(f"format: 1\na: {tagged}", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"x\.yaml:2: a tag \(.*\); a golden file writes its"):
        read_yaml(path)
