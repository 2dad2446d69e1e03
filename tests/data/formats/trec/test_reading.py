"""TREC runs and qrels: what trec_eval reads is read, what nobody can mean is refused by line."""

import gzip
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from retrieval_checks.data.formats.trec import read_trec_qrels, read_trec_run, run_name
from retrieval_checks.errors import DataError
from tests.data.formats.conftest import MakeFile
from tests.shared_data import shared_data

RUN = "q1 Q0 d1 1 2.5 tag\nq1 Q0 d2 2 1.5 tag\nq2 Q0 d1 1 0.5 tag\n"
SCORES = {"q1": {"d1": 2.5, "d2": 1.5}, "q2": {"d1": 0.5}}
QRELS = "q1 0 d1 1\nq1 0 d2 0\nq2 0 d1 2\n"
GRADES = {"q1": {"d1": 1.0, "d2": 0.0}, "q2": {"d1": 2.0}}


@pytest.mark.parametrize(
    "text",
    [
        RUN,
        RUN.replace(" ", "\t"),
        RUN.replace(" ", "  "),
        RUN.replace(" ", "\t \t"),
        RUN.replace("\n", "\r\n"),
        RUN.removesuffix("\n"),
        "\ufeff" + RUN,
        "\n  \n\t\t\t\t\t\n" + RUN.replace("\n", "\n\n"),
        "# made today\n" + RUN + "#q9 Q0 d9 1 1.0 tag\n",
        RUN.replace("Q0", "0").replace(" 1 ", " first ").replace("tag", "other"),
        RUN.replace("2.5", "+2.50e0"),
    ],
    ids=[
        *("plain", "tabs", "blanks", "mixed", "crlf", "no-last-end", "bom", "blank-lines"),
        *("comments", "other-columns", "number-forms"),
    ],
)
def test_a_run_is_read_as_trec_eval_would(make_file: MakeFile, text: str) -> None:
    for path in (make_file("a.trec", text), make_file("b.gz", gzip.compress(text.encode()))):
        assert read_trec_run(path).to_dict() == SCORES


def test_the_order_is_by_score_and_not_by_rank_or_line(make_file: MakeFile) -> None:
    path = make_file("a.trec", "q1 Q0 low 1 -1 t\nq1 Q0 a 2 3 t\nq1 Q0 b 3 3.0 t\n")
    assert read_trec_run(path).ranking("q1") == ("b", "a", "low")


def test_lines_of_one_query_need_not_stand_together(make_file: MakeFile) -> None:
    path = make_file("a.trec", "q2 Q0 a 1 1 t\nq1 Q0 a 1 5 t\nq2 Q0 b 2 2 t\nq1 Q0 c 2 4 t\n")
    run = read_trec_run(path)
    assert run.query_ids == ("q2", "q1")
    assert run.to_dict() == {"q2": {"b": 2.0, "a": 1.0}, "q1": {"a": 5.0, "c": 4.0}}


def test_ids_contain_blanks_where_tabs_separate_the_columns(make_file: MakeFile) -> None:
    run = make_file("a.trec", "query 0\tQ0\t Geneva Durben \t1\t 1.5\ta tag\n")
    assert read_trec_run(run).to_dict() == {"query 0": {"Geneva Durben": 1.5}}
    qrels = make_file("a.qrels", "query 0\t\tGeneva Durben\t1\n")  # an empty second column
    assert read_trec_qrels(qrels).to_dict() == {"query 0": {"Geneva Durben": 1.0}}


def test_a_column_left_out_is_not_made_up_from_an_id_with_a_blank(make_file: MakeFile) -> None:
    run = make_file("a.trec", "q1\tQ0\tGeneva Durben\t1\t0.5\n")
    with pytest.raises(DataError, match=r"a\.trec:1: 5 columns in .* 6 are needed \(query, Q0,"):
        read_trec_run(run)
    qrels = make_file("a.qrels", "q1\tGeneva Durben\t1\n")
    with pytest.raises(DataError, match=r"a\.qrels:1: 3 columns in .*, is read by read_beir"):
        read_trec_qrels(qrels)


