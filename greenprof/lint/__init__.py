"""Files in, findings out. Knows nothing of energy, and imports libcst only when a file needs it.

What rules are made of is here at once. What lints with them is imported when it is first used: the catalogue needs
none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint.rule import Hit, ProjectRule, Repair, Rule, Screen, SqlHit
from greenprof.python_versions import Pythons

if TYPE_CHECKING:
    from greenprof.lint.engine import lint_source
    from greenprof.lint.files import FileChoice
    from greenprof.lint.paths import lint_paths
    from greenprof.lint.registry import load_rules
    from greenprof.lint.result import FileError, LintResult
    from greenprof.model import Edit

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
    "SqlHit",
    "lint_paths",
    "lint_source",
    "load_rules",
]

_HOMES = {
    "Edit": "greenprof.model",
    "FileChoice": "greenprof.lint.files",
    "FileError": "greenprof.lint.result",
    "LintResult": "greenprof.lint.result",
    "lint_paths": "greenprof.lint.paths",
    "lint_source": "greenprof.lint.engine",
    "load_rules": "greenprof.lint.registry",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'greenprof.lint' has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value
