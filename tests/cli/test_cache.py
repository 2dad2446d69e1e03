"""The command that looks at the cache: what it says, what it forgets, how it exits."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from retrieval_checks.cli.main import main
from retrieval_checks.encoding.store import Store
from tests.encoding.counting import KEYS, Counting

DAY = 86_400


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two models: ten documents and three pairs, the latter last used twenty days ago."""
    store = Store(tmp_path / "cache")
    store.complete("f1" * 16, "document", KEYS, Counting(), model="minilm")
    store.complete("e2" * 16, "pair", KEYS[:3], lambda p: [(p, np.zeros(3))], model="ranker")
    store.close()
    with closing(sqlite3.connect(store.path)) as db, db:
        db.execute(f"UPDATE blocks SET used = used - {20 * DAY} WHERE segment = 2")
    return store.folder


def said(capsys: pytest.CaptureFixture[str], *argv: object, code: int = 0) -> str:
    assert main(["cache", *map(str, argv)]) == code
    return capsys.readouterr().out


def flip_a_byte(folder: Path) -> None:
    file = max((folder / "segments").iterdir(), key=lambda path: path.stat().st_size)
    content = bytearray(file.read_bytes())
    content[9] ^= 1
    file.write_bytes(content)


def test_info_says_what_is_stored(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head, document, pair = said(capsys, "info", "--cache", folder).splitlines()
    assert head == f"{folder}: 13 entries, 520 bytes"  # 8 of the value, 32 of its entry
    assert document.startswith("  minilm [f1f1f1f1f1f1] document: 10 entries, 400 bytes, last used")
    assert pair.startswith("  ranker [e2e2e2e2e2e2] pair: 3 entries, 120 bytes, last used 20")


def test_info_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(capsys, "info", "--cache", folder, "--json"))
    assert (found["format"], found["folder"]) == (1, str(folder))
    assert [(one["model"], one["entries"], one["bytes"]) for one in found["stored"]] == [
        ("minilm", 10, 400),
        ("ranker", 3, 120),
    ]
    assert found["stored"][0]["used"] - found["stored"][1]["used"] == pytest.approx(20 * DAY, abs=9)


@pytest.mark.parametrize("action", ["info", "verify", "clear"])
def test_no_cache_is_refused_and_none_is_made(
    folder: Path, capsys: pytest.CaptureFixture[str], action: str
) -> None:
    none, file = folder.with_name("cahce"), folder.with_name("file")
    file.touch()
    assert main(["cache", action, "--cache", str(none)]) == 2
    told = f"no cache at {none}: there is no such folder; near names in its folder: cache\n"
    assert capsys.readouterr().err == f"retrieval-checks cache: {told}"
    assert main(["cache", action, "--cache", str(file)]) == 2
    assert f"no cache at {file}: a cache is a folder, this is a file" in capsys.readouterr().err
    assert not none.exists()


def test_info_of_an_empty_folder_makes_no_cache_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = said(capsys, "info", "--cache", tmp_path)
    assert out == f"{tmp_path}: 0 entries, 0 bytes\n"
    assert list(tmp_path.iterdir()) == []


def test_the_users_cache_is_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert said(capsys, "info").startswith(f"{tmp_path / 'retrieval-checks'}: 0 entries")


def test_verify_of_a_whole_cache(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "verify", "--cache", folder).endswith("everything is whole\n")


def test_verify_counts_and_mends(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flip_a_byte(folder)
    out = said(capsys, "verify", "--cache", folder, code=1)
    assert "minilm [f1f1f1f1f1f1] document: 9 entries, 360 bytes" in out
    assert ", 1 damaged\n" in out
    assert out.endswith("damaged; what was dropped is computed again\n")
    assert said(capsys, "verify", "--cache", folder).endswith("everything is whole\n")


def test_verify_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flip_a_byte(folder)
    found = json.loads(said(capsys, "verify", "--cache", folder, "--json", code=1))
    assert [one["damaged"] for one in found["stored"]] == [1, 0]
    [warning] = found["warnings"]
    assert "damaged entries: 1; dropped" in warning


def test_clear_forgets_everything(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, "clear", "--cache", folder)
    assert out == f"cleared 13 entries, 520 bytes\n{folder}: 0 entries, 0 bytes\n"


@pytest.mark.parametrize("model", ["ranker", "e2e2"])
def test_clear_forgets_one_model(
    folder: Path, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = json.loads(said(capsys, "clear", "--cache", folder, "--json", "--model", model))
    assert found["cleared"] == {"entries": 3, "bytes": 120}
    assert [one["model"] for one in found["stored"]] == ["minilm"]


@pytest.mark.parametrize(("age", "kept"), [("2w", 10), ("19.9d", 10), ("481h", 13)])
def test_clear_forgets_what_is_old(
    folder: Path, age: str, kept: int, capsys: pytest.CaptureFixture[str]
) -> None:
    out = said(capsys, "clear", "--cache", folder, "--older-than", age)
    assert f"{folder}: {kept} entries" in out


def test_clear_of_an_unknown_model_names_a_near_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cache", "clear", "--cache", str(folder), "--model", "rankr"]) == 2
    err = capsys.readouterr().err
    assert "--model 'rankr': nothing of it is stored; did you mean 'ranker'?" in err


def test_clear_of_a_model_without_a_name_clears_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cache", "clear", "--cache", str(folder), "--model", ""]) == 2
    assert "--model is empty; name one, or leave it out to clear all" in capsys.readouterr().err
    assert f"{folder}: 13 entries" in said(capsys, "info", "--cache", folder)


@pytest.mark.parametrize("age", ["30", "d", "-3d", "0d"])
def test_age_without_meaning_is_refused(age: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=r"^2$"):
        main(["cache", "clear", f"--older-than={age}"])
    assert f"{age!r}: a number and h, d or w, such as 30d" in capsys.readouterr().err


def test_an_argument_of_another_action_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=r"^2$"):
        main(["cache", "info", "--older-then", "3d"])
    said = capsys.readouterr().err
    assert "retrieval-checks cache info: error: no argument '--older-then'; allowed:" in said


def test_cache_that_is_no_folder_is_a_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "index-2.sqlite").mkdir()
    assert main(["cache", "info", "--cache", str(tmp_path)]) == 2
    assert "retrieval-checks cache: the cache" in capsys.readouterr().err
