"""--retrieval-candidate: another pipeline against the current one."""

import pytest

from tests.plugin.conftest import Project

WORKERS = pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["plain", "xdist"])
N = 120
PIPELINES = """\
[tool.retrieval_checks.pipelines.same]
retriever = "pipelines:same"

[tool.retrieval_checks.pipelines.worse]
retriever = "pipelines:worse"

[tool.retrieval_checks.pipelines.doubtful]
retriever = "pipelines:doubtful"
"""
MODULE = """\
from retrieval_checks import BM25Retriever, Run


class Losing:
    \"\"\"BM25 that finds nothing relevant for the first queries.\"\"\"

    name = "losing"

    def __init__(self, corpus, lost):
        self.inner, self.lost = BM25Retriever(corpus), lost

    def retrieve(self, queries, k):
        run = self.inner.retrieve(queries, k)
        lost = {f"q{i:03}": ["other"] for i in range(self.lost)}
        return Run.from_ids({q: lost.get(q, list(run.ranking(q))) for q in run}, name="losing")


def same(corpus):
    return BM25Retriever(corpus)


def worse(corpus):
    return Losing(corpus, 12)


def doubtful(corpus):
    return Losing(corpus, 1)
"""
CONFTEST = """\
import pytest
from retrieval_checks import BM25Retriever


@pytest.fixture(scope="session")
def retriever(corpus):
    return BM25Retriever(corpus)
"""


@pytest.fixture
def many(empty_project: Project) -> Project:
    """120 queries, each found by its own word; 12 losses are shown, 1 is not."""
    words = {f"d{i:03}": f"word{i:03} stands here" for i in range(N)}
    empty_project.collection(
        documents={**words, "other": "nothing of interest"},
        queries={f"q{i:03}": f"where is word{i:03}?" for i in range(N)},
        qrels={f"q{i:03}": {f"d{i:03}": 1, "other": 0} for i in range(N)},
    )
    ids = "".join(f"  - id: q{i:03}\n" for i in range(N))
    text = f"format: 1\ncollection: animals\nqueries:\n{ids}gates: ['Success@10 >= 0.5']\n"
    empty_project.write("many.golden.yaml", text)
    empty_project.write("conftest.py", CONFTEST)
    empty_project.write("pipelines.py", MODULE)
    empty_project.write("pytest.ini", "[pytest]\npythonpath = .\n")
    empty_project.write("pyproject.toml", PIPELINES)
    return empty_project


@WORKERS
@pytest.mark.parametrize(
    ("name", "outcome", "line"),
    [
        ("same", "PASSED", "  UPGRADE"),
        ("worse", "FAILED", "HOLD: fails 'nDCG@10 drop <= 0.02'"),
        ("doubtful", "FAILED", "NOT ENOUGH EVIDENCE ("),
    ],
)
def test_it_ends_in_one_line(
    many: Project, name: str, outcome: str, line: str, workers: tuple[str, ...]
) -> None:
    if workers and name != "worse":
        pytest.skip("one answer tells that workers send it home")
    session = many.run("--retrieval-candidate", name, *workers)
    assert session.outcomes()[f"upgrade[{name}]"] == outcome
    assert any(found.startswith(line) for found in session.result.outlines), session.text
    assert session.code == (0 if outcome == "PASSED" else 1)
    if name == "worse":
        assert "  nDCG@10: 1.0000 -> 0.9000, -0.1000 [" in session.text
        assert "  win / tie / loss: 0 / 108 / 12" in session.text
        assert "bm25 ms, p50 / p95" in session.text


def test_a_golden_query_that_the_candidate_breaks_holds(many: Project) -> None:
    many.edit(
        "many.golden.yaml", "  - id: q000\n", "  - id: q000\n    expect: {within: {d000: 1}}\n"
    )
    session = many.run("--retrieval-candidate", "doubtful", code=1)
    assert (
        "BROKEN golden query 'q000': 'd000' is not among the 1 document retrieved" in session.text
    )
    assert session.summary("upgrade[doubtful]").startswith("HOLD: breaks 'q000'")


def test_what_a_pipeline_may_say_is_checked(many: Project) -> None:
    many.write("pyproject.toml", "[tool.retrieval_checks.pipelines.same]\nbi_encodr = 'x'\n")
    session = many.run("--retrieval-candidate", "same", "-k", "upgrade", code=1)
    assert "pipelines.same]: unknown key 'bi_encodr'; did you mean 'bi_encoder'?" in session.text


def test_a_name_that_is_no_pipeline_is_told_its_near_name(many: Project) -> None:
    session = many.run("--retrieval-candidate", "wors", "-k", "upgrade", code=1)
    assert "no pipeline 'wors' in [tool.retrieval_checks.pipelines]; did you mean" in session.text
