"""Near-verbatim queries: questions in the words of the passage that answers them."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from retrieval_checks.golden.lint.finding import Finding
from retrieval_checks.golden.lint.subject import LintSubject
from retrieval_checks.judgement.explain.wording import counted

NEAR = 0.9  # share of the query's words that its passage has
FEWEST = 3  # words: a query of one or two has little else to say
_WORD = re.compile(r"\w+")
_SHORT = 3  # letters


@dataclass(frozen=True, slots=True)
class Overlap:
    """How much of a query stands in a passage."""

    words: int  # different words of more than three letters in the query
    shared: int  # those of them that the passage has
    run: int  # the most words in a row, of any length, that both have

    @property
    def share(self) -> float:
        """The part of the query's words that the passage has, in [0, 1]; 0 without words."""
        return self.shared / self.words if self.words else 0.0


def find_near_verbatim(subject: LintSubject) -> list[Finding]:
    """A finding a query whose words nearly all stand in one of its relevant passages."""
    found = []
    for query in subject.queries:
        best = _best(subject, query.query_id)
        if best is None or best[1].words < FEWEST or best[1].share < NEAR:
            continue
        doc_id, overlap = best
        found.append(
            Finding(
                "warning",
                "near-verbatim",
                subject.where(query.line),
                f"query {query.query_id!r} is nearly its gold passage's wording: {overlap.shared}"
                f" of its {overlap.words} longer words stand in {doc_id!r},"
                f" {counted(overlap.run, 'word')} in a row; any lexical match finds it",
                "ask as somebody would who has not read the passage",
            )
        )
    return found


def overlap_of(query: str, passage: str) -> Overlap:
    """How much of the query's text stands in the passage.

    Compared are words of more than three letters, case-folded: in most languages written with
    blanks the words that stand everywhere ("the", "und", "que") are shorter, so that no list of
    them is needed for each language. The longest row is of all words, since wording shows in them.

    >>> overlap_of("When do cats purr loudly?", "Happy cats purr.")
    Overlap(words=4, shared=2, run=2)
    """
    asked, there = (_WORD.findall(text.casefold()) for text in (query, passage))
    longer = {word for word in asked if len(word) > _SHORT}
    row = SequenceMatcher(None, asked, there, autojunk=False).find_longest_match()
    return Overlap(len(longer), len(longer.intersection(there)), row.size)


def _best(subject: LintSubject, query_id: str) -> tuple[str, Overlap] | None:
    """The relevant passage that shares most with the query."""
    text, corpus = subject.text(query_id), subject.corpus
    if not text or corpus is None:
        return None
    overlaps = {
        doc_id: overlap_of(text, corpus[doc_id].content)
        for doc_id in subject.relevant(query_id)
        if doc_id in corpus
    }
    ranked = sorted(overlaps.items(), key=lambda item: (item[1].share, item[1].run), reverse=True)
    return ranked[0] if ranked else None
