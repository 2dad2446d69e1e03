"""How messages name things."""

from retrieval_checks.errors import did_you_mean, listed, printable


def test_listed_names_are_bounded() -> None:
    assert listed([]) == ""
    assert listed(["a", "b"]) == "'a', 'b'"
    assert listed([f"q{i}" for i in range(7)]) == "'q0', 'q1', 'q2', 'q3', 'q4' and 2 more"


def test_names_cannot_act_on_a_terminal() -> None:
    escape = "\x1b[31mred"
    assert printable(escape) == listed([escape]) == r"'\x1b[31mred'"
    assert did_you_mean("zzz", ["a", escape]) == r"allowed: '\x1b[31mred', a"
    assert did_you_mean("red", ["a", "red\n"]) == r"did you mean 'red\n'?"


def test_a_name_that_can_be_printed_stands_as_it_is() -> None:
    assert printable("query id") == "query id"
    assert printable("Größe") == "Größe"
    assert printable(7) == "7"


def test_what_is_also_allowed_may_be_near_but_is_not_listed() -> None:
    assert did_you_mean("zzz", ["nDCG", "AP"], also=["ndcg", "ap", "map"]) == "allowed: AP, nDCG"
    assert did_you_mean("mapp", ["nDCG", "AP"], also=["ndcg", "ap", "map"]) == "did you mean 'map'?"
    assert did_you_mean("NDGC", ["nDCG", "AP"], also=["ndcg", "ap"]) == "did you mean 'nDCG'?"
