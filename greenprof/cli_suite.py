"""What ``greenprof compare --suite`` does: a suite read, run, shown and kept."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from greenprof.errors import EXIT_OWN_FAILURE, EXIT_USAGE, GreenprofError
from greenprof.reporters._text import neutral
from greenprof.signals import ending_on_signals

if TYPE_CHECKING:
    from greenprof.versus.suite.nouns import Suite, SuiteOutcome, Wanted

# The options of ``greenprof compare`` that a suite takes too; the file says the rest.
OPTIONS = frozenset(
    {
        "suite",
        "tasks",
        "only",
        "skip",
        "size",
        "save",
        "resume",
        "baseline",
        "warmup",
        "runs",
        "until",
        "min_runs",
        "max_runs",
    }
    | {"max_time", "timeout", "meter", "quiet"}
)


def compare_suite(path: Path, given: dict[str, Any], say: Callable[[str], None]) -> tuple[SuiteOutcome, int]:
    """Run what is asked of a suite; gives what came of it and the exit code that says how it went."""
    from greenprof.output import check_writable
    from greenprof.versus.suite.file import read_suite
    from greenprof.versus.suite.rounds import run_suite, select
    from greenprof.versus.suite.show import render
    from greenprof.versus.suite.show.data import load
    from greenprof.versus.suite.summary import failed

    suite = select(
        read_suite(path), tasks=given["tasks"], only=given["only"], skip=given["skip"], size=given["size"],
        baseline=given["baseline"],
    )  # fmt: skip
    save: Path | None = given["save"]
    if save is not None:
        check_writable(save)
    if given["resume"] and save is None:
        raise GreenprofError("--resume goes on with what is in the file of --save: name one", EXIT_USAGE)
    earlier = load(save) if given["resume"] and save is not None and save.exists() else None

    def keep(outcome: SuiteOutcome) -> None:
        if save is not None:
            _replace(save, render("json", outcome))

    with ending_on_signals() as told:
        outcome = run_suite(suite, _wanted(given), say, keep, earlier)
    keep(outcome)
    if outcome.ended == "stopped":
        return outcome, 128 + (told or [signal.SIGINT])[0]
    if not outcome.tables:
        raise GreenprofError(_nothing(suite, outcome), EXIT_OWN_FAILURE)
    return outcome, 1 if failed(outcome) else 0


def _wanted(given: dict[str, Any]) -> Wanted:
    from greenprof.versus.suite.nouns import Wanted

    context = click.get_current_context()
    usual_time = context.get_parameter_source("max_time") != click.core.ParameterSource.COMMANDLINE
    usual = Wanted()
    least = given["min_runs"] or usual.min_runs
    most = given["max_runs"] or max(usual.max_runs, least)
    return Wanted(
        warmup=given["warmup"], runs=given["runs"], until=given["until"] or usual.until, min_runs=min(least, most),
        max_runs=most, max_s=usual.max_s if usual_time else given["max_time"], timeout_s=given["timeout"],
        meter=given["meter"],
    )  # fmt: skip


def _nothing(suite: Suite, outcome: SuiteOutcome) -> str:
    from greenprof.versus.suite.show.words import left

    first = "; ".join(left(one) for one in outcome.left[:3])
    return neutral(f"{suite.path}: no implementation could be run: {first}{' …' if len(outcome.left) > 3 else ''}")


def _replace(path: Path, text: str) -> None:
    """Put `text` into a file whole or not at all: it is written while everything goes on."""
    from greenprof.output import write

    part = path.with_name(f"{path.name}.part")
    write(part, text)
    part.replace(path)
