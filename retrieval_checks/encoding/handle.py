"""`ModelHandle`: a model that is found, fingerprinted and loaded only when it is needed."""

import os
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, TypeVar, get_args

from retrieval_checks.encoding.inference import Progress
from retrieval_checks.encoding.sources.fingerprint import digest_of, fingerprint
from retrieval_checks.encoding.sources.loading import (
    Activation,
    Backend,
    Dtype,
    loading_options,
    precision,
)
from retrieval_checks.encoding.sources.resolve import Source, resolve
from retrieval_checks.encoding.storage.ragged import Ragged, collect_ragged
from retrieval_checks.encoding.store import Array, Compute, ComputeRagged, Store, collect, text_key
from retrieval_checks.errors import DataError, SettingsError

Value = TypeVar("Value")
RaggedBatches = Iterable[tuple[list[int], Sequence[Array]]]

_CHOICES = {
    "dtype": get_args(Dtype),
    "backend": get_args(Backend),
    "activation": get_args(Activation),
}


@dataclass(frozen=True, eq=False)
class ModelHandle:
    """What all handles share: where the model comes from, and when it is loaded.

    Nothing is imported, read or loaded before it is needed; what the store has needs no model.

    Args:
        model: a hub id, a local folder, a factory `"package.module:function"` that is called
            without arguments, or an object.
        dtype: `"float32"`, `"bfloat16"` or `"float16"`; None for the one the weights were saved
            in. An object has its own already: bfloat16 on a CPU is all that changes it.
        device: as torch names it; None for the best there is. An object stays where it is. What
            was computed without a device asked for is stored once: another machine or device that
            shares the cache is served it, though its own numbers would be rounded differently.
        max_seq_length: tokens a text is cut at; None for the model's own.
        backend: `"torch"`, `"onnx"` or `"openvino"`.
        batch_size: texts, or pairs, a forward pass.
        revision: branch, tag or commit on the hub.
        trust_remote_code: run code that comes with the model.
        cache: where outputs are kept; None for nowhere.
        progress: told how far long work has come.

    Raises:
        SettingsError: when built: an option that does not exist, or that an object cannot take.
    """

    model: object
    _: KW_ONLY
    dtype: Dtype | None = None
    device: str | None = None
    max_seq_length: int | None = None
    backend: Backend = "torch"
    batch_size: int = 32
    revision: str | None = None
    trust_remote_code: bool = False
    cache: Store | None = None
    progress: Progress | None = None
    _known: dict[str, Any] = field(init=False, repr=False, default_factory=dict)
    _guard: threading.RLock = field(init=False, repr=False, default_factory=threading.RLock)

    def __post_init__(self) -> None:
        for name, allowed in _CHOICES.items():
            value = getattr(self, name, None)
            if value is not None and value not in allowed:
                raise SettingsError(f"{name} {value!r}; allowed: {', '.join(allowed)}")
        for name in ("batch_size", "max_seq_length"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise SettingsError(f"{name} must be at least 1, got {value}")
        self._check_loading_options()
        if self.dtype is not None and self.backend != "torch" and self.dtype != "float32":
            raise SettingsError(
                f"dtype {self.dtype!r} needs the torch backend; an {self.backend} model has the"
                " precision it was exported with"
            )

    def __getstate__(self) -> dict[str, Any]:
        """What another process needs: the description, not the loaded model."""
        return {k: v for k, v in self.__dict__.items() if k not in ("_known", "_guard")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _known={}, _guard=threading.RLock())

    @property
    def name(self) -> str:
        """What reports and errors call the model."""
        return self.source.name

    @property
    def fingerprint(self) -> str | None:
        """A digest of everything the output depends on; None for an object or factory without one.

        An object or a factory may carry an attribute `fingerprint`, a string that changes whenever
        its output does; without it, nothing of it is kept on disk.

        Raises:
            ModelError: the model is nowhere to be found, or has no weights that are read.
        """
        return self._once("fingerprint", lambda: self._fingerprint(self._settings()))

    def load(self) -> Any:
        """The underlying model, loaded on the first call.

        Raises:
            ModelError: it cannot be loaded.
        """
        return self._once("model", self._load)

    @property
    def source(self) -> Source:
        """Where the model comes from, without loading it."""
        return self._once("source", self._resolve)

    def _check_loading_options(self) -> None:
        """An object is there already: what only loading could change is not silently ignored."""
        if isinstance(self.model, str | os.PathLike):
            return
        for name in ("max_seq_length", "revision"):
            if getattr(self, name) is not None:
                raise SettingsError(
                    f"{name} {getattr(self, name)!r} cannot be applied to an object"
                    f" ({type(self.model).__name__}); set it where the object is made"
                )

    def _resolve(self) -> Source:
        return resolve(
            self.model,
            revision=self.revision,
            backend=self.backend,
            remote_code=self.trust_remote_code,
        )

    def _fingerprint(self, own_settings: dict[str, object]) -> str | None:
        # no dtype is not "float32": weights saved in half precision then stay so
        source, settings = self.source, {**own_settings, "dtype": self.dtype}
        settings["max_seq_length"] = self.max_seq_length
        if source.path is not None:
            memory = self.cache
            return fingerprint(source.path, settings, backend=self.backend, memory=memory)
        given = source.instance if source.instance is not None else source.factory
        own = getattr(given, "fingerprint", None)
        return digest_of({"own": own, "settings": settings}) if isinstance(own, str) else None

    def _settings(self) -> dict[str, object]:
        raise NotImplementedError

    def _settings_of(self, kind: str) -> dict[str, object]:
        """Those that values of this kind depend on."""
        return self._settings()

    def _load(self) -> Any:
        raise NotImplementedError

    def _options(self) -> dict[str, Any]:
        if self.source.path is None:
            self._check_applied()
            return {}
        return loading_options(
            dtype=self.dtype,
            device=self.device,
            backend=self.backend,
            trust_remote_code=self.trust_remote_code,
        )

    def _check_applied(self) -> None:
        """Refuse what loading alone could have done to an object that is there already."""
        asked = {"backend": self.backend, "dtype": self.dtype}
        for name, value in asked.items():
            if value in ("onnx", "openvino", "float16"):
                raise SettingsError(
                    f"{name} {value!r} cannot be applied to {self.name}, which is loaded already;"
                    " set it where the object is made"
                )

    def _precision(self) -> AbstractContextManager[object]:
        return precision(self.dtype, self.device)

    def complete(self, kind: str, keys: Sequence[bytes], compute: Compute) -> Array:
        """The value of each key, from the store where there is one, else computed; see `Store`.

        Raises:
            ModelError: the model is nowhere to be found, cannot be loaded, or returns values of
                another form than are stored.
            SettingsError: the store cannot be written, or the disk is full.

        >>> import numpy as np
        >>> keys = [text_key(text) for text in ("a", "bb", "a")]
        >>> lengths = np.array([1.0, 2.0])
        >>> model = ModelHandle("model")
        >>> model.complete("length", keys, lambda positions: [(positions, lengths)]).tolist()
        [1.0, 2.0, 1.0]
        """
        own = self._stored_as(kind)
        if self.cache is None or own is None:
            return collect(keys, compute)
        return self.cache.complete(own, self._where(kind), keys, compute, model=self.name)

    def complete_ragged(
        self, kind: str, texts: Sequence[str], encode: Callable[[list[str]], RaggedBatches]
    ) -> Ragged:
        """What each text is encoded to, several rows a text; distinct texts not stored are encoded.

        Args:
            kind: what the values are.
            texts: any number of times each.
            encode: given distinct texts, yields (positions, arrays) batch by batch.

        Raises:
            DataError: a text that is not a string.
            ModelError: as `complete`.
            SettingsError: as `complete`.
        """
        given = check_texts(texts)

        def compute(positions: list[int]) -> RaggedBatches:
            for part, values in encode([given[i] for i in positions]):
                yield [positions[i] for i in part], values

        return self.complete_rows(kind, [text_key(text) for text in given], compute)

    def complete_rows(self, kind: str, keys: Sequence[bytes], compute: ComputeRagged) -> Ragged:
        """The value of each key, several rows each, from the store or computed.

        Raises:
            ModelError: as `complete`.
            SettingsError: as `complete`.
        """
        own = self._stored_as(kind)
        if self.cache is None or own is None:
            return collect_ragged(keys, compute)
        where = self._where(kind)
        return self.cache.complete_ragged(own, where, keys, compute, model=self.name)

    def _stored_as(self, kind: str) -> str | None:
        """The fingerprint under which values of this kind are stored; None for not at all."""
        if self.cache is None:
            return None
        settings = self._settings_of(kind)
        if settings == self._settings():
            return self.fingerprint
        return self._once(f"fingerprint of {kind}", lambda: self._fingerprint(settings))

    def _where(self, kind: str) -> str:
        # Devices round differently, so that one asked for by name has its own entries. Which one is
        # used otherwise only torch could tell, and what is stored must be served without it: the
        # entries of the first device are then served on every other.
        return f"{kind}@{self.device}" if self.device else kind

    def _once(self, what: str, make: Callable[[], Value]) -> Value:
        with self._guard:
            if what not in self._known:
                self._known[what] = make()
            known: Value = self._known[what]
            return known


def check_texts(texts: Sequence[str]) -> list[str]:
    """The texts as a list.

    Raises:
        DataError: one string instead of several, or an element that is no string.
    """
    if isinstance(texts, str):
        raise DataError("texts is one string; give a list of strings")
    for position, text in enumerate(texts):
        if not isinstance(text, str):
            raise DataError(f"text {position} is {type(text).__name__}, not a string")
    return list(texts)
