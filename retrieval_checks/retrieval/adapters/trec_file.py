"""`TrecFileRetriever`: the frozen output of another system."""

from dataclasses import dataclass, field
from typing import Any, Literal

from retrieval_checks.data.collection import Queries
from retrieval_checks.data.fingerprint import fingerprint
from retrieval_checks.data.formats.lines import FilePath
from retrieval_checks.data.formats.trec import read_trec_run
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, SettingsError, listed
from retrieval_checks.retrieval.search.cut import check_k

Missing = Literal["error", "empty"]


@dataclass(frozen=True, eq=False)
class TrecFileRetriever:
    r"""The rankings of a TREC run file, read on the first search.

    A ranking is as deep as the file has it, cut at `k`. A TREC file cannot say that a query found
    nothing: it then has no line of it. Whether a query that the file lacks found nothing or was
    never asked is therefore the caller's to say.

    Args:
        path: a TREC run file, plain or gzip.
        missing: `"error"` for a query that the file lacks, or `"empty"` for an empty ranking.
        name: what reports call the run; the file's name unless given.

    Raises:
        SettingsError: `missing` is something else.

    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "bm25.trec"
    >>> _ = path.write_text("q1 Q0 d1 1 9.5 bm25\nq1 Q0 d2 2 7.25 bm25\n")
    >>> TrecFileRetriever(path).retrieve(Queries.from_dict({"q1": "cats"}), 1).to_dict()
    {'q1': {'d1': 9.5}}
    """

    path: FilePath
    missing: Missing = field(default="error", kw_only=True)
    name: str | None = field(default=None, kw_only=True)
    _known: dict[str, Any] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        if self.missing not in ("error", "empty"):
            raise SettingsError(f"missing is {self.missing!r}; allowed: 'error', 'empty'")

    @property
    def fingerprint(self) -> str:
        """The digest of the rankings in the file."""
        return fingerprint(self._run())

    def retrieve(self, queries: Queries, k: int, /) -> Run:
        """The first `k` documents that the file has for each query.

        Raises:
            SettingsError: k below 1.
            DataError: the file lacks a query, or is no TREC file.
        """
        run, width = self._run(), check_k(k)
        absent = [query_id for query_id in queries if query_id not in run]
        if absent and self.missing == "error":
            raise DataError(
                f"{self.path} has no ranking of {len(absent)} of {len(queries)} queries:"
                f" {listed(absent)}; run the system on them too, or say missing='empty' where it"
                " was asked and found nothing"
            )
        there = run.select([query_id for query_id in queries if query_id in run]).top(width)
        if not absent:
            return there
        found = there.to_dict()
        return Run.from_dict({q: found.get(q, {}) for q in queries}, name=run.name)

    def _run(self) -> Run:
        if "run" not in self._known:
            self._known["run"] = read_trec_run(self.path, name=self.name)
        run: Run = self._known["run"]
        return run
