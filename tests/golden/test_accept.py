"""What each mode lets into the lock. RR: first 1, second 1/2, lost 0."""

from dataclasses import replace

import pytest

from retrieval_checks.comparison.context import Context
from retrieval_checks.comparison.records import Acceptance, QueryRecord
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.golden.accept import MODES, Accepted, AcceptMode, accept
from tests.comparison.factories import CONTEXT, judged, records, run

OLD = Acceptance("2026-01-01", "aaaaaaa", "")
NOW = Acceptance("2026-11-23", "93a951c", "a better model")
GOOD, POOR, LOST = run(1), run(1, second=[0]), run(1, lost=[0])


def _records(of: Run, *, metrics: tuple[str, ...] = ("RR@10",)) -> dict[str, QueryRecord]:
    return records(of, judged(9), metrics=metrics)


def _old(of: Run) -> dict[str, QueryRecord]:
    return {q: replace(record, accepted=OLD) for q, record in _records(of).items()}


def _accepted(
    before: dict[str, QueryRecord],
    now: dict[str, QueryRecord],
    mode: AcceptMode,
    failing: dict[str, str] | None = None,
) -> Accepted:
    return accept(before, now, mode=mode, acceptance=NOW, failing=failing or {})


@pytest.mark.parametrize("mode", MODES)
def test_a_query_that_is_new_is_let_in_by_every_mode_and_signed(mode: AcceptMode) -> None:
    found = _accepted({}, _records(run(2)), mode)
    assert found.new == ("q0000", "q0001")
    assert {record.accepted for record in found.records.values()} == {NOW}
    assert found.changes


@pytest.mark.parametrize("mode", MODES)
def test_what_has_no_ranking_is_refused_by_every_mode_and_keeps_the_accepted_one(
    mode: AcceptMode,
) -> None:
    old, now = _old(run(2)), _records(run(2))
    del now["q0001"]
    found = accept(
        old, now, mode=mode, acceptance=NOW, failing={}, unanswered={"q0001": "no result"}
    )
    assert dict(found.refused) == {"q0001": "no result"}
    assert (found.kept, found.removed) == (("q0000",), ())
    assert found.records["q0001"] == old["q0001"]
    assert found.explain() == "nothing changes: 1 kept, 1 refused\n  refused 'q0001': no result"
    never = accept({}, now, mode=mode, acceptance=NOW, failing={}, unanswered={"q0001": "none"})
    assert (list(never.records), never.new) == (["q0000"], ("q0000",))


@pytest.mark.parametrize("mode", MODES)
def test_what_is_as_accepted_is_kept_with_its_old_signature(mode: AcceptMode) -> None:
    found = _accepted(_old(GOOD), _records(GOOD), mode)
    assert (found.kept, found.changes) == (("q0000",), False)
    assert dict(found.records) == _old(GOOD)


@pytest.mark.parametrize(
    ("mode", "before", "now", "replaced"),
    [
        ("new", POOR, GOOD, False),
        ("new", GOOD, POOR, False),
        ("improved", POOR, GOOD, True),
        ("improved", LOST, POOR, True),
        ("improved", GOOD, POOR, False),
        ("improved", GOOD, LOST, False),
        ("all", POOR, GOOD, True),
        ("all", GOOD, POOR, True),
    ],
)
def test_new_replaces_nothing_improved_only_raises_all_lowers_too(
    mode: AcceptMode, before: Run, now: Run, replaced: bool
) -> None:
    found = _accepted(_old(before), _records(now), mode)
    assert (found.replaced, found.kept) == ((("q0000",), ()) if replaced else ((), ("q0000",)))
    expected = replace(_records(now)["q0000"], accepted=NOW) if replaced else _old(before)["q0000"]
    assert found.records["q0000"] == expected


def test_improved_refuses_where_any_figure_fell() -> None:
    """From [good at 2] to [good at 1]: RR rises; a second figure falls."""
    before, now = _old(POOR)["q0000"], _records(GOOD)["q0000"]
    before = replace(before, figures={**before.figures, "P@2": 1.0})
    now = replace(now, figures={**now.figures, "P@2": 0.5})
    assert _accepted({"q0000": before}, {"q0000": now}, "improved").kept == ("q0000",)


@pytest.mark.parametrize("change", ["judgements", "text"])
def test_improved_asks_for_the_same_question_and_judgements(change: str) -> None:
    """A figure that rose since labels were added is no better ranking."""
    now = _records(GOOD)["q0000"]
    other = replace(now, judgements="0") if change == "judgements" else replace(now, text="0")
    assert _accepted(_old(POOR), {"q0000": other}, "improved").kept == ("q0000",)
    assert _accepted(_old(POOR), {"q0000": other}, "all").replaced == ("q0000",)


