"""What a golden query or gate comes to, and what is said about it."""

import json

import pytest

from tests.plugin.conftest import (
    BM25,
    DOCUMENTS,
    GREEN_IDS,
    QRELS,
    QUERIES,
    Project,
)

WORKERS = pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["plain", "xdist"])

RED = """\
format: 1
collection: animals
queries:
  - id: purring
    expect: {within: {dog: 2}}
  - id: hunter
    expect:
      absent: {dog: 3}
      above: [[dog, owl]]
  - id: drink
    expect: {metrics: ["P@1 >= 0.5", "P@2 >= 0.75"]}
gates: ["P@5 >= 0.5", "nDCG@10 >= 0.9"]
"""


@WORKERS
def test_a_failure_says_what_was_expected_found_and_what_to_do(
    project: Project, workers: tuple[str, ...]
) -> None:
    project.write("animals.golden.yaml", RED)
    session = project.run("-p", "no:logging", *workers, code=1)
    assert session.outcomes() == {
        "purring": "FAILED",
        "hunter": "FAILED",
        "drink": "FAILED",
        "gate[P@5 >= 0.5]": "FAILED",
        "gate[nDCG@10 >= 0.9]": "PASSED",
    }
    session.result.stdout.fnmatch_lines(
        [
            "*_ golden purring _*",
            "'dog' is not among the 1 document retrieved; the worst allowed rank is 2",
            "golden query 'purring' (animals.golden.yaml:4):",
            '  "Which animals purr?"',
            "1 of 1 expectations not met:",
            "  x 'dog' within rank 2",
            "      'dog' is not among the 1 document retrieved; the worst allowed rank is 2",
            "ranking by 'bm25' (nDCG@10 1.000, P@5 0.200):",
            "    #1  [[]1]  *   cat  Cats purr when they are happy.",
            "->   -  [[] ]  *   dog  not retrieved (the ranking has 1 document)",
            "to do: look for what changed since this held (model, prompts, corpus, code);",
            "       if the new ranking is right, change animals.golden.yaml:4",
            "*_ golden hunter _*",
            "'dog' is at rank 2, 2 above the best allowed rank 4",
            "2 of 2 expectations not met:",
            "  x 'dog' not within rank 3",
            "      'dog' is at rank 2, 2 above the best allowed rank 4",
            "  x 'dog' above 'owl'",
            "      'dog' is at rank 2, 1 below 'owl' at rank 1",
            "      #1 is 'owl', * ahead of #2 'dog'",
            "*_ golden drink _*",
            "P@2 is 0.5000, 0.2500 below 0.75 (query 'drink')",
            "1 of 2 expectations not met:",
            "  x P@2 >= 0.75",
            "*_ golden gate[[]P@5 >= 0.5[]] _*",
            "P@5 is 0.2000, 0.3000 below 0.5 (3 queries)",
            "  0.2000  drink    Where does milk come from?",
            "to do: *",
        ]
    )
    assert session.summary("purring").startswith("'dog' is not among the 1 document retrieved;")
    assert session.summary("drink") == "P@2 is 0.5000, 0.2500 below 0.75 (query 'drink')"
    assert session.summary("gate[P@5 >= 0.5]") == "P@5 is 0.2000, 0.3000 below 0.5 (3 queries)"
    assert "golden/items.py" not in session.text
    if not workers:
        line = project.run("--tb=line", "-k", "drink", code=1).text
        assert "animals.golden.yaml:10: P@2 is 0.5000, 0.2500 below 0.75" in line


@WORKERS
def test_a_deleted_document_is_an_error_of_its_query_and_of_the_gate(
    project: Project, workers: tuple[str, ...]
) -> None:
    project.collection(documents={d: text for d, text in DOCUMENTS.items() if d != "owl"})
    session = project.run(*workers, code=1)
    assert session.outcomes() == dict(
        zip(GREEN_IDS, ["PASSED", "ERROR", "PASSED", "ERROR"], strict=True)
    )
    assert session.counts() == {"passed": 2, "errors": 2}
    told = "document 'owl' (named in 'expect', grade 1) is not in the corpus of 3 documents: stale"
    assert f"animals.golden.yaml:7: golden query 'hunter': {told} label" in session.text
    assert told in session.summary("hunter")
    assert "restore the document, or correct the golden file and judgements" in session.text
    assert "1 of 3 golden queries cannot be judged:" in session.summary(GREEN_IDS[-1])
    assert "Traceback" not in session.text
    assert "During handling" not in session.text


