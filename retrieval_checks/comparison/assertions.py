"""Assertions of one run against another; they raise as those of `judgement.assertions` do."""

from retrieval_checks.comparison.baseline import Baseline
from retrieval_checks.comparison.compare import compare
from retrieval_checks.comparison.context import Context
from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import RetrievalAssertionError
from retrieval_checks.judgement.verdict import Verdict
from retrieval_checks.metrics.metric import Metric


def assert_no_regression(
    candidate: Run,
    baseline: Run | Baseline,
    qrels: Qrels,
    metric: str | Metric = "nDCG@10",
    *,
    margin: float | None = 0.02,
    strict: bool = False,
    alpha: float = 0.05,
    min_effect: float = 0.01,
    seed: int = 0,
    queries: Queries | None = None,
    corpus: Corpus | None = None,
    context: Context | None = None,
) -> Verdict:
    """A metric is not shown to have dropped below a baseline's; see `compare`.

    What these queries cannot tell (INCONCLUSIVE) is returned and does not raise: few queries seldom
    show that a drop is smaller than the margin. With `strict` only what is shown not to be worse
    holds.

    Args:
        candidate: the new rankings.
        baseline: the old ones: a run, or a `Baseline`, such as `load_baseline` reads.
        qrels: the judgements that both are measured with.
        metric: a spelling or a `Metric`, in [0, 1]; higher must be better.
        margin: the largest acceptable drop, in the metric's own units; None is .02 from 100 queries
            on, .05 below.
        strict: whether INCONCLUSIVE raises too.
        alpha: the chance of a false FAIL, and of a PASS where the true drop is `margin`.
        min_effect: a drop within the margin that is smaller than this never fails.
        seed: of the randomisation test where more than 20 queries changed.
        queries: the texts of the queries.
        corpus: the texts of the documents.
        context: what the candidate was measured with; a failure's cause is named by it.

    Raises:
        RetrievalAssertionError: FAIL, or INCONCLUSIVE where `strict`; the text is the verdict's.
        NotComparableError: as `compare`.
        DataError: as `compare`.
        SettingsError: as `compare`.

    >>> qrels = Qrels.from_dict({f"q{i}": {"d1": 1} for i in range(12)})
    >>> run = Run.from_ids({f"q{i}": ["d1", "d2"] for i in range(12)})
    >>> assert_no_regression(run, run, qrels, margin=0.02).outcome
    'INCONCLUSIVE'
    """
    __tracebackhide__ = True
    verdict = compare(
        candidate,
        baseline,
        qrels,
        metric=metric,
        delta=margin,
        alpha=alpha,
        min_effect=min_effect,
        seed=seed,
        queries=queries,
        corpus=corpus,
        context=context,
    )
    if strict and not verdict.passed:
        raise RetrievalAssertionError(verdict.explain(), verdict=verdict)
    return verdict.raise_if_failed()
