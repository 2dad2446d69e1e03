"""`retrieval-checks gate`: gates over saved runs, with pytest's outcomes."""

from pathlib import Path

import pytest

from retrieval_checks.cli.main import main
from retrieval_checks.comparison.baseline import Baseline
from retrieval_checks.comparison.records import QueryRecord
from retrieval_checks.data.formats.trec import write_trec_qrels, write_trec_run
from retrieval_checks.data.run import Run
from retrieval_checks.golden.lock import read_lock
from tests.cli.conftest import Said, Told
from tests.comparison import factories

N = 120
DROP = "nDCG@10 drop <= 0.02"


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Runs that lost no query, 1, 5 and 12 of 120, and the judgements."""
    write_trec_qrels(factories.judged(N), tmp_path / "qrels.trec")
    for name, lost in {"none": 0, "one": 1, "five": 5, "twelve": 12}.items():
        write_trec_run(factories.run(N, lost=range(lost)), tmp_path / f"{name}.trec")
    return tmp_path


def _argv(runs: Path, name: str, *gates: str, baseline: str = "none") -> list[object]:
    argv: list[object] = ["gate", runs / f"{name}.trec", "--qrels", runs / "qrels.trec"]
    argv += ["--baseline", runs / f"{baseline}.trec"]
    return argv + [word for gate in gates for word in ("--gate", gate)]


def test_what_holds_is_a_line_and_exits_with_0(runs: Path, said: Said) -> None:
    assert said(*_argv(runs, "none", DROP, "RR@10 >= 0.9")) == (
        "'none', against 'none'\n\n"
        "PASS  nDCG@10 drop <= 0.02: nDCG@10 1.0000 -> 1.0000: lost less than 0.02, with 95%"
        " confidence (120 queries, 0 changed)\n"
        "  ! saturated: the baseline is at 1.0000; these queries cannot show an improvement and"
        " hide small losses\n\n"
        "PASS  RR@10 >= 0.9: RR@10 is 1.0000, 0.1000 above 0.9 (120 queries)\n\n"
        "2 gates: 2 PASS\n"
    )


def test_what_fails_is_explained_and_exits_with_1(runs: Path, said: Said) -> None:
    out = said(*_argv(runs, "twelve", DROP, "churn@1 <= 5%", "overlap@10 >= 0.9"), code=1)
    assert "FAIL  nDCG@10 drop <= 0.02\n" in out
    assert "dropped by 0.1000, p = 0.00024" in out  # 2^-12
    assert "12 queries fell, 0 rose:" in out
    assert "FAIL  churn@1 <= 5%\n" in out  # 12 of 120 is 10 %
    assert "PASS  overlap@10 >= 0.9: " in out  # 12 of 120 have half: (108 + 12 / 2) / 120 = .95
    assert out.endswith("3 gates: 2 FAIL, 1 PASS\n")


def test_what_cannot_be_told_is_red_only_under_strict(runs: Path, said: Said) -> None:
    assert "INCONCLUSIVE  nDCG@10 drop <= 0.02" in said(*_argv(runs, "one", DROP))
    assert said(*_argv(runs, "one", DROP), "--strict", code=1).endswith("1 INCONCLUSIVE\n")


def test_drop_gates_are_adjusted_together(runs: Path, told: Told) -> None:
    """5 lost are p = 1/32; two metrics double it."""
    alone = told(*_argv(runs, "five", DROP), code=1)
    both = told(*_argv(runs, "five", DROP, "RR@10 drop <= 0.02"))
    assert [v["evidence"]["p_value"] for v in alone["verdicts"]] == [1 / 32]
    assert [v["evidence"]["p_value"] for v in both["verdicts"]] == [1 / 16, 1 / 16]


def test_json_has_every_verdict_by_gate(runs: Path, told: Told) -> None:
    found = told(*_argv(runs, "twelve", "ndcg@10>=.95", DROP), code=1)
    assert (found["format"], found["candidate"], found["baseline"]) == (1, "twelve", "none")
    assert [(v["gate"], v["outcome"]) for v in found["verdicts"]] == [
        ("nDCG@10 >= 0.95", "FAIL"),
        (DROP, "FAIL"),
    ]
    assert found["verdicts"][0]["evidence"]["value"] == pytest.approx(0.9)  # 108 of 120
    assert found["not_evaluated"] == []


def test_a_gate_that_cannot_be_judged_exits_with_2_beside_those_that_can(
    runs: Path, told: Told
) -> None:
    argv = ["gate", runs / "twelve.trec", "--qrels", runs / "qrels.trec"]
    found = told(*argv, "--gate", DROP, "--gate", "RR@10 >= 0.95", "--gate", "p95_ms <= 9", code=2)
    assert found["baseline"] is None
    floor, drop, latency = sorted(found["verdicts"], key=lambda v: v["outcome"] == "ERROR")
    assert floor["outcome"] == "FAIL"
    assert drop["message"].endswith("compares with a baseline: give --baseline FILE")
    assert latency["message"] == "'p95_ms <= 9' is about times, which are measured and not saved"


def test_a_misspelt_gate_is_told_the_nearest(runs: Path, said: Said) -> None:
    err = said(*_argv(runs, "none", "nDGC@10 drop <= 0.02"), code=2)
    assert err.startswith("retrieval-checks gate: ")
    assert "nDCG" in err


def test_no_gate_and_no_judgements_are_refused(runs: Path, said: Said) -> None:
    assert "no gate to judge: give --gate EXPR, or --golden" in said(*_argv(runs, "none"), code=2)
    alone = said("gate", runs / "none.trec", "--gate", DROP, code=2)
    assert "judgements are needed: --qrels FILE" in alone


def test_what_a_candidate_kept_too_little_of_is_no_verdict(tmp_path: Path, told: Told) -> None:
    run, qrels = factories.run(N), factories.judged(N)
    Baseline.from_records(factories.records(run, qrels, depth=1), name="cut").save(
        tmp_path / "cut.baseline.jsonl"
    )
    write_trec_qrels(qrels, tmp_path / "q.trec")
    argv = ["gate", tmp_path / "cut.baseline.jsonl", "--qrels", tmp_path / "q.trec"]
    found = told(*argv, "--gate", "nDCG@10 >= 0.5", "--gate", "P@1 >= 0.5", code=2)
    assert [v["outcome"] for v in found["verdicts"]] == ["ERROR", "PASS"]
    assert "looks at 10 documents, and 'cut' kept fewer" in found["verdicts"][0]["message"]


def test_the_cause_is_told_where_both_recorded_it(tmp_path: Path, said: Said) -> None:
    qrels = factories.judged(N)
    for name, lost in {"may": 0, "june": 12}.items():
        kept = factories.records(factories.run(N, lost=range(lost)), qrels)
        Baseline.from_records(kept, name=name).save(tmp_path / f"{name}.baseline.jsonl")
    write_trec_qrels(qrels, tmp_path / "q.trec")
    paths = [tmp_path / f"{name}.baseline.jsonl" for name in ("june", "may")]
    argv = ["gate", paths[0], "--baseline", paths[1], "--qrels", tmp_path / "q.trec"]
    out = said(*argv, "--gate", DROP, code=1)
    assert "cause: nothing recorded changed, so the code did" in out


def test_tags_are_the_collections(animals: Path, tmp_path: Path, told: Told) -> None:
    run = Run.from_ids({"purring": ["cat"], "hunter": ["owl"], "drink": ["cow"]})
    write_trec_run(run, tmp_path / "r.trec")
    argv = ["gate", tmp_path / "r.trec", "--collection", animals]
    found = told(*argv, "--gate", "tag:night RR@10 >= 0.5", code=2)
    told_of = "tag 'night' has 1 judged query; a slice needs 25"
    assert told_of in found["verdicts"][0]["message"]


GOLDEN = """\
format: 1
collection: animals
queries:
  - {id: purring, tags: [sound]}
  - {id: hunter}
