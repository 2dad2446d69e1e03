"""Lazy handles of models: what encodes texts and scores pairs."""

from retrieval_checks.encoding.models.bi_encoder import BiEncoder
from retrieval_checks.encoding.models.cross_encoder import CrossEncoderModel
from retrieval_checks.encoding.models.late_interaction import LateInteraction
from retrieval_checks.encoding.models.sparse_encoder import SparseEncoderModel

__all__ = ["BiEncoder", "CrossEncoderModel", "LateInteraction", "SparseEncoderModel"]
