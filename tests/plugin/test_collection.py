"""Golden files become test items: one a query, one a gate, at their lines of the YAML."""

import xml.etree.ElementTree as ET

import pytest

from tests.plugin.conftest import BM25, GREEN, GREEN_IDS, Project, Session

EXPLODING = "raise RuntimeError('this module was imported')\n"


def _ids(session: Session) -> list[str]:
    return [line for line in session.result.outlines if "::" in line]


def test_one_item_a_query_and_one_a_gate_in_the_order_of_the_file(project: Project) -> None:
    session = project.pytest("--retrieval-golden", "--co", "-q", code=0)
    assert _ids(session) == [f"animals.golden.yaml::{name}" for name in GREEN_IDS]
    assert not project.calls()


def test_without_a_flag_nothing_is_collected_and_other_tests_run(project: Project) -> None:
    project.write("test_plain.py", "def test_plain(): pass\n")
    assert _ids(project.pytest("--co", "-q", code=0)) == ["test_plain.py::test_plain"]
    assert project.pytest("animals.golden.yaml").code in (4, 5)


def test_the_line_of_an_item_is_its_line_in_the_yaml(project: Project) -> None:
    project.pytest("--retrieval-golden", "--junitxml=junit.xml", "-o", "junit_family=xunit1")
    cases = list(ET.parse(project.path / "junit.xml").iter("testcase"))
    lines = {case.get("name"): int(case.get("line", -1)) + 1 for case in cases}
    text = GREEN.splitlines()
    assert {name: text[line - 1].split(": ", 1)[1] for name, line in lines.items() if name} == {
        "purring": "purring",
        "hunter": "hunter",
        "drink": "drink",
        "gate[nDCG@10 >= 0.9]": '["nDCG@10 >= 0.9"]',
    }
    assert {case.get("file") for case in cases} == {"animals.golden.yaml"}


def test_the_flag_imports_no_test_module_but_those_on_the_command_line(project: Project) -> None:
    project.write("test_exploding.py", EXPLODING)
    project.write("sub/test_exploding_too.py", EXPLODING)
    project.write("test_named.py", "def test_named(): pass\n")
    assert project.run(code=0).counts() == {"passed": 4}
    named = project.run("test_named.py", "animals.golden.yaml::purring", code=0)
    assert named.outcomes() == {"test_named": "PASSED", "purring": "PASSED"}
    assert "this module was imported" in project.run("test_exploding.py", code=2).text


def test_with_tests_runs_golden_files_beside_the_others(project: Project) -> None:
    project.write("test_plain.py", "def test_plain(qrels): assert qrels['purring'] == {'cat': 1}\n")
    session = project.pytest("--retrieval-with-tests", "-rA", code=0)
    assert set(session.outcomes()) == {*GREEN_IDS, "test_plain"}


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["plain", "xdist"])
def test_no_golden_file_is_not_green(empty_project: Project, workers: tuple[str, ...]) -> None:
    empty_project.write("test_plain.py", "def test_plain(): pass\n")
    empty_project.pytest("--retrieval-golden", *workers, code=5)
    session = empty_project.pytest("--retrieval-with-tests", *workers, code=5)
    assert session.counts() == {"passed": 1}


def test_with_tests_leaves_the_exit_code_alone_where_tests_are_picked(project: Project) -> None:
    project.write("test_plain.py", "def test_plain(): pass\n")
    assert project.pytest("--retrieval-with-tests", "-k", "plain", code=0).counts() == {
        "passed": 1,
        "deselected": 4,
    }
    (project.path / "animals.golden.yaml").unlink()
    project.pytest("--retrieval-with-tests", "test_plain.py::test_plain", code=0)
    project.pytest("--retrieval-with-tests", "--co", code=0)
    project.pytest("--retrieval-with-tests", ".", code=5)


def test_golden_files_in_nested_folders_with_their_own_conftest(project: Project) -> None:
    nested = GREEN.replace("collection: animals", "collection: ../../animals")
    project.write("a/b/nested.golden.yaml", nested)
    project.write("a/b/__init__.py", "")
    project.write("a/b/conftest.py", BM25.replace('"calls.txt"', '"nested.txt"'))
    session = project.run(code=0)
    assert session.counts() == {"passed": 8}
    assert project.calls() == ["purring hunter drink"]
    assert (project.path / "nested.txt").read_text() == "purring hunter drink\n"


