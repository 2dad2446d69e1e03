"""Promises of what a score is: a finite number, higher for the answer, seen by whole rankings."""

from collections.abc import Iterator
from itertools import pairwise
from math import isfinite
from typing import Any

import numpy as np

from retrieval_checks.contracts.bi_encoder.likeness import shown
from retrieval_checks.contracts.check import DoesNotApply
from retrieval_checks.contracts.promise import Promise, case
from retrieval_checks.contracts.reranker.subject import ASKED, SAMPLE, Scorer, ranked
from retrieval_checks.contracts.sample.odd import BARE, EMPTY, ODD
from retrieval_checks.contracts.sample.topics import LONGEST, PASSAGES, TOPICS
from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.run import Run

_FIRST_PAGE = 10  # what a user sees; a reranker that knows no more cannot bring anything up to it
_CHARACTERS = 150  # of every candidate: a batch sorted by length leaves their order alone


def _finite(subject: Scorer) -> Iterator[str | None]:
    scores = subject.score(SAMPLE)
    for (query, document), score in zip(SAMPLE, scores.tolist(), strict=True):
        yield case(isfinite(score), f"{score} for {shown(query)} and {shown(document)}")
    yield from _each_finite(subject, BARE)


def _empty(subject: Scorer) -> Iterator[str | None]:
    yield from _each_finite(subject, EMPTY)


def _odd(subject: Scorer) -> Iterator[str | None]:
    yield from _each_finite(subject, ODD)


def _long(subject: Scorer) -> Iterator[str | None]:
    """Both ends of the pair must be read: the query is lost first where the pair is cut as one."""
    answer = next(topic.passage for topic in TOPICS if topic.question == ASKED[0])
    document = f"{answer} {LONGEST}"
    found = _wrong_with(subject, document)
    yield case(not found, f"a document of 5,000 words: {found}")
    if found:
        return
    scores = subject.score([(query, document) for query in ASKED])
    yield case(
        bool(np.ptp(scores) > 0),
        f"{len(ASKED)} different queries all score {scores[0]:.6g} with a document of 5,000 words:"
        " the query is not read",
    )


def _answers(subject: Scorer) -> Iterator[str | None]:
    for topic in TOPICS:
        others = [other.passage for other in TOPICS if other is not topic]
        scores = subject.score([(topic.question, text) for text in (topic.passage, *others)])
        best = float(scores[1:].max())
        yield case(
            scores[0] > best,
            f"the answer to {shown(topic.question)} scores {scores[0]:.6g}, a text about something"
            f" else {best:.6g}, {best - scores[0]:.2g} more",
        )


def _rank(subject: Scorer) -> Iterator[str | None]:
    rank = getattr(subject.model, "rank", None)
    if not callable(rank):
        raise DoesNotApply("it has no rank(query, documents)")
    for query in ASKED:
        hits = list(rank(query, list(PASSAGES)))
        order = [int(hit["corpus_id"]) for hit in hits]
        scores = subject.score([(query, document) for document in PASSAGES])
        yield case(
            sorted(order) == list(range(len(PASSAGES))),
            f"rank() gave documents {order} of {len(PASSAGES)}, for {shown(query)}",
        )
        rises = [scores[b] - scores[a] for a, b in pairwise(order)]
        worst = max(rises, default=0.0)
        yield case(
            worst <= subject.allowed,
            f"rank() gave {order}, by score it is {ranked(scores)}; a lower document scores"
            f" {worst:.2g} more, for {shown(query)}",
        )


def _depth(subject: Scorer) -> Iterator[str | None]:
    """The document that scores best, last among as many candidates as the stage says it takes."""
    stage = subject.stage
    if stage.depth <= _FIRST_PAGE:
        raise DoesNotApply(f"depth {stage.depth} is no more than the {_FIRST_PAGE} of a first page")
    for query in ASKED:
        texts = _candidates(stage.depth)
        best = ranked(subject.score([(query, text) for text in texts]))[0]
        texts.append(texts.pop(best))
        doc_ids = [f"d{number:04}" for number in range(len(texts))]
        run = stage.rerank(
            Run.from_ids({"q": doc_ids}),
            Queries.from_dict({"q": query}),
            Corpus(tuple(doc_ids), tuple(texts)),
        )
        place = run.ranking("q").index(doc_ids[-1]) + 1
        yield case(
            place <= _FIRST_PAGE,
            f"the document that scores best stood at rank {stage.depth} of {stage.depth} and was"
            f" put at rank {place}, not among the first {_FIRST_PAGE}, for {shown(query)}",
        )


def _candidates(count: int) -> list[str]:
    """Different documents of one length, as many as asked for: passages begun at every word."""
    texts = []
    for number in range(count):
        turn, row = divmod(number, len(PASSAGES))
        words = PASSAGES[row].split()
        text = f"{' '.join(words[turn:])} {number} {' '.join(words[:turn])}"
        texts.append(text[:_CHARACTERS].rstrip().ljust(_CHARACTERS, "."))
    return texts


def _each_finite(subject: Scorer, texts: dict[str, str]) -> Iterator[str | None]:
    for what, text in texts.items():
        found = _wrong_with(subject, text)
        yield case(not found, f"{what} ({shown(text)}) as a document: {found}")


def _wrong_with(subject: Scorer, document: str) -> str:
    pairs: list[Any] = [(ASKED[0], PASSAGES[0]), (ASKED[0], document)]
    try:
        scores = subject.score(pairs)
    except Exception as error:  # whatever is raised is what was found
        return f"{type(error).__name__}: {str(error)[:200]}"
    return "" if np.isfinite(scores).all() else f"score {scores[1]}"


SCORES = (
    Promise(
        "finite",
        "every ordinary or bare document has one finite score",
        "look at what the tokenizer leaves of the pair; in half precision, try float32. A"
        " classifier with several labels does not rank.",
        _finite,
        at_least=54,
    ),
    Promise(
        "empty-document",
        "a document without content has a finite score",
        "tokenize pairs as two lists: a lone pair with an empty half may be taken for one text.",
        _empty,
        at_least=3,
    ),
    Promise(
        "odd-unicode",
        "every text that can be written to a file can be scored",
        "decode and encode as UTF-8 everywhere, and let the tokenizer see the text as it is.",
        _odd,
        at_least=13,
    ),
    Promise(
        "long-pair",
        "a long document is cut, and the query is not",
        "cut the document alone (truncation='only_second'), and put the query first.",
        _long,
        at_least=2,
    ),
    Promise(
        "answers",
        "the passage that answers a question scores above those about something else",
        "check the sign (a distance is no score), which label means relevant, and the order of"
        " query and document. An untrained model may be waived.",
        _answers,
        at_least=12,
    ),
    Promise(
        "rank-order",
        "rank() orders all documents as their scores do",
        "let rank() sort by what score_pairs() or predict() gives, best first, and leave none out.",
        _rank,
        at_least=8,
    ),
    Promise(
        "depth",
        "a document at the last rank of the depth can come to the first page",
        "give the reranker all `depth` candidates and cut at k afterwards: who cuts first only"
        " reorders what the user would have seen anyway.",
        _depth,
        at_least=4,
    ),
)
