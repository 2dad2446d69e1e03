"""`retrieval-checks compare`: two systems, saved or as TREC runs; and what is listed."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval_checks.cli.main import main
from retrieval_checks.comparison.baseline import Baseline
from retrieval_checks.comparison.significance import certifiable_margin
from retrieval_checks.data.collection import Collection, Corpus
from retrieval_checks.data.formats.beir import write_beir
from retrieval_checks.data.formats.trec import write_trec_qrels, write_trec_run
from retrieval_checks.data.qrels import Qrels
from tests.comparison import factories

N = 120
METRICS = ("nDCG@10", "RR@10")


def _save(
    path: Path, lost: int, qrels: Qrels, name: str, metrics: Sequence[str] = ("nDCG@10",)
) -> Path:
    run = factories.run(N, lost=range(lost), name=name)
    Baseline.from_records(factories.records(run, qrels, metrics=metrics), name=name).save(path)
    return path


@pytest.fixture
def saved(tmp_path: Path) -> tuple[Path, Path, Path]:
    """As good as one another, and one that lost a tenth."""
    qrels = factories.judged(N)
    counts = {"may": 0, "june": 0, "july": 12}
    may, june, july = (
        _save(tmp_path / f"g.{name}.baseline.jsonl", lost, qrels, name)
        for name, lost in counts.items()
    )
    return may, june, july


def test_what_is_as_good_passes(
    saved: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(saved[0]), str(saved[1])]) == 0
    assert capsys.readouterr().out == (
        "'may' -> 'june'\n"
        "nDCG@10 1.0000 -> 1.0000: lost less than 0.02, with 95% confidence (120 queries, 0"
        " changed)\nasked: nDCG@10 drop <= 0.02 -> PASS\n\n"
        "mean difference +0.0000, 95 % interval +0.0000 to +0.0000\n"
    )


def test_what_lost_a_tenth_of_the_queries_fails(
    saved: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(saved[0]), str(saved[2])]) == 1
    out = capsys.readouterr().out
    assert "nDCG@10 1.0000 -> 0.9000: dropped by 0.1000, p = 0.00024 (120 q" in out  # 2^-12
    assert "12 changed)\nasked: nDCG@10 drop <= 0.02 -> FAIL" in out
    assert "mean difference -0.1000, 95 % interval -0." in out
    assert "cause: nothing recorded changed, so the code did" in out
    assert main(["compare", str(saved[0]), str(saved[2]), "--margin", "0.3"]) == 0


def test_json_is_strict(saved: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    main(["compare", str(saved[0]), str(saved[2]), "--json"])
    found = json.loads(capsys.readouterr().out)
    assert (found["baseline"], found["candidate"]) == ("may", "july")
    assert [verdict["outcome"] for verdict in found["verdicts"]] == ["FAIL"]


def test_undecided_is_red_only_under_strict(
    tmp_path: Path, saved: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    other = _save(tmp_path / "one.baseline.jsonl", 1, factories.judged(N), "one")
    assert main(["compare", str(saved[0]), str(other)]) == 0
    assert "-> INCONCLUSIVE" in capsys.readouterr().out
    assert main(["compare", str(saved[0]), str(other), "--strict"]) == 1


def test_what_cannot_be_told_says_what_could(
    tmp_path: Path, saved: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    other = _save(tmp_path / "four.baseline.jsonl", 4, factories.judged(N), "four")
    main(["compare", str(saved[0]), str(other)])
    out = capsys.readouterr().out
    assert "these queries cannot tell; a drop of up to 0.0" in out
    assert "p = 0.062; the smallest that 4 changed queries can give: 0.062" in out  # 2^-4
    assert f"best margin that 120 queries can certify: {certifiable_margin(N):.3f}; asked: 0" in out
    assert "queries needed to certify 0.02 at this spread, if nothing is lost: " in out
    assert "to do: " in out


def test_many_metrics_do_not_mean_many_alarms(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """5 lost are p = 1/32 alone; of two metrics it is doubled: 1/16."""
    paths = [
        _save(tmp_path / f"{lost}.baseline.jsonl", lost, factories.judged(N), f"{lost}", METRICS)
        for lost in (0, 5)
    ]
    pair, one = list(map(str, paths)), ["--metric", "RR@10"]
    assert main(["compare", *pair, *one]) == 1
    assert main(["compare", *pair, *one, "--metric", "mrr@10"]) == 1  # the same one
    capsys.readouterr()
    assert main(["compare", *pair]) == 0
    told = "p = 0.062, adjusted for the other drop gates; 0.031 alone; the smallest"
    assert capsys.readouterr().out.count(told) == 2


def test_metrics_of_which_no_drop_can_be_judged_are_refused_and_not_taken_unasked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    metrics = ["nDCG@10", "NumRet", "NumRelRet@10"]
    paths = [
        str(_save(tmp_path / f"{name}.baseline.jsonl", 0, factories.judged(N), name, metrics))
        for name in ("may", "june")
    ]
    assert main(["compare", *paths, "--metric", "NumRet"]) == 2
    assert "a drop of NumRet says nothing" in capsys.readouterr().err
    assert main(["compare", *paths, "--metric", "NumRelRet@10"]) == 2
    assert "a drop of NumRelRet@10 cannot be judged" in capsys.readouterr().err
    assert main(["compare", *paths]) == 0
    assert capsys.readouterr().out.count("asked: ") == 1


@pytest.fixture
def trec(tmp_path: Path) -> list[str]:
    """Two runs, of which the second lost 5 queries, and the judgements."""
    write_trec_qrels(factories.judged(N), tmp_path / "qrels.trec")
    for name, lost in {"may": 0, "july": 5}.items():
        run = factories.run(N, lost=range(lost), name=name)
        write_trec_run(run, tmp_path / f"{name}.trec")
    paths = [str(tmp_path / f"{name}.trec") for name in ("may", "july")]
    return [*paths, "--qrels", str(tmp_path / "qrels.trec")]


def test_trec_runs_are_compared_by_judgements_that_are_given(
    trec: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", *trec]) == 1
    assert "asked: nDCG@10 drop <= 0.02 -> FAIL" in capsys.readouterr().out
    assert main(["compare", *trec[:2]]) == 2
    assert "a TREC run has no figures: give its judgements, --qrels FILE" in capsys.readouterr().err


def test_by_judgements_that_are_given_metrics_are_adjusted_together_too(
    trec: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """p = 1/32 of each, doubled."""
    assert main(["compare", *trec, "--metric", "RR@10", "--metric", "nDCG@10"]) == 0
    out = capsys.readouterr().out
    assert out.count("p = 0.062, adjusted for the other drop gates; 0.031 alone") == 2


def test_by_judgements_that_are_given_the_cause_is_told_where_both_recorded_it(
    saved: tuple[Path, Path, Path], trec: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(saved[0]), str(saved[2]), *trec[2:]]) == 1
    assert "cause: nothing recorded changed, so the code did" in capsys.readouterr().out


def test_a_run_that_kept_less_than_the_metric_looks_at_is_not_comparable(
    saved: tuple[Path, Path, Path],
    trec: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    cut = factories.records(factories.run(N), factories.judged(N), depth=1)
    path = tmp_path / "cut.baseline.jsonl"
    Baseline.from_records(cut, name="cut").save(path)
    assert main(["compare", str(saved[0]), str(path), *trec[2:]]) == 2
    told = "'nDCG@10 drop <= 0.02' looks at 10 documents, and 'cut' kept fewer; save it anew"
    assert told in capsys.readouterr().err


def test_the_cause_is_what_most_queries_were_recorded_with(
    saved: tuple[Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, qrels = factories.run(N, lost=range(12)), factories.judged(N)
    mixed = dict(factories.records(run, qrels))
    for corpus, rows in {"one": range(50), "two": range(50, 90)}.items():
        context = replace(factories.CONTEXT, corpus=corpus)
        again = factories.records(run, qrels, context=context)
        mixed |= {
            query_id: again[query_id] for query_id in factories.names(N)[rows.start : rows.stop]
        }
    path = tmp_path / "mixed.baseline.jsonl"
    Baseline.from_records(mixed, name="mixed").save(path)
    main(["compare", str(saved[0]), str(path)])
    out = capsys.readouterr().out
    assert out.count("cause: ") == 1
    assert "cause: the corpus changed: '2 documents 3f2a' -> 'one'" in out


def test_other_judgements_are_not_comparable(
    tmp_path: Path, saved: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    changed = {query_id: dict(factories.judged(N)[query_id]) for query_id in factories.names(N)}
    changed["q0003"]["bad"] = 1
    other = _save(tmp_path / "o.baseline.jsonl", 0, Qrels.from_dict(changed), "other")
    assert main(["compare", str(saved[0]), str(other)]) == 2
    said = capsys.readouterr().err
    assert "NOT COMPARABLE: the judgements of 1 queries differ: 'q0003'; save one" in said


def test_a_metric_that_was_not_recorded_is_not_comparable(
    saved: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(saved[0]), str(saved[1]), "--metric", "AP@100"]) == 2
    assert "NOT COMPARABLE: AP@100 was not recorded in both" in capsys.readouterr().err


@pytest.mark.parametrize("count", [1, 3])
def test_what_is_no_pair_is_refused(
    count: int, saved: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", *map(str, saved[:count])]) == 2
    told = f"give two files, A and B; got {count} ('retrieval-checks runs FOLDER' lists those that"
    assert told in capsys.readouterr().err


def test_with_a_collection_the_texts_are_shown(
    trec: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = Corpus.from_dict({"good": "The answer.", "bad": "No answer."})
    folder = tmp_path / "collection"
    write_beir(Collection(corpus, factories.queries(N), factories.judged(N)), folder)
    assert main(["compare", *trec[:2], "--collection", str(folder)]) == 1
    assert "query 'q0000': What is q0000?" in capsys.readouterr().out


def test_a_gate_that_cannot_be_judged_is_no_verdict(
    trec: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first run holds one document of each query, where the second holds two."""
    write_trec_run(factories.run(N).top(1), tmp_path / "cut.trec")
    assert main(["compare", str(tmp_path / "cut.trec"), *trec[1:], "--metric", "R@2"]) == 2
    assert "NOT COMPARABLE: 2 documents of each query are looked at" in capsys.readouterr().err
