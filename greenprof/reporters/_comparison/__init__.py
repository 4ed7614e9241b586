"""How a `greenprof.compare.Comparison` is shown: one file = one way, as for a report, found by name."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from greenprof.errors import EXIT_USAGE, GreenprofError

if TYPE_CHECKING:
    from pathlib import Path

    from greenprof.compare import Comparison

FORMATS = {"text": (".txt",), "html": (".html", ".htm"), "markdown": (".md",), "json": (".json",), "csv": (".csv",)}


def render(format: str, comparison: Comparison) -> str:
    """`comparison` in one of `FORMATS`."""
    shown: str = import_module(f"{__name__}.{format}").render(comparison)
    return shown


def format_of(path: Path) -> str:
    """The format of an output by its suffix; raises `GreenprofError` for another."""
    for format, suffixes in FORMATS.items():
        if path.suffix.lower() in suffixes:
            return format
    raise GreenprofError(
        f"{path}: no format of a comparison has this suffix; name one with -f ({', '.join(FORMATS)})", EXIT_USAGE
    )
