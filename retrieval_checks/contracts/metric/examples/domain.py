"""`Domain`: the rankings, judgements and cut-offs that examples are made of."""

from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from retrieval_checks.contracts.metric.cases import Grades, RankingCase, RunCase, falling

DOC_IDS = ("a", "b", "c", "d9", "d10", "e", "f", "g")  # by code point, d10 stands before d9
QUERY_IDS = ("q1", "q2", "q3")
LONGEST = 4  # documents of an everyday ranking; the other ids are for documents beside it


@dataclass(frozen=True, slots=True)
class Domain:
    """What occurs in examples.

    An *everyday* case has no trap in it: every document judged, every relevant one retrieved, no
    tie, no rank left empty. A rule adds the one trap it is about, so that what fails has a name.
    """

    grades: tuple[int, ...] = (0, 1, 2, 3)

    def cutoff(self, draw: DrawFn, highest: int) -> int:
        """A cut-off, or one deeper than every ranking. It is clamped, so that examples shrink."""
        return min(draw(_CUTOFFS), highest)

    def everyday(
        self, *, min_depth: int = 1, grades: tuple[int, ...] | None = None
    ) -> SearchStrategy[RankingCase]:
        """Everyday cases of one query."""
        return _everyday(self, min_depth, grades or self.grades)

    def everyday_runs(self, *, min_queries: int = 1) -> SearchStrategy[RunCase]:
        """Everyday cases of some queries."""
        cases = st.lists(self.everyday(), min_size=min_queries, max_size=len(QUERY_IDS))
        return cases.map(_as_run)


_CUTOFFS = st.integers(1, LONGEST + 2)


def spare(case: RankingCase) -> list[str]:
    """The ids of documents that an everyday case does not have; there are some."""
    return [doc_id for doc_id in DOC_IDS if doc_id not in case.grades]


def with_relevant(grades: Grades) -> Grades:
    """Judgements of which one is relevant: where none is, the first becomes it."""
    return grades if max(grades.values()) > 0 else {**grades, next(iter(grades)): 1}


@st.composite
def _everyday(draw: DrawFn, domain: Domain, min_depth: int, grades: tuple[int, ...]) -> RankingCase:
    judged = st.dictionaries(
        st.sampled_from(DOC_IDS), st.sampled_from(grades), min_size=min_depth, max_size=LONGEST
    )
    ranked = with_relevant(draw(judged))  # in the order of the ranking
    return RankingCase(tuple(ranked), ranked, domain.cutoff(draw, len(ranked)))


def _as_run(cases: list[RankingCase]) -> RunCase:
    by_query = dict(zip(QUERY_IDS, cases, strict=False))
    return RunCase(
        {query_id: falling(case.ranking) for query_id, case in by_query.items()},
        {query_id: case.grades for query_id, case in by_query.items()},
        min(case.k for case in cases),
    )
