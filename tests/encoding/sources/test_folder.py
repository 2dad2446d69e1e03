"""Weights that are there, and pickled ones that must not be read."""

import json
from pathlib import Path

import pytest

from retrieval_checks.encoding.models import BiEncoder
from retrieval_checks.encoding.sources.folder import check_not_pickled, has_weights, read_json
from retrieval_checks.errors import ModelError

CONVERT = r"save the model again as safetensors: SentenceTransformer\(.*\)\.save_pretrained"


def module_list(folder: Path, *modules: tuple[str, str]) -> None:
    """A modules.json with these (path, type), and their folders."""
    listed = [{"idx": i, "path": path, "type": kind} for i, (path, kind) in enumerate(modules)]
    (folder / "modules.json").write_text(json.dumps(listed))
    for path, _ in modules:
        (folder / path).mkdir(exist_ok=True)


@pytest.fixture
def dense_folder(tiny_transformer_folder: Path, tmp_path: Path) -> Path:
    """A transformer, the mean of its tokens, and a projection, as sentence-transformers saves."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Dense, Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling

    modules = [Transformer(str(tiny_transformer_folder)), Pooling(32), Dense(32, 8)]
    folder = tmp_path / "dense"
    SentenceTransformer(modules=modules, device="cpu").save_pretrained(str(folder))
    return folder


def test_pickled_module_is_refused_before_it_is_loaded(dense_folder: Path) -> None:
    import torch
    from safetensors.torch import load_file

    assert BiEncoder(str(dense_folder), device="cpu").encode_queries(["a"]).shape == (1, 8)
    safe = dense_folder / "2_Dense" / "model.safetensors"
    torch.save(load_file(safe), safe.with_name("pytorch_model.bin"))
    assert BiEncoder(str(dense_folder)).fingerprint is not None  # the pickle is not what is read
    safe.unlink()
    with pytest.raises(ModelError, match=rf"2_Dense/pytorch_model\.bin: .* {CONVERT}"):
        BiEncoder(str(dense_folder), device="cpu").load()
    with pytest.raises(ModelError, match=rf"2_Dense/pytorch_model\.bin: .* {CONVERT}"):
        _ = BiEncoder(str(dense_folder)).fingerprint


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "weights.pkl", "last.ckpt"])
def test_pickles_are_known_by_their_suffix(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(ModelError, match=f"{name}: pickled weights are not read"):
        check_not_pickled(tmp_path, backend="torch")


def test_route_of_a_router_is_looked_into(tmp_path: Path) -> None:
    module_list(tmp_path, ("", "sentence_transformers.base.modules.router.Router"))
    types = {"query_0_Static": "x.StaticEmbedding", "document_0_Transformer": "x.Transformer"}
    (tmp_path / "router_config.json").write_text(json.dumps({"types": types}))
    for name in types:
        (tmp_path / name).mkdir()
    (tmp_path / "document_0_Transformer" / "model.safetensors").write_bytes(b"")
    check_not_pickled(tmp_path, backend="torch")
    (tmp_path / "query_0_Static" / "pytorch_model.bin").write_bytes(b"")
    with pytest.raises(ModelError, match=r"query_0_Static/pytorch_model\.bin"):
        check_not_pickled(tmp_path, backend="torch")


def test_other_backend_reads_no_pickle_of_the_transformer_but_of_other_modules(
    tmp_path: Path,
) -> None:
    module_list(tmp_path, ("", "x.Transformer"), ("2_Dense", "x.Dense"))
    (tmp_path / "pytorch_model.bin").write_bytes(b"")
    check_not_pickled(tmp_path, backend="onnx")
    (tmp_path / "2_Dense" / "pytorch_model.bin").write_bytes(b"")
    with pytest.raises(ModelError, match=r"2_Dense/pytorch_model\.bin"):
        check_not_pickled(tmp_path, backend="onnx")


def test_weights_are_there_with_every_shard_of_the_index(tmp_path: Path) -> None:
    shards = [f"model-0000{i}-of-00002.safetensors" for i in (1, 2)]
    index = {"weight_map": {"a": shards[0], "b": shards[1], "c": shards[1]}}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    found = []
    for shard in shards:
        found.append(has_weights(tmp_path, backend="torch"))
        (tmp_path / shard).write_bytes(b"")
    assert [*found, has_weights(tmp_path, backend="torch")] == [False, False, True]


@pytest.mark.parametrize(
    ("backend", "files"),
    [
        ("torch", ["model.safetensors"]),
        ("onnx", ["onnx/model.onnx"]),
        ("openvino", ["openvino/openvino_model.xml", "openvino/openvino_model.bin"]),
    ],
)
def test_each_backend_has_its_own_weights(tmp_path: Path, backend: str, files: list[str]) -> None:
    for name in files:
        assert not has_weights(tmp_path, backend=backend)
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    here = [
        other for other in ("torch", "onnx", "openvino") if has_weights(tmp_path, backend=other)
    ]
    assert here == [backend]


def test_link_that_leads_nowhere_is_no_weights(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").symlink_to(tmp_path / "absent")
    assert not has_weights(tmp_path, backend="torch")


def test_json_is_an_object_or_nothing(tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text("[1]")
    assert read_json(tmp_path / "list.json") == read_json(tmp_path / "absent.json") == {}
