"""TREC runs and qrels: what trec_eval reads is read, what nobody can mean is refused by line."""

import gzip
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval_checks.data.formats.trec import (
    read_trec_qrels,
    read_trec_run,
    run_name,
    write_trec_qrels,
    write_trec_run,
)
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
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


def test_a_written_run_has_the_six_columns(tmp_path: Path) -> None:
    run = Run.from_dict({"q1": {"a": 0.1, "b": 1e-310, "c": float("-inf")}}, name="my run")
    write_trec_run(run, tmp_path / "a.trec")
    lines = (tmp_path / "a.trec").read_text().splitlines()
    assert lines == [
        "q1 Q0 a 1 0.1 my_run",
        "q1 Q0 b 2 1e-310 my_run",
        "q1 Q0 c 3 -inf my_run",
    ]
    write_trec_run(run.select(["q1"]).top(1), tmp_path / "b.trec", tag="t", separator="\t")
    assert (tmp_path / "b.trec").read_text() == "q1\tQ0\ta\t1\t0.1\tt\n"


def test_written_qrels_have_the_four_columns(tmp_path: Path) -> None:
    qrels = Qrels.from_dict({"q1": {"a": 2, "b": -1, "c": 0.5, "d": 1e300}})
    write_trec_qrels(qrels, tmp_path / "a.qrels")
    lines = (tmp_path / "a.qrels").read_text().splitlines()
    assert lines == ["q1 0 a 2", "q1 0 b -1", "q1 0 c 0.5", "q1 0 d 1e+300"]


@pytest.mark.parametrize("bad", ["a b", "a\tb", "a\u00a0b", " a", "a\n", "\x1f"])
def test_white_space_in_an_id_needs_tabs(tmp_path: Path, bad: str) -> None:
    message = re.escape(f"id {bad!r} contains white space") + r".* separator=\"\\t\""
    for run in (Run.from_ids({"q": [bad]}), Run.from_ids({bad: ["d"]})):
        with pytest.raises(DataError, match=message):
            write_trec_run(run, tmp_path / "a.trec")
    with pytest.raises(DataError, match=message):
        write_trec_qrels(Qrels.from_dict({"q": {bad: 1}}), tmp_path / "a.qrels")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("bad", ["a\tb", "a\nb", "a\rb", " a", "a\u3000"])
def test_no_file_holds_a_tab_a_line_end_or_white_space_around_an_id(
    tmp_path: Path, bad: str
) -> None:
    message = re.escape(f"id {bad!r} has a tab, a line end or white space around it")
    with pytest.raises(DataError, match=message):
        write_trec_run(Run.from_ids({"q": [bad]}), tmp_path / "a.trec", separator="\t")
    with pytest.raises(DataError, match=message):
        write_trec_qrels(Qrels.from_dict({bad: {"d": 1}}), tmp_path / "a.qrels", separator="\t")


@pytest.mark.parametrize("bad", ["#q", "\ufeffq"])
def test_a_query_id_that_would_not_be_read_back_is_refused(tmp_path: Path, bad: str) -> None:
    with pytest.raises(DataError, match="makes its line a comment or a byte order mark"):
        write_trec_run(Run.from_ids({bad: ["d"]}), tmp_path / "a.trec")
    with pytest.raises(DataError, match="makes its line a comment or a byte order mark"):
        write_trec_qrels(Qrels.from_dict({bad: {"d": 1}}), tmp_path / "a.qrels")


def test_an_id_that_is_not_written_may_be_anything(tmp_path: Path) -> None:
    run = Run.from_arrays(["q"], ["a", "never retrieved"], [[0]], [[1.0]])
    write_trec_run(run, tmp_path / "a.trec")
    assert read_trec_run(tmp_path / "a.trec").to_dict() == {"q": {"a": 1.0}}


def test_what_the_format_cannot_express_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"query 'q2' has an empty ranking, which .* select\(\)"):
        write_trec_run(Run.from_dict({"q1": {"d": 1}, "q2": {}}), tmp_path / "a.trec")
    with pytest.raises(DataError, match="query 'q2' has no judgements, which"):
        write_trec_qrels(Qrels.from_dict({"q1": {"d": 1}, "q2": {}}), tmp_path / "a.qrels")
    with pytest.raises(DataError, match="there are no judgements to write"):
        write_trec_qrels(Qrels.from_dict({}), tmp_path / "a.qrels")


def test_a_run_without_queries_is_an_empty_file(tmp_path: Path) -> None:
    write_trec_run(Run.from_dict({}), tmp_path / "a.trec")
    assert (tmp_path / "a.trec").read_bytes() == b""
    assert len(read_trec_run(tmp_path / "a.trec")) == 0


def test_separator_and_tag_are_checked(tmp_path: Path) -> None:
    run = Run.from_ids({"q": ["d"]})
    with pytest.raises(DataError, match=r"separator is ','; allowed are \" \" and \"\\t\""):
        write_trec_run(run, tmp_path / "a.trec", separator=",")
    with pytest.raises(DataError, match="tag 'my run' contains white space"):
        write_trec_run(run, tmp_path / "a.trec", tag="my run")
    write_trec_run(run.renamed(" "), tmp_path / "a.trec")
    assert (tmp_path / "a.trec").read_text() == "q Q0 d 1 1.0 run\n"


def _is_expressible(text: str) -> bool:
    return text == text.strip() and not set(text) & set("\t\n\r") and text[0] not in "#\ufeff"


IDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=6).filter(_is_expressible)
FLOATS = st.floats(allow_nan=False)  # infinities, subnormal numbers and -0.0 among them
ROWS = st.dictionaries(IDS, FLOATS, min_size=1, max_size=4)
SLOW_DISK = settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


@SLOW_DISK
@given(scores=st.dictionaries(IDS, ROWS, max_size=4), suffix=st.sampled_from(["", ".gz"]))
def test_a_run_written_with_tabs_is_read_back_equal(
    tmp_path: Path, scores: dict[str, dict[str, float]], suffix: str
) -> None:
    run = Run.from_dict(scores)
    path = tmp_path / f"a.trec{suffix}"
    write_trec_run(run, path, separator="\t")
    back = read_trec_run(path)
    assert back.query_ids == run.query_ids
    assert [back.ranking(q) for q in back] == [run.ranking(q) for q in run]
    assert back.scores.tobytes() == run.scores.tobytes()


@SLOW_DISK
@given(
    scores=st.dictionaries(
        IDS.filter(lambda text: len(text.split()) == 1),
        st.dictionaries(IDS.filter(lambda text: len(text.split()) == 1), FLOATS, min_size=1),
        max_size=3,
    )
)
def test_a_run_written_with_blanks_is_read_back_equal(
    tmp_path: Path, scores: dict[str, dict[str, float]]
) -> None:
    run = Run.from_dict(scores)
    write_trec_run(run, tmp_path / "a.trec")
    assert read_trec_run(tmp_path / "a.trec").to_dict() == run.to_dict()


@SLOW_DISK
@given(
    grades=st.dictionaries(
        IDS,
        st.dictionaries(IDS, st.floats(allow_nan=False, allow_infinity=False), min_size=1),
        min_size=1,
        max_size=4,
    )
)
def test_qrels_written_are_read_back_equal(
    tmp_path: Path, grades: dict[str, dict[str, float]]
) -> None:
    write_trec_qrels(Qrels.from_dict(grades), tmp_path / "a.qrels", separator="\t")
    assert read_trec_qrels(tmp_path / "a.qrels").to_dict() == grades


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
