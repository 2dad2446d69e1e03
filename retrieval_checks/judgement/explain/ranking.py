"""One query's ranking as text: what stands where, what was expected, what took its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval_checks.data.collection import Corpus
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError
from retrieval_checks.judgement.explain.columns import id_cell, id_column, snippet, with_snippet
from retrieval_checks.judgement.explain.wording import counted, lead, told_apart

_UNJUDGED = "[ ]"


def ranking_table(
    run: Run,
    query_id: str,
    *,
    corpus: Corpus | None = None,
    qrels: Qrels | None = None,
    watch: Sequence[str] = (),
    ranks: Sequence[int] = (),
    k: int = 10,
    cut_at: int | None = None,
    width: int = 100,
) -> str:
    """One query's ranking, a line per document: mark, rank, grade, score, id, snippet.

    `->` marks the documents in `watch`; those below rank k follow after a gap with their real rank,
    those not retrieved at the end. `[3]` is a grade, `[0]` judged not relevant, `[ ]` unjudged; the
    column is left out without judgements. `=` marks equal scores. Below stands by how much the
    last document above the cut leads the first one below it, and what the marks mean.

    Args:
        run: the rankings.
        query_id: whose ranking; it must be in the run.
        corpus: where titles and texts come from.
        qrels: where grades come from; the query need not be judged.
        watch: documents that the reader asks about.
        ranks: ranks to show beside the first k.
        k: how many documents to show from the top.
        cut_at: the rank whose lead is told; k unless given.
        width: columns that no line exceeds.

    Raises:
        DataError: the query is not in the run; k is below 1.

    >>> run = Run.from_dict({"q1": {"a": 0.9, "b": 0.75, "c": 0.5}})
    >>> print(ranking_table(run, "q1", qrels=Qrels.from_dict({"q1": {"c": 1}}), watch=["c"], k=1))
        #1  [ ]  0.9000   a
            … 1 document
    ->  #3  [1]  0.5000   c
    #1 leads #2 by 0.1500.
    [ ] not judged
    """
    if k < 1:
        raise DataError(f"k must be at least 1, got {k}")
    scores = run[query_id]
    if not scores and not watch:
        return "The ranking is empty."
    grades = qrels[query_id] if qrels is not None and query_id in qrels else {}
    lines = _ranked_lines(scores, watch, ranks, k) + _absent_lines(scores, watch, corpus)
    marks = None if qrels is None else [_mark(line, grades) for line in lines]
    table = _laid_out(lines, marks, corpus, width)
    lead_told = _margin(list(scores.values()), cut_at or k)
    return "\n".join([*table, *lead_told, *_legend(lines, marks)])


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the table; a gap where `doc_id` is empty."""

    rank: int | None  # None where not retrieved
    doc_id: str
    score: float | None = None
    is_watched: bool = False
    is_tied: bool = False
    note: str = ""


def _laid_out(
    lines: Sequence[_Line], marks: Sequence[str] | None, corpus: Corpus | None, width: int
) -> list[str]:
    """The lines in columns; gaps carry their note alone."""
    scored = told_apart([line.score for line in lines if line.score is not None])
    scores = iter(scored)
    ranks = ["-" if line.rank is None else f"#{line.rank}" for line in lines]
    rank_width = max(3, max(map(len, ranks)))
    mark_width = max(map(len, marks), default=0) if marks else 0
    score_width = max(map(len, scored), default=0)
    id_width = id_column([line.doc_id for line in lines], width)
    table = []
    for row, line in enumerate(lines):
        if not line.doc_id:
            table.append(f"   {'':>{rank_width}}  {line.note}")
            continue
        columns = [f"{'->' if line.is_watched else '':<3}{ranks[row]:>{rank_width}}"]
        columns += [f"{marks[row]:<{mark_width}}"] if marks else []
        score = "" if line.score is None else next(scores)
        columns += [f"{score:>{score_width}}{'=' if line.is_tied else ' '}"]
        columns += [id_cell(line.doc_id, id_width)]
        text = "  ".join(columns)
        about = snippet(line.doc_id, corpus)
        table.append(f"{text}  {line.note}" if line.note else with_snippet(text, about, width))
    return table


def _mark(line: _Line, grades: Mapping[str, float]) -> str:
    if not line.doc_id:
        return ""
    return f"[{grades[line.doc_id]:g}]" if line.doc_id in grades else _UNJUDGED


def _ranked_lines(
    scores: Mapping[str, float], watch: Sequence[str], ranks: Sequence[int], k: int
) -> list[_Line]:
    ordered = list(scores.items())
    rank_of = {doc_id: rank for rank, doc_id in enumerate(scores, start=1)}
    wanted = {*range(1, min(k, len(ordered)) + 1), *(r for r in ranks if 1 <= r <= len(ordered))}
    wanted |= {rank_of[doc_id] for doc_id in watch if doc_id in rank_of}
    lines: list[_Line] = []
    last = 0
    for rank in sorted(wanted):
        if rank > last + 1:
            lines.append(_Line(None, "", note=f"… {counted(rank - last - 1, 'document')}"))
        doc_id, score = ordered[rank - 1]
        near = [s for _, s in ordered[max(rank - 2, 0) : rank - 1] + ordered[rank : rank + 1]]
        lines.append(_Line(rank, doc_id, score, doc_id in watch, score in near))
        last = rank
    return lines


def _absent_lines(
    scores: Mapping[str, float], watch: Sequence[str], corpus: Corpus | None
) -> list[_Line]:
    retrieved = f"not retrieved (the ranking has {counted(len(scores), 'document')})"
    return [
        _Line(
            None,
            doc_id,
            is_watched=True,
            note="not in the corpus" if corpus is not None and doc_id not in corpus else retrieved,
        )
        for doc_id in dict.fromkeys(watch)
        if doc_id not in scores
    ]


def _margin(scores: Sequence[float], cut_at: int) -> list[str]:
    if cut_at >= len(scores):
        return []
    last, following = scores[cut_at - 1 : cut_at + 1]
    if last != following:
        return [f"#{cut_at} leads #{cut_at + 1} by {lead(last, following)}."]
    first = scores.index(last) + 1
    tied = scores.count(last)
    return [
        f"The cut at {cut_at} goes through {tied} documents of equal score"
        f" (#{first} to #{first + tied - 1}): the document id decides."
    ]


def _legend(lines: Sequence[_Line], marks: Sequence[str] | None) -> list[str]:
    """What the marks mean, those that occur."""
    told = ["[ ] not judged"] if marks and _UNJUDGED in marks else []
    told += ["= equal scores"] if any(line.is_tied for line in lines) else []
    return [", ".join(told)] if told else []
