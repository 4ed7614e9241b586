"""One file = one way to show what the linter found; this door finds it by name.

A format is a module with ``render(shown)``, and ``SPOKEN = True`` where it is for people, in the language that they
asked for. A file put into this folder is found at once; names that start with an
underscore are what the formats share. A format is imported when it is asked for, never before.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.i18n import ENGLISH, language, speaking

if TYPE_CHECKING:
    from greenprof.lint.result import LintResult
    from greenprof.lint.rule import Rule
    from greenprof.lint.shards import Shard

__all__ = ["Shown", "check_format", "formats", "render"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is shown and how: with escape sequences for colours, with the source lines.

    ``rules`` loads the rules, for formats that say more of one than its findings do. ``shard`` is the part of a run
    that this is, if it is one.
    """

    result: LintResult
    colour: bool = False
    source: bool = True
    rules: Callable[[], Sequence[Rule]] = tuple
    shard: Shard | None = None


def formats() -> tuple[str, ...]:
    """The names that `render` takes, sorted."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")))


def check_format(format: str) -> None:
    """Raise `GreenprofError` (exit code 2) for a format that is not there."""
    known = formats()
    if format not in known:
        close = get_close_matches(format, known, n=1)
        hint = f"did you mean {close[0]}?" if close else f"choose from {', '.join(known)}"
        raise GreenprofError(f"unknown format {format!r}: {hint}", EXIT_USAGE)


def render(format: str, shown: Shown) -> str:
    """`shown` in the named format; raises `GreenprofError` (exit code 2) for one that is not there."""
    check_format(format)
    module = import_module(f"{__name__}.{format}")
    with speaking(language() if getattr(module, "SPOKEN", False) else ENGLISH):
        text: str = module.render(shown)
    return text
