"""A real SparseEncoder, small and seeded."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def sparse_folder(minilm_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """SPLADE over a small BertForMaskedLM with MiniLM's tokenizer, saved by the library."""
    import torch
    from sentence_transformers import SparseEncoder
    from sentence_transformers.base.modules import Transformer
    from sentence_transformers.sparse_encoder.modules import SpladePooling
    from transformers import AutoTokenizer, BertConfig, BertForMaskedLM

    torch.manual_seed(5)
    config = BertConfig(
        vocab_size=30522,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        initializer_range=0.6,  # wide, so that weights of different texts differ
    )
    folder = tmp_path_factory.mktemp("sparse")
    BertForMaskedLM(config).save_pretrained(folder / "mlm")
    tokenizer = AutoTokenizer.from_pretrained(minilm_folder)
    tokenizer.model_max_length = 64
    tokenizer.save_pretrained(folder / "mlm")
    transformer = Transformer(str(folder / "mlm"), transformer_task="fill-mask")
    model = SparseEncoder(modules=[transformer, SpladePooling()], device="cpu")
    model.save_pretrained(str(folder / "saved"))
    return folder / "saved"
