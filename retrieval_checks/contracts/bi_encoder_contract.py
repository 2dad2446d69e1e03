"""`bi_encoder_checks`: what an encoder of queries and documents must do, whoever made it."""

from collections.abc import Callable, Mapping
from math import isfinite

from retrieval_checks.contracts.bi_encoder.form import FORM
from retrieval_checks.contracts.bi_encoder.invariance import INVARIANCE
from retrieval_checks.contracts.bi_encoder.meaning import MEANING
from retrieval_checks.contracts.bi_encoder.prompts import PROMPTS
from retrieval_checks.contracts.bi_encoder.subject import Claims, Encoder
from retrieval_checks.contracts.bi_encoder.window import WINDOW
from retrieval_checks.contracts.promise import subject_name, suite_of
from retrieval_checks.contracts.suite import Suite
from retrieval_checks.data.collection import Collection
from retrieval_checks.errors import SettingsError, did_you_mean

PROMISES = FORM + INVARIANCE + MEANING + PROMPTS + WINDOW
DECLARED = 21  # said apart from the promises: one that gets lost is noticed
_SIDES = ("query", "document")


def bi_encoder_checks(
    factory: Callable[[], object],
    *,
    name: str | None = None,
    collection: Collection | None = None,
    prompts: Mapping[str, str] | None = None,
    normalized: bool | None = None,
    tolerance: float = 1e-5,
    most_lost: float = 0.05,
    most_alike: float = 0.85,
) -> Suite:
    """The checks of a bi-encoder, as (check, id) pairs for pytest, or to `run` without it.

    21 checks: the form of the vectors; that batch, order, neighbours, threads and a reload do not
    matter, in cosines and in what a few questions find first; that the same text is nearest, a near
    copy near and an unrelated text not; that prompts are not missing or swapped; and how much of
    the corpus is cut off unread. Nothing is loaded before the first check runs; a store is not
    asked. Two do not apply where nothing is known of prompts or judgements; pytest skips them and
    says so.

    Args:
        factory: makes the encoder: a `BiEncoder`; anything with `encode_queries`,
            `encode_documents` and `similarity`; or what `BiEncoder` takes, such as a
            SentenceTransformer.
        name: in test ids and messages; the factory's own unless given.
        collection: whose documents must be read to their end, and whose relevant ones must not be
            found by their unread part alone; a dozen short passages unless given.
        prompts: what the model card says goes before each text: `{"query": "query: ", "document":
            "passage: "}`; unless given, as known of the model's family, or as saved with it.
        normalized: whether vectors have length 1; None: where they are compared by cosine.
        tolerance: of 1 - cosine between vectors that should be equal. For bfloat16 about 1e-3.
        most_lost: the share of the corpus, in tokens, that may lie beyond what is read, and of
            relevant documents that may be found by their unread part alone.
        most_alike: the mean cosine that texts without anything in common may have.

    Raises:
        SettingsError: an argument that has no meaning.

    >>> import numpy as np
    >>> class Letters:
    ...     similarity = "cosine"
    ...     def encode_queries(self, texts):
    ...         counts = [[t.count(c) + 0.1 for c in "abcdefgh"] for t in texts]
    ...         return np.array([row / np.linalg.norm(row) for row in counts], np.float32)
    ...     encode_documents = encode_queries
    >>> results = {r.id: r for r in bi_encoder_checks(Letters).results()}
    >>> results["anisotropy"].outcome, results["prompts"].outcome, results["shape"].cases
    ('broken', 'does not apply', 7)
    """
    _check_settings(collection, prompts, tolerance=tolerance)
    for share, what in ((most_lost, "most_lost"), (most_alike, "most_alike")):
        if not 0 <= share <= 1:
            raise SettingsError(f"{what} must lie in [0, 1], got {share!r}")
    claims = Claims(prompts, normalized, tolerance, most_lost, most_alike, collection)
    subject = Encoder(subject_name(factory, name), factory, claims)
    return suite_of(PROMISES, subject, declared=DECLARED)


def _check_settings(
    collection: Collection | None, prompts: Mapping[str, str] | None, *, tolerance: float
) -> None:
    if not isfinite(tolerance) or tolerance < 0:
        raise SettingsError(f"tolerance must be a number from 0, got {tolerance!r}")
    if collection is not None and not len(collection.corpus):
        raise SettingsError(f"collection {collection.name!r} has no document to encode")
    for side in prompts or {}:
        if side not in _SIDES:
            raise SettingsError(f"no side {side!r} of prompts; {did_you_mean(side, _SIDES)}")
