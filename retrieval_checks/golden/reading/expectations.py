"""What is expected of one query: the `expect` of a golden file, read."""

import re
from collections.abc import Mapping

from retrieval_checks.errors import RetrievalChecksError
from retrieval_checks.golden.reading.gates import any_depth
from retrieval_checks.golden.reading.located import Located
from retrieval_checks.golden.suite import Expectations
from retrieval_checks.judgement.floor import Floor, parse_floor


def read_expectations(entry: Located | None) -> Expectations:
    """What `expect` asks for; nothing where there is none."""
    allowed = ("within", "absent", "above", "metrics", "overlap", "rbo", "top_1")
    fields = entry.fields("expect", allowed) if entry else {}
    return Expectations(
        within=_ranks(fields.get("within"), "within"),
        absent=_ranks(fields.get("absent"), "absent"),
        above=_pairs(fields.get("above")),
        metrics=_floors(fields.get("metrics")),
        overlap=_share(fields.get("overlap"), "overlap"),
        rbo=_share(fields.get("rbo"), "rbo"),
        top_1=_same(fields.get("top_1")),
    )


def _share(entry: Located | None, what: str) -> float | None:
    """The number in `>= 0.7`."""
    if entry is None:
        return None
    text = entry.text(what)
    match = re.fullmatch(r"\s*>=\s*(\d+\.?\d*|\.\d+)\s*", text)
    if not match or float(match[1]) > 1:
        entry.fail(f"{what} is {text!r}; write '>= 0.7', a number from 0 to 1")
    return float(match[1])


def _same(entry: Located | None) -> bool:
    if entry is not None and entry.text("top_1") != "same":
        entry.fail(f"top_1 is {entry.text('top_1')!r}; write 'same': the accepted first document")
    return entry is not None


def _ranks(entry: Located | None, what: str) -> Mapping[str, int]:
    if entry is None:
        return {}
    return {
        doc_id: value.whole_number(f"the rank of {doc_id!r} in {what!r}", least=1)
        for doc_id, (_, value) in entry.mapping(what).items()
    }


def _pairs(entry: Located | None) -> tuple[tuple[str, str], ...]:
    pairs = []
    for pair in entry.items("above") if entry else ():
        ids = [doc.text("a document id") for doc in pair.items("a pair of 'above'")]
        if len(ids) != 2 or ids[0] == ids[1]:
            pair.fail(f"a pair of 'above' is [upper, lower], two different documents; got {ids}")
        pairs.append((ids[0], ids[1]))
    return tuple(pairs)


def _floors(entry: Located | None) -> tuple[Floor, ...]:
    return tuple(_floor(floor) for floor in (entry.items("metrics") if entry else ()))


def _floor(entry: Located) -> Floor:
    try:
        floor = parse_floor(entry.text("a floor"))
    except RetrievalChecksError as error:
        entry.fail(str(error))
    if floor.metric.depth is None:
        entry.fail(any_depth(floor.metric))
    return floor
