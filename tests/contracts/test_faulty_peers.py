"""Each fault known from another library is caught, by the check that is about it."""

from typing import Any

import pytest

from retrieval_checks.contracts import Suite, metric_checks
from retrieval_checks.errors import RetrievalAssertionError
from tests.contracts import peers


def _message(suite: Suite, name: str) -> str:
    check = {check_id: check for check, check_id in suite}[name]
    with pytest.raises(RetrievalAssertionError, match=f"breaks '{name}'") as caught:
        check()
    return str(caught.value)


FOUND_BY: list[tuple[Any, str, Any, set[str]]] = [
    (peers.haystack_ndcg, "nDCG", "ranking", {"duplicates"}),
    (peers.llama_index_hit_rate, "R", "ranking", {"duplicates"}),
    (
        peers.torchmetrics_recall,
        "R",
        "run",
        {"scores-only-order", "values-in-general"},
    ),
    (
        peers.torchmetrics_ndcg,
        "nDCG",
        "ranking",
        {"below-k", "unretrieved-relevant", "values-in-general", "duplicates"},
    ),
    (
        peers.ranx_ndcg,
        "nDCG",
        "run",
        {"order-of-queries", "values-in-general"},
    ),
    (peers.beir_ndcg, "nDCG", "run", {"document-named-as-query"}),
    (
        peers.beir_rounded_ndcg,
        "nDCG",
        "run",
        {"mean-of-queries", "values", "graded-values"}
        | {"unretrieved-relevant", "long-rankings", "values-in-general"},
    ),
    (peers.pytrec_eval_ndcg, "nDCG", "run", {"missing-query", "values-in-general"}),
    (peers.float32_ndcg, "nDCG", "run", {"close-scores"}),
    (peers.stable_ndcg, "nDCG", "run", {"ties", "values-in-general"}),
    (
        peers.unsorted_ndcg,
        "nDCG",
        "run",
        {"order-of-documents", "ties", "values-in-general"},
    ),
    (
        peers.pooled_recall,
        "R",
        "run",
        {"mean-of-queries", "no-relevant-document", "values-in-general"},
    ),
    (
        peers.all_queries_recall,
        "R",
        "run",
        {"query-without-judgements", "values-in-general"},
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fn", "metric", "form", "found_by"), FOUND_BY, ids=[row[0].__name__ for row in FOUND_BY]
)
def test_fault_is_found_by_the_checks_that_are_about_it(
    fn: Any, metric: str, form: Any, found_by: set[str]
) -> None:
    assert set(metric_checks(fn, metric=metric, form=form, max_examples=40).broken()) == found_by


@pytest.mark.parametrize(
    ("fn", "form", "found_by"),
    [
        (peers.haystack_ndcg, "ranking", "duplicates"),
        (peers.torchmetrics_recall, "run", "scores-only-order"),
        (peers.beir_ndcg, "run", "document-named-as-query"),
    ],
)
def test_rule_is_found_broken_without_a_metric(fn: Any, form: Any, found_by: str) -> None:
    assert list(metric_checks(fn, form=form, max_examples=40).broken()) == [found_by]


def test_haystacks_duplicate_is_shown_with_its_163() -> None:
    assert (
        _message(metric_checks(peers.haystack_ndcg, metric="nDCG"), "duplicates")
        == """\
haystack_ndcg breaks 'duplicates': a second copy of a document is an error, or counts as if it \
were not there

    ranking   ['a']
    grades    {'a': 1}
    k         2
    returned  1.0

with 'a' a second time:
    ranking   ['a', 'a']
    returned  1.6309297535714575
    right     1.0, as before, or an error

why: fused lists and passages repeat ids; counted twice, Haystack's nDCG reached 1.63 and \
LlamaIndex's hit rate 2.0"""
    )


SHOWN: list[tuple[Any, str, Any, str, str]] = [
    (
        peers.llama_index_hit_rate,
        "R",
        "ranking",
        "duplicates",
        """\
with 'a' a second time:
    ranking   ['a', 'a']
    returned  2.0
    right     1.0, as before, or an error""",
    ),
    (
        peers.torchmetrics_recall,
        "R",
        "run",
        "scores-only-order",
        """\
    run       {'q1': {'a': 1.0}}
    qrels     {'q1': {'a': 1}}
    k         1
    returned  1.0

with other scores, in the same order:
    run       {'q1': {'a': 0.0}}
    returned  0.0
    right     1.0, as before""",
    ),
    (
        peers.torchmetrics_ndcg,
        "nDCG",
        "ranking",
        "unretrieved-relevant",
        """\
    ranking   ['a', 'b']
    grades    {'a': 1, 'b': 0, 'c': 1}
    k         2
    returned  1.0
    right     0.6131471927654584 (nDCG@2)""",  # 1 / (1 + 1 / log2(3))
    ),
    (
        peers.ranx_ndcg,
        "nDCG",
        "run",
        "order-of-queries",
        """\
with the queries of the run in another order:
    run       {'q2': {'b': 1.0}, 'q1': {'a': 1.0}}
    returned  0.0
    right     1.0, as before""",
    ),
    (
        peers.beir_ndcg,
        "nDCG",
        "run",
        "document-named-as-query",
        """\
with 'a' renamed 'q1', as the query is:
    run       {'q1': {'q1': 1.0}}
    qrels     {'q1': {'q1': 1}}
    returned  0.0
    right     1.0, as before""",
    ),
    (
        peers.beir_rounded_ndcg,
        "nDCG",
        "run",
        "graded-values",
        """\
    run       {'q1': {'a': 2.0, 'b': 1.0}}
    qrels     {'q1': {'a': 0, 'b': 1}}
    k         2
    returned  0.63093
    right     0.6309297535714575 (nDCG@2); what was returned is rounded to 5 digits""",
    ),
    (
        peers.pytrec_eval_ndcg,
        "nDCG",
        "run",
        "missing-query",
        """\
with 'failed' missing from the run:
    run       {'q1': {'a': 1.0}}
    returned  {'q1': 1.0}
    right     {'q1': 1.0, 'failed': 0.0}, as before""",
    ),
    (
        peers.float32_ndcg,
        "nDCG",
        "run",
        "close-scores",
        """\
with scores in the same order that float32 cannot tell apart:
    run       {'q1': {'a': 1.0000000000009095, 'b': 1.0}}
    returned  {'q1': 0.0}
    right     {'q1': 1.0}, as before""",
    ),
]


@pytest.mark.parametrize(
    ("fn", "metric", "form", "name", "shown"),
    SHOWN,
    ids=[f"{row[0].__name__}-{row[3]}" for row in SHOWN],
)
def test_message_shows_the_smallest_example(
    fn: Any, metric: str, form: Any, name: str, shown: str
) -> None:
    assert shown in _message(metric_checks(fn, metric=metric, form=form), name)
