"""`retrieval-checks lint` over files and folders."""

import json
from pathlib import Path

import pytest

from retrieval_checks.cli.main import main
from retrieval_checks.data.collection import Collection, Corpus, Queries
from retrieval_checks.data.formats.beir import write_beir
from retrieval_checks.data.qrels import Qrels

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "fixtures" / "golden" / "ai_act.golden.yaml"
DOCUMENTS = {
    "cat": "Cats purr.",
    "dog": "Dogs bark at strangers.",
    "owl": "Owls hunt by night, and hoot.",
}
HEAD = "format: 1\ncollection: animals\nqueries:\n"
SOUND = HEAD + "  - {id: purring, expect: {within: {cat: 1}}}\n"
TWICE = HEAD + (  # a warning
    "  - {id: purring, expect: {within: {cat: 1}}}\n"
    "  - {id: again, text: What purrs?, expect: {within: {cat: 1}}}\n"
)
BROKEN = HEAD + "  - {id: purring, expect: {within: {cat: 1, dog: 1}}}\n"  # an error


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    queries = Queries.from_dict({"purring": "What purrs?"})
    qrels = Qrels.from_dict({"purring": {"cat": 1}})
    write_beir(Collection(Corpus.from_dict(DOCUMENTS), queries, qrels), tmp_path / "animals")
    return tmp_path


def _lint(folder: Path, text: str, *more: str) -> int:
    path = folder / "g.golden.yaml"
    path.write_text(text, encoding="utf-8")
    return main(["lint", str(path), *more])


def _codes(capsys: pytest.CaptureFixture[str]) -> list[str]:
    (file,) = json.loads(capsys.readouterr().out)["files"]
    return [finding["code"] for finding in file["findings"]]


def test_notes_alone_exit_with_0(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _lint(folder, SOUND, "--strict") == 0
    assert capsys.readouterr().out.startswith(
        f"{folder / 'g.golden.yaml'} (1 query, 1 judged, 0 gates): 1 note\n"
        "  1: note [certifiable-margin]\n"
    )


def test_warnings_exit_with_1_where_strict(folder: Path) -> None:
    assert _lint(folder, TWICE) == 0
    assert _lint(folder, TWICE, "--strict") == 1


def test_errors_exit_with_1(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _lint(folder, BROKEN) == 1
    assert "  4: error [contradictory-expectations]\n      no ranking" in capsys.readouterr().out


def test_json_has_every_field_of_a_finding(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _lint(folder, BROKEN, "--json") == 1
    shown = json.loads(capsys.readouterr().out)
    (file,) = shown["files"]
    assert (shown["format"], file["path"]) == (1, str(folder / "g.golden.yaml"))
    found = file["findings"][-1]
    assert found["where"] == f"{folder / 'g.golden.yaml'}:4"
    assert (found["severity"], found["code"]) == ("error", "contradictory-expectations")
    assert "2 documents must stand at rank 1" in found["message"]
    assert found["advice"]


def test_a_folder_is_searched_for_golden_files_and_each_is_linted_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "b.golden.yml").write_text(BROKEN)
    (folder / "deep").mkdir()
    (folder / "deep" / "c.golden.yaml").write_text(SOUND.replace("animals", "../animals"))
    (folder / "not_golden.yaml").write_text("nonsense")
    (folder / "a.golden.yaml").write_text(SOUND)
    assert main(["lint", str(folder), str(folder / "a.golden.yaml"), "--json"]) == 1
    files = json.loads(capsys.readouterr().out)["files"]
    assert [Path(file["path"]).name for file in files] == [
        "a.golden.yaml",
        "b.golden.yml",
        "c.golden.yaml",
    ]


def test_a_file_that_cannot_be_read_does_not_keep_the_others_from_being_linted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.golden.yaml").write_text(SOUND.replace("within", "withn"))
    (folder / "b.golden.yaml").write_text(BROKEN)
    assert main(["lint", str(folder), "--json"]) == 2
    unreadable, other = json.loads(capsys.readouterr().out)["files"]
    (found,) = unreadable["findings"]
    assert (found["severity"], found["code"]) == ("error", "unreadable")
    assert found["where"] == f"{folder / 'a.golden.yaml'}:4"
    assert found["message"].startswith("unknown key 'withn' in expect; did you mean 'within'?")
    assert "contradictory-expectations" in [each["code"] for each in other["findings"]]
    assert main(["lint", str(folder)]) == 2
    assert "a.golden.yaml (cannot be read): 1 error\n" in capsys.readouterr().out


def test_a_floor_that_chance_reaches_is_found(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gates = "gates: [Success@3 >= 0.9, P@1 >= 0.9]\n"  # three documents: all are in the top 3
    assert _lint(folder, SOUND + gates, "--json") == 1
    assert _codes(capsys) == [
        "certifiable-margin",
        "blind-retriever-passes",
        "saturated",
        "saturated",
        "bm25-passes",
    ]


def test_the_lock_tells_saturation_where_it_has_figures(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from retrieval_checks.comparison.context import Context
    from retrieval_checks.comparison.records import make_records
    from retrieval_checks.data.run import Run
    from retrieval_checks.golden.lock import read_lock
    from retrieval_checks.metrics.metric import Metric

    run = Run.from_ids({"purring": ["dog", "cat"]})
    records = make_records(
        run,
        Queries.from_dict({"purring": "What purrs?"}),
        Qrels.from_dict({"purring": {"cat": 1}}),
        [Metric("P", 1)],
        context=Context("3 documents", "by hand", "any"),
        depth=10,
    )
    read_lock(folder / "g.golden.yaml").write(records)
    assert _lint(folder, SOUND + "gates: [P@1 >= 0.9]\n", "--json") == 0
    assert "saturated" not in _codes(capsys)  # BM25 finds the cat, what was accepted does not


def test_another_collection_can_be_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "animals").rename(folder / "moved")
    assert _lint(folder, SOUND) == 2
    out = capsys.readouterr().out
    assert out.startswith(f"{folder / 'g.golden.yaml'} (cannot be read): 1 error\n  2: error [unr")
    assert "collection:" in out
    assert "no such" in out
    assert _lint(folder, SOUND, "--collection", str(folder / "moved")) == 0


def test_a_file_without_a_collection_says_what_was_not_looked_at(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "format: 1\nqueries:\n  - {id: a, text: Why?, expect: {within: {cat: 1}}}\n"
    assert _lint(folder, text, "--json") == 0
    assert _codes(capsys) == ["no-collection"]


def test_a_path_that_is_not_there_is_told_near_names(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "law.golden.yaml").write_text(SOUND)
    assert main(["lint", str(folder / "lav.golden.yaml")]) == 2
    assert "no such file or folder; near names in its folder: law.golden" in capsys.readouterr().err


def test_a_folder_without_golden_files_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lint", str(folder / "animals")]) == 2
    assert "no golden file in this folder, none ends in .golden.yaml" in capsys.readouterr().err


def test_what_a_terminal_would_act_on_is_escaped(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = r'"cat\e[31m"'
    text = HEAD + f"  - {{id: purring, expect: {{within: {{{name}: 1}}, absent: {{{name}: 2}}}}}}\n"
    assert _lint(folder, text) == 1
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert r"cat\x1b[31m" in out


def test_the_example_has_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", str(EXAMPLE), "--json"]) == 0
    # its accepted rankings find something relevant for every query: Success@10 is 1
    assert _codes(capsys) == ["certifiable-margin", "saturated"]
