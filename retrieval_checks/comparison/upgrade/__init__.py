"""Moving from one pipeline to another: what it gains, what it costs, and whether that is shown."""

from retrieval_checks.comparison.upgrade.judged import Upgrade as Upgrade
from retrieval_checks.comparison.upgrade.judged import judge_upgrade as judge_upgrade
from retrieval_checks.comparison.upgrade.system import System as System