def test_improved_leaves_another_order_of_equal_worth() -> None:
    before = _old(Run.from_ids({"q0000": ["good", "bad", "x"]}))
    now = _records(Run.from_ids({"q0000": ["good", "x", "bad"]}))
    assert _accepted(before, now, "improved").kept == ("q0000",)
    assert _accepted(before, now, "all").replaced == ("q0000",)


def test_a_figure_in_its_last_digit_is_not_another_one() -> None:
    before = _old(GOOD)["q0000"]
    before = replace(before, figures={"RR@10": 0.1 + 0.2})
    now = replace(_records(GOOD)["q0000"], figures={"RR@10": 0.3})
    for mode in MODES:
        assert _accepted({"q0000": before}, {"q0000": now}, mode).kept == ("q0000",)


def test_all_replaces_what_was_measured_with_something_else() -> None:
    context = Context(CONTEXT.corpus, "another model", CONTEXT.environment)
    now = records(GOOD, judged(9), metrics=["RR@10"], context=context)
    assert _accepted(_old(GOOD), now, "all").replaced == ("q0000",)
    assert _accepted(_old(GOOD), now, "improved").kept == ("q0000",)


@pytest.mark.parametrize("mode", MODES)
def test_a_figure_of_a_gate_that_was_added_extends_what_was_accepted(mode: AcceptMode) -> None:
    found = _accepted(_old(GOOD), _records(GOOD, metrics=("RR@10", "R@100")), mode)
    assert (found.extended, found.changes) == (("q0000",), True)
    assert dict(found.records["q0000"].figures) == {"RR@10": 1.0, "R@100": 1.0}
    assert found.records["q0000"].accepted == OLD


def test_a_deeper_ranking_that_begins_alike_extends_what_was_accepted() -> None:
    long = Run.from_ids({"q0000": ["good", "bad", "c"]})
    before = {q: replace(r, accepted=OLD) for q, r in records(long, judged(1), depth=2).items()}
    found = _accepted(before, records(long, judged(1), depth=3), "new")
    assert found.extended == ("q0000",)
    assert found.records["q0000"].doc_ids == ("good", "bad", "c")
    turned = Run.from_ids({"q0000": ["bad", "good", "c"]})
    assert _accepted(before, records(turned, judged(1), depth=3), "new").kept == ("q0000",)


def test_what_differs_is_not_extended() -> None:
    regraded = Qrels.from_dict({"q0000": {"good": 2, "bad": 0}})
    now = records(GOOD, regraded, metrics=["RR@10", "R@100"])
    assert _accepted(_old(GOOD), now, "new").kept == ("q0000",)
    lower = _records(POOR, metrics=("RR@10", "R@100"))
    assert _accepted(_old(GOOD), lower, "new").kept == ("q0000",)


@pytest.mark.parametrize("mode", ["new", "improved"])
def test_what_fails_its_expectations_is_not_let_in(mode: AcceptMode) -> None:
    failing = {"q0000": "'good' is at rank 2, 1 below 1"}
    first = _accepted({}, _records(POOR), mode, failing)
    assert (dict(first.records), dict(first.refused), first.changes) == ({}, failing, False)
    again = _accepted(_old(LOST), _records(POOR), "improved", failing)
    assert (dict(again.records), dict(again.refused)) == (_old(LOST), failing)


def test_what_fails_and_is_as_accepted_is_kept() -> None:
    found = _accepted(_old(GOOD), _records(GOOD), "improved", {"q0000": "why"})
    assert (found.kept, dict(found.refused)) == (("q0000",), {})


def test_all_lets_in_what_fails() -> None:
    found = _accepted(_old(GOOD), _records(LOST), "all", {"q0000": "why"})
    assert (found.replaced, dict(found.refused)) == (("q0000",), {})


@pytest.mark.parametrize("mode", MODES)
def test_what_the_golden_file_no_longer_has_is_removed(mode: AcceptMode) -> None:
    found = _accepted(_old(run(3)), _records(run(1)), mode)
    assert (found.removed, list(found.records), found.changes) == (
        ("q0001", "q0002"),
        ["q0000"],
        True,
    )


def test_the_explanation_counts_and_names_what_was_refused() -> None:
    before = _old(run(3, second=[1])) | {"gone": _old(run(1))["q0000"]}
    found = _accepted(before, _records(run(5)), "improved", {"q0004": "'a' is at rank 9"})
    assert found.explain() == (
        "4 queries accepted: 1 new, 1 replaced, 2 kept, 1 removed, 1 refused\n"
        "  refused 'q0004': 'a' is at rank 9"
    )
