"""The text of a new golden file: what was picked, and comments that say what to edit."""

import re
from collections.abc import Sequence
from math import ceil

import yaml

from retrieval_checks.cli.golden.starting.picking import PickedQuery
from retrieval_checks.comparison.significance import certifiable_margin
from retrieval_checks.golden.reading.schema import FORMAT

_PLAIN = re.compile(r"[A-Za-z0-9./][\w./-]*", re.ASCII)
_LARGEST_MARGIN = 0.2  # of nDCG; a gate that lets more go says nothing
_NULL = {"null", "Null", "NULL"}
_EXPECTED = """\
# Each line under 'within' says how far down a relevant document may stand. To edit:
#   - keep the queries that must never break, and drop the others;
#   - tighten the ranks (1: it must be the first), drop documents that need not be found;
#   - add what must not happen: 'absent: {document: 10}', 'above: [[better, worse]]'."""


def draft(
    picked: Sequence[PickedQuery], *, collection: str, split: str, source: str, measured: str = ""
) -> str:
    r"""A golden file that can be run as it is.

    Args:
        picked: its queries.
        collection: as the file is to name it, from its own folder.
        split: of the judgements.
        source: how it was made, for its first line.
        measured: a figure of a run, such as `nDCG@10 is 0.6452`; empty without one.

    >>> query = PickedQuery("q1", "what: purrs?", ("pets",), {"cat": 1}, "")
    >>> text = draft([query], collection="cats", split="test", source="by hand")
    >>> print(text[text.index("collection"):text.index("\n\n# gates")])
    collection: cats
    queries:
      - id: q1
        text: "what: purrs?"
        tags: [pets]
        expect:
          within: {cat: 1}
    """
    lines = [f"# Golden queries, {_comment(source)}.", *_EXPECTED.splitlines()]
    lines += [f"format: {FORMAT}", f"collection: {scalar(collection)}"]
    lines += [] if split == "test" else [f"split: {scalar(split)}"]
    lines += ["queries:", *(line for query in picked for line in _query(query)), ""]
    return "\n".join([*lines, *_gates(len(picked), measured), ""])


def scalar(text: str) -> str:
    r"""A text as one YAML scalar, in double quotes unless it is a plain word.

    >>> print(scalar("art2-10"), scalar("a: b"), scalar("null"), scalar("q\x7f"))
    art2-10 "a: b" "null" "q\x7F"
    """
    if _PLAIN.fullmatch(text) and text not in _NULL:
        return text
    quoted = yaml.dump(text, default_style='"', allow_unicode=True, width=float("inf"))
    return str(quoted).rstrip("\n")


def _query(query: PickedQuery) -> list[str]:
    lines = [f"  # {_comment(query.note)}"] if query.note else []
    lines += [f"  - id: {scalar(query.query_id)}", f"    text: {_quoted(query.text)}"]
    lines += [f"    tags: [{', '.join(map(scalar, query.tags))}]"] if query.tags else []
    if query.within:
        ranks = ", ".join(f"{scalar(doc_id)}: {rank}" for doc_id, rank in query.within.items())
        lines += ["    expect:", f"      within: {{{ranks}}}"]
    return lines


def _gates(count: int, measured: str) -> list[str]:
    """Gates to choose from, those left out that so few queries could never pass."""
    least = ceil(certifiable_margin(count) * 100) / 100
    told = {"nDCG@10 >= 0.5": measured or "a floor under the mean"}
    if least <= _LARGEST_MARGIN:
        told[f"nDCG@10 drop <= {least:g}"] = f"the least drop that {count} queries can rule out"
    told["churn@1 <= 20%"] = "queries whose first document is not the accepted one"
    lines = [f"#   - {gate:<22} # {_comment(why)}" for gate, why in told.items()]
    return [
        "# gates:                    # over all queries of this file; drop the # of those meant",
        *lines,
    ]


def _quoted(text: str) -> str:
    """A text in double quotes always: questions read alike."""
    plain = scalar(text)
    return plain if plain.startswith('"') else f'"{plain}"'


def _comment(text: str) -> str:
    """A text that stays in its line."""
    return "".join(c if c.isprintable() else " " for c in text)
