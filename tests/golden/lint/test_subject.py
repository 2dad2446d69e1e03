"""A golden file laid out for linting."""

from retrieval_checks.data.collection import Queries
from retrieval_checks.data.qrels import Qrels
from tests.golden.lint.conftest import Lay


def test_texts_and_judgements_come_from_the_file_or_the_collection(lay: Lay) -> None:
    subject = lay(
        "  - {id: a, text: What purrs?, relevant: {cat: 1}}\n"
        "  - {id: b}\n"
        "  - {id: c, text: Who?}\n",
        known=Queries.from_dict({"b": "What barks?"}),
        qrels=Qrels.from_dict({"b": {"dog": 2, "owl": 0, "bee": 1}}),
    )
    assert [subject.text(q) for q in ("a", "b", "c", "z")] == [
        "What purrs?",
        "What barks?",
        "Who?",
        "",
    ]
    assert [subject.grades(q) for q in ("a", "c")] == [{"cat": 1.0}, {}]
    assert [subject.relevant(q) for q in ("b", "c")] == [("dog", "bee"), ()]
    assert subject.where(7).endswith("g.golden.yaml:7")


def test_stale_judgements_are_kept(lay: Lay) -> None:
    subject = lay("  - {id: a, text: What purrs?, relevant: {lynx: 1}}\n")
    assert subject.grades("a") == {"lynx": 1.0}
    assert not subject.bound.problems


def test_a_tag_selects_its_queries_and_their_judgements(lay: Lay) -> None:
    subject = lay(
        "  - {id: a, text: What purrs?, tags: [x, y], relevant: {cat: 1}}\n"
        "  - {id: b, text: What barks?, tags: [y]}\n"
        "  - {id: c, text: Who?, relevant: {owl: 1}}\n"
    )
    assert [[q.query_id for q in subject.tagged(tag)] for tag in ("x", "y", "z", None)] == [
        ["a"],
        ["a", "b"],
        [],
        ["a", "b", "c"],
    ]
    assert [subject.judged(tag).query_ids for tag in ("y", None)] == [("a",), ("a", "c")]


def test_gates_are_those_of_the_file_with_their_lines(lay: Lay) -> None:
    (golden,) = lay(gates=["P@1 >= 0.25"]).gates
    assert (str(golden.gate), golden.line) == ("P@1 >= 0.25", 8)