def test_only_ascii_white_space_separates(make_file: MakeFile) -> None:
    path = make_file("a.trec", "q\u00a01 Q0 d\u20281 1 2.0 t\n")  # isspace() in the C locale
    assert read_trec_run(path).to_dict() == {"q\u00a01": {"d\u20281": 2.0}}


def test_a_hash_inside_an_id_is_a_letter(make_file: MakeFile) -> None:
    run = make_file("a.trec", "q#1 Q0 #d#1 1 2.0 t\n")
    assert read_trec_run(run).to_dict() == {"q#1": {"#d#1": 2.0}}
    qrels = make_file("a.qrels", "# no\nq#1 0 #d#1 2\n")
    assert read_trec_qrels(qrels).to_dict() == {"q#1": {"#d#1": 2.0}}


def test_infinite_scores_are_scores(make_file: MakeFile) -> None:
    path = make_file("a.trec", "q Q0 a 1 inf t\nq Q0 b 2 1e999 t\nq Q0 c 3 -Infinity t\n")
    inf = float("inf")
    assert read_trec_run(path).to_dict() == {"q": {"b": inf, "a": inf, "c": -inf}}


def test_an_empty_run_file_is_a_run_without_queries(make_file: MakeFile) -> None:
    for text in ("", "\n", "# nothing\n", "\ufeff"):
        assert len(read_trec_run(make_file("a.trec", text))) == 0


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("q1 Q0 d9 3 2.5", "5 columns in 'q1 Q0 d9 3 2.5', 6 are needed (query, Q0, document,"),
        ("q1", "1 column in 'q1', 6 are needed"),
        ("q1 Q0 d 9 3 2.5 t", "where ids contain blanks, separate the columns by tabs"),
        ("q1 Q0 d9 3 high t", "score 'high' of document 'd9' for query 'q1' is not a number; fix"),
        ("q1 Q0 d9 3 1_0 t", "score '1_0' of document 'd9' for query 'q1' is not a number; fix"),
        ("q1 Q0 d9 3 1,5 t", "score '1,5' of document 'd9' for query 'q1' is not a number; fix"),
        ("q1\tQ0\td9\t3\t\tt", "score '' of document 'd9' for query 'q1' is not a number; fix"),
        ("q1 Q0 d9 3 nan t", "score 'nan' of document 'd9' for query 'q1' is not a number; fix"),
        ("q1 Q0 d9 3 -NaN t", "score 'nan' of document 'd9' for query 'q1' is not a number; fix"),
        (
            "q1 Q0 d2 3 9.5 t",
            "document 'd2' for query 'q1' is in the ranking already, in line 3 (score 1.5 there,"
            " 9.5 here); drop one of the lines",
        ),
        ("\tQ0\td9\t3\t2.5\tt", "empty query id; ids are non-empty strings; fix the run or drop"),
        ("q1\tQ0\t \t3\t2.5\tt", "empty document id; ids are non-empty strings; fix the run or"),
    ],
)
def test_a_malformed_run_line_is_an_error_with_file_and_line(
    make_file: MakeFile, line: str, message: str
) -> None:
    text = "\n" + RUN.replace("q2", f"{line}\nq2")  # the bad line is the fourth
    path = make_file("a.trec", text)
    with pytest.raises(DataError, match=re.escape(message)) as info:
        read_trec_run(path)
    assert str(info.value).startswith(f"{path}:4: ")


def test_an_id_that_is_not_utf8_is_an_error_with_file_and_line(make_file: MakeFile) -> None:
    run = make_file("a.trec", RUN.encode() + b"q3 Q0 caf\xe9 1 1 t\n")
    with pytest.raises(DataError, match=r"a\.trec:4: document id b'caf\\xe9' is not UTF-8"):
        read_trec_run(run)
    qrels = make_file("a.qrels", b"caf\xe9 0 d1 1\n")
    with pytest.raises(DataError, match=r"a\.qrels:1: query id b'caf\\xe9' is not UTF-8"):
        read_trec_qrels(qrels)


