"""Numbered lines out of plain and gzip files; whole files, or none, into them."""

import gzip
import os
import re
from pathlib import Path

import pytest

from retrieval_checks.data.formats.lines import (
    near_files,
    numbered_lines,
    without_gzip,
    write_lines,
)
from retrieval_checks.errors import DataError
from tests.data.formats.conftest import MakeFile


def test_lines_are_numbered_from_one_and_keep_their_ends(make_file: MakeFile) -> None:
    path = make_file("a.txt", "one\r\n\ntwo")
    assert list(numbered_lines(path)) == [(1, b"one\r\n"), (2, b"\n"), (3, b"two")]


def test_an_empty_file_has_no_lines(make_file: MakeFile) -> None:
    assert list(numbered_lines(make_file("a.txt", ""))) == []
    assert list(numbered_lines(make_file("a.gz", ""))) == []


def test_a_path_may_be_a_string(make_file: MakeFile) -> None:
    assert list(numbered_lines(str(make_file("a.txt", "x")))) == [(1, b"x")]


def test_a_byte_order_mark_is_removed_from_the_first_line_only(make_file: MakeFile) -> None:
    path = make_file("a.txt", "\ufeffone\n\ufefftwo\n")
    assert list(numbered_lines(path)) == [(1, b"one\n"), (2, "\ufefftwo\n".encode())]


@pytest.mark.parametrize("mark", ["\u2028", "\x85", "\x0c", "\x1d", "\r"])
def test_only_a_line_feed_ends_a_line(make_file: MakeFile, mark: str) -> None:
    path = make_file("a.txt", f"a{mark}b\n")
    assert [line.decode() for _, line in numbered_lines(path)] == [f"a{mark}b\n"]


def test_gzip_is_recognised_by_content_whatever_the_name(make_file: MakeFile) -> None:
    packed = gzip.compress(b"\xef\xbb\xbfone\ntwo\n")
    assert list(numbered_lines(make_file("a.txt", packed))) == [(1, b"one\n"), (2, b"two\n")]
    assert list(numbered_lines(make_file("b.gz", "plain\n"))) == [(1, b"plain\n")]


def test_gzip_in_several_members_is_read_as_one(make_file: MakeFile) -> None:
    path = make_file("a.gz", gzip.compress(b"one\n") + gzip.compress(b"two\n"))
    assert list(numbered_lines(path)) == [(1, b"one\n"), (2, b"two\n")]


@pytest.mark.parametrize("cut", [4, 9, -1, -9])
def test_gzip_cut_off_anywhere_is_an_error_with_file_and_line(
    make_file: MakeFile, cut: int
) -> None:
    path = make_file("a.gz", gzip.compress(b"one\ntwo\n" * 50)[:cut])
    with pytest.raises(DataError, match=r"a\.gz:\d+: the gzip data are cut off or damaged"):
        list(numbered_lines(path))


def test_damage_before_any_line_is_in_the_first(make_file: MakeFile) -> None:
    with pytest.raises(DataError, match=r"b\.gz:1: the gzip data are cut off or damaged"):
        list(numbered_lines(make_file("b.gz", gzip.compress(b"one\n")[:4])))


def test_gzip_with_a_changed_byte_is_an_error(make_file: MakeFile) -> None:
    packed = bytearray(gzip.compress(os.urandom(200)))
    packed[-6] ^= 0xFF  # in the checksum at the end
    path = make_file("a.gz", bytes(packed))
    with pytest.raises(DataError, match=r"a\.gz:\d+: the gzip data are cut off or damaged"):
        list(numbered_lines(path))


def test_utf16_is_named(make_file: MakeFile) -> None:
    path = make_file("a.txt", "q1 0 d1 1\n".encode("utf-16"))
    with pytest.raises(DataError, match=r"a\.txt:1: the text is in UTF-16; save the file as UTF-8"):
        list(numbered_lines(path))


def test_a_missing_file_is_named_with_near_names(make_file: MakeFile) -> None:
    path = make_file("bm25.trec.gz", "")
    make_file("unrelated.md", "")
    missing = path.with_name("bm25.trec")
    with pytest.raises(DataError, match=re.escape(f"{missing}: no such file; near names")) as info:
        list(numbered_lines(missing))
    assert str(info.value).endswith("in its folder: bm25.trec.gz")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no such file; there is no folder '.*nowhere' either"):
        list(numbered_lines(tmp_path / "nowhere" / "a.trec"))


def test_no_near_name_is_no_hint(tmp_path: Path) -> None:
    assert near_files(tmp_path / "a.trec") == ""


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read: Is a directory"):
        list(numbered_lines(tmp_path))


def test_written_lines_are_read_back(tmp_path: Path) -> None:
    for name in ("a.txt", "a.txt.gz"):
        write_lines(tmp_path / name, ["one", "", "zwölf"])
        lines = [line.decode() for _, line in numbered_lines(tmp_path / name)]
        assert lines == ["one\n", "\n", "zwölf\n"]
    assert (tmp_path / "a.txt").read_bytes()[:2] == b"on"
    assert (tmp_path / "a.txt.gz").read_bytes()[:2] == b"\x1f\x8b"


def test_gzip_of_the_same_lines_is_the_same_bytes(tmp_path: Path) -> None:
    write_lines(tmp_path / "a.gz", ["one", "two"])
    write_lines(tmp_path / "b.gz", ["one", "two"])
    packed = (tmp_path / "a.gz").read_bytes()
    assert packed == (tmp_path / "b.gz").read_bytes()
    assert packed[3:8] == bytes(5)  # RFC 1952: no flags, so no name; the time is 0


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_lines(path, ["old"])

    def lines() -> list[str]:
        raise DataError("bad line")

    with pytest.raises(DataError, match="bad line"):
        write_lines(path, (line for line in lines()))
    with pytest.raises(DataError, match=r"a\.txt: '\\ud800' is half of a surrogate pair"):
        write_lines(path, ["fine", "\ud800"])
    assert path.read_text() == "old\n"
    assert os.listdir(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("folder", ["nowhere", "file"])
def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match=r"a\.txt: cannot be written: N"):
        write_lines(tmp_path / folder / "a.txt", ["x"])


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link.txt").symlink_to(tmp_path / "a.txt")
    write_lines(tmp_path / "link.txt", ["x"])
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "a.txt").read_text() == "x\n"


def test_without_gzip_drops_that_suffix_only() -> None:
    assert without_gzip("runs/a.trec.gz") == Path("runs/a.trec")
    assert without_gzip("runs/a.trec") == Path("runs/a.trec")


def test_near_names_cannot_act_on_a_terminal(make_file: MakeFile) -> None:
    path = make_file("run\x1b[31m.trec", "")
    with pytest.raises(DataError, match=r"near names in its folder: 'run\\x1b\[31m\.trec'$"):
        list(numbered_lines(path.with_name("run[31m.trec")))
