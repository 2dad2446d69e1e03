"""`retrieval-checks label`: from runs to judgements, by hand, by script, and resumed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from retrieval_checks.cli.judgements import read_qrels
from retrieval_checks.data.formats.trec import write_trec_run
from retrieval_checks.data.run import Run
from tests.cli.conftest import Said, Told

CALL = "import sys; from retrieval_checks.cli.main import main; sys.exit(main())"


@pytest.fixture
def argv(animals: Path, tmp_path: Path) -> list[object]:
    """Two runs, the collection, and its judgements as the file that grows."""
    one = {"purring": ["dog", "cat"], "hunter": ["owl", "cat"]}
    two = {"purring": ["cat", "cow"], "hunter": ["cat", "owl"]}
    for name, rankings in {"one": one, "two": two}.items():
        write_trec_run(Run.from_ids(rankings), tmp_path / f"{name}.trec")
    qrels = animals / "qrels" / "test.tsv"
    runs: list[object] = ["label", tmp_path / "one.trec", tmp_path / "two.trec"]
    return [*runs, "--qrels", qrels, "--collection", animals]


def _answered(argv: list[object], text: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", CALL, *map(str, argv)]
    return subprocess.run(command, input=text, capture_output=True, text=True)


def test_pairs_are_listed_with_texts_and_nothing_is_asked(argv: list[object], told: Told) -> None:
    found = told(*argv, "--metric", "RR@10")
    assert (found["format"], found["metric"]) == (1, "RR@10")
    assert [(p["query_id"], p["doc_id"]) for p in found["pairs"]] == [
        ("purring", "dog"),
        ("hunter", "cat"),
    ]
    first = found["pairs"][0]
    assert first["change"] == pytest.approx(1 / 6)  # from 1/2 to 1, one of three judged queries
    assert (first["ranks"], first["query"]) == ({"one": 1}, "Which animals purr?")
    assert first["text"] == "Dogs bark at strangers in the night."
    assert found["pairs"][1]["ranks"] == {"one": 2, "two": 1}


def test_answers_come_from_a_pipe_and_the_next_session_goes_on(
    argv: list[object], animals: Path, told: Told
) -> None:
    asked = [(p["query_id"], p["doc_id"]) for p in told(*argv)["pairs"]]
    done = _answered(argv, "0\ns\n2\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"2 judged, in {animals / 'qrels' / 'test.tsv'}; {len(asked) - 2} left" in done.stdout
    judged = read_qrels(animals / "qrels" / "test.tsv")
    assert judged[asked[0][0]][asked[0][1]] == 0
    assert judged[asked[2][0]][asked[2][1]] == 2
    left = [(p["query_id"], p["doc_id"]) for p in told(*argv)["pairs"]]
    assert sorted(left) == sorted([asked[1], *asked[3:]])


def test_where_all_is_judged_it_says_so(argv: list[object], said: Said) -> None:
    assert _answered(argv, "0\n" * 20).stderr == ""
    assert "nothing to judge: all that nDCG@10 looks at is judged in" in said(*argv)


def test_a_script_judges_what_was_listed(
    argv: list[object], animals: Path, tmp_path: Path, told: Told
) -> None:
    pairs = told(*argv)["pairs"]
    answers = tmp_path / "answers.jsonl"
    lines = [json.dumps({**pair, "grade": 0, "why": "no"}) for pair in pairs]
    answers.write_text("\n".join(lines) + "\n")
    found = told(*argv, "--answers", answers)
    file = animals / "qrels" / "test.tsv"
    assert found == {"format": 1, "written": str(file), "judged": len(pairs)}
    assert told(*argv)["pairs"] == []
    before = file.read_bytes()
    assert told(*argv, "--answers", answers)["judged"] == 0  # the same again changes nothing
    assert file.read_bytes() == before


@pytest.mark.skipif(not Path("/dev/stdin").exists(), reason="the system has no /dev/stdin")
def test_a_script_may_write_to_standard_input(argv: list[object], animals: Path) -> None:
    line = '{"query_id": "hunter", "doc_id": "cat", "grade": 1}'
    done = _answered([*argv, "--answers", "-"], line + "\n")
    assert done.stdout == f"1 judged, in {animals / 'qrels' / 'test.tsv'}\n"
    assert read_qrels(animals / "qrels" / "test.tsv")["hunter"]["cat"] == 1


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"query_id": "hunter", "doc_id": "cat", "grade": 5}', "grade 5 is none of 0, 1, 2; --g"),
        (
            '{"query_id": "hunter", "doc_id": "owl", "grade": 1}',
            "has grade 2 already, here it is 1",
        ),
        ('{"query_id": "hunter", "grade": 1}', "no key 'doc_id'"),
        ("nonsense", "not JSON at column 1"),
        ('{"query_id": "q99", "doc_id": "cat", "grade": 1}', "query 'q99' is not in the collect"),
        ('{"query_id": "hunter", "doc_id": "x", "grade": 1}', "document 'x' is not in the collec"),
    ],
    ids=["grade", "contradiction", "key", "no JSON", "query", "document"],
)
def test_one_bad_answer_and_none_is_written(
    line: str, why: str, argv: list[object], animals: Path, tmp_path: Path, said: Said
) -> None:
    file, answers = animals / "qrels" / "test.tsv", tmp_path / "a.jsonl"
    before = file.read_bytes()
    good = '{"query_id": "purring", "doc_id": "dog", "grade": 1}'
    answers.write_text(f"{good}\n{line}\n")
    err = said(*argv, "--answers", answers, code=2)
    assert f"retrieval-checks label: {answers}:2: " in err
    assert why in err
    assert file.read_bytes() == before


def test_grades_are_those_in_use_or_those_that_are_given(
    argv: list[object], tmp_path: Path
) -> None:
    assert "grade (0 1 2; s" in _answered(argv, "").stdout  # `hunter` has a 2
    assert "grade (0 0.5 1; s" in _answered([*argv, "--grades", "1,0,0.5"], "").stdout
    fresh = [*argv[:4], tmp_path / "new.trec"]
    assert "grade (0 1 2 3; s" in _answered(fresh, "").stdout
    assert not (tmp_path / "new.trec").exists()  # nobody answered


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (["--grades", "good"], "--grades 'good': write two numbers or more"),
        (["--grades", "0,nan"], "--grades '0,nan': write two numbers"),
        (["--most", "0"], "--most 0: at least one pair"),
        (["--metric", "nDGC@10"], "nDCG"),
    ],
    ids=["no number", "NaN", "none", "metric"],
)
def test_settings_without_meaning_are_refused(
    more: list[object], why: str, argv: list[object], said: Said
) -> None:
    assert why in said(*argv, *more, code=2)


def test_runs_of_one_name_are_refused(argv: list[object], said: Said) -> None:
    twice = [argv[0], argv[1], *argv[1:]]
    assert "runs need names of their own; alike are" in said(*twice, code=2)


def test_a_killed_session_loses_no_answer(argv: list[object], animals: Path) -> None:
    command = [sys.executable, "-u", "-c", CALL, *map(str, argv)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("2\n")
        process.stdin.flush()
        while "[2/" not in process.stdout.readline():
            pass
        process.kill()
    before = 4  # judgements of the collection
    assert len(read_qrels(animals / "qrels" / "test.tsv").docs) == before + 1
    assert not [name for name in os.listdir(animals / "qrels") if name.endswith(".tmp")]