def test_the_earliest_repetition_is_reported(make_file: MakeFile) -> None:
    text = "q9 Q0 z 1 9 t\nq1 Q0 a 1 9 t\nq1 Q0 a 2 8 t\nq9 Q0 z 2 8 t\n"
    with pytest.raises(DataError, match=r"a\.trec:3: document 'a' for query 'q1' .* in line 2"):
        read_trec_run(make_file("a.trec", text))


def test_a_run_cut_off_in_gzip_is_an_error(make_file: MakeFile) -> None:
    path = make_file("a.trec.gz", gzip.compress(RUN.encode())[:-8])
    with pytest.raises(DataError, match=r"a\.trec\.gz:\d: the gzip data are cut off or damaged"):
        read_trec_run(path)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("runs/bm25_k1.2_b0.75.trec.gz", "bm25_k1.2_b0.75"),
        ("dense.run", "dense"),
        ("results.test", "results.test"),
        ("main", "main"),
    ],
)
def test_a_run_is_called_like_its_file(path: str, name: str) -> None:
    assert run_name(path) == name


def test_a_given_name_wins(make_file: MakeFile) -> None:
    path = make_file("a.trec", RUN)
    assert read_trec_run(path).name == "a"
    assert read_trec_run(path, name="candidate").name == "candidate"


@pytest.mark.parametrize(
    "text",
    [
        QRELS,
        QRELS.replace(" ", "\t"),
        "\ufeff" + QRELS.replace("\n", "\r\n"),
        "# pooled to depth 10\n\n" + QRELS.replace(" 0 ", " Q0 ", 1),
        QRELS.replace(" 1\n", " 1.0\n"),
    ],
    ids=["plain", "tabs", "bom-crlf", "comments", "decimals"],
)
def test_qrels_are_read_as_trec_eval_would(make_file: MakeFile, text: str) -> None:
    for path in (make_file("a.qrels", text), make_file("b.gz", gzip.compress(text.encode()))):
        assert read_trec_qrels(path).to_dict() == GRADES


def test_grades_are_negative_and_fractional_too(make_file: MakeFile) -> None:
    path = make_file("a.qrels", "q1 0 a -2\nq1 0 b 0.5\n")
    assert read_trec_qrels(path).to_dict() == {"q1": {"a": -2.0, "b": 0.5}}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("q1 d9 1", "3 columns in 'q1 d9 1', 4 are needed (query, iteration, document, grade)"),
        ("q1 0 d 9 1", "where ids contain blanks, separate the columns by tabs"),
        ("q1 0 d9 yes", "grade 'yes' of document 'd9' for query 'q1' is not a number; fix the jud"),
        ("q1 0 d9 nan", "grade 'nan' of document 'd9' for query 'q1' is not finite; a grade is"),
        ("q1 0 d9 inf", "grade 'inf' of document 'd9' for query 'q1' is not finite; a grade is"),
        (
            "q1 0 d1 0",
            "document 'd1' for query 'q1' is judged already, in line 1 (grade 1 there, 0 here)",
        ),
        (
            "q1 0 d1 1",
            "document 'd1' for query 'q1' is judged already, in line 1 (grade 1 there, 1 here)",
        ),
        ("q1\t0\t\t1", "empty document id; ids are non-empty strings; fix the judgements or"),
        ("\t\td9\t1", "empty query id; ids are non-empty strings; fix the judgements or drop"),
    ],
)
def test_a_malformed_qrels_line_is_an_error_with_file_and_line(
    make_file: MakeFile, line: str, message: str
) -> None:
    path = make_file("a.qrels", QRELS + line + "\n")
    with pytest.raises(DataError, match=re.escape(message)) as info:
        read_trec_qrels(path)
    assert str(info.value).startswith(f"{path}:4: ")


@pytest.mark.parametrize("text", ["", "# nothing judged\n"])
def test_empty_qrels_are_an_error(make_file: MakeFile, text: str) -> None:
    with pytest.raises(DataError, match=r"a\.qrels: no judgements; give at least one"):
        read_trec_qrels(make_file("a.qrels", text))


