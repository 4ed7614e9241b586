"""What can be asked of the plugin, on the command line (``--green…``) and in pytest's settings (``green_…``).

The names are those of pytest-benchmark where it has them. Nothing but pytest and the standard library is imported here.
"""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from greenprof.pytest_plugin.base_options import add_base_options

MARK = "energy_budget"
COLUMNS = (
    "min",
    "max",
    "mean",
    "stddev",
    "median",
    "iqr",
    "interval",
    "cpu",
    "ops",
    "rounds",
    "iterations",
    "queries",
    "budget",
)
USUAL_COLUMNS = ("mean", "interval", "min", "stddev", "cpu", "rounds", "iterations", "budget")
SORTS = ("mean", "min", "max", "stddev", "median", "cpu", "name", "fullname")
ESTIMATED = ("warn", "fail", "ignore")
SCOPES = ("process", "machine")
_LATEST = "latest"

# Options that make the plugin begin before a test asks for it, by the name of their destination.
_ASKING = frozenset(
    f"green{name}" for name in ("", "_only", "_skip", "_save", "_autosave", "_compare", "_json", "_histogram")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was asked for.

    ``min_time_s`` is None for as long as the meter needs; ``compare`` is "latest", a number or a file.
    """

    whole_suite: bool = False
    only: bool = False
    skip: bool = False
    disabled: bool = False
    save: str | None = None
    compare: str | None = None
    compare_fail: tuple[str, ...] = ()
    json: str | None = None
    histogram: str | None = None
    sort: str = "mean"
    columns: tuple[str, ...] = USUAL_COLUMNS
    min_rounds: int = 5
    max_time_s: float = 1.0
    min_time_s: float | None = None
    meter: str | None = None
    storage: Path = field(default_factory=Path)
    estimated: str = "warn"
    scope: str = "process"
    budget: str | None = None
    regress: str | None = None


def add_options(parser: pytest.Parser) -> None:
    """Add the options and the keys of the settings to `parser`."""
    group = parser.getgroup("greenprof", "energy (greenprof)")
    add = group.addoption
    add(
        "--green",
        action="store_true",
        default=False,
        help="energy of the whole suite, its dearest tests and N+1 queries",
    )
    add(
        "--green-only",
        action="store_true",
        default=False,
        help="run only tests with the fixture energy or an energy_budget",
    )
    add("--green-skip", action="store_true", default=False, help="skip those tests")
    add(
        "--green-disable",
        action="store_true",
        default=False,
        help="run them once, without measuring; no budget is held",
    )
    add("--green-enable", action="store_true", default=False, help="measure although the settings say --green-disable")
    add("--green-save", metavar="NAME", type=_name, help="keep what was measured under this name, in the storage")
    add(
        "--green-autosave",
        action="store_true",
        default=False,
        help="keep what was measured, named after commit and time",
    )
    add(
        "--green-compare", metavar="NUM|FILE", nargs="?", const=_LATEST, type=_stored,
        help="compare with a kept session: its number or a file; without one, the latest of this machine",
    )  # fmt: skip
    add(
        "--green-compare-fail", metavar="EXPR", action="append", default=[], type=_expression,
        help="fail if a comparison shows more than this, as mean:5%% or median:2mJ or cpu_mean:5%%; may be given again",
    )  # fmt: skip
    add(
        "--green-json",
        metavar="PATH",
        help="write what was measured as JSON, which tools for pytest-benchmark read too",
    )
    add(
        "--green-histogram",
        metavar="PREFIX",
        nargs="?",
        const="",
        help="draw an SVG of all rounds; its name begins with PREFIX",
    )
    add(
        "--green-sort",
        metavar="COL",
        type=_one_of(SORTS),
        help=f"sort the table by one of: {', '.join(SORTS)} (default: mean)",
    )
    add("--green-columns", metavar="LABELS", type=_columns, help=f"columns of the table, of: {', '.join(COLUMNS)}")
    add("--green-min-rounds", metavar="NUM", type=_positive_int, help="rounds at least (default: 5)")
    add(
        "--green-max-time",
        metavar="SECONDS",
        type=_seconds,
        help="time for the rounds of a test, unless they need more (default: 1)",
    )
    add(
        "--green-min-time",
        metavar="SECONDS",
        type=_seconds,
        help="how long a round is at least (default: what the meter can resolve)",
    )
    add(
        "--green-meter",
        metavar="NAME",
        help="meter, NAME or NAME:ARGUMENT (default: the first that works; see greenprof doctor)",
    )
    add("--green-storage", metavar="PATH", help="folder for kept sessions (default: .greenprof/sessions)")
    add(
        "--green-estimated", metavar="|".join(ESTIMATED), type=_one_of(ESTIMATED),
        help="what a joule budget does that is exceeded by an estimate, where no counter can be read (default: warn)",
    )  # fmt: skip
    add(
        "--green-scope", metavar="|".join(SCOPES), type=_one_of(SCOPES),
        help="whose joules budgets and tables are about: this process's share, or the machine's (default: process)",
    )  # fmt: skip
    add_base_options(add)
    for name, words in _SETTINGS.items():
        parser.addini(f"green_{name}", f"{words} (greenprof)", default=None)


_SETTINGS = {
    "budget": "budget of each test that uses the fixture energy and has none of its own",
    "regress": 'by how much a test may grow where its mark does not say it, as "5%"',
    "estimated": "default of --green-estimated",
    "scope": "default of --green-scope",
    "meter": "default of --green-meter",
    "storage": "default of --green-storage",
    "sort": "default of --green-sort",
    "columns": "default of --green-columns",
    "min_rounds": "default of --green-min-rounds",
    "max_time": "default of --green-max-time",
    "min_time": "default of --green-min-time",
}


def is_asked_for(config: pytest.Config) -> bool:
    """Whether an option asks for the plugin, before any test does."""
    options = vars(config.option)
    return any(options.get(name) not in (None, False) for name in _ASKING)


def options_of(config: pytest.Config) -> Options:
    """What was asked for: the command line goes before pytest's settings, and those before ``[tool.greenprof]``.

    Raises `pytest.UsageError` for a setting that makes no sense.
    """
    given = config.option
    save = given.green_save or (_autosave_name(config) if given.green_autosave else None)
    return Options(
        whole_suite=given.green,
        only=given.green_only,
        skip=given.green_skip,
        disabled=given.green_disable and not given.green_enable,
        save=save,
        compare=given.green_compare or (_LATEST if given.green_compare_fail else None),
        compare_fail=tuple(given.green_compare_fail),
        json=given.green_json,
        histogram=given.green_histogram,
        sort=_setting(config, "sort", _one_of(SORTS), "mean"),
        columns=_setting(config, "columns", _columns, USUAL_COLUMNS),
        min_rounds=_setting(config, "min_rounds", _positive_int, 5),
        max_time_s=_setting(config, "max_time", _seconds, 1.0),
        min_time_s=_setting(config, "min_time", _seconds, None),
        meter=_setting(config, "meter", str, None) or _meter_of_project(config),
        storage=config.rootpath / _setting(config, "storage", str, ".greenprof/sessions"),
        estimated=_setting(config, "estimated", _one_of(ESTIMATED), "warn"),
        scope=_setting(config, "scope", _one_of(SCOPES), "process"),
        budget=_ini(config, "budget"),
        regress=_ini(config, "regress"),
    )


def _setting(config: pytest.Config, name: str, read: Any, default: Any) -> Any:
    given = getattr(config.option, f"green_{name}", None)
    if given is not None:
        return given
    text = _ini(config, name)
    if text is None:
        return default
    try:
        return read(text)
    except argparse.ArgumentTypeError as error:
        raise pytest.UsageError(f"green_{name} in {config.inipath or 'the settings'}: {error}") from None


def _ini(config: pytest.Config, name: str) -> str | None:
    value = config.getini(f"green_{name}")
    return str(value) if value not in (None, "") else None


def _meter_of_project(config: pytest.Config) -> str | None:
    """The meter that ``[tool.greenprof]`` names, None without one."""
    from greenprof.config import load_config
    from greenprof.errors import GreenprofError

    try:
        return load_config(config.rootpath).meter
    except GreenprofError as error:
        raise pytest.UsageError(str(error)) from None


def _autosave_name(config: pytest.Config) -> str:
    from greenprof.pytest_plugin.commit import name_of_now

    return name_of_now(config.rootpath)


def _one_of(words: tuple[str, ...]) -> Any:
    def read(text: str) -> str:
        if text not in words:
            raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(words)}")
        return text

    return read


def _columns(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.replace("\n", ",").split(",") if name.strip())
    unknown = [name for name in names if name not in COLUMNS]
    if unknown or not names:
        raise argparse.ArgumentTypeError(f"{(unknown or [text])[0]!r} is no column; columns: {', '.join(COLUMNS)}")
    return names


def _positive_int(text: str) -> int:
    number = int(text) if text.strip().isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above 0")
    return number


def _seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds above 0")
    return number


def _name(text: str) -> str:
    if not text.strip() or any(sign in text for sign in "/\\\0") or text.startswith("."):
        raise argparse.ArgumentTypeError(f"{text!r} is no name for a session: letters, digits, - and _")
    return text


def _stored(text: str) -> str:
    if text != _LATEST and not text.isdecimal() and not Path(text).is_file():
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither the number of a kept session nor a file (--green-compare={_LATEST} is the latest)"
        )
    return text


def _expression(text: str) -> str:
    from greenprof.pytest_plugin.comparing import parse_limit

    try:
        parse_limit(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text
