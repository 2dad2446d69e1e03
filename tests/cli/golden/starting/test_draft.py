"""The text of a new golden file: pytest reads it, whatever stands in ids and texts."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval_checks.cli.golden.starting.draft import draft, scalar
from retrieval_checks.cli.golden.starting.picking import PickedQuery
from retrieval_checks.golden.reading.located import read_yaml
from retrieval_checks.golden.reading.schema import read_golden
from retrieval_checks.golden.suite import GoldenSuite

HOSTILE = [
    'she said "no": {maybe}',
    "# not a comment",
    "- item",
    "null",
    "~",
    "tab\tand\nline",
    "back\\slash",
    "\x7f\x85\u2028\ufeff",
    "naïve 日本語 😀",
    "yes",
    "1e3",
    "  blanks  ",
    "word " * 100,
    "%TAG",
    "'",
]


def _read(tmp_path: Path, *queries: PickedQuery, split: str = "test") -> GoldenSuite:
    path = tmp_path / "g.golden.yaml"
    text = draft(queries, collection="../a b", split=split, source="by hand\n!", measured="m\n: x")
    path.write_text(text, encoding="utf-8")
    return read_golden(path)


def test_what_was_picked_is_read_back(tmp_path: Path) -> None:
    one = PickedQuery("a", "Why?", ("legal", "eu"), {"d1": 1, "d 2": 10}, "")
    two = PickedQuery("b", "How?", (), {}, "nothing found:\nat all")
    suite = _read(tmp_path, one, two, split="train")
    assert suite.collection == (tmp_path.parent / "a b").resolve()
    assert (suite.split, suite.gates, suite.needs_lock) == ("train", (), True)
    first, second = suite.queries
    assert (first.query_id, first.text, first.tags) == ("a", "Why?", ("legal", "eu"))
    assert first.expect.within == {"d1": 1, "d 2": 10}
    assert second.expect.within == {}


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_and_document_id_is_read_back(tmp_path: Path, text: str) -> None:
    (query,) = _read(tmp_path, PickedQuery("q", text, (), {text: 3}, text)).queries
    assert query.text == text
    assert query.expect.within == {text: 3}


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip))
def test_a_scalar_is_read_back(text: str) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder, "x.yaml")
        path.write_text(f"{{{scalar(text)}: {scalar(text)}}}", encoding="utf-8")
        ((name, (_, value)),) = read_yaml(path).mapping("it").items()
        assert (name, value.text("it")) == (text, text)


def test_plain_words_have_no_quotes() -> None:
    assert [scalar(text) for text in ("art2-10", "../ai_act", "007")] == [
        "art2-10",
        "../ai_act",
        "007",
    ]


def test_every_comment_says_what_to_edit_and_every_gate_can_be_meant(tmp_path: Path) -> None:
    queries = [PickedQuery(f"q{i}", "Why?", (), {"d": 1}, "") for i in range(30)]
    text = draft(queries, collection="c", split="test", source="by hand")
    assert "# Golden queries, by hand.\n" in text
    # .065 with 30 queries, by the README's table
    assert "nDCG@10 drop <= 0.07 " in text
    head, _, gates = text.partition("# gates:")
    lines = [line.removeprefix("#") for line in gates.splitlines()[1:]]
    path = tmp_path / "g.golden.yaml"
    path.write_text("\n".join([head + "gates:", *lines]), encoding="utf-8")
    assert [str(gate.gate) for gate in read_golden(path).gates] == [
        "nDCG@10 >= 0.5",
        "nDCG@10 drop <= 0.07",
        "churn@1 <= 20%",
    ]


def test_the_drop_that_is_offered_is_rounded_up_so_that_it_can_pass() -> None:
    """With 10 queries the least margin is .192, by the README's table."""
    queries = [PickedQuery(f"q{i}", "Why?", (), {"d": 1}, "") for i in range(10)]
    assert "nDCG@10 drop <= 0.2 " in draft(queries, collection="c", split="test", source="by hand")


def test_few_queries_are_offered_no_drop_gate() -> None:
    """With 5 queries the least margin is .75 (1 + 2.015) / 6 = .377."""
    queries = [PickedQuery(f"q{i}", "Why?", (), {"d": 1}, "") for i in range(5)]
    text = draft(queries, collection="c", split="test", source="by hand")
    assert "drop <=" not in text.partition("# gates")[2]
