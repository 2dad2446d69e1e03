"""The lock beside a golden file: found, read, written, its orphans."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval_checks.comparison.records import Acceptance
from retrieval_checks.errors import DataError
from retrieval_checks.golden.lock import lock_path, read_lock
from retrieval_checks.metrics.metric import parse_metric
from tests.comparison.factories import judged, records, run
from tests.golden.conftest import Read

SUITE = "format: 1\nqueries: [{id: q0000, text: A?}, {id: q0001, text: B?}]"


@pytest.mark.parametrize(
    ("golden", "lock"),
    [
        ("legal.golden.yaml", "legal.golden.lock.jsonl"),
        ("legal.golden.yml", "legal.golden.lock.jsonl"),
        ("a.b.golden.yaml", "a.b.golden.lock.jsonl"),
        ("legal.yaml", "legal.golden.lock.jsonl"),
    ],
)
def test_the_lock_stands_beside_its_golden_file(golden: str, lock: str) -> None:
    assert lock_path(Path("some/folder") / golden) == Path("some/folder") / lock


def test_where_there_is_no_file_the_lock_is_empty_and_says_how_to_fill_it(tmp_path: Path) -> None:
    lock = read_lock(tmp_path / "g.golden.yaml")
    assert dict(lock.records) == {}
    told = (
        r"nothing was accepted yet: g\.golden\.lock\.jsonl does not exist; .*--retrieval-accept new"
    )
    with pytest.raises(DataError, match=told):
        lock.baseline()


def test_a_lock_without_queries_says_so(tmp_path: Path) -> None:
    read_lock(tmp_path / "g.golden.yaml").write({})
    with pytest.raises(DataError, match=r"g\.golden\.lock\.jsonl holds no ranking; look at"):
        read_lock(tmp_path / "g.golden.yaml").baseline()


def test_what_is_written_is_read_and_compared_with(tmp_path: Path) -> None:
    golden = tmp_path / "g.golden.yaml"
    found = records(run(2, second=[0]), judged(2))
    found["q0000"] = replace(found["q0000"], accepted=Acceptance("2026-11-23", "", "so be it"))
    read_lock(golden).write(found)
    lock = read_lock(golden)
    assert dict(lock.records) == found
    assert lock.baseline().name == "g.golden.lock.jsonl"
    expected = {"q0000": 0.5, "q0001": 1.0}
    assert lock.baseline().values(parse_metric("RR@10"), judged(2)) == expected


def test_writing_the_same_records_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    golden = tmp_path / "g.golden.yaml"
    read_lock(golden).write(records(run(5), judged(5)))
    first = lock_path(golden).read_bytes()
    lock = read_lock(golden)
    lock.write(lock.records)
    assert lock_path(golden).read_bytes() == first


def test_a_new_query_is_one_new_line(tmp_path: Path) -> None:
    golden = tmp_path / "g.golden.yaml"
    read_lock(golden).write({q: r for q, r in records(run(3), judged(3)).items() if q != "q0001"})
    before = lock_path(golden).read_text("utf-8").splitlines()
    read_lock(golden).write(records(run(3), judged(3)))
    after = lock_path(golden).read_text("utf-8").splitlines()
    assert [line for line in after if line not in before] == [after[3]]
    assert len(after) == len(before) + 1


def test_a_damaged_lock_is_told_with_file_and_line(tmp_path: Path) -> None:
    golden = tmp_path / "g.golden.yaml"
    read_lock(golden).write(records(run(2), judged(2)))
    path = lock_path(golden)
    path.write_text(path.read_text("utf-8") + "<<<<<<< HEAD\n", "utf-8")
    with pytest.raises(DataError, match=r"g\.golden\.lock\.jsonl:5: marks of an unfinished merge"):
        read_lock(golden)


def test_a_baseline_in_the_place_of_a_lock_is_refused(tmp_path: Path) -> None:
    golden = tmp_path / "g.golden.yaml"
    read_lock(golden).write(records(run(2), judged(2)))
    path = lock_path(golden)
    path.write_text(path.read_text("utf-8").replace('"lock"', '"baseline"'), "utf-8")
    with pytest.raises(DataError, match=r":1: this is a baseline file, a lock file is needed"):
        read_lock(golden)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    lock = read_lock(tmp_path / "gone" / "g.golden.yaml")
    with pytest.raises(DataError, match=r"g\.golden\.lock\.jsonl: cannot be written: No such file"):
        lock.write(records(run(1), judged(1)))


def test_a_lock_that_is_a_link_stays_one(tmp_path: Path) -> None:
    golden, place = tmp_path / "g.golden.yaml", tmp_path / "elsewhere.jsonl"
    read_lock(tmp_path / "h.golden.yaml").write(records(run(1), judged(1)))
    os.replace(tmp_path / "h.golden.lock.jsonl", place)
    lock_path(golden).symlink_to(place)
    read_lock(golden).write(records(run(2), judged(2)))
    assert lock_path(golden).is_symlink()
    assert len(read_lock(golden).records) == 2


def test_orphans_are_what_the_golden_file_no_longer_has(read: Read, tmp_path: Path) -> None:
    suite = read(SUITE)
    lock = read_lock(tmp_path / "g.golden.yaml")
    assert lock.orphans(suite) == ()
    lock.write(records(run(4), judged(4)))
    assert read_lock(tmp_path / "g.golden.yaml").orphans(suite) == ("q0002", "q0003")
