"""Fingerprints change with what changes the output, and with nothing else."""

import json
import os
from pathlib import Path

import pytest

from retrieval_checks.encoding.models import BiEncoder, CrossEncoderModel, LateInteraction
from retrieval_checks.encoding.sources.fingerprint import (
    digest_of,
    file_digest,
    fingerprint,
    library_version,
)
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


def test_copy_has_the_same_fingerprint(folder: Path, tmp_path: Path) -> None:
    links = tmp_path / "links"
    (links / "1_Pooling").mkdir(parents=True)
    for file in folder.rglob("*.*"):
        (links / file.relative_to(folder)).symlink_to(file)
    assert BiEncoder(str(links)).fingerprint == BiEncoder(str(folder)).fingerprint


@pytest.mark.parametrize(
    "file", ["config.json", "1_Pooling/config.json", "tokenizer.json", "model.safetensors"]
)
def test_every_file_that_is_read_counts(folder: Path, file: str) -> None:
    before = BiEncoder(str(folder)).fingerprint
    (folder / file).write_text('{"changed": 1}')
    assert BiEncoder(str(folder)).fingerprint != before


@pytest.mark.parametrize("file", ["README.md", ".cache/download.json", "pytorch_model.bin"])
def test_files_that_are_not_read_do_not_count(folder: Path, file: str) -> None:
    before = BiEncoder(str(folder)).fingerprint
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_text("anything")
    assert BiEncoder(str(folder)).fingerprint == before


@pytest.mark.parametrize(
    "options",
    [
        {"dtype": "bfloat16"},
        {"dtype": "float32"},  # of weights that were saved in half precision
        {"max_seq_length": 64},
        {"query_prompt": "query: "},
        {"document_prompt": "query: "},
        {"normalize": True},
    ],
)
def test_every_option_that_changes_vectors_counts(folder: Path, options: dict[str, object]) -> None:
    changed = BiEncoder(str(folder), **options)  # type: ignore[arg-type]
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
    stat = weights.stat()
    store = Store(tmp_path / "cache")
    digest = file_digest(weights, store)
    assert digest == file_digest(weights)
    store.close()
    weights.write_bytes(b"b" * (1 << 20))
    os.utime(weights, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert file_digest(weights, Store(tmp_path / "cache")) == digest


def test_digest_does_not_depend_on_the_order_of_keys() -> None:
    assert digest_of({"a": 1, "b": [2]}) == digest_of({"b": [2], "a": 1}) != digest_of({"a": 1})


def test_version_is_that_of_the_installed_library() -> None:
    assert int(library_version().partition(".")[0]) >= 6
