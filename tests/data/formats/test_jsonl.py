"""JSONL corpora, queries, judgements and runs: their keys, their errors, the round trip."""

import gzip
import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval_checks.data.collection import Corpus, Document, Queries
from retrieval_checks.data.formats.jsonl import (
    read_jsonl_corpus,
    read_jsonl_qrels,
    read_jsonl_queries,
    read_jsonl_run,
    write_jsonl_corpus,
    write_jsonl_qrels,
    write_jsonl_queries,
    write_jsonl_run,
)
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError
from tests.data.formats.conftest import MakeFile

CORPUS = (
    '{"_id": "d2", "title": "Dogs", "text": "Dogs bark.", "metadata": {"year": 2024}}\n'
    '{"id": "d1", "text": "Cats purr.", "title": null, "url": "not read"}\n'
)


def test_a_corpus_is_read_in_file_order(make_file: MakeFile) -> None:
    packed = gzip.compress(CORPUS.encode())
    for path in (make_file("c.jsonl", CORPUS), make_file("c.jsonl.gz", packed)):
        corpus = read_jsonl_corpus(path)
        assert corpus.doc_ids == ("d2", "d1")
        assert corpus["d2"].content == "Dogs Dogs bark."
        assert corpus["d2"].metadata == {"year": 2024}
        assert corpus["d1"] == Document("d1", "Cats purr.")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"_id": "d3", "txt": "x"}', "no key 'text'; did you mean 'txt'?"),
        ('{"doc": "d3", "text": "x"}', "no key '_id' or 'id'; "),
        ('{"_id": 3, "text": "x"}', "document id is 3; ids are strings: put it in quotes"),
        ('{"_id": "", "text": "x"}', "empty document id; ids are non-empty strings"),
        ('{"_id": "d3", "text": ["x"]}', "'text' is a list of 1; write a string"),
        ('{"_id": "d3", "text": "x", "title": 1}', "'title' is 1; write a string"),
        ('{"_id": "d3", "text": "x", "metadata": []}', "'metadata' is a list; write an object"),
        ('{"_id": "d2", "text": "x"}', "document 'd2' stands in line 1 already; drop one of the"),
        ('{"_id": "d3", "text": NaN}', "NaN is not JSON"),
        ('{"_id": "d3"', "not JSON at column 13"),
    ],
)
def test_a_malformed_document_is_an_error_with_file_and_line(
    make_file: MakeFile, line: str, message: str
) -> None:
    path = make_file("c.jsonl", CORPUS + line)
    with pytest.raises(DataError, match=re.escape(f"{path}:3: {message}")):
        read_jsonl_corpus(path)


@pytest.mark.parametrize(
    "line",
    [
        '{"_id": "q1", "text": "what?", "metadata": {"tags": ["a", "b"], "year": 1}}',
        '{"_id": "q1", "text": "what?", "tags": ["a", "b"], "metadata": {"year": 1}}',
        '{"_id": "q1", "text": "what?", "tags": ["a", "b"],'
        ' "metadata": {"tags": ["a", "b"], "year": 1}}',
    ],
)
def test_tags_stand_in_the_metadata_or_beside_it(make_file: MakeFile, line: str) -> None:
    queries = read_jsonl_queries(make_file("q.jsonl", line))
    assert queries.tags("q1") == ("a", "b")
    assert queries.metadata == ({"year": 1, "tags": ("a", "b")},)


@pytest.mark.parametrize("extra", ['"tags": null', '"metadata": {"tags": null}', '"metadata": {}'])
def test_a_query_without_tags_has_none(make_file: MakeFile, extra: str) -> None:
    path = make_file("q.jsonl", f'{{"_id": "q1", "text": "what?", {extra}}}\n')
    assert read_jsonl_queries(path).tags("q1") == ()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"_id": "q2", "text": " "}', "query 'q2' has no text; write one or drop the line"),
        ('{"_id": "q2", "text": "x", "tags": "scope"}', "'tags' is the string 'scope'; write a li"),
        ('{"_id": "q2", "text": "x", "metadata": {"tags": [1]}}', "'tags' is a list of 1; write a"),
        (
            '{"_id": "q2", "text": "x", "tags": ["a"], "metadata": {"tags": ["b"]}}',
            "'tags' and the tags in 'metadata' differ; keep one of them",
        ),
        ('{"_id": "q1", "text": "x"}', "query 'q1' stands in line 1 already; drop one of the lin"),
    ],
)
def test_a_malformed_query_is_an_error_with_file_and_line(
    make_file: MakeFile, line: str, message: str
) -> None:
    path = make_file("q.jsonl", f'{{"_id": "q1", "text": "what?"}}\n{line}\n')
    with pytest.raises(DataError, match=re.escape(f"{path}:2: {message}")):
        read_jsonl_queries(path)


