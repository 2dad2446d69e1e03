"""Fingerprints change with what changes the output, and with nothing else."""

import hashlib
import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from retrieval_checks.encoding.models import BiEncoder, CrossEncoderModel, LateInteraction
from retrieval_checks.encoding.sources.fingerprint import (
    digest_of,
    file_digest,
    fingerprint,
    library_version,
)
from retrieval_checks.encoding.storage.index import seal_of
from retrieval_checks.encoding.store import Store
from retrieval_checks.errors import ModelError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    model = tmp_path / "model"
    (model / "1_Pooling").mkdir(parents=True)
    (model / "config.json").write_text("{}")
    (model / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode": "mean"}))
    (model / "tokenizer.json").write_text("{}")
    (model / "model.safetensors").write_bytes(b"weights")
    return model


INGREDIENTS = {  # what decides a vector, and where sentence-transformers keeps it
    "architecture": ("config.json", '{"num_hidden_layers": 3}'),
    "saved dtype": ("config.json", '{"dtype": "float16"}'),
    "tokenizer": ("tokenizer.json", '{"model": {}}'),
    "lower-casing": ("tokenizer_config.json", '{"do_lower_case": false}'),
    "vocabulary": ("vocab.txt", "[PAD]"),
    "sentence pieces": ("sentencepiece.bpe.model", "pieces"),
    "weights": ("model.safetensors", "other"),
    "one shard of the weights": ("model-00002-of-00002.safetensors", "more"),
    "maximum length": ("sentence_bert_config.json", '{"max_seq_length": 64}'),
    "saved prompts": ("config_sentence_transformers.json", '{"prompts": {"query": "q: "}}'),
    "pooling": ("1_Pooling/config.json", '{"pooling_mode": "cls"}'),
    "normalisation": ("modules.json", '[{"path": "2_Normalize"}]'),
    "projection": ("2_Dense/model.safetensors", "weights"),
    "remote code": ("modeling_own.py", "pass"),
}
OPTIONS: dict[str, dict[str, object]] = {
    "dtype": {"dtype": "bfloat16"},
    "dtype of weights that were saved in half precision": {"dtype": "float32"},
    "maximum length": {"max_seq_length": 64},
    "query prompt": {"query_prompt": "query: "},
    "document prompt": {"document_prompt": "query: "},
    "no prompt in place of the saved one": {"query_prompt": ""},
    "normalisation": {"normalize": True},
}


def test_copy_has_the_same_fingerprint(folder: Path, tmp_path: Path) -> None:
    links = tmp_path / "links"
    (links / "1_Pooling").mkdir(parents=True)
    for file in folder.rglob("*.*"):
        (links / file.relative_to(folder)).symlink_to(file)
    assert BiEncoder(str(links)).fingerprint == BiEncoder(str(folder)).fingerprint


@pytest.mark.parametrize("name", INGREDIENTS)
def test_every_file_that_is_read_counts(folder: Path, name: str) -> None:
    file, content = INGREDIENTS[name]
    before = BiEncoder(str(folder)).fingerprint
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_text(content)
    assert BiEncoder(str(folder)).fingerprint != before


@pytest.mark.parametrize("file", ["onnx/model.onnx", "onnx/model.onnx_data", "onnx/model.data"])
def test_weights_of_the_backend_count_and_no_others(folder: Path, file: str) -> None:
    (folder / "onnx").mkdir()
    (folder / "onnx" / "model.onnx").write_bytes(b"graph")
    torch, onnx = (fingerprint(folder, {}, backend=name) for name in ("torch", "onnx"))
    assert torch != onnx
    (folder / file).write_bytes(b"changed")
    assert fingerprint(folder, {}, backend="torch") == torch
    assert fingerprint(folder, {}, backend="onnx") != onnx


def test_revision_of_a_hub_snapshot_counts_by_what_is_in_it(folder: Path, tmp_path: Path) -> None:
    """Two snapshots of one repository: a new commit of the README changes no vector."""
    snapshots = tmp_path / "models--me--mine" / "snapshots"
    for revision in ("a" * 40, "b" * 40, "c" * 40):
        shutil.copytree(folder, snapshots / revision)
    (snapshots / ("b" * 40) / "README.md").write_text("new")
    (snapshots / ("c" * 40) / "model.safetensors").write_text("new")
    a, b, c = (BiEncoder(str(path)).fingerprint for path in sorted(snapshots.iterdir()))
    assert a == b != c


@pytest.mark.parametrize("file", ["README.md", ".cache/download.json", "pytorch_model.bin"])
def test_files_that_are_not_read_do_not_count(folder: Path, file: str) -> None:
    before = BiEncoder(str(folder)).fingerprint
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_text("anything")
    assert BiEncoder(str(folder)).fingerprint == before


@pytest.mark.parametrize("name", OPTIONS)
def test_every_option_that_changes_vectors_counts(folder: Path, name: str) -> None:
    changed = BiEncoder(str(folder), **OPTIONS[name])  # type: ignore[arg-type]
    assert changed.fingerprint != BiEncoder(str(folder)).fingerprint


def test_options_that_leave_vectors_alone_do_not_count(folder: Path, tmp_path: Path) -> None:
    plain = BiEncoder(str(folder))
    other = BiEncoder(str(folder), batch_size=1, device="cpu", cache=Store(tmp_path / "cache"))
    assert other.fingerprint == plain.fingerprint


def test_kinds_of_models_differ(folder: Path) -> None:
    bi_encoder = BiEncoder(str(folder))
    handles = [
        bi_encoder,
        CrossEncoderModel(str(folder)),
        CrossEncoderModel(str(folder), activation="logits"),
        LateInteraction(str(folder)),
        LateInteraction(BiEncoder(str(folder), query_prompt="q: ")),
    ]
    assert len({handle.fingerprint for handle in handles}) == len(handles)


def test_major_version_of_the_library_counts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "retrieval_checks.encoding.sources.fingerprint.library_version"
    found = []
    for version in ("6.2.0", "6.9.1", "7.0.0"):
        monkeypatch.setattr(name, lambda version=version: version)
        found.append(fingerprint(folder, {}))
    assert found[0] == found[1] != found[2]


def test_pickled_weights_are_not_read(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match="save the model again as safetensors"):
        _ = BiEncoder(str(folder)).fingerprint


def test_folder_without_weights_is_named(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match=r"no \.safetensors weights in .*model"):
        _ = BiEncoder(str(folder)).fingerprint


def test_object_has_none_unless_it_carries_one() -> None:
    class Plain:
        def encode(self, texts: list[str]) -> list[list[float]]:
            return [[1.0] for _ in texts]

    class Known(Plain):
        fingerprint = "v1"

    assert BiEncoder(Plain()).fingerprint is None
    assert BiEncoder(Known()).fingerprint is not None
    assert BiEncoder(Known()).fingerprint != BiEncoder(Known(), query_prompt="q").fingerprint


def test_big_file_is_hashed_once_for_all_runs(tmp_path: Path) -> None:
    weights = tmp_path / "weights"
    weights.write_bytes(b"a" * (1 << 20))
    memory = Store(tmp_path / "cache")
    assert file_digest(weights, memory) == file_digest(weights)
    with closing(sqlite3.connect(memory.path)) as db, db:
        [(path, stamp)] = db.execute("SELECT path, stamp FROM digests").fetchall()
        seal = seal_of(path, stamp, "remembered")
        db.execute("UPDATE digests SET digest = 'remembered', seal = ?", (seal,))
    assert file_digest(weights, memory) == "remembered"
    weights.write_bytes(b"b" * (1 << 20))
    assert file_digest(weights, memory) == hashlib.sha256(weights.read_bytes()).hexdigest()
    memory.close()


def test_fingerprint_imports_no_torch(folder: Path) -> None:
    code = (
        "import sys; from retrieval_checks.encoding.models import BiEncoder\n"
        "print(BiEncoder(sys.argv[1]).fingerprint)\n"
        "print(sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [BiEncoder(str(folder)).fingerprint, "[]"]


def test_digest_does_not_depend_on_the_order_of_keys() -> None:
    assert digest_of({"a": 1, "b": [2]}) == digest_of({"b": [2], "a": 1}) != digest_of({"a": 1})


def test_version_is_that_of_the_installed_library() -> None:
    assert int(library_version().partition(".")[0]) >= 6
