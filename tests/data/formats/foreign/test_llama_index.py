"""LlamaIndex's question sets, as objects and as the files that it saved."""

import importlib
import json
import re
from dataclasses import asdict, dataclass, field
from typing import Any

import pytest

from retrieval_checks.data.formats.foreign.llama_index import read_llama_index
from retrieval_checks.data.formats.loading import load_collection
from retrieval_checks.errors import DataError
from tests.data.formats.conftest import MakeFile
from tests.data.formats.example import example


@dataclass
class Pairs:
    """The fields of its EmbeddingQAFinetuneDataset, which newer releases have no more."""

    queries: dict[str, str]
    corpus: dict[str, str]
    relevant_docs: dict[str, list[str]]
    mode: str = "text"


@dataclass
class Example:
    """The fields of its LabelledRagDataExample."""

    query: str
    reference_contexts: list[str] | None
    reference_answer: str = "an answer"
    query_by: None = None
    reference_answer_by: None = None


@dataclass
class Labelled:
    """The field of its LabelledRagDataset."""

    examples: list[Example] = field(default_factory=list)


def pairs() -> Pairs:
    """The example, whose grades such a set cannot hold."""
    whole = example()
    return Pairs(
        dict(zip(whole.queries.query_ids, whole.queries.texts, strict=True)),
        dict(zip(whole.corpus.doc_ids, whole.corpus.texts, strict=True)),
        {query_id: list(whole.qrels.relevant(query_id)) for query_id in whole.qrels},
    )


def test_pairs_are_the_example_as_object_and_as_file(make_file: MakeFile) -> None:
    path = make_file("acts.json", json.dumps(asdict(pairs()), indent=4))
    for found in (read_llama_index(pairs()), read_llama_index(path), load_collection(path)):
        assert found.queries.texts == example().queries.texts
        assert found.corpus.texts == example().corpus.texts
        assert {q: tuple(found.qrels[q]) for q in found.qrels} == {
            q: example().qrels.relevant(q) for q in example().qrels
        }
    assert load_collection(path).name == "acts"


def test_examples_are_found_in_the_corpus_by_their_texts(make_file: MakeFile) -> None:
    corpus = example().corpus
    first, second = corpus.texts[:2]
    labelled = Labelled([Example("what is it for?", [first]), Example("and?", [second, first])])
    path = make_file("set.json", json.dumps(asdict(labelled)))
    for source in (labelled, path):
        found = read_llama_index(source, corpus=corpus)
        one, two = corpus.doc_ids[:2]
        assert found.qrels.to_dict() == {"q1": {one: 1.0}, "q2": {two: 1.0, one: 1.0}}
        assert found.queries.texts == ("what is it for?", "and?")


def test_the_library_itself_saves_what_is_read(make_file: MakeFile) -> None:
    library = pytest.importorskip(
        "llama_index.core.llama_dataset", reason="newer releases have no such datasets"
    )
    path = make_file("saved.json", "")
    embedding = importlib.import_module(f"{library.__name__}.legacy.embedding")
    made = embedding.EmbeddingQAFinetuneDataset(**asdict(pairs()))
    made.save_json(str(path))
    labelled = library.LabelledRagDataset(
        examples=[library.LabelledRagDataExample(query="a?", reference_contexts=["Cats purr."])]
    )
    for source in (made, path):
        assert read_llama_index(source).queries.texts == example().queries.texts
    with pytest.raises(DataError, match="example 1: its documents have texts but no ids"):
        read_llama_index(labelled)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "a.json: not JSON: "),
        ("[]", "a.json: one JSON object is needed, as LlamaIndex saves it"),
        ("{}", "a.json: an EmbeddingQAFinetuneDataset (queries, corpus, relevant_docs) or a Label"),
        ('{"examples": {}}', "a.json: 'examples' is a dict; write a list"),
        ('{"examples": []}', "a: no questions; a question set has at least one"),
        (
            '{"examples": [{"query": "a?", "reference_contexts": "b"}]}',
            "a.json: example 1: 'reference_contexts' is a str; write a list",
        ),
        (
            '{"queries": {"q": "a?"}, "corpus": {}, "relevant_docs": {"r": ["d"]}}',
            "a.json: relevant_docs has judgements for 'r', which the queries lack",
        ),
    ],
)
def test_another_content_is_refused(make_file: MakeFile, content: str, message: str) -> None:
    with pytest.raises(DataError, match=re.escape(message)):
        load_collection(make_file("a.json", content))


def test_a_second_corpus_and_a_split_are_refused(make_file: MakeFile) -> None:
    with pytest.raises(DataError, match="the Pairs: has a corpus of its own; leave out corpus="):
        read_llama_index(pairs(), corpus=example().corpus)
    path = make_file("a.json", "{}")
    with pytest.raises(DataError, match="LlamaIndex's datasets have no splits, got split='dev'"):
        load_collection(path, split="dev")


def test_another_object_is_refused() -> None:
    other: Any = object()
    with pytest.raises(DataError, match="the object: an EmbeddingQAFinetuneDataset"):
        read_llama_index(other)