def test_trec_evals_own_files_are_read_by_value() -> None:
    folder = shared_data("trec_eval_fixtures/test")
    qrels = read_trec_qrels(folder / "qrels.test").to_dict()
    assert sum(map(len, qrels.values())) == 3681  # its lines
    commented = read_trec_qrels(folder / "qrels.test.with-comments").to_dict()
    assert commented["301"].pop("CR#93E-1860") == qrels["301"].pop("CR93E-1860")  # a hash in an id
    assert commented == qrels
    run = read_trec_run(folder / "results.test")
    assert sum(map(len, run.to_dict().values())) == 1500
    assert run["301"]["FR940202-2-00150"] == 2.129133
    assert len(read_trec_run(folder / "results.trunc").docs) == 584  # tags contain blanks
    assert len(read_trec_run(folder / "results.comment.test").docs) == 30100
    assert len(read_trec_qrels(folder / "qrels.comment.test").docs) == 5890


@pytest.mark.parametrize(("name", "line"), [("qrels.123", 3682), ("qrels.comments.123", 3685)])
def test_qrels_of_several_judgement_groups_are_not_taken_for_one(name: str, line: int) -> None:
    path = shared_data(f"trec_eval_fixtures/test/{name}")  # each pair once per group
    with pytest.raises(DataError, match=rf"{name}:{line}: document 'CR93E-10279' .* in line 1"):
        read_trec_qrels(path)


def test_real_runs_whose_ids_contain_blanks_are_read() -> None:
    run = read_trec_run(shared_data("limit_small/runs/bm25.trec.gz"))
    assert (len(run), len(run.docs), run.name) == (1000, 46000, "bm25")
    assert run["query_0"]["Geneva Durben"] == 1.960463


def test_a_real_run_is_read() -> None:
    run = read_trec_run(shared_data("scifact/runs/bm25.trec.gz"))
    assert (len(run), len(run.docs)) == (300, 29966)
    assert run.ranking("1", k=2) == ("34386619", "43385013")


def large_run(lines: int = 20_000) -> list[str]:
    """Lines of a run so large that it is read by columns."""
    return [
        f"q{n // 1000} Q0 document-{n % 1000} {n} {n / 7} of-some-length\n" for n in range(lines)
    ]


def test_a_large_run_is_what_its_lines_say(make_file: MakeFile) -> None:
    run = read_trec_run(make_file("a.trec", "".join(large_run())))
    assert run.query_ids == tuple(f"q{n}" for n in range(20))
    assert run.doc_ids == tuple(f"document-{n}" for n in range(1000))
    assert run.name == "a"
    for row, query_id in enumerate(run):
        scores = {f"document-{n}": (row * 1000 + n) / 7 for n in reversed(range(1000))}
        assert list(run[query_id].items()) == list(scores.items())


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("q3 Q0 document-4 1 2.5 t\n", "15002: document 'document-4' for query 'q3' is in the r"),
        ("q3 Q0 d 1 nan t\n", "15002: score 'nan' of document 'd' for query 'q3' is not a number"),
        ("q3 Q0 d 1 2.5\n", "15002: 5 columns in 'q3 Q0 d 1 2.5', 6 are needed"),
    ],
)
def test_a_malformed_line_of_a_large_run_is_an_error_with_file_and_line(
    make_file: MakeFile, line: str, message: str
) -> None:
    lines = large_run()
    lines[15_000:15_000] = ["# the next one is bad\n", line]
    path = make_file("a.trec", "".join(lines))
    with pytest.raises(DataError, match=re.escape(f"a.trec:{message}")):
        read_trec_run(path)
    del lines[15_000]
    path = make_file("a.trec", "".join(lines))
    with pytest.raises(DataError, match=re.escape(f"a.trec:{message}".replace("15002", "15001"))):
        read_trec_run(path)