def test_a_query_without_a_result_is_an_error_not_a_zero(project: Project) -> None:
    project.collection(queries={**QUERIES, "drink": "Quid est?"})
    project.edit("animals.golden.yaml", "text: Where does milk come from?", "text: Quid est?")
    session = project.run(code=1)
    assert session.outcomes() == dict(
        zip(GREEN_IDS, ["PASSED", "PASSED", "ERROR", "ERROR"], strict=True)
    )
    assert "the retriever returned nothing for 1 of 1 golden queries: 'drink'" in session.text
    assert "the retriever returned nothing for 1 of 3 golden queries: 'drink'" in session.text


RAISING = """
class Raising:
    def retrieve(self, queries, k):
        open("calls.txt", "a").write("call\\n")
        raise ConnectionError("search.example is down")

@pytest.fixture(scope="session")
def retriever():
    return Raising()
"""


def test_a_retriever_that_raises_is_asked_once_and_shows_one_traceback(project: Project) -> None:
    project.write("conftest.py", BM25 + RAISING)
    session = project.run(code=1)
    assert session.outcomes() == dict.fromkeys(GREEN_IDS, "ERROR")
    assert project.calls() == ["call"]
    shown = 'raise ConnectionError("search.example is down")'
    assert session.text.count(shown) == 1
    for name in GREEN_IDS:
        assert "ConnectionError: search.example is down" in session.summary(name)
    assert session.text.count("in full at animals.golden.yaml::purring") == 3


def test_a_retriever_that_returns_no_run_is_told_what_to_return(project: Project) -> None:
    project.edit("conftest.py", "return self.inner.retrieve(queries, k)", "return {}")
    session = project.run("-k", "purring", code=1)
    told = "Counted.retrieve returned an object of type dict, not a Run; Run.from_dict("
    assert told in session.summary("purring")


def test_what_cannot_be_judged_is_an_error_that_says_why(project: Project) -> None:
    project.collection(queries={**QUERIES, "new": "Who moos?"}, qrels={**QRELS, "purring": {}})
    project.write(
        "animals.golden.yaml",
        """\
        format: 1
        collection: animals
        queries:
          - {id: purring, text: What animals purr?, expect: {within: {cat: 1}}}
          - {id: hunter, relevant: {owl: 2}}
          - {id: drink, expect: {within: {cow: 1}}}
          - {id: new, expect: {metrics: ["P@1 >= 1.0"]}}
          - {id: unknown}
          - {id: unjudged, text: Who moos?}
        gates: ["P@1 >= 0.1"]
        """,
    )
    session = project.run(code=1)
    assert session.counts() == {"errors": 5, "passed": 2}
    for name, why in {
        "purring": "its text differs from the collection's, which is 'Which animals purr?'",
        "hunter": "'relevant' contradicts the collection's judgements; keep one of them",
        "new": "expectation 'P@1 >= 1.0' needs judgements, and 1 golden query has none: 'new'",
        "unknown": "it has no 'text', and the collection has no query of this id",
        "gate[P@1 >= 0.1]": "3 of 6 golden queries cannot be judged:",
    }.items():
        assert why in session.summary(name)
    only = project.run("-k", "unknown", code=1)  # nothing is left to be asked
    assert only.counts() == {"errors": 1, "deselected": 6}
    assert project.calls() == ["hunter drink new unjudged"]


