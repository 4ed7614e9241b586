"""Files in, findings out. Knows nothing of energy, and imports libcst only when a file needs it."""

from __future__ import annotations

from greenprof.lint.engine import lint_source
from greenprof.lint.files import FileChoice
from greenprof.lint.paths import lint_paths
from greenprof.lint.registry import load_rules
from greenprof.lint.result import FileError, LintResult
from greenprof.lint.rule import Hit, ProjectRule, Repair, Rule, Screen
from greenprof.model import Edit
from greenprof.python_versions import Pythons

__all__ = [
    "Edit",
    "FileChoice",
    "FileError",
    "Hit",
    "LintResult",
    "ProjectRule",
    "Pythons",
    "Repair",
    "Rule",
    "Screen",
    "lint_paths",
    "lint_source",
    "load_rules",
]
