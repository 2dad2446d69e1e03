"""Duplicate documents: copies of a relevant one that nobody has judged."""

from retrieval_checks.data.corpus import Corpus
from retrieval_checks.errors import listed
from retrieval_checks.golden.lint.finding import Finding
from retrieval_checks.golden.lint.near_copies import copies, folded
from retrieval_checks.golden.lint.subject import LintSubject
from retrieval_checks.judgement.explain.wording import counted

_Group = tuple[str, ...]


def find_duplicates(subject: LintSubject) -> list[Finding]:
    """A finding a relevant document with copies that are not judged, one for all other copies."""
    if subject.corpus is None:
        return []
    doc_ids = subject.corpus.doc_ids
    groups = [tuple(doc_ids[i] for i in group) for group in copies(subject.corpus.contents)]
    group_of = {doc_id: group for group in groups for doc_id in group}
    found, harmful = [], set()
    for query in subject.queries:
        grades = subject.grades(query.query_id)
        for doc_id in subject.relevant(query.query_id):
            unjudged = [twin for twin in group_of.get(doc_id, ()) if twin not in grades]
            if unjudged:
                harmful.add(group_of[doc_id])
                where = subject.where(query.line)
                label = f"relevant to query {query.query_id!r}, grade {grades[doc_id]:g}"
                found.append(_unjudged(where, doc_id, label, unjudged, subject.corpus))
    harmless = [group for group in groups if group not in harmful]
    return [*found, *([_harmless(subject, harmless)] if harmless else [])]


def _unjudged(where: str, doc_id: str, label: str, twins: list[str], corpus: Corpus) -> Finding:
    text = folded(corpus[doc_id].content)
    same = all(folded(corpus[twin].content) == text for twin in twins)
    verb = "has" if len(twins) == 1 else "have"
    return Finding(
        "warning",
        "unjudged-copy",
        where,
        f"{listed(twins)} {verb} {'' if same else 'nearly '}the text of {doc_id!r} ({label}), and"
        f" {'is' if len(twins) == 1 else 'are'} not judged for it: found instead, it counts as not"
        " relevant",
        "judge the copy the same, or drop it from the corpus",
    )


def _harmless(subject: LintSubject, groups: list[_Group]) -> Finding:
    spare = sum(len(group) - 1 for group in groups)
    verb = "is" if spare == 1 else "are"
    shown = listed([" = ".join(group[:3]) for group in groups], most=2)
    return Finding(
        "note",
        "copies-in-corpus",
        subject.where(1),
        f"{counted(spare, 'document')} of {len(subject.corpus or ())} {verb} a copy of another one,"
        f" or nearly: {shown}; no judgement of this file depends on them",
        "copies take places of the top k from other documents",
    )