def test_a_gate_over_unjudged_queries_is_an_error(project: Project) -> None:
    project.edit("animals.golden.yaml", "gates:", "  - {id: new, text: Who moos?}\ngates:")
    session = project.run(code=1)
    assert session.outcomes() == dict.fromkeys([*GREEN_IDS[:3], "new"], "PASSED") | {
        GREEN_IDS[-1]: "ERROR"
    }
    told = "gate 'nDCG@10 >= 0.9' needs judgements, and 1 golden query has none: 'new'; add"
    assert told in session.summary(GREEN_IDS[-1])


def test_hostile_texts_are_harmless_in_the_terminal(project: Project) -> None:
    escape = "\x1b]0;owned\x07\x1b[2J\x1b[31m"
    project.collection(
        documents={**DOCUMENTS, "cat": f"Cats {escape}purr\n\rwhen \u202ehappy\x9b1A."},
        queries={**QUERIES, "purring": f"Which animals{escape} purr?\x08"},
    )
    project.edit("animals.golden.yaml", "within: {cat: 1}", "within: {cat: 1, dog: 1}")
    project.edit("animals.golden.yaml", '"nDCG@10 >= 0.9"', '"P@2 >= 0.9"')
    session = project.run("--retrieval-report=report.json", "--color=yes", "-vv", code=1)
    assert "Which animals purr?" in session.text
    assert "Cats purr when happy" in session.text
    raw = "".join(session.result.outlines)
    for mark in ("\x1b]", "\x1b[2J", "\x07", "\x9b", "\u202e", "\r", "\x08"):
        assert mark not in raw
    assert "\\u001b]0;owned" in (project.path / "report.json").read_text(encoding="utf-8")


def test_infinite_scores_are_reported(project: Project) -> None:
    project.edit(
        "conftest.py",
        "return self.inner.retrieve(queries, k)",
        'return Run.from_dict({"purring": {"cat": float("inf"), "dog": float("-inf")}})',
    )
    project.edit("conftest.py", "import BM25Retriever", "import BM25Retriever, Run")
    project.run("-k", "purring", "--retrieval-report=report.json", code=0)
    report = json.loads((project.path / "report.json").read_text(encoding="utf-8"))
    assert report["files"][0]["tests"][0]["ranking"] == [["cat", None], ["dog", None]]


@WORKERS
def test_the_green_suite_is_green_under_strict_settings(
    project: Project, workers: tuple[str, ...]
) -> None:
    args = ("--strict-markers", "--strict-config", "-W", "error", "--retrieval-with-tests")
    project.write("pytest.ini", "[pytest]\nxfail_strict = true\n")
    session = project.pytest(*args, "-rA", *workers, code=0)
    assert session.outcomes() == dict.fromkeys(GREEN_IDS, "PASSED")


@pytest.mark.parametrize(
    ("made", "message"),
    [
        ("None", "the fixture 'retriever' is a NoneType; it must be an object with the method"),
        ("Counted", "the fixture 'retriever' is a class; it must be an object with the method"),
    ],
)
def test_what_is_no_retriever_is_told_what_one_has(
    project: Project, made: str, message: str
) -> None:
    project.edit("conftest.py", "return Counted(BM25Retriever(corpus))", f"return {made}")
    project.write("test_run.py", "def test_run(retrieval_run): pass\n")
    session = project.pytest(
        "--retrieval-with-tests", "--retrieval-collection=animals", "-rA", code=1
    )
    assert session.outcomes()["purring"] == "ERROR"
    assert session.text.count(message) >= 2  # a golden item and the fixture `retrieval_run`
    assert "in full at animals.golden.yaml::purring" in session.text
    assert "golden/items.py" not in session.text
    assert "traceback entries are hidden" not in session.text


def test_a_function_is_a_retriever_too(project: Project) -> None:
    project.write(
        "conftest.py",
        """\
        import pytest

        @pytest.fixture(scope="session")
        def retriever():
            ranked = {"purring": ["cat", "dog"], "hunter": ["owl", "cow"], "drink": ["cow"]}
            return lambda queries, k: {query_id: ranked[query_id] for query_id in queries}
        """,
    )
    session = project.run()
    assert session.outcomes()["purring"] == session.outcomes()["drink"] == "PASSED"
