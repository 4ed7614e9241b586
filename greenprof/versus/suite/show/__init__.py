"""How the outcome of a suite is shown: `words` is what is said, the same in `tables` and on a `page`; `data` is for
programs. The formats are those of `greenprof.versus.show`.
"""

from __future__ import annotations

from greenprof.versus.show import FORMATS, format_of, rendered_by
from greenprof.versus.suite.nouns import SuiteOutcome

__all__ = ["FORMATS", "format_of", "render"]


def render(format_: str, outcome: SuiteOutcome) -> str:
    """`outcome` in one of `FORMATS`."""
    return rendered_by(__name__, format_, outcome)
