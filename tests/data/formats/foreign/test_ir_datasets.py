"""ir_datasets: what its cache has is read, what it lacks is not fetched."""

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from retrieval_checks.data.fingerprint import fingerprint
from retrieval_checks.data.formats.foreign.ir_datasets import read_ir_datasets
from retrieval_checks.data.formats.loading import load_collection
from retrieval_checks.errors import DataError
from tests.data.formats.example import FOLDER, example

ir_datasets: Any = pytest.importorskip("ir_datasets")

PRINTED = """
import json, sys
from retrieval_checks import fingerprint, load_collection
found = load_collection(sys.argv[1])
parts = (found.corpus, found.queries, found.qrels)
print(json.dumps([found.name, *map(fingerprint, parts)]))
"""
DOCS = "d1\tCats purr.\nd2\tDogs bark.\n"
QUERIES = "q1\twho purrs?\n"
Register = Callable[..., str]


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    """A dataset under an id, from the text of its files."""
    names: list[str] = []

    def add(qrels: str | None, *, name: str = "checks/cats", queries: str = QUERIES) -> str:
        files = {}
        for part, text in (("docs_tsv", DOCS), ("queries_tsv", queries), ("qrels_trec", qrels)):
            if text is not None:
                files[part] = tmp_path / f"{len(names)}-{part}"
                files[part].write_text(text)
        ir_datasets.registry.register(name, ir_datasets.create_dataset(**files))
        names.append(name)
        return name

    yield add
    for name in names:
        ir_datasets.registry._registered.pop(name)  # it has no way out of its own


def cached(home: Path) -> None:
    """The example as if it were BEIR's SciFact, whose archive ir_datasets keeps in its cache."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("corpus.jsonl", "queries.jsonl", "qrels/test.tsv", "qrels/train.tsv"):
            archive.write(FOLDER / name, f"scifact/{name}")
    place = home / "beir" / "scifact" / "source.zip"
    place.parent.mkdir(parents=True)
    place.write_bytes(packed.getvalue())


def in_a_process(home: Path, name: str) -> subprocess.CompletedProcess[str]:
    """Its home is settled when it is imported."""
    env = {**os.environ, "IR_DATASETS_HOME": str(home)}
    command = [sys.executable, "-c", PRINTED, name]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env)


def test_a_cached_dataset_is_the_example_as_beir_has_it(tmp_path: Path) -> None:
    cached(tmp_path)
    wanted = example()
    prints = [fingerprint(part) for part in (wanted.corpus, wanted.judged_queries, wanted.qrels)]
    for name in ("ir-datasets:beir/scifact/test", "ir-datasets:beir/scifact"):
        done = in_a_process(tmp_path, name)
        assert json.loads(done.stdout) == ["beir/scifact/test", *prints]


def test_what_is_not_cached_is_not_fetched(tmp_path: Path) -> None:
    done = in_a_process(tmp_path, "ir-datasets:beir/scifact/test")
    assert (
        f"DataError: ir-datasets:beir/scifact/test: not in the cache of ir_datasets ({tmp_path}),"
        " and nothing is downloaded unasked; read_ir_datasets('beir/scifact/test', download=True)"
    ) in done.stderr
    assert not list(tmp_path.rglob("source.zip*"))


def test_the_network_is_given_back_to_the_library(register: Register) -> None:
    before = ir_datasets.lazy_libs.requests
    read_ir_datasets(register("q1 0 d1 1\n"))
    assert ir_datasets.lazy_libs.requests is before


def test_download_leaves_the_network_to_the_library(register: Register) -> None:
    name = register("q1 0 d1 1\n")
    assert read_ir_datasets(name, download=True).qrels.to_dict() == {"q1": {"d1": 1.0}}


def test_judgements_are_found_below_an_id_that_has_none(register: Register) -> None:
    register(None)
    register("q1 0 d1 2\nq1 0 d2 0\n", name="checks/cats/dev")
    found = load_collection("ir-datasets:checks/cats", split="dev")
    assert found.qrels.to_dict() == {"q1": {"d1": 2.0, "d2": 0.0}}
    assert (found.name, found.queries["q1"]) == ("checks/cats/dev", "who purrs?")
    with pytest.raises(
        DataError, match="nor is there 'checks/cats/test'; below it are 'checks/cats"
    ):
        load_collection("ir-datasets:checks/cats")
    with pytest.raises(DataError, match="has judgements of its own; leave out split='train'"):
        load_collection("ir-datasets:checks/cats/dev", split="train")


@pytest.mark.parametrize(
    ("qrels", "queries", "message"),
    [
        (
            "q1 0 d1 1\nq1 0 d1 2\n",
            QUERIES,
            "document 'd1' is judged twice for query 'q1' (grades 1",
        ),
        ("q9 0 d1 1\n", QUERIES, "checks/cats: qrels: 1 judged query is not in its queries: 'q9'"),
        ("q1 0 d1 1\n", "q1\t \n", "ir-datasets:checks/cats: queries without text: 'q1'"),
    ],
)
def test_what_it_holds_is_checked(
    register: Register, qrels: str, queries: str, message: str
) -> None:
    name = register(qrels, queries=queries)
    with pytest.raises(DataError, match=re.escape(message)):
        read_ir_datasets(name)


def test_a_misspelt_id_gets_the_nearest() -> None:
    with pytest.raises(
        DataError, match=r"ir_datasets has no 'beir/scifcat'; did you mean 'beir/sci"
    ):
        read_ir_datasets("beir/scifcat")


class Diversity:
    """Judgements by subtopic, as those of TREC's Web tracks."""

    def __init__(self) -> None:
        entry = ir_datasets.formats.TrecSubQrel
        self.entries = [entry("q1", "d1", 2, "price"), entry("q1", "d1", 0, "care")]

    def qrels_handler(self) -> Any:
        return self

    def qrels_cls(self) -> Any:
        return ir_datasets.formats.TrecSubQrel

    def qrels_iter(self) -> Iterator[Any]:
        return iter(self.entries)


def test_judgements_by_subtopic_are_kept(register: Register) -> None:
    register(None, name="checks/docs")
    base = ir_datasets.load("checks/docs")
    dataset = ir_datasets.Dataset(base.docs_handler(), base.queries_handler(), Diversity())
    ir_datasets.registry.register("checks/web", dataset)
    try:
        qrels = read_ir_datasets("checks/web").qrels
    finally:
        ir_datasets.registry._registered.pop("checks/web")
    assert qrels.subtopics is not None
    assert list(qrels.subtopics.rows()) == [{"price": 2.0, "care": 0.0}]


def test_without_the_library_its_extra_is_named() -> None:
    code = (
        "import sys; sys.modules['ir_datasets'] = None\n"
        "from retrieval_checks import load_collection\n"
        "load_collection('ir-datasets:beir/scifact')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert 'pip install "retrieval-checks[ir-datasets]"' in done.stderr
