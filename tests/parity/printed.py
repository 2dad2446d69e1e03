"""What trec_eval prints, worked out from our metrics alone: a measure of its to an array of ours.

Some are a metric of ours under another name, some an exact consequence of several: `set_map` is
precision times recall of the whole ranking, `binG` follows from NumRelRet at every rank. Negative
grades are left out where trec_eval takes such a document for not judged and we do not.
"""

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from retrieval_checks.data.postings import FloatArray
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.metrics.evaluation import evaluate

SUMS = ("num_ret", "num_rel", "num_rel_ret", "num_nonrel_judged_ret")  # whole numbers, summed
GEOMETRIC = ("gm_map", "gm_bpref")  # only "all" has them
_LEAST = 1e-5  # stands for 0 in a geometric mean
_PERSISTENCE = "(p=0.9)"  # of trec_eval's RBP
_OURS = {
    "num_ret": "NumRet",
    "num_rel": "NumRel",
    "num_rel_ret": "NumRelRet",
    "map": "AP",
    "gm_map": "AP",
    "Rprec": "Rprec",
    "recip_rank": "RR",
    "infAP": "infAP",
    "ndcg": "nDCG",
}
_OURS_AT = {
    "P": "P",
    "recall": "R",
    "map_cut": "AP",
    "ndcg_cut": "nDCG",
    "relative_P": "RCap",
    "success": "Success",
    "iprec_at_recall": "IPrec",
}


class Figures:
    """Our metrics of a run, each an array over the judged queries."""

    def __init__(self, run: Run, qrels: Qrels, level: int = 1) -> None:
        self.run, self.qrels, self.level = run, qrels, level

    def __call__(self, metric: str) -> FloatArray:
        """One metric of each query, float64 (n,)."""
        return self.all([metric])[:, 0]

    def all(self, metrics: Sequence[str]) -> FloatArray:
        """Several, float64 (n, len(metrics))."""
        return evaluate(self.run, self.qrels, metrics, relevance_level=self.level).values

    def at_each(self, metric: str, depth: int) -> FloatArray:
        """A metric cut at each rank, float64 (n, depth)."""
        return self.all([f"{metric}@{k}" for k in range(1, depth + 1)])

    def at(self, metric: str, cutoffs: FloatArray) -> FloatArray:
        """A metric cut at another rank for each query, float64 (n,)."""
        values = np.zeros(len(cutoffs))
        for cutoff in np.unique(cutoffs[cutoffs >= 1]):
            chosen = cutoffs == cutoff
            values[chosen] = self(f"{metric}@{cutoff:.0f}")[chosen]
        return values

    @property
    def depth(self) -> int:
        """Length of the longest ranking, at least 1."""
        return max(1, int(self("NumRet").max()))

    @property
    def levels(self) -> range:
        """1 to the highest grade."""
        return range(1, int(self.qrels.grades.max()) + 1)

    def judged_only_from_0(self) -> "Figures":
        """The same, with negative grades as no judgements."""
        return self.with_grades(lambda grade: grade if grade >= 0 else None)

    def with_grades(self, changed: Callable[[float], float | None]) -> "Figures":
        """The same, with other grades; None for no judgement."""
        kept = {
            query_id: {
                doc_id: value
                for doc_id, grade in self.qrels[query_id].items()
                if (value := changed(grade)) is not None
            }
            for query_id in self.qrels
        }
        return Figures(self.run, Qrels.from_dict(kept), self.level)


def measured(figures: Figures, measure: str) -> FloatArray | None:
    """A measure of trec_eval for each query, float64 (n,); None for what is no figure.

    A query that the run lacks has 0 of everything but `num_rel`, as with `trec_eval -c`.
    """
    if measure in _OURS:
        return figures(_OURS[measure])
    if measure in _DERIVED:
        return np.where(figures("NumRet") > 0, _DERIVED[measure](figures), 0.0)
    name, _, parameter = measure.rpartition("_")
    if name in _OURS_AT:
        return figures(f"{_OURS_AT[name]}@{parameter}")
    if name in _DERIVED_AT:
        return np.where(figures("NumRet") > 0, _DERIVED_AT[name](figures, parameter), 0.0)
    return None


def summary(measure: str, values: FloatArray) -> float:
    """The figure of all queries from those of each."""
    if measure in SUMS:
        return float(values.sum())
    if measure in GEOMETRIC:
        return float(np.exp(np.log(np.maximum(values, _LEAST)).mean()))
    return float(values.mean())


