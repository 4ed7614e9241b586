"""The report as JSON, format 1: the contract that other tools read (``docs/schema/report-1.json``)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from greenprof.wire import report_to_json

if TYPE_CHECKING:
    from greenprof.model import Report

SUFFIXES = (".json",)


def render(report: Report) -> str:
    """Indented JSON, plain ASCII: a name with control characters in it cannot reach a terminal."""
    return json.dumps(report_to_json(report), indent=2, allow_nan=False) + "\n"
