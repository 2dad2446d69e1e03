"""A context is compared by its content, and its changes are told by class."""

import hashlib

import pytest

from retrieval_checks.comparison.context import Context, cause, digest

BEFORE = Context("100 documents 3f2a", "dense MiniLM", "Linux, Python 3.11, numpy 2.3")


@pytest.mark.parametrize("field", ["corpus", "pipeline", "environment"])
def test_the_id_depends_on_every_field(field: str) -> None:
    fields = {name: getattr(BEFORE, name) for name in Context.__slots__}
    assert Context(**fields).id == BEFORE.id
    assert Context(**(fields | {field: "other"})).id != BEFORE.id
    assert len(BEFORE.id) == 8


def test_the_id_is_not_that_of_fields_that_traded_characters() -> None:
    assert Context("ab", "c", "").id != Context("a", "bc", "").id


def test_changes_name_the_fields_that_differ_and_both_values() -> None:
    now = Context("100 documents 3f2a", "dense MPNet", "Linux, Python 3.11, numpy 2.3")
    assert BEFORE.changes(now) == {"pipeline": ("dense MiniLM", "dense MPNet")}
    assert BEFORE.changes(BEFORE) == {}


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("corpus", "the corpus changed: 'a' -> 'b'"),
        ("pipeline", "the model or the pipeline changed: 'a' -> 'b'"),
        ("environment", "the environment changed: 'a' -> 'b'"),
        ("text", "the query was reworded"),
        ("judgements", "the judgements changed (stale labels)"),
    ],
)
def test_each_change_has_its_class(field: str, told: str) -> None:
    assert cause({field: ("a", "b")}) == told


def test_where_nothing_recorded_changed_the_code_did() -> None:
    assert cause({}) == "nothing recorded changed, so the code did"


def test_several_changes_are_all_named_labels_before_corpus_before_model() -> None:
    changes = {"pipeline": ("m", "n"), "judgements": ("1", "2"), "corpus": ("c", "d")}
    assert cause(changes) == (
        "the judgements changed (stale labels); the corpus changed: 'c' -> 'd';"
        " the model or the pipeline changed: 'm' -> 'n'"
    )


def test_of_a_list_only_the_items_that_differ_are_told() -> None:
    now = "Linux, Python 3.12, numpy 2.4"
    told = cause({"environment": (BEFORE.environment, now)})
    assert told == "the environment changed: 'Python 3.11, numpy 2.3' -> 'Python 3.12, numpy 2.4'"


def test_lists_of_other_lengths_are_told_whole() -> None:
    told = cause({"environment": ("Linux, numpy 2.3", "Linux")})
    assert told == "the environment changed: 'Linux, numpy 2.3' -> 'Linux'"


def test_bytes_of_a_path_that_are_no_character_become_escapes() -> None:
    context = Context("c", "model /m\udcff", "e")
    assert context.pipeline == "model /m\\udcff"
    assert context == Context("c", context.pipeline, "e")


def test_a_digest_is_the_beginning_of_a_sha_256() -> None:
    assert digest("Ü", digits=64) == hashlib.sha256(b"\xc3\x9c").hexdigest()
    assert digest("Ü") == digest("Ü", digits=64)[:12]
