"""`compare`: whether a candidate is shown not to be worse than a baseline, and why."""

from retrieval_checks.comparison.baseline import Baseline
from retrieval_checks.comparison.context import Context
from retrieval_checks.comparison.gates.drop import check_droppable
from retrieval_checks.comparison.pairing import Pairs, pair
from retrieval_checks.comparison.significance import decide
from retrieval_checks.comparison.verdicts import Comparison, drop_verdict, top_ten
from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import NotComparableError, listed
from retrieval_checks.judgement.verdict import Verdict
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.metrics.metric import Metric, parse_metric


def compare(
    candidate: Run,
    baseline: Run | Baseline,
    qrels: Qrels,
    *,
    metric: str | Metric = "nDCG@10",
    delta: float | None = None,
    alpha: float = 0.05,
    min_effect: float = 0.01,
    seed: int = 0,
    queries: Queries | None = None,
    corpus: Corpus | None = None,
    context: Context | None = None,
    width: int = 100,
) -> Verdict:
    """Whether the candidate is shown not worse than the baseline by `delta` or more.

    PASS: shown not worse. FAIL: shown worse, by a paired randomisation test, and by at least
    `min_effect`. INCONCLUSIVE: these queries cannot tell; the evidence says how many could. So it
    is, too, where judged@10 differs by more than .10 and that may be why: a candidate that is
    judged less cannot fail, one that is judged more cannot pass. The mean is over the judged
    queries of the baseline: one that the candidate lacks scores 0.

    Args:
        candidate: the new rankings.
        baseline: the old ones.
        qrels: the judgements that both are measured with.
        metric: a spelling or a `Metric`, in [0, 1]; higher must be better.
        delta: the largest acceptable drop, in the metric's own units; by default .02 from 100
            queries on, .05 below.
        alpha: the chance of a false FAIL, and of a PASS where the true drop is `delta`.
        min_effect: a drop within `delta` that is smaller than this never fails, however certain.
        seed: of the randomisation test where more than 20 queries changed.
        queries: the texts of the queries.
        corpus: the texts of the documents.
        context: what the candidate was measured with; a failure's cause is named by it.
        width: columns of the text.

    Raises:
        NotComparableError: fewer than 80 % of the baseline's judged queries are in the candidate,
            the baseline was measured with other judgements, or is a run that ends above the depth
            of the metric where the candidate does not.
        DataError: no judged query.
        SettingsError: a metric of which less is better, or that does not lie in [0, 1].

    >>> qrels = Qrels.from_dict({f"q{i}": {"d1": 1} for i in range(12)})
    >>> good = Run.from_ids({f"q{i}": ["d1", "d2"] for i in range(12)})
    >>> bad = Run.from_ids({f"q{i}": ["d2"] if i < 5 else ["d1"] for i in range(12)})
    >>> compare(bad, good, qrels).outcome
    'FAIL'
    """
    wanted = parse_metric(metric)
    reference = baseline if isinstance(baseline, Baseline) else Baseline.from_run(baseline)
    pairs = paired(candidate, reference, qrels, wanted)
    decision = decide(
        pairs.differences, margin=delta, alpha=alpha, min_effect=min_effect, seed=seed
    )
    shared = qrels.select(pairs.query_ids)
    comparison = Comparison(
        pairs,
        decision,
        candidate,
        reference,
        shared,
        top_ten(candidate, reference.run, shared),
        queries=queries,
        corpus=corpus,
        width=width,
        now=context,
    )
    return drop_verdict(comparison, f"{wanted} drop <= {decision.margin:g}")


def paired(candidate: Run, baseline: Baseline, qrels: Qrels, metric: Metric) -> Pairs:
    """The values of both for the judged queries that both ran.

    Raises:
        NotComparableError: as `compare`.
        DataError: as `compare`.
        SettingsError: as `compare`.
    """
    check_droppable(metric)
    baseline.check_depth(metric.depth, candidate)
    before = baseline.values(metric, qrels)
    if not before:
        raise NotComparableError(
            f"NOT COMPARABLE: none of the {len(qrels)} judged queries is in {baseline.name!r},"
            f" which has {listed(baseline.run.query_ids, most=3) or 'no query'}"
        )
    judged = [query_id for query_id in qrels if query_id in candidate]
    now = evaluate(candidate, qrels.select(judged), metric).per_query(metric) if judged else {}
    return pair(metric, now, before, names=(repr(candidate.name), repr(baseline.name)))
