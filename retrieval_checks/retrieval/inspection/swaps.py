"""Two pipelines whose stages are exchanged one at a time."""

from dataclasses import replace

from retrieval_checks.errors import SettingsError
from retrieval_checks.retrieval.pipeline import Pipeline


def swapped_stages(current: object, candidate: object) -> dict[str, Pipeline]:
    """By stage, the current pipeline with only that stage of the candidate.

    Stages that are one and the same object are left out.

    Raises:
        SettingsError: a retriever that is no `Pipeline`, or other names of stages: then no single
            stage can be exchanged.

    >>> from retrieval_checks.data.collection import Corpus
    >>> from retrieval_checks.retrieval.lexical import BM25Retriever
    >>> corpus = Corpus.from_dict({"d1": "cats purr"})
    >>> one, other = (Pipeline({"bm25": BM25Retriever(corpus, b=b)}) for b in (0.4, 0.75))
    >>> list(swapped_stages(one, other)), list(swapped_stages(one, one))
    (['bm25'], [])
    """
    for retriever in (current, candidate):
        if not isinstance(retriever, Pipeline):
            raise SettingsError(f"{type(retriever).__name__} is no Pipeline of named stages")
    assert isinstance(current, Pipeline)  # noqa: S101  # for the type checker
    assert isinstance(candidate, Pipeline)  # noqa: S101  # for the type checker
    before, now = (" > ".join(pipeline.stages) for pipeline in (current, candidate))
    if before != now:
        raise SettingsError(f"the stages have not the same names: {before}, then {now}")
    return {
        name: replace(current, stages={**current.stages, name: candidate.stages[name]})
        for name, stage in current.stages.items()
        if candidate.stages[name] is not stage
    }
