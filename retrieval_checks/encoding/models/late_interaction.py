"""`LateInteraction`: how well a document answers each token of a query, as one score."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal, Self

from retrieval_checks.data.corpus import Corpus
from retrieval_checks.encoding.handle import RaggedBatches
from retrieval_checks.encoding.inference import Pair, Scores
from retrieval_checks.encoding.maxsim import best_matches, token_ids
from retrieval_checks.encoding.models.pairs import check_pairs, pair_keys
from retrieval_checks.encoding.models.token_vectors import TokenVectors
from retrieval_checks.encoding.models.token_weights import (
    DocumentFrequencies,
    Weights,
    summed,
    weighted_means,
)
from retrieval_checks.errors import SettingsError, did_you_mean

TokenWeights = Literal["idf", "uniform"]

_WEIGHTS = ("idf", "uniform")


@dataclass(frozen=True, eq=False, kw_only=True)
class LateInteraction(TokenVectors):
    """Compares texts by their token vectors: MaxSim, of pairs or for search.

    A multi-vector model is used as it is. Of any other transformer model, or of a `BiEncoder`, the
    token vectors are used as they leave a layer of the transformer, scaled to unit length, without
    projection; [CLS] and [SEP] are kept, as in ColBERT (Khattab & Zaharia, SIGIR 2020). The prompts
    of a `BiEncoder` hold here too.

    The defaults were chosen on training queries with all-MiniLM-L6-v2, see docs/rerankers.md. The
    weights are no part of what is stored: to change them, or the corpus, needs no model.

    Args:
        layer: of the transformer, by its position among the hidden states: -1 is the last, 0 the
            token embeddings; -2 unless given, and -1 of an onnx or openvino model, which has no
            other.
        token_weights: `"uniform"`: all query tokens count alike. `"idf"`: by how few documents of
            the corpus have them. Unless given, idf where a corpus is known and the token vectors
            were not trained to be compared, as those of a multi-vector model are; else uniform.
        skip: words whose tokens are left out of documents; punctuation unless given, `()` for none.
        query_length: tokens a query is cut at, instead of the model's own limit.
        document_length: likewise of documents.
        corpus: what the documents come from; a `Reranker` gives its own.

    Raises:
        SettingsError: when built: other weights, a length below 1; when loaded: a layer that the
            model has not, or such options for a model that is multi-vector already.

    >>> import numpy as np
    >>> alphabet = np.eye(26, dtype=np.float32)
    >>> class Letters:
    ...     def encode_query(self, texts):
    ...         return [alphabet[[ord(c) - ord("a") for c in t]] for t in texts]
    ...     encode_document = encode_query
    >>> LateInteraction(Letters()).score_pairs([("abc", "cab"), ("aab", "axe")]).tolist()
    [3.0, 2.0]
    """

    token_weights: TokenWeights | None = None
    corpus: Corpus | None = None

    def __post_init__(self) -> None:
        TokenVectors.__post_init__(self)
        if self.token_weights not in (None, *_WEIGHTS):
            hint = did_you_mean(str(self.token_weights), _WEIGHTS)
            raise SettingsError(f"token_weights {self.token_weights!r} do not exist; {hint}")

    def score_pairs(self, pairs: Sequence[Pair]) -> Scores:
        """How well the document of each pair answers the query, float64 (n_pairs,).

        For each query token the largest similarity to a token of the document counts. By idf the
        score is their weighted mean: at most 1, so that 1 means that every token is there.
        Uniform weights give MaxSim, their sum (or mean, where a multi-vector model says so): a long
        query sums over more tokens, so that sums of different queries are not comparable.

        Raises:
            DataError: something other than pairs of strings.
            ModelError: the model cannot be loaded, or has no token vectors.
            SettingsError: idf without a corpus.
        """
        asked = check_pairs(pairs)

        def compute(positions: list[int]) -> RaggedBatches:
            for part, found in self._match([asked[i] for i in positions]):
                yield [positions[i] for i in part], found

        best = self.complete_rows("pair-tokens", pair_keys(asked), compute)
        if not self._is_weighed:
            return summed(best, mean=self.similarity == "meanmaxsim")
        weights = self._weights([query for query, _ in asked])
        return weighted_means(best, weights, name=self.name)

    def over(self, corpus: Corpus, /) -> Self:
        """The same, its query tokens weighed by this corpus; the model is loaded once for both."""
        twin = copy.copy(self)
        twin.__dict__.update(corpus=corpus, _known=self._known, _guard=self._guard)
        return twin

    @property
    def _is_weighed(self) -> bool:
        """Whether idf says how much a query token counts."""
        wanted = self.token_weights
        if wanted == "idf" and self.corpus is None:
            raise SettingsError(
                "token_weights='idf' needs to know which documents have a token: give corpus=, or"
                " score through Reranker.rerank(run, queries, corpus)"
            )
        if wanted is not None:
            return wanted == "idf"
        return self.corpus is not None and not self.has_own

    def _weights(self, queries: Sequence[str]) -> list[Weights]:
        """The weights of each query's tokens; those of a query are computed once."""
        distinct = list(dict.fromkeys(queries))
        ids = self.complete_ragged("query-ids", distinct, partial(self._ids, "query"))
        known = self._frequencies()
        weights = {text: known.weights(each) for text, each in zip(distinct, ids, strict=True)}
        return [weights[query] for query in queries]

    def _frequencies(self) -> DocumentFrequencies:
        """Of the corpus that is known; counted once, until it is another."""
        corpus = self.corpus
        assert corpus is not None  # noqa: S101  # asked before
        with self._guard:
            counted, found = self._known.get("frequencies", (None, None))
            if counted is not corpus:
                encode = partial(self._ids, "document")
                found = DocumentFrequencies.of(
                    self.complete_ragged("document-ids", corpus.contents, encode)
                )
                self._known["frequencies"] = corpus, found
            frequencies: DocumentFrequencies = found
            return frequencies

    def _ids(self, side: str, texts: list[str]) -> RaggedBatches:
        prompt = self._prompts().get(side)
        return token_ids(self.load(), texts, side=side, name=self.name, prompt=prompt)

    def _match(self, pairs: list[Pair]) -> RaggedBatches:
        return best_matches(
            self.load(),
            pairs,
            name=self.name,
            prompts=self._prompts(),
            batch_size=self.batch_size,
            precision=self._precision,
            progress=self.progress,
        )
