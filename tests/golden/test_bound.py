"""A golden file laid against corpus, queries and judgements."""

import pytest

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError
from retrieval_checks.golden.bound import bind
from tests.golden.conftest import Read

CORPUS = Corpus.from_dict({"cat": "Cats purr.", "dog": "Dogs bark.", "owl": "Owls hoot."})
QUERIES = Queries.from_dict({"purring": "What purrs?", "barking": "What barks?"})
QRELS = Qrels.from_dict({"purring": {"cat": 1, "dog": 0}, "barking": {"dog": 2}})
SUITE = """\
format: 1
queries:
  - {id: purring, expect: {within: {cat: 1}}}
  - {id: barking, text: "What  barks? ", relevant: {dog: 2}}
  - {id: hooting, text: What hoots?, relevant: {owl: 1}}
  - {id: free, text: Who?, expect: {absent: {dog: 1}}}
gates: [P@1 >= 0.5]
"""


def test_texts_and_judgements_come_from_the_file_or_the_collection(read: Read) -> None:
    bound = bind(read(SUITE), corpus=CORPUS, queries=QUERIES, qrels=QRELS)
    assert not bound.problems
    assert dict(zip(bound.queries, bound.queries.texts, strict=True)) == {
        "purring": "What purrs?",
        "barking": "What  barks? ",
        "hooting": "What hoots?",
        "free": "Who?",
    }
    assert {query_id: bound.qrels[query_id] for query_id in bound.qrels} == {
        "purring": {"cat": 1.0, "dog": 0.0},
        "barking": {"dog": 2.0},
        "hooting": {"owl": 1.0},
    }
    bound.require(["purring", "barking", "hooting", "free"])


def test_a_file_with_texts_and_judgements_needs_no_collection(read: Read) -> None:
    text = SUITE.replace("id: purring,", "id: purring, text: What purrs?, relevant: {cat: 1},")
    bound = bind(read(text))
    assert not bound.problems
    assert (len(bound.queries), len(bound.qrels), bound.corpus) == (4, 3, None)


PROBLEMS = {
    "no text": (
        ("id: purring", "id: puring"),
        "g.golden.yaml:3: golden query 'puring': it has no 'text', and the collection has no query",
    ),
    "other text": (
        ("What  barks?", "Who barks?"),
        "g.golden.yaml:4: golden query 'barking': its text differs from the collection's, which is"
        " 'What barks?'",
    ),
    "other grades": (
        ("{dog: 2}", "{dog: 1}"),
        "'relevant' contradicts the collection's judgements; keep one of them",
    ),
    "more grades": (("{dog: 2}", "{dog: 2, cat: 0}"), "'relevant' contradicts the collection's"),
    "stale judgement": (
        ("{owl: 1}", "{owls: 1}"),
        "document 'owls' (judged, grade 1) is not in the corpus of 3 documents: stale label;"
        " did you mean 'owl'?\n  restore the document, or correct the golden file and judgements",
    ),
    "stale expectation": (
        ("absent: {dog: 1}", "above: [[zebra, lion]]"),
        "document 'zebra' (named in 'expect') (and 1 more documents) is not in the corpus of 3",
    ),
}


@pytest.mark.parametrize(("change", "message"), PROBLEMS.values(), ids=PROBLEMS)
def test_what_cannot_be_judged_is_a_problem_of_its_query_alone(
    read: Read, change: tuple[str, str], message: str
) -> None:
    suite = read(SUITE.replace(*change))
    bound = bind(suite, corpus=CORPUS, queries=QUERIES, qrels=QRELS)
    (broken,) = bound.problems
    assert message in bound.problems[broken]
    everyone = [query.query_id for query in suite.queries]
    bound.require([query_id for query_id in everyone if query_id != broken])
    with pytest.raises(DataError, match=f"^g.golden.yaml:[3-6]: golden query '{broken}': "):
        bound.require([broken])
    with pytest.raises(DataError, match=r"^1 of 4 golden queries cannot be judged:\ng\.golden"):
        bound.require(everyone)


def test_judged_without_a_relevant_document_is_a_problem(read: Read) -> None:
    qrels = Qrels.from_dict({"purring": {"cat": 0.5, "dog": 0}})
    bound = bind(read(SUITE), corpus=CORPUS, queries=QUERIES, qrels=qrels)
    with pytest.raises(DataError, match="judged, but no document has a grade of 1 or more"):
        bound.require(["purring"])


def test_a_judged_document_that_nobody_expects_must_exist_too(read: Read) -> None:
    qrels = Qrels.from_dict({"purring": {"cat": 1, "lynx": 0}})
    bound = bind(read(SUITE), corpus=CORPUS, queries=QUERIES, qrels=qrels)
    with pytest.raises(DataError, match=r"document 'lynx' \(judged, grade 0\) is not in the"):
        bound.require(["purring"])


def test_many_problems_are_counted(read: Read) -> None:
    lines = "".join(f"  - {{id: q{n}}}\n" for n in range(7))
    bound = bind(read(f"format: 1\nqueries:\n{lines}gates: [P@1 >= 1]"))
    with pytest.raises(DataError, match=r"(?s)^7 of 7 golden .*'q4'.*\n\.\.\. and 2 more$"):
        bound.require([f"q{n}" for n in range(7)])


def test_a_query_without_a_result_is_an_error(read: Read) -> None:
    bound = bind(read(SUITE), queries=QUERIES)
    run = Run.from_ids({"purring": ["cat"], "barking": []})
    bound.check_run(run, ["purring"])
    told = "returned nothing for 2 of 3 golden queries: 'barking', 'hooting'; that is an error, not"
    with pytest.raises(DataError, match=told):
        bound.check_run(run, ["purring", "barking", "hooting"])
