"""One file = one way to show a `Report`; this door finds it by name.

A reporter is a module with ``render(report)``, which gives text, or bytes where its format is not text, and
``SUFFIXES``, the file name endings that ask for it. A file put into this folder is found at once; a reporter of another
package announces itself under the entry-point group ``greenprof.reporters``. Names that start with an underscore are
what the reporters share. A reporter is imported when it is asked for, never before.
"""

from __future__ import annotations

import pkgutil
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.i18n import ENGLISH, language, speaking
from greenprof.plugins import plugins

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.metadata import EntryPoint

    from greenprof.model import Report

__all__ = ["Reporter", "check_format", "format_for", "formats", "render"]

GROUP = "greenprof.reporters"


class Reporter(Protocol):
    """What every reporter module offers."""

    SUFFIXES: tuple[str, ...]  # and ``SPOKEN = True`` where it is for people, in the language that they asked for

    def render(self, report: Report) -> str | bytes:
        """The report in this reporter's format: text, or bytes where that is not text."""


def render(format: str, report: Report) -> str | bytes:
    """`report` in the named format; raises `GreenprofError` (exit code 2) for a format that nobody offers."""
    reporter = _load(format)
    with speaking(language() if getattr(reporter, "SPOKEN", False) else ENGLISH):
        return reporter.render(report)


def check_format(format: str) -> None:
    """Raise what `render` would raise for a format that nobody offers, before there is anything to render."""
    _load(format)


def formats() -> tuple[str, ...]:
    """The names that `render` takes, sorted."""
    return tuple(sorted({*_built_in(), *_plugged_in()}))


def format_for(path: str | Path) -> str | None:
    """The format that has the longest suffix which `path` ends in, or ``None``: ``page.html`` gives ``html``."""
    name = Path(path).name.lower()
    if "." not in name[1:]:
        return None
    found: dict[str, str] = {}
    for format in (*sorted(_built_in()), *sorted(_plugged_in())):
        # A plug-in that cannot be loaded claims no suffix; whoever names it is told why.
        with suppress(GreenprofError):
            for suffix in _load(format).SUFFIXES:
                if name.endswith(suffix) and name != suffix:
                    found.setdefault(suffix, format)
    return found[max(found, key=len)] if found else None


def _built_in() -> frozenset[str]:
    return frozenset(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))


def _plugged_in() -> Mapping[str, EntryPoint]:
    return {point.name: point for point in plugins(GROUP)}


def _load(format: str) -> Reporter:
    if format in _built_in():
        return cast(Reporter, import_module(f"{__name__}.{format}"))
    point = _plugged_in().get(format)
    if point is None:
        raise _unknown(format)
    try:
        return cast(Reporter, point.load())
    except Exception as error:  # somebody else's code: whatever it raises is said in one line
        raise GreenprofError(
            f"the reporter {format!r} ({point.value}) cannot be loaded: {error}", EXIT_USAGE
        ) from error


def _unknown(format: str) -> GreenprofError:
    from difflib import get_close_matches

    near = get_close_matches(format, formats(), n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return GreenprofError(f"unknown format {format!r}: {hint}choose from {', '.join(formats())}", EXIT_USAGE)
