"""The example collection as BEIR has it, which every other format must read alike."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from retrieval_checks.data.collection import Collection
from retrieval_checks.data.fingerprint import fingerprint
from retrieval_checks.data.formats.beir import read_beir

FOLDER = Path(__file__).parents[3] / "fixtures" / "ai_act"


@cache
def example() -> Collection:
    return read_beir(FOLDER)


def rows(name: str) -> list[dict[str, Any]]:
    """The objects in one of its JSONL files, read without our own code."""
    return [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]


def judgements() -> list[dict[str, Any]]:
    """The test split as the columns that the hub has, read without our own code."""
    lines = (FOLDER / "qrels" / "test.tsv").read_text("utf-8").splitlines()[1:]
    keys = ("query-id", "corpus-id", "score")
    pairs = (dict(zip(keys, line.split("\t"), strict=True)) for line in lines)
    return [{**pair, "score": int(pair["score"])} for pair in pairs]


def assert_is_example(found: Collection, *, tags: bool = True, titles: bool = True) -> None:
    wanted = example()
    assert fingerprint(found.queries) == fingerprint(wanted.queries)
    assert fingerprint(found.qrels) == fingerprint(wanted.qrels)
    if titles:
        assert fingerprint(found.corpus) == fingerprint(wanted.corpus)
        assert found.corpus.doc_ids == wanted.corpus.doc_ids
    if tags:
        own = {query_id: found.queries.tags(query_id) for query_id in found.queries}
        assert own == {query_id: wanted.queries.tags(query_id) for query_id in wanted.queries}
        assert any(own.values())
