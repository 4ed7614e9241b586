"""greenprof: how many joules a program burns, on which lines, and which antipattern sits on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from greenprof.lint import lint_paths
    from greenprof.measuring import measure, measure_call, measured
    from greenprof.model import Report
    from greenprof.notebook import load_ipython_extension
    from greenprof.pipeline import profile_program

__version__ = "0.1.0"
__all__ = [
    "Report",
    "__version__",
    "lint_paths",
    "load_ipython_extension",
    "measure",
    "measure_call",
    "measured",
    "profile_program",
]

_HOMES = {
    "lint_paths": "greenprof.lint",
    "load_ipython_extension": "greenprof.notebook",
    "measure": "greenprof.measuring",
    "measure_call": "greenprof.measuring",
    "measured": "greenprof.measuring",
    "profile_program": "greenprof.pipeline",
    "Report": "greenprof.model",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that ``import greenprof`` costs next to nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'greenprof' has no attribute {name!r}")
    from importlib import import_module

    # Kept, so that from the second time on the name is found at once: a measured block has to cost little.
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value
