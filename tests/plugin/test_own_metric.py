"""A metric that a project's conftest.py registers, in its golden files."""

import pytest

from tests.plugin.conftest import BM25, GREEN_IDS, Project

FIRST_TWO = """
import numpy as np
from retrieval_checks import formula


@formula("First_two", bounds=(0.0, 9.0), aliases=("top_two",), rewards="relevant")
def first_two(ranked, k, *, each=1.0):
    \"\"\"Relevant documents at ranks 1 and 2.\"\"\"
    return each * ranked.hits(2).sum(axis=1)
"""
GATES = 'gates: ["First_two@5 >= 0.9", "top_two(each=2)@5 >= 1.9", "First_two@5 >= 1.5"]'


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["plain", "xdist"])
def test_golden_files_are_gated_by_it(project: Project, workers: tuple[str, ...]) -> None:
    project.write("conftest.py", BM25 + FIRST_TWO)
    project.edit("animals.golden.yaml", 'gates: ["nDCG@10 >= 0.9"]', GATES)
    session = project.run(*workers, code=1)
    outcomes = session.outcomes()
    assert {name: outcomes[name] for name in outcomes if name.startswith("gate")} == {
        "gate[First_two@5 >= 0.9]": "PASSED",
        "gate[First_two(each=2)@5 >= 1.9]": "PASSED",
        "gate[First_two@5 >= 1.5]": "FAILED",
    }
    assert all(outcomes[name] == "PASSED" for name in GREEN_IDS[:3])
    assert session.summary("gate[First_two@5 >= 1.5]").startswith(
        "First_two@5 is 1.0000, 0.5000 below 1.5"
    )


def test_misspelt_it_is_named(project: Project) -> None:
    project.write("conftest.py", BM25 + FIRST_TWO)
    project.edit("animals.golden.yaml", '"nDCG@10 >= 0.9"', '"Frist_two@5 >= 0.9"')
    session = project.run(code=2)
    assert "no metric 'Frist_two'; did you mean 'First_two'?" in session.text
