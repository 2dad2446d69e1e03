from retrieval_checks.comparison.attribution.wording import aligned, figure, share, stage_name


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert aligned([["a", "1"], ["long", "22", "x"]]) == ["  a     1", "  long  22  x"]


def test_wide_characters_take_two_columns() -> None:
    assert aligned([["検索", "1"], ["ab", "2"]]) == ["  検索  1", "  ab    2"]


def test_figures_have_four_digits_or_more() -> None:
    assert [figure(value) for value in (0.5, 0, 0.00002)] == ["0.5000", "0.0000", "0.00002"]


def test_a_share_has_one_digit() -> None:
    assert [share(value) for value in (-0.5, 1.0)] == ["-50.0 %", "100.0 %"]


def test_names_are_printable_and_short() -> None:
    assert stage_name("a\x1b[31m") == "a\\x1b[31m"
    assert stage_name("x" * 40) == "x" * 15 + "…" + "x" * 14
