"""`check_encoder_parity`: whether an export, a lower precision or a rewrite ranks as before."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from retrieval_checks.comparison.compare import compare
from retrieval_checks.contracts.parity.rankings import Bounds, RankingParity
from retrieval_checks.contracts.parity.vectors import VectorParity, vector_parity
from retrieval_checks.data.collection import Collection
from retrieval_checks.data.run import Run
from retrieval_checks.encoding.models import BiEncoder
from retrieval_checks.errors import SettingsError
from retrieval_checks.judgement.floor import check_share
from retrieval_checks.judgement.verdict import Verdict
from retrieval_checks.metrics.metric import Metric, parse_metric
from retrieval_checks.retrieval.dense import DenseRetriever

_DEPTH = 100  # documents of a ranking
_ADVICE = (
    "compare what differs between the two: pooling, normalisation, prompts, max_seq_length, the"
    " tokenizer, the precision. Where the new rankings are as good, loosen the bound that they miss"
    " and say why."
)


def check_encoder_parity(
    reference: object,
    candidate: object,
    collection: Collection,
    *,
    tolerance: float = 1e-3,
    rbo: float = 0.95,
    churn: float = 0.02,
    metric: str | Metric = "nDCG@10",
    delta: float | None = None,
    alpha: float = 0.05,
    seed: int = 0,
) -> Verdict:
    """Whether one encoder may take the place of another: like vectors and, decisively, rankings.

    Four bounds, all of which must hold over the collection: vectors within the tolerance, in
    direction and in length; the mean rank-biased overlap of the rankings by exact search; the share
    of queries whose first document changed; and no drop of the metric, as `compare` judges it. What
    `compare` cannot tell is INCONCLUSIVE, unless no query's value changed at all: then there is no
    drop to tell.

    Vectors alone say little. With all-MiniLM-L6-v2 on 257 passages and 91 queries, bfloat16 left
    1 - cosine below 4e-5 and every first document in its place; int8 weights left it below 9e-4,
    and 9 % of the queries had another first document.

    Args:
        reference: what is known to be right: a `BiEncoder`, what `BiEncoder` takes, or the plain
            PyTorch `ReferenceBiEncoder`.
        candidate: what should do the same.
        collection: what is encoded, searched and judged.
        tolerance: of 1 - cosine, and of lengths as a share of the reference's; 1e-6 suits the same
            weights in another library, 1e-4 bfloat16.
        rbo: the least mean rank-biased overlap, in [0, 1].
        churn: the largest share of queries with another first document, in [0, 1].
        metric: a spelling or a `Metric`, in [0, 1]; higher must be better.
        delta: the largest acceptable drop; see `compare`.
        alpha: the chance of a false alarm by the metric; see `compare`.
        seed: of the test of the metric.

    Raises:
        SettingsError: a bound without meaning, a collection without documents.
        ModelError: an encoder that cannot be loaded.
        DataError: no judged query.

    >>> class Letters:
    ...     def encode(self, texts):
    ...         return [[text.count("a") + 1.0, text.count("b") + 1.0] for text in texts]
    >>> from retrieval_checks.data.collection import Corpus, Queries
    >>> from retrieval_checks.data.qrels import Qrels
    >>> corpus = Corpus.from_dict({"d1": "aa", "d2": "bb", "d3": "ab"})
    >>> collection = Collection(
    ...     corpus, Queries.from_dict({"q": "a"}), Qrels.from_dict({"q": {"d1": 1}})
    ... )
    >>> print(check_encoder_parity(Letters(), Letters(), collection).finding)
    RBO(p=0.9) is 1.0000, 0.0500 above 0.95; top-1 churn is 0.0000, 0.0200 below 0.02 (1 query)
    nDCG@10 is the same for every query
    1 - cosine is 0.0000 at most, 0.0010 below 0.001 (4 texts; farthest 'aa')
    """
    wanted = parse_metric(metric)
    bounds = Bounds(check_share(rbo, "rbo"), check_share(churn, "churn"))
    if not isfinite(tolerance) or tolerance < 0:
        raise SettingsError(f"tolerance must be a number from 0, got {tolerance!r}")
    if not len(collection.corpus) or not len(collection.judged_queries):
        raise SettingsError(f"collection {collection.name!r} has no document or no judged query")
    old, new = _Side.of(reference, collection), _Side.of(candidate, collection)
    vectors = vector_parity(old.texts, old.vectors, new.vectors, tolerance=tolerance)
    metrics = compare(
        new.run, old.run, collection.qrels, metric=wanted, delta=delta, alpha=alpha, seed=seed
    )
    rankings = RankingParity(new.run, old.run, metrics, bounds)
    return _verdict(rankings, vectors, collection)


def assert_encoder_parity(
    reference: object,
    candidate: object,
    collection: Collection,
    *,
    tolerance: float = 1e-3,
    rbo: float = 0.95,
    churn: float = 0.02,
    metric: str | Metric = "nDCG@10",
    delta: float | None = None,
    alpha: float = 0.05,
    seed: int = 0,
) -> Verdict:
    """One encoder may take the place of another; see `check_encoder_parity`.

    What the collection cannot tell (INCONCLUSIVE) is returned and does not raise.

    Raises:
        RetrievalAssertionError: it may not; the text is the verdict's.

    >>> from retrieval_checks.contracts.sample.topics import CORPUS, QUERIES
    >>> from retrieval_checks.data.qrels import Qrels
    >>> class Letters:
    ...     def encode(self, texts):
    ...         return [[text.count(letter) + 1.0 for letter in "abcdefgh"] for text in texts]
    >>> judged = Collection(CORPUS, QUERIES, Qrels.from_dict({"tides": {"tides": 1}}))
    >>> assert_encoder_parity(Letters(), Letters(), judged).passed
    True
    """
    __tracebackhide__ = True
    return check_encoder_parity(
        reference,
        candidate,
        collection,
        tolerance=tolerance,
        rbo=rbo,
        churn=churn,
        metric=metric,
        delta=delta,
        alpha=alpha,
        seed=seed,
    ).raise_if_failed()


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    """What one encoder makes of the collection."""

    texts: Sequence[str]
    vectors: np.ndarray[tuple[int, ...], np.dtype[np.float32]]  # of documents, then of queries
    run: Run

    @classmethod
    def of(cls, encoder: object, collection: Collection) -> "_Side":
        queries = collection.judged_queries
        made: Any = encoder if hasattr(encoder, "encode_queries") else BiEncoder(encoder)
        name = str(getattr(made, "name", type(encoder).__name__))
        retriever = DenseRetriever(collection.corpus, made, name=name)
        run = retriever.retrieve(queries, _DEPTH)
        asked = np.asarray(made.encode_queries(list(queries.texts)), np.float32)
        texts = (*collection.corpus.contents, *queries.texts)
        return cls(texts, np.concatenate([retriever.vectors, asked]), run)


def _verdict(rankings: RankingParity, vectors: VectorParity, collection: Collection) -> Verdict:
    failed = [*rankings.failed, *([] if vectors.holds else [vectors.finding])]
    outcome = "FAIL" if failed else rankings.outcome
    found = [*failed, *rankings.findings, *([vectors.finding] if vectors.holds else [])]
    claim = f"{rankings.claim}, 1 - cosine <= {vectors.tolerance:g}"
    evidence = {"vectors": vectors.evidence, **rankings.evidence}
    if outcome == "PASS":
        return Verdict(outcome, claim, "\n".join(found), evidence=evidence)
    context = rankings.context(collection)
    return Verdict(outcome, claim, "\n".join(found), context, _ADVICE, evidence)
