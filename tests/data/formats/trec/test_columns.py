"""Read column by column a file holds what it holds row by row, or it is left to the rows."""

import gzip
import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval_checks.data.formats.entries import Columns
from retrieval_checks.data.formats.trec.columns import read_columns
from retrieval_checks.data.formats.trec.layout import QRELS, RUN, Layout
from retrieval_checks.data.formats.trec.rows import read_rows
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError
from tests.data.formats.conftest import MakeFile
from tests.shared_data import shared_data

LINES = "q2 Q0 d2 1 2.5 tag\nq2 Q0 d1 2 1.5 tag\nq1 Q0 d1 1 0.5 tag\n"
COLUMNS = (("q2", "q1"), ("d2", "d1"), [0, 2, 3], [0, 1, 1], [2.5, 1.5, 0.5])
INTERLEAVED = "".join(
    f"q{line % 3} Q0 d{line * 7 % 11} {line} {line / 8} tag\n" for line in range(14)
)


def _listed(columns: Columns | None) -> tuple[object, ...]:
    assert columns is not None, "left to the rows"
    indptr, docs, values = (array.tolist() for array in columns[2:])
    return columns.query_ids, columns.doc_ids, indptr, docs, values


def _table(path: Path, layout: Layout, columns: Columns | None) -> Run | Qrels:
    """What the readers make of the columns, and of the rows where there are none."""
    if columns is not None:
        with suppress(DataError):
            return Run(*columns, name="a") if layout is RUN else Qrels(*columns)
    entries = read_rows(path, layout)
    return entries.run("a") if layout is RUN else entries.qrels()


def _outcome(table: Callable[[], Run | Qrels]) -> object:
    """Every field to the bit, or the message."""
    try:
        found = table()
    except DataError as error:
        return str(error)
    values = found.scores if isinstance(found, Run) else found.grades
    arrays = (found.indptr, found.docs, values)
    return found.query_ids, found.doc_ids, [(array.dtype, array.tobytes()) for array in arrays]


def _same_as_rows(path: Path, layout: Layout, *, block_size: int = 1 << 20) -> bool:
    """Whether it was read by columns; equal it must be in either case."""
    columns = read_columns(path, layout, block_size=block_size)
    by_rows = _outcome(lambda: _table(path, layout, None))
    assert _outcome(lambda: _table(path, layout, columns)) == by_rows
    return columns is not None


@pytest.mark.parametrize(
    "text",
    [
        LINES,
        LINES.replace(" ", "\t"),
        LINES.replace("\n", "\r\n"),
        LINES.replace(" ", "\t").replace("\n", "\r\n"),
        LINES.removesuffix("\n"),
        "\ufeff" + LINES,
        LINES.replace("2.5", "+25e-1").replace("1.5", "1.50").replace("0.5", ".5"),
    ],
    ids=["blanks", "tabs", "crlf", "tabs-crlf", "no-last-end", "bom", "number-forms"],
)
def test_an_ordinary_file_is_read_by_columns(make_file: MakeFile, text: str) -> None:
    for path in (make_file("a.trec", text), make_file("b.gz", gzip.compress(text.encode()))):
        assert _listed(read_columns(path, RUN)) == COLUMNS
    assert _same_as_rows(path, RUN)


def test_judgements_are_read_by_columns(make_file: MakeFile) -> None:
    path = make_file("a.qrels", "q1 0 d1 1\nq1 0 d2 -1\nq2 0 d1 0.5\n")
    found = _listed(read_columns(path, QRELS))
    assert found == (("q1", "q2"), ("d1", "d2"), [0, 2, 3], [0, 1, 0], [1.0, -1.0, 0.5])


@pytest.mark.parametrize(
    "line",
    [
        "an id\tQ0\tGeneva Durben\t1\t1.5\ta tag",  # limit_small has such ids
        "q\u00a01 Q0 d\u20281 1 2.0 zw\u00f6lf",
        'q"1 Q0 "d,1" 1 2.0 \\t',
        "q#1 Q0 #d 1 -inf t",
        "q NA null 1 1e999 NaN",  # words that Arrow may take for a null
    ],
)
def test_ids_are_any_text(make_file: MakeFile, line: str) -> None:
    path = make_file("a.trec", f"{line}\n")
    fields = re.split("\t" if "\t" in line else " ", line)
    found = _listed(read_columns(path, RUN))
    assert found == ((fields[0],), (fields[2],), [0, 1], [0], [float(fields[4])])


