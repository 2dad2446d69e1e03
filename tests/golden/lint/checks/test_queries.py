"""Queries that weaken what is judged by them."""

from datetime import date, timedelta

from retrieval_checks.data.collection import Queries
from retrieval_checks.golden.lint.checks.queries import find_weak_queries
from tests.golden.lint.conftest import Lay, shown


def test_sound_queries_are_silent(lay: Lay) -> None:
    assert find_weak_queries(lay(gates=["nDCG@10 >= 0.5", "nDCG@10 drop <= 0.05"])) == []


def test_a_query_that_cannot_be_judged_says_why(lay: Lay) -> None:
    text = "  - {id: a, relevant: {cat: 1}}\n  - {id: b, text: Who?, relevant: {cat: 1}}\n"
    known = Queries.from_dict({"b": "Who else?"})
    first, second = find_weak_queries(lay(text, known=known))
    assert shown([first, second]) == [
        ("error", "query-not-judgeable", 3),
        ("error", "query-not-judgeable", 4),
    ]
    assert first.message.startswith("golden query 'a': it has no 'text', and the collection has no")
    assert "its text differs from the collection's, which is 'Who else?'" in second.message


def test_a_text_that_is_asked_twice_is_a_warning(lay: Lay) -> None:
    text = (
        "  - {id: a, text: Who  hoots?, relevant: {owl: 1}}\n"
        "  - {id: b, text: who hoots?, relevant: {owl: 1}}\n"
        "  - {id: c, text: Who hoots, relevant: {owl: 1}}\n"
    )
    (found,) = find_weak_queries(lay(text))
    assert shown([found]) == [("warning", "same-text", 4)]
    assert found.message.startswith("query 'b' has the text of query 'a' in line 3")


def test_a_waiver_that_ended_is_a_warning(lay: Lay) -> None:
    def waived(until: date) -> str:
        waiver = f"{{reason: slow, until: {until}}}"
        return f"  - {{id: a, text: Who?, relevant: {{owl: 1}}, waiver: {waiver}}}\n"

    today = date.today()
    assert find_weak_queries(lay(waived(today))) == []
    (found,) = find_weak_queries(lay(waived(today - timedelta(days=1))))
    assert shown([found]) == [("warning", "waiver-ended", 3)]
    assert found.message.startswith(f"the waiver of query 'a' ended on {today - timedelta(days=1)}")


def test_queries_without_text_are_not_the_same(lay: Lay) -> None:
    text = "  - {id: a, relevant: {owl: 1}}\n  - {id: b, relevant: {owl: 1}}\n"
    assert {found.code for found in find_weak_queries(lay(text))} == {"query-not-judgeable"}


def test_a_gate_names_the_queries_that_it_has_no_judgements_of(lay: Lay) -> None:
    text = (
        "  - {id: a, text: Why?, relevant: {cat: 1}, tags: [x]}\n"
        "  - {id: b, text: Who?, tags: [x]}\n"
        "  - {id: c, text: Where?}\n"
    )
    gates = ["P@1 >= 0.1", "tag:x P@1 drop <= 0.1", "churn@1 <= 15%", "p95_ms <= 120"]
    found = [f for f in find_weak_queries(lay(text, gates=gates)) if f.code != "small-slice"]
    assert shown(found) == [
        ("error", "gate-without-judgements", 7),
        ("error", "gate-without-judgements", 8),
    ]
    assert found[0].message == (
        "gate 'P@1 >= 0.1' needs judgements, and 2 queries of 3 have none: 'b', 'c'"
    )
    assert found[1].message.endswith("and 1 query of 2 have none: 'b'")


def test_a_floor_under_an_unjudged_query_is_an_error(lay: Lay) -> None:
    text = "  - {id: a, text: Why?, expect: {metrics: ['P@1 >= 1']}}\n"
    (found,) = find_weak_queries(lay(text, gates=["churn@1 <= 15%"]))
    assert shown([found]) == [("error", "floor-without-judgements", 3)]
    assert found.message == "query 'a' has the floor 'P@1 >= 1.0' and no judgements"


def test_a_slice_of_fewer_than_25_is_a_warning(lay: Lay) -> None:
    def tagged(n: int) -> str:
        return "".join(
            f"  - {{id: q{i}, text: Why {i}?, relevant: {{cat: 1}}, tags: [x]}}\n" for i in range(n)
        )

    gates = ["tag:x P@1 >= 0.1"]
    (found,) = find_weak_queries(lay(tagged(24), gates=gates))
    assert shown([found]) == [("warning", "small-slice", 28)]
    assert "judges by 24 queries: a mean over fewer than 25" in found.message
    assert found.advice.startswith("tag 1 more")
    assert find_weak_queries(lay(tagged(25), gates=gates)) == []
    assert find_weak_queries(lay(tagged(24), gates=["P@1 >= 0.1"])) == []
