"""Retrieving: once a file and all together; over the collection that the file is about."""

import pytest

from tests.plugin.conftest import BM25, GREEN_IDS, Project

ZOO = {
    "zebra": "Zebras have stripes and purr never.",
    "lion": "Lions roar and purr at their happy cubs.",
    "seal": "Seals hunt fish.",
}
ZOO_GREEN = """\
format: 1
collection: zoo
queries:
  - id: big-cat
    text: Which one purrs at cubs?
    relevant: {lion: 1}
    expect: {within: {lion: 1}}
gates: ["P@1 >= 1.0"]
"""


SLEEPERS = """\
import os, pathlib, time, pytest

@pytest.mark.parametrize("n", range(10))
def test_sleep(n):
    time.sleep(0.3)
    pathlib.Path("worker." + os.environ["PYTEST_XDIST_WORKER"]).touch()
"""


def _zoo(project: Project) -> None:
    project.collection("zoo", ZOO, {"fisher": "Who hunts fish?"}, {"fisher": {"seal": 1}})
    project.write("zoo.golden.yaml", ZOO_GREEN)


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["plain", "xdist"])
def test_a_file_is_retrieved_once_in_one_call(project: Project, workers: tuple[str, ...]) -> None:
    session = project.run(*workers, code=0)
    assert session.outcomes() == dict.fromkeys(GREEN_IDS, "PASSED")
    assert project.calls() == ["purring hunter drink"]


def test_beside_tests_a_file_stays_on_one_worker_and_tests_are_spread(project: Project) -> None:
    project.write("test_plain.py", SLEEPERS)
    session = project.pytest("--retrieval-with-tests", "-n", "2", code=0)
    assert session.counts() == {"passed": 14}
    assert project.calls() == ["purring hunter drink"]
    workers = {path.suffix for path in project.path.glob("worker.*")}
    assert workers == {".gw0", ".gw1"}


def test_a_distribution_that_the_user_chose_is_kept(project: Project) -> None:
    project.write("test_plain.py", SLEEPERS)
    args = ("--retrieval-with-tests", "-n", "2", "--dist=loadfile")
    assert project.pytest(*args, code=0).counts() == {"passed": 14}
    assert len(list(project.path.glob("worker.*"))) == 1


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        (
            '{"purring": {"ghost": 9.0, "cat": 1.0}}',
            "returned document 'ghost' for query 'purring'",
        ),
        ('{"other": {"cat": 1.0}}', "answered 1 queries that it was not asked, among them 'other'"),
    ],
)
def test_results_from_elsewhere_are_errors(project: Project, extra: str, message: str) -> None:
    rows = '{q: {"owl": 2.0, "cow": 1.0} for q in queries} | ' + extra
    body = f"from retrieval_checks import Run\n        return Run.from_dict({rows})"
    project.edit("conftest.py", "return self.inner.retrieve(queries, k)", body)
    session = project.run(code=1)
    assert message in session.text
    assert session.outcomes()["purring"] == "ERROR"
    assert session.outcomes()["gate[nDCG@10 >= 0.9]"] == "ERROR"


def test_a_link_to_the_collection_is_the_collection(project: Project) -> None:
    _zoo(project)
    (project.path / "link").symlink_to("animals", target_is_directory=True)
    project.edit("conftest.py", "def over", "def elsewhere")
    session = project.run("-o", "retrieval_collection=link", "-k", "purring", code=0)
    assert session.counts() == {"passed": 1, "deselected": 5}


def test_depth_is_that_of_the_deepest_expectation(project: Project) -> None:
    project.edit("conftest.py", 'log.write(" ".join(queries) + "\\n")', 'log.write(f"{k}\\n")')
    project.run(code=0)
    assert project.calls() == ["100"]
    project.edit("animals.golden.yaml", "{cat: 10}", "{cow: 250}")
    project.run(code=0)
    assert project.calls() == ["250"]


