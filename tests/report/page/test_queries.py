"""One query as a card."""

from typing import Any

from retrieval_checks.report.page.queries import Detail, query_card

FULL = Detail(200, 10, 10)


def _row(doc_id: str, score: float | None, **other: Any) -> dict[str, Any]:
    return {"doc_id": doc_id, "score": score, "grade": None, **other}


def _test(outcome: str = "failed", **more: Any) -> dict[str, Any]:
    return {
        "name": "q1",
        "outcome": outcome,
        "message": "",
        "text": "Which animals purr?",
        "tags": ["sound"],
        "verdicts": [
            {
                "outcome": "FAIL",
                "claim": "'a' within rank 1 for query 'q1'",
                "finding": "'a' is at rank 2, for query 'q1'",
            }
        ],
        "details": {
            "figures": {"AP": {"now": 0.5, "accepted": 0.75}},
            "ranking": [_row("b", 0.5, was=None), _row("a", 0.5, was=1), _row("c", None, was=5)],
            "accepted": [_row("a", 0.9, now=2), _row("gone", 0.8, now=40)],
        },
        **more,
    }


def test_a_card_says_what_changed_and_what_does_not_hold() -> None:
    card = query_card(_test(), "f1-q1", metric="AP", snippets={}, detail=FULL)
    assert (card.now, card.accepted, card.change, card.direction) == (0.5, 0.75, -0.25, "fell")
    assert card.expectations == ((False, "'a' within rank 1", "'a' is at rank 2"),)


def test_every_document_says_where_it_was_and_what_left_follows() -> None:
    card = query_card(_test(), "f1-q1", metric="AP", snippets={"a": "x" * 300}, detail=FULL)
    shown = [(d.rank, d.other, d.move, d.doc_id, d.is_tied) for d in card.ranking]
    assert shown == [
        (1, None, "new", "b", True),
        (2, 1, "down", "a", True),
        (3, 5, "up", "c", False),
    ]
    assert [(d.rank, d.other, d.doc_id) for d in card.left] == [(40, 2, "gone")]
    assert len(card.ranking[1].snippet) == 200


def test_where_room_is_short_quiet_queries_have_less() -> None:
    tight = Detail(snippet=0, rows=2, quiet_rows=1)
    loud = query_card(_test(), "a", metric="AP", snippets={"b": "text"}, detail=tight)
    assert (len(loud.ranking), loud.ranking[0].snippet) == (2, "")
    same = {**_test()["details"], "figures": {"AP": {"now": 0.5, "accepted": 0.5}}}
    assert (
        len(
            query_card(
                _test("passed", details=same), "a", metric="AP", snippets={}, detail=tight
            ).ranking
        )
        == 1
    )
    assert (
        len(query_card(_test("passed"), "a", metric="AP", snippets={}, detail=tight).ranking) == 2
    )  # it fell


def test_what_could_not_be_judged_says_why_and_comes_before_what_passed() -> None:
    error = {"name": "q2", "outcome": "error", "message": "stale label"}
    card = query_card(error, "a", metric="AP", snippets={}, detail=FULL)
    assert (card.message, card.ranking, card.direction) == ("stale label", (), "none")
    passed, failed = (
        query_card(_test(o), "a", metric="AP", snippets={}, detail=FULL)
        for o in ("passed", "failed")
    )
    assert sorted([passed, card, failed], key=lambda c: c.order) == [failed, card, passed]