def test_large_qrels_are_what_their_lines_say(make_file: MakeFile) -> None:
    lines = [f"q{n // 100} 0 a-document-of-this-name-{n} {n % 4 - 1}\n" for n in range(20_000)]
    qrels = read_trec_qrels(make_file("a.qrels", "".join(lines)))
    assert (len(qrels), len(qrels.docs)) == (200, 20_000)
    assert qrels["q1"]["a-document-of-this-name-107"] == 2
    path = make_file("a.qrels", "".join([*lines, lines[6]]))
    with pytest.raises(
        DataError, match=r"a\.qrels:20001: document .* is judged already, in line 7"
    ):
        read_trec_qrels(path)
    path = make_file("a.qrels", "".join([*lines, "q 0 d inf\n"]))
    with pytest.raises(DataError, match=r"a\.qrels:20001: grade 'inf' of document 'd' .* finite"):
        read_trec_qrels(path)


def test_a_pipe_is_read(tmp_path: Path) -> None:
    path = tmp_path / "pipe"  # as a shell makes one: read_trec_run("/dev/fd/63")
    os.mkfifo(path)
    with ThreadPoolExecutor(1) as pool:
        written = pool.submit(path.write_text, RUN)
        assert read_trec_run(path).to_dict() == SCORES
        written.result()


def test_arrow_is_imported_for_large_files_only(make_file: MakeFile) -> None:
    small, large = make_file("a.trec", RUN), make_file("b.trec", "".join(large_run()))
    code = (
        "import sys; from retrieval_checks import read_trec_run\n"
        "for path in sys.argv[1:]: read_trec_run(path); print('pyarrow' in sys.modules)"
    )
    command = [sys.executable, "-c", code, str(small), str(large)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["False", "True"]


ASPECTS = "q1 s d1 1\nq1 t d1 2\nq1 s d2 0\n"


def test_subtopics_are_read_from_column_two(make_file: MakeFile) -> None:
    qrels = read_trec_qrels(make_file("a.qrels", ASPECTS), subtopics=True)
    assert qrels.to_dict() == {"q1": {"d2": 0.0, "d1": 2.0}}
    assert qrels.subtopics is not None
    assert list(qrels.subtopics.rows()) == [{"s": 0.0}, {"s": 1.0, "t": 2.0}]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"q1 u d3 nan", "grade 'nan' of document 'd3' for query 'q1' is not finite; a grade is a"),
        (b"q1 u d3 -inf", "grade '-inf' of document 'd3' for query 'q1' is not finite"),
        (b"q1 u d3 1e999", "grade 'inf' of document 'd3' for query 'q1' is not finite"),
        (b"q1 u d3 high", "grade 'high' of document 'd3' for query 'q1' is not a number"),
        (
            b"\tu\td3\t1",
            "empty query id; ids are non-empty strings; fix the judgements or drop the",
        ),
        (b"q1\t\td3\t1", "empty subtopic id; ids are non-empty strings; fix the judgements"),
        (b"q1\tu\t \t1", "empty document id; ids are non-empty strings; fix the judgements"),
        (b"q\xff u d3 1", r"query id b'q\xff' is not UTF-8; save the file as UTF-8"),
        (b"q1 \xff d3 1", r"subtopic id b'\xff' is not UTF-8; save the file as UTF-8"),
        (b"q1 u d\xff 1", r"document id b'd\xff' is not UTF-8; save the file as UTF-8"),
        (b"q1 u d3", "3 columns in 'q1 u d3', 4 are needed"),
        (
            b"q1 t d1 1",
            "document 'd1' for query 'q1' is judged already for subtopic 't' (grade 2 there, 1"
            " here); drop one of the lines",
        ),
    ],
)
def test_a_bad_line_with_subtopics_is_an_error_with_file_and_line(
    make_file: MakeFile, line: bytes, message: str
) -> None:
    path = make_file("a.qrels", ASPECTS.encode() + line + b"\nq9 s d 1\n")
    with pytest.raises(DataError, match=f"^{re.escape(f'{path}:4: {message}')}"):
        read_trec_qrels(path, subtopics=True)


def test_no_judgement_by_subtopic_is_an_error(make_file: MakeFile) -> None:
    path = make_file("a.qrels", "# nothing\n")
    with pytest.raises(DataError, match=f"^{re.escape(str(path))}: no judgements; give at least"):
        read_trec_qrels(path, subtopics=True)
