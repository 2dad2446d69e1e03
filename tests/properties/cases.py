"""Judged runs whose judgements have subtopics, so that every registered metric can measure them."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from hypothesis.strategies import SearchStrategy

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.strategies import DOC_IDS, JudgedRun, judged_runs
from tests.metrics.variants import variants

EVERY = variants(ranks=(3,), levels=(2,))
Judged = Mapping[str, Mapping[str, Mapping[str, float]]]  # {query_id: {subtopic: {doc_id: grade}}}


class Case(NamedTuple):
    """Rankings, and what is judged of them."""

    run: Run
    judged: Judged

    @property
    def qrels(self) -> Qrels:
        return Qrels.from_subtopics(self.judged)

    def renamed(self, new: Callable[[str], str]) -> "Case":
        """The same with other document ids."""
        run = {q: {new(d): s for d, s in self.run[q].items()} for q in self.run}
        judged = {
            q: {topic: {new(d): g for d, g in own.items()} for topic, own in topics.items()}
            for q, topics in self.judged.items()
        }
        return Case(Run.from_dict(run), judged)


def cases(**options: Any) -> SearchStrategy[Case]:
    """As `judged_runs`, with negative grades too."""
    return judged_runs(grades=(0, 1, 2, 3, -1), **options).map(_with_subtopics)


def _with_subtopics(judged_run: JudgedRun) -> Case:
    """Each document covers one or two of three subtopics, by its place in the vocabulary."""
    judged: dict[str, dict[str, dict[str, float]]] = {}
    for query_id, grades in judged_run.qrels.to_dict().items():
        for doc_id, grade in grades.items():
            place = DOC_IDS.index(doc_id)
            for topic in {place % 3, place // 3 % 3}:
                judged.setdefault(query_id, {}).setdefault(f"s{topic}", {})[doc_id] = grade
    return Case(judged_run.run, judged)
