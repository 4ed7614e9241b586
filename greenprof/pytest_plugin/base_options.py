"""The options that compare with a base commit (``--green-base``), and what its workers have to leave out of account.

The standard library only, for every pytest with greenprof beside it imports this.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from greenprof.ab.workers import LeftOut


def add_base_options(add: Callable[..., object]) -> None:
    """Add them by `add`, which is what a group of pytest's parser calls ``addoption``."""
    add(
        "--green-base", metavar="COMMIT",
        help="compare tests with the fixture energy or an energy_budget with those of this commit, as origin/main, in "
        "this session; one that has certainly got dearer fails",
    )  # fmt: skip
    add(
        "--green-base-install", metavar="COMMAND",
        help="build the environment of the base with this command (default: pip or uv, where dependencies differ)",
    )  # fmt: skip
    add("--green-base-cache", metavar="DIR", help="keep the base's checkout and environment there")
    add("--green-base-tip", action="store_true", default=False, help="compare with its tip, not with the merge base")
    add("--green-base-all", action="store_true", default=False, help="compare every test")


class _Recorder:
    """Stands for pytest's parser, and notes what is added to it."""

    def __init__(self) -> None:
        self.options: dict[str, dict[str, Any]] = {}
        self.settings: list[str] = []

    def getgroup(self, *_names: str) -> _Recorder:
        return self

    def addoption(self, *names: str, action: str = "store", nargs: str | None = None, **_how: object) -> None:
        how: dict[str, Any] = {"action": action}
        if nargs is not None:
            how["nargs"] = nargs
        self.options |= dict.fromkeys(names, how)

    def addini(self, name: str, *_words: str, **_how: object) -> None:
        self.settings.append(name)


def left_out() -> LeftOut:
    """What this plugin adds to pytest, for workers that do without it; nothing where there is no pytest here."""
    from greenprof.ab.workers import NOTHING, LeftOut

    try:
        from greenprof.pytest_plugin.options import add_options
    except ImportError:
        return NOTHING
    recorder = _Recorder()
    add_options(recorder)  # type: ignore[arg-type]
    return LeftOut(options=recorder.options, settings=tuple(recorder.settings))
