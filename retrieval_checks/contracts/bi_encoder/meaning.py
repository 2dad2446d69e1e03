"""Promises of what vectors are for: the same is nearest, the like is near, the unlike is far."""

from collections.abc import Iterator

import numpy as np

from retrieval_checks.contracts.bi_encoder.likeness import shown, similarities, units
from retrieval_checks.contracts.bi_encoder.subject import Encoder
from retrieval_checks.contracts.promise import Promise, case
from retrieval_checks.contracts.sample.topics import PASSAGES, TOPICS


def _identical(subject: Encoder) -> Iterator[str | None]:
    """A passage asked as a query: both sides must speak one language."""
    found = similarities(subject, subject.queries(PASSAGES), subject.documents(PASSAGES))
    for row, nearest in enumerate(found.argmax(axis=1).tolist()):
        yield case(
            nearest == row,
            f"nearest to {shown(PASSAGES[row])} asked as a query is {shown(PASSAGES[nearest])},"
            f" {found[row, nearest] - found[row, row]:.4f} ahead of the text itself",
        )


def _near_copies(subject: Encoder) -> Iterator[str | None]:
    topics = sorted(TOPICS, key=lambda topic: len(topic.near_copy), reverse=True)
    copies = subject.documents([topic.near_copy for topic in topics])
    originals = subject.documents(PASSAGES)[[TOPICS.index(topic) for topic in topics]]
    found = similarities(subject, copies, originals)
    for row, scores in enumerate(found):
        others = np.delete(scores, row)
        yield case(
            scores[row] > others.max(),
            f"the near copy of {shown(topics[row].passage)} is {others.max() - scores[row]:.4f}"
            " nearer to a text about something else than to it",
        )


def _anisotropy(subject: Encoder) -> Iterator[str | None]:
    vectors = units(subject.documents(PASSAGES))
    n, allowed = len(vectors), subject.claims.most_alike
    mean = float(((vectors @ vectors.T).sum() - n) / (n * (n - 1)))
    yield case(
        mean <= allowed,
        f"unrelated texts have a mean cosine of {mean:.4f}, {mean - allowed:.4f} above the"
        f" {allowed:g} allowed ({n * (n - 1) // 2} pairs)",
    )


MEANING = (
    Promise(
        "identical-text",
        "a text asked as a query is nearest to itself",
        "check that queries and documents are encoded by one model of one version, and compared as"
        " it was trained: a dot product is no cosine.",
        _identical,
        at_least=12,
    ),
    Promise(
        "near-copy",
        "a text in slightly other words is nearer to itself than to a text about something else",
        "check the tokenizer, the pooling and that the weights were loaded: vectors that know no"
        " likeness look like random ones.",
        _near_copies,
        at_least=12,
    ),
    Promise(
        "anisotropy",
        "texts that have nothing in common do not point the same way",
        "vectors in a narrow cone rank by rounding error: check that the model was trained for"
        " retrieval, not taken as it was pretrained. For a model known for high cosines, such as"
        " E5, set most_alike.",
        _anisotropy,
    ),
)
