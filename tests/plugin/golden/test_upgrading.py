"""--retrieval-candidate: another pipeline against the current one."""

import pytest

from tests.plugin.conftest import Project, Session

WORKERS = pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["plain", "xdist"])
N = 120
PIPELINES = """\
[tool.retrieval_checks.pipelines.same]
retriever = "pipelines:same"

[tool.retrieval_checks.pipelines.worse]
retriever = "pipelines:worse"

[tool.retrieval_checks.pipelines.doubtful]
retriever = "pipelines:doubtful"

[tool.retrieval_checks.pipelines.losing]
retriever = "pipelines:losing"
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


class Doubtful(Losing):
    \"\"\"BM25 that puts something else before the answer of the first queries.\"\"\"

    def retrieve(self, queries, k):
        run = self.inner.retrieve(queries, k)
        fallen = {f"q{i:03}": ["other"] for i in range(self.lost)}
        return Run.from_ids({q: fallen.get(q, []) + list(run.ranking(q)) for q in run})


def same(corpus):
    return BM25Retriever(corpus)


def worse(corpus):
    return Losing(corpus, 12)


def doubtful(corpus):
    return Doubtful(corpus, 4)


def losing(corpus):
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
    """120 queries, each found by its own word; 12 losses are shown, 4 falls to rank 2 are not."""
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
        ("worse", "FAILED", "HOLD: fails 'nDCG@10 drop <= 0.02'; breaks 'q000', 'q001', "),
        ("losing", "FAILED", "HOLD: breaks 'q000'"),
        ("doubtful", "FAILED", "NOT ENOUGH EVIDENCE"),
    ],
)
def test_it_ends_in_one_line(
    many: Project, name: str, outcome: str, line: str, workers: tuple[str, ...]
) -> None:
    session = many.run("--retrieval-candidate", name, *workers)
    assert session.outcomes()[f"upgrade[{name}]"] == outcome
    assert any(found.startswith(line) for found in session.result.outlines), session.text
    assert session.code == (0 if outcome == "PASSED" else 1)
    if name == "worse":
        assert "  nDCG@10: 1.0000 -> 0.9000, -0.1000 [" in session.text
        assert "  win / tie / loss: 0 / 108 / 12" in session.text
        assert "bm25 ms, p50 / p95" in session.text


@pytest.mark.parametrize("name", ["same", "doubtful"])
def test_workers_tell_the_same(many: Project, name: str) -> None:
    texts = [_report(many.run("--retrieval-candidate", name, *w)) for w in ((), ("-n", "2"))]
    assert len(texts[0]) > 8
    assert texts[0] == texts[1]


def _report(session: Session) -> list[str]:
    """The lines of the upgrade's report without times, which differ."""
    lines = [line.removeprefix("E").strip() for line in session.result.outlines]
    start = next(row for row, line in enumerate(lines) if line.startswith("upgrade from "))
    answers = ("UPGRADE", "NOT ENOUGH EVIDENCE")
    end = next(row for row in range(start, len(lines)) if lines[row].startswith(answers))
    return [line for line in lines[start : end + 1] if " ms, p50" not in line]


def test_why_there_is_no_attribution_is_told(many: Project) -> None:
    session = many.run("--retrieval-candidate", "same", code=0)
    told = "  no attribution to stages: BM25Retriever is no Pipeline of named stages"
    assert told in session.result.outlines


def test_a_gate_about_times_takes_the_time_of_every_query(many: Project) -> None:
    many.edit("many.golden.yaml", "0.5'", "0.5', 'p99_ms <= 60000'")
    session = many.run("--retrieval-candidate", "same", code=0)
    line = next(line for line in session.result.outlines if "PASS p99_ms <= 60000: " in line)
    assert line.endswith("(120 queries)")


def test_a_golden_query_that_the_candidate_breaks_holds(many: Project) -> None:
    many.edit(
        "many.golden.yaml", "  - id: q000\n", "  - id: q000\n    expect: {within: {d000: 1}}\n"
    )
    session = many.run("--retrieval-candidate", "doubtful", code=1)
    assert (
        "BROKEN query 'q000': 'd000' is at rank 2, 1 below the worst allowed rank 1" in session.text
    )
    assert session.summary("upgrade[doubtful]").startswith("HOLD: breaks 'q000'")


def test_what_a_pipeline_may_say_is_checked(many: Project) -> None:
    many.write("pyproject.toml", "[tool.retrieval_checks.pipelines.same]\nbi_encodr = 'x'\n")
    session = many.run("--retrieval-candidate", "same", "-k", "upgrade", code=1)
    assert "pipelines.same]: unknown key 'bi_encodr'; did you mean 'bi_encoder'?" in session.text


def test_a_name_that_is_no_pipeline_is_told_its_near_name(many: Project) -> None:
    session = many.run("--retrieval-candidate", "wors", "-k", "upgrade", code=1)
    assert "no pipeline 'wors' in [tool.retrieval_checks.pipelines]; did you mean" in session.text
