"""Files of rows: written anywhere, read in any order, in blocks or mapped."""

from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval_checks.encoding.storage.segment import Form, Segment
from retrieval_checks.errors import ModelError

WIDE = np.arange(40_000 * 64, dtype=np.float32).reshape(40_000, 64)  # 10 MB: two blocks


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Segment]:
    with Segment(tmp_path_factory.mktemp("segments") / "wide", Form.of(WIDE)) as segment:
        segment.write(np.arange(len(WIDE)), WIDE)
        yield segment


@given(st.lists(st.integers(0, len(WIDE) - 1), max_size=30))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_rows_come_in_the_order_in_which_they_are_asked_for(wide: Segment, rows: list[int]) -> None:
    assert (wide.read(np.array(rows, np.int64)) == WIDE[rows]).all()


def test_all_rows_are_mapped_or_copied_by_their_order(wide: Segment) -> None:
    in_order, reverse = np.arange(len(WIDE)), np.arange(len(WIDE))[::-1]
    mapped, copied = wide.read(in_order), wide.read(reverse)
    assert isinstance(mapped.base, np.memmap)
    assert type(copied.base) is not np.memmap
    assert (mapped == WIDE).all()
    assert (copied == WIDE[::-1]).all()


@pytest.mark.parametrize("rows", [np.arange(40_000), np.arange(40_000)[::-1]])
def test_row_that_the_file_does_not_have_is_an_error(tmp_path: Path, rows: np.ndarray) -> None:
    (tmp_path / "rows").write_bytes(WIDE.tobytes()[:-1])
    with (
        Segment(tmp_path / "rows", Form.of(WIDE)) as segment,
        pytest.raises(OSError, match="rows ends at byte 10239999, and there were 10240000"),
    ):
        segment.read(rows)


def test_changes_to_what_was_read_do_not_reach_the_file(wide: Segment) -> None:
    wide.read(np.arange(len(WIDE)))[:] = 0
    assert wide.read(np.array([1])).tolist() == [WIDE[1].tolist()]


def test_checksums_begin_with_their_seed_and_span_their_rows(wide: Segment) -> None:
    rows, counts = np.array([39_000, 5, 100]), np.array([2, 1, 0])
    seeds = np.array([7, 0, 9], np.uint32)
    assert wide.checks(rows, counts, seeds).tolist() == [
        crc32(WIDE[39_000:39_002].tobytes(), 7),
        crc32(WIDE[5].tobytes()),
        crc32(b"", 9),
    ]


def test_rows_may_be_written_anywhere_and_in_any_order(tmp_path: Path) -> None:
    values = np.arange(8, dtype=np.float64).reshape(4, 2)
    with Segment(tmp_path / "folder" / "rows", Form.of(values)) as segment:
        segment.write(np.array([7, 2, 3, 0]), values)
        assert segment.read(np.array([0, 2, 3, 7])).tolist() == values[[3, 1, 2, 0]].tolist()
        segment.write(np.array([2]), values[:1])
        assert segment.read(np.array([2])).tolist() == values[:1].tolist()


@pytest.mark.parametrize(
    "values",
    [
        np.array([1.5, 2.5]),
        np.zeros((2, 0), np.float32),
        np.zeros((2, 2, 3), np.int8),
        np.array([(1, 2.0), (3, 4.0)], [("column", "<i4"), ("value", "<f4")]),
        np.array([(1, (2, 3))] * 2, [("one", "<i4"), ("more", "<f4", (2,))]),
        np.array([True, False]),
        np.array([1, 2], ">i8"),
    ],
    ids=["numbers", "nothing", "matrices", "fields", "fields of fields", "bool", "big-endian"],
)
def test_every_form_of_numbers_comes_back(tmp_path: Path, values: np.ndarray) -> None:
    form = Form.parse(Form.of(values).to_json())
    assert form == Form.of(values)
    with Segment(tmp_path / "rows", form) as segment:
        segment.write(np.arange(2), values)
        found = segment.read(np.array([1, 0]))
    assert found.dtype == values.dtype
    assert found.tobytes() == values[::-1].tobytes()


def test_ragged_rows_are_another_form() -> None:
    assert Form.of(WIDE, ragged=True) != Form.of(WIDE)
    assert Form.parse(Form.of(WIDE, ragged=True).to_json()).ragged


def test_objects_have_no_form() -> None:
    with pytest.raises(ModelError, match="values of type object cannot be cached"):
        Form.of(np.array([None]))
