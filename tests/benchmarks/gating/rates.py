"""`Rates`: how often each outcome was given, and what must hold of that."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from retrieval_checks.comparison.significance import decide, default_margin
from retrieval_checks.data.postings import FloatArray

FALSE_FAIL, FALSE_PASS, LARGE_PASS = 0.06, 0.06, 0.003  # at most these shares
LARGE = 0.10  # a drop that hardly ever may pass
REPEATED = 20  # sets a cell that are judged twice
ENOUGH = 1_000  # sets a cell from which its rates are near enough to be held to anything


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares of the outcomes over sets of n queries with the same true drop."""

    name: str
    queries: int
    drop: float
    failed: float
    passed: float
    repetitions: int

    def __str__(self) -> str:
        open_ = 1 - self.failed - self.passed
        return f"{100 * self.failed:5.1f}/{100 * self.passed:5.1f}/{100 * open_:5.1f}"

    def claims(self) -> Iterator["Claim"]:
        """What must hold of this cell; nothing for most drops."""
        where = f"{self.name}, n = {self.queries}"
        if self.drop == 0:
            yield Claim(f"false FAIL, {where}", self.failed, FALSE_FAIL)
        if self.drop == default_margin(self.queries):
            yield Claim(f"PASS of a drop of the margin, {where}", self.passed, FALSE_PASS)
        if self.drop == LARGE:
            yield Claim(f"PASS of a drop of {LARGE}, {where}", self.passed, LARGE_PASS)


@dataclass(frozen=True, slots=True)
class Claim:
    """A share that must not be larger than it may be."""

    what: str
    share: float
    at_most: float

    @property
    def holds(self) -> bool:
        return self.share <= self.at_most

    def __str__(self) -> str:
        verdict = "holds" if self.holds else "DOES NOT HOLD"
        return f"  {self.what:68} {self.share:7.4f}  at most {self.at_most:5.3f}  {verdict}"


def judged(name: str, drop: float, differences: FloatArray) -> Rates:
    """The rates over sets of differences, (repetitions, n); the seed is another for every set.

    Raises:
        AssertionError: the same set got another decision the second time.
    """
    repetitions, n = differences.shape
    counts: Counter[str] = Counter()
    for seed, row in enumerate(differences):
        decision = decide(row, seed=seed)
        counts[decision.outcome] += 1
        if seed < REPEATED:
            assert decide(row.copy(), seed=seed) == decision, f"{name}, n = {n}: judged otherwise"
    failed, passed = counts["FAIL"] / repetitions, counts["PASS"] / repetitions
    return Rates(name, n, drop, failed, passed, repetitions)


def print_rates(title: str, rates: list[Rates]) -> None:
    """A table with a column for each true drop."""
    drops = sorted({r.drop for r in rates})
    print(f"\n{title}, % FAIL/PASS/INCONCLUSIVE of {rates[0].repetitions:,} sets a cell")
    print(f"  {'true drop':34}" + "".join(f"{drop:>19.2f}" for drop in drops))
    cells = {(r.name, r.queries, r.drop): r for r in rates}
    for name, n in dict.fromkeys((r.name, r.queries) for r in rates):
        row = (cells.get((name, n, drop), "") for drop in drops)
        print(f"  {name:28} {n:5}" + "".join(f"{cell!s:>19}" for cell in row), flush=True)


def print_claims(rates: list[Rates], *, every: bool) -> None:
    """What must hold, one line a cell, or the worst cell of each claim and all that fail."""
    if rates[0].repetitions < ENOUGH:
        print(f"\nwhat must hold is not asked of fewer than {ENOUGH:,} sets a cell")
        return
    claims = [claim for r in rates for claim in r.claims()]
    kinds = dict.fromkeys(claim.what.partition(",")[0] for claim in claims)
    print("\nmust hold" + ("" if every else ", the worst cell of each kind"))
    for kind in kinds:
        same = sorted(
            (c for c in claims if c.what.startswith(kind + ",")),
            key=lambda c: c.share,
            reverse=True,
        )
        shown = same if every else [c for i, c in enumerate(same) if i == 0 or not c.holds]
        print(*shown, sep="\n")
        held = sum(c.holds for c in same)
        print(f"  {kind}: holds in {held} of {len(same)} cells", flush=True)
