"""`FunctionRetriever`: a plain function as a retriever."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from retrieval_checks.data.collection import Queries
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, SettingsError, listed
from retrieval_checks.retrieval.search.cut import check_k

_SHAPES = (
    "a Run, {query_id: {doc_id: score}}, {query_id: [doc_id, ...]},"
    " or one of these inner ones a query, in the order of the queries"
)


@dataclass(frozen=True, eq=False)
class FunctionRetriever:
    """What a function `(queries, k)` returns, as a Run.

    The function is given `Queries` and a number and may return

    - a `Run`;
    - `{query_id: {doc_id: score}}`, higher is better;
    - `{query_id: [doc_id, ...]}`, best first; the score of rank r is 1 / r;
    - a list with one such inner dict or list a query, in the order of the queries.

    It must answer every query that it was asked and no other; an empty ranking says that nothing
    was found. What is beyond `k` is cut off.

    Args:
        function: called with the queries and the number of documents wanted.
        name: what reports call the run; the function's name unless given.

    Raises:
        SettingsError: not something that can be called.

    >>> search = FunctionRetriever(lambda queries, k: [["d2", "d1"] for _ in queries], name="mine")
    >>> search.retrieve(Queries.from_dict({"q": "cats"}), 1).to_dict()
    {'q': {'d2': 1.0}}
    """

    function: Callable[[Queries, int], object]
    name: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        if not callable(self.function):
            raise SettingsError(
                f"{type(self.function).__name__} cannot be called; give a function (queries, k)"
                f" that returns {_SHAPES}"
            )
        called = getattr(self.function, "__name__", type(self.function).__name__)
        object.__setattr__(self, "name", self.name or str(called))

    def retrieve(self, queries: Queries, k: int, /) -> Run:
        """At most `k` documents a query.

        Raises:
            SettingsError: k below 1.
            DataError: the function returned something else, left out a query, or answered one that
                it was not asked.
        """
        run = self._run(self.function(queries, check_k(k)), queries)
        if missing := [query_id for query_id in queries if query_id not in run]:
            raise DataError(
                f"{self.name} did not answer queries {listed(missing)}; return an empty ranking"
                " for a query that finds nothing"
            )
        if unasked := [query_id for query_id in run if query_id not in queries]:
            raise DataError(f"{self.name} answered queries {listed(unasked)} that it was not asked")
        return run.top(k).renamed(self.name)

    def _run(self, answer: object, queries: Queries) -> Run:
        if isinstance(answer, Run):
            return answer
        if isinstance(answer, Mapping):
            return _from_rankings(answer, self.name)
        if not isinstance(answer, Sequence) or isinstance(answer, str | bytes):
            raise DataError(f"{self.name} returned {type(answer).__name__}; expected {_SHAPES}")
        if len(answer) != len(queries):
            raise DataError(
                f"{self.name} returned {len(answer)} rankings for {len(queries)} queries; give one"
                " list of ids a query"
            )
        return _from_rankings(dict(zip(queries, answer, strict=True)), self.name)


def _from_rankings(rankings: Mapping[str, object], name: str) -> Run:
    """A run from rankings that are all with scores or all without."""
    scored = [query_id for query_id, ranking in rankings.items() if isinstance(ranking, Mapping)]
    if not scored:
        return Run.from_ids(rankings, name=name)  # type: ignore[arg-type]  # it checks them
    if len(scored) < len(rankings):
        plain = next(query_id for query_id in rankings if query_id not in scored)
        raise DataError(
            f"{name} returned scores for query {scored[0]!r} but none for {plain!r};"
            " give scores for all or for none"
        )
    return Run.from_dict(rankings, name=name)  # type: ignore[arg-type]  # it checks them
