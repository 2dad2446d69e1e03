"""What per-query differences show: tests, bounds and intervals, from numbers alone."""

from retrieval_checks.comparison.significance.bootstrap import bca_intervals as bca_intervals
from retrieval_checks.comparison.significance.decision import Decision as Decision
from retrieval_checks.comparison.significance.decision import decide as decide
from retrieval_checks.comparison.significance.lost import lost_share_bound as lost_share_bound
from retrieval_checks.comparison.significance.multiplicity import holm as holm
from retrieval_checks.comparison.significance.non_inferiority import (
    certifiable_margin as certifiable_margin,
)
from retrieval_checks.comparison.significance.non_inferiority import (
    default_margin as default_margin,
)
from retrieval_checks.comparison.significance.non_inferiority import lower_bound as lower_bound
from retrieval_checks.comparison.significance.non_inferiority import (
    queries_needed as queries_needed,
)
from retrieval_checks.comparison.significance.randomization import drop_p_values as drop_p_values
from retrieval_checks.comparison.significance.randomization import smallest_p as smallest_p
