"""`Question`: a question of a question set, and the documents that its answer rests on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from retrieval_checks.data.collection import Collection
from retrieval_checks.data.corpus import Corpus
from retrieval_checks.data.postings import id_text
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.queries import Queries
from retrieval_checks.errors import DataError


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the ids of its documents, or their texts, or both side by side.

    Raises:
        DataError: no text, neither ids nor texts of documents, as many of one as not of the other.
    """

    place: str  # where it stands, for messages
    query_id: str
    text: object
    doc_ids: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.text, str) or not self.text.strip():
            raise DataError(f"{self.place}: the question is {self.text!r:.40}; write its text")
        if self.doc_ids and self.contexts and len(self.doc_ids) != len(self.contexts):
            raise DataError(
                f"{self.place}: {len(self.doc_ids)} ids of documents but {len(self.contexts)} texts"
            )

    @property
    def pairs(self) -> Iterator[tuple[str, str]]:
        """(doc_id, text) of the documents that have both."""
        return zip(self.doc_ids, self.contexts, strict=False)


def question_collection(
    questions: Sequence[Question], corpus: Corpus | None, *, name: str
) -> Collection:
    """The questions as a collection: what each rests on is relevant to it, with grade 1.

    Without a corpus, that is made of the documents that have id and text. With one, a document
    known by its text alone is the one of the corpus with the same text.

    Raises:
        DataError: no question; no document for one; an id with two texts; without a corpus, an id
            without a text or the reverse; with one, a text that none of its documents has, or
            several.

    >>> cats = Corpus.from_dict({"d1": "Cats purr."})
    >>> asked = [Question("row 1", "q1", "who purrs?", contexts=("Cats purr.",))]
    >>> question_collection(asked, cats, name="cats").qrels.to_dict()
    {'q1': {'d1': 1.0}}
    """
    if not questions:
        raise DataError(f"{name}: no questions; a question set has at least one")
    searched = _own_corpus(questions) if corpus is None else corpus
    by_text: dict[str, list[str]] = {}
    for doc_id, text in zip(searched.doc_ids, searched.texts, strict=True):
        by_text.setdefault(text.strip(), []).append(doc_id)
    grades = {q.query_id: dict.fromkeys(_documents(q, by_text), 1.0) for q in questions}
    queries = Queries(
        tuple(question.query_id for question in questions),
        tuple(str(question.text) for question in questions),
    )
    return Collection(searched, queries, Qrels.from_dict(grades), name=name)


def strings(value: Any, what: str, place: str, *, ids: bool = False) -> tuple[str, ...]:
    """A list of strings, or of ids, as a tuple; empty for None.

    Raises:
        DataError: no list, or something else in it.
    """
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        raise DataError(f"{place}: {what!r} is a {type(value).__name__}; write a list")
    if ids:
        return tuple(named(item, "document", f"in {what!r}", place) for item in value)
    odd = [item for item in value if not isinstance(item, str)]
    if odd:
        raise DataError(f"{place}: {what!r} holds {odd[0]!r:.40}; write strings")
    return tuple(value)


def named(value: object, kind: str, where: str, place: str) -> str:
    """An id as text; an error has the place before it."""
    try:
        return id_text(value, kind, where)
    except DataError as error:
        raise DataError(f"{place}: {error}") from None


def _own_corpus(questions: Sequence[Question]) -> Corpus:
    texts: dict[str, str] = {}
    for question in questions:
        if len(question.doc_ids) != len(question.contexts):
            has, lacks = ("ids", "texts") if question.doc_ids else ("texts", "ids")
            raise DataError(
                f"{question.place}: its documents have {has} but no {lacks}; give the documents:"
                " corpus=..."
            )
        for doc_id, text in question.pairs:
            if texts.setdefault(doc_id, text) != text:
                raise DataError(f"{question.place}: document {doc_id!r} has another text above")
    return Corpus.from_dict(texts)


def _documents(question: Question, by_text: dict[str, list[str]]) -> tuple[str, ...]:
    if not question.doc_ids and not question.contexts:
        raise DataError(
            f"{question.place}: no document for question {question.query_id!r}; name what its"
            " answer rests on, or leave the question out"
        )
    return question.doc_ids or tuple(
        _found(text, by_text.get(text.strip(), []), question.place) for text in question.contexts
    )


def _found(text: str, doc_ids: list[str], place: str) -> str:
    if len(doc_ids) == 1:
        return doc_ids[0]
    who = f"documents {', '.join(map(repr, doc_ids[:3]))} have" if doc_ids else "no document has"
    raise DataError(
        f"{place}: {who} the text {text[:60]!r}, so its id is unknown; give the corpus that the"
        " questions were made from, or the ids"
    )
