"""From a backend's hits to a run: order, scores, chunks of one document, failures."""

import threading
from collections.abc import Mapping, Sequence

import pytest

from retrieval_checks.data.collection import Queries
from retrieval_checks.data.run import Run
from retrieval_checks.errors import MissingDependencyError, SettingsError
from retrieval_checks.retrieval.adapters.hits import Hit, SearchError, digest_of, need, search_each

QUERIES = Queries.from_dict({"q1": "cats", "q2": "dogs"})


class Backend:
    """Hits by text, as many as asked for; remembers how many that was."""

    def __init__(self, hits: Mapping[str, Sequence[Hit]]) -> None:
        self.hits = hits
        self.wanted: list[int] = []

    def search(self, text: str, k: int) -> Sequence[Hit]:
        self.wanted.append(k)
        return self.hits[text][:k]


def _document(chunk: str) -> str:
    return chunk.split("#")[0]


def _run(hits: Sequence[Hit], k: int = 10) -> Run:
    backend = Backend({"cats": hits})
    return search_each(QUERIES.select(["q1"]), k, backend.search, ["cats"], name="it")


def test_scores_are_the_backends_where_every_hit_has_one() -> None:
    assert _run([("d1", 3.0), ("d2", -1.0)]).to_dict() == {"q1": {"d1": 3.0, "d2": -1.0}}


@pytest.mark.parametrize("second", [None, 2.0])
def test_scores_are_reciprocal_ranks_where_a_hit_has_none(second: float | None) -> None:
    run = _run([("d1", None), ("d2", second)])
    assert run.to_dict() == {"q1": {"d1": 1.0, "d2": 0.5}}


def test_every_query_is_in_the_run_also_where_nothing_was_found() -> None:
    backend = Backend({"cats": [], "dogs": [("d1", 1.0)]})
    run = search_each(QUERIES, 5, backend.search, QUERIES.texts, name="it")
    assert run.to_dict() == {"q1": {}, "q2": {"d1": 1.0}}
    assert run.name == "it"


def test_chunks_of_a_document_count_once_with_the_best_score() -> None:
    backend = Backend({"cats": [("d1#2", 0.9), ("d2#1", 0.8), ("d1#1", 0.7), ("d3#1", 0.1)]})
    run = search_each(
        QUERIES.select(["q1"]), 10, backend.search, ["cats"], name="it", doc_id_of=_document
    )
    assert run.to_dict() == {"q1": {"d1": 0.9, "d2": 0.8, "d3": 0.1}}


def test_chunks_without_scores_take_the_rank_of_the_document() -> None:
    backend = Backend({"cats": [("d1#2", None), ("d1#1", None), ("d2#1", None)]})
    run = search_each(
        QUERIES.select(["q1"]), 10, backend.search, ["cats"], name="it", doc_id_of=_document
    )
    assert run.to_dict() == {"q1": {"d1": 1.0, "d2": 0.5}}


def test_more_hits_are_asked_for_until_there_are_k_documents() -> None:
    chunks = [f"d1#{n}" for n in range(5)]
    backend = Backend({"cats": [*((c, 1.0) for c in chunks), ("d2#0", 0.5), ("d3#0", 0.25)]})
    run = search_each(
        QUERIES.select(["q1"]), 2, backend.search, ["cats"], name="it", doc_id_of=_document
    )
    assert run.to_dict() == {"q1": {"d1": 1.0, "d2": 0.5}}
    assert backend.wanted == [2, 4, 8]


def test_a_backend_that_has_no_more_is_not_asked_again() -> None:
    backend = Backend({"cats": [("d1#1", 1.0), ("d1#2", 0.5)]})
    run = search_each(
        QUERIES.select(["q1"]), 5, backend.search, ["cats"], name="it", doc_id_of=_document
    )
    assert run.to_dict() == {"q1": {"d1": 1.0}}
    assert backend.wanted == [5]


def test_what_a_backend_returns_beyond_k_is_cut_off() -> None:
    run = search_each(
        QUERIES.select(["q1"]), 1, lambda text, k: [("d1", 2.0), ("d2", 1.0)], ["cats"], name="it"
    )
    assert run.to_dict() == {"q1": {"d1": 2.0}}


def test_scores_that_rise_are_distances_and_refused() -> None:
    with pytest.raises(SearchError, match=r"it: query 'q1': scores rise from 0.1 at rank 1 to 0.3"):
        _run([("d1", 0.1), ("d2", 0.3)])


def test_a_score_that_is_no_number_is_refused() -> None:
    with pytest.raises(SearchError, match="query 'q1': the score of document 'd2' is NaN"):
        _run([("d1", 0.1), ("d2", float("nan"))])


@pytest.mark.parametrize(
    ("doc_id", "message"), [(7, "id 7 at rank 1 is of type int"), ("", "empty document id")]
)
def test_an_id_that_is_no_text_is_refused(doc_id: object, message: str) -> None:
    with pytest.raises(SearchError, match=f"query 'q1': .*{message}"):
        _run([(doc_id, 1.0)])


@pytest.mark.parametrize("threads", [1, 3])
def test_a_failing_search_is_an_error_that_names_the_query(threads: int) -> None:
    def search(text: str, k: int) -> Sequence[Hit]:
        if text == "dogs":
            raise ConnectionError("the server is gone")
        return []

    with pytest.raises(
        SearchError, match="it: query 'q2' failed: ConnectionError: the server is gone"
    ):
        search_each(QUERIES, 5, search, QUERIES.texts, name="it", threads=threads)


def test_threads_ask_at_once_and_change_nothing() -> None:
    both = threading.Barrier(2, timeout=10)  # passes only when two searches run at once

    def search(text: str, k: int) -> Sequence[Hit]:
        both.wait()
        return [(text, 1.0)]

    run = search_each(QUERIES, 5, search, QUERIES.texts, name="it", threads=2)
    assert run.to_dict() == {"q1": {"cats": 1.0}, "q2": {"dogs": 1.0}}


def test_k_below_one_is_refused() -> None:
    with pytest.raises(SettingsError, match="at least 1, got 0"):
        _run([], k=0)


def test_a_missing_library_is_named_with_its_extra() -> None:
    with pytest.raises(
        MissingDependencyError, match=r'no_such_library .*pip install "retrieval-checks\[nothing\]"'
    ):
        need("no_such_library", "nothing")


def test_a_digest_changes_with_each_setting() -> None:
    assert digest_of("docs", None, 1) == digest_of("docs", None, 1)
    assert len({digest_of("a", 1), digest_of("a", 2), digest_of("b", 1), digest_of("a", "1")}) == 4
