"""Where a change comes from: candidates or reranker, which stage, index or embedding, fusion."""

from retrieval_checks.comparison.attribution.documents import MovedDocument as MovedDocument
from retrieval_checks.comparison.attribution.losses.fusion import FusionLoss as FusionLoss
from retrieval_checks.comparison.attribution.losses.fusion import LostDocument as LostDocument
from retrieval_checks.comparison.attribution.losses.fusion import fusion_loss as fusion_loss
from retrieval_checks.comparison.attribution.losses.index import IndexLoss as IndexLoss
from retrieval_checks.comparison.attribution.losses.index import index_loss as index_loss
from retrieval_checks.comparison.attribution.stages import Attribution as Attribution
from retrieval_checks.comparison.attribution.stages import attribute as attribute
from retrieval_checks.comparison.attribution.two_stage import TwoStage as TwoStage
from retrieval_checks.comparison.attribution.two_stage import two_stage as two_stage
