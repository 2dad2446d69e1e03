"""The rules of one query's ranking, and what is known to break them."""

from retrieval_checks.contracts.metric import judges
from retrieval_checks.contracts.metric.examples import rankings
from retrieval_checks.contracts.metric.examples.domain import Domain
from retrieval_checks.contracts.metric.rule import Rule

SHARED = (
    Rule(
        "number-in-range",
        "every legal ranking has a finite value from 0 to 1",
        "NaN makes every mean NaN, and above 1 something was counted twice",
        rankings.any_ranking,
        judges.in_range,
    ),
    Rule(
        "repeatable",
        "the same question has the same answer",
        "a figure that changes by itself cannot be compared with last week's",
        Domain.everyday,
        judges.repeatable,
    ),
    Rule(
        "input-unchanged",
        "what is passed in is not changed",
        "the next metric would measure other rankings than this one did",
        Domain.everyday,
        judges.leaves_input,
    ),
    Rule(
        "renamed-documents",
        "what documents are called means nothing",
        "a value that depends on ids depends on how an index happened to number its documents",
        rankings.renamed,
        judges.same,
    ),
    Rule(
        "order-of-judgements",
        "the order of the judgements means nothing",
        "judgements are a table; files and databases return its rows in any order",
        rankings.judgements_reordered,
        judges.same,
    ),
    Rule(
        "below-k",
        "what stands below rank k means nothing",
        "this is what @k says; looking one rank too far is the commonest slip",
        rankings.cut_at_k,
        judges.same,
    ),
    Rule(
        "short-ranking",
        "ranks left empty count as irrelevant documents",
        "trec_eval divides P@k by k; dividing by what was retrieved rewards returning less",
        rankings.shortened,
        judges.same,
    ),
    Rule(
        "unjudged-document",
        "an unjudged document counts as one judged irrelevant",
        "trec_eval; who leaves such documents out measures a ranking that no user saw",
        rankings.without_judgement,
        judges.same,
    ),
    Rule(
        "negative-grade",
        "a grade below 0 counts as 0",
        "trec_eval; judgements such as -2 for spam would turn gains and ideals negative",
        rankings.negative,
        judges.same,
    ),
    Rule(
        "better-document-up",
        "a better document in the place of a worse one lowers no value",
        "otherwise the metric punishes what it is there to reward",
        rankings.improved,
        judges.not_lower,
    ),
)
INVARIANTS = (
    *SHARED,
    Rule(
        "empty-ranking",
        "an empty ranking scores 0",
        "trec_eval -c; an error or NaN takes the figures of all other queries with it",
        rankings.empty,
        judges.zero,
    ),
    Rule(
        "no-relevant-document",
        "a query without a relevant document scores 0",
        "trec_eval; dividing by the number of relevant documents gives NaN or an error",
        rankings.none_relevant,
        judges.zero,
    ),
    Rule(
        "duplicates",
        "a second copy of a document is an error, or counts as if it were not there",
        "fused lists and passages repeat ids; counted twice, Haystack's nDCG reached 1.63 and"
        " LlamaIndex's hit rate 2.0",
        rankings.duplicated,
        judges.refused_or_same,
    ),
)
EVERYDAY_VALUES = (
    Rule(
        "values",
        "everyday rankings, relevant or not, have the metric's value",
        "the formula: ranks from 1, discounts, denominators",
        lambda domain: domain.everyday(grades=(0, 1)),
        judges.exact,
    ),
    Rule(
        "graded-values",
        "everyday rankings with grades have the metric's value",
        "gain is the grade (Jarvelin & Kekalainen 2002, as trec_eval), 2^grade - 1 has its own"
        ' name nDCG(gain="exp"), and P, R, AP, RR ask for a grade of 1 or more',
        Domain.everyday,
        judges.exact,
    ),
    Rule(
        "unretrieved-relevant",
        "relevant documents that were not retrieved count in R and in the ideal ranking",
        "torchmetrics knows none, sentence-transformers' rerank evaluator leaves them out: what was"
        " missed costs nothing",
        rankings.partly_retrieved,
        judges.exact,
    ),
    Rule(
        "long-rankings",
        "rankings of up to 40 documents have the metric's value, at any k",
        "a limit of 10 that was meant as a default shows only below the first page",
        rankings.long,
        judges.exact,
    ),
)
ALL_TOGETHER = Rule(
    "values-in-general",
    "any ranking has the metric's value",
    "what the other rules take one at a time, all at once",
    rankings.any_ranking,
    judges.exact,
)
VALUES = (*EVERYDAY_VALUES, ALL_TOGETHER)
