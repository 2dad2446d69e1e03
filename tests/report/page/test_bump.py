"""Ranks, then and now."""

from typing import Any

from retrieval_checks.report.page.bump import bump, moved_most


def _details(accepted: str, ranking: str, relevant: str = "") -> dict[str, Any]:
    def rows(ids: str) -> list[dict[str, Any]]:
        return [{"doc_id": d, "grade": 1.0 if d in relevant else None} for d in ids]

    return {"accepted": rows(accepted), "ranking": rows(ranking)}


def test_every_document_of_either_ranking_has_a_line() -> None:
    made = bump(_details("abc", "bdc", relevant="a"))
    lines = {s.label: (s.before, s.now, s.kind, s.is_relevant) for s in made.slopes}
    assert lines == {
        "a": (1, 11, "down", True),  # below ten
        "b": (2, 1, "up", False),
        "c": (3, 3, "same", False),
        "d": (11, 2, "up", False),
    }
    assert made.slopes[-1].label == "a"  # drawn last, on top


def test_the_most_moved_come_first_and_relevant_documents_weigh_more() -> None:
    still = _details("ab", "ab")
    swapped = _details("ab", "ba")  # two places
    relevant = _details("ab", "ba", relevant="a")  # three and one
    alone = {"accepted": None, "ranking": still["ranking"]}
    assert moved_most([still, swapped, relevant, alone, {}]) == [2, 1]
