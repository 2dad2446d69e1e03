"""`BM25Retriever`: search by the words that query and document share."""

import logging
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

import numpy as np

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.postings import DocArray, FloatArray
from retrieval_checks.data.run import Run
from retrieval_checks.errors import SettingsError, did_you_mean
from retrieval_checks.retrieval.search.cut import best, check_k, id_places

Method = Literal["lucene", "robertson", "atire", "bm25l", "bm25+"]

_METHODS = ("lucene", "robertson", "atire", "bm25l", "bm25+")


@dataclass(frozen=True, eq=False)
class BM25Retriever:
    """Documents by BM25 (Robertson & Zaragoza 2009), exactly, over title and text.

    A document that shares no word with the query is not returned, so rankings may have fewer than
    k documents, or none. Scores are sums of float32, non-negative for the default method; ties at
    the cut at k go to the higher doc_id. The index is built on the first search.

    Args:
        corpus: what is searched.
        k1: saturation of term frequency, above 0.
        b: weight of document length, in [0, 1].
        method: the variant, as bm25s names them (Kamphuis et al., ECIR 2020).
        stemmer: a Snowball language such as `"english"`, or None.
        stopwords: a language such as `"en"`, a tuple of words, or None.
        name: what reports call the run.

    Raises:
        SettingsError: a parameter out of range, an unknown method or language.

    >>> corpus = Corpus.from_dict({"d1": "cats purr", "d2": "dogs bark", "d3": "a cat"})
    >>> run = BM25Retriever(corpus).retrieve(Queries.from_dict({"q": "what do cats do?"}), 10)
    >>> run.ranking("q")
    ('d3', 'd1')
    """

    corpus: Corpus
    k1: float = field(default=0.9, kw_only=True)
    b: float = field(default=0.4, kw_only=True)
    method: Method = field(default="lucene", kw_only=True)
    stemmer: str | None = field(default="english", kw_only=True)
    stopwords: str | tuple[str, ...] | None = field(default="en", kw_only=True)
    name: str = field(default="bm25", kw_only=True)
    _known: dict[str, Any] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        if not self.k1 > 0:
            raise SettingsError(f"k1 must be above 0, got {self.k1}")
        if not 0 <= self.b <= 1:
            raise SettingsError(f"b must lie in [0, 1], got {self.b}")
        if self.method not in _METHODS:
            hint = did_you_mean(self.method, _METHODS)
            raise SettingsError(f"BM25 method {self.method!r} does not exist; {hint}")

    def retrieve(self, queries: Queries, k: int, /) -> Run:
        """At most `k` documents a query that share a word with it.

        Raises:
            SettingsError: k below 1.
        """
        width = check_k(k)
        texts = self._tokens(queries.texts) if len(queries) else []
        rows = [self._search(tokens, width) for tokens in texts]
        indptr = np.concatenate([[0], np.cumsum([len(docs) for docs, _ in rows])]).astype(np.int64)
        docs = [docs for docs, _ in rows] or [np.empty(0, np.int32)]
        scores = [values for _, values in rows] or [np.empty(0, np.float64)]
        return Run(
            queries.query_ids,
            self.corpus.doc_ids,
            indptr,
            np.concatenate(docs),
            np.concatenate(scores),
            self.name,
        )

    def over(self, corpus: Corpus, /) -> Self:
        """The same search over another corpus."""
        return replace(self, corpus=corpus)

    def _search(self, tokens: list[str], k: int) -> tuple[DocArray, FloatArray]:
        index, places = self._index()
        ids = [index.vocab_dict[token] for token in tokens if index and token in index.vocab_dict]
        if not ids:
            return np.empty(0, np.int32), np.empty(0, np.float64)
        starts, documents = index.scores["indptr"], index.scores["indices"]
        matching = np.unique(np.concatenate([documents[starts[i] : starts[i + 1]] for i in ids]))
        scores = index.get_scores_from_ids(ids)[matching].astype(np.float64)
        chosen = best(scores, k, places=lambda tied: places[matching[tied]])
        return matching[chosen].astype(np.int32), scores[chosen]

    def _index(self) -> tuple[Any, Any]:
        if "index" not in self._known:
            tokens = self._tokens(self.corpus.contents) if len(self.corpus) else []
            self._known["index"] = self._build(tokens), id_places(self.corpus.doc_ids)
        index: tuple[Any, Any] = self._known["index"]
        return index

    def _build(self, tokens: list[list[str]]) -> Any:
        if not any(tokens):  # nothing but stop words: bm25s has no empty index
            return None
        index = _bm25s().BM25(k1=self.k1, b=self.b, method=self.method)
        index.index(tokens, show_progress=False)
        return index

    def _tokens(self, texts: tuple[str, ...]) -> list[list[str]]:
        stopwords: str | tuple[str, ...] = self.stopwords or ()
        tokens: list[list[str]] = _bm25s().tokenize(
            list(texts),
            stopwords=stopwords if isinstance(stopwords, str) else list(stopwords),
            stemmer=_stemmer(self.stemmer),
            return_ids=False,
            show_progress=False,
        )
        return tokens


def _bm25s() -> Any:
    import bm25s

    # It sets its own logger to DEBUG, which every failing test would then show
    logging.getLogger("bm25s").setLevel(logging.WARNING)
    return bm25s


def _stemmer(language: str | None) -> Any:
    if language is None:
        return None
    import Stemmer

    if language not in Stemmer.algorithms():
        hint = did_you_mean(language, Stemmer.algorithms())
        raise SettingsError(f"stemmer {language!r} does not exist; {hint}")
    return Stemmer.Stemmer(language)