@pytest.mark.parametrize(
    "keys", [("query_id", "doc_id", "grade"), ("query-id", "corpus-id", "score")]
)
def test_judgements_are_read_under_both_spellings(
    make_file: MakeFile, keys: tuple[str, str, str]
) -> None:
    rows = [("q1", "d1", 2), ("q2", "d1", 0.5), ("q1", "d2", -1)]
    text = "\n".join(json.dumps(dict(zip(keys, row, strict=True))) for row in rows)
    qrels = read_jsonl_qrels(make_file("a.jsonl", text))
    assert qrels.to_dict() == {"q1": {"d1": 2.0, "d2": -1.0}, "q2": {"d1": 0.5}}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"query_id": "q1", "doc_id": "d2"}', "no key 'grade' or 'score'; the object has: "),
        ('{"query_id": "q1", "docid": "d2", "grade": 1}', "no key 'doc_id' or 'corpus-id'; did yo"),
        ('{"query_id": "q1", "doc_id": "d2", "grade": "1"}', "'grade' is the string '1'; write a"),
        ('{"query_id": "q1", "doc_id": "d2", "grade": true}', "'grade' is true; write a number"),
        (
            '{"query_id": 1, "doc_id": "d2", "grade": 1}',
            "query id is 1; ids are strings: put it in",
        ),
        (
            '{"query_id": "q1", "doc_id": "d2", "grade": 1e999}',
            "grade 'inf' of document 'd2' for query 'q1' is not finite",
        ),
        (
            '{"query_id": "q1", "doc_id": "d1", "grade": 0}',
            "document 'd1' for query 'q1' is judged already, in line 1 (grade 1 there, 0 here)",
        ),
        (
            '{"query_id": "q1", "doc_id": "d2", "grade": 1' + "0" * 400 + "}",
            "'grade' is too large for a float64; fix the line",
        ),
    ],
)
def test_a_malformed_judgement_is_an_error_with_file_and_line(
    make_file: MakeFile, line: str, message: str
) -> None:
    path = make_file("a.jsonl", f'{{"query_id": "q1", "doc_id": "d1", "grade": 1}}\n{line}\n')
    with pytest.raises(DataError, match=re.escape(f"{path}:2: {message}")):
        read_jsonl_qrels(path)


def test_no_judgement_at_all_is_an_error(make_file: MakeFile) -> None:
    with pytest.raises(DataError, match=r"a\.jsonl: no judgements; give at least one"):
        read_jsonl_qrels(make_file("a.jsonl", ""))


def test_a_run_is_read_with_infinite_scores_and_empty_rankings(make_file: MakeFile) -> None:
    text = (
        '{"query_id": "q3"}\n'
        '{"query_id": "q1", "doc_id": "b", "score": -1e999}\n'
        '{"query_id": "q1", "doc_id": "a", "score": 1e999}\n'
        '{"query_id": "q2", "doc_id": "a", "score": 3}\n'
    )
    run = read_jsonl_run(make_file("dense.jsonl", text))
    inf = float("inf")
    assert run.to_dict() == {"q3": {}, "q1": {"a": inf, "b": -inf}, "q2": {"a": 3.0}}
    assert run.name == "dense"
    assert read_jsonl_run(make_file("x.jsonl", text), name="main").name == "main"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            '{"query_id": "q1", "doc_id": "d1", "score": 7}',
            "document 'd1' for query 'q1' is in the ranking already, in line 1",
        ),
        ('{"query_id": "q1", "doc_id": "d2", "score": NaN}', "NaN is not JSON; write a number"),
        ('{"query_id": "q1", "doc_id": "d2"}', "no key 'score'; "),
        (
            '{"query_id": "q1"}',
            "query 'q1' is stated to have an empty ranking, but other lines give it documents",
        ),
        ('{"query_id": ""}', "empty query id; ids are non-empty strings"),
        ('{"qid": "q1"}', "no key 'query_id' or 'query-id'; "),
    ],
)
def test_a_malformed_run_line_is_an_error_with_file_and_line(
    make_file: MakeFile, line: str, message: str
) -> None:
    path = make_file("a.jsonl", f'{{"query_id": "q1", "doc_id": "d1", "score": 1}}\n{line}\n')
    with pytest.raises(DataError, match=re.escape(f"{path}:2: {message}")):
        read_jsonl_run(path)


