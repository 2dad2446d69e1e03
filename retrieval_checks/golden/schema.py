"""`GoldenSuite`: a golden file as values, every one checked when it is read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from retrieval_checks.errors import RetrievalChecksError
from retrieval_checks.golden.located import Located, read_yaml
from retrieval_checks.judgement.floor import Floor, parse_floor
from retrieval_checks.metrics.metric import Metric

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Expectations:
    """What must hold for one query, whatever the other queries do."""

    within: Mapping[str, int]  # document: worst allowed rank
    absent: Mapping[str, int]  # document: it must not stand at this rank or better
    above: tuple[tuple[str, str], ...]  # (upper, lower)
    metrics: tuple[Floor, ...]

    @property
    def documents(self) -> tuple[str, ...]:
        """Every document that an expectation names, once, in the order of the file."""
        pairs = (doc_id for pair in self.above for doc_id in pair)
        return tuple(dict.fromkeys([*self.within, *self.absent, *pairs]))

    @property
    def deepest(self) -> int:
        """The deepest rank that an expectation looks at; 0 where there is none."""
        cutoffs = [floor.metric.k or 0 for floor in self.metrics]
        return max([*self.within.values(), *self.absent.values(), *cutoffs], default=0)


@dataclass(frozen=True, slots=True)
class GoldenQuery:
    """One golden query; `text` and `relevant` are None where the collection has them."""

    query_id: str
    text: str | None
    tags: tuple[str, ...]
    relevant: Mapping[str, float] | None  # document: grade
    expect: Expectations
    line: int


@dataclass(frozen=True, slots=True)
class GoldenGate:
    """A floor under the mean of a metric over all queries of the file."""

    floor: Floor
    line: int


@dataclass(frozen=True, slots=True)
class GoldenSuite:
    """One golden file."""

    path: Path
    collection: Path | None  # absolute
    split: str
    queries: tuple[GoldenQuery, ...]
    gates: tuple[GoldenGate, ...]

    @property
    def deepest(self) -> int:
        """The deepest rank that anything in the file looks at."""
        cutoffs = [gate.floor.metric.k or 0 for gate in self.gates]
        return max([*(query.expect.deepest for query in self.queries), *cutoffs], default=0)


def read_golden(path: Path) -> GoldenSuite:
    """The golden file at `path`.

    Raises:
        SettingsError: anything that has no meaning, with file, line and the nearest valid spelling.
    """
    root = read_yaml(path)
    fields = root.fields("the golden file", ("format", "collection", "split", "queries", "gates"))
    if "format" not in fields:
        root.fail(f"'format: {FORMAT}' is missing; it says which rules the file follows")
    if fields["format"].number("format") != FORMAT:
        fields["format"].fail(
            f"format {fields['format'].text('format')} is unknown; this version reads {FORMAT}"
        )
    if "queries" not in fields:
        root.fail("no 'queries' in the golden file")
    if "split" in fields and "collection" not in fields:
        fields["split"].fail("'split' belongs to a 'collection'; name that too")
    collection = fields.get("collection")
    queries = tuple(_query(entry) for entry in fields["queries"].items("queries"))
    if not queries:
        fields["queries"].fail("'queries' is empty: a golden file needs at least one query")
    _check_unique(queries, fields["queries"])
    gates = _gates(fields["gates"]) if "gates" in fields else ()
    if not gates:
        _check_expecting(queries, fields["queries"])
    return GoldenSuite(
        path=path,
        collection=_collection(collection) if collection else None,
        split=fields["split"].text("split") if "split" in fields else "test",
        queries=queries,
        gates=gates,
    )


def _query(entry: Located) -> GoldenQuery:
    fields = entry.fields("a golden query", ("id", "text", "tags", "relevant", "expect"))
    if "id" not in fields:
        entry.fail("a golden query needs an 'id'")
    query_id = fields["id"].text("id")
    _check_id(query_id, fields["id"])
    tags = fields["tags"].items("tags") if "tags" in fields else ()
    return GoldenQuery(
        query_id=query_id,
        text=fields["text"].text("text") if "text" in fields else None,
        tags=tuple(_tag(tag) for tag in tags),
        relevant=_relevant(fields["relevant"]) if "relevant" in fields else None,
        expect=_expectations(fields.get("expect")),
        line=entry.line,
    )


def _check_id(query_id: str, entry: Located) -> None:
    """Refuse what pytest, or a reader, would take for something else in the name of a test."""
    if "::" in query_id or any(not c.isprintable() for c in query_id):
        entry.fail(f"id {query_id!r} cannot be part of a test's name: no '::', no controls")
    if "[" in query_id and not query_id.endswith("]"):
        entry.fail(f"id {query_id!r} cannot be part of a test's name: after '[', ']' must end it")
    if query_id.startswith("gate["):
        entry.fail(f"id {query_id!r} reads like a gate; begin it with anything but 'gate['")


def _tag(entry: Located) -> str:
    tag = entry.text("a tag")
    if not re.fullmatch(r"[A-Za-z][\w.+-]*", tag):
        entry.fail(f"tag {tag!r} cannot be selected: a letter, then letters, digits, _ . + -")
    return tag


def _relevant(entry: Located) -> Mapping[str, float]:
    grades = {
        doc_id: value.number(f"the grade of {doc_id!r}")
        for doc_id, (_, value) in entry.mapping("relevant").items()
    }
    if not any(grade >= 1 for grade in grades.values()):
        entry.fail("no document of grade 1 or more in 'relevant': nothing could be found")
    return grades


def _expectations(entry: Located | None) -> Expectations:
    fields = entry.fields("expect", ("within", "absent", "above", "metrics")) if entry else {}
    return Expectations(
        within=_ranks(fields.get("within"), "within"),
        absent=_ranks(fields.get("absent"), "absent"),
        above=_pairs(fields.get("above")),
        metrics=_floors(fields.get("metrics")),
    )


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


def _gates(entry: Located) -> tuple[GoldenGate, ...]:
    gates = tuple(GoldenGate(_floor(gate), gate.line) for gate in entry.items("gates"))
    seen: set[str] = set()
    for gate in gates:
        if str(gate.floor) in seen:
            entry.fail(f"gate '{gate.floor}' stands twice")
        seen.add(str(gate.floor))
    return gates


def _floor(entry: Located) -> Floor:
    try:
        floor = parse_floor(entry.text("a floor"))
    except RetrievalChecksError as error:
        entry.fail(str(error))
    if floor.metric.depth is None:
        entry.fail(_any_depth(floor.metric))
    return floor


def _any_depth(metric: Metric) -> str:
    """Why a metric that looks at any rank is refused: how deep is retrieved would change it."""
    if metric.judged_only:
        return (
            f"{metric} leaves unjudged documents out first, so that its value depends on how deep"
            f" is retrieved; leave judged_only out: {metric.name}@{metric.k or 100}"
        )
    if metric.cutoff is not None:
        return (
            f"{metric} is read at a recall level, wherever in the ranking that is reached; golden"
            " files retrieve to a stated depth: use a metric with a rank as cut-off, such as R@100"
        )
    return f"{metric} needs a cut-off here, for example {metric}@100"


def _collection(entry: Located) -> Path:
    return (entry.path.parent / entry.text("collection")).resolve()


def _check_expecting(queries: tuple[GoldenQuery, ...], entry: Located) -> None:
    for query in queries:
        if not (query.expect.documents or query.expect.metrics):
            entry.fail(
                f"nothing is expected of query {query.query_id!r} in line {query.line}:"
                " give it an 'expect', or the file 'gates'"
            )


def _check_unique(queries: tuple[GoldenQuery, ...], entry: Located) -> None:
    first: dict[str, int] = {}
    for query in queries:
        if query.query_id in first:
            entry.fail(
                f"query {query.query_id!r} in line {query.line} stands already"
                f" in line {first[query.query_id]}"
            )
        first[query.query_id] = query.line
