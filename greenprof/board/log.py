"""Structured logs: one JSON object a line on standard error. No key, cookie or source is ever among the values."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime


def log(event: str, **values: object) -> None:
    """Write one line."""
    line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **values}
    sys.stderr.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
    sys.stderr.flush()
