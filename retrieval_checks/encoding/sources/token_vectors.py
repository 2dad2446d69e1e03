"""Which token vectors of a model late interaction compares, and the model that gives them."""

import copy
import string
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from retrieval_checks.errors import ModelError, SettingsError

LAYER = -2  # the last but one: what the last one is trained for is its mean
PUNCTUATION = tuple(string.punctuation)


@dataclass(frozen=True, slots=True)
class TokenOptions:
    """What is chosen of a transformer's token vectors; None for the default of each.

    Raises:
        SettingsError: a length below 1; words to skip that are one text.

    >>> TokenOptions(skip=["the"]).skip
    ('the',)
    """

    layer: int | None = None
    skip: Sequence[str] | None = None
    query_length: int | None = None
    document_length: int | None = None

    def __post_init__(self) -> None:
        for name in ("query_length", "document_length"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise SettingsError(f"{name} must be at least 1 token, got {value}")
        if isinstance(self.skip, str):
            raise SettingsError(f"skip is a list of words, got the text {self.skip!r}")
        if self.skip is not None:
            object.__setattr__(self, "skip", tuple(self.skip))

    @property
    def given(self) -> dict[str, object]:
        """Those that are not left at their default."""
        named = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in named.items() if value is not None}

    @property
    def skipped(self) -> tuple[str, ...]:
        """The words whose tokens are left out of documents: punctuation unless others are given."""
        return PUNCTUATION if self.skip is None else tuple(self.skip)

    @property
    def settings(self) -> dict[str, object]:
        """All that decides the vectors, each default as what it stands for."""
        layer = LAYER if self.layer is None else self.layer
        lengths = [self.query_length, self.document_length]
        return {"layer": layer, "skip": list(self.skipped), "lengths": lengths}


def as_multi_vector(model: Any, name: str, options: TokenOptions) -> Any:
    """The model itself if it is multi-vector; else its transformer's token vectors, unprojected.

    MultiVectorEncoder would convert a bi-encoder by appending a randomly initialised projection to
    128 dimensions, which is of use only to training. Here the tokens' own vectors are scored, of
    unit length, those of skipped words left out on the document side as in ColBERT.

    Raises:
        ModelError: there is no transformer inside whose token vectors could be used.
        SettingsError: a layer that it has not; options for a model that is multi-vector already.
    """
    if is_multi_vector(model):
        if options.given:
            raise SettingsError(
                f"model {name!r} is multi-vector: {', '.join(options.given)} would change what it"
                " was trained for; set it where the model is made"
            )
        return model
    from sentence_transformers import MultiVectorEncoder
    from sentence_transformers.base.modules import Normalize, Transformer
    from sentence_transformers.multi_vector_encoder.modules import MultiVectorMask

    transformer = model[0] if hasattr(model, "__getitem__") and len(model) else None
    if not isinstance(transformer, Transformer):
        raise ModelError(
            f"model {name!r} ({type(model).__name__}) has no token vectors for late interaction;"
            " give a MultiVectorEncoder, or a SentenceTransformer that begins with a transformer"
        )
    # Words that are one token: everything in string.punctuation is, in the usual vocabularies
    mask = MultiVectorMask(skiplist_words=list(options.skipped))
    tail = [mask, Normalize(module_input_name="token_embeddings")]
    prompts = {side: prompt or "" for side, prompt in model.prompts.items()}
    return MultiVectorEncoder(
        modules=[_told(transformer, options, name), *tail],
        prompts=prompts,
        device=str(model.device),
    )


def is_multi_vector(model: Any) -> bool:
    """Whether a loaded model compares by token vectors of its own."""
    if not hasattr(model, "modules"):  # a user's own, no sentence-transformer
        return hasattr(model, "encode_query") and hasattr(model, "encode_document")
    from sentence_transformers import MultiVectorEncoder

    return isinstance(model, MultiVectorEncoder)


def _told(transformer: Any, options: TokenOptions, name: str) -> Any:
    """The same transformer, which gives these token vectors; the one given stays as it is."""
    twin = copy.copy(transformer)
    twin.query_length, twin.document_length = options.query_length, options.document_length
    layer = layer_of(transformer, options, name)
    if layer != -1:  # the last one is what it gives by itself
        path = {"method_output_name": ["hidden_states", layer]}
        known = twin.modality_config.items()
        twin.modality_config = {
            kind: {**how, **path} if kind in ("text", "message") else how for kind, how in known
        }
    return twin


def layer_of(transformer: Any, options: TokenOptions, name: str) -> int:
    """The position among the hidden states, of which the first are the token embeddings."""
    if transformer.backend != "torch":  # exports have the last layer only
        if options.layer not in (None, -1):
            raise SettingsError(
                f"layer {options.layer} of model {name!r}: an {transformer.backend} model gives its"
                " last layer only; set layer=-1, or backend='torch'"
            )
        return -1
    layer = LAYER if options.layer is None else options.layer
    count = getattr(transformer.config, "num_hidden_layers", None)
    if isinstance(count, int) and not -count - 1 <= layer <= count:
        raise SettingsError(
            f"layer {layer} of model {name!r}: it has {count}, so that -1 (the last) to"
            f" {-count - 1} (the token embeddings) or 0 to {count} are allowed"
        )
    return layer
