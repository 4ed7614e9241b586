"""Measured figures on a Markdown page: tables, and the place between two markers where they are written."""

from __future__ import annotations

import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def table(rows: Sequence[Sequence[str]]) -> str:
    """A table whose first row is its head and whose first column is left-aligned."""
    head, *body = rows
    lines = [head, ["---", *("--:" for _ in head[1:])], *body]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def write(page: Path, text: str) -> None:
    """Put `text` between the markers of a page."""
    old = page.read_text(encoding="utf-8")
    block = f"{BEGIN}\n{text}{END}"
    page.write_text(re.sub(f"{BEGIN}.*?{END}", lambda _: block, old, flags=re.DOTALL), encoding="utf-8")


def when_and_where() -> str:
    """The day and the system, for the head of a page's figures."""
    return f"{datetime.now(UTC):%Y-%m-%d} on {platform.system()} {platform.release()} ({platform.machine()})"
