"""Collections that the library `ir_datasets` knows by an id, where its cache has them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, NoReturn

from retrieval_checks.data.collection import Collection
from retrieval_checks.data.corpus import Corpus, Document
from retrieval_checks.data.formats.beir import check_known_queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.queries import Queries
from retrieval_checks.errors import DataError, MissingDependencyError, did_you_mean, listed

_ONE_AT_A_TIME = Lock()


def read_ir_datasets(dataset_id: str, *, split: str = "test", download: bool = False) -> Collection:
    """The collection that `ir_datasets` has under an id, such as `beir/scifact/test`.

    Args:
        dataset_id: the id; where it has no judgements, those of `<id>/<split>` are read.
        split: which judgements, where the id does not say it.
        download: whether what its cache lacks may be fetched. Otherwise that is an error.

    Documents have a title where `ir_datasets` gives one beside the text, and else its
    `default_text` as text, as queries have. Judgements of subtopics are kept.

    Raises:
        DataError: an unknown id (with the nearest), one without documents, queries or judgements,
            one that is not cached; an id or a judgement twice.
        MissingDependencyError: without the extra `ir-datasets`.

    >>> read_ir_datasets("no/such-id")
    Traceback (most recent call last):
    ...
    retrieval_checks.errors.DataError: ir-datasets:no/such-id: ir_datasets has no 'no/such-id'; ...
    """
    library = _library()
    found_id, dataset = _dataset(library, dataset_id, split)
    place = f"ir-datasets:{found_id}"
    with _offline(library, place, allowed=download):
        qrels = _qrels(dataset, place)  # first: where they are absent, nothing large is begun
        queries = _queries(dataset.queries_iter(), place)
        corpus = Corpus.from_documents(list(map(_document, dataset.docs_iter())))
    check_known_queries(qrels, queries, f"{place}: qrels", "its queries")
    return Collection(corpus, queries, qrels, name=found_id)


def _dataset(library: Any, dataset_id: str, split: str) -> tuple[str, Any]:
    """The dataset with judgements, and the id that it has."""
    dataset = _found(library, dataset_id)
    if dataset.has_qrels():
        if split not in ("test", dataset_id.split("/")[-1]):
            raise DataError(
                f"ir-datasets:{dataset_id}: has judgements of its own; leave out split={split!r}"
            )
        found_id = dataset_id
    else:
        found_id = f"{dataset_id}/{split}"
        dataset = _found(library, found_id, of=dataset_id)
    absent = [kind for kind in ("docs", "queries", "qrels") if not dataset.has(kind)]
    if absent:
        raise DataError(f"ir-datasets:{found_id}: has no {', '.join(absent)}; name one that has")
    return found_id, dataset


def _found(library: Any, dataset_id: str, *, of: str = "") -> Any:
    try:
        return library.load(dataset_id)
    except KeyError:
        known = sorted(library.registry)
    below = [name for name in known if of and name.startswith(f"{of}/")]
    if of:
        hint = f"below it are {listed(below)}" if below else "none is below it"
        raise DataError(f"ir-datasets:{of}: has no judgements, nor is there {dataset_id!r}; {hint}")
    hint = did_you_mean(dataset_id, known)
    near = hint if hint.startswith("did") else "its ids: https://ir-datasets.com"
    raise DataError(f"ir-datasets:{dataset_id}: ir_datasets has no {dataset_id!r}; {near}")


def _document(entry: Any) -> Document:
    if "text" not in entry._fields:
        return Document(entry.doc_id, entry.default_text())
    return Document(entry.doc_id, entry.text, getattr(entry, "title", "") or "")


def _queries(entries: Iterator[Any], place: str) -> Queries:
    rows = [(entry.query_id, entry.default_text()) for entry in entries]
    blank = [query_id for query_id, text in rows if not text.strip()]
    if blank:
        raise DataError(f"{place}: queries without text: {listed(blank)}")
    return Queries(tuple(query_id for query_id, _ in rows), tuple(text for _, text in rows))


def _qrels(dataset: Any, place: str) -> Qrels:
    """The judgements, by subtopic where they have subtopics."""
    by_topic = "subtopic_id" in dataset.qrels_cls()._fields
    grades: dict[str, dict[str, dict[str, float]]] = {}
    for entry in dataset.qrels_iter():
        topics = grades.setdefault(entry.query_id, {})
        judged = topics.setdefault(entry.subtopic_id if by_topic else "", {})
        if entry.doc_id in judged:
            raise DataError(
                f"{place}: document {entry.doc_id!r} is judged twice for query"
                f" {entry.query_id!r} (grades {judged[entry.doc_id]:g} and {entry.relevance:g})"
            )
        judged[entry.doc_id] = entry.relevance
    if by_topic:
        return Qrels.from_subtopics(grades)
    return Qrels.from_dict({query_id: topics[""] for query_id, topics in grades.items()})


@contextmanager
def _offline(library: Any, place: str, *, allowed: bool) -> Iterator[None]:
    """Read without the network, unless it is allowed.

    The library has no switch for that. It reaches the network through the one function that is
    replaced meanwhile.
    """
    if allowed:
        yield
        return
    refused: list[str] = []

    def refuse() -> NoReturn:
        refused.append(place)
        raise _NotCachedError("nothing is downloaded unasked")

    with _ONE_AT_A_TIME:
        requests: Callable[[], Any] = library.lazy_libs.requests
        library.lazy_libs.requests = refuse
        try:
            yield
        except Exception as error:
            # It may have caught ours and raised one about all mirrors; a file that somebody must
            # fetch by hand is a FileNotFoundError.
            if not refused and not isinstance(error, FileNotFoundError):
                raise
            raise DataError(
                f"{place}: not in the cache of ir_datasets ({library.util.home_path()}), and"
                " nothing is downloaded unasked; read_ir_datasets"
                f"({place.partition(':')[2]!r}, download=True) fetches what may be fetched"
            ) from None
        finally:
            library.lazy_libs.requests = requests


class _NotCachedError(Exception):
    """The library wanted to download."""


def _library() -> Any:
    try:
        import ir_datasets
    except ImportError as error:
        raise MissingDependencyError(
            f'ir_datasets is not installed ({error}): pip install "retrieval-checks[ir-datasets]"'
        ) from error
    return ir_datasets
