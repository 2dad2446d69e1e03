"""What a golden file may say, and what is said about one that may not."""

import re
from datetime import date
from pathlib import Path

import pytest

from retrieval_checks.errors import SettingsError
from retrieval_checks.golden.reading.schema import read_golden
from retrieval_checks.golden.suite import Expectations, GoldenSuite, Waiver
from tests.golden.conftest import Read

FULL = """\
# every field there is
format: 1
collection: ../animals
split: dev
queries:
  - id: purring
    text: Which animals purr?
    tags: [sound, high-risk, v1.2]
    relevant: {cat: 2, dog: 0, cow: -1, owl: 1.5}
    expect:
      within: {cat: 1, owl: 10}
      absent: {dog: 3}
      above: [[cat, dog], [owl, cow]]
      metrics: ["nDCG@20 >= 80%", "rr@5 >= 0.5"]

  - id: bare
gates:
  - nDCG@10 >= 0.62
  - "Success@5 >= 1"
"""


def test_every_field_is_read(read: Read, tmp_path: Path) -> None:
    suite = read(FULL)
    assert suite.path == tmp_path / "g.golden.yaml"
    assert (suite.collection, suite.split) == ((tmp_path / "../animals").resolve(), "dev")
    query, bare = suite.queries
    assert (query.query_id, query.text, query.line) == ("purring", "Which animals purr?", 6)
    assert query.tags == ("sound", "high-risk", "v1.2")
    assert query.relevant == {"cat": 2.0, "dog": 0.0, "cow": -1.0, "owl": 1.5}
    assert query.expect.within == {"cat": 1, "owl": 10}
    assert query.expect.absent == {"dog": 3}
    assert query.expect.above == (("cat", "dog"), ("owl", "cow"))
    assert [str(floor) for floor in query.expect.metrics] == ["nDCG@20 >= 0.8", "RR@5 >= 0.5"]
    assert (bare.query_id, bare.text, bare.tags, bare.relevant) == ("bare", None, (), None)
    assert (bare.expect, bare.line) == (Expectations({}, {}, (), ()), 16)
    gates = [(str(gate.gate), gate.line) for gate in suite.gates]
    assert gates == [("nDCG@10 >= 0.62", 18), ("Success@5 >= 1.0", 19)]


def test_what_compares_with_the_accepted_ranking_is_read(read: Read) -> None:
    text = ONE.replace("within: {d: 1}", "overlap: '>= 0.7', rbo: '>= .5', top_1: same")
    suite = read(text + "    waiver: {reason: a new index, until: 2026-12-31}\n")
    (query,) = suite.queries
    assert (query.expect.overlap, query.expect.rbo, query.expect.top_1) == (0.7, 0.5, True)
    assert query.expect.needs_lock
    assert query.waiver == Waiver("a new index", date(2026, 12, 31))
    assert suite.needs_lock
    assert not read(ONE + "lock: none").needs_lock


def test_queries_are_known_by_tag(read: Read) -> None:
    assert read(FULL).tags == dict.fromkeys(("sound", "high-risk", "v1.2"), ("purring",))


def test_documents_and_depth_follow_from_the_expectations(read: Read) -> None:
    suite = read(FULL)
    assert suite.queries[0].expect.documents == ("cat", "owl", "dog", "cow")
    assert suite.queries[0].expect.deepest == 20
    assert suite.deepest == 20
    assert read(FULL.replace("nDCG@10", "nDCG@1000")).deepest == 1000
    assert read("format: 1\nqueries: [{id: a}]\ngates: [AP@9 >= 0.1]").deepest == 9


def test_collection_and_split_may_be_left_out(read: Read) -> None:
    suite = read("format: 1\nqueries: [{id: a, expect: {within: {d: 1}}}]")
    assert (suite.collection, suite.split, suite.gates) == (None, "test", ())


