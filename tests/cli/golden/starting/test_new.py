"""`retrieval-checks new`: a golden file that runs as it is."""

from pathlib import Path

import pytest

from retrieval_checks.data.formats.trec import write_trec_run
from retrieval_checks.data.run import Run
from retrieval_checks.golden.reading.schema import read_golden
from tests.cli.conftest import QRELS, Said, Told
from tests.plugin.conftest import BM25, Project


def test_the_file_has_the_judged_queries_and_says_what_comes_next(
    animals: Path, tmp_path: Path, said: Said
) -> None:
    path = tmp_path / "g.golden.yaml"
    out = said("new", animals, "-o", path)
    assert out == (
        f"{path}: 3 queries\nnext:\n  retrieval-checks lint {path}\n"
        f"  pytest --retrieval-golden {path} --retrieval-accept new\n"
    )
    suite = read_golden(path)
    assert suite.collection == animals
    assert {q.query_id: dict(q.expect.within) for q in suite.queries} == {
        "purring": {"cat": 10},
        "hunter": {"owl": 10},
        "drink": {"cow": 10},
    }
    assert "collection: animals\n" in path.read_text()  # as seen from the file's folder
    assert said("lint", path).startswith(f"{path} (3 queries, 3 judged, 0 gates)")


def test_as_many_as_asked_for_by_seed(animals: Path, tmp_path: Path, told: Told) -> None:
    path = tmp_path / "g.golden.yaml"
    picks = set()
    for seed in range(8):
        argv = ["new", animals, "-o", path, "--queries", 1, "--seed", seed, "--force"]
        found = told(*argv)
        assert (found["format"], found["written"]) == (1, str(path))
        (query,) = found["queries"]
        assert query["within"] == {next(iter(QRELS[query["id"]])): 10}
        picks.add(query["id"])
    assert len(picks) > 1


def test_ranks_are_those_of_a_run(animals: Path, tmp_path: Path, said: Said) -> None:
    rankings = {"purring": ["cat"], "hunter": ["dog", "owl"], "drink": ["owl"]}
    write_trec_run(Run.from_ids(rankings), tmp_path / "may.trec")
    path = tmp_path / "deep" / "g.golden.yml"
    path.parent.mkdir()
    out = said("new", animals, "-o", path, "--run", tmp_path / "may.trec")
    assert "of which 1 expect nothing yet: the run does not find them" in out
    text, suite = path.read_text(), read_golden(path)
    assert {q.query_id: dict(q.expect.within) for q in suite.queries} == {
        "purring": {"cat": 1},
        "hunter": {"owl": 3},
        "drink": {},
    }
    assert "# nothing relevant in the top 10: 'cow' is not among the 1 of the run" in text
    assert "collection: ../animals\n" in text
    # nDCG: 1, 1 / log2(3), 0
    assert "nDCG@10 of 'may' is 0.5436 here; a floor stands well below" in text
    assert "(seed 0, ranks as in may.trec)" in text


def test_another_split_is_named_in_the_file(animals: Path, tmp_path: Path, said: Said) -> None:
    (animals / "qrels" / "dev.tsv").write_text("drink\tcow\t1\n")
    path = tmp_path / "g.golden.yaml"
    said("new", animals, "-o", path, "--split", "dev")
    assert read_golden(path).split == "dev"
    assert read_golden(path).query_ids == ("drink",)


def test_a_file_that_is_there_stays_unless_forced(
    animals: Path, tmp_path: Path, said: Said
) -> None:
    path = tmp_path / "g.golden.yaml"
    path.write_text("mine")
    assert f"{path} is there already; --force replaces it" in said(
        "new", animals, "-o", path, code=2
    )
    assert path.read_text() == "mine"
    said("new", animals, "-o", path, "--force")
    assert len(read_golden(path).queries) == 3


@pytest.mark.parametrize(
    ("name", "more", "why"),
    [
        ("g.yaml", [], "pytest collects files whose name ends in .golden.yaml or .golden.yml"),
        ("none/g.golden.yaml", [], "there is no folder"),
        ("g.golden.yaml", ["--queries", "0"], "--queries 0: at least one query is needed"),
        ("g.golden.yaml", ["--split", "tset"], "no split 'tset'"),
    ],
    ids=["suffix", "folder", "count", "split"],
)
def test_what_has_no_meaning_is_refused_before_anything_is_written(
    name: str, more: list[str], why: str, animals: Path, tmp_path: Path, said: Said
) -> None:
    assert why in said("new", animals, "-o", tmp_path / name, *more, code=2)
    assert not (tmp_path / name).exists()


def test_a_query_that_cannot_be_a_tests_name_is_refused_with_its_id(
    animals: Path, tmp_path: Path, said: Said
) -> None:
    for name in ("queries.jsonl", "qrels/test.tsv"):
        file = animals / name
        file.write_text(file.read_text().replace("hunter", "a::b"))
    err = said("new", animals, "-o", tmp_path / "g.golden.yaml", code=2)
    assert "id 'a::b' cannot be part of a test's name" in err
    assert not (tmp_path / "g.golden.yaml").exists()


def test_what_it_wrote_is_accepted_and_passes(empty_project: Project, said: Said) -> None:
    empty_project.collection()
    empty_project.write("conftest.py", BM25)
    said("new", empty_project.path / "animals", "-o", empty_project.path / "g.golden.yaml")
    empty_project.run("--retrieval-accept=new", code=0)
    assert empty_project.run(code=0).counts() == {"passed": 3}
