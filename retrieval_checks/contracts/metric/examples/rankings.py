"""Examples of one query's ranking."""

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from retrieval_checks.contracts.metric.cases import Changed, RankingCase
from retrieval_checks.contracts.metric.examples.domain import (
    DOC_IDS,
    LONGEST,
    Domain,
    spare,
    with_relevant,
)


@st.composite
def any_ranking(draw: DrawFn, domain: Domain) -> RankingCase:
    """Everything that may occur in a ranking: unjudged, unretrieved, negative grades, any depth."""
    grade = st.sampled_from((*domain.grades, None, -1))  # None: unjudged
    retrieved = st.sampled_from((True, False))
    documents = draw(
        st.dictionaries(
            st.sampled_from(DOC_IDS), st.tuples(grade, retrieved), min_size=1, max_size=LONGEST + 2
        )
    )
    first = next(iter(documents))
    ranking = [doc_id for doc_id, (_, found) in documents.items() if found] or [first]
    judged = {doc_id: grade for doc_id, (grade, _) in documents.items() if grade is not None}
    return RankingCase(
        tuple(ranking), with_relevant(judged or {first: 1}), domain.cutoff(draw, LONGEST + 2)
    )


@st.composite
def long(draw: DrawFn, domain: Domain) -> RankingCase:
    """Rankings that go on below the first page."""
    grades = draw(st.lists(st.sampled_from(domain.grades), min_size=LONGEST + 1, max_size=40))
    judged = with_relevant({f"d{rank}": grade for rank, grade in enumerate(grades, start=1)})
    return RankingCase(tuple(judged), judged, draw(st.integers(1, 45)))


@st.composite
def renamed(draw: DrawFn, domain: Domain) -> Changed:
    """One document under another name."""
    case = draw(domain.everyday())
    old, new = draw(st.sampled_from(case.ranking)), draw(st.sampled_from(spare(case)))
    names = {old: new}
    after = RankingCase(
        tuple(names.get(doc_id, doc_id) for doc_id in case.ranking),
        {names.get(doc_id, doc_id): grade for doc_id, grade in case.grades.items()},
        case.k,
    )
    return Changed(case, after, f"with {old!r} renamed {new!r}")


@st.composite
def judgements_reordered(draw: DrawFn, domain: Domain) -> Changed:
    """The judgements, last first."""
    case = draw(domain.everyday(min_depth=2))
    after = RankingCase(case.ranking, dict(reversed(list(case.grades.items()))), case.k)
    return Changed(case, after, "with the judgements in another order")


@st.composite
def cut_at_k(draw: DrawFn, domain: Domain) -> Changed:
    """A ranking longer than k, and its first k."""
    case = draw(domain.everyday(min_depth=2))
    k = min(case.k, len(case.ranking) - 1)
    whole = RankingCase(case.ranking, case.grades, k)
    return Changed(whole, RankingCase(case.ranking[:k], case.grades, k), f"cut at rank {k}")


@st.composite
def shortened(draw: DrawFn, domain: Domain) -> Changed:
    """A ranking that irrelevant documents fill up to k, and without them."""
    case = draw(domain.everyday())
    fill = spare(case)[: draw(st.integers(1, 3))]
    grades = {**case.grades, **dict.fromkeys(fill, 0)}
    k = len(case.ranking) + len(fill)
    filled = RankingCase((*case.ranking, *fill), grades, k)
    left = f"{len(fill)} irrelevant documents" if len(fill) > 1 else "the irrelevant document"
    return Changed(filled, RankingCase(case.ranking, grades, k), f"without {left} at the end")


@st.composite
def without_judgement(draw: DrawFn, domain: Domain) -> Changed:
    """A document judged irrelevant, and unjudged."""
    case, doc_id = draw(_with_irrelevant(domain))
    grades = {other: grade for other, grade in case.grades.items() if other != doc_id}
    after = RankingCase(case.ranking, grades, case.k)
    return Changed(case, after, f"with {doc_id!r} unjudged")


@st.composite
def negative(draw: DrawFn, domain: Domain) -> Changed:
    """A document with grade 0, and with a grade below."""
    case, doc_id = draw(_with_irrelevant(domain))
    grade = draw(st.sampled_from((-1, -2)))
    after = RankingCase(case.ranking, {**case.grades, doc_id: grade}, case.k)
    return Changed(case, after, f"with the grade of {doc_id!r} {grade}")


@st.composite
def improved(draw: DrawFn, domain: Domain) -> Changed:
    """Two documents that change places for the better."""
    case = draw(domain.everyday(min_depth=2))
    low = draw(st.integers(1, len(case.ranking) - 1))
    high = draw(st.integers(0, low - 1))
    worse = draw(st.sampled_from(domain.grades[:-1]))
    better = draw(st.sampled_from([grade for grade in domain.grades if grade > worse]))
    above, below = case.ranking[high], case.ranking[low]
    grades = {**case.grades, above: worse, below: better}
    ranking = list(case.ranking)
    ranking[high], ranking[low] = below, above
    return Changed(
        RankingCase(case.ranking, grades, case.k),
        RankingCase(tuple(ranking), grades, case.k),
        f"with {below!r}, the better one, in the place of {above!r}",
    )


@st.composite
def empty(draw: DrawFn, domain: Domain) -> RankingCase:
    """An empty ranking."""
    case = draw(domain.everyday())
    return RankingCase((), case.grades, case.k)


@st.composite
def none_relevant(draw: DrawFn, domain: Domain) -> RankingCase:
    """Judgements that are all 0."""
    case = draw(domain.everyday())
    return RankingCase(case.ranking, dict.fromkeys(case.grades, 0), case.k)


@st.composite
def duplicated(draw: DrawFn, domain: Domain) -> Changed:
    """A document that stands a second time further down."""
    case = draw(domain.everyday())
    k = domain.cutoff(draw, len(case.ranking) + 1)
    first = draw(st.integers(0, len(case.ranking) - 1))
    again = draw(st.integers(first + 1, len(case.ranking)))
    doc_id = case.ranking[first]
    ranking = (*case.ranking[:again], doc_id, *case.ranking[again:])
    return Changed(
        RankingCase(case.ranking, case.grades, k),
        RankingCase(ranking, case.grades, k),
        f"with {doc_id!r} a second time",
    )


@st.composite
def partly_retrieved(draw: DrawFn, domain: Domain) -> RankingCase:
    """A relevant document more than was retrieved."""
    case = draw(domain.everyday())
    missed = spare(case)[0]
    return RankingCase(case.ranking, {**case.grades, missed: 1}, case.k)


@st.composite
def _with_irrelevant(draw: DrawFn, domain: Domain) -> tuple[RankingCase, str]:
    case = draw(domain.everyday())
    doc_id = spare(case)[0]
    at = draw(st.integers(0, len(case.ranking)))
    ranking = (*case.ranking[:at], doc_id, *case.ranking[at:])
    k = domain.cutoff(draw, len(ranking))
    return RankingCase(ranking, {**case.grades, doc_id: 0}, k), doc_id
