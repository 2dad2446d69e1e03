"""`encode_corpus`: vectors of all documents, by a pool of workers, as blocks in Ray's memory."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple, cast

import numpy as np

from retrieval_checks.data.collection import Corpus
from retrieval_checks.encoding.inference import Progress, Vectors
from retrieval_checks.encoding.models import BiEncoder
from retrieval_checks.encoding.store import Store
from retrieval_checks.errors import ModelError
from retrieval_checks.retrieval.cluster.files import CorpusFiles, read_rows, rows_of
from retrieval_checks.retrieval.cluster.keeper import RemoteStore, StoreKeeper
from retrieval_checks.retrieval.cluster.session import need_ray
from retrieval_checks.retrieval.protocols import TextEncoder

_BLOCK_BYTES = 4 << 20  # of a block: seconds or minutes of work, which is done again after a crash
_ROWS = 1024  # of a corpus in memory, a block
_EACH = 4  # blocks a worker at least, so that none waits long for the last


class Block(NamedTuple):
    """Some documents: Arrow columns doc_id and vector (of bytes), in Ray's memory."""

    rows: int
    ref: Any


def encode_corpus(
    documents: Corpus | CorpusFiles, encoder: TextEncoder, *, workers: int, gpus: float
) -> Iterator[Block]:
    """The blocks as they are finished, in no particular order.

    Texts go to the workers a block at a time, and what a `BiEncoder` with a cache encodes is stored
    as it is elsewhere, and as soon as it is encoded. A worker that dies is replaced, and the block
    that it had is encoded again.

    Args:
        documents: in memory, or in files that only the workers read.
        encoder: is sent to every worker, a `BiEncoder` without its loaded model.
        workers: processes with a CPU each.
        gpus: of each worker; a fraction shares one.
    """
    ray = need_ray()
    dataset = _dataset(documents, workers).map_batches(
        Encoder,
        fn_constructor_args=_arguments(encoder),
        batch_size=None,
        batch_format="pyarrow",
        num_cpus=1,
        num_gpus=gpus,
        compute=ray.data.ActorPoolStrategy(min_size=1, max_size=workers, initial_size=workers),
    )
    total, done = len(documents) if isinstance(documents, Corpus) else None, 0
    progress: Progress | None = getattr(encoder, "progress", None)
    for bundle in dataset.iter_internal_ref_bundles():
        for ref, metadata in zip(bundle.block_refs, bundle.metadata, strict=True):
            if metadata.num_rows:
                yield Block(metadata.num_rows, ref)
        done += bundle.num_rows()
        if progress is not None and total is not None:
            progress("encoding documents", done, total)


class Encoder:
    """Encodes blocks in a worker: Arrow columns doc_id and text in, doc_id and vector out.

    Args:
        encoder: a `TextEncoder`.
        keeper: the actor of its store, None without one.
        fingerprint: that of the encoder where the driver runs.
    """

    def __init__(self, encoder: TextEncoder, keeper: Any, fingerprint: str | None) -> None:
        if isinstance(encoder, BiEncoder) and keeper is not None:
            encoder = replace(encoder, cache=cast(Store, RemoteStore(keeper)))
        self._encoder, self._fingerprint = encoder, fingerprint
        self._name = str(getattr(encoder, "name", type(encoder).__name__))

    def __call__(self, block: Any) -> Iterator[Any]:
        """The block with vectors in place of texts.

        Yielded: Ray hands on what is raised on the way as it is, and wraps it otherwise.

        Raises:
            ModelError: the same name or path is another model on the machine of this worker; its
                vectors make no sense.
        """
        self._check_model()
        texts = block["text"].to_pylist()
        vectors = np.ascontiguousarray(self._encoder.encode_documents(texts), np.float32)
        if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
            raise ModelError(
                f"encoder {self._name!r} returned an array of shape {vectors.shape} for"
                f" {len(texts)} texts; expected ({len(texts)}, dimension) and finite numbers"
            )
        yield _vector_table(block["doc_id"], vectors)

    def _check_model(self) -> None:
        own = getattr(self._encoder, "fingerprint", None)
        if own != self._fingerprint:
            raise ModelError(
                f"model {self._name!r} differs between this driver ({self._fingerprint}) and a"
                f" worker ({own}); install the same on all machines"
            )


def read_files(paths: Any) -> Iterator[Any]:
    """The rows of files whose paths are in the Arrow column path."""
    for path in paths["path"].to_pylist():
        yield from read_rows(path)


def _vector_table(doc_ids: Any, vectors: Vectors) -> Any:
    import pyarrow as pa

    width = pa.binary(vectors.itemsize * vectors.shape[1])
    buffers = [None, pa.py_buffer(vectors)]
    column = pa.FixedSizeBinaryArray.from_buffers(width, len(vectors), buffers)
    return pa.table({"doc_id": doc_ids, "vector": column})


def _arguments(encoder: TextEncoder) -> tuple[TextEncoder, Any, str | None]:
    """What every worker is given, without what only makes sense here."""
    fingerprint = getattr(encoder, "fingerprint", None)
    if not isinstance(encoder, BiEncoder):
        return encoder, None, fingerprint
    store = encoder.cache if fingerprint is not None else None
    keeper = None if store is None else _keeper(store)
    return replace(encoder, cache=None, progress=None), keeper, fingerprint


def _keeper(store: Store) -> Any:
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    ray = need_ray()
    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    keeper = ray.remote(StoreKeeper).options(
        num_cpus=0, max_restarts=-1, max_task_retries=-1, scheduling_strategy=here
    )
    return keeper.remote(store)


def _dataset(documents: Corpus | CorpusFiles, workers: int) -> Any:
    """Rows with the columns doc_id and text."""
    import pyarrow as pa

    ray = need_ray()
    if isinstance(documents, Corpus):
        rows = rows_of(documents.doc_ids, documents.contents)
        size = min(_ROWS, -(-len(rows) // (_EACH * workers)))
        return _quiet(ray.data.from_arrow([rows[i : i + size] for i in range(0, len(rows), size)]))
    paths = [pa.table({"path": [file]}) for file in documents.files]
    # Reading takes no CPU of its own: where the workers have them all, it would wait for ever.
    return _quiet(ray.data.from_arrow(paths)).map_batches(
        read_files, batch_size=1, batch_format="pyarrow", num_cpus=0
    )


def _quiet(dataset: Any) -> Any:
    dataset.context.enable_progress_bars = False
    dataset.context.target_max_block_size = _BLOCK_BYTES
    return dataset
