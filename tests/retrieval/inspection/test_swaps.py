"""Two pipelines whose stages are exchanged one at a time."""

import pytest

from retrieval_checks.data.collection import Corpus
from retrieval_checks.errors import SettingsError
from retrieval_checks.retrieval.inspection.swaps import swapped_stages
from retrieval_checks.retrieval.lexical import BM25Retriever
from retrieval_checks.retrieval.pipeline import Pipeline

CORPUS = Corpus.from_dict({"d1": "cats purr"})


def test_a_stage_that_differs_is_exchanged_alone() -> None:
    current, candidate = (Pipeline({"bm25": BM25Retriever(CORPUS, b=b)}) for b in (0.4, 0.75))
    swaps = swapped_stages(current, candidate)
    assert swaps["bm25"].stages["bm25"] is candidate.stages["bm25"]
    assert swapped_stages(current, current) == {}


def test_other_names_and_other_retrievers_are_refused_with_the_reason() -> None:
    bm25 = BM25Retriever(CORPUS)
    pipeline = Pipeline({"bm25": bm25})
    with pytest.raises(SettingsError, match="the stages have not the same names: bm25, then words"):
        swapped_stages(pipeline, Pipeline({"words": bm25}))
    for pair in ((bm25, pipeline), (pipeline, bm25)):
        with pytest.raises(SettingsError, match="BM25Retriever is no Pipeline of named stages"):
            swapped_stages(*pair)
