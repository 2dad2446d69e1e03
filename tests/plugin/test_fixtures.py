"""The fixtures: from settings, overridden one by one, unset; and the recorder."""

import json
import xml.etree.ElementTree as ET

import pytest

from tests.plugin.conftest import DOCUMENTS, GREEN_IDS, Project

FROM_SETTINGS = """\
def test_parts(collection, corpus, queries, qrels, retrieval_run):
    assert collection.name == "animals"
    assert corpus is collection.corpus and len(corpus) == 4
    assert list(queries) == ["purring", "hunter", "drink"]
    assert qrels["hunter"] == {"owl": 1, "dog": 0}
    assert retrieval_run.ranking("hunter") == ("owl", "dog")
"""


def test_ordinary_tests_get_the_collection_and_its_run_from_settings(project: Project) -> None:
    project.write("test_parts.py", FROM_SETTINGS)
    project.pytest("--retrieval-collection=animals", code=0)
    assert project.calls() == ["purring hunter drink"]
    project.write("pytest.ini", "[pytest]\nretrieval_collection = animals\n")
    assert project.pytest(code=0).counts() == {"passed": 1}
    (project.path / "pytest.ini").unlink()  # then from the golden file
    assert project.pytest("--retrieval-with-tests", code=0).counts() == {"passed": 5}


def test_without_judgements_a_query_is_asked_in_golden_files_only(project: Project) -> None:
    (project.path / "animals/qrels/test.tsv").write_text("purring\tcat\t1\n", encoding="utf-8")
    project.write("test_run.py", "def test_run(retrieval_run): assert len(retrieval_run) == 1\n")
    project.edit("animals.golden.yaml", "gates", "#")
    session = project.pytest("--retrieval-with-tests", "-k", "hunter or run", code=0)
    assert session.counts() == {"passed": 2, "deselected": 2}


OWN_CORPUS = """
from retrieval_checks import Corpus

@pytest.fixture(scope="session")
def corpus():
    return Corpus.from_dict({"cat": "purr", "owl": "hunts at night", "cow": "milk", "dog": "night"})
"""
OWN_RETRIEVER = """\
import pytest
from retrieval_checks import Run

class Service:
    def retrieve(self, queries, k):
        known = {"purring": ["cat"], "hunter": ["owl", "dog"], "drink": ["cow"]}
        return Run.from_ids({query_id: known[query_id] for query_id in queries}, name="service")

@pytest.fixture(scope="session")
def retriever():
    return Service()
"""


def test_the_corpus_alone_can_be_overridden(project: Project) -> None:
    with (project.path / "conftest.py").open("a") as conftest:
        conftest.write(OWN_CORPUS)
    project.edit("animals.golden.yaml", "{cat: 1}", "{dog: 1}")
    session = project.run(code=1)
    assert session.counts() == {"failed": 1, "passed": 3}
    assert "  cat  purr\n" in session.text


def test_a_retriever_without_a_corpus_is_enough(project: Project) -> None:
    project.write("conftest.py", OWN_RETRIEVER)
    project.edit("animals.golden.yaml", "collection: animals", "")
    texts = {
        "purring": "Who purrs?\n    relevant: {cat: 1}",
        "hunter": "Who?\n    relevant: {owl: 1}",
    }
    for name, text in texts.items():
        project.edit("animals.golden.yaml", f"id: {name}", f"id: {name}\n    text: {text}")
    project.edit("animals.golden.yaml", "come from?", "come from?\n    relevant: {cow: 1}")
    assert project.run(code=0).counts() == {"passed": 4}
    project.edit("animals.golden.yaml", "within: {cat: 1}", "within: {dog: 1}")
    session = project.run("-k", "purring", code=1)
    assert "ranking by 'service' (nDCG@10 1.000):" in session.text
    assert "    #1  [1]  1.0000   cat\n" in session.text


MODELS = """\
import numpy as np
import pytest
from retrieval_checks import Reranker

WORDS = "purr hunt night milk happy".split()

class Encoder:
    similarity = "dot"

    def _encode(self, texts):
        return np.array([[float(word in text) for word in WORDS] for text in texts], np.float32)

    encode_queries = encode_documents = _encode

class Lengths:
    def score_pairs(self, pairs):
        return np.array([-float(len(document)) for _, document in pairs])

@pytest.fixture(scope="session")
def bi_encoder():
    return Encoder()
"""
RERANKER = """
@pytest.fixture(scope="session")
def reranker():
    return Lengths()
"""


