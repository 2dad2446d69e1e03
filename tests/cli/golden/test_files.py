"""Which golden files a path names."""

from pathlib import Path

import pytest

from retrieval_checks.cli.golden.files import golden_files
from retrieval_checks.errors import SettingsError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deep").mkdir()
    for name in ("b.golden.yml", "a.golden.yaml", "deep/c.golden.yaml", "d.yaml"):
        (tmp_path / name).touch()
    return tmp_path


def test_a_folder_names_those_in_it_and_below_and_each_once(folder: Path) -> None:
    found = golden_files([folder, folder / "a.golden.yaml"])
    names = [path.relative_to(folder).as_posix() for path in found]
    assert names == ["a.golden.yaml", "b.golden.yml", "deep/c.golden.yaml"]


def test_a_file_is_taken_whatever_its_name(folder: Path) -> None:
    assert golden_files([folder / "d.yaml"]) == [folder / "d.yaml"]


def test_what_is_not_there_is_told_near_names(folder: Path) -> None:
    with pytest.raises(SettingsError, match=r"no such file or folder; near names .*a\.golden\.yam"):
        golden_files([folder / "a.golden.yam"])


def test_a_folder_without_any_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        SettingsError, match=r"no golden file in this folder, none ends in \.golden"
    ):
        golden_files([tmp_path])


def test_hidden_folders_are_left_alone(folder: Path) -> None:
    (folder / ".venv/lib").mkdir(parents=True)
    (folder / ".venv/lib/e.golden.yaml").touch()
    assert len(golden_files([folder])) == 3
    assert len(golden_files([folder / ".venv"])) == 1
