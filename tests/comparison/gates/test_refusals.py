import re

import pytest

from retrieval_checks.comparison.gates import parse_gate
from retrieval_checks.errors import SettingsError

END = "expected the end of the expression, found"
A_TAG = "expected a tag (a letter, then letters, digits, _ . + -), found"
MARGIN = "margin of nDCG@10 must lie between 0 and 1, both excluded, got"
CONFIDENCE = "confidence of a drop must lie between 0.5 and 1 (50% and 100%), both excluded, got"
ABSOLUTE = "expected an absolute margin (a percentage of what?), found"
WORD = "expected '>=' or 'drop', found"
CUT_OFF = "cut-off of churn must be a whole number from 1 to 999999999, got"
UNIT = "expected '_ms', as times are in milliseconds, found"
TIME = "bound of p95_ms must be a time above 0, in milliseconds, got"

MISREAD = [  # what is written, the position, what is said of it, what to write
    # floors
    ("", 1, "expected a metric, found nothing", "nDCG@10 >= 0.62"),
    ("  ", 3, "expected a metric, found nothing", "nDCG@10 >= 0.62"),
    ("@ 99%", 1, "expected a metric, found '@'", "nDCG@10 >= 0.62"),
    ("nDCG@10 > 0.62", 9, "expected '>=', found '>'", "nDCG@10 >= 0.62"),
    ("nDCG@10 <= 0.7", 9, "expected '>=', found '<='", "nDCG@10 >= 0.7"),
    ("nDCG@10 ≥ 0.7", 9, "expected '>=', found '≥'", "nDCG@10 >= 0.7"),
    (
        "nDCG@10 >= 62",
        12,
        "bound of nDCG@10 must lie in [0, 1], got 62.0; 62 % is 0.62",
        "nDCG@10 >= 62%",
    ),
    (
        "nDCG@10 >= 1e9999999%",
        12,
        "bound of nDCG@10 must lie in [0, 1], got inf",
        "nDCG@10 >= 0.62",
    ),
    ("nDCG@10 >= 0.62 @ 99%", 17, f"{END} '@'", "nDCG@10 >= 0.62"),
    ("nDCG@10 at least 60%", 9, f"{WORD} 'at'", "nDCG@10 >= 60%"),
    # drops
    ("nDCG@10 drop >= 0.02", 14, "expected '<=', found '>='", "nDCG@10 drop <= 0.02"),
    ("nDCG@10 drop ≤ 0.02", 14, "expected '<=', found '≤'", "nDCG@10 drop <= 0.02"),
    ("nDCG@10 drop", 13, "expected '<=', found nothing", "nDCG@10 drop <= 0.02"),
    ("nDCG@10 drop 0.03", 14, "expected '<=', found '0.03'", "nDCG@10 drop <= 0.03"),
    ("nDCG@10 drop by 0.03", 14, "expected '<=', found 'by'", "nDCG@10 drop <= 0.03"),
    ("nDCG@10 drop <=", 16, "expected a number, found nothing", "nDCG@10 drop <= 0.02"),
    (
        "nDCG@10 drop <= \u22120.1",
        17,
        "expected a number, found '\u22120.1'",
        "nDCG@10 drop <= 0.1",
    ),
    ("nDCG@10 drop <= 0", 17, f"{MARGIN} 0.0", "nDCG@10 drop <= 0.02"),
    ("nDCG@10 drop <= 2", 17, f"{MARGIN} 2.0", "nDCG@10 drop <= 0.02"),
    ("nDCG@10 drop <= 2%", 18, f"{ABSOLUTE} '%'", "nDCG@10 drop <= 0.02"),
    ("nDCG@10 drop <= 0.5 %", 21, f"{ABSOLUTE} '%'", "nDCG@10 drop <= 0.005"),
    ("NumRelRet@10 drp <= 2", 14, f"{WORD} 'drp'", "NumRelRet@10 >= 2"),
    ("nDCG@10 drop <= 0,02", 18, f"{END} ',02'", "nDCG@10 drop <= 0.02"),
    ("nDCG@10 drp <= 0.02", 9, f"{WORD} 'drp'", "nDCG@10 drop <= 0.02"),
    ("nDCG@10 decline 0.02", 9, f"{WORD} 'decline'", "nDCG@10 drop <= 0.02"),
    ("nDCG@10 loses < 0.02", 9, f"{WORD} 'loses'", "nDCG@10 drop <= 0.02"),
    ("nDCG@10 drop <= 0.02 absolute", 22, f"{END} 'absolute'", "nDCG@10 drop <= 0.02"),
    # their confidence
    ("R@100 drop >= 0.01 @ 99%", 12, "expected '<=', found '>='", "R@100 drop <= 0.01 @ 99%"),
    ("R@100 drop >= 0.01 @ 30%", 12, "expected '<=', found '>='", "R@100 drop <= 0.01"),
    ("R@100 drop <= 0.01 @ 99", 24, "expected '%', found nothing", "R@100 drop <= 0.01 @ 99%"),
    ("R@100 drop <= 0.01 @ 0.9", 25, "expected '%', found nothing", "R@100 drop <= 0.01 @ 90%"),
    ("R@100 drop <= 0.01 @ 7", 23, "expected '%', found nothing", "R@100 drop <= 0.01 @ 99%"),
    ("R@100 drop <= 0.01 @", 21, "expected a number, found nothing", "R@100 drop <= 0.01 @ 99%"),
    (
        "R@100 drop <= 0.01 @ >= 99%",
        22,
        "expected a number, found '>='",
        "R@100 drop <= 0.01 @ 99%",
    ),
    ("R@100 drop <= 0.01 @ 50%", 22, f"{CONFIDENCE} 0.5", "R@100 drop <= 0.01 @ 99%"),
    ("R@100 drop <= 0.01 @ 100%", 22, f"{CONFIDENCE} 1.0", "R@100 drop <= 0.01 @ 99%"),
    ("R@100 drop <= 0.01 99%", 20, f"{END} '99%'", "R@100 drop <= 0.01"),
    # rankings
    ("churn@1 >= 15%", 9, "expected '<=', found '>='", "churn@1 <= 15%"),
    (
        "churn@1 <= 5",
        12,
        "bound of churn@1 must lie in [0, 1], got 5.0; 5 % is 0.05",
        "churn@1 <= 5%",
    ),
    (
        "churn@1 <= 115%",
        12,
        "bound of churn@1 must lie in [0, 1], got 1.15; 1.15 % is 0.0115",
        "churn@1 <= 15%",
    ),
    ("churn@1 <= 12,5%", 14, f"{END} ',5%'", "churn@1 <= 12.5%"),
    ("churn@1 drop <= 5%", 9, "expected '<=', found 'drop'", "churn@1 <= 5%"),
    ("churn <= 5%", 7, "expected '@' and a cut-off, found '<='", "churn@10 <= 5%"),
    ("churn@0 <= 5%", 7, f"{CUT_OFF} 0", "churn@10 <= 5%"),
    ("churn@ten <= 5%", 7, f"{CUT_OFF} 'ten'", "churn@10 <= 5%"),
    (f"churn@{'9' * 5000} <= 5%", 7, f"{CUT_OFF} '{'9' * 5000}'", "churn@10 <= 5%"),
    ("churn@ <= 5%", 8, f"{CUT_OFF} ''", "churn@10 <= 5%"),
    ("chrun@1 <= 5%", 1, "expected a metric or 'churn', found 'chrun'", "churn@1 <= 5%"),
    ("overlap@10 <= 0.9", 12, "expected '>=', found '<='", "overlap@10 >= 0.9"),
    ("Overlapp", 1, "expected a metric or 'overlap', found 'Overlapp'", "overlap@10 >= 0.8"),
    # times
    ("p95_ms >= 120", 8, "expected '<=', found '>='", "p95_ms <= 120"),
    ("p95_ms", 7, "expected '<=', found nothing", "p95_ms <= 120"),
    ("p95_ms <= 90%", 13, "expected milliseconds, found '%'", "p95_ms <= 90"),
    ("p95_ms <= 90ms", 13, f"{END} 'ms'", "p95_ms <= 90"),
    ("p95_ms <= 1,200", 12, f"{END} ',200'", "p95_ms <= 1200"),
    ("p95_ms <= 1,5", 12, f"{END} ',5'", "p95_ms <= 1.5"),
    ("p95_ms <= 0", 11, f"{TIME} 0.0", "p95_ms <= 120"),
    ("p95_s <= 2", 4, f"{UNIT} '_s'", "p95_ms <= 2"),
    ("p95 <= 90", 5, f"{UNIT} '<='", "p95_ms <= 90"),
    ("p101_ms <= 90", 2, "percentile must lie in [1, 100], got 101.0", "p95_ms <= 90"),
    # tags
    ("tag: nDCG@10 >= 0.5", 6, f"{A_TAG} 'nDCG@10'", "tag:legal nDCG@10 >= 0.5"),
    ("tag:", 5, f"{A_TAG} nothing", "tag:legal nDCG@10 >= 0.62"),
    ("tag:! " * 5000, 5, f"{A_TAG} '!'", "tag:legal nDCG@10 >= 0.62"),
    ("tag:3d churn@1 <= 5%", 5, f"{A_TAG} '3d'", "tag:legal churn@1 <= 5%"),
    ("tag:legal", 10, "expected a metric, found nothing", "tag:legal nDCG@10 >= 0.62"),
    ("tag:de nDCG@10 drop >= 0.05", 21, "expected '<=', found '>='", "tag:de nDCG@10 drop <= 0.05"),
    ("tag:de p95_ms <= -1", 18, f"{TIME} -1.0", "tag:de p95_ms <= 120"),
    (
        "tag:a tag:b p95_ms <= 9",
        7,
        "expected a test, as a gate has one tag at most, found 'tag:b'",
        "tag:a p95_ms <= 9",
    ),
    ("p95_ms <= 9 tag:de", 13, f"{END} 'tag:de'", "tag:de p95_ms <= 9"),
    ("p95_ms <= 9 tag:3", 13, f"{END} 'tag:3'", "p95_ms <= 9"),
    ("tag:a p95_ms <= 9 tag:b", 19, f"{END} 'tag:b'", "tag:a p95_ms <= 9"),
]
IDS = [text[:40] for text, *_ in MISREAD]
MEANINGLESS = [  # of which no spelling is near, or only the nearest metric
    ("nDGC@10 drop <= 0.02", 1, "no metric 'nDGC'; did you mean 'nDCG'?"),
    ("P drop <= 0.02", 1, "P needs a cut-off, for example P@10"),
    (
        "NumRet@10 drop <= 2%",
        11,
        "a drop of NumRet@10 says nothing: a higher value is not a better one",
    ),
    (
        "NumRelRet@10 drop <= 0.2",
        14,
        "a drop of NumRelRet@10 cannot be judged: it lies in [0, inf], and drops are judged of"
        " metrics in [0, 1] (one of your own: register it with bounds=(0, 1))",
    ),
    (
        "NumRet@10 falls",
        1,
        "a floor under NumRet@10 says nothing: a higher value is not a better one",
    ),
    ("P10 >= 0.5", 1, "no metric 'P10'; allowed: AP, "),
]


@pytest.mark.parametrize(("text", "position", "what", "near"), MISREAD, ids=IDS)
def test_refusal_has_the_position_what_stands_there_and_what_to_write(
    text: str, position: int, what: str, near: str
) -> None:
    message = f"{text!r}, position {position}: {what}; write {near!r}"
    with pytest.raises(SettingsError, match=f"^{re.escape(message)}$"):
        parse_gate(text)


@pytest.mark.parametrize("near", sorted({near for *_, near in MISREAD}))
def test_what_is_to_be_written_can_be_read(near: str) -> None:
    assert parse_gate(str(parse_gate(near))) == parse_gate(near)


@pytest.mark.parametrize(("text", "position", "what"), MEANINGLESS)
def test_refusal_without_a_near_spelling_has_the_position_and_the_reason(
    text: str, position: int, what: str
) -> None:
    message = f"{text!r}, position {position}: {what}"
    with pytest.raises(SettingsError, match=f"^{re.escape(message)}"):
        parse_gate(text)


def test_what_is_not_text_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"a gate is text like .*, got 0\.62 of type float"):
        parse_gate(0.62)  # type: ignore[arg-type]
