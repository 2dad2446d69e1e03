"""The metrics, each a pure function over ranked relevance; importing this registers them all.

Notation: h_i = 1 where the document at rank i is relevant (grade >= relevance level), R the number
of relevant documents of the query, retrieved or not, n that of retrieved ones. With a cut-off k the
ranking ends at rank k; one shorter than k goes on with documents that are not relevant. A sum over
ranks is one over judged documents here: the others add nothing. Where no document is relevant the
value is 0; metrics of gain go by grades, whatever the relevance level.
"""

from retrieval_checks.metrics.formulas import (  # noqa: F401  # imported to be registered
    counts,
    diversity,
    gain,
    incomplete,
    rank,
    sets,
)
