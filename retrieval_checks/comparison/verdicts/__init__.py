"""Comparisons as verdicts: the figures, what changed, what to do."""

from retrieval_checks.comparison.verdicts.agreement import agreement_verdict as agreement_verdict
from retrieval_checks.comparison.verdicts.comparison import Comparison as Comparison
from retrieval_checks.comparison.verdicts.drop import drop_verdict as drop_verdict
from retrieval_checks.comparison.verdicts.latency import latency_verdict as latency_verdict
from retrieval_checks.comparison.verdicts.recorded import recorded_verdict as recorded_verdict
from retrieval_checks.comparison.verdicts.top_ten import top_ten as top_ten
