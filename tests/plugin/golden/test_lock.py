"""Queries against their accepted rankings: missing, corrupt, orphaned, lost, moved, waived."""

import json

import pytest

from tests.plugin.golden.conftest import BAD, GOOD, WORKERS, Ranked, section

COMMAND = "pytest --retrieval-golden --retrieval-accept new"


@WORKERS
def test_without_a_lock_every_query_fails_with_the_command_that_makes_one(
    ranked: Ranked, workers: tuple[str, ...]
) -> None:
    session = ranked.run(*workers, code=1)
    assert session.counts() == {"failed": 12}
    assert session.summary("q07") == "no ranking was accepted yet"
    assert "golden query 'q07' (a.golden.yaml:9): \"Ask q07?\"" in session.text
    assert session.text.count(f"if it is right, {COMMAND}\n") == 12
    assert section(session)[-1] == (
        f"12 rankings were never accepted: look at them (-v), then {COMMAND}"
    )
    assert not ranked.lock.exists()


def test_a_ranking_that_nobody_accepted_is_shown_with_v_alone(ranked: Ranked) -> None:
    short = ranked.run("-k", "q01", code=1)
    assert "ranking by 'ranked'" not in short.text
    assert section(short)[-1] == f"1 ranking was never accepted: look at it (-v), then {COMMAND}"
    long = ranked.run("-k", "q01", "-v", code=1).text
    assert "    #1  [1]  1.0000   gold" in long
    assert "ranking by 'ranked' (nDCG@10 1.000):" in long


def test_an_expectation_that_fails_is_shown_in_full_without_a_lock_too(ranked: Ranked) -> None:
    ranked.golden(q01="expect: {within: {lead: 1}}")
    session = ranked.run("-k", "q01", code=1)
    assert "ranking by 'ranked'" in session.text
    assert "2 of 2 expectations not met:" in session.text


def test_a_file_without_a_lock_says_so(ranked: Ranked) -> None:
    ranked.golden("R@10 >= 0.9", lock="none")
    ranked.run(code=0)
    accepting = ranked.accept("new")
    assert accepting.counts() == {"passed": 13, "skipped": 1}
    assert "  accept[new]: the file says 'lock: none'" in section(accepting)
    assert not ranked.lock.exists()


@WORKERS
@pytest.mark.parametrize(
    ("line", "edit", "told"),
    [
        (3, lambda line: "<<<<<<< HEAD\n" + line, ":3: marks of an unfinished merge"),
        (3, lambda line: line + line, ":4: query 'q01' stands already in line 3"),
        (1, lambda line: line.replace('"format": 1', '"format": 9'), ":1: format 9 is unknown"),
    ],
    ids=["merge", "twice", "format"],
)
def test_a_broken_lock_is_an_error_of_collection_with_its_line(
    ranked: Ranked, workers: tuple[str, ...], line: int, edit: object, told: str
) -> None:
    ranked.accept("new")
    lines = ranked.lock.read_text(encoding="utf-8").splitlines(keepends=True)
    assert callable(edit)
    lines[line - 1] = edit(lines[line - 1])
    ranked.lock.write_text("".join(lines), encoding="utf-8")
    session = ranked.run(*workers, code=1 if workers else 2)
    assert f"{ranked.lock.name}{told}" in session.text
    assert "Traceback" not in session.text


def test_orphans_are_warned_of_and_stay_until_somebody_accepts(ranked: Ranked) -> None:
    ranked.accept("new")
    ranked.edit("id: q12, text", "id: renamed, text")
    ranked.rank(renamed=[GOOD, BAD])
    session = ranked.run(code=1)
    assert session.counts() == {"passed": 11, "failed": 1, "warnings": 1}
    warned = "OrphanedLockWarning: a.golden.lock.jsonl has 'q12', which a.golden.yaml no longer has"
    assert warned in session.text
    assert "a.golden.yaml:" in session.text.partition("OrphanedLockWarning")[0].splitlines()[-1]
    assert "q12" in ranked.locked()
    accepting = ranked.accept("new")
    assert "warnings" not in accepting.counts()
    assert "12 queries accepted: 1 new, 11 kept, 1 removed" in "\n".join(section(accepting))
    assert set(ranked.locked()) == {*ranked.query_ids[:11], "renamed"}


