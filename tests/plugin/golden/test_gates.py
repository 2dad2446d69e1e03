"""Gates over the whole golden file: three outcomes, the same everywhere; errors that say why."""

import json
from xml.etree import ElementTree

from tests.plugin.conftest import Session
from tests.plugin.golden.conftest import BAD, GOOD, RANKED, WORKERS, Ranked, section

DROP = "nDCG@10 drop <= 0.05"


def _verdict(ranked: Ranked, gate: str) -> dict[str, object]:
    """What the JSON report says of a gate: its outcome as a test, and its verdict."""
    report = json.loads((ranked.project.path / "report.json").read_text())
    (found,) = [g for g in report["files"][0]["gates"] if g["name"] == f"gate[{gate}]"]
    return {"outcome": found["outcome"], "verdict": found["verdicts"][0]["outcome"]}


def _shown(session: Session, mark: str) -> list[str]:
    return [line for line in section(session) if line.startswith(f"  {mark} ")]


@WORKERS
def test_five_of_twelve_lost_queries_fail_the_gate(
    ranked: Ranked, workers: tuple[str, ...]
) -> None:
    """p = 2^-5 = .031: all five differences point down; the mean falls from 1 to 7/12 = .5833."""
    ranked.golden(DROP)
    ranked.accept("new")
    ranked.rank(lost=5)
    session = ranked.run("--retrieval-report=report.json", *workers, code=1)
    assert session.counts() == {"failed": 6, "passed": 7}
    told = "nDCG@10 1.0000 -> 0.5833: dropped by 0.4167, p = 0.031 (12 queries, 5 changed)"
    assert session.summary(f"gate[{DROP}]") == told
    assert _shown(session, "FAIL") == [f"  FAIL {DROP}: {told}"]
    assert _verdict(ranked, DROP) == {"outcome": "failed", "verdict": "FAIL"}


@WORKERS
def test_twelve_unchanged_queries_cannot_certify_a_small_margin(
    ranked: Ranked, workers: tuple[str, ...]
) -> None:
    """The best margin is .75 (1 + t) / 13 with t(.95, 12) = 1.782, which is .161."""
    ranked.golden(DROP)
    ranked.accept("new")
    session = ranked.run("--retrieval-report=report.json", *workers, code=0)
    assert session.counts() == {"passed": 12, "inconclusive": 1}
    assert session.text.splitlines()[-1].strip("= ").startswith("12 passed, 1 inconclusive in ")
    (line,) = _shown(session, "INCONCLUSIVE")
    assert "these queries cannot tell" in line
    notes = "\n".join(section(session))
    assert "      best margin that 12 queries can certify: 0.161; asked: 0.05" in notes
    assert _verdict(ranked, DROP) == {"outcome": "inconclusive", "verdict": "INCONCLUSIVE"}


def test_an_inconclusive_gate_fails_where_the_user_is_strict(ranked: Ranked) -> None:
    ranked.golden(DROP)
    ranked.accept("new")
    for strict in (("--retrieval-strict",), ("-o", "retrieval_strict=true")):
        session = ranked.run(*strict, code=1)
        assert session.counts() == {"passed": 12, "failed": 1}
        assert "these queries cannot tell" in session.summary(f"gate[{DROP}]")
    assert ranked.run("-vv", code=0).text.count(f"gate[{DROP}] INCONCLUSIVE") == 1


@WORKERS
def test_enough_unchanged_queries_pass(ranked: Ranked, workers: tuple[str, ...]) -> None:
    """The best margin of 100 queries is .0198, so that 120 certify .02."""
    many = Ranked(ranked.project, count=120)
    many.golden("nDCG@10 drop <= 0.02", "churn@1 <= 5%", "overlap@2 >= 0.99")
    many.rank()
    many.accept("new")
    session = many.run("-q", "--retrieval-report=report.json", *workers, code=0)
    assert session.counts() == {"passed": 123}
    assert _verdict(many, "nDCG@10 drop <= 0.02") == {"outcome": "passed", "verdict": "PASS"}
    line = "120 of 120 queries as expected; churn@1 0.0000, nDCG@10 1.0000, overlap@2 1.0000"
    assert line in session.text