def test_written_lines_are_strict_json_with_the_documented_keys(tmp_path: Path) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    def lines(name: str) -> list[object]:
        text = (tmp_path / name).read_text()
        return [json.loads(line, parse_constant=refuse) for line in text.splitlines()]

    write_jsonl_corpus(
        Corpus.from_documents([Document("d1", "x", "t", {"k": [1]}), Document("d2", "y")]),
        tmp_path / "c.jsonl",
    )
    assert lines("c.jsonl") == [
        {"_id": "d1", "title": "t", "text": "x", "metadata": {"k": [1]}},
        {"_id": "d2", "title": "", "text": "y"},
    ]
    write_jsonl_queries(Queries(("q",), ("x",), ({"tags": ("a",)},)), tmp_path / "q.jsonl")
    assert lines("q.jsonl") == [{"_id": "q", "text": "x", "metadata": {"tags": ["a"]}}]
    write_jsonl_qrels(Qrels.from_dict({"q": {"d": 1, "e": 0.5}}), tmp_path / "j.jsonl")
    assert lines("j.jsonl") == [
        {"query_id": "q", "doc_id": "d", "grade": 1},
        {"query_id": "q", "doc_id": "e", "grade": 0.5},
    ]
    run = Run.from_dict({"q": {"d": float("-inf"), "e": 0.5}, "empty": {}})
    write_jsonl_run(run, tmp_path / "r.jsonl")
    assert lines("r.jsonl") == [
        {"query_id": "q", "doc_id": "e", "score": 0.5},
        {"query_id": "q", "doc_id": "d", "score": float("-inf")},
        {"query_id": "empty"},
    ]


def test_what_json_cannot_express_is_refused(tmp_path: Path) -> None:
    corpus = Corpus(("d1",), ("x",), metadata=({"when": object()},))
    with pytest.raises(DataError, match=r"^document 'd1' cannot be written as JSON: Object of"):
        write_jsonl_corpus(corpus, tmp_path / "c.jsonl")
    with pytest.raises(DataError, match="query 'q2' has no judgements, which a file with one line"):
        write_jsonl_qrels(Qrels.from_dict({"q1": {"d": 1}, "q2": {}}), tmp_path / "j.jsonl")
    assert list(tmp_path.iterdir()) == []


TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
IDS = TEXTS.filter(bool)
QUICK = settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


@QUICK
@given(scores=st.dictionaries(IDS, st.dictionaries(IDS, st.floats(allow_nan=False), max_size=4)))
def test_any_run_written_is_read_back_equal(
    tmp_path: Path, scores: dict[str, dict[str, float]]
) -> None:
    run = Run.from_dict(scores)
    write_jsonl_run(run, tmp_path / "a.jsonl.gz")
    back = read_jsonl_run(tmp_path / "a.jsonl.gz")
    assert back.query_ids == run.query_ids
    assert [back.ranking(q) for q in back] == [run.ranking(q) for q in run]
    assert back.scores.tobytes() == run.scores.tobytes()


@QUICK
@given(
    grades=st.dictionaries(
        IDS,
        st.dictionaries(IDS, st.floats(allow_nan=False, allow_infinity=False), min_size=1),
        min_size=1,
    )
)
def test_any_judgements_written_are_read_back_equal(
    tmp_path: Path, grades: dict[str, dict[str, float]]
) -> None:
    write_jsonl_qrels(Qrels.from_dict(grades), tmp_path / "a.jsonl")
    assert read_jsonl_qrels(tmp_path / "a.jsonl").to_dict() == grades


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)


@QUICK
@given(rows=st.dictionaries(IDS, st.tuples(TEXTS, TEXTS, st.dictionaries(TEXTS, JSON, max_size=2))))
def test_any_corpus_written_is_read_back_equal(
    tmp_path: Path, rows: dict[str, tuple[str, str, dict[str, object]]]
) -> None:
    corpus = Corpus.from_documents([Document(i, *row) for i, row in rows.items()])
    write_jsonl_corpus(corpus, tmp_path / "c.jsonl")
    back = read_jsonl_corpus(tmp_path / "c.jsonl")
    assert [back[doc_id] for doc_id in back] == [corpus[doc_id] for doc_id in corpus]


def test_nested_metadata_goes_through_a_file(tmp_path: Path) -> None:
    metadata = ({"by": {"names": ["A", {"b": [1]}]}},)
    corpus = Corpus(("d1",), ("x",), metadata=metadata)
    queries = Queries(("q1",), ("x",), metadata=metadata)
    write_jsonl_corpus(corpus, tmp_path / "c.jsonl")
    write_jsonl_queries(queries, tmp_path / "q.jsonl")
    assert read_jsonl_corpus(tmp_path / "c.jsonl").metadata == corpus.metadata
    assert read_jsonl_queries(tmp_path / "q.jsonl").metadata == queries.metadata
    assert corpus.metadata == ({"by": {"names": ("A", {"b": (1,)})}},)


def test_judgements_with_subtopics_are_refused(tmp_path: Path) -> None:
    qrels = Qrels.from_subtopics({"q": {"s": {"d": 1}}})
    message = "the judgements have subtopics, which a JSONL file cannot hold; use write_trec_qrels"
    with pytest.raises(DataError, match=f"^{message}$"):
        write_jsonl_qrels(qrels, tmp_path / "a.jsonl")
    assert list(tmp_path.iterdir()) == []
