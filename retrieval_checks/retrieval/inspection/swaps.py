"""Two pipelines whose stages are exchanged one at a time."""

from dataclasses import replace

from retrieval_checks.retrieval.pipeline import Pipeline


def swapped_stages(current: Pipeline, candidate: Pipeline) -> dict[str, Pipeline]:
    """By stage, the current pipeline with only that stage of the candidate.

    Stages that are one and the same object are left out, and so is everything where the two have
    not the same stages by name: then no single one can be exchanged.

    >>> from retrieval_checks.data.collection import Corpus
    >>> from retrieval_checks.retrieval.lexical import BM25Retriever
    >>> corpus = Corpus.from_dict({"d1": "cats purr"})
    >>> one, other = (Pipeline({"bm25": BM25Retriever(corpus, b=b)}) for b in (0.4, 0.75))
    >>> list(swapped_stages(one, other)), list(swapped_stages(one, one))
    (['bm25'], [])
    """
    if list(current.stages) != list(candidate.stages):
        return {}
    return {
        name: replace(current, stages={**current.stages, name: candidate.stages[name]})
        for name, stage in current.stages.items()
        if candidate.stages[name] is not stage
    }
