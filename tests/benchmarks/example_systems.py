"""How common systems do on the example: `python tests/benchmarks/example_systems.py`.

Prints nDCG@10 over the test queries, the golden queries and the train queries, with judged@10. The
last two systems retrieve nothing on purpose: a collection on which they score is too easy.
"""

import hashlib
from pathlib import Path

from retrieval_checks import (
    BiEncoder,
    BM25Retriever,
    Collection,
    Corpus,
    DenseRetriever,
    Hybrid,
    LateInteraction,
    Pipeline,
    Queries,
    Reranker,
    Run,
    Store,
    evaluate,
    load_collection,
)
from retrieval_checks.golden.reading.schema import read_golden
from retrieval_checks.retrieval.protocols import Retriever

FIXTURES = Path(__file__).parents[2] / "fixtures"


class RandomOrder:
    """Every document in an order that has nothing to do with the query."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus

    def retrieve(self, queries: Queries, k: int, /) -> Run:
        scores = {q: {d: _noise(q + d) for d in self.corpus} for q in queries}
        return Run.from_dict(scores).top(k)


class LongestFirst:
    """The longest documents, whatever is asked."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus

    def retrieve(self, queries: Queries, k: int, /) -> Run:
        lengths = {d: float(len(self.corpus[d].text)) for d in self.corpus}
        return Run.from_dict(dict.fromkeys(queries, lengths)).top(k)


def systems(corpus: Corpus, cache: Store) -> dict[str, Retriever]:
    """The systems by name."""
    model = BiEncoder("sentence-transformers/all-MiniLM-L6-v2", cache=cache)
    bm25, dense = BM25Retriever(corpus), DenseRetriever(corpus, model)
    hybrid = Hybrid([dense, bm25])
    rerank = Reranker(LateInteraction(model), depth=50)
    return {
        "BM25": bm25,
        "dense": dense,
        "hybrid (RRF)": hybrid,
        "dense + late interaction": Pipeline({"dense": dense, "rerank": rerank}),
        "hybrid + late interaction": Pipeline({"hybrid": hybrid, "rerank": rerank}, corpus=corpus),
        "null: random order": RandomOrder(corpus),
        "null: longest first": LongestFirst(corpus),
    }


def main() -> None:
    test = load_collection(FIXTURES / "ai_act", split="test")
    train = load_collection(FIXTURES / "ai_act", split="train")
    suite = read_golden(FIXTURES / "golden" / "ai_act.golden.yaml")
    golden_ids = [query.query_id for query in suite.queries]
    golden = Collection(
        test.corpus, test.queries.select(golden_ids), test.qrels.select(golden_ids), "golden"
    )
    groups = {"test": test, "golden": golden, "train": train}
    sizes = ", ".join(f"{name} {len(c.judged_queries)} queries" for name, c in groups.items())
    print(f"{len(test.corpus)} passages; {sizes}")
    print(f"{'nDCG@10':28}" + "".join(f"{name:>9}" for name in groups) + "  judged@10 (test)")
    for name, retriever in systems(test.corpus, Store()).items():
        figures = [
            evaluate(retriever.retrieve(c.judged_queries, 100), c.qrels, "nDCG@10")
            for c in groups.values()
        ]
        means = "".join(f"{ev.mean['nDCG@10']:9.3f}" for ev in figures)
        print(f"{name:28}{means}{figures[0].judged_at(10):10.2f}", flush=True)


def _noise(text: str) -> float:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") / 2**48


if __name__ == "__main__":
    main()
