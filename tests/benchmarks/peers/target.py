"""`Target`: a figure that a benchmark wants, and the one it got."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.benchmarks.peers.contenders import OURS
from tests.benchmarks.peers.rounds import Rounds


@dataclass(frozen=True, slots=True)
class Target:
    what: str
    wanted: float
    got: float
    at_least: bool = True

    def __str__(self) -> str:
        margin = self.got / self.wanted if self.at_least else self.wanted / self.got
        bound = "at least" if self.at_least else "at most"
        verdict = "reached" if margin >= 1 else "NOT reached"
        numbers = f"{bound:8} {self.wanted:5.2f}  got {self.got:7.2f}"
        return f"  {self.what:56} {numbers}  {verdict}, {margin:.2f} of it"


def against_peer(
    what: str, peer: str, wanted: float, rounds: Rounds, *, ours: str = OURS.name
) -> Iterator[Target]:
    """How many times as fast as this peer we are; nothing where it is missing."""
    if peer in rounds.seconds:
        yield Target(f"{what}: {peer} / ours", wanted, rounds.ratio(peer, ours))


def against_fastest(
    what: str, wanted: float, rounds: Rounds, *, ours: str = OURS.name
) -> Iterator[Target]:
    """The same against the fastest peer; other ways of ours are no peers."""
    peers = [name for name in rounds.seconds if not name.startswith(OURS.name)]
    if peers:
        yield from against_peer(what, min(peers, key=rounds.best), wanted, rounds, ours=ours)
