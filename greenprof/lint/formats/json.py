"""All that is known of the findings, for other programs."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from greenprof import __version__
from greenprof.estimate import estimate

if TYPE_CHECKING:
    from greenprof.lint.formats import Shown


def render(shown: Shown) -> str:
    """One object; a key once there keeps its meaning."""
    result = shown.result
    data = {
        "format": "greenprof-lint",
        "version": 1,
        "greenprof": __version__,
        "findings": [{**asdict(one), "estimate": estimate(one)} for one in result.findings],
        "errors": [asdict(one) for one in result.errors],
        "files": result.files,
        "lines": result.lines,
    }
    return json.dumps(data, indent=1) + "\n"
