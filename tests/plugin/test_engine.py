"""`--retrieval-engine`: where the default retriever encodes and searches; nothing else changes."""

import pytest

from tests.plugin.conftest import GREEN, Project

ENCODER = """\
class Words:
    def encode(self, texts):
        return [[float(sum(sum(map(ord, w)) % 64 == i for w in t.lower().split()) + (i == 64))
                 for i in range(65)] for t in texts]


def model():
    return Words()


model.fingerprint = "words-1"
"""
IMPORTS = "import sys\nsys.path.insert(0, '.')\n"
TELLS = """
def pytest_unconfigure():
    print("ray loaded:", "ray" in sys.modules)
"""
WITHOUT_RAY = "import sys\nsys.modules['ray'] = None\n"
RED = GREEN.replace("within: {owl: 1}", "within: {cat: 1}")  # wrong for the query "hunter"


@pytest.fixture
def words(empty_project: Project) -> Project:
    """A project with a bi-encoder and the plugin's own retriever."""
    empty_project.collection()
    empty_project.write("animals.golden.yaml", RED)
    empty_project.write("encoders.py", ENCODER)
    empty_project.write("conftest.py", IMPORTS)
    return empty_project


FLAGS = ("--retrieval-bi-encoder=encoders:model", "--retrieval-cache=cache")


@pytest.mark.slow
def test_outcomes_on_ray_are_the_local_ones(words: Project) -> None:
    pytest.importorskip("ray")
    here = words.run(*FLAGS, code=1)
    for cache in ("cache", "empty"):  # with what is stored, and with nothing
        flags = (*FLAGS[:1], f"--retrieval-cache={cache}", "--retrieval-engine=ray")
        there = words.run(*flags, "-W", "error", code=1)
        assert there.outcomes() == here.outcomes()
        assert there.summary("hunter") == here.summary("hunter")
        assert "FAILED" in here.outcomes().values()
        _, _, told = there.text.partition("collected ")
        assert " ray" not in told.lower()
        assert there.errors == ""


@pytest.mark.slow
def test_a_candidate_is_searched_there_too(words: Project) -> None:
    pytest.importorskip("ray")
    words.write("animals.golden.yaml", GREEN)
    flags = (*FLAGS, "--retrieval-candidate=encoders:model")
    here, there = words.run(*flags), words.run(*flags, "--retrieval-engine=ray")
    assert there.outcomes() == here.outcomes()
    assert there.code == here.code


def test_a_retriever_of_ones_own_is_not_touched(project: Project) -> None:
    pytest.importorskip("ray")
    with (project.path / "conftest.py").open("a") as conftest:
        conftest.write("import sys\n" + TELLS)
    session = project.run("--retrieval-engine=ray", "-s", code=0)
    assert "ray loaded: False" in session.text


@pytest.mark.parametrize("given", [["--retrieval-engine=ray"], ["-o", "retrieval_engine=ray"]])
def test_without_ray_the_extra_is_named(project: Project, given: list[str]) -> None:
    project.write("conftest.py", WITHOUT_RAY)
    session = project.run(*given, code=4)
    session.result.stderr.fnmatch_lines(
        ['ERROR: the engine ray needs Ray: pip install "retrieval-checks[[]ray]"']
    )


def test_an_ini_key_asks_for_ray_only_where_something_is_retrieved(project: Project) -> None:
    project.write("conftest.py", WITHOUT_RAY)
    project.write("test_other.py", "def test_other():\n    pass\n")
    assert project.pytest("-o", "retrieval_engine=ray", "test_other.py").code == 0


def test_another_engine_is_a_usage_error(project: Project) -> None:
    session = project.run("--retrieval-engine=spark", code=4)
    session.result.stderr.fnmatch_lines(
        ["ERROR: retrieval engine 'spark' is unknown; one of: local, ray"]
    )
