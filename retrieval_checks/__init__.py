"""Checks for retrieval pipelines, in pytest.

The public names, each imported when it is first used: `import retrieval_checks` loads nothing else.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval_checks.comparison.assertions import assert_no_regression as assert_no_regression
    from retrieval_checks.comparison.attribution import Attribution as Attribution
    from retrieval_checks.comparison.attribution import FusionLoss as FusionLoss
    from retrieval_checks.comparison.attribution import IndexLoss as IndexLoss
    from retrieval_checks.comparison.attribution import TwoStage as TwoStage
    from retrieval_checks.comparison.attribution import attribute as attribute
    from retrieval_checks.comparison.attribution import fusion_loss as fusion_loss
    from retrieval_checks.comparison.attribution import index_loss as index_loss
    from retrieval_checks.comparison.attribution import two_stage as two_stage
    from retrieval_checks.comparison.baseline import Baseline as Baseline
    from retrieval_checks.comparison.baseline import load_baseline as load_baseline
    from retrieval_checks.comparison.compare import compare as compare
    from retrieval_checks.comparison.depths.curve import DepthCurve as DepthCurve
    from retrieval_checks.comparison.depths.curve import DepthPoint as DepthPoint
    from retrieval_checks.comparison.depths.curve import depth_curve as depth_curve
    from retrieval_checks.comparison.gates import Gate as Gate
    from retrieval_checks.comparison.gates import parse_gate as parse_gate
    from retrieval_checks.comparison.significance import Decision as Decision
    from retrieval_checks.comparison.significance import decide as decide
    from retrieval_checks.comparison.upgrade import System as System
    from retrieval_checks.comparison.upgrade import Upgrade as Upgrade
    from retrieval_checks.comparison.upgrade import judge_upgrade as judge_upgrade
    from retrieval_checks.contracts.index.recall import check_index_recall as check_index_recall
    from retrieval_checks.contracts.parity.encoders import (
        assert_encoder_parity as assert_encoder_parity,
    )
    from retrieval_checks.contracts.parity.encoders import (
        check_encoder_parity as check_encoder_parity,
    )
    from retrieval_checks.contracts.robustness.queries import (
        assert_query_robustness as assert_query_robustness,
    )
    from retrieval_checks.contracts.robustness.queries import (
        check_query_robustness as check_query_robustness,
    )
    from retrieval_checks.data.collection import Collection as Collection
    from retrieval_checks.data.collection import Corpus as Corpus
    from retrieval_checks.data.collection import Document as Document
    from retrieval_checks.data.collection import Queries as Queries
    from retrieval_checks.data.fingerprint import fingerprint as fingerprint
    from retrieval_checks.data.formats.beir import read_beir as read_beir
    from retrieval_checks.data.formats.beir import write_beir as write_beir
    from retrieval_checks.data.formats.foreign.evaluator import (
        collection_from_evaluator as collection_from_evaluator,
    )
    from retrieval_checks.data.formats.foreign.ir_datasets import (
        read_ir_datasets as read_ir_datasets,
    )
    from retrieval_checks.data.formats.foreign.llama_index import (
        read_llama_index as read_llama_index,
    )
    from retrieval_checks.data.formats.foreign.ragas import read_ragas as read_ragas
    from retrieval_checks.data.formats.foreign.ranx import qrels_from_ranx as qrels_from_ranx
    from retrieval_checks.data.formats.foreign.ranx import qrels_to_ranx as qrels_to_ranx
    from retrieval_checks.data.formats.foreign.ranx import run_from_ranx as run_from_ranx
    from retrieval_checks.data.formats.foreign.ranx import run_to_ranx as run_to_ranx
    from retrieval_checks.data.formats.foreign.whole_grades import whole_grades as whole_grades
    from retrieval_checks.data.formats.jsonl import read_jsonl_corpus as read_jsonl_corpus
    from retrieval_checks.data.formats.jsonl import read_jsonl_qrels as read_jsonl_qrels
    from retrieval_checks.data.formats.jsonl import read_jsonl_queries as read_jsonl_queries
    from retrieval_checks.data.formats.jsonl import read_jsonl_run as read_jsonl_run
    from retrieval_checks.data.formats.jsonl import write_jsonl_corpus as write_jsonl_corpus
    from retrieval_checks.data.formats.jsonl import write_jsonl_qrels as write_jsonl_qrels
    from retrieval_checks.data.formats.jsonl import write_jsonl_queries as write_jsonl_queries
    from retrieval_checks.data.formats.jsonl import write_jsonl_run as write_jsonl_run
    from retrieval_checks.data.formats.labelled_csv import read_labelled_csv as read_labelled_csv
    from retrieval_checks.data.formats.labelled_csv import write_labelled_csv as write_labelled_csv
    from retrieval_checks.data.formats.loading import load_collection as load_collection
    from retrieval_checks.data.formats.tables.folders import read_table_folder as read_table_folder
    from retrieval_checks.data.formats.tables.hugging_face import (
        read_hugging_face as read_hugging_face,
    )
    from retrieval_checks.data.formats.tables.parquet import (
        write_parquet_qrels as write_parquet_qrels,
    )
    from retrieval_checks.data.formats.tables.parquet import write_parquet_run as write_parquet_run
    from retrieval_checks.data.formats.tables.reading import read_table_corpus as read_table_corpus
    from retrieval_checks.data.formats.tables.reading import read_table_qrels as read_table_qrels
    from retrieval_checks.data.formats.tables.reading import (
        read_table_queries as read_table_queries,
    )
    from retrieval_checks.data.formats.tables.reading import read_table_run as read_table_run
    from retrieval_checks.data.formats.trec import read_trec_qrels as read_trec_qrels
    from retrieval_checks.data.formats.trec import read_trec_run as read_trec_run
    from retrieval_checks.data.formats.trec import write_trec_qrels as write_trec_qrels
    from retrieval_checks.data.formats.trec import write_trec_run as write_trec_run
    from retrieval_checks.data.qrels import Qrels as Qrels
    from retrieval_checks.data.run import Run as Run
    from retrieval_checks.encoding.models import BiEncoder as BiEncoder
    from retrieval_checks.encoding.models import CrossEncoderModel as CrossEncoderModel
    from retrieval_checks.encoding.models import LateInteraction as LateInteraction
    from retrieval_checks.encoding.models import SparseEncoderModel as SparseEncoderModel
    from retrieval_checks.encoding.store import Store as Store
    from retrieval_checks.errors import DataError as DataError
    from retrieval_checks.errors import MetricError as MetricError
    from retrieval_checks.errors import MissingDependencyError as MissingDependencyError
    from retrieval_checks.errors import ModelError as ModelError
    from retrieval_checks.errors import NotComparableError as NotComparableError
    from retrieval_checks.errors import RetrievalAssertionError as RetrievalAssertionError
    from retrieval_checks.errors import RetrievalChecksError as RetrievalChecksError
    from retrieval_checks.errors import SettingsError as SettingsError
    from retrieval_checks.judgement.assertions import (
        assert_accuracy_at_least as assert_accuracy_at_least,
    )
    from retrieval_checks.judgement.assertions import assert_map_at_least as assert_map_at_least
    from retrieval_checks.judgement.assertions import (
        assert_metric_at_least as assert_metric_at_least,
    )
    from retrieval_checks.judgement.assertions import assert_mrr_at_least as assert_mrr_at_least
    from retrieval_checks.judgement.assertions import assert_ndcg_at_least as assert_ndcg_at_least
    from retrieval_checks.judgement.assertions import (
        assert_not_ranked_within as assert_not_ranked_within,
    )
    from retrieval_checks.judgement.assertions import (
        assert_precision_at_least as assert_precision_at_least,
    )
    from retrieval_checks.judgement.assertions import assert_ranked_above as assert_ranked_above
    from retrieval_checks.judgement.assertions import assert_ranked_within as assert_ranked_within
    from retrieval_checks.judgement.assertions import assert_rankings_agree as assert_rankings_agree
    from retrieval_checks.judgement.assertions import (
        assert_recall_at_least as assert_recall_at_least,
    )
    from retrieval_checks.judgement.assertions import (
        assert_reranker_improves as assert_reranker_improves,
    )
    from retrieval_checks.judgement.metric_checks import (
        check_metric_at_least as check_metric_at_least,
    )
    from retrieval_checks.judgement.rank_checks import (
        check_not_ranked_within as check_not_ranked_within,
    )
    from retrieval_checks.judgement.rank_checks import check_ranked_above as check_ranked_above
    from retrieval_checks.judgement.rank_checks import check_ranked_within as check_ranked_within
    from retrieval_checks.judgement.run_checks import check_rankings_agree as check_rankings_agree
    from retrieval_checks.judgement.run_checks import (
        check_reranker_improves as check_reranker_improves,
    )
    from retrieval_checks.judgement.verdict import Verdict as Verdict
    from retrieval_checks.metrics.agreement import jaccard_at as jaccard_at
    from retrieval_checks.metrics.agreement import kendall_tau as kendall_tau
    from retrieval_checks.metrics.agreement import overlap_at as overlap_at
    from retrieval_checks.metrics.agreement import rbo as rbo
    from retrieval_checks.metrics.agreement import rbo_bounds as rbo_bounds
    from retrieval_checks.metrics.agreement import tau_ap as tau_ap
    from retrieval_checks.metrics.agreement import top_1_churn as top_1_churn
    from retrieval_checks.metrics.evaluation import Evaluation as Evaluation
    from retrieval_checks.metrics.evaluation import evaluate as evaluate
    from retrieval_checks.metrics.formula import formula as formula
    from retrieval_checks.metrics.metric import Metric as Metric
    from retrieval_checks.metrics.metric import parse_metric as parse_metric
    from retrieval_checks.metrics.ranked import RankedRelevance as RankedRelevance
    from retrieval_checks.metrics.slices import slices as slices
    from retrieval_checks.metrics.ties import TieBand as TieBand
    from retrieval_checks.metrics.ties import tie_band as tie_band
    from retrieval_checks.metrics.unjudged import PairToJudge as PairToJudge
    from retrieval_checks.metrics.unjudged import UnjudgedBand as UnjudgedBand
    from retrieval_checks.metrics.unjudged import pairs_to_judge as pairs_to_judge
    from retrieval_checks.metrics.unjudged import unjudged_band as unjudged_band
    from retrieval_checks.retrieval.adapters.any_retriever import as_retriever as as_retriever
    from retrieval_checks.retrieval.adapters.databases.lancedb import (
        LanceDbRetriever as LanceDbRetriever,
    )
    from retrieval_checks.retrieval.adapters.databases.pgvector import (
        PgVectorRetriever as PgVectorRetriever,
    )
    from retrieval_checks.retrieval.adapters.databases.qdrant import (
        QdrantRetriever as QdrantRetriever,
    )
    from retrieval_checks.retrieval.adapters.function import FunctionRetriever as FunctionRetriever
    from retrieval_checks.retrieval.adapters.haystack import HaystackRetriever as HaystackRetriever
    from retrieval_checks.retrieval.adapters.hits import SearchError as SearchError
    from retrieval_checks.retrieval.adapters.http.endpoint import HttpRetriever as HttpRetriever
    from retrieval_checks.retrieval.adapters.http.sending import HttpLimits as HttpLimits
    from retrieval_checks.retrieval.adapters.langchain import (
        LangChainRetriever as LangChainRetriever,
    )
    from retrieval_checks.retrieval.adapters.llama_index import (
        LlamaIndexRetriever as LlamaIndexRetriever,
    )
    from retrieval_checks.retrieval.adapters.trec_file import TrecFileRetriever as TrecFileRetriever
    from retrieval_checks.retrieval.cluster.dense import RayDenseRetriever as RayDenseRetriever
    from retrieval_checks.retrieval.cluster.dense import on_ray as on_ray
    from retrieval_checks.retrieval.cluster.files import CorpusFiles as CorpusFiles
    from retrieval_checks.retrieval.cluster.session import ray_session as ray_session
    from retrieval_checks.retrieval.dense import DenseRetriever as DenseRetriever
    from retrieval_checks.retrieval.fusion import Hybrid as Hybrid
    from retrieval_checks.retrieval.fusion import fuse as fuse
    from retrieval_checks.retrieval.indexes.approximate import (
        ApproximateRetriever as ApproximateRetriever,
    )
    from retrieval_checks.retrieval.indexes.libraries import HNSW as HNSW
    from retrieval_checks.retrieval.indexes.libraries import IVF as IVF
    from retrieval_checks.retrieval.indexes.libraries import USearch as USearch
    from retrieval_checks.retrieval.indexes.multi_vector import (
        MultiVectorRetriever as MultiVectorRetriever,
    )
    from retrieval_checks.retrieval.indexes.sparse import SparseRetriever as SparseRetriever
    from retrieval_checks.retrieval.inspection.curve import depth_costs as depth_costs
    from retrieval_checks.retrieval.inspection.curve import rerank_at_depths as rerank_at_depths
    from retrieval_checks.retrieval.lexical import BM25Retriever as BM25Retriever
    from retrieval_checks.retrieval.pipeline import Pipeline as Pipeline
    from retrieval_checks.retrieval.rerank import Reranker as Reranker

_MODULES = {
    "assert_no_regression": "comparison.assertions",
    "Attribution": "comparison.attribution",
    "FusionLoss": "comparison.attribution",
    "IndexLoss": "comparison.attribution",
    "TwoStage": "comparison.attribution",
    "attribute": "comparison.attribution",
    "fusion_loss": "comparison.attribution",
    "index_loss": "comparison.attribution",
    "two_stage": "comparison.attribution",
    "Baseline": "comparison.baseline",
    "load_baseline": "comparison.baseline",
    "compare": "comparison.compare",
    "DepthCurve": "comparison.depths.curve",
    "DepthPoint": "comparison.depths.curve",
    "depth_curve": "comparison.depths.curve",
    "Gate": "comparison.gates",
    "parse_gate": "comparison.gates",
    "Decision": "comparison.significance",
    "decide": "comparison.significance",
    "System": "comparison.upgrade",
    "Upgrade": "comparison.upgrade",
    "judge_upgrade": "comparison.upgrade",
    "check_index_recall": "contracts.index.recall",
    "assert_encoder_parity": "contracts.parity.encoders",
    "check_encoder_parity": "contracts.parity.encoders",
    "assert_query_robustness": "contracts.robustness.queries",
    "check_query_robustness": "contracts.robustness.queries",
    "Collection": "data.collection",
    "Corpus": "data.collection",
    "Document": "data.collection",
    "Queries": "data.collection",
    "fingerprint": "data.fingerprint",
    "read_beir": "data.formats.beir",
    "write_beir": "data.formats.beir",
    "collection_from_evaluator": "data.formats.foreign.evaluator",
    "read_ir_datasets": "data.formats.foreign.ir_datasets",
    "read_llama_index": "data.formats.foreign.llama_index",
    "read_ragas": "data.formats.foreign.ragas",
    "qrels_from_ranx": "data.formats.foreign.ranx",
    "qrels_to_ranx": "data.formats.foreign.ranx",
    "run_from_ranx": "data.formats.foreign.ranx",
    "run_to_ranx": "data.formats.foreign.ranx",
    "whole_grades": "data.formats.foreign.whole_grades",
    "read_jsonl_corpus": "data.formats.jsonl",
    "read_jsonl_qrels": "data.formats.jsonl",
    "read_jsonl_queries": "data.formats.jsonl",
    "read_jsonl_run": "data.formats.jsonl",
    "write_jsonl_corpus": "data.formats.jsonl",
    "write_jsonl_qrels": "data.formats.jsonl",
    "write_jsonl_queries": "data.formats.jsonl",
    "write_jsonl_run": "data.formats.jsonl",
    "read_labelled_csv": "data.formats.labelled_csv",
    "write_labelled_csv": "data.formats.labelled_csv",
    "load_collection": "data.formats.loading",
    "read_table_folder": "data.formats.tables.folders",
    "read_hugging_face": "data.formats.tables.hugging_face",
    "write_parquet_qrels": "data.formats.tables.parquet",
    "write_parquet_run": "data.formats.tables.parquet",
    "read_table_corpus": "data.formats.tables.reading",
    "read_table_qrels": "data.formats.tables.reading",
    "read_table_queries": "data.formats.tables.reading",
    "read_table_run": "data.formats.tables.reading",
    "read_trec_qrels": "data.formats.trec",
    "read_trec_run": "data.formats.trec",
    "write_trec_qrels": "data.formats.trec",
    "write_trec_run": "data.formats.trec",
    "Qrels": "data.qrels",
    "Run": "data.run",
    "BiEncoder": "encoding.models",
    "CrossEncoderModel": "encoding.models",
    "LateInteraction": "encoding.models",
    "SparseEncoderModel": "encoding.models",
    "Store": "encoding.store",
    "DataError": "errors",
    "MetricError": "errors",
    "MissingDependencyError": "errors",
    "ModelError": "errors",
    "NotComparableError": "errors",
    "RetrievalAssertionError": "errors",
    "RetrievalChecksError": "errors",
    "SettingsError": "errors",
    "assert_accuracy_at_least": "judgement.assertions",
    "assert_map_at_least": "judgement.assertions",
    "assert_metric_at_least": "judgement.assertions",
    "assert_mrr_at_least": "judgement.assertions",
    "assert_ndcg_at_least": "judgement.assertions",
    "assert_not_ranked_within": "judgement.assertions",
    "assert_precision_at_least": "judgement.assertions",
    "assert_ranked_above": "judgement.assertions",
    "assert_ranked_within": "judgement.assertions",
    "assert_rankings_agree": "judgement.assertions",
    "assert_recall_at_least": "judgement.assertions",
    "assert_reranker_improves": "judgement.assertions",
    "check_metric_at_least": "judgement.metric_checks",
    "check_not_ranked_within": "judgement.rank_checks",
    "check_ranked_above": "judgement.rank_checks",
    "check_ranked_within": "judgement.rank_checks",
    "check_rankings_agree": "judgement.run_checks",
    "check_reranker_improves": "judgement.run_checks",
    "Verdict": "judgement.verdict",
    "jaccard_at": "metrics.agreement",
    "kendall_tau": "metrics.agreement",
    "overlap_at": "metrics.agreement",
    "rbo": "metrics.agreement",
    "rbo_bounds": "metrics.agreement",
    "tau_ap": "metrics.agreement",
    "top_1_churn": "metrics.agreement",
    "Evaluation": "metrics.evaluation",
    "evaluate": "metrics.evaluation",
    "formula": "metrics.formula",
    "Metric": "metrics.metric",
    "parse_metric": "metrics.metric",
    "RankedRelevance": "metrics.ranked",
    "slices": "metrics.slices",
    "TieBand": "metrics.ties",
    "tie_band": "metrics.ties",
    "PairToJudge": "metrics.unjudged",
    "UnjudgedBand": "metrics.unjudged",
    "pairs_to_judge": "metrics.unjudged",
    "unjudged_band": "metrics.unjudged",
    "as_retriever": "retrieval.adapters.any_retriever",
    "LanceDbRetriever": "retrieval.adapters.databases.lancedb",
    "PgVectorRetriever": "retrieval.adapters.databases.pgvector",
    "QdrantRetriever": "retrieval.adapters.databases.qdrant",
    "FunctionRetriever": "retrieval.adapters.function",
    "HaystackRetriever": "retrieval.adapters.haystack",
    "SearchError": "retrieval.adapters.hits",
    "HttpRetriever": "retrieval.adapters.http.endpoint",
    "HttpLimits": "retrieval.adapters.http.sending",
    "LangChainRetriever": "retrieval.adapters.langchain",
    "LlamaIndexRetriever": "retrieval.adapters.llama_index",
    "TrecFileRetriever": "retrieval.adapters.trec_file",
    "RayDenseRetriever": "retrieval.cluster.dense",
    "on_ray": "retrieval.cluster.dense",
    "CorpusFiles": "retrieval.cluster.files",
    "ray_session": "retrieval.cluster.session",
    "DenseRetriever": "retrieval.dense",
    "Hybrid": "retrieval.fusion",
    "fuse": "retrieval.fusion",
    "ApproximateRetriever": "retrieval.indexes.approximate",
    "HNSW": "retrieval.indexes.libraries",
    "IVF": "retrieval.indexes.libraries",
    "USearch": "retrieval.indexes.libraries",
    "MultiVectorRetriever": "retrieval.indexes.multi_vector",
    "SparseRetriever": "retrieval.indexes.sparse",
    "depth_costs": "retrieval.inspection.curve",
    "rerank_at_depths": "retrieval.inspection.curve",
    "BM25Retriever": "retrieval.lexical",
    "Pipeline": "retrieval.pipeline",
    "Reranker": "retrieval.rerank",
}

__all__ = tuple(sorted(_MODULES))


def __getattr__(name: str) -> object:
    """Import a public name from the module that has it (PEP 562)."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"retrieval_checks.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names beside the module's own."""
    return sorted([*globals(), *_MODULES])