@WORKERS
def test_a_query_whose_relevant_documents_are_gone_is_lost(
    ranked: Ranked, workers: tuple[str, ...]
) -> None:
    ranked.accept("new")
    ranked.rank(lost=1)
    session = ranked.run(*workers, code=1)
    assert session.counts() == {"failed": 1, "passed": 11}
    assert session.summary("q01") == (
        "lost: no relevant document in the top 10; 'gold', accepted at rank 1, is not retrieved now"
    )
    assert '--retrieval-accept all --retrieval-reason "..."' in session.text
    assert "#1 is gone      gold" in session.text


def test_a_document_that_falls_within_the_top_ten_is_not_lost(ranked: Ranked) -> None:
    ranked.accept("new")
    ranked.rank(q01=[BAD, *(f"d{n}" for n in range(8)), GOOD])
    ranked.run(code=0)
    ranked.rank(q01=[BAD, *(f"d{n}" for n in range(9)), GOOD])
    session = ranked.run(code=1)
    assert "'gold', accepted at rank 1, is at rank 11 now" in session.summary("q01")


def test_what_was_never_found_cannot_be_lost(ranked: Ranked) -> None:
    ranked.rank(lost=1)
    ranked.accept("new")
    ranked.run(code=0)


@WORKERS
def test_agreement_with_the_accepted_ranking_is_asked_where_the_file_asks(
    ranked: Ranked, workers: tuple[str, ...]
) -> None:
    ranked.golden(
        q01="expect: {top_1: same}",
        q02='expect: {overlap: ">= 0.7"}',
        q03='expect: {rbo: ">= 0.95"}',
        q05="expect: {top_1: same}",
    )
    ten = [GOOD, *(f"d{n}" for n in range(9))]
    ranked.rank(q02=ten)
    ranked.accept("new")
    ranked.run(code=0)
    swapped = [BAD, GOOD]  # of q04 nothing is asked but that it is not lost
    four_new = [*ten[:6], *(f"e{n}" for n in range(4))]  # overlap 6 of 10
    ranked.rank(q01=swapped, q02=four_new, q03=swapped, q04=swapped)
    session = ranked.run(*workers, code=1)
    assert session.counts() == {"failed": 3, "passed": 9}
    assert session.summary("q01").startswith("'lead' is first; 'gold', accepted there, moved to")
    assert "0.6" in session.summary("q02")
    assert {session.outcomes()[name] for name in ("q01", "q02", "q03")} == {"FAILED"}


def test_a_query_that_was_reworded_is_named_as_the_cause(ranked: Ranked) -> None:
    ranked.accept("new")
    ranked.edit("text: Ask q01?", "text: Ask otherwise?")
    ranked.rank(lost=1)
    assert "the query was reworded" in ranked.run("-k", "q01", code=1).text


WAIVED = "waiver: {reason: known since May, until: %s}, expect: {within: {%s: 1}}"


@WORKERS
def test_a_waiver_lets_a_failure_pass_until_its_day_and_is_in_the_report(
    ranked: Ranked, workers: tuple[str, ...]
) -> None:
    ranked.golden(q01=WAIVED % ("2999-12-31", BAD), lock="none")
    ranked.edit("lock: none", 'gates: ["R@10 >= 0.1"]\nlock: none')
    session = ranked.run("--retrieval-report=report.json", *workers, code=0)
    assert session.counts() == {"passed": 12, "xfailed": 1}
    assert session.outcomes()["q01"] == "XFAIL"
    assert ", 1 waived" in section(session)[0]
    report = json.loads((ranked.project.path / "report.json").read_text())
    test = report["files"][0]["tests"][0]
    assert (test["name"], test["outcome"]) == ("q01", "waived")
    assert test["message"].startswith("waived until 2999-12-31: known since May")
    assert [verdict["outcome"] for verdict in test["verdicts"]] == ["FAIL"]


def test_a_waiver_that_is_not_needed_fails(ranked: Ranked) -> None:
    ranked.golden("R@10 >= 0.1", lock="none", q01=WAIVED % ("2999-12-31", GOOD))
    session = ranked.run(code=1)
    assert session.counts() == {"passed": 12, "failed": 1}
    assert "[XPASS(strict)] waived until 2999-12-31: known since May" in session.text
    assert "drop the waiver where this passes" in session.text


def test_a_waiver_that_ended_fails_and_says_so(ranked: Ranked) -> None:
    ranked.golden("R@10 >= 0.1", lock="none", q01=WAIVED % ("2000-01-01", BAD))
    session = ranked.run(code=1)
    assert session.outcomes()["q01"] == "FAILED"
    assert "its waiver ended: waived until 2000-01-01: known since May" in session.text
