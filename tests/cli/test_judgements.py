"""Judgements as commands are given them: in a file of any format, in a collection, or both."""

import argparse
from pathlib import Path

import pytest

from retrieval_checks.cli.judgements import (
    add_arguments,
    need_judged,
    read_judged,
    read_qrels,
)
from retrieval_checks.data.formats.jsonl import write_jsonl_qrels
from retrieval_checks.data.formats.trec import write_trec_qrels
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.errors import DataError, SettingsError
from tests.cli.conftest import QRELS

GRADES = {q: {d: float(grade) for d, grade in row.items()} for q, row in QRELS.items()}


def _args(*argv: object) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(list(map(str, argv)))


@pytest.mark.parametrize("name", ["q.trec", "q.trec.gz", "q.jsonl", "q.jsonl.gz", "q"])
def test_a_file_is_read_by_its_suffix(name: str, tmp_path: Path) -> None:
    write = write_jsonl_qrels if "jsonl" in name else write_trec_qrels
    write(Qrels.from_dict(QRELS), tmp_path / name)
    assert read_qrels(tmp_path / name).to_dict() == GRADES


def test_tables_are_read(tmp_path: Path) -> None:
    frame = Qrels.from_dict(QRELS).to_frame()
    frame.to_csv(tmp_path / "q.csv", index=False)
    frame.to_parquet(tmp_path / "q.parquet")
    assert read_qrels(tmp_path / "q.csv").to_dict() == GRADES
    assert read_qrels(tmp_path / "q.parquet").to_dict() == GRADES


def test_beir_columns_are_read_with_their_header(animals: Path) -> None:
    assert read_qrels(animals / "qrels" / "test.tsv").to_dict() == GRADES


def test_a_collection_has_judgements_and_texts(animals: Path) -> None:
    judged = need_judged(_args("--collection", animals))
    assert judged.qrels.to_dict() == GRADES
    assert judged.queries is not None
    assert judged.queries["hunter"] == "Who hunts?"
    assert judged.tags == {"night": ("hunter",)}


def test_a_file_wins_over_the_judgements_of_the_collection(animals: Path, tmp_path: Path) -> None:
    write_trec_qrels(Qrels.from_dict({"hunter": {"cat": 1}}), tmp_path / "q.trec")
    judged = need_judged(_args("--collection", animals, "--qrels", tmp_path / "q.trec"))
    assert judged.qrels.to_dict() == {"hunter": {"cat": 1.0}}
    assert judged.corpus is not None
    assert judged.corpus["cat"].text.startswith("Cats")


def test_the_split_is_looked_for(animals: Path) -> None:
    with pytest.raises(DataError, match="no split 'tset'"):
        read_judged(_args("--collection", animals, "--split", "tset"))


def test_neither_is_none_or_refused() -> None:
    assert read_judged(_args()) is None
    with pytest.raises(SettingsError, match=r"judgements are needed: --qrels FILE .* --collection"):
        need_judged(_args())


def test_without_a_collection_there_are_no_tags(tmp_path: Path) -> None:
    write_trec_qrels(Qrels.from_dict(QRELS), tmp_path / "q.trec")
    assert need_judged(_args("--qrels", tmp_path / "q.trec")).tags == {}