def _quotient(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    return np.divide(numerator, denominator, out=np.zeros(len(numerator)), where=denominator > 0)


def _bpref(figures: Figures) -> FloatArray:
    return figures.judged_only_from_0()("bpref")


def _set_precision(figures: Figures) -> FloatArray:
    return _quotient(figures("NumRelRet"), figures("NumRet"))


def _set_recall(figures: Figures) -> FloatArray:
    return _quotient(figures("NumRelRet"), figures("NumRel"))


def _set_relative_precision(figures: Figures) -> FloatArray:
    return _quotient(figures("NumRelRet"), np.minimum(figures("NumRet"), figures("NumRel")))


def _set_f(figures: Figures) -> FloatArray:
    precision, recall = _set_precision(figures), _set_recall(figures)
    return _quotient(2 * precision * recall, precision + recall)


def _judged_retrieved(figures: Figures, k: int) -> FloatArray:
    figures = figures.judged_only_from_0()
    return (figures(f"Judged@{k}") * figures(f"NumRet@{k}")).round()


def _nonrelevant_judged(figures: Figures) -> FloatArray:
    return _judged_retrieved(figures, figures.depth) - figures("NumRelRet")


def _unjudged(figures: Figures, k: str) -> FloatArray:
    return (figures(f"NumRet@{k}") - _judged_retrieved(figures, int(k))) / int(k)


def _average_of_levels(figures: Figures, levels: str = "") -> FloatArray:
    """Mean interpolated precision at the recall levels, eleven by default."""
    steps = levels.split(",") if levels else [f"{step / 10}" for step in range(11)]
    return np.asarray(figures.all([f"IPrec@{step}" for step in steps]).mean(axis=1))


def _precision_at_multiple(figures: Figures, multiple: str) -> FloatArray:
    cutoffs = np.floor(float(multiple) * figures("NumRel") + 0.9)
    return _quotient(figures.at("NumRelRet", cutoffs), cutoffs)


def _utility(figures: Figures, weights: str = "1,-1,0,0") -> FloatArray:
    hit, false_alarm, miss, _ = map(float, weights.split(","))  # the last needs the collection
    found = figures("NumRelRet")
    return (
        hit * found + false_alarm * (figures("NumRet") - found) + miss * (figures("NumRel") - found)
    )


def _ndcg_with_gains(figures: Figures, pairs: str) -> FloatArray:
    gains = {float(level): float(gain) for level, gain in re.findall(r"(\d+)=([\d.]+)", pairs)}
    return figures.with_grades(lambda grade: gains.get(grade, grade))("nDCG")


def _hits(figures: Figures, level: int) -> FloatArray:
    """1 where the rank holds a document of that grade or more, (n, depth)."""
    found = figures.at_each(f"NumRelRet(rel={level})", figures.depth)
    return np.diff(found, axis=1, prepend=0.0)


def _ndcg_at_relevant(figures: Figures) -> FloatArray:
    """Mean of nDCG at the rank of each relevant document; where not retrieved, at the end."""
    hits, relevant = _hits(figures, 1), figures("NumRel(rel=1)")
    ends = (relevant - hits.sum(axis=1)) * figures("nDCG")
    return _quotient((hits * figures.at_each("nDCG", figures.depth)).sum(axis=1) + ends, relevant)


def _ndcg_at_levels(figures: Figures) -> FloatArray:
    """Mean of nDCG where the ideal ranking goes to a lower grade, and at a later end."""
    sizes = np.column_stack([figures(f"NumRel(rel={level})") for level in figures.levels])
    total, times = np.zeros(len(sizes)), np.zeros(len(sizes))
    for column in reversed(range(sizes.shape[1])):
        fewer = sizes[:, column + 1] if column + 1 < sizes.shape[1] else 0.0
        ends = sizes[:, column] > fewer
        total += np.where(ends, figures.at("nDCG", sizes[:, column]), 0.0)
        times += ends
    longer = figures("NumRet") > sizes[:, 0]
    return _quotient(total + longer * figures("nDCG"), times + longer)


def _binary_g(figures: Figures) -> FloatArray:
    """Mean over relevant documents of 1 / log2(2 + documents above that are not relevant)."""
    hits = _hits(figures, figures.level)
    others = np.arange(1, hits.shape[1] + 1) - hits.cumsum(axis=1)
    return _quotient((hits / np.log2(2 + others)).sum(axis=1), figures("NumRel"))


def _g(figures: Figures) -> FloatArray:
    """Gain by how far the gains so far lie behind the best possible, over the sum of gains."""
    depth = figures.depth
    gains = np.asarray(sum(_hits(figures, level) for level in figures.levels))
    ideal = np.asarray(
        sum(figures.at_each(f"NumRel(rel={level})", depth) for level in figures.levels)
    )
    beyond = np.arange(1, depth + 1) - figures.at_each("NumRel(rel=1)", depth)
    behind = ideal + beyond - gains.cumsum(axis=1)
    total = sum(figures(f"NumRel(rel={level})") for level in figures.levels)
    return _quotient((gains / np.log2(2 + behind)).sum(axis=1), np.asarray(total))


def _graded_rbp(figures: Figures) -> FloatArray:
    """RBP whose gain is the grade over the query's highest: the mean of the levels' RBP."""
    highest = np.sum([figures(f"NumRel(rel={n})") > 0 for n in figures.levels], axis=0)
    total = np.sum([figures(f"RBP(p=0.9, rel={n})") for n in figures.levels], axis=0)
    return _quotient(total, highest.astype(np.float64))


def _rbp_residual(figures: Figures) -> FloatArray:
    """Ours where something unjudged was retrieved; trec_eval leaves it 0 elsewhere."""
    some = _judged_retrieved(figures, figures.depth) < figures("NumRet")
    return np.where(some, figures.judged_only_from_0()(f"RBP_residual{_PERSISTENCE}"), 0.0)


_DERIVED: Mapping[str, Callable[[Figures], FloatArray]] = {
    "bpref": _bpref,
    "gm_bpref": _bpref,
    "set_P": _set_precision,
    "set_recall": _set_recall,
    "set_relative_P": _set_relative_precision,
    "set_map": lambda figures: _set_precision(figures) * _set_recall(figures),
    "set_F": _set_f,
    "num_nonrel_judged_ret": _nonrelevant_judged,
    "11pt_avg": _average_of_levels,
    "utility": _utility,
    "ndcg_rel": _ndcg_at_relevant,
    "Rndcg": _ndcg_at_levels,
    "binG": _binary_g,
    "G": _g,
    "rbp": _graded_rbp,
    "rbp_resid": _rbp_residual,
}
_DERIVED_AT: Mapping[str, Callable[[Figures, str], FloatArray]] = {
    "unj": _unjudged,
    "11pt_avg": _average_of_levels,
    "Rprec_mult": _precision_at_multiple,
    "utility": _utility,
    "ndcg": _ndcg_with_gains,
}
