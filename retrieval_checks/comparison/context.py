"""`Context`: what a figure was measured with, and which change of it explains another figure."""

import hashlib
from dataclasses import astuple, dataclass, fields

_CAUSES = {  # field: what a reader is told first, most telling first
    "text": "the query was reworded",
    "judgements": "the judgements changed (stale labels)",
    "corpus": "the corpus changed",
    "pipeline": "the model or the pipeline changed",
    "environment": "the environment changed",
}
_COMMA = ", "
_SAME = "nothing recorded changed, so the code did"


@dataclass(frozen=True, slots=True)
class Context:
    """Corpus, pipeline and environment, each as a line that is compared and read.

    >>> before = Context("100 documents 3f2a", "dense MiniLM", "numpy 2.4")
    >>> now = Context("100 documents 3f2a", "dense MPNet", "numpy 2.4")
    >>> before.id != now.id, cause(before.changes(now))
    (True, "the model or the pipeline changed: 'dense MiniLM' -> 'dense MPNet'")
    """

    corpus: str
    pipeline: str
    environment: str

    def __post_init__(self) -> None:
        for field in fields(self):  # a path may hold bytes that are no character: file formats
            text = getattr(self, field.name).encode("utf-8", "backslashreplace").decode("utf-8")
            object.__setattr__(self, field.name, text)

    @property
    def id(self) -> str:
        """Eight hexadecimal digits that depend on every field."""
        return digest("\0".join(astuple(self)), digits=8)

    def changes(self, now: "Context") -> dict[str, tuple[str, str]]:
        """`{field: (before, now)}` of what differs in a later context."""
        pairs = {f.name: (getattr(self, f.name), getattr(now, f.name)) for f in fields(self)}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def cause(changes: dict[str, tuple[str, str]]) -> str:
    """The headline of a failure: which class of change may explain it.

    Several changes at once are all named: which of them did it, only one at a time can tell. Of
    lines that list things with commas, those are shown that differ.

    >>> cause({})
    'nothing recorded changed, so the code did'
    >>> cause({"environment": ("Linux, numpy 2.3", "Linux, numpy 2.4")})
    "the environment changed: 'numpy 2.3' -> 'numpy 2.4'"
    """
    told = []
    for name, what in _CAUSES.items():
        if name in changes:
            before, now = _differing(*changes[name])
            told.append(f"{what}: {before!r} -> {now!r}" if name in Context.__slots__ else what)
    return "; ".join(told) or _SAME


def _differing(before: str, now: str) -> tuple[str, str]:
    """The items of two lists that are not the same in both; all where the lengths differ."""
    old, new = before.split(_COMMA), now.split(_COMMA)
    if len(old) != len(new):
        return before, now
    pairs = [pair for pair in zip(old, new, strict=True) if pair[0] != pair[1]]
    return _COMMA.join(pair[0] for pair in pairs), _COMMA.join(pair[1] for pair in pairs)


def digest(text: str, *, digits: int = 12) -> str:
    """The first hexadecimal digits of a text's SHA-256.

    >>> digest("cats purr")
    '19588431d1ea'
    """
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:digits]
