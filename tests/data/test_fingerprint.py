"""Equal content, equal fingerprint; any change of content, another one."""

import hashlib
import os
import random
import re
import struct
import subprocess
import sys
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval_checks.data.collection import Corpus, Document, Queries
from retrieval_checks.data.fingerprint import fingerprint
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError


def _corpus(*documents: tuple[str, str, str]) -> Corpus:
    return Corpus.from_documents([Document(i, text, title) for i, title, text in documents])


def test_it_is_the_sha256_of_length_prefixed_fields_sorted_by_id() -> None:
    def field(text: str) -> bytes:
        return struct.pack(">q", len(text.encode())) + text.encode()

    corpus = [field(text) for text in ("retrieval_checks Corpus 1", "a", "T", "x", "é", "", "y")]
    assert fingerprint(_corpus(("é", "", "y"), ("a", "T", "x"))) == (
        hashlib.sha256(b"".join(corpus)).hexdigest()
    )
    qrels = [field("retrieval_checks Qrels 1"), field("q"), struct.pack(">q", 2)]
    qrels += [field("a"), struct.pack(">d", 1.0), field("b"), struct.pack(">d", 0.5)]
    assert fingerprint(Qrels.from_dict({"q": {"b": 0.5, "a": 1.0}})) == (
        hashlib.sha256(b"".join(qrels)).hexdigest()
    )
    run = [field("retrieval_checks Run 1"), field("q"), struct.pack(">q", 2)]
    run += [field("b"), field("a"), struct.pack(">dd", 2.0, 1.0)]
    assert fingerprint(Run.from_dict({"q": {"a": 1.0, "b": 2.0}})) == (
        hashlib.sha256(b"".join(run)).hexdigest()
    )


def test_it_is_the_same_in_every_process() -> None:
    program = (
        "from retrieval_checks.data.fingerprint import fingerprint\n"
        "from retrieval_checks.data.qrels import Qrels\n"
        "print(fingerprint(Qrels.from_dict({'q': {'a': 1, 'b': 2}, 'p': {'a': 0}})))"
    )
    prints = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout.strip()
        for seed in ("0", "1")
    }
    assert prints == {fingerprint(Qrels.from_dict({"p": {"a": 0}, "q": {"b": 2, "a": 1}}))}


def test_row_order_metadata_and_names_are_not_content() -> None:
    one = _corpus(("a", "", "x"), ("b", "t", "y"))
    other = Corpus(("b", "a"), ("y", "x"), ("t", ""), ({"k": 1}, {}))
    assert fingerprint(one) == fingerprint(other)
    queries = Queries(("q", "p"), ("x", "y"), ({"tags": ("a",)}, {}))
    assert fingerprint(queries) == fingerprint(Queries.from_dict({"p": "y", "q": "x"}))
    run = Run.from_dict({"q": {"a": 1}, "p": {"b": 2, "a": 1}}, name="one")
    assert fingerprint(run) == fingerprint(run.select(["p", "q"]).renamed("other"))


def test_the_layout_of_the_vocabulary_is_not_content() -> None:
    small = Run.from_arrays(["q"], ["a", "b"], [[1, 0]], [[2.0, 1.0]])
    large = Run.from_arrays(["q"], ["x", "b", "y", "a"], [[3, 1, -1]], [[1.0, 2.0, 9.0]])
    assert fingerprint(small) == fingerprint(large)
    qrels = Qrels.from_dict({"p": {"x": 1}, "q": {"b": 0, "a": 1}})
    assert fingerprint(qrels.select(["q"])) == fingerprint(Qrels.from_dict({"q": {"a": 1, "b": 0}}))


def test_the_order_of_subtopics_is_not_content() -> None:
    judged = {"p": {"t": {"b": 1}}, "q": {"s": {"a": 1, "b": 2}, "t": {"a": 0}}}
    other = {"q": {"t": {"a": 0}, "s": {"b": 2, "a": 1}}, "p": {"t": {"b": 1}}}
    qrels = Qrels.from_subtopics(judged)
    assert fingerprint(qrels) == fingerprint(Qrels.from_subtopics(other))
    alone = Qrels.from_subtopics({"q": judged["q"]})  # fewer names
    assert fingerprint(qrels.select(["q"])) == fingerprint(alone)


def test_a_negative_zero_is_zero() -> None:
    assert fingerprint(Run.from_dict({"q": {"a": -0.0}})) == fingerprint(
        Run.from_dict({"q": {"a": 0.0}})
    )
    assert fingerprint(Qrels.from_dict({"q": {"a": -0.0}})) == fingerprint(
        Qrels.from_dict({"q": {"a": 0}})
    )


