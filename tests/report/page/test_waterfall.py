"""The change of every query as bars."""

from retrieval_checks.report.page.waterfall import waterfall


def test_the_largest_drop_comes_first_and_wins_ties_and_losses_are_counted() -> None:
    made = waterfall("AP", [0.0, 0.5, -0.25, -0.5])
    assert made is not None
    assert (made.worse, made.equal, made.better) == (2, 1, 1)
    assert made.zero == 90  # the middle of -0.5 to 0.5
    first, second = made.falls.split("z")[:2]
    assert first.startswith("M25.0 90.0V")  # four bars of 250, a tenth of it free on both sides
    assert second.startswith("M275.0 90.0V")
    assert float(first.partition("V")[2].partition("h")[0]) > float(
        second.partition("V")[2].partition("h")[0]
    )
    assert made.rises.startswith("M775.0 90.0V")
    assert made.rises.count("z") == 1


def test_a_thousand_queries_are_two_paths() -> None:
    made = waterfall("AP", [row / 1000 - 0.5 for row in range(1000)])
    assert made is not None
    assert (made.falls.count("M"), made.rises.count("M")) == (500, 499)
    assert len(made.falls + made.rises) < 40_000


def test_nothing_to_compare_is_no_chart() -> None:
    assert waterfall("AP", []) is None
