"""Datasets of Hugging Face: as objects, saved, laid out as on the hub, and in its cache."""

import os
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import huggingface_hub.constants
import pytest

from retrieval_checks.data.formats.loading import load_collection
from retrieval_checks.data.formats.tables.hugging_face import read_hugging_face
from retrieval_checks.errors import DataError
from tests.data.formats.example import assert_is_example, judgements, rows

datasets: Any = pytest.importorskip("datasets")

CARD = """---
configs:
- config_name: corpus
  data_files: [{split: corpus, path: corpus/corpus-*}]
- config_name: queries
  data_files: [{split: queries, path: queries/queries-*}]
- config_name: default
  data_files: [{split: test, path: data/test-*}]
---
"""


@pytest.fixture(scope="module")
def parts() -> dict[str, Any]:
    table = datasets.Dataset.from_list
    return {
        "corpus": table(rows("corpus.jsonl")),
        "queries": table(rows("queries.jsonl")),
        "test": table(judgements()),
    }


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))


def laid_out(folder: Path, parts: dict[str, Any]) -> Path:
    """A folder as datasets such as mteb/scifact are on the hub."""
    for name, file in (("corpus", "corpus/corpus"), ("queries", "queries/queries")):
        (folder / name).mkdir(parents=True)
        parts[name].to_parquet(str(folder / f"{file}-00000-of-00001.parquet"))
    (folder / "data").mkdir()
    parts["test"].to_parquet(str(folder / "data" / "test-00000-of-00001.parquet"))
    (folder / "README.md").write_text(CARD)
    return folder


def test_a_dict_of_tables_is_the_example(parts: dict[str, Any]) -> None:
    assert_is_example(read_hugging_face(datasets.DatasetDict(parts)))
    splits = {"train": parts["test"].select([0]), "test": parts["test"]}
    nested = {"corpus": {"corpus": parts["corpus"]}, "queries": parts["queries"], "qrels": splits}
    assert_is_example(read_hugging_face(nested))
    assert len(read_hugging_face(nested, split="train").qrels) == 1


def test_what_was_saved_is_the_example(tmp_path: Path, parts: dict[str, Any]) -> None:
    datasets.DatasetDict(parts).save_to_disk(tmp_path / "saved")
    found = load_collection(tmp_path / "saved")
    assert_is_example(found)
    assert found.name == "saved"
    for name, part in (("corpus", "corpus"), ("queries", "queries"), ("qrels", "test")):
        parts[part].save_to_disk(tmp_path / "apart" / name)
    assert_is_example(load_collection(tmp_path / "apart"))


def test_a_folder_as_on_the_hub_is_the_example(tmp_path: Path, parts: dict[str, Any]) -> None:
    folder = laid_out(tmp_path / "hub-like", parts)
    assert_is_example(load_collection(folder))
    with pytest.raises(DataError, match=r"no split 'dev' in its 'default'; splits there: test$"):
        load_collection(folder, split="dev")


def test_an_id_of_the_hub_is_read_from_its_cache(tmp_path: Path, parts: dict[str, Any]) -> None:
    cached = tmp_path / "hub" / "datasets--someone--acts"
    commit = "a" * 40
    laid_out(cached / "snapshots" / commit, parts)
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text(commit)
    found = load_collection("hf:someone/acts")
    assert_is_example(found)
    assert found.name == "acts"


class Asked(BaseHTTPRequestHandler):
    """A hub that notes what it is asked, and has nothing."""

    paths: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.paths.append(self.path)
        self.send_error(404)

    do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        pass


def test_the_hub_is_never_asked(tmp_path: Path, parts: dict[str, Any]) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Asked)
    Thread(target=server.serve_forever, daemon=True).start()
    hub = f"http://127.0.0.1:{server.server_port}"
    env = {**os.environ, "HF_HUB_OFFLINE": "0", "HF_ENDPOINT": hub, "HF_HOME": str(tmp_path)}
    code = "import sys; from retrieval_checks import load_collection; load_collection(sys.argv[1])"
    done = []
    for source in ("hf:someone/acts", str(laid_out(tmp_path / "acts", parts))):
        command = [sys.executable, "-c", code, source]
        done.append(subprocess.run(command, capture_output=True, text=True, check=False, env=env))
    server.shutdown()
    server.server_close()
    assert "nor is a dataset of that id in the local cache" in done[0].stderr
    assert done[1].returncode == 0, done[1].stderr
    assert Asked.paths == []


@pytest.mark.parametrize("name", ["someone/acts", "not an id", "a/b/c"])
def test_an_id_that_is_not_cached_says_how_to_fetch_it(name: str) -> None:
    message = f"{name}: no such folder; nor is a dataset of that id in the local cache, where 'hf d"
    with pytest.raises(DataError, match=re.escape(message)):
        load_collection(f"hf:{name}")


def test_a_part_or_split_that_is_not_there_is_named(parts: dict[str, Any]) -> None:
    with pytest.raises(DataError, match="the dataset: no 'queries'; it has: corpus, test"):
        read_hugging_face({"corpus": parts["corpus"], "test": parts["test"]})
    two = {"a": parts["corpus"], "b": parts["corpus"]}
    with pytest.raises(DataError, match=r"no split 'corpus' or 'test' in its 'corpus'; .* a, b$"):
        read_hugging_face({**parts, "corpus": two})
    with pytest.raises(DataError, match="no 'qrels'; it has: corpus, queries, test"):
        read_hugging_face(parts, split="dev")
    with pytest.raises(
        DataError, match="or a mapping of corpus, queries and qrels to tables, got l"
    ):
        read_hugging_face([1])


def test_judgements_of_unknown_queries_are_refused(parts: dict[str, Any]) -> None:
    short = parts["queries"].select([0])
    with pytest.raises(
        DataError, match=r"the dataset: qrels: .* judged queries are not in its quer"
    ):
        read_hugging_face({**parts, "queries": short})


def test_a_folder_that_datasets_cannot_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "odd" / "corpus").mkdir(parents=True)
    with pytest.raises(DataError, match="odd: cannot be read by datasets: "):
        load_collection(tmp_path / "odd")


def test_without_the_library_its_extra_is_named(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    code = (
        "import sys; sys.modules['datasets'] = None\n"
        "from retrieval_checks import load_collection\n"
        f"load_collection({str(tmp_path)!r})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "MissingDependencyError: datasets is not installed" in done.stderr
    assert 'pip install "retrieval-checks[datasets]"' in done.stderr


@pytest.mark.parametrize("damage", ["cut", "gone"])
@pytest.mark.parametrize("apart", [False, True])
def test_a_damaged_saved_dataset_is_an_error(
    tmp_path: Path, parts: dict[str, Any], damage: str, apart: bool
) -> None:
    if apart:
        parts["corpus"].save_to_disk(tmp_path / "saved" / "corpus")
    else:
        datasets.DatasetDict(parts).save_to_disk(tmp_path / "saved")
    table = next((tmp_path / "saved" / "corpus").glob("*.arrow"))
    if damage == "gone":
        table.unlink()
    else:
        table.write_bytes(table.read_bytes()[:100])
    with pytest.raises(DataError, match="saved: cannot be read by datasets: "):
        load_collection(tmp_path / "saved")