@WORKERS
def test_a_tag_has_a_gate_of_its_own_from_25_queries_on(
    ranked: Ranked, workers: tuple[str, ...]
) -> None:
    many = Ranked(ranked.project, count=30)
    names = many.query_ids
    tags = dict.fromkeys(names[:25], "tags: [legal]") | {names[29]: "tags: [rare]"}
    legal, rare = "tag:legal R@10 drop <= 0.2", "tag:rare R@10 drop <= 0.2"
    many.golden(legal, rare, "R@10 drop <= 0.2", **tags)
    many.rank()
    many.accept("new")
    many.rank(lost=names[25:29])  # outside the tag
    session = many.run(*workers, code=1)
    outcomes = session.outcomes()
    assert (outcomes[f"gate[{legal}]"], outcomes[f"gate[{rare}]"]) == ("PASSED", "ERROR")
    assert "tag 'rare' has 1" in session.summary(f"gate[{rare}]")
    assert f"  ERROR {rare}: gate '{rare}': tag 'rare' has 1" in "\n".join(section(session))
    assert outcomes.get("gate[R@10 drop <= 0.2]") != "PASSED"


@WORKERS
def test_what_was_measured_with_other_judgements_is_not_comparable(
    ranked: Ranked, workers: tuple[str, ...]
) -> None:
    ranked.golden(DROP, "R@10 >= 0.9")
    ranked.accept("new")
    ranked.edit("Ask q01?, relevant: {gold: 1, lead: 0}", "Ask q01?, relevant: {gold: 1, lead: 1}")
    session = ranked.run(*workers, code=1)
    assert session.outcomes()[f"gate[{DROP}]"] == "ERROR"
    assert session.outcomes()["gate[R@10 >= 0.9]"] == "PASSED"
    told = (
        "NOT COMPARABLE with 'a.golden.lock.jsonl': the judgements of 1 of 12 queries differ: 'q01'"
    )
    assert told in session.summary(f"gate[{DROP}]")


@WORKERS
def test_a_gate_judges_the_whole_file_whatever_is_selected(
    ranked: Ranked, workers: tuple[str, ...]
) -> None:
    ranked.golden("R@10 >= 0.9", lock="none")
    ranked.rank(lost=5)
    for selection in (("-k", "gate"), ("a.golden.yaml::gate[R@10 >= 0.9]",)):
        session = ranked.run(*selection, *workers, code=1)
        assert session.summary("gate[R@10 >= 0.9]").endswith("below 0.9 (12 queries)")
    assert "gate[" not in ranked.run("-k", "q12", *workers, code=0).text.partition("passed")[2]


def test_a_gate_that_failed_is_run_again_with_lf(ranked: Ranked) -> None:
    ranked.golden("R@10 >= 0.9", "R@10 >= 0.1", lock="none")
    ranked.rank(lost=5)
    ranked.run(code=1)
    session = ranked.run("--lf", code=1)
    assert session.outcomes() == {"gate[R@10 >= 0.9]": "FAILED"}
    ranked.rank()
    assert ranked.run("--lf", code=0).counts()["passed"] == 1


@WORKERS
def test_junit_has_the_gate_and_its_verdict(ranked: Ranked, workers: tuple[str, ...]) -> None:
    ranked.golden(DROP, "R@10 >= 0.9")
    ranked.accept("new")
    ranked.rank(q01=[BAD, GOOD])
    ranked.run("--junitxml=out.xml", "--retrieval-strict", *workers, code=1)
    cases = {
        c.get("name"): c
        for c in ElementTree.parse(ranked.project.path / "out.xml").iter("testcase")
    }
    gate = cases[f"gate[{DROP}]"]
    (value,) = [p.get("value") for p in gate.iter("property") if p.get("name") == "retrieval"]
    assert value is not None
    assert json.loads(value)["verdicts"][0]["outcome"] == "INCONCLUSIVE"
    failure = gate.find("failure")
    assert failure is not None
    assert "these queries cannot tell" in (failure.get("message") or "")
    assert cases["gate[R@10 >= 0.9]"].find("failure") is None
    assert len(cases) == 14