gates: [nDCG@10 >= 0.9, churn@1 <= 10%, p95_ms <= 100]
"""


@pytest.fixture
def golden(animals: Path, tmp_path: Path) -> Path:
    """Two queries of the collection, three gates, and a lock in which both are found."""
    path = tmp_path / "g.golden.yaml"
    path.write_text(GOLDEN)
    read_lock(path).write(_records({"purring": ["cat", "dog"], "hunter": ["owl", "dog"]}))
    return path


def _records(rankings: dict[str, list[str]]) -> dict[str, QueryRecord]:
    return {
        query_id: QueryRecord(
            query_id,
            tuple((doc_id, 1 / rank) for rank, doc_id in enumerate(ranking, start=1)),
            {},
            "",
            "",
            factories.CONTEXT,
            depth=10,
        )
        for query_id, ranking in rankings.items()
    }


def _trec(tmp_path: Path, **rankings: list[str]) -> Path:
    write_trec_run(Run.from_ids(rankings), tmp_path / "run.trec")
    return tmp_path / "run.trec"


def test_a_golden_file_brings_its_gates_queries_and_lock(
    golden: Path, tmp_path: Path, told: Told
) -> None:
    """`hunter` finds its owl second: nDCG 1 / log2(3), mean (1 + .6309) / 2; one of two moved."""
    run = _trec(tmp_path, purring=["cat"], hunter=["dog", "owl"], drink=["owl"])
    found = told("gate", run, "--golden", golden, code=1)
    assert found["baseline"] == "g.golden.lock.jsonl"
    assert found["not_evaluated"] == ["p95_ms <= 100"]
    floor, churn = found["verdicts"]
    assert (floor["gate"], floor["outcome"]) == ("nDCG@10 >= 0.9", "FAIL")
    assert floor["evidence"]["value"] == pytest.approx((1 + 0.6309297535714575) / 2)
    assert (churn["gate"], churn["outcome"]) == ("churn@1 <= 10%", "FAIL")


def test_further_gates_and_another_baseline_may_be_named(
    golden: Path, tmp_path: Path, told: Told, said: Said
) -> None:
    run = _trec(tmp_path, purring=["dog"], hunter=["owl"])
    argv = ["gate", run, "--golden", golden, "--baseline", run, "--gate", "Success@1 >= 0.5"]
    outcomes = {v["gate"]: v["outcome"] for v in told(*argv, code=1)["verdicts"]}
    assert outcomes["churn@1 <= 10%"] == "PASS"  # the same run
    assert outcomes["Success@1 >= 0.5"] == "PASS"  # one of two
    assert "not evaluated, as times are measured and not saved: 'p95_ms <= 100'" in said(
        *argv, code=1
    )


def test_a_golden_query_without_a_result_is_an_error_not_a_score(
    golden: Path, tmp_path: Path, told: Told
) -> None:
    found = told("gate", _trec(tmp_path, purring=["cat"]), "--golden", golden, code=2)
    assert "returned nothing for 1 of 2 golden queries: 'hunter'" in found["verdicts"][0]["message"]


def test_without_a_lock_floors_are_judged_all_the_same(
    golden: Path, tmp_path: Path, told: Told
) -> None:
    read_lock(golden).path.unlink()
    run = _trec(tmp_path, purring=["cat"], hunter=["owl"])
    floor, churn = told("gate", run, "--golden", golden, code=2)["verdicts"]
    assert floor["outcome"] == "PASS"
    assert "nothing was accepted yet: g.golden.lock.jsonl does not exist" in churn["message"]


def test_a_golden_file_takes_no_other_judgements(golden: Path, runs: Path, said: Said) -> None:
    argv = ["gate", runs / "none.trec", "--golden", golden, "--qrels", runs / "qrels.trec"]
    assert "--golden has its judgements" in said(*argv, code=2)


def test_the_example_is_judged_from_its_lock_alone(capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path(__file__).parents[3] / "fixtures" / "golden"
    lock = str(folder / "ai_act.golden.lock.jsonl")
    assert main(["gate", lock, "--golden", str(folder / "ai_act.golden.yaml")]) == 0
    assert capsys.readouterr().out.endswith("2 gates: 2 PASS\n")
