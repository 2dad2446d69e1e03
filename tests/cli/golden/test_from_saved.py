"""A saved baseline, let into the lock without retrieving."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from retrieval_checks.cli.golden.from_saved import accept_saved
from retrieval_checks.comparison.baseline import Baseline, load_baseline
from retrieval_checks.comparison.context import Context
from retrieval_checks.comparison.records import make_records
from retrieval_checks.data.collection import Queries
from retrieval_checks.data.formats.trec import write_trec_run
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import RetrievalChecksError, SettingsError
from retrieval_checks.golden.lock import read_lock
from retrieval_checks.metrics.metric import parse_metric
from tests.cli.conftest import QRELS, QUERIES

GOLDEN = """\
format: 1
collection: animals
queries:
  - {id: purring, expect: {within: {cat: 1}}}
  - {id: hunter}
gates: [RR@3 >= 0.5]
"""
FOUND = {"purring": {"cat": 0.9, "dog": 0.4}, "hunter": {"dog": 0.8, "owl": 0.25}}
CONTEXT = Context("4 documents 3f2a", "dense MiniLM", "Linux")
Save = Callable[..., Path]


@pytest.fixture
def golden(animals: Path) -> Path:
    path = animals.parent / "g.golden.yaml"
    path.write_text(GOLDEN)
    return path


@pytest.fixture
def save(golden: Path) -> Save:
    """A baseline of these rankings, saved 100 deep at commit abc1234."""

    def to_file(
        found: dict[str, dict[str, float]] = FOUND,
        queries: dict[str, str] = QUERIES,
        qrels: dict[str, dict[str, int]] = QRELS,
        depth: int = 100,
    ) -> Path:
        kept = make_records(
            Run.from_dict(found),
            Queries.from_dict(queries),
            Qrels.from_dict(qrels),
            [parse_metric("nDCG@10")],
            context=CONTEXT,
            depth=depth,
        )
        path = golden.with_name("g.may.baseline.jsonl")
        about = {"date": "2026-01-01", "commit": "abc1234"}
        Baseline.from_records(kept, name="may", about=about).save(path)
        return path

    return to_file


def test_the_lock_has_rankings_scores_figures_and_where_they_come_from(
    golden: Path, save: Save
) -> None:
    accepted = accept_saved(golden, save(), mode="new", reason="looked at")
    assert accepted.explain() == "2 queries accepted: 2 new"
    hunter = read_lock(golden).records["hunter"]
    assert hunter.ranking == (("dog", 0.8), ("owl", 0.25))
    assert hunter.figures["RR@3"] == 0.5  # of a gate: it was not saved, and is measured here
    assert hunter.context == CONTEXT
    assert hunter.depth == 10  # as deep as pytest accepts
    assert hunter.accepted is not None
    assert hunter.accepted.commit == "abc1234"
    assert (hunter.accepted.date, hunter.accepted.reason) == (date.today().isoformat(), "looked at")


def test_as_deep_as_pytest_accepts_and_no_deeper(golden: Path, save: Save) -> None:
    deep = {f"d{number:02}": 1 / number for number in range(1, 40)}
    golden.write_text("format: 1\nqueries:\n  - {id: hunter, text: Who hunts?}\n")
    accept_saved(
        golden, save({"hunter": deep}, qrels={"purring": {"cat": 1}}), mode="new", reason=""
    )
    assert read_lock(golden).records["hunter"].doc_ids == tuple(deep)[:10]


def test_a_query_whose_expectation_breaks_is_refused_unless_all_are_accepted(
    golden: Path, save: Save
) -> None:
    path = save({**FOUND, "purring": {"dog": 0.9, "cat": 0.4}})
    accepted = accept_saved(golden, path, mode="improved", reason="")
    assert list(accepted.refused) == ["purring"]
    assert "'cat' is at rank 2, 1 below the worst" in accepted.refused["purring"]
    assert list(read_lock(golden).records) == ["hunter"]
    assert accept_saved(golden, path, mode="all", reason="so be it").refused == {}
    assert list(read_lock(golden).records) == ["hunter", "purring"]


def test_improved_lets_in_what_rose_and_nothing_else(golden: Path, save: Save) -> None:
    accept_saved(golden, save(), mode="new", reason="")
    assert accept_saved(golden, save(), mode="improved", reason="").changes is False
    better = save({**FOUND, "hunter": {"owl": 0.9}})
    assert accept_saved(golden, better, mode="improved", reason="").replaced == ("hunter",)
    assert accept_saved(golden, save(), mode="improved", reason="").replaced == ()


def _refused(golden: Path, saved: Path, match: str) -> None:
    with pytest.raises(RetrievalChecksError, match=match):
        accept_saved(golden, saved, mode="new", reason="")
    assert not read_lock(golden).path.exists()


def test_what_was_measured_on_other_texts_or_judgements_is_refused(
    golden: Path, save: Save
) -> None:
    texts = {**QUERIES, "hunter": "Who is hunting?"}
    told = "of 'hunter' the text or the judgements are not those that 'may' was saved with"
    _refused(golden, save(queries=texts), told)
    _refused(golden, save(qrels={**QRELS, "hunter": {"owl": 1}}), told)


def test_what_was_not_saved_or_not_deep_enough_is_refused(golden: Path, save: Save) -> None:
    _refused(golden, save({"purring": FOUND["purring"]}), "'may' lacks 'hunter'; save it anew")
    _refused(golden, save(depth=2), r"looks at 3 documents of a query, and 'may' kept fewer")
    _refused(golden, save({**FOUND, "hunter": {"emu": 1.0}}), "returned document 'emu'")


def test_a_file_without_a_lock_and_a_run_without_figures_are_refused(
    golden: Path, save: Save
) -> None:
    saved = save()
    write_trec_run(Run.from_dict(FOUND), golden.with_name("may.trec"))
    with pytest.raises(SettingsError, match="a TREC run has no figures"):
        accept_saved(golden, golden.with_name("may.trec"), mode="new", reason="")
    golden.write_text(GOLDEN + "lock: none\n")
    with pytest.raises(SettingsError, match="says 'lock: none': it has no accepted rankings"):
        accept_saved(golden, saved, mode="new", reason="")


def test_queries_of_several_contexts_keep_theirs(golden: Path, save: Save) -> None:
    saved, other = save(), replace(CONTEXT, environment="another machine")
    kept = dict(load_baseline(saved).records)
    kept["hunter"] = replace(kept["hunter"], context=other)
    Baseline.from_records(kept, name="may").save(saved)
    accept_saved(golden, saved, mode="new", reason="")
    assert read_lock(golden).records["hunter"].context == other
    assert read_lock(golden).records["purring"].context == CONTEXT
