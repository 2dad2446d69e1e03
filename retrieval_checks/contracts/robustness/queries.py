"""`check_query_robustness`: whether rankings stay when a query is typed another way."""

from collections.abc import Mapping, Sequence

from retrieval_checks.contracts.robustness.perturbations import PERTURBATIONS
from retrieval_checks.contracts.robustness.stability import Stability, measure_stability
from retrieval_checks.data.collection import Queries
from retrieval_checks.errors import DataError, SettingsError, did_you_mean
from retrieval_checks.judgement.explain.wording import beside, counted
from retrieval_checks.judgement.floor import check_share
from retrieval_checks.judgement.verdict import Verdict
from retrieval_checks.retrieval.protocols import Retriever
from retrieval_checks.retrieval.search.cut import check_k

_ADVICE = (
    "normalise queries before they are encoded or searched (case, white space, Unicode), correct"
    " their spelling, or set a floor of its own for what may change: at_least={'typo': 0.5, ...}."
)


def check_query_robustness(
    retriever: Retriever,
    queries: Queries,
    *,
    k: int = 10,
    at_least: float | Mapping[str, float] = 0.8,
    perturbations: Sequence[str] = PERTURBATIONS,
    seed: int = 0,
) -> Verdict:
    """Whether rankings stay when queries are typed in other ways that mean the same.

    Each perturbation is held to its floor: the mean rank-biased overlap (p = 0.9) with the ranking
    of the query as it was. The unit is the source query: its variants are averaged first, so that
    a query with three typos does not count three times. No judgements are needed.

    Args:
        retriever: what is searched with.
        queries: the questions as they were.
        k: documents of a ranking.
        at_least: the floor of every perturbation, in [0, 1], or of each by name; one that is left
            out of the names is not tried.
        perturbations: what is tried: `case`, `white-space`, `diacritics`, `typo`, `punctuation`.
        seed: of where typos and diacritics fall.

    Raises:
        SettingsError: an unknown perturbation, none, or a floor outside [0, 1]; k below 1.
        DataError: no query, or none that a perturbation changes.

    >>> from retrieval_checks.data.collection import Corpus
    >>> from retrieval_checks.retrieval.lexical import BM25Retriever
    >>> corpus = Corpus.from_dict({"d1": "cats purr", "d2": "dogs bark"})
    >>> bm25, queries = BM25Retriever(corpus), Queries.from_dict({"q": "purring cats?"})
    >>> check_query_robustness(bm25, queries, perturbations=["case", "punctuation"]).outcome
    'PASS'
    >>> bark = Queries.from_dict({"q": "bark"})
    >>> print(check_query_robustness(bm25, bark, at_least={"typo": 0.8}).finding)
    typo: RBO(p=0.9) is 0.0000, 0.8000 below 0.8 (1 query, 3 variants; lowest 0.0000 for 'q')
    """
    floors = _floors(at_least, perturbations)
    if not len(queries):
        raise DataError("there are no queries to type in other ways")
    found = measure_stability(retriever, queries, list(floors), k=check_k(k), seed=seed)
    if not found:
        raise DataError(f"no query is changed by {', '.join(floors)}; try other perturbations")
    failed = [s for name, s in found.items() if s.rbo < floors[name]]
    claim = "RBO(p=0.9) with the query as it was: " + ", ".join(
        f"{name} >= {floor:g}" for name, floor in floors.items()
    )
    evidence = {
        "k": k,
        "seed": seed,
        "unchanged": [name for name in floors if name not in found],
        "perturbations": {name: stability.evidence for name, stability in found.items()},
    }
    shown = failed or list(found.values())
    finding = "\n".join(_line(stability, floors[stability.perturbation]) for stability in shown)
    if not failed:
        return Verdict("PASS", claim, finding, evidence=evidence)
    context = "\n".join(_worst(stability, queries) for stability in failed)
    return Verdict("FAIL", claim, finding, context, _ADVICE, evidence)


def assert_query_robustness(
    retriever: Retriever,
    queries: Queries,
    *,
    k: int = 10,
    at_least: float | Mapping[str, float] = 0.8,
    perturbations: Sequence[str] = PERTURBATIONS,
    seed: int = 0,
) -> Verdict:
    """Rankings stay when queries are typed in other ways; see `check_query_robustness`.

    Raises:
        RetrievalAssertionError: they do not; the text is the verdict's.

    >>> from retrieval_checks.data.collection import Corpus
    >>> from retrieval_checks.retrieval.lexical import BM25Retriever
    >>> bm25 = BM25Retriever(Corpus.from_dict({"d1": "cats purr"}))
    >>> assert_query_robustness(bm25, Queries.from_dict({"q": "Cats"}), at_least={"case": 1}).passed
    True
    """
    __tracebackhide__ = True
    return check_query_robustness(
        retriever, queries, k=k, at_least=at_least, perturbations=perturbations, seed=seed
    ).raise_if_failed()


def _floors(
    at_least: float | Mapping[str, float], perturbations: Sequence[str]
) -> dict[str, float]:
    given = at_least if isinstance(at_least, Mapping) else dict.fromkeys(perturbations, at_least)
    for name in (*given, *perturbations):
        if name not in PERTURBATIONS:
            hint = did_you_mean(str(name), PERTURBATIONS)
            raise SettingsError(f"no perturbation {name!r}; {hint}")
    floors = {name: check_share(given[name], f"at_least of {name}") for name in given}
    tried = {name: floor for name, floor in floors.items() if name in perturbations}
    if not tried:
        raise SettingsError(f"no perturbation is tried; allowed: {', '.join(PERTURBATIONS)}")
    return tried


def _line(stability: Stability, floor: float) -> str:
    by_query = stability.by_query
    lowest = min(by_query, key=lambda query_id: (by_query[query_id], query_id))
    shown, off = beside(stability.rbo, floor)
    side = "below" if stability.rbo < floor else "above"
    off_by = f"{shown}, {off} {side} {floor:g}" if stability.rbo != floor else f"exactly {floor:g}"
    return (
        f"{stability.perturbation}: RBO(p=0.9) is {off_by}"
        f" ({counted(len(by_query), 'query', 'queries')},"
        f" {counted(len(stability.variants), 'variant')};"
        f" lowest {by_query[lowest]:.4f} for {lowest!r})"
    )


def _worst(stability: Stability, queries: Queries) -> str:
    worst = stability.worst
    return (
        f"{stability.perturbation}, most of all {worst.query_id!r}: {queries[worst.query_id]!r}"
        f" typed {worst.text!r}, RBO {worst.rbo:.4f}"
    )
