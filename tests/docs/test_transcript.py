"""The mechanism: a page that shows something else than what comes out is found."""

from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Page
from tests.docs.transcript import is_shown, play

FENCE = "```"


def _page(text: str) -> Page:
    return Page(ROOT / "docs" / "made-up.md", text.replace("'''", FENCE))


def test_files_are_written_and_commands_run_in_order(tmp_path: Path) -> None:
    page = _page(
        """
'''yaml title="a/b.yaml"
key: 1
'''

- in a list:

    '''console
    $ cat a/b.yaml
    key: 1
    $ cat a/b.yaml > c.yaml
    $ cat <<'END'
    > two
    > lines
    > END
    two
    lines
    '''

'''console
$ cat c.yaml; exit 3
key: 1
$ echo $?
3
'''
"""
    )
    assert play(page, tmp_path, {}) == 5
    assert (tmp_path / "a" / "b.yaml").read_text() == "key: 1\n"


def test_another_output_is_found_and_shown(tmp_path: Path) -> None:
    page = _page("'''console\n$ echo one\ntwo\n'''\n")
    with pytest.raises(AssertionError, match=r"(?s)made-up\.md:1: \$ echo one.*-two\n\+one"):
        play(page, tmp_path, {})


@pytest.mark.parametrize("text", ["$ exit 2\n", "$ exit 2\n$ echo done\ndone\n"])
def test_a_failure_that_the_page_does_not_show_is_found(tmp_path: Path, text: str) -> None:
    with pytest.raises(AssertionError, match=r"'\$ exit 2' exits with 2"):
        play(_page(f"'''console\n{text}'''\n"), tmp_path, {})


def test_a_wrong_status_is_found(tmp_path: Path) -> None:
    page = _page("'''console\n$ exit 2\n$ echo $?\n1\n'''\n")
    with pytest.raises(AssertionError, match=r"-1\n\+2"):
        play(page, tmp_path, {})


def test_output_that_the_page_leaves_out_is_found(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"\+one"):
        play(_page("'''console\n$ echo one\n'''\n"), tmp_path, {})


def test_an_example_that_gives_something_else_is_found(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="Got:\n    2"):
        play(_page("'''pycon\n>>> 1 + 1\n3\n'''\n"), tmp_path, {})


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("a\nb\nc\n", "a\n...\nc\n"),
        ("a\nc\n", "a\n...\nc\n"),
        ("corpus 1f3a here\n", "corpus ... here\n"),
        ("=== 2 passed in 0.51s ===\n", "====== 2 passed in 13.20s ======\n"),
        ("=== 2 passed in 64.45s (0:01:04) ===\n", "=== 2 passed in 13.20s ===\n"),
        ("trailing   \n", "trailing\n"),
        ("", ""),
    ],
)
def test_what_varies_may_vary(printed: str, shown: str) -> None:
    assert is_shown(printed, shown)


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("a\nb\n", "a\n"),
        ("a\n", "a\nb\n"),
        ("0.6452\n", "0.6453\n"),
        ("a b\n", "a ... c\n"),
        ("a\nb\nc\n", "a ... c\n"),  # within a line it stands for no line break
        ("3 passed\n", "2 passed\n"),
        ("..F....... [100%]\n", ".......... [100%]\n"),
    ],
)
def test_what_matters_may_not(printed: str, shown: str) -> None:
    assert not is_shown(printed, shown)