CHANGED: Sequence[Sequence[Corpus | Queries | Qrels | Run]] = [
    [
        _corpus(("a", "t", "x"), ("b", "", "y")),
        _corpus(("a", "t", "x"), ("b", "", "z")),
        _corpus(("a", "u", "x"), ("b", "", "y")),
        _corpus(("a", "t", "x"), ("c", "", "y")),
        _corpus(("a", "t", "x")),
        _corpus(("a", "tx", ""), ("b", "", "y")),
        _corpus(("a", "", "tx"), ("b", "", "y")),
        _corpus(("at", "", "x"), ("b", "", "y")),
        _corpus(("a", "t", "y"), ("b", "", "x")),
        _corpus(("a", "t", "x "), ("b", "", "y")),
        _corpus(),
        _corpus(("a", "t", "\ud800"), ("b", "", "y")),
    ],
    [
        Queries.from_dict({"p": "x", "q": "y"}),
        Queries.from_dict({"p": "x", "q": "z"}),
        Queries.from_dict({"p": "y", "q": "x"}),
        Queries.from_dict({"p": "x"}),
        Queries.from_dict({"px": "q", "y": "z"}),
        Queries.from_dict({}),
    ],
    [
        Qrels.from_dict({"q": {"a": 1, "b": 0}}),
        Qrels.from_dict({"q": {"a": 2, "b": 0}}),
        Qrels.from_dict({"q": {"a": 1.5, "b": 0}}),
        Qrels.from_dict({"q": {"a": 1, "c": 0}}),
        Qrels.from_dict({"p": {"a": 1, "b": 0}}),
        Qrels.from_dict({"q": {"a": 1}}),
        Qrels.from_dict({"q": {"a": 1, "b": 0}, "r": {}}),
        Qrels.from_dict({"q": {"a": 1}, "r": {"b": 0}}),
        Qrels.from_dict({}),
        Qrels.from_subtopics({"q": {"s": {"a": 1, "b": 0}}}),
        Qrels.from_subtopics({"q": {"t": {"a": 1, "b": 0}}}),
        Qrels.from_subtopics({"q": {"s": {"a": 1}, "t": {"b": 0}}}),
        Qrels.from_subtopics({"q": {"s": {"a": 1, "b": 0}, "t": {"a": 1}}}),
        Qrels.from_subtopics({"q": {"s": {"a": 1, "b": 0}, "t": {"a": 0}}}),
        Qrels.from_subtopics({"q": {"s": {"a": 1, "b": 0}}, "r": {}}),
        Qrels.from_subtopics({"q": {}}),
        Qrels.from_subtopics({}),
    ],
    [
        Run.from_dict({"q": {"a": 2, "b": 1}}),
        Run.from_dict({"q": {"a": 1, "b": 2}}),
        Run.from_dict({"q": {"a": 2, "b": 1 + 2**-52}}),
        Run.from_dict({"q": {"a": 2, "c": 1}}),
        Run.from_dict({"p": {"a": 2, "b": 1}}),
        Run.from_dict({"q": {"a": 2, "b": 1}, "r": {}}),
        Run.from_dict({"q": {"a": 2}, "r": {"b": 1}}),
        Run.from_dict({"q": {"a": float("inf"), "b": 1}}),
        Run.from_dict({}),
    ],
]


def test_every_change_of_content_changes_it() -> None:
    values = [value for kind in CHANGED for value in kind]
    prints = [fingerprint(value) for value in values]
    assert len(set(prints)) == len(prints)
    assert all(re.fullmatch("[0-9a-f]{64}", each) for each in prints)


def test_entries_cannot_pass_for_fields_of_another_shape() -> None:
    # Without the number of entries before a row, the bytes of these two would be the same: the
    # grade of "b" reads as the length 26 of an id made of the two entries that follow it.
    grade = struct.unpack(">d", struct.pack(">q", 26))[0]
    disguise = "\0" * 7 + "\x01c" + "\0" * 8 + "\0" * 7 + "\x01d"
    one = Qrels.from_dict({"a": {"b": grade, "c": 0, "d": 5}})
    other = Qrels.from_dict({"a": {}, "b": {disguise: 5}})
    assert fingerprint(one) != fingerprint(other)


ROWS = st.lists(st.tuples(st.text(min_size=1), st.text(), st.text()), unique_by=lambda row: row[0])


@given(one=ROWS, other=ROWS, seed=st.randoms())
def test_two_corpora_agree_exactly_when_their_documents_do(
    one: list[tuple[str, str, str]], other: list[tuple[str, str, str]], seed: random.Random
) -> None:
    shuffled = list(one)
    seed.shuffle(shuffled)
    assert fingerprint(_corpus(*one)) == fingerprint(_corpus(*shuffled))
    same = fingerprint(_corpus(*one)) == fingerprint(_corpus(*other))
    assert same == (sorted(one) == sorted(other))


def test_another_type_is_an_error() -> None:
    with pytest.raises(DataError, match="no fingerprint for dict; give a Corpus, Queries, Qrels"):
        fingerprint({"q": {"a": 1}})  # type: ignore[arg-type]
