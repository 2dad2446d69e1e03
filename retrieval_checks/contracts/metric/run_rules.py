"""The rules of runs, those of one ranking among them."""

from dataclasses import replace

from hypothesis.strategies import SearchStrategy

from retrieval_checks.contracts.metric import judges, ranking_rules
from retrieval_checks.contracts.metric.cases import Changed, RankingCase, RunCase
from retrieval_checks.contracts.metric.examples import runs
from retrieval_checks.contracts.metric.examples.domain import Domain
from retrieval_checks.contracts.metric.rule import Rule


def _of_one_query(rule: Rule) -> Rule:
    """A rule of rankings, examined on runs of one query."""

    def examples(domain: Domain) -> SearchStrategy[RunCase | Changed]:
        return rule.examples(domain).map(_as_run)

    return replace(rule, examples=examples)


def _as_run(example: RankingCase | Changed) -> RunCase | Changed:
    if isinstance(example, RankingCase):
        return RunCase.of(example)
    before, after = example.before, example.after
    if isinstance(before, RankingCase) and isinstance(after, RankingCase):
        return Changed(RunCase.of(before), RunCase.of(after), example.change)
    return example


INVARIANTS = (
    *map(_of_one_query, ranking_rules.SHARED),
    Rule(
        "order-of-documents",
        "the order in which scores are written means nothing",
        "the score ranks; a dictionary in the order of an index is a ranking all the same",
        runs.documents_reordered,
        judges.same,
    ),
    Rule(
        "order-of-queries",
        "rankings and judgements belong together by query id",
        "ranx pairs plain dictionaries by position: query 1 is judged by query 2's judgements",
        runs.queries_reordered,
        judges.same,
    ),
    Rule(
        "scores-only-order",
        "of the scores, nothing but their order counts",
        "cosines and logits are often negative; torchmetrics drops relevant documents with a score"
        " of 0 or less",
        runs.rescored,
        judges.same,
    ),
    Rule(
        "close-scores",
        "scores are compared in double precision",
        "pytrec_eval keeps float32: close scores become ties, and ties go by document id",
        runs.close,
        judges.same,
    ),
    Rule(
        "ties",
        "tied documents are ordered by document id, the last by code point first",
        "trec_eval's rule; input order makes the value an accident, an average is no ranking",
        runs.tied,
        judges.same,
    ),
    Rule(
        "document-named-as-query",
        "a document that is called like its query is a document",
        "beir drops it, for collections in which a query is a document itself, and for all others",
        runs.named_as_query,
        judges.same,
    ),
    Rule(
        "query-without-judgements",
        "a query without judgements is left out of the figure",
        "nothing is known of it; as 0 it would lower the mean of all others",
        runs.query_beside,
        judges.same,
    ),
    Rule(
        "missing-query",
        "a judged query that the run lacks scores 0",
        "trec_eval -c; pytrec_eval drops it, and a system that fails on hard queries looks better",
        runs.query_missing,
        judges.same,
    ),
    Rule(
        "empty-ranking",
        "a judged query with an empty ranking scores 0",
        "trec_eval -c; an error or NaN takes the figures of all other queries with it",
        runs.query_empty,
        judges.same,
    ),
    Rule(
        "no-relevant-document",
        "a query without a relevant document scores 0",
        "trec_eval; dividing by the number of relevant documents gives NaN or an error",
        runs.query_without_relevant,
        judges.same,
    ),
    Rule(
        "mean-of-queries",
        "queries count by themselves, and each as much as another",
        "a mean over queries (Voorhees & Harman 2005, TREC); pooled hits favour long judgements",
        runs.queries_apart,
        judges.mean_of_parts,
    ),
)
VALUES = (
    *map(_of_one_query, ranking_rules.EVERYDAY_VALUES),
    replace(
        ranking_rules.ALL_TOGETHER,
        text="any run has the metric's value",
        examples=runs.any_run,
    ),
)
