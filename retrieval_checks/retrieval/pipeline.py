"""`Pipeline`: retrieval in named stages, each of whose runs is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Self

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.run import Run
from retrieval_checks.errors import SettingsError
from retrieval_checks.retrieval.fusion import move
from retrieval_checks.retrieval.protocols import Retriever, Stage
from retrieval_checks.retrieval.search.cut import check_k


@dataclass(frozen=True, eq=False)
class Pipeline:
    """A retriever followed by rerankers; itself a retriever.

    The first stage gives each reranker the candidates it wants: as many as the deepest one takes,
    and at least the k that is asked for.

    Args:
        stages: by name: a retriever, then any number of rerankers.
        corpus: where rerankers read the documents; the retriever's own unless given.
        name: what reports call the run; the stages' names joined by `" > "` unless given.

    Raises:
        SettingsError: no stage, a first stage that does not retrieve, a later one that does not
            rerank, or rerankers without a corpus.

    >>> from retrieval_checks.retrieval.lexical import BM25Retriever
    >>> corpus = Corpus.from_dict({"d1": "cats purr", "d2": "dogs bark"})
    >>> pipeline = Pipeline({"bm25": BM25Retriever(corpus)})
    >>> pipeline.retrieve(Queries.from_dict({"q": "purr"}), 10).ranking("q")
    ('d1',)
    """

    stages: Mapping[str, Retriever | Stage]
    corpus: Corpus | None = field(default=None, kw_only=True)
    name: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        stages = dict(self.stages)
        if not stages:
            raise SettingsError("a pipeline needs at least one stage, a retriever")
        first_name, *later = stages
        first = stages[first_name]
        if not isinstance(first, Retriever):
            raise SettingsError(
                f"stage {first_name!r} is {type(first).__name__}; the first stage must have"
                " retrieve(queries, k)"
            )
        for name in later:
            if not isinstance(stages[name], Stage):
                raise SettingsError(
                    f"stage {name!r} is {type(stages[name]).__name__}; a later stage must have"
                    " rerank(run, queries, corpus) and depth"
                )
        corpus = self.corpus if self.corpus is not None else getattr(first, "corpus", None)
        if later and corpus is None:
            raise SettingsError(f"stage {later[0]!r} reads documents; give the pipeline a corpus")
        object.__setattr__(self, "stages", MappingProxyType(stages))
        object.__setattr__(self, "corpus", corpus)
        object.__setattr__(self, "name", self.name or " > ".join(stages))

    def __getstate__(self) -> dict[str, Any]:
        """Read-only mappings cannot be pickled."""
        return {**self.__dict__, "stages": dict(self.stages)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, stages=MappingProxyType(state["stages"]))

    @property
    def retriever(self) -> Retriever:
        """The first stage."""
        first: Retriever = next(iter(self.stages.values()))  # type: ignore[assignment]  # checked
        return first

    @property
    def rerankers(self) -> dict[str, Stage]:
        """The later stages, by name, in order."""
        return dict(list(self.stages.items())[1:])  # type: ignore[arg-type]  # checked

    def retrieve(self, queries: Queries, k: int, /) -> Run:
        """At most `k` documents a query, as the last stage orders them.

        Raises:
            SettingsError: k below 1.
        """
        *_, last = self.retrieve_stages(queries, k).values()
        return last.top(k).renamed(self.name)

    def retrieve_stages(self, queries: Queries, k: int, /) -> dict[str, Run]:
        """The run of every stage, by name, in order; each as deep as the deepest stage needs.

        Raises:
            SettingsError: k below 1.
        """
        depth = max([check_k(k), *(stage.depth for stage in self.rerankers.values())])
        run = self.retriever.retrieve(queries, depth)
        runs = {next(iter(self.stages)): run}
        for name, stage in self.rerankers.items():
            assert self.corpus is not None  # noqa: S101  # checked when built
            run = stage.rerank(run, queries, self.corpus)
            runs[name] = run
        return {name: run.renamed(name) for name, run in runs.items()}

    def over(self, corpus: Corpus, /) -> Self:
        """The same stages over another corpus.

        Raises:
            SettingsError: a first stage that cannot be had over another corpus.
        """
        first = next(iter(self.stages))
        stages = {**self.stages, first: move(self.retriever, corpus)}
        return replace(self, stages=stages, corpus=corpus)
