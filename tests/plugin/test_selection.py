"""What is selected is what runs: by name, tag, id, last failure, at random, again."""

import xml.etree.ElementTree as ET

import pytest

from tests.plugin.conftest import BM25, GREEN, GREEN_IDS, QUERIES, Project

GATE = "animals.golden.yaml::gate[nDCG@10 >= 0.9]"


@pytest.mark.parametrize(
    ("args", "ran"),
    [
        (["-k", "hunter"], ["hunter"]),
        (["-k", "sound"], ["purring"]),
        (["-m", "sound", "--strict-markers"], ["purring"]),
        (["-m", "not sound", "--deselect", GATE], ["hunter", "drink"]),
        (["animals.golden.yaml::drink", "animals.golden.yaml::purring"], ["drink", "purring"]),
    ],
    ids=["name", "tag", "marker", "not-marker", "node-ids"],
)
def test_queries_are_selected_and_only_they_are_retrieved(
    project: Project, args: list[str], ran: list[str]
) -> None:
    session = project.run(*args, code=0)
    assert session.outcomes() == dict.fromkeys(ran, "PASSED")
    assert project.calls() == [" ".join(ran)]


def test_a_gate_alone_judges_the_whole_file(project: Project) -> None:
    session = project.run(GATE, code=0)
    assert session.outcomes() == {GREEN_IDS[-1]: "PASSED"}
    assert project.calls() == ["purring hunter drink"]
    assert "\nanimals.golden.yaml by 'bm25': nDCG@10 1.0000\n" in session.text


def test_last_failed_runs_only_what_failed_until_it_is_fixed(project: Project) -> None:
    project.edit("animals.golden.yaml", "{cat: 1}", "{owl: 1}")
    project.write("animals/qrels/test.tsv", "purring\towl\t1\nhunter\towl\t1\ndrink\tcow\t1\n")
    project.run(code=1)
    again = project.run("--lf", code=1)
    assert again.outcomes() == {"purring": "FAILED", GREEN_IDS[-1]: "FAILED"}
    project.collection()
    project.write("animals.golden.yaml", GREEN)
    project.calls()
    fixed = project.run("--lf", code=0)
    assert fixed.outcomes() == {"purring": "PASSED", GREEN_IDS[-1]: "PASSED"}
    assert project.calls() == ["purring hunter drink"]
    assert project.run("--lf", code=0).counts() == {"passed": 4}


def test_last_failed_of_the_other_tests_is_not_turned_red(project: Project) -> None:
    module = project.write("test_plain.py", "def test_plain(): raise ValueError\n")
    project.pytest("--retrieval-with-tests", code=1)
    module.write_text("def test_plain(): pass\n")
    assert project.pytest("--retrieval-with-tests", "--lf", code=0).counts() == {"passed": 1}


def test_stepwise_goes_on_where_it_stopped_and_x_stops(project: Project) -> None:
    name = "hunter.1[night]"  # dots and brackets mean something in names of tests
    project.edit("animals.golden.yaml", "hunter", f"{name}\n    relevant: {{owl: 1}}")
    project.collection(queries={**QUERIES, name: QUERIES["hunter"]})
    project.edit("animals.golden.yaml", "within: {owl: 1}", "within: {dog: 1}")
    stopped = project.run("--sw", "-v", code=2)
    assert stopped.outcomes() == {"purring": "PASSED", name: "FAILED"}
    assert f"animals.golden.yaml::{name} FAILED" in stopped.text
    assert project.run("-x", code=1).outcomes() == {"purring": "PASSED", name: "FAILED"}
    project.edit("animals.golden.yaml", "{dog: 1}", "{owl: 1}")
    assert set(project.run("--sw", code=0).outcomes()) == {name, *GREEN_IDS[2:]}


def test_random_order_judges_the_same(project: Project) -> None:
    project.write("more.golden.yaml", GREEN)
    session = project.run("-p", "randomly", code=0)
    assert "Using --randomly-seed" in session.text
    assert session.counts() == {"passed": 8}
    assert sorted(project.calls()) == ["purring hunter drink"] * 2


FLAKY = (
    BM25
    + """
class Flaky(Counted):
    def retrieve(self, queries, k):
        run = super().retrieve(queries, k)
        if len(open("calls.txt").readlines()) == 1:
            raise ConnectionError("the service sleeps")
        return run

@pytest.fixture(scope="session")
def retriever(corpus):
    return Flaky(BM25Retriever(corpus))
"""
)


def test_reruns_retrieve_again_after_an_error_and_judge_again_after_a_failure(
    project: Project,
) -> None:
    project.write("conftest.py", FLAKY)
    project.edit("animals.golden.yaml", "{owl: 1}", "{dog: 1}")
    session = project.run("-p", "rerunfailures", "--reruns", "1", "--junitxml=junit.xml", code=1)
    assert session.counts() == {"failed": 1, "passed": 3, "rerun": 2}
    assert len(project.calls()) == 2
    cases = list(ET.parse(project.path / "junit.xml").iter("testcase"))
    named = [[measured.get("name") for measured in case.iter("property")] for case in cases]
    assert any(named)
    assert all(len(names) == len(set(names)) for names in named)  # of the last try alone
