"""One sentence for a session."""

import pytest

from retrieval_checks.report.headline import headline


def _files(gates: str, queries: str, tests: str = "") -> list[dict[str, object]]:
    """Entries by letter: p(assed), f(ailed), e(rror), i(nconclusive), w(aived), s(kipped)."""
    names = {name[0]: name for name in ("passed", "failed", "error", "inconclusive", "waived")}
    names["s"] = "skipped"
    made = [
        [{"kind": kind, "outcome": names[letter]} for letter in letters]
        for kind, letters in (("gate", gates), ("query", queries), ("test", tests))
    ]
    return [{"gates": made[0], "tests": [*made[1], *made[2]]}]


@pytest.mark.parametrize(
    ("gates", "queries", "outcome", "sentence"),
    [
        ("ppp", "pp", "passed", "All 3 gates pass and all 2 golden queries pass."),
        ("p", "pw", "passed", "The only gate passes and 1 of 2 golden queries passes, 1 waived."),
        (
            "ffpip",
            "fpp",
            "failed",
            "2 of 5 gates fail and 1 cannot tell; 1 of 3 golden queries fails.",
        ),
        ("ip", "ppp", "inconclusive", "1 of 2 gates cannot tell; all 3 golden queries pass."),
        (
            "e",
            "ee",
            "error",
            "The only gate could not be judged; all 2 golden queries could not be judged.",
        ),
        ("", "f", "failed", "The only golden query fails."),
        ("", "", "empty", "Nothing was judged."),
        ("s", "s", "empty", "Nothing was judged."),
    ],
)
def test_what_is_wrong_comes_first(gates: str, queries: str, outcome: str, sentence: str) -> None:
    told = headline(_files(gates, queries))
    assert (told["outcome"], told["sentence"]) == (outcome, sentence)


def test_tests_that_are_no_query_count_together_and_outcomes_are_counted_by_kind() -> None:
    told = headline([*_files("p", "", "pf"), *_files("f", "")])
    assert told["counts"] == {
        "gate": {"failed": 1, "passed": 1},
        "test": {"failed": 1, "passed": 1},
    }
    assert told["sentence"] == "1 of 2 gates fails; 1 of 2 other tests fails."
