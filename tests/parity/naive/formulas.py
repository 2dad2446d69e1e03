"""The metrics once more, as slowly and as near to their definitions as can be: one query, lists.

Shares no code with the package. A ranking is a list of ids, best first; grades are a dict; a list
`h` has 1 for each relevant document of the ranking, from rank 1. Nothing here is vectorised,
rearranged or short-cut, and sums run over every rank of the ranking.
"""

from collections.abc import Mapping, Sequence
from math import exp2, floor, log2

Grades = Mapping[str, float]


def ordered(scores: Mapping[str, float]) -> list[str]:
    """Ids by score descending, then by id descending."""
    return sorted(scores, key=lambda doc_id: (scores[doc_id], doc_id), reverse=True)


def condensed(ranking: Sequence[str], grades: Grades) -> list[str]:
    """The ranking without documents that have no judgement."""
    return [doc_id for doc_id in ranking if doc_id in grades]


def hits(ranking: Sequence[str], grades: Grades, level: float) -> list[int]:
    return [int(doc_id in grades and grades[doc_id] >= level) for doc_id in ranking]


def n_relevant(grades: Grades, level: float) -> int:
    return len([grade for grade in grades.values() if grade >= level])


def value(
    name: str,
    ranking: Sequence[str],
    grades: Grades,
    *,
    k: float | None,
    level: float,
    gain: str = "lin",
    p: float = 0.8,
    max_grade: float = 4,
) -> float:
    """One metric of one query by its name."""
    if name == "IPrec":
        assert k is not None
        return interpolated_precision(ranking, grades, level, k)
    ranking = ranking if k is None else ranking[: int(k)]
    h = hits(ranking, grades, level)
    relevant = n_relevant(grades, level)
    match name:
        case "NumRet":
            return len(ranking)
        case "NumRelRet":
            return sum(h)
        case "NumRel":
            return relevant if k is None else min(relevant, k)
        case "Success":
            return 1 if 1 in h else 0
        case "RR":
            return 1 / (h.index(1) + 1) if 1 in h else 0
        case "RBP":
            return (1 - p) * sum(h[i - 1] * p ** (i - 1) for i in range(1, len(h) + 1))
        case "RBP_residual":
            return rbp_residual(ranking, grades, p)
        case "nDCG":
            return ndcg(ranking, grades, k, gain)
        case "ERR":
            return err(ranking, grades, max_grade)
        case "Judged":
            known = len([doc_id for doc_id in ranking if doc_id in grades])
            return known / len(ranking) if ranking else 0
        case "P":
            assert k is not None
            return sum(h) / k
    if relevant == 0:
        return 0
    match name:
        case "R":
            return sum(h) / relevant
        case "RCap":
            assert k is not None
            return sum(h) / min(k, relevant)
        case "F1":
            assert k is not None
            precision, recall = sum(h) / k, sum(h) / relevant
            return 2 * precision * recall / (precision + recall) if sum(h) else 0
        case "Rprec":
            return sum(h[:relevant]) / relevant
        case "AP":
            at_hits = [sum(h[:i]) / i for i in range(1, len(h) + 1) if h[i - 1]]
            return sum(at_hits) / relevant
        case "bpref":
            return bpref(ranking, grades, level)
        case "infAP":
            return infap(ranking, grades, level)
    raise AssertionError(name)


def interpolated_precision(
    ranking: Sequence[str], grades: Grades, level: float, recall: float
) -> float:
    h = hits(ranking, grades, level)
    wanted = max(1, floor(recall * n_relevant(grades, level) + 0.5))
    precisions = [sum(h[:i]) / i for i in range(1, len(h) + 1) if sum(h[:i]) >= wanted]
    return max(precisions, default=0)


def dcg(grades: Sequence[float], gain: str) -> float:
    total = 0.0
    for rank, grade in enumerate(grades, start=1):
        if grade > 0:
            total += (grade if gain == "lin" else 2**grade - 1) / log2(rank + 1)
    return total


def ndcg(ranking: Sequence[str], grades: Grades, k: float | None, gain: str) -> float:
    ideal = sorted(grades.values(), reverse=True)
    best = dcg(ideal if k is None else ideal[: int(k)], gain)
    return dcg([grades.get(doc_id, 0) for doc_id in ranking], gain) / best if best else 0


def err(ranking: Sequence[str], grades: Grades, max_grade: float) -> float:
    total, reaches = 0.0, 1.0
    for rank, doc_id in enumerate(ranking, start=1):
        stops = (exp2(max(0, grades.get(doc_id, 0))) - 1) / exp2(max_grade)
        total += reaches * stops / rank
        reaches *= 1 - stops
    return total


def rbp_residual(ranking: Sequence[str], grades: Grades, p: float) -> float:
    total = p ** len(ranking)
    for rank, doc_id in enumerate(ranking, start=1):
        if doc_id not in grades:
            total += (1 - p) * p ** (rank - 1)
    return total


def bpref(ranking: Sequence[str], grades: Grades, level: float) -> float:
    relevant = n_relevant(grades, level)
    nonrelevant = len(grades) - relevant
    total, above = 0.0, 0
    for doc_id in ranking:
        if doc_id in grades and grades[doc_id] >= level:
            total += 1 - min(above, relevant) / min(relevant, nonrelevant) if above else 1
        elif doc_id in grades:
            above += 1
    return total / relevant


def infap(ranking: Sequence[str], grades: Grades, level: float) -> float:
    epsilon = 0.00001
    total, pool, good, bad = 0.0, 0, 0, 0
    for rank, doc_id in enumerate(ranking, start=1):
        if doc_id not in grades:
            continue
        if grades[doc_id] >= max(level, 0):
            share = (good + epsilon) / (good + bad + 2 * epsilon)
            total += (
                1 / rank + ((rank - 1) / rank) * (pool / (rank - 1)) * share if pool else 1 / rank
            )
            good += 1
        elif grades[doc_id] >= 0:
            bad += 1
        pool += 1
    return total / n_relevant(grades, level)


def alpha_ndcg(
    ranking: Sequence[str],
    subtopics: Mapping[str, Grades],
    *,
    k: int | None,
    level: float,
    alpha: float,
) -> float:
    """alpha-nDCG of one query from `{subtopic: grades}`; the ideal ranking is built greedily."""
    covered = {topic: {d for d in own if own[d] >= level} for topic, own in subtopics.items()}
    documents = sorted({d for own in subtopics.values() for d in own}, reverse=True)

    def gain(doc_id: str, above: Sequence[str]) -> float:
        times = [len(own & set(above)) for own in covered.values() if doc_id in own]
        return sum((1 - alpha) ** n for n in times)

    def alpha_dcg(order: Sequence[str]) -> float:
        gains = [gain(doc_id, order[:i]) for i, doc_id in enumerate(order)]
        return sum(gains[i] / log2(i + 2) for i in range(len(order)))

    ideal: list[str] = []
    while len(ideal) < len(documents):
        left = [doc_id for doc_id in documents if doc_id not in ideal]
        ideal.append(max(left, key=lambda doc_id: gain(doc_id, ideal)))  # the first of equals
    best = alpha_dcg(ideal[:k])
    return min(1, alpha_dcg(ranking[:k]) / best) if best else 0
