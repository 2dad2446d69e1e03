"""Real models, loaded once: the offline bi-encoder and a tiny, seeded cross-encoder."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval_checks.encoding.models import BiEncoder, CrossEncoderModel
from retrieval_checks.encoding.reference import ReferenceBiEncoder, ReferenceCrossEncoder
from retrieval_checks.encoding.sources.resolve import local_path
from retrieval_checks.encoding.store import Store
from tests.oracles.notebook import BI_ENCODER


@pytest.fixture(scope="session")
def minilm_folder() -> Path:
    path = local_path(BI_ENCODER)
    if path is None:
        pytest.skip(f"{BI_ENCODER} is not on this machine; install the extra 'offline'")
    return path


@pytest.fixture(scope="session")
def minilm(minilm_folder: Path) -> BiEncoder:
    return BiEncoder(str(minilm_folder), device="cpu")


@pytest.fixture(scope="session")
def reference(minilm_folder: Path) -> ReferenceBiEncoder:
    return ReferenceBiEncoder(str(minilm_folder))


@pytest.fixture(scope="session")
def tiny_transformer_folder(minilm_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real BertModel, small, seeded, saved in half precision, with MiniLM's tokenizer."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertModel

    torch.manual_seed(12)
    config = BertConfig(
        vocab_size=30522,
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=128,
    )
    folder = tmp_path_factory.mktemp("tiny") / "transformer"
    half = BertModel(config).half()  # type: ignore[no-untyped-call]  # transformers has no type
    half.save_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(minilm_folder)
    tokenizer.model_max_length = 128
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_cross_encoder_folder(
    minilm_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A real BertForSequenceClassification, small, seeded, with MiniLM's tokenizer."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    torch.manual_seed(11)
    config = BertConfig(
        vocab_size=30522,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=128,
        initializer_range=0.4,  # wide, so that scores of different pairs differ
    )
    folder = tmp_path_factory.mktemp("tiny") / "cross-encoder"
    config.num_labels = 1
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(minilm_folder)
    tokenizer.model_max_length = 128
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_cross_encoder(tiny_cross_encoder_folder: Path) -> CrossEncoderModel:
    return CrossEncoderModel(str(tiny_cross_encoder_folder), device="cpu")


@pytest.fixture(scope="session")
def tiny_reference(tiny_cross_encoder_folder: Path) -> ReferenceCrossEncoder:
    return ReferenceCrossEncoder(str(tiny_cross_encoder_folder))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with_folder = Store(tmp_path / "cache")
    yield with_folder
    with_folder.close()


@pytest.fixture(scope="session")
def prompted_folder(minilm_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same model, saved with prompts and with dot product."""
    folder = tmp_path_factory.mktemp("prompted") / "model"
    shutil.copytree(minilm_folder, folder, ignore=shutil.ignore_patterns("*.safetensors"))
    (folder / "model.safetensors").symlink_to(minilm_folder / "model.safetensors")
    saved = {
        "model_type": "SentenceTransformer",
        "similarity_fn_name": "dot",
        "prompts": {"query": "query: ", "document": "passage: "},
    }
    (folder / "config_sentence_transformers.json").write_text(json.dumps(saved))
    return folder