def test_the_retriever_moves_to_the_collection_of_each_file(project: Project) -> None:
    _zoo(project)
    session = project.run(code=0)
    assert session.counts() == {"passed": 6}
    assert sorted(project.calls()) == ["big-cat", "purring hunter drink"]


def test_a_retriever_that_cannot_move_says_so(project: Project) -> None:
    _zoo(project)
    project.edit("conftest.py", "def over", "def elsewhere")
    session = project.run(code=1)
    outcomes = session.outcomes()
    assert (outcomes["purring"], outcomes["big-cat"]) == ("PASSED", "ERROR")
    assert "Counted has no method over(corpus); give it one, or run one" in session.text
    assert "During handling" not in session.text


def test_the_flag_wins_over_the_file_and_the_file_over_the_ini_key(project: Project) -> None:
    _zoo(project)
    project.write("pytest.ini", "[pytest]\nretrieval_collection = zoo\n")
    project.edit("conftest.py", "def over", "def elsewhere")  # made for the right one at once
    assert project.run("animals.golden.yaml", code=0).counts() == {"passed": 4}
    forced = project.run("zoo.golden.yaml", "--retrieval-collection=animals", code=1)
    assert forced.outcomes() == {"big-cat": "ERROR", "gate[P@1 >= 1.0]": "ERROR"}
    assert "document 'lion' (named in 'expect', grade 1) is not in the corpus" in forced.text
    project.edit("zoo.golden.yaml", "collection: zoo\n", "")
    assert project.run("zoo.golden.yaml", code=0).counts() == {"passed": 2}


def test_files_over_two_splits_of_one_collection_have_their_own_judgements(
    project: Project,
) -> None:
    project.edit("conftest.py", "def over", "def elsewhere")
    project.collection(qrels={"hunter": {"dog": 1}}, split="dev")
    project.write(
        "dev.golden.yaml",
        """\
        format: 1
        collection: animals
        split: dev
        queries: [{id: hunter}]
        gates: ["RR@10 >= 1.0"]
        """,
    )
    session = project.run(code=1)
    assert session.outcomes() == dict.fromkeys(GREEN_IDS, "PASSED") | {
        "hunter": "PASSED",
        "gate[RR@10 >= 1.0]": "FAILED",
    }
    assert "RR@10 is 0.5000, 0.5000 below 1.0 (query 'hunter')" in session.text


def test_a_broken_collection_is_an_error_with_its_place(project: Project) -> None:
    project.write("animals/queries.jsonl", '{"_id": "purring"}\n')
    session = project.run(code=1)
    assert session.outcomes() == dict.fromkeys(GREEN_IDS, "ERROR")
    assert "queries.jsonl:1: " in session.text
    assert "During handling" not in session.text
    project.edit("animals.golden.yaml", "collection: animals", "collection: animal")
    assert "no such folder; near names in its folder: animals" in project.run(code=1).text


def test_a_suite_needs_no_collection_at_all(project: Project) -> None:
    project.write(
        "conftest.py",
        BM25.replace("def retriever(corpus):", "def retriever():").replace(
            "Counted(BM25Retriever(corpus))",
            'Counted(BM25Retriever(Corpus.from_dict({"a": "one two", "b": "three"})))',
        )
        + "\nfrom retrieval_checks import Corpus\n",
    )
    (project.path / "animals.golden.yaml").unlink()
    project.write(
        "own.golden.yaml",
        """\
        format: 1
        queries:
          - {id: q, text: one?, relevant: {a: 2}, expect: {within: {a: 1}, absent: {b: 1}}}
          - {id: r, text: three?, relevant: {b: 2}, expect: {within: {a: 1}}}
        gates: ["nDCG@10 >= 1.0"]
        """,
    )
    session = project.run(code=1)
    assert session.outcomes() == {"q": "PASSED", "r": "FAILED", "gate[nDCG@10 >= 1.0]": "PASSED"}
    assert "    #1  [2]  " in session.text
