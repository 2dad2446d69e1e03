"""The user's own fixtures: flags that they do not heed, names that are misspelt."""

import pytest

from tests.plugin.conftest import BM25, Project


@pytest.mark.parametrize("flag", ["bi-encoder=some/model", "reranker=some/model", "device=cpu"])
def test_a_flag_that_a_retriever_of_ones_own_does_not_heed_is_refused(
    project: Project, flag: str
) -> None:
    line = BM25.splitlines().index('@pytest.fixture(scope="session")') + 1
    session = project.run(f"--retrieval-{flag}", code=1)
    name = flag.partition("=")[0]
    assert f"--retrieval-{name}: nothing reads it, as 'retriever' of conftest.py:{line} is" in (
        session.text
    )
    assert "to do: leave the flag out, or let the fixture take" in session.text
    assert set(session.outcomes().values()) == {"ERROR"}
    assert project.calls() == []


def test_an_ini_key_is_a_default_that_a_retriever_may_leave_aside(project: Project) -> None:
    project.write("pytest.ini", "[pytest]\nretrieval_reranker = some/model\n")
    project.run(code=0)


def test_a_flag_that_the_retriever_asks_for_is_heeded(project: Project) -> None:
    dynamic = BM25.replace(
        "def retriever(corpus):",
        'def retriever(corpus, request):\n    request.getfixturevalue("reranker")',
    )
    project.write("conftest.py", dynamic)
    project.run("--retrieval-reranker=none", code=0)


def test_tests_of_ones_own_refuse_it_too(project: Project) -> None:
    project.write("test_run.py", "def test_run(retrieval_run):\n    pass\n")
    args = ("--retrieval-collection=animals", "--retrieval-reranker=none")
    session = project.pytest(*args, code=1)
    assert "--retrieval-reranker: nothing reads it, as 'retriever' of conftest.py" in session.text


MISSPELT = """

@pytest.fixture(scope="session")
def bi_encoder():
    class Letters:
        def encode(self, texts):
            return [[1.0 + text.count(c) for c in "abcdefghij"] for text in texts]
    return Letters()
"""


def test_a_misspelt_fixture_is_told_what_was_meant(project: Project) -> None:
    project.write("conftest.py", BM25.replace("def retriever", "def retreiver") + MISSPELT)
    text = project.run().text
    assert "MisspeltFixtureWarning: fixture 'retreiver' stands in for nothing" in text
    assert "did you mean 'retriever'?" in text


def test_names_that_are_longer_on_purpose_are_no_mistakes(project: Project) -> None:
    project.write("conftest.py", BM25.replace("def retriever", "def my_retriever") + MISSPELT)
    assert "MisspeltFixtureWarning" not in project.run().text
    project.write("conftest.py", BM25 + "\n\n@pytest.fixture\ndef retreiver():\n    pass\n")
    assert "MisspeltFixtureWarning" not in project.run(code=0).text


def test_a_query_that_the_file_does_not_have_is_told_the_nearest(project: Project) -> None:
    for workers in ((), ("-n", "1")):
        session = project.run("animals.golden.yaml::puring", *workers)
        assert session.code in (4, 5)
        told = "animals.golden.yaml has no query 'puring'; did you mean 'purring'?"
        assert told in session.text
        assert "no golden file" not in session.text
    gate = project.run("animals.golden.yaml::gate[nDCG@10 >= 0.8]", code=4)
    assert "has no item 'gate[nDCG@10 >= 0.8]'; did you mean 'gate[nDCG@10 >= 0.9]'?" in gate.text


def test_every_report_that_was_asked_for_is_written(project: Project) -> None:
    flags = ("--retrieval-report=a.md", "--retrieval-report=b.md", "--retrieval-report=c.json")
    text = project.run(*flags, code=0).text
    for name in ("a.md", "b.md", "c.json"):
        assert (project.path / name).is_file()
        assert f"report: {project.path / name}" in text


def test_a_collection_that_is_not_there_is_told_with_the_line_that_names_it(
    project: Project,
) -> None:
    project.edit("animals.golden.yaml", "collection: animals", "collection: animls")
    text = project.run(code=1).text
    assert "animals.golden.yaml:2: collection: " in text
    assert "animls: no such folder; near names in its folder: animals" in text
