"""What a golden file can and cannot tell, said before any run."""

from retrieval_checks.golden.lint.all_checks import lint as lint
from retrieval_checks.golden.lint.finding import Finding as Finding
from retrieval_checks.golden.lint.finding import Severity as Severity
from retrieval_checks.golden.lint.subject import LintSubject as LintSubject
