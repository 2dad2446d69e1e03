"""Which pairs nobody has judged, of several runs, the most telling first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.metrics.metric import Metric
from retrieval_checks.metrics.unjudged import pairs_to_judge

_NOTHING = 1e-12  # a change that is rounding
_NOBODY = "\0nobody's"  # an id that no file can hold


@dataclass(frozen=True, slots=True)
class UnjudgedPair:
    """A document that nobody has judged for a query, and what judging it could change."""

    query_id: str
    doc_id: str
    change: float  # of the mean, in the run where it is largest: if the document were relevant
    ranks: Mapping[str, int]  # by run, of those that have it where the metric looks


def unjudged_pairs(
    runs: Sequence[Run], qrels: Qrels | None, metric: Metric, *, most: int
) -> list[UnjudgedPair]:
    """The unjudged documents of the top k of any run, by how much they could move its mean.

    Left out are those that could move none, such as documents below the first relevant one for RR.
    Of several runs the largest change counts; among equals the order is that of the first run's
    queries, then that of the ranks. A query without any judgement is looked at as one with nothing
    relevant, so that labelling may start from nothing.

    Args:
        runs: each with a name of its own.
        qrels: the judgements so far; None where there are none.
        metric: whose mean is meant.
        most: pairs at most.

    >>> run, qrels = Run.from_ids({"q": ["x", "y", "a"]}), Qrels.from_dict({"q": {"a": 1}})
    >>> pairs = unjudged_pairs([run], qrels, Metric("RR", 10), most=1)
    >>> pairs[0].doc_id, round(pairs[0].change, 4), pairs[0].ranks
    ('x', 0.6667, {'run': 1})
    """
    known = _for_every_query(runs, qrels)
    changes: dict[tuple[str, str], float] = {}
    ranks: dict[tuple[str, str], dict[str, int]] = {}
    for run in runs:
        size = max(1, len(run.docs))
        for pair in pairs_to_judge(evaluate(run, known, metric), metric, most=size):
            key = pair.query_id, pair.doc_id
            changes[key] = max(changes.get(key, 0.0), pair.change, key=abs)
            ranks.setdefault(key, {})[run.name] = pair.rank
    place = {query_id: row for row, query_id in enumerate(known)}

    def order(key: tuple[str, str]) -> tuple[float, int, int, str]:
        return -round(abs(changes[key]), 12), place[key[0]], min(ranks[key].values()), key[1]

    telling = sorted((key for key in changes if abs(changes[key]) > _NOTHING), key=order)
    return [UnjudgedPair(*key, changes[key], ranks[key]) for key in telling[:most]]


def _for_every_query(runs: Sequence[Run], qrels: Qrels | None) -> Qrels:
    """The judgements, and for each query of a run that has none one of a document that is nobody's.

    Where nothing is relevant yet, so is one document of a query that is nobody's: a metric needs
    one, and with it every mean is smaller by the same factor.
    """
    grades = {} if qrels is None else qrels.to_dict()
    for run in runs:
        for query_id in run:
            grades.setdefault(query_id, {_NOBODY: 0.0})
    if not any(grade >= 1 for judged in grades.values() for grade in judged.values()):
        grades[_NOBODY] = {_NOBODY: 1.0}
    return Qrels.from_dict(grades)
