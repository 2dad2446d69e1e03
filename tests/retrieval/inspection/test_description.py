"""One line that says what a retriever is made of, and changes whenever its results may."""

import pytest

from retrieval_checks.data.collection import Corpus
from retrieval_checks.encoding.models import BiEncoder, LateInteraction
from retrieval_checks.retrieval.dense import DenseRetriever
from retrieval_checks.retrieval.fusion import Hybrid
from retrieval_checks.retrieval.inspection.description import describe
from retrieval_checks.retrieval.lexical import BM25Retriever
from retrieval_checks.retrieval.pipeline import Pipeline
from retrieval_checks.retrieval.protocols import Retriever
from retrieval_checks.retrieval.rerank import Reranker
from tests.retrieval.conftest import SharedWords, TableEncoder

CORPUS = Corpus.from_dict({"d1": "cats purr", "d2": "dogs bark"})


class Versioned(SharedWords):
    fingerprint = "v2" + 20 * "0"


class Letters:
    fingerprint = "letters-1"

    def encode(self, texts: list[str]) -> list[list[float]]:
        return [[float(text.count("a"))] for text in texts]


def _described(retriever: Retriever, model: object = None) -> str:
    second = Reranker(model or SharedWords(), depth=7)
    return describe(Pipeline({"first": retriever, "second": second}, corpus=CORPUS))


def test_a_pipeline_is_its_stages_in_order() -> None:
    assert _described(BM25Retriever(CORPUS)) == (
        "bm25 k1=0.9 b=0.4 lucene english en > rerank SharedWords top 7 alone weight 1"
    )


def test_an_object_of_ones_own_is_its_type_and_its_fingerprint() -> None:
    assert describe(SharedWords()) == "SharedWords"
    assert describe(Versioned()) == "Versioned v20000000000"
    assert describe(DenseRetriever(CORPUS, TableEncoder({}))) == "dense TableEncoder"
    unlike = Versioned()
    unlike.fingerprint = 7  # type: ignore[assignment]  # a user's attribute of that name
    assert describe(unlike) == "Versioned"


def test_a_model_has_its_name_number_type_and_digest() -> None:
    model = BiEncoder(Letters())
    text = describe(DenseRetriever(CORPUS, model))
    assert text.startswith("dense ")
    assert model.fingerprint is not None
    assert text.endswith(f" float32 {model.fingerprint[:12]}")
    bi_encoder = f"late interaction of {model.name} float32 {model.fingerprint[:12]}"
    assert describe(LateInteraction(model)) == f"{bi_encoder} layer -2"
    chosen = LateInteraction(model, layer=-1, query_length=32, token_weights="uniform")
    assert describe(chosen) == f"{bi_encoder} layer -1 query_length 32 weights uniform"
    own = LateInteraction(Letters(), token_weights="idf")
    assert describe(own) == f"{own.name} float32 {str(own.fingerprint)[:12]} weights idf"


def _hybrid(**options: object) -> Hybrid:
    parts = [BM25Retriever(CORPUS), BM25Retriever(CORPUS, k1=1.2)]
    return Hybrid(parts, **options)  # type: ignore[arg-type]


def test_a_fusion_names_its_parts() -> None:
    assert describe(_hybrid(weights=(1, 2))) == (
        "hybrid rrf k=60 top 100 weights [1.0, 2.0] (bm25 k1=0.9 b=0.4 lucene english en,"
        " bm25 k1=1.2 b=0.4 lucene english en)"
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (BM25Retriever(CORPUS), BM25Retriever(CORPUS, k1=1.0)),
        (BM25Retriever(CORPUS), BM25Retriever(CORPUS, b=0.5)),
        (BM25Retriever(CORPUS), BM25Retriever(CORPUS, stemmer=None)),
        (BM25Retriever(CORPUS), BM25Retriever(CORPUS, stopwords=("the",))),
        (BM25Retriever(CORPUS), BM25Retriever(CORPUS, method="robertson")),
        (_hybrid(), _hybrid(depth=50)),
        (_hybrid(), _hybrid(k=10)),
        (_hybrid(), _hybrid(method="zscore")),
        (_hybrid(), _hybrid(weights=(1, 2))),
        (Reranker(SharedWords()), Reranker(SharedWords(), depth=9)),
        (Reranker(SharedWords()), Reranker(SharedWords(), combine="rrf")),
        (
            Reranker(SharedWords(), combine="rrf"),
            Reranker(SharedWords(), combine="rrf", weight=2),
        ),
        (Reranker(SharedWords()), Reranker(Versioned())),
        (BiEncoder(Letters()), BiEncoder(Letters(), query_prompt="query: ")),
    ],
)
def test_whatever_may_change_a_ranking_changes_the_line(one: object, other: object) -> None:
    assert describe(one) != describe(other)


def test_another_corpus_is_told_elsewhere() -> None:
    other = Corpus.from_dict({"d3": "owls hunt"})
    assert describe(BM25Retriever(CORPUS)) == describe(BM25Retriever(other))