def test_without_terminal_or_cache_gates_are_judged_and_reported(ranked: Ranked) -> None:
    ranked.golden(DROP, "R@10 >= 0.9")
    ranked.accept("new")
    args = ("-p", "no:terminal", "-p", "no:cacheprovider", "--retrieval-report=report.json")
    session = ranked.project.pytest("--retrieval-golden", *args, code=0)
    assert session.text == session.errors == ""
    assert _verdict(ranked, DROP) == {"outcome": "inconclusive", "verdict": "INCONCLUSIVE"}


def test_a_floor_inside_the_interval_is_called_a_coin_flip(ranked: Ranked) -> None:
    ranked.golden("R@10 >= 0.5", "R@10 >= 0.1", lock="none")
    ranked.rank(lost=5)  # 7 of 12 = .583
    lines = section(ranked.run(code=0))
    assert [line.partition(":")[0] for line in lines[1:]] == ["  ! coin flip"]
    assert "the bound 0.5 lies inside the 95 % interval of R@10" in lines[1]


SLOW = """
import time

class Slow(Ranked):
    def retrieve(self, queries, k):
        time.sleep(0.02 * len(queries))
        return super().retrieve(queries, k)

@pytest.fixture(scope="session")
def retriever():
    return Slow()
"""


@WORKERS
def test_latency_is_of_one_query_at_a_time(ranked: Ranked, workers: tuple[str, ...]) -> None:
    ranked.project.write("conftest.py", RANKED + SLOW)
    ranked.golden("p50_ms <= 10", "p50_ms <= 5000", lock="none")
    session = ranked.run(*workers, code=1)
    outcomes = session.outcomes()
    assert (outcomes["gate[p50_ms <= 10]"], outcomes["gate[p50_ms <= 5000]"]) == (
        "FAILED",
        "PASSED",
    )
    assert session.summary("gate[p50_ms <= 10]").endswith("ms above 10 (12 queries)")


def test_each_level_of_detail_has_what_the_one_before_has(ranked: Ranked) -> None:
    ranked.golden(DROP, "R@10 >= 0.9")
    ranked.accept("new")
    quiet = ranked.project.pytest("--retrieval-golden", "-q", code=0).text
    assert "INCONCLUSIVE" not in quiet
    assert "12 passed" not in quiet.splitlines()[0]
    usual = section(ranked.project.pytest("--retrieval-golden", code=0))
    more = section(ranked.project.pytest("--retrieval-golden", "-v", code=0))
    most = section(ranked.project.pytest("--retrieval-golden", "-vv", code=0))
    assert usual[0] in quiet
    assert set(usual) < set(more) < set(most)
    assert [line for line in more if line not in usual] == [
        "  PASS R@10 >= 0.9: R@10 is 1.0000, 0.1000 above 0.9 (12 queries)"
    ]
    assert [line for line in most if line not in more] == [
        f"  PASS {name}  nDCG@10 1.000  R@10 1.000" for name in ranked.query_ids
    ]
    assert len(usual) <= 8


def test_the_report_has_what_was_written(ranked: Ranked) -> None:
    ranked.accept("new", "--retrieval-save=may", "--retrieval-report=report.json")
    report = json.loads((ranked.project.path / "report.json").read_text())
    tests = {test["name"]: test for test in report["files"][0]["tests"]}
    assert tests["accept[new]"]["outcome"] == "passed"
    assert tests["accept[new]"]["written"] == "a.golden.lock.jsonl: 12 queries accepted: 12 new"
    assert tests["save[may]"]["written"] == "baseline 'may': 12 queries in a.may.baseline.jsonl"
