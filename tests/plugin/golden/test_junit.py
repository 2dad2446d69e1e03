"""JUnit's file: every figure and verdict by its name, also of what passed; the file is Jenkins'."""

import json
import xml.etree.ElementTree as ET

from tests.plugin.golden.conftest import WORKERS, Ranked


def _properties(ranked: Ranked) -> dict[str, dict[str, str]]:
    cases = ET.parse(ranked.project.path / "junit.xml").iter("testcase")
    return {
        str(case.get("name")): {
            str(p.get("name")): str(p.get("value")) for p in case.iter("property")
        }
        for case in cases
    }


@WORKERS
def test_figures_outcomes_and_findings_stand_there_by_name(
    ranked: Ranked, workers: tuple[str, ...]
) -> None:
    ranked.golden("nDCG@10 drop <= 0.05", "nDCG@10 >= 0.8")
    ranked.accept("new", code=0)
    ranked.rank(lost=2)
    ranked.run("--junitxml=junit.xml", *workers, code=1)
    of = _properties(ranked)
    assert of["q01"]["retrieval.pipeline"] == "ranked"
    assert of["q01"]["retrieval.nDCG@10"] == "0.0"
    assert of["q01"]["retrieval.outcome"] == "FAIL"
    assert of["q01"]["retrieval.finding"].startswith("lost")
    assert of["q12"]["retrieval.outcome"] == "PASS"
    floor = of["gate[nDCG@10 >= 0.8]"]
    assert float(floor["retrieval.nDCG@10"]) == 10 / 12
    assert json.loads(floor["retrieval"])["gate"] == "nDCG@10 >= 0.8"
    undecided = of["gate[nDCG@10 drop <= 0.05]"]  # a test that passed
    assert undecided["retrieval.outcome"] == "INCONCLUSIVE"
    assert undecided["retrieval.finding"].startswith("nDCG@10 1.0000 -> 0.8333")
