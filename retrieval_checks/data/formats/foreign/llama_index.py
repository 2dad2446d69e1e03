"""Question sets of LlamaIndex, as objects or as the JSON files that it saves."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from retrieval_checks.data.collection import Collection
from retrieval_checks.data.corpus import Corpus
from retrieval_checks.data.formats.foreign.questions import (
    Question,
    question_collection,
    strings,
)
from retrieval_checks.data.formats.lines import FilePath, numbered_lines
from retrieval_checks.errors import DataError

_PAIRS = ("queries", "corpus", "relevant_docs")


def read_llama_index(source: object, *, corpus: Corpus | None = None) -> Collection:
    """The collection in a question set of LlamaIndex.

    Args:
        source: an `EmbeddingQAFinetuneDataset`, which has queries, corpus and relevant documents;
            a `LabelledRagDataset`, whose examples have questions and the texts that the answers
            rest on; or the JSON file that either saved.
        corpus: for a `LabelledRagDataset`, the documents, found by their texts. Its questions get
            the ids q1, q2 ... in their order.

    Every relevant document has grade 1.

    Raises:
        DataError: another object or file; no corpus for a `LabelledRagDataset`; a text that no
            document of the corpus has; a document or query without a text.

    >>> from types import SimpleNamespace as Like
    >>> pairs = Like(queries={"q": "who purrs?"}, corpus={"d": "Cats."}, relevant_docs={"q": ["d"]})
    >>> read_llama_index(pairs).qrels.to_dict()
    {'q': {'d': 1.0}}
    """
    if isinstance(source, str | os.PathLike):
        name, fields = Path(source).stem, _saved(source)
        what = os.fspath(source)
    else:
        name, fields = "collection", _attributes(source)
        what = f"the {type(source).__name__}"
    if all(part in fields for part in _PAIRS):
        if corpus is not None:
            raise DataError(f"{what}: has a corpus of its own; leave out corpus=...")
        return _pairs(fields, name, what)
    if "examples" in fields:
        return question_collection(_examples(fields["examples"], what), corpus, name=name)
    raise DataError(
        f"{what}: an EmbeddingQAFinetuneDataset (queries, corpus, relevant_docs) or a"
        " LabelledRagDataset (examples) is needed"
    )


def _pairs(fields: Mapping[str, Any], name: str, what: str) -> Collection:
    try:
        return Collection.from_dicts(
            fields["corpus"], fields["queries"], fields["relevant_docs"], name=name
        )
    except DataError as error:
        raise DataError(f"{what}: {error}") from None


def _examples(examples: Any, what: str) -> Sequence[Question]:
    if not isinstance(examples, Sequence) or isinstance(examples, str):
        raise DataError(f"{what}: 'examples' is a {type(examples).__name__}; write a list")
    return [
        _question(example, number, f"{what}: example {number}")
        for number, example in enumerate(examples, 1)
    ]


def _question(example: Any, number: int, place: str) -> Question:
    fields = example if isinstance(example, Mapping) else _attributes(example)
    contexts = strings(fields.get("reference_contexts"), "reference_contexts", place)
    return Question(place, f"q{number}", fields.get("query"), contexts=contexts)


def _attributes(source: object) -> dict[str, Any]:
    names = (*_PAIRS, "examples", "query", "reference_contexts")
    return {name: getattr(source, name) for name in names if hasattr(source, name)}


def _saved(path: FilePath) -> Mapping[str, Any]:
    text = b"".join(line for _, line in numbered_lines(path))
    try:
        fields = json.loads(text)
    except ValueError as error:
        raise DataError(f"{os.fspath(path)}: not JSON: {error}") from None
    if not isinstance(fields, Mapping):
        raise DataError(f"{os.fspath(path)}: one JSON object is needed, as LlamaIndex saves it")
    return fields