def test_ids_need_no_quotes(read: Read) -> None:
    suite = read(
        """\
        format: 1
        queries:
          - {id: 007, relevant: {0012: 1}, expect: {within: {1.10: 2, 2024-01-01: 3, yes: 4}}}
          - {id: on, text: "42", expect: {above: [[1e3, 0x1f]]}}
        """
    )
    first, second = suite.queries
    assert first.query_id == "007"
    assert first.relevant == {"0012": 1.0}
    assert first.expect.within == {"1.10": 2, "2024-01-01": 3, "yes": 4}
    assert (second.query_id, second.text) == ("on", "42")
    assert second.expect.above == (("1e3", "0x1f"),)


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "g.golden.yaml"
    text = "format: 1\r\nqueries:\r\n  - id: a\r\n    expect: {within: {d: 1}}\r\n"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert [query.line for query in read_golden(path).queries] == [3]


HEAD = "format: 1\nqueries:\n"
ONE = HEAD + "  - id: a\n    expect: {within: {d: 1}}\n"


def _expect(text: str) -> str:
    return HEAD + f"  - id: a\n    expect: {{{text}}}\n"


MALFORMED = {
    "root is a list": ("- a", 1, "the golden file must be a mapping, got a list"),
    "root is text": ("hello", 1, "the golden file must be a mapping, got 'hello'"),
    "key at the top": (
        "fromat: 1",
        1,
        "unknown key 'fromat' in the golden file; did you mean 'format'?",
    ),
    "no format": ("queries: []", 1, "'format: 1' is missing; it says which rules the file follows"),
    "format of the future": (
        "format: 2\nqueries: []",
        1,
        "format 2 is unknown; this version reads 1",
    ),
    "format is text": ("format: one", 1, "format must be a number, got 'one'"),
    "no queries": ("format: 1", 1, "no 'queries' in the golden file"),
    "empty queries": (
        "format: 1\n\nqueries: []",
        3,
        "'queries' is empty: a golden file needs at least",
    ),
    "queries is null": ("format: 1\nqueries:", 2, "queries must be a list, got nothing"),
    "query is text": (HEAD + "  - a", 3, "a golden query must be a mapping, got 'a'"),
    "key of a query": (
        HEAD + "  - id: a\n    txt: b",
        4,
        "unknown key 'txt' in a golden query; did you mean 'text'?",
    ),
    "key twice": (
        HEAD + "  - id: a\n    id: b",
        4,
        "key 'id' stands twice in a golden query, first in line 3",
    ),
    "no id": (HEAD + "  - text: a", 3, "a golden query needs an 'id'"),
    "id is null": (HEAD + "  - id:", 3, "id must be text, got nothing"),
    "id is empty": (HEAD + '  - id: " "', 3, "id is empty"),
    "id is a list": (HEAD + "  - id: [a]", 3, "id must be text, got a list"),
    "id with colons": (
        HEAD + "  - id: a::b",
        3,
        "id 'a::b' cannot be part of a test's name: no '::'",
    ),
    "id with a control": (
        HEAD + '  - id: "a\\e[31m"',
        3,
        r"id 'a\x1b[31m' cannot be part of a test's",
    ),
    "id with a bracket": (
        HEAD + "  - id: a[b]c",
        3,
        "id 'a[b]c' cannot be part of a test's name: after",
    ),
    "id like a gate": (
        HEAD + "  - id: gate[x]",
        3,
        "id 'gate[x]' reads like a gate; begin it with",
    ),
    "id twice": (ONE + "  - id: b\n  - id: a", 6, "query 'a' stands already in line 3; every"),
    "text is a mapping": (HEAD + "  - id: a\n    text: {}", 4, "text must be text, got a mapping"),
    "text is a number": (
        HEAD + "  - id: a\n    text: 42",
        4,
        "text is '42', which YAML reads as int; write it in quotes",
    ),
    "tags is text": (HEAD + "  - {id: a, tags: b}", 3, "tags must be a list, got 'b'"),
    "tag with a blank": (
        HEAD + "  - id: a\n    tags: [b c]",
        4,
        "tag 'b c' cannot be selected: a letter, then",
    ),
    "tag with a digit first": (
        HEAD + "  - id: a\n    tags: [2b]",
        4,
        "tag '2b' cannot be selected",
    ),
    "relevant is a list": (
        HEAD + "  - id: a\n    relevant: [d]",
        4,
        "relevant must be a mapping, got a list",
    ),
    "grade is text": (
        HEAD + "  - {id: a, relevant: {d: x}}",
        3,
        "the grade of 'd' must be a number, got 'x'",
    ),
    "grade is infinite": (
        HEAD + "  - {id: a, relevant: {d: .inf}}",
        3,
        "the grade of 'd' must be a number, got '.inf'",
    ),
    "grade is a tagged list": (
        HEAD + "  - {id: a, relevant: {d: !!int []}}",
        3,
        "the grade of 'd' must be a number, got a list",
    ),
    "nothing relevant": (
        HEAD + "  - {id: a, relevant: {d: 0}}",
        3,
        "no document of grade 1 or more in 'relevant'",
    ),
    "key of expect": (
        _expect("abovee: []"),
        4,
        "unknown key 'abovee' in expect; did you mean 'above'?",
    ),
    "expect is null": (HEAD + "  - id: a\n    expect:", 4, "expect must be a mapping, got nothing"),
    "within is a list": (_expect("within: [d]"), 4, "within must be a mapping, got a list"),
    "rank 0": (
        _expect("within: {d: 0}"),
        4,
        "the rank of 'd' in 'within' must be a whole number from 1, got '0'",
    ),
    "rank 1.5": (
        _expect("absent: {d: 1.5}"),
        4,
        "the rank of 'd' in 'absent' must be a whole number from 1",
    ),
    "rank is text": (
        _expect('within: {d: "1"}'),
        4,
        "the rank of 'd' in 'within' must be a number, got '1'",
    ),
    "rank in base 60": (
        _expect("within: {d: 1:30}"),
        4,
        "the rank of 'd' in 'within' must be a number, got '1:30'",
    ),
    "document twice": (
        _expect("within: {d: 1, d: 2}"),
        4,
        "key 'd' stands twice in within, first in line 4",
    ),
    "document is a list": (
        _expect("within: {[d]: 2}"),
        4,
        "a key of within must be text, got a list",
    ),
    "above is a pair": (_expect("above: [d, e]"), 4, "a pair of 'above' must be a list, got 'd'"),
    "above of three": (
        _expect("above: [[d, e, f]]"),
        4,
        "a pair of 'above' is [upper, lower], two different",
    ),
    "above itself": (_expect("above: [[d, d]]"), 4, "two different documents; got ['d', 'd']"),
    "metrics is text": (
        _expect("metrics: nDCG >= 0.1"),
        4,
        "metrics must be a list, got 'nDCG >= 0.1'",
    ),
    "no such metric": (
        _expect('metrics: ["nDGC@10 >= 1"]'),
        4,
        "no metric 'nDGC'; did you mean 'nDCG'?",
    ),
    "floor above 1": (
        _expect('metrics: ["P@1 >= 62"]'),
        4,
        "must lie in [0, 1], got 62.0; 62 % is 0.62",
    ),
    "other comparison": (
        _expect('metrics: ["P@1 > 0.5"]'),
        4,
        "expected '>=', found '>'; write 'P@1 >= 0.5'",
    ),
    "floor without cut-off": (
        _expect('metrics: ["AP >= 0.5"]'),
        4,
        "AP needs a cut-off here, for example AP@100",
    ),
    "floor at a recall level": (
        _expect('metrics: ["IPrec@0.5 >= 0.5"]'),
        4,
        "IPrec@0.5 is read at a recall level, wherever in the ranking that is reached; golden files"
        " retrieve to a stated depth: use a metric with a rank as cut-off, such as R@100",
    ),
    "floor of judged documents only": (
        _expect('metrics: ["P(judged_only=True)@10 >= 0.5"]'),
        4,
        "P(judged_only=True)@10 leaves unjudged documents out first, so that its value depends on"
        " how deep is retrieved; leave judged_only out: P@10",
    ),
    "gate of judged documents only": (
        ONE + "gates:\n  - AP(judged_only=True) >= 0.5",
        6,
        "leave judged_only out: AP@100",
    ),
    "gates is text": (ONE + "gates: P@1 >= 1", 5, "gates must be a list, got 'P@1 >= 1'"),
    "expectation compares": (
        _expect('metrics: ["P@1 drop <= 0.02"]'),
        4,
        "compares with a baseline; only floors",
    ),
    "gate of a tag that no query has": (
        ONE.replace("id: a", "id: a\n    tags: [legal]") + "gates:\n  - tag:legl P@1 drop <= 0.02",
        7,
        "gate 'tag:legl P@1 drop <= 0.02' is for a tag that no query has; did you mean 'legal'?",
    ),
    "lock": (ONE + "lock: never", 5, "lock is 'never'; write 'none', or leave it out"),
    "lock needed": (
        _expect('overlap: ">= 0.5"') + "lock: none",
        5,
        "query 'a' in line 3 is compared with the accepted ranking, and 'lock: none' says",
    ),
    "overlap above 1": (_expect('overlap: ">= 70"'), 4, "overlap is '>= 70'; write '>= 0.7'"),
    "rbo is a number": (_expect("rbo: 0.7"), 4, "rbo is '0.7'; write '>= 0.7'"),
    "top_1": (_expect("top_1: true"), 4, "top_1 is 'true'; write 'same'"),
    "waiver without a day": (
        ONE + "    waiver: {reason: being mended}",
        5,
        "a waiver needs 'until': why, and the last day it holds",
    ),
    "waiver until some day": (
        ONE + "    waiver: {reason: later, until: spring}",
        5,
        "until 'spring' is no day; write it as 2026-12-31",
    ),
    "gate twice": (ONE + "gates: [p@1 >= 1, P@1 >= 1.0]", 5, "gate 'P@1 >= 1.0' stands twice"),
    "split alone": (ONE + "split: dev", 5, "'split' belongs to a 'collection'; name that too"),
    "collection is a list": (ONE + "collection: [a]", 5, "collection must be text, got a list"),
    "nothing expected": (
        ONE + "  - id: b\nlock: none",
        3,
        "nothing is expected of query 'b' in line 5: give it an 'expect'",
    ),
    "nothing expected of empty": (
        _expect("within: {}") + "lock: none",
        3,
        "nothing is expected of query 'a' in line 3",
    ),
    "not YAML": ("format: 1\nqueries: [}", 2, "not YAML: "),
    "tab": ("format: 1\n\tqueries: []", 2, "not YAML: "),
    "two documents": ("format: 1\n---\nformat: 1", 2, "not YAML: "),
    "alias": ("format: 1\nqueries: *a", 2, "an alias (*name); a golden file writes its values out"),
    "nested deeply": ("[" * 200_000 + "]" * 200_000, 1, "nested too deeply"),
    "empty": ("", 1, "the file is empty; it needs at least 'format: 1' and queries"),
    "comment": ("# to do\n", 1, "the file is empty; it needs at least 'format: 1' and queries"),
}


@pytest.mark.parametrize(("text", "line", "message"), MALFORMED.values(), ids=MALFORMED)
def test_what_has_no_meaning_is_an_error_with_file_and_line(
    text: str, line: int, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "g.golden.yaml"
    path.write_text(text, encoding="utf-8")
    expected = f"^{re.escape(str(path))}:{line}: .*{re.escape(message)}"
    with pytest.raises(SettingsError, match=expected):
        read_golden(path)


def test_bytes_that_are_not_utf8_are_an_error_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "g.golden.yaml"
    path.write_bytes(b"format: 1\nqueries:\n  - id: caf\xe9\n")
    with pytest.raises(SettingsError, match=r"g\.golden\.yaml:3: not UTF-8: save the file as"):
        read_golden(path)


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"no\.golden\.yaml: cannot be read: No such file"):
        read_golden(tmp_path / "no.golden.yaml")
    with pytest.raises(SettingsError, match=r"cannot be read: Is a directory"):
        read_golden(tmp_path)


def test_a_suite_cannot_be_changed(read: Read) -> None:
    suite: GoldenSuite = read(ONE)
    with pytest.raises(AttributeError, match="cannot assign to field 'split'"):
        suite.split = "dev"  # type: ignore[misc]
