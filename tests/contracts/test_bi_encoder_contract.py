"""Each planted fault is caught by the check that is about it, and by no other."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from retrieval_checks.contracts import bi_encoder_checks
from retrieval_checks.contracts.bi_encoder_contract import DECLARED, PROMISES
from retrieval_checks.data.collection import Collection, Corpus, Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.encoding.models import BiEncoder
from retrieval_checks.encoding.store import Store
from retrieval_checks.errors import RetrievalAssertionError, SettingsError
from tests.contracts.bi_encoder import encoders

CARD = {"query": "query: ", "document": "passage: "}
# The answer stands behind the 20 words that are read; fifty short documents keep its share small.
ANSWER = " ".join(f"{n}st" for n in range(30)) + " bees dance to show where flowers are"
COLLECTION = Collection(
    Corpus.from_dict(
        {"long": ANSWER} | {f"d{n}": f"passage {n} about number {n} " * 4 for n in range(50)}
    ),
    Queries.from_dict({"q1": "bees dance flowers"}),
    Qrels.from_dict({"q1": {"long": 1, "d1": 0}}),
)
FAULTS: list[tuple[str, Callable[[], object], dict[str, Any], str]] = [
    ("shape", encoders.Squeezes, {}, r"gave shape \(256,\) for 1 texts, expected \(1, dimension\)"),
    ("dtype", encoders.GivesLists, {}, "encode_queries gave list, expected a numpy array of"),
    ("finite", encoders.NoWordIsNaN, {}, "punctuation .* as a query: NaN or infinity"),
    ("norm", encoders.NotNormalised, {}, r"length 2, 1 from 1 \(allowed 0.001\), of 'The moon"),
    ("empty-text", encoders.DropsBlanks, {}, r"no character .* expected one row a text"),
    ("long-text", encoders.RefusesLongTexts, {}, "5,000 words .* longer than the maximum"),
    ("odd-unicode", encoders.OnlyLatin1, {}, "emoji .* as a query: UnicodeEncodeError"),
    ("determinism", encoders.Dropout, {}, "asked twice, a component differs by"),
    ("batch-size", encoders.CentresTheBatch, {}, r"in batches of 1 instead of 12, 1 - cosine is"),
    ("order", encoders.ForgetsTheOrder, {}, "in the reverse order, 1 - cosine is"),
    ("padding", encoders.PoolsPadding, {}, "beside a text of 1,808 words, 1 - cosine is"),
    ("threads", encoders.ThreadsChangeIt, {}, "of torch's threads instead of"),
    ("concurrency", encoders.SharedBuffer, {}, "called from 4 threads at once, 1 - cosine is"),
    ("second-load", encoders.NewlyInitialized, {}, "by a second one from the same factory, 1 -"),
    ("save-load", encoders.Unpicklable, {}, "cannot be pickled: TypeError: cannot pickle"),
    ("save-load", encoders.ForgetsItsWeights, {}, "after it was pickled and read again, 1 - "),
    ("identical-text", encoders.TwoModels, {}, "asked as a query is .* ahead of the text itself"),
    ("near-copy", encoders.HashesTheText, {}, "nearer to a text about something else than to"),
    ("anisotropy", encoders.NarrowCone, {}, r"mean cosine of 0\.\d{4}, 0\.\d{4} above the 0.85"),
    ("prompts", encoders.Words, {"prompts": CARD}, "the same vector as a query and as a document"),
    ("prompts", encoders.Swapped, {"prompts": CARD}, "prompt 'passage: ', swapped,, asked is"),
    ("prompts", encoders.OnlyTheQuerys, {"prompts": CARD}, "the prompt none, asked is 'passage: '"),
    (
        "truncation",
        encoders.ReadsTwentyWords,
        {},
        # 42 + 39 + 41 + 35 + 37 + 38 + 38 + 33 + 38 + 33 + 40 + 38 = 452 words, 12 x 20 are read
        r"only the first 20 words of a text are read: 46.9% of the corpus' 452 words are lost,"
        r" 41.9% above the 5.0% allowed; 12 of 12 documents are cut, most of all 'volcano', by 22",
    ),
    (
        "gold-in-lost-tail",
        encoders.ReadsTwentyWords,
        {"collection": COLLECTION},
        "words 21 and on of 'long' are nearer to 'bees dance flowers' than the first 20",
    ),
]


@pytest.mark.parametrize(
    ("fault", "factory", "claims", "found"),
    FAULTS,
    ids=[f"{row[0]}-{row[1].__name__}" for row in FAULTS],
)
def test_fault_is_caught_by_the_check_that_is_about_it(
    fault: str, factory: Callable[[], object], claims: dict[str, Any], found: str
) -> None:
    broken = bi_encoder_checks(factory, **claims).broken()
    assert set(broken) == {fault}
    assert re.search(found, broken[fault]), broken[fault]
    assert "\n\nto do: " in broken[fault]


def test_every_check_has_a_fault_that_it_catches() -> None:
    assert {fault for fault, *_ in FAULTS} == {promise.id for promise in PROMISES}


def test_encoder_without_fault_holds_in_full() -> None:
    import torch  # noqa: F401  # its threads can only be changed where it is loaded

    suite = bi_encoder_checks(encoders.Prompted, prompts=CARD, collection=COLLECTION)
    summary = suite.run()
    assert (summary.checks, summary.waived, summary.not_applied) == (DECLARED, (), ())
    assert all(result.cases for result in suite.results())


def test_what_nothing_is_known_of_does_not_apply_and_says_so() -> None:
    results = {result.id: result for result in bi_encoder_checks(encoders.Words).results()}
    told = {name: r.message for name, r in results.items() if r.outcome == "does not apply"}
    assert set(told) - {"threads"} == {"prompts", "gold-in-lost-tail"}  # torch may be loaded
    assert "give prompts={...}" in told["prompts"]
    assert "give collection=..." in told["gold-in-lost-tail"]


def test_same_object_each_time_cannot_be_loaded_twice() -> None:
    encoder = encoders.Words()
    results = {result.id: result for result in bi_encoder_checks(lambda: encoder).results()}
    assert results["second-load"].outcome == "does not apply"


def test_vectors_that_are_not_claimed_to_be_normalised_need_not_be() -> None:
    suite = bi_encoder_checks(encoders.NotNormalised, normalized=False)
    assert suite.broken() == {}


@pytest.mark.parametrize("name", ["intfloat/multilingual-e5-small", "intfloat/e5-large-v2"])
def test_prompts_of_a_known_family_are_known(name: str) -> None:
    class E5(encoders.Words):
        pass

    E5.name = name
    broken = bi_encoder_checks(E5).broken()
    assert "prompt is missing" in broken["prompts"]


def test_prompts_that_name_a_task_are_not_guessed() -> None:
    class Instructed(encoders.Words):
        name = "intfloat/multilingual-e5-large-instruct"

    results = {result.id: result for result in bi_encoder_checks(Instructed).results()}
    assert results["prompts"].outcome == "does not apply"


def test_what_the_handle_leaves_out_of_the_saved_prompts_is_missed() -> None:
    class Saved:
        prompts = CARD

        def encode(self, texts: list[str], prompt: str | None = None) -> Any:
            given = self.prompts["query"] if prompt is None else prompt
            return encoders.Words().encode([given + text for text in texts])

        def encode_query(self, texts: list[str], prompt: str | None = None) -> Any:
            return self.encode(texts, prompt=prompt)

        def encode_document(self, texts: list[str], prompt: str | None = None) -> Any:
            return self.encode(texts, prompt="passage: " if prompt is None else prompt)

    def result(encoder: BiEncoder) -> str:
        results = {r.id: r for r in bi_encoder_checks(lambda: encoder).results()}
        return str(results["prompts"])

    assert result(BiEncoder(Saved())) == "holds"
    assert "is encoded with the prompt none, asked is 'query: '" in result(
        BiEncoder(Saved(), query_prompt="")
    )


def test_store_is_not_asked(tmp_path: Path) -> None:
    class Jitter(encoders.Dropout):
        fingerprint = "jitter"

    store = Store(tmp_path)
    try:
        broken = bi_encoder_checks(lambda: BiEncoder(Jitter(), cache=store)).broken()
    finally:
        store.close()
    assert "determinism" in broken


def test_nothing_is_made_before_a_check_runs() -> None:
    def factory() -> object:
        raise OSError("no weights here")

    suite = bi_encoder_checks(factory)
    assert (len(suite), suite.checks[0].subject) == (DECLARED, "factory")
    with pytest.raises(OSError, match="no weights here"):
        suite.checks[0]()


def test_check_raises_with_what_was_asked_found_and_what_to_do() -> None:
    checks = {check_id: check for check, check_id in bi_encoder_checks(encoders.NarrowCone)}
    with pytest.raises(
        RetrievalAssertionError,
        match=r"NarrowCone breaks 'anisotropy': texts that have nothing in common .*\n\n  found: ",
    ):
        checks["anisotropy"]()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"tolerance": -1.0}, "tolerance must be a number from 0"),
        ({"most_lost": 5}, r"most_lost must lie in \[0, 1\], got 5"),
        ({"most_alike": -0.1}, r"most_alike must lie in \[0, 1\]"),
        ({"prompts": {"querry": "q: "}}, "no side 'querry' of prompts; did you mean 'query'"),
    ],
)
def test_argument_without_meaning_is_refused(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        bi_encoder_checks(encoders.Words, **settings)


def test_factory_must_be_callable() -> None:
    with pytest.raises(SettingsError, match="needs a function that makes what is checked, got str"):
        bi_encoder_checks("all-MiniLM-L6-v2")  # type: ignore[arg-type]  # what users try
