"""Files of records: read as written, and refused with file and line where they are damaged."""

import re
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval_checks.comparison.context import Context
from retrieval_checks.comparison.records import Acceptance, QueryRecord
from retrieval_checks.comparison.saved import read_saved, write_saved
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError
from tests.comparison.factories import CONTEXT, judged, records, run

ABOUT = {"name": "may", "date": "2026-11-23"}


def _write(path: Path, found: dict[str, QueryRecord]) -> Path:
    write_saved(path, "baseline", found, about=ABOUT)
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Header, one context, three queries: five lines."""
    return _write(tmp_path / "may.baseline.jsonl", records(run(3), judged(3)))


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    found = records(run(3, lost=[1]), judged(2), metrics=["nDCG@10", "RR@10"])
    found["q0000"] = replace(found["q0000"], accepted=Acceptance("2026-11-23", "93a951c", "why"))
    saved = read_saved(_write(tmp_path / "a.jsonl", found), "baseline")
    assert dict(saved.records) == found
    assert dict(saved.about) == ABOUT
    assert dict(saved.lines) == {"q0000": 3, "q0001": 4, "q0002": 5}


def test_one_query_a_line_sorted_behind_header_and_contexts(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    assert len(lines) == 5
    assert lines[0] == '{"format": 1, "kind": "baseline", "name": "may", "date": "2026-11-23"}'
    assert lines[1].startswith(f'{{"context": "{CONTEXT.id}", "corpus": "2 documents 3f2a"')
    assert [line[:20] for line in lines[2:]] == [f'{{"query_id": "q000{i}"' for i in range(3)]


def test_the_same_records_give_the_same_bytes_in_whatever_order(tmp_path: Path) -> None:
    found = records(run(4), judged(4), metrics=["nDCG@10", "RR@10"])
    turned = {
        query_id: replace(record, figures=dict(list(record.figures.items())[::-1]))
        for query_id, record in reversed(found.items())
    }
    one, two = _write(tmp_path / "1", found), _write(tmp_path / "2", turned)
    assert one.read_bytes() == two.read_bytes()
    again = read_saved(one, "baseline")
    assert _write(tmp_path / "3", dict(again.records)).read_bytes() == one.read_bytes()


ODD = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


@given(
    ids=st.lists(ODD, min_size=1, max_size=4, unique=True),
    ranking=st.dictionaries(ODD, st.floats(allow_nan=False), max_size=4),
    texts=st.tuples(st.text(), st.text(), st.text()),
)
def test_ids_of_any_characters_and_infinite_scores_survive(
    tmp_path_factory: pytest.TempPathFactory,
    ids: list[str],
    ranking: dict[str, float],
    texts: tuple[str, str, str],
) -> None:
    of = Run.from_dict(dict.fromkeys(ids, ranking))
    found = records(of, judged(1), context=Context(*texts))
    path = tmp_path_factory.mktemp("odd") / "r.jsonl"
    write_saved(path, "lock", found, about={})
    assert dict(read_saved(path, "lock").records) == found


@pytest.mark.parametrize("name", ['say "hi"', "a b\tc", "後\u2028x", "\\n", "\x85", "e\u0301"])
def test_named_odd_ids_survive(tmp_path: Path, name: str) -> None:
    found = records(Run.from_ids({name: [name, "d"]}), judged(1))
    saved = read_saved(_write(tmp_path / "odd", found), "baseline")
    assert saved.records[name].doc_ids == (name, "d")


def test_lines_may_end_as_on_windows(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert len(read_saved(path, "baseline").records) == 3


def test_a_figure_of_a_metric_that_is_not_registered_is_read(path: Path) -> None:
    path.write_text(path.read_text("utf-8").replace("nDCG@10", "mine@3"), "utf-8")
    assert dict(read_saved(path, "baseline").records["q0000"].figures) == {"mine@3": 1.0}


def test_contexts_of_both_sides_of_a_merge_may_stand_twice(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([*lines[:2], lines[1], *lines[2:], ""]), "utf-8")
    assert read_saved(path, "baseline").lines["q0000"] == 4


def _line(number: int, old: str, new: str) -> Callable[[list[str]], list[str]]:
    def change(lines: list[str]) -> list[str]:
        assert old in lines[number - 1]
        changed = lines[number - 1].replace(old, new, 1)
        return [*lines[: number - 1], changed, *lines[number:]]

    return change


DAMAGED: dict[str, tuple[Callable[[list[str]], list[str]], int, str]] = {
    "conflict": (lambda ls: [*ls[:2], "<<<<<<< HEAD", *ls[2:]], 3, "marks of an unfinished merge"),
    "separator": (lambda ls: [*ls[:3], "=======", *ls[3:]], 4, "marks of an unfinished merge"),
    "their end": (lambda ls: [*ls, ">>>>>>> theirs"], 6, "marks of an unfinished merge"),
    "base": (lambda ls: [*ls[:1], "||||||| 1a2b", *ls[1:]], 2, "marks of an unfinished merge"),
    "twice": (lambda ls: [*ls, ls[3]], 6, "query 'q0001' stands already in line 4; keep"),
    "no header": (lambda ls: ls[2:], 1, "no baseline file: its first line must have 'format'"),
    "format": (_line(1, '"format": 1', '"format": 2'), 1, "format 2 is unknown; this version rea"),
    "kind": (_line(1, "baseline", "lock"), 1, "this is a lock file, a baseline file is needed"),
    "middle cut": (lambda ls: [*ls[:3], ls[3][:40], ls[4]], 4, "not JSON at column"),
    "list": (lambda ls: [*ls, "[]"], 6, "one JSON object is needed"),
    "key twice": (_line(3, '"text"', '"text": "", "text"'), 3, "key 'text' stands twice"),
    "no context": (lambda ls: [ls[0], *ls[2:]], 2, "of query 'q0000' stands in no line before"),
    "edited context": (_line(2, "MiniLM", "MPNet"), 2, "does not fit its content, which is"),
    "unknown key": (_line(3, '"figures"', '"figure"'), 3, "did you mean 'figures'?"),
    "no query": (_line(3, "query_id", "query"), 3, "no key 'query_id'"),
    "empty id": (_line(3, '"q0000"', '""'), 3, "empty query id"),
    "ranking": (_line(3, '[["good", 1.0]', '["good"'), 3, r"must be a list of \[document, score\]"),
    "yes": (_line(3, '"good", 1.0', '"good", true'), 3, "must be a list of"),
    "no": (_line(3, '"good", 1.0', '"good", false'), 3, "must be a list of"),
    "infinite": (_line(3, '"good", 1.0', '"good", 1e999'), 3, "must be a list of"),
    "no document": (_line(3, '"good", 1.0', '"", 1.0'), 3, "must be a list of"),
    "digits": (_line(3, '"good", 1.0', f'"good", 1{"0" * 400}'), 3, "must be a list of"),
    "document twice": (_line(3, '"bad"', '"good"'), 3, "a document stands twice in 'ranking'"),
    "figure": (_line(3, '10": 1.0', '10": "1.0"'), 3, "the figure nDCG@10 is '1.0'; a figure is a"),
    "figure true": (_line(3, '10": 1.0', '10": true'), 3, "the figure nDCG@10 is True"),
    "figure inf": (_line(3, '10": 1.0', '10": 1e999'), 3, "a figure is a finite number"),
    "depth": (_line(3, '"depth": 10', '"depth": 1'), 3, "'depth' is 1; it is how many documents"),
    "depth kind": (_line(3, '"depth": 10', '"depth": "x"'), 3, "'depth' is 'x'"),
    "text": (_line(3, '"text": "', '"text": 3, "x": "'), 3, "unknown key 'x'"),
    "accepted": (
        _line(3, '"depth"', '"accepted": {"date": "2026-11-23"}, "depth"'),
        3,
        "'accepted' must have date, commit, reason, each a string",
    ),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damage_is_told_with_file_and_line(path: Path, name: str) -> None:
    change, line, told = DAMAGED[name]
    lines = change(path.read_text("utf-8").splitlines())
    path.write_text("\n".join([*lines, ""]), "utf-8")
    with pytest.raises(DataError, match=f"^{re.escape(str(path))}:{line}: .*{told}"):
        read_saved(path, "baseline")


@pytest.mark.parametrize("cut", [1, 30])
def test_a_last_line_that_is_cut_off_is_told(path: Path, cut: int) -> None:
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(DataError, match=r"jsonl:5: the last line is cut off; restore the file"):
        read_saved(path, "baseline")


def test_an_empty_file_is_told(path: Path) -> None:
    path.write_bytes(b"")
    with pytest.raises(DataError, match=r"jsonl:1: the file is empty"):
        read_saved(path, "baseline")


def test_either_kind_can_be_read_where_both_are_named(path: Path) -> None:
    assert len(read_saved(path, "lock", "baseline").records) == 3
    with pytest.raises(DataError, match="a lock file is needed"):
        read_saved(path, "lock")


PROGRAM = """
import sys
from pathlib import Path
from retrieval_checks.comparison.saved import write_saved
from tests.comparison.factories import judged, records, run
{before}
write_saved(Path(sys.argv[1]), "baseline", records(run(500), judged(500)), about={{}})
"""


def _run(path: Path, before: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM.format(before=before), str(path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("moment", ["replace", "fsync"])
def test_a_kill_before_the_file_is_moved_leaves_the_old_one(path: Path, moment: str) -> None:
    before = path.read_bytes()
    kill = f"import os, signal; os.{moment} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)"
    assert _run(path, kill).returncode == -9
    assert path.read_bytes() == before
    assert len(read_saved(path, "baseline").records) == 3


def test_a_full_disk_leaves_the_old_file_and_no_draft(path: Path) -> None:
    before = path.read_bytes()
    limit = f"import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); \
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, {resource.RLIM_INFINITY}))"
    done = _run(path, limit)
    assert (done.returncode, "cannot be written: File too large" in done.stderr) == (1, True)
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_half_a_surrogate_pair_is_refused_and_the_old_file_stays(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(DataError, match="half of a surrogate pair"):
        _write(path, records(Run.from_ids({"q\ud800": ["d"]}), judged(1)))
    assert path.read_bytes() == before
