"""How the vectors of a model are compared, read off its files where it has any."""

from typing import Literal

from retrieval_checks.encoding.handle import ModelHandle
from retrieval_checks.encoding.sources.folder import read_json
from retrieval_checks.errors import ModelError

Similarity = Literal["cosine", "dot"]


def similarity_of(model: ModelHandle, *, unless_said: Similarity) -> Similarity:
    """`"cosine"` or `"dot"`; nothing is loaded where the model's files or factory tell.

    Raises:
        ModelError: it says something else, such as euclidean, which is not searched here.
    """
    said = said_by(model) or unless_said
    if said == "dot_product":
        said = "dot"
    if said not in ("cosine", "dot"):
        raise ModelError(f"model {model.name!r} compares by {said}; allowed: cosine, dot")
    return "dot" if said == "dot" else "cosine"


def said_by(model: ModelHandle) -> str:
    """What the model itself says, an empty text where it says nothing."""
    path = model.source.path
    if path is not None:
        said = read_json(path / "config_sentence_transformers.json").get("similarity_fn_name")
    else:
        given = model.source.factory
        if not hasattr(given, "similarity_fn_name"):
            given = model.load()
        said = getattr(given, "similarity_fn_name", None)
    return str(getattr(said, "value", said) or "")
