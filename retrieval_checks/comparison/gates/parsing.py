"""`parse_gate`: the gate that an expression names: `tag:legal nDCG@10 drop <= 0.05`."""

import re
from difflib import get_close_matches

from retrieval_checks.comparison.gates.agreement import read_agreement
from retrieval_checks.comparison.gates.drop import drop_bound, is_droppable, read_drop
from retrieval_checks.comparison.gates.gate import TAG_FORM, Gate, GateTest, is_tag
from retrieval_checks.comparison.gates.latency import read_latency
from retrieval_checks.errors import SettingsError
from retrieval_checks.judgement.expression import DROP, EXAMPLE, Scanner, read_metric
from retrieval_checks.judgement.floor import floor_bound, read_floor
from retrieval_checks.metrics.formula import is_spelling
from retrieval_checks.metrics.metric import Metric

_TAG = re.compile(r"\s*tag\s*:(?P<tag>\S*)\s*", re.IGNORECASE)
_WORD = re.compile(r"\s*(?P<word>[A-Za-z]\w*)")
_LIKE_DROP = re.compile(r"d|.*[<≤]", re.IGNORECASE)
_EXAMPLES = {"churn": "churn@1 <= 15%", "overlap": "overlap@10 >= 0.8"}


def parse_gate(text: str) -> Gate:
    """The gate that an expression names, for all queries or those of a tag.

    `METRIC >= NUMBER` is a floor. Against a baseline: `METRIC drop <= MARGIN`, with `@ 99%` behind
    for another confidence than 95%; `churn@K <= SHARE`; `overlap@K >= SHARE`. `p95_ms <= NUMBER` is
    a latency. Before each may stand `tag:TAG`. Blanks and the case of words are free; shares may be
    percentages, margins may not.

    Raises:
        SettingsError: another expression; the message has the position, what stands there and the
            nearest expression that is valid.

    >>> str(parse_gate("TAG:legal ndcg@10 drop<=.05 @ 99 %"))
    'tag:legal nDCG@10 drop <= 0.05 @ 99%'
    >>> str(parse_gate("churn@1 <= 0.15")), str(parse_gate("p99.9_ms<=120"))
    ('churn@1 <= 15%', 'p99.9_ms <= 120')
    """
    scanner = Scanner(text, "a gate")
    tag = _read_tag(scanner)
    start = scanner.at
    test = _read_test(scanner)
    scanner.end(near=_tag_behind(scanner) + str(test))
    with scanner.located(start):
        return Gate(test, tag)


def _read_tag(scanner: Scanner) -> str | None:
    match = scanner.take(_TAG)
    if not match:
        return None
    tag, rest = match["tag"], scanner.text[scanner.at :]
    if not is_tag(tag):
        near = f"tag:legal {_valid(rest)}"
        scanner.refuse(f"a tag ({TAG_FORM})", near, at=match.start("tag"), found=tag)
    scanner.prefix = f"tag:{tag} "
    if second := _TAG.match(scanner.text, scanner.at):
        near = _valid(scanner.text[second.end() :])
        scanner.refuse("a test, as a gate has one tag at most", near, found=second[0].strip())
    return tag


def _read_test(scanner: Scanner) -> GateTest:
    test = read_agreement(scanner) or read_latency(scanner)
    if test:
        return test
    _refuse_misspelt(scanner)
    metric = read_metric(scanner)
    if scanner.take(DROP):
        return read_drop(scanner, metric)
    _refuse_word(scanner, metric)
    return read_floor(scanner, metric)


def _refuse_misspelt(scanner: Scanner) -> None:
    """A word that is no metric and looks like one of our own."""
    match = _WORD.match(scanner.text, scanner.at)
    if not match or is_spelling(match["word"]):
        return
    for word in get_close_matches(match["word"].lower(), _EXAMPLES, n=1, cutoff=0.7):
        near = _valid(word + scanner.text[match.end() :], otherwise=_EXAMPLES[word])
        scanner.refuse(f"a metric or {word!r}", near, found=match["word"])


def _refuse_word(scanner: Scanner, metric: Metric) -> None:
    """A word behind the metric that is not `drop`."""
    rest = scanner.text[scanner.at :]
    if _WORD.match(rest) and metric.higher_is_better:
        drops = _LIKE_DROP.match(rest) and is_droppable(metric)
        bound = drop_bound(metric, rest) if drops else floor_bound(metric)
        scanner.refuse("'>=' or 'drop'", bound.near(scanner.number_ahead()))


def _tag_behind(scanner: Scanner) -> str:
    """A tag that stands where none belongs, to be written in front."""
    match = None if scanner.prefix else _TAG.match(scanner.text, scanner.at)
    return f"tag:{match['tag']} " if match and is_tag(match["tag"]) else ""


def _valid(text: str, *, otherwise: str = EXAMPLE) -> str:
    """The gate that the text is, if it is one without another tag."""
    if _TAG.match(text):
        return otherwise
    try:
        return str(parse_gate(text))
    except SettingsError:
        return otherwise
