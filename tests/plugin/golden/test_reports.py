"""Reports that a session writes, plain and on workers; nothing of it where none is asked for."""

import json
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from retrieval_checks.report.as_json import SCHEMA
from tests.plugin.conftest import Project, Session
from tests.plugin.golden.conftest import GOOD, Ranked

WORKERS = pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["plain", "xdist"])
LOADED = """
def pytest_sessionfinish():
    import sys
    pathlib.Path("loaded.txt").write_text(" ".join(sys.modules))
"""
STAGED = """
import pytest
from retrieval_checks import BM25Retriever, Pipeline, Run

class Turned:  # around, so that the best of three candidates is the last
    depth = 3

    def rerank(self, run, queries, corpus):
        with open("calls.txt", "a") as log:
            log.write("rerank\\n")
        scores = {q: dict(zip(reversed(run.ranking(q)), run[q].values())) for q in run}
        return Run.from_dict(scores)

@pytest.fixture(scope="session")
def retriever(corpus):
    return Pipeline({"bm25": BM25Retriever(corpus), "turned": Turned()}, corpus=corpus)
"""


def _report(session: Session, project: Project) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((project.path / "out.json").read_text(encoding="utf-8"))
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.validate(report, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert "report: " in session.text
    return report


def _accepted(ranked: Ranked) -> None:
    """Twelve queries accepted as they are; two of them lose their document since."""
    ranked.golden("nDCG@10 drop <= 0.05", "nDCG@10 >= 0.9", q01="tags: [odd]")
    ranked.accept("new", code=0)
    ranked.rank(lost=2)


@WORKERS
def test_a_report_has_every_query_beside_what_was_accepted(
    ranked: Ranked, workers: tuple[str, ...]
) -> None:
    _accepted(ranked)
    session = ranked.run("--retrieval-report=out.json", *workers, code=1)
    report = _report(session, ranked.project)
    assert report["verdict"]["outcome"] == "failed"
    (file,) = report["files"]
    lost = file["tests"][0]
    assert (lost["name"], lost["outcome"]) == ("q01", "failed")
    assert lost["details"]["figures"]["nDCG@10"] == {"now": 0.0, "accepted": 1.0}
    assert lost["details"]["accepted"][0] == {
        "doc_id": GOOD,
        "score": 1.0,
        "grade": 1.0,
        "now": None,
    }
    drop = next(gate for gate in file["gates"] if gate["gate"] == "nDCG@10 drop <= 0.05")
    changed = [r["query_id"] for r in drop["details"]["differences"] if r["now"] < r["accepted"]]
    assert changed == ["q01", "q02"]
    low, high = drop["details"]["interval"]
    assert low < -2 / 12 < high
    about = file["details"]
    assert (about["queries"], about["against"]) == (12, "a.golden.lock.jsonl")
    assert about["means"][0]["worse"] == 2
    assert [row["tag"] for row in about["tags"]] == ["odd"]


def test_workers_change_no_byte_of_it(ranked: Ranked) -> None:
    _accepted(ranked)
    ranked.run("--retrieval-report=out.json", code=1)
    ranked.run("--retrieval-report=again.json", code=1)
    ranked.run("--retrieval-report=workers.json", "-n", "2", code=1)
    first, again, workers = (
        (ranked.project.path / name).read_bytes()
        for name in ("out.json", "again.json", "workers.json")
    )
    assert first == again == workers


@WORKERS
def test_a_page_is_written_where_the_name_ends_in_html(
    ranked: Ranked, workers: tuple[str, ...]
) -> None:
    _accepted(ranked)
    session = ranked.run("--retrieval-report=out.html", *workers, code=1)
    assert session.text.count("out.html") == 1
    page = (ranked.project.path / "out.html").read_text(encoding="utf-8")
    told = "1 of 2 gates fails and 1 cannot tell; 2 of 12 golden queries fail."
    assert told in page
    assert "Change of every query, nDCG@10" in page


@WORKERS
def test_the_stages_of_a_pipeline_are_retrieved_once(
    project: Project, workers: tuple[str, ...]
) -> None:
    project.write("conftest.py", STAGED)
    session = project.run("--retrieval-report=out.json", *workers)
    about = _report(session, project)["files"][0]["details"]
    assert project.calls() == ["rerank"]
    assert [stage["name"] for stage in about["funnel"]["stages"]] == ["bm25", "turned"]
    assert [stage["depth"] for stage in about["funnel"]["stages"]] == [None, 3]
    assert [each["stage"] for each in about["scores"]] == ["bm25", "turned"]
    assert about["against"] is None  # the file says `lock: none`


def test_watching_the_stages_changes_no_ranking(project: Project) -> None:
    project.write("conftest.py", STAGED)
    without = project.run()
    watched = project.run("--retrieval-report=out.json")
    assert without.outcomes() == watched.outcomes()


def test_latency_is_told_by_stage_where_a_gate_is_about_it(project: Project) -> None:
    project.write("conftest.py", STAGED)
    args = ("--retrieval-gate", "p95_ms <= 100000", "--retrieval-report=out.json")
    session = project.run(*args)
    latency = _report(session, project)["files"][0]["details"]["latency"]
    assert [(row["stage"], row["queries"]) for row in latency] == [("bm25", 3), ("turned", 3)]
    assert all(0 < row["p50"] <= row["p95"] <= row["max"] for row in latency)


def test_a_part_of_the_queries_says_which_gates_were_left_out(ranked: Ranked) -> None:
    _accepted(ranked)
    session = ranked.run("--retrieval-report=out.json", "-k", "q01 or q03", code=1)
    (file,) = _report(session, ranked.project)["files"]
    assert file["not_evaluated"].startswith("not evaluated: 2 of 12 queries ran (-k): gate[")
    assert file["details"]["queries"] == 2


def test_queries_that_cannot_be_judged_leave_a_valid_report(project: Project) -> None:
    project.edit("animals.golden.yaml", "within: {owl: 1}", "within: {eagle: 1}")
    session = project.run("--retrieval-report=out.json", code=1)
    (file,) = _report(session, project)["files"]
    stale = next(test for test in file["tests"] if test["name"] == "hunter")
    assert (stale["outcome"], stale["details"]) == ("error", None)
    assert (file["details"]["queries"], file["details"]["judged_queries"]) == (3, 2)


def test_junit_and_a_session_without_a_report_have_none_of_it(ranked: Ranked) -> None:
    _accepted(ranked)
    ranked.run("--junitxml=plain.xml", code=1)
    ranked.run("--junitxml=reported.xml", "--retrieval-report=out.json", code=1)
    plain, reported = (
        [
            (case.get("name"), [p.get("value") for p in case.iter("property")])
            for case in ET.parse(ranked.project.path / name).iter("testcase")
        ]
        for name in ("plain.xml", "reported.xml")
    )
    assert plain == reported


def test_what_needs_no_report_is_not_computed(ranked: Ranked) -> None:
    _accepted(ranked)
    conftest = ranked.project.path / "conftest.py"
    conftest.write_text(conftest.read_text() + LOADED)
    for args, expected in (((), False), (("--retrieval-report=out.json",), True)):
        ranked.run(*args, code=1)
        modules = (ranked.project.path / "loaded.txt").read_text().split()
        assert ("retrieval_checks.report.details.file" in modules) is expected
        assert "jinja2" not in modules