def test_rootdir_with_the_ini_file_may_lie_above(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("pytest.ini", "[pytest]\nretrieval_collection = animals\n")
    below = GREEN.replace("collection: animals\n", "")
    project.write("suites/low.golden.yaml", below)
    (project.path / "animals.golden.yaml").unlink()
    monkeypatch.chdir(project.path / "suites")
    session = project.run("--import-mode=importlib", code=0)
    assert session.outcomes() == dict.fromkeys(GREEN_IDS, "PASSED")
    assert "\nsuites/low.golden.yaml by 'bm25': 3 of 3 queries as expected" in session.text


def test_fixtures_of_every_scope_and_the_module_reach_golden_queries(project: Project) -> None:
    project.write(
        "conftest.py",
        BM25
        + """
@pytest.fixture(autouse=True, scope="session")
def once():
    with open("scopes.txt", "a") as log: log.write("session ")
    yield

@pytest.fixture(autouse=True, scope="module")
def per_file(request):
    with open("scopes.txt", "a") as log: log.write(request.module.__name__ + " ")
    yield

@pytest.fixture(autouse=True)
def per_item(request, tmp_path):
    assert request.node.nodeid.startswith("animals.golden.yaml::")
    assert request.cls is None and request.function
    with open("scopes.txt", "a") as log: log.write(request.node.name + " ")
    yield
""",
    )
    project.run("-k", "not gate", code=0)
    found = (project.path / "scopes.txt").read_text().split()
    assert found == ["session", "animals", "purring", "hunter", "drink"]


def test_plans_and_lists_of_fixtures_retrieve_nothing(project: Project) -> None:
    plan = project.pytest("--retrieval-golden", "--setup-plan", code=0)
    assert "animals.golden.yaml::purring" in plan.text
    listed = project.pytest("--retrieval-golden", "--fixtures", code=0)
    for name in ("corpus", "queries", "qrels", "collection", "bi_encoder", "reranker"):
        assert f"\n{name} [session scope] -- " in listed.text
    assert "\nretriever [session scope] -- conftest.py" in listed.text
    assert "\nretrieval -- " in listed.text
    assert not project.calls()


MALFORMED = {
    "key": ("within:", "withn:", "key.golden.yaml:6: unknown key 'withn' in expect; did you mean"),
    "tag": ("[sound]", "[skip]", "tag 'skip' is a marker of pytest's or of another plugin's"),
    "id": ("id: hunter", "id: purring", "query 'purring' stands already in line 4"),
    "gate": ("nDCG@10 >=", "nDGC@10 >=", "gate.golden.yaml:16: 'nDGC@10 >= 0.9', position 1: no"),
    "yaml": ("format: 1", "format: [", "yaml.golden.yaml:3: not YAML: "),
}


def test_a_malformed_file_is_an_error_of_collection(project: Project) -> None:
    for name, (old, new, _) in MALFORMED.items():
        project.write(f"{name}.golden.yaml", GREEN.replace(old, new))
    session = project.run(code=2)
    assert session.counts() == {"errors": len(MALFORMED)}
    for name, (_, _, message) in MALFORMED.items():
        assert f"ERROR {name}.golden.yaml" in session.text
        assert message in session.text
    assert "golden/items.py" not in session.text


def test_a_golden_file_may_end_in_yml(project: Project) -> None:
    (project.path / "animals.golden.yaml").rename(project.path / "animals.golden.yml")
    assert project.run(code=0).counts() == {"passed": 4}


def test_a_golden_file_named_without_a_flag_is_a_usage_error(project: Project) -> None:
    for name in ("animals.golden.yaml", "animals.golden.yaml::purring"):
        session = project.pytest(name, code=4)
        assert "animals.golden.yaml is a golden file: add --retrieval-golden" in session.text
        assert "Traceback" not in session.text


def test_where_none_is_found_the_end_says_so(empty_project: Project) -> None:
    text = empty_project.run(code=5).text
    assert "no golden file (*.golden.yaml) where pytest looked: testpaths, arguments" in text


def test_tags_that_another_plugin_acts_on_are_refused_and_declared_ones_are_not(
    project: Project,
) -> None:
    project.write("pytest.ini", "[pytest]\nmarkers =\n    sound: of mine\n")
    assert project.run("--strict-markers", "-m", "sound", code=0).counts()["passed"] == 1
    plugin = "def pytest_configure(config):\n    config.addinivalue_line('markers', 'flaky: x')\n"
    project.write("conftest.py", (project.path / "conftest.py").read_text() + "\n" + plugin)
    project.edit("animals.golden.yaml", "[sound]", "[flaky]")
    assert "tag 'flaky' is a marker of pytest's or of another plugin's" in project.run(code=2).text