def test_overridden_models_make_the_default_retriever(project: Project) -> None:
    """By length, the shortest first: owl, cat, dog, cow."""
    project.write("conftest.py", MODELS)
    project.write(
        "test_order.py",
        """\
        def test_order(retrieval_run, retriever):
            open("stages.txt", "a").write(f"{retrieval_run.name}\\n")
            assert retrieval_run.ranking("hunter")[0] == "owl"
            shortest_first = ("owl", "cat", "dog", "cow")
            is_reranked = "rerank" in retrieval_run.name
            assert (retrieval_run.ranking("purring") == shortest_first) is is_reranked
        """,
    )
    args = ("--retrieval-collection=animals",)
    project.pytest(*args, code=0)
    with (project.path / "conftest.py").open("a") as conftest:
        conftest.write(RERANKER)
    project.pytest(*args, code=0)
    names = (project.path / "stages.txt").read_text().splitlines()
    assert names == ["dense", "dense > rerank"]


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        (
            "collection",
            ["--retrieval-collection PATH, the ini key", "def collection():", "Collection(corpus,"],
        ),
        ("qrels", ["the fixture 'collection' is not set", "override it in conftest.py:"]),
        (
            "reranker",
            ["--retrieval-reranker MODEL or the ini key", "def reranker():", "CrossEncoderModel("],
        ),
    ],
)
def test_what_is_not_set_says_how_to_set_it(
    empty_project: Project, asked: str, shown: list[str]
) -> None:
    empty_project.write("test_it.py", f"def test_it({asked}): pass\n")
    session = empty_project.pytest(code=1)
    assert session.counts() == {"errors": 1}
    for text in [*shown, '@pytest.fixture(scope="session")']:
        assert text in session.text
    assert "Traceback" not in session.text
    assert "fixtures.py" not in session.text


def test_a_golden_query_without_a_collection_to_search_says_how_to_set_it(
    empty_project: Project,
) -> None:
    empty_project.write(
        "a.golden.yaml", "format: 1\nqueries: [{id: q, expect: {within: {d: 1}}}]\n"
    )
    session = empty_project.run(code=1)
    assert session.outcomes() == {"q": "ERROR"}
    assert (
        "or 'collection: PATH' in the golden file, or override it in conftest.py:" in session.text
    )


RECORDING = """\
import numpy as np
import pytest
from retrieval_checks import Qrels, Run, check_metric_at_least, check_ranked_within

RUN = Run.from_ids({"q": ["a", "b"]})

def test_good(retrieval, record_property):
    record_property("retrieval", "a property of the user's own")
    retrieval.record("latency ms", 12.5)
    retrieval.record("numpy", np.float32(0.5))
    retrieval.record("model", "all-MiniLM-L6-v2")
    assert retrieval.check(check_ranked_within(RUN, "q", "a", 1)).passed

def test_bad(retrieval):
    retrieval.record("before", 1)
    retrieval.check(check_metric_at_least(RUN, Qrels.from_dict({"q": {"b": 1}}), "RR@10", 0.75))
    retrieval.record("never", 2)

def test_silent(retrieval):
    pass

@pytest.mark.parametrize("value", [float("nan"), np.float64("inf"), None, [1]])
def test_refused(retrieval, value):
    with pytest.raises(ValueError, match="figure 'x' is .*; record text or a finite number"):
        retrieval.record("x", value)
"""


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["plain", "xdist"])
def test_records_and_checks_reach_junit_and_the_report(
    empty_project: Project, workers: tuple[str, ...]
) -> None:
    empty_project.write("test_it.py", RECORDING)
    args = ("--retrieval-report=report.json", "--junitxml=junit.xml", "-rA", *workers)
    session = empty_project.pytest(*args, code=1)
    assert session.summary("test_bad").endswith("RR@10 is 0.5000, 0.2500 below 0.75 (query 'q')")
    assert "test_it.py: 1 of 2 tests as expected (test_bad not)" in session.text

    report = json.loads((empty_project.path / "report.json").read_text(encoding="utf-8"))
    (file,) = report["files"]
    assert (file["path"], file["gates"]) == ("test_it.py", [])
    good, bad = file["tests"]
    assert (good["name"], good["outcome"], good["line"]) == ("test_good", "passed", 7)
    assert good["figures"] == {"latency ms": 12.5, "numpy": 0.5, "model": "all-MiniLM-L6-v2"}
    assert [verdict["outcome"] for verdict in good["verdicts"]] == ["PASS"]
    assert (bad["name"], bad["outcome"], bad["figures"]) == ("test_bad", "failed", {"before": 1})
    assert bad["verdicts"][0]["evidence"]["value"] == 0.5
    assert "RR@10 is 0.5000, 0.2500 below 0.75" in bad["message"]

    cases = {c.get("name"): c for c in ET.parse(empty_project.path / "junit.xml").iter("testcase")}
    kept = [p.get("value", "") for p in cases["test_good"].iter("property")]
    assert kept[0] == "a property of the user's own"
    assert json.loads(kept[1])["figures"]["latency ms"] == 12.5
    assert not list(cases["test_silent"].iter("property"))


def test_golden_items_of_the_same_name_as_fixtures_do_not_collide(project: Project) -> None:
    project.edit("animals.golden.yaml", "purring", "corpus\n    text: Who purrs?")
    project.edit(
        "animals.golden.yaml", "within: {cat: 1}", "within: {cat: 1}}\n    relevant: {cat: 1"
    )
    assert project.run(code=0).outcomes() == dict.fromkeys(["corpus", *GREEN_IDS[1:]], "PASSED")


def test_judgements_of_documents_that_are_gone_are_counted_and_named(project: Project) -> None:
    project.collection(documents={d: text for d, text in DOCUMENTS.items() if d != "dog"})
    project.write("test_it.py", "def test_it(qrels): assert len(qrels) == 3\n")
    session = project.pytest("--retrieval-collection=animals", "test_it.py", code=0)
    assert "1 judged documents are not in the corpus, among them 'dog' for query" in session.text