@pytest.mark.parametrize(
    "text",
    [
        b"# made today\n",
        b"\n",
        b" q Q0 d 1 2 t\n",
        b"q Q0 d 1 2 \n",
        b"q Q0 d 1 2 ",
        b"q  Q0 d 1 2\n",
        b"q Q0 d 1 2\n",
        b"q Q0 d 1 2 t t\n",
        b"q\tQ0 d 1 2 t\n",
        b" q\tQ0\td\t1\t2\tt\n",
        b"q\tQ0\td \t1\t2\tt\n",
        b"q\tQ0\td\t1\t2\tt \n",
        b"q\t\td\t1\t2\tt\n",
        b"q\tQ0\td\x0b\t1\t2\tt\n",
        b"q Q0 d\x0c 1 2 t\n",
        b"q Q0 d\x0c1 1 2 t\n",
        b"q Q0 d\x00 1 2 t\n",
        b"q Q0 d 1 2 t\rr Q0 d 1 2 t\n",
        b"q Q0 d 1 2 t\r\r\n",
        b"q Q0 d 1 2 t\r",
        b"#q Q0 d 1 2 t\n",
        b"q Q0 d\xe9 1 2 t\n",
        b"q Q0 \xed\xa0\x80 1 2 t\n",
        b"q Q0 d 1 1_0 t\n",
        b"q Q0 d 1 1,5 t\n",
        b"q Q0 d 1 0x10 t\n",
        b"q Q0 d 1 - t\n",
        b"q Q0 d 1 NA t\n",
        b"q Q0 d 1 null t\n",
        "q Q0 d 1 2 t\n".encode("utf-16"),
    ],
)
@pytest.mark.parametrize("first", [True, False], ids=["first", "later"])
def test_any_other_file_is_left_to_the_rows(make_file: MakeFile, text: bytes, first: bool) -> None:
    before = b"a\tQ0\td\t1\t2.5\tt\n" if b"\t" in text else b"a Q0 d 1 2.5 t\n"
    assert not _same_as_rows(make_file("a.trec", text if first else before + text), RUN)


@pytest.mark.parametrize("text", ["", "\ufeff", "\ufeff\ufeffq Q0 d 1 2 t\n", "\ufeff\n"])
def test_a_file_without_a_line_or_with_two_marks_is_left_to_the_rows(
    make_file: MakeFile, text: str
) -> None:
    assert not _same_as_rows(make_file("a.trec", text), RUN)


@pytest.mark.parametrize("score", ["nan", "-NaN", "nan(0x1)"])
def test_a_score_that_is_no_number_is_refused_as_by_rows(make_file: MakeFile, score: str) -> None:
    path = make_file("a.trec", LINES.replace("1.5", score))
    _same_as_rows(path, RUN)
    with pytest.raises(DataError, match=r"a\.trec:2: score '.*' of document 'd1' for query 'q2'"):
        _table(path, RUN, read_columns(path, RUN))


def test_a_document_twice_is_refused_with_both_lines(make_file: MakeFile) -> None:
    path = make_file("a.trec", LINES + "q2 Q0 d1 3 0.5 tag\n")
    message = r"a\.trec:4: document 'd1' for query 'q2' is in the ranking already, in line 2"
    with pytest.raises(DataError, match=message):
        _table(path, RUN, read_columns(path, RUN))


@pytest.mark.parametrize("text", [LINES, INTERLEAVED, LINES.replace("\n", "\r\n")[:-2]])
def test_where_blocks_end_means_nothing(make_file: MakeFile, text: str) -> None:
    path = make_file("a.trec", text)
    packed = make_file("a.trec.gz", gzip.compress(text.encode()))
    for block_size in range(1, len(text) + 2):
        assert _same_as_rows(path, RUN, block_size=block_size)
        assert _same_as_rows(packed, RUN, block_size=block_size)


def test_lines_of_one_query_stand_in_several_blocks(make_file: MakeFile) -> None:
    path = make_file("a.trec", "b Q0 x 1 1 t\na Q0 y 1 2 t\nb Q0 y 2 3 t\na Q0 x 2 4 t\n")
    found = _listed(read_columns(path, RUN, block_size=1))
    assert found == (("b", "a"), ("x", "y"), [0, 2, 4], [0, 1, 1, 0], [1.0, 3.0, 2.0, 4.0])


def test_a_byte_order_mark_is_one_at_the_start_of_the_file_only(make_file: MakeFile) -> None:
    path = make_file("a.trec", LINES + "\ufeffq1 Q0 d1 1 0.5 tag\n")
    for block_size in range(1, len(LINES) + 40):  # Arrow drops it wherever a block starts
        _same_as_rows(path, RUN, block_size=block_size)


@pytest.mark.parametrize("before", [-2, -1, 0, 1])
def test_an_empty_column_is_seen_wherever_it_stands(make_file: MakeFile, before: int) -> None:
    window = 1 << 20  # the text is looked at in pieces of this size
    lines = "".join(f"q{n} Q0 d 1 2 t\n" for n in range(50_000))
    pad = "x" * (window + before - len(lines) - len(" Q0 d 1 2"))
    content = f"{lines}{pad} Q0 d 1 2 \nq Q0 d 1 2 t\n"
    assert content.index(" \n") == window + before
    assert read_columns(make_file("a.trec", content), RUN) is None


def test_a_line_longer_than_arrow_takes_is_left_to_the_rows(make_file: MakeFile) -> None:
    assert not _same_as_rows(make_file("a.trec", LINES + f"q Q0 {'d' * (3 << 20)} 1 1 t\n"), RUN)


