"""How alike two sets of scores of the same pairs are: in value, and in what they put first."""

from collections.abc import Iterator, Sequence

from retrieval_checks.contracts.bi_encoder.likeness import shown
from retrieval_checks.contracts.promise import case
from retrieval_checks.contracts.reranker.subject import Pair, Scorer, Scores, ranked

_FIRST = 3  # documents of a ranking that must keep their places


def same_scores(
    subject: Scorer, pairs: Sequence[Pair], before: Scores, after: Scores, change: str
) -> Iterator[str | None]:
    """A case for each pair, whose score must stay, and for each query, whose first three must.

    Args:
        subject: whose tolerance holds.
        pairs: what was scored, n of them.
        before: their scores, (n,).
        after: their scores after a change that should change nothing.
        change: what differs, for messages: `"in batches of 1"`.
    """
    allowed = subject.allowed
    for (query, document), old, new in zip(pairs, before.tolist(), after.tolist(), strict=True):
        difference = abs(new - old)
        yield case(
            difference <= allowed,
            f"{change}, the score is {new:.6g}, not {old:.6g}, {difference:.2g} off (allowed"
            f" {allowed:.2g}), for {shown(query)} and {shown(document)}",
        )
    for query in dict.fromkeys(query for query, _ in pairs):
        rows = [row for row, pair in enumerate(pairs) if pair[0] == query]
        old_first, new_first = (ranked(scores[rows])[:_FIRST] for scores in (before, after))
        apart = any(
            abs(before[rows[a]] - before[rows[b]]) > allowed
            for a, b in zip(old_first, new_first, strict=True)
        )
        yield case(
            not apart,
            f"{change}, the first {len(new_first)} for {shown(query)} are documents {new_first},"
            f" not {old_first}",
        )
