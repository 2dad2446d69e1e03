"""Loading models with sentence-transformers; the one place that imports it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Literal

from retrieval_checks.encoding.sources.folder import check_not_pickled
from retrieval_checks.encoding.sources.resolve import Source, model_kind
from retrieval_checks.errors import MissingDependencyError, ModelError

Dtype = Literal["float32", "bfloat16", "float16"]
Backend = Literal["torch", "onnx", "openvino"]
Activation = Literal["sigmoid", "logits"]


def load_bi_encoder(source: Source, options: dict[str, Any], *, max_seq_length: int | None) -> Any:
    """A SentenceTransformer, or what the factory makes, or the object itself.

    Raises:
        ModelError: it cannot be loaded, or has no `encode`.
    """

    def from_folder(path: Path) -> Any:
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(str(path), **options)

    model = _load(source, from_folder, options, max_seq_length)
    return _need(model, source.name, "encode_query", "encode")


def load_cross_encoder(
    source: Source, options: dict[str, Any], *, max_seq_length: int | None
) -> Any:
    """A CrossEncoder, or what the factory makes, or the object itself.

    Raises:
        ModelError: it cannot be loaded, or has no `predict`.
    """

    def from_folder(path: Path) -> Any:
        from sentence_transformers import CrossEncoder

        return CrossEncoder(str(path), **options)

    model = _load(source, from_folder, options, max_seq_length)
    return _need(model, source.name, "predict")


def load_sparse_encoder(
    source: Source, options: dict[str, Any], *, max_seq_length: int | None
) -> Any:
    """A SparseEncoder, or what the factory makes, or the object itself.

    Raises:
        ModelError: it cannot be loaded, or has no `encode`.
    """

    def from_folder(path: Path) -> Any:
        from sentence_transformers import SparseEncoder

        return SparseEncoder(str(path), **options)

    model = _load(source, from_folder, options, max_seq_length)
    return _need(model, source.name, "encode_query", "encode")


def load_late_interaction(
    source: Source, options: dict[str, Any], *, max_seq_length: int | None
) -> Any:
    """A MultiVectorEncoder, or a SentenceTransformer that has token vectors, or the object itself.

    Raises:
        ModelError: it cannot be loaded.
    """

    def from_folder(path: Path) -> Any:
        from sentence_transformers import MultiVectorEncoder, SentenceTransformer

        if model_kind(path) == "late-interaction":
            return MultiVectorEncoder(str(path), **options)
        return SentenceTransformer(str(path), **options)

    return _load(source, from_folder, options, max_seq_length)


def loading_options(
    *, dtype: Dtype | None, device: str | None, backend: Backend, trust_remote_code: bool
) -> dict[str, Any]:
    """Keyword arguments for sentence-transformers' constructors.

    A transformer's weights are read from safetensors only. Without a dtype they stay in the one
    they were saved in. bfloat16 on a CPU is autocast over float32 weights: the layers that need
    float32 keep it.
    """
    weights: dict[str, Any] = {"use_safetensors": True} if backend == "torch" else {}
    if backend == "torch" and dtype is not None:
        import torch

        weights["dtype"] = torch.float32 if _autocasts(dtype, device) else getattr(torch, dtype)
    return {
        "device": device,
        "backend": backend,
        "trust_remote_code": trust_remote_code,
        "local_files_only": True,
        "model_kwargs": weights,
    }


def precision(dtype: Dtype | None, device: str | None) -> AbstractContextManager[object]:
    """The context of a forward pass: autocast where a CPU runs bfloat16, else nothing."""
    if dtype != "bfloat16" or not _autocasts(dtype, device):
        return nullcontext()
    import torch

    return torch.autocast("cpu", dtype=torch.bfloat16)


def activation(kind: Activation | None) -> object:
    """The torch module for this activation; None for the model's own."""
    if kind is None:
        return None
    import torch

    return torch.nn.Sigmoid() if kind == "sigmoid" else torch.nn.Identity()


def _load(
    source: Source,
    from_folder: Callable[[Path], Any],
    options: dict[str, Any],
    max_seq_length: int | None,
) -> Any:
    if source.instance is not None:
        return source.instance
    if source.path is not None:
        check_not_pickled(source.path, backend=options["backend"])
    try:
        if source.path is None:
            return source.factory()
        with quiet():
            model = from_folder(source.path)
    except ImportError as error:
        raise MissingDependencyError(
            f"model {source.name!r} needs a library that is not installed: {error}. The onnx and"
            " openvino backends come with pip install 'sentence-transformers[onnx]' or [openvino]"
        ) from error
    except Exception as error:
        raise ModelError(
            f"model {source.name!r} cannot be loaded: {type(error).__name__}: {error}"
        ) from error
    if max_seq_length is not None:
        model.max_seq_length = max_seq_length
    return model


def _need(model: Any, name: str, *methods: str) -> Any:
    if any(callable(getattr(model, method, None)) for method in methods):
        return model
    raise ModelError(
        f"model {name!r} is {type(model).__name__}, which has no {methods[-1]}() method"
    )


def _autocasts(dtype: str, device: str | None) -> bool:
    if dtype != "bfloat16":
        return False
    if device is not None:
        return device.startswith("cpu")
    from sentence_transformers.util import get_device_name

    return bool(get_device_name() == "cpu")


@contextmanager
def quiet() -> Iterator[None]:
    """No bar while weights are read: progress here goes one way only."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers has no types
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]  # as above