@pytest.mark.parametrize("cut", [4, 9, -1, -9])
def test_damaged_gzip_is_left_to_the_rows(make_file: MakeFile, cut: int) -> None:
    path = make_file("a.gz", gzip.compress(LINES.encode() * 50)[:cut])
    assert not _same_as_rows(path, RUN, block_size=100)


def test_gzip_with_a_changed_byte_is_left_to_the_rows(make_file: MakeFile) -> None:
    packed = bytearray(gzip.compress(INTERLEAVED.encode()))
    for at in range(10, len(packed)):  # behind the header
        packed[at] ^= 0xFF
        assert not _same_as_rows(make_file("a.gz", bytes(packed)), RUN)
        packed[at] ^= 0xFF


def test_what_is_no_file_is_left_to_the_rows(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")  # opened, it would wait for a writer
    for name in ("missing.trec", "pipe", "."):
        assert read_columns(tmp_path / name, RUN) is None


def test_trec_evals_files_are_read_as_without_their_comments(make_file: MakeFile) -> None:
    folder = shared_data("trec_eval_fixtures/test")
    layouts = {"results.comment.test": RUN, "qrels.comment.test": QRELS}
    layouts |= dict.fromkeys(["qrels.test.with-comments", "qrels.comments.123"], QRELS)
    for name, layout in layouts.items():
        lines = (folder / name).read_bytes().splitlines(keepends=True)
        kept = b"".join(line for line in lines if not line.startswith(b"#"))
        bare, columns = make_file(name, kept), read_columns(folder / name, layout)
        assert (columns is None) is (len(kept) < len(b"".join(lines)))
        assert _same_as_rows(bare, layout)
        if name != "qrels.comments.123":  # whose judgements stand there several times
            found = _outcome(lambda: _table(folder / name, layout, columns))  # noqa: B023
            assert found == _outcome(lambda: _table(bare, layout, None))  # noqa: B023
        else:
            with pytest.raises(DataError, match=r"3685: document 'CR93E-10279' .* in line 1 "):
                _table(folder / name, layout, columns)


IDS = ("q", "d1", "d2", "q1", "zw\u00f6lf", "\u00a0", "\U0001f600", '"', 'a"b,c', "NA", "d#", "#d")
NUMBERS = (
    *("1", "0", "-2", "0.5", "1e5", "1E-5", "+1", ".5", "5.", "inf", "-inf", "Infinity", "1e999"),
    *("0.1", "9007199254740993", "2.2250738585072011e-308", "4e-324", "123456789012345678.9e-25"),
    *(
        "nan",
        "-nan",
        "nan(1)",
        "0x10",
        "1_0",
        "1,5",
        "1e",
        "++1",
        "+-1",
        ".",
        "-",
        "infin",
        "\u0663",
    ),
)
FRAGMENTS = (
    *(" ", "\t", "\n", "\r", "\r\n", "\x0b", "\x0c", "\x00", "\x1f", "\x7f", "\x85", "\u2028"),
    *("#", "\n#", "\ufeff", '"', "'", "\\", ",", "_", "x", "\n\n", " \n", "\n "),
)
ODD = [fragment.encode() for fragment in FRAGMENTS] + [b"\xff", b"\xc3", b"\xed\xa0\x80"]


@st.composite
def contents(draw: st.DrawFn, layout: Layout) -> bytes:
    """The bytes of a file that is ordinary but for a few odd numbers, and odd bytes anywhere."""
    separator = draw(st.sampled_from((" ", "\t")))
    end = draw(st.sampled_from(("\n", "\r\n")))
    ids = st.sampled_from((*IDS, "two words") if separator == "\t" else IDS)
    ordinary = st.floats(allow_nan=False).map(repr) | st.sampled_from(NUMBERS[:18])
    number = draw(st.sampled_from((ordinary, ordinary | st.sampled_from(NUMBERS))))
    lines = []
    for _ in range(draw(st.integers(0, 8))):
        fields = [draw(ids), "0", draw(ids), *(["1"] if layout is RUN else []), draw(number)]
        lines.append(separator.join([*fields, *(["tag"] if layout is RUN else [])]))
    content = (end.join(lines) + draw(st.sampled_from((end, "")))).encode()
    for _ in range(draw(st.sampled_from((0, 0, 1, 2)))):
        at = draw(st.integers(0, len(content)))
        content = content[:at] + draw(st.sampled_from(ODD)) + content[at:]
    return content


@pytest.mark.parametrize("layout", [RUN, QRELS], ids=["run", "qrels"])
def test_any_file_is_read_as_by_rows(tmp_path: Path, layout: Layout) -> None:
    by_columns = 0

    @settings(max_examples=500, suppress_health_check=[HealthCheck.differing_executors])
    @given(content=contents(layout), block_size=st.sampled_from((1, 7, 30, 1 << 20)))
    def compare(content: bytes, block_size: int) -> None:
        nonlocal by_columns
        path = tmp_path / "a.trec"
        path.write_bytes(content)
        by_columns += _same_as_rows(path, layout, block_size=block_size)

    compare()
    assert by_columns > 50  # the comparison would say little if most were left to the rows
