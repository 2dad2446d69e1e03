"""TREC files as written: read back they are the same; what they cannot hold is refused."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval_checks.data.fingerprint import fingerprint
from retrieval_checks.data.formats.trec import (
    read_trec_qrels,
    read_trec_run,
    write_trec_qrels,
    write_trec_run,
)
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.data.subtopics import Subtopics
from retrieval_checks.errors import DataError


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


def test_subtopics_stand_in_column_two(tmp_path: Path) -> None:
    judged = {"q2": {"t": {"a": 2.0}, "s": {"b": 0.5, "a": -1.0}}, "q1": {"t": {"a": 0.0}}}
    write_trec_qrels(Qrels.from_subtopics(judged), tmp_path / "a.qrels")
    lines = (tmp_path / "a.qrels").read_text().splitlines()
    assert lines == ["q2 s b 0.5", "q2 s a -1", "q2 t a 2", "q1 t a 0"]


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


def rows(qrels: Qrels) -> list[dict[str, float]]:
    assert qrels.subtopics is not None
    return list(qrels.subtopics.rows())


NAMES = st.sampled_from(["s", "10", "2", "my topic", "#", "0", "Q0"]) | IDS
GRADES = st.floats(allow_nan=False, allow_infinity=False)
JUDGED = st.dictionaries(
    IDS,
    st.dictionaries(NAMES, st.dictionaries(IDS, GRADES, min_size=1, max_size=3), min_size=1),
    min_size=1,
    max_size=3,
)


@SLOW_DISK
@given(judged=JUDGED)
def test_qrels_with_subtopics_are_read_back_equal(
    tmp_path: Path, judged: dict[str, dict[str, dict[str, float]]]
) -> None:
    qrels = Qrels.from_subtopics(judged)
    write_trec_qrels(qrels, tmp_path / "a.qrels", separator="\t")
    back = read_trec_qrels(tmp_path / "a.qrels", subtopics=True)
    assert back.query_ids == qrels.query_ids
    assert [list(back[q].items()) for q in back] == [list(qrels[q].items()) for q in qrels]
    assert rows(back) == rows(qrels)
    assert fingerprint(back) == fingerprint(qrels)


def test_a_subtopic_is_a_column_as_an_id_is(tmp_path: Path) -> None:
    blank, tab = (Qrels.from_subtopics({"q": {name: {"d": 1}}}) for name in ("my s", "a\tb"))
    with pytest.raises(DataError, match=r"subtopic 'my s' contains white space, .*\\t"):
        write_trec_qrels(blank, tmp_path / "a.qrels")
    with pytest.raises(DataError, match="subtopic 'a\\\\tb' has a tab, a line end or white space"):
        write_trec_qrels(tab, tmp_path / "a.qrels", separator="\t")
    assert list(tmp_path.iterdir()) == []
    used = Qrels.from_subtopics({"q": {"s": {"d": 1}}, "r": {"my s": {"d": 1}}}).select(["q"])
    write_trec_qrels(used, tmp_path / "a.qrels")
    assert (tmp_path / "a.qrels").read_text() == "q s d 1\n"


@pytest.mark.parametrize(
    ("covered", "has"),
    [({}, "no subtopic"), ({"s": 1, "t": 2}, "grade 3, for a subtopic 2")],
)
def test_a_document_that_its_subtopics_do_not_give_back_is_refused(
    tmp_path: Path, covered: dict[str, float], has: str
) -> None:
    subtopics = Subtopics.from_rows([covered])
    qrels = Qrels(
        ("q",), ("d",), np.array([0, 1]), np.array([0], np.int32), np.array([3.0]), subtopics
    )
    message = f"document 'd' for query 'q' has {has}; .* make the judgements with Qrels"
    with pytest.raises(DataError, match=f"^{message}"):
        write_trec_qrels(qrels, tmp_path / "a.qrels")
    assert list(tmp_path.iterdir()) == []
