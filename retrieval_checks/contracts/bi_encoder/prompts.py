"""The promise that each side is encoded with the prompt that the model was trained with."""

from collections.abc import Iterator, Mapping

from retrieval_checks.contracts.bi_encoder.likeness import cosines, shown
from retrieval_checks.contracts.bi_encoder.subject import Encoder, Vectors, unprompted
from retrieval_checks.contracts.check import DoesNotApply
from retrieval_checks.contracts.promise import Promise, case
from retrieval_checks.contracts.sample.topics import PASSAGES, QUESTIONS

_SEARCH = "Represent this sentence for searching relevant passages: "
# What the model cards ask for: the first whose words are all in the model's name.
_CARDS: tuple[tuple[tuple[str, ...], Mapping[str, str]], ...] = (
    (("e5-mistral",), {}),  # instructions that name the task: nothing that could be known here
    (("e5-", "-instruct"), {}),
    (("intfloat/", "e5-"), {"query": "query: ", "document": "passage: "}),
    (("nomic-embed-text",), {"query": "search_query: ", "document": "search_document: "}),
    (("mxbai-embed-large",), {"query": _SEARCH}),
    (("snowflake-arctic-embed", "-v2"), {"query": "query: "}),
    (("snowflake-arctic-embed",), {"query": _SEARCH}),
)
_SAVED_AS = {"query": ("query",), "document": ("document", "passage", "corpus")}


def expected_prompts(subject: Encoder) -> dict[str, str]:
    """The prompts by side: those claimed, on the known model card, or saved with the model.

    Empty where there are none.
    """
    if subject.claims.prompts is not None:
        return _of_sides(subject.claims.prompts)
    name = str(getattr(subject.encoder, "name", "")).lower()
    for words, prompts in _CARDS:
        if all(word in name for word in words):
            return _of_sides(prompts)
    saved = getattr(subject.model, "prompts", None)
    return _of_sides(saved) if isinstance(saved, Mapping) else {}


def _of_sides(prompts: Mapping[str, str]) -> dict[str, str]:
    sides = {
        side: next((prompts[name] for name in names if prompts.get(name)), "")
        for side, names in _SAVED_AS.items()
    }
    return sides if any(sides.values()) else {}


def _prompted(subject: Encoder) -> Iterator[str | None]:
    prompts = expected_prompts(subject)
    if not prompts:
        raise DoesNotApply("no prompts are known; if the model card has some, give prompts={...}")
    yield from _sides_differ(subject, prompts)
    for side, texts, vectors in (
        ("query", QUESTIONS, subject.queries(QUESTIONS)),
        ("document", PASSAGES, subject.documents(PASSAGES)),
    ):
        other = prompts["document" if side == "query" else "query"]
        named = {f"{prompts[side]!r}": prompts[side], f"{other!r}, swapped,": other, "none": ""}
        yield from _as_with(subject, side, texts, vectors, prompts=named)


def _sides_differ(subject: Encoder, prompts: Mapping[str, str]) -> Iterator[str | None]:
    """What can be told of any encoder: one text has two vectors where it gets two prompts."""
    if prompts["query"] == prompts["document"]:
        return
    found = cosines(subject.queries(PASSAGES), subject.documents(PASSAGES))
    for text, cosine in zip(PASSAGES, found.tolist(), strict=True):
        yield case(
            1 - cosine > subject.claims.tolerance,
            f"the same vector as a query and as a document, 1 - cosine {1 - cosine:.2g}, for"
            f" {shown(text)}; a prompt is missing",
        )


def _as_with(
    subject: Encoder,
    side: str,
    texts: tuple[str, ...],
    vectors: Vectors,
    *,
    prompts: dict[str, str],
) -> Iterator[str | None]:
    """A case a text: its vector is that of the first prompt before it; else, of which other?"""
    asked, *others = prompts
    right = unprompted(subject, [prompts[asked] + text for text in texts])
    if right is None:
        return
    for row, cosine in enumerate(cosines(vectors, right).tolist()):
        if 1 - cosine <= subject.claims.tolerance:
            yield None
            continue
        used = next(
            (n for n in others if _is(subject, vectors[[row]], prompts[n] + texts[row])), "another"
        )
        yield (
            f"{side} {shown(texts[row])} is encoded with the prompt {used}, asked is {asked}"
            f" (1 - cosine {1 - cosine:.2g})"
        )


def _is(subject: Encoder, vector: Vectors, text: str) -> bool:
    found = unprompted(subject, [text])
    return found is not None and bool(1 - cosines(vector, found)[0] <= subject.claims.tolerance)


PROMPTS = (
    Promise(
        "prompts",
        "queries and documents are encoded with the prompts that the model was trained with",
        "BiEncoder(..., query_prompt=..., document_prompt=...) sets them, blanks included.",
        _prompted,
        at_least=12,
    ),
)
