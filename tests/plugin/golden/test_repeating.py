"""--retrieval-repeat: the pipeline against itself."""

import pytest

from tests.plugin.conftest import Project

WORKERS = pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["plain", "xdist"])
RESTLESS = """\
import pytest
from retrieval_checks import BM25Retriever, Run


class Restless:
    \"\"\"Every second time it is asked, the ranking of 'hunter' comes back turned round.\"\"\"

    calls = 0

    def __init__(self, inner):
        self.inner = inner

    def retrieve(self, queries, k):
        Restless.calls += 1
        run = self.inner.retrieve(queries, k)
        if Restless.calls % 2:
            return run
        rankings = {q: list(run.ranking(q)) for q in run}
        rankings["hunter"] = rankings["hunter"][::-1]
        return Run.from_ids(rankings, name=run.name)


@pytest.fixture(scope="session")
def retriever(corpus):
    return Restless(BM25Retriever(corpus))
"""


@WORKERS
def test_a_pipeline_that_repeats_itself_has_no_noise(
    project: Project, workers: tuple[str, ...]
) -> None:
    session = project.run("--retrieval-repeat", "3", *workers, code=0)
    assert session.outcomes()["noise[3]"] == "PASSED"
    told = "noise over 3 runs: nDCG@10 0.0000; 0 rankings of 3 differ; against itself: INCONCLUSIVE"
    assert told in session.text


def test_noise_is_told_and_a_gate_tighter_than_it_is_an_error(project: Project) -> None:
    """`hunter` has owl first and dog second: turned round, its RR is 1/2, the mean 5/6."""
    project.write("conftest.py", RESTLESS)
    project.write("ids.trec", "\n".join(f"{q} Q0 {d} 1 1 t" for q, d in ANSWERS.items()) + "\n")
    gates = ("--retrieval-gate", "RR@10 drop <= 0.1", "--retrieval-gate", "RR@10 drop <= 0.2")
    session = project.run(
        "--retrieval-repeat", "2", "--retrieval-baseline", "ids.trec", *gates, code=1
    )
    assert "noise over 2 runs: nDCG@10 0.1230, RR@10 0.1667; 1 ranking of 3 differ" in session.text
    assert session.outcomes()["gate[RR@10 drop <= 0.1]"] == "ERROR"
    assert session.counts()["inconclusive"] == 1  # the wider one, of three queries
    assert (
        "gate 'RR@10 drop <= 0.1' is tighter than the noise: mean RR@10 differs by 0.1667 among 2"
        " runs of the same pipeline, 0.1 is allowed"
    ) in session.text


ANSWERS = {"purring": "cat", "hunter": "owl", "drink": "cow"}


def test_nonsense_is_a_usage_error(project: Project) -> None:
    session = project.run("--retrieval-repeat", "often", code=4)
    assert "--retrieval-repeat 'often': a whole number from 1 to 1000" in session.errors
