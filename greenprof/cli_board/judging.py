"""Challenges, and the judge on one's own machine: ``board challenges``, ``check``, ``samples`` and ``try``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from greenprof.errors import EXIT_USAGE, GreenprofError

if TYPE_CHECKING:
    from greenprof.board.judge import Progress
    from greenprof.board.model import Challenge, Result
    from greenprof.board.sandbox import Sandbox


def register(board: click.Group) -> None:
    """Add the commands to the group."""
    for command in (challenges, check, samples, try_):
        board.add_command(command)


UNSAFE = click.option(
    "--unsafe-no-sandbox", "unsafe", is_flag=True,
    help="Run programs without any sandbox, as this user: only for programs that you trust.",
)  # fmt: skip
METER = click.option(
    "--meter", metavar="NAME", help="Meter to use, NAME or NAME:ARGUMENT. [default: the first that works]"
)


@click.command()
def challenges() -> None:
    """List the challenges that come with greenprof."""
    from greenprof.board.challenge import load, shipped

    for folder in shipped():
        challenge = load(folder)
        languages = ", ".join(language.name for language in challenge.languages)
        click.echo(f"{challenge.name:16}  {challenge.title['en']} ({languages})")


@click.command()
@click.argument("folder", metavar="CHALLENGE")
@click.option("--no-run", is_flag=True, help="Only read its files; run none of its programs.")
@UNSAFE
def check(folder: str, *, no_run: bool, unsafe: bool) -> None:
    """Say what is wrong with CHALLENGE, one line for each thing: a folder, or the name of one of greenprof's own.

    Its generator is run, and its reference on the public samples. Exits 1 if anything is wrong.
    """
    from greenprof.board.challenge import find, read
    from greenprof.board.trial import what_is_wrong

    path = Path(folder).resolve() if Path(folder).is_dir() else find(folder)
    challenge, wrong = read(path)
    if challenge is not None and not wrong and not no_run:
        wrong = what_is_wrong(challenge, sandbox_of(unsafe=unsafe))
    for line in wrong:
        click.echo(line)
    if wrong:
        sys.exit(1)
    click.echo(f"{path.name}: nothing is wrong with it", err=True)


@click.command()
@click.argument("folder", metavar="CHALLENGE")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), required=True, metavar="FOLDER",
    help="Where to put them, each in a folder named for its seed.",
)  # fmt: skip
def samples(folder: str, output: Path) -> None:
    """Write the public samples of CHALLENGE: each input with its right answer."""
    from greenprof.board.challenge import find, load, make_input, sample_answer, sample_seeds

    challenge = load(find(folder))
    for seed in sample_seeds(challenge.folder):
        own = output / str(seed)
        try:
            own.mkdir(parents=True, exist_ok=True)
            make_input(challenge, seed, own.resolve())
            (own / "answer.txt").write_bytes(sample_answer(challenge, seed))
        except OSError as error:
            raise GreenprofError(f"{own}: cannot be written ({error.strerror})", EXIT_USAGE) from None
        click.echo(str(own))


@click.command("try")
@click.argument("folder", metavar="CHALLENGE")
@click.argument("source", type=click.Path(path_type=Path, exists=True), metavar="SOLUTION")
@click.option("--language", metavar="NAME", help="The solution's language. [default: by its file's name]")
@METER
@click.option("--seed", type=click.IntRange(0), help="Make the same inputs as in an earlier trial.")
@click.option("-f", "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@UNSAFE
def try_(
    folder: str, source: Path, *, language: str | None, meter: str | None, seed: int | None, format_: str, unsafe: bool
) -> None:  # fmt: skip
    """Judge SOLUTION, a file or a folder, on this machine as the board would, beside the reference of CHALLENGE.

    CHALLENGE is a folder, or the name of one of greenprof's own. Exits 1 if the solution is not right.
    """
    from greenprof.board.challenge import find, language_of, load, solution
    from greenprof.board.judge import judge
    from greenprof.meters import open_meter

    challenge = load(find(folder))
    submission = solution(challenge, language or language_of(challenge, source), source)
    sandbox = sandbox_of(unsafe=unsafe)
    opened = open_meter(meter).meter
    try:
        result = judge(challenge, submission, meter=opened, sandbox=sandbox, seed=seed, told=_telling())
    finally:
        opened.close()
        _tell("")
    click.echo(_as_json(result) if format_ == "json" else _as_text(challenge, result))
    if result.reason is not None:
        sys.exit(1)


def sandbox_of(*, unsafe: bool) -> Sandbox:
    """The sandbox that works here, or none where the operator says so."""
    from greenprof.board.sandbox import UNSAFE as none
    from greenprof.board.sandbox import open_sandbox

    return none if unsafe else open_sandbox()


def _telling() -> Callable[[Progress], None]:
    def told(progress: Progress) -> None:
        if progress.waiting:
            _tell("another judge measures on this machine: waiting for it")
        elif progress.score is None or progress.half_width is None:
            _tell(f"{progress.state}, {progress.pairs} pairs" if progress.pairs else progress.state)
        else:
            near = "" if progress.half_width == float("inf") else f" ± {progress.half_width:.1%}"
            _tell(f"{progress.pairs} pairs: {progress.score:.3f}{near}")

    return told


def _tell(text: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[K{text}", nl=False, err=True)


def _as_json(result: Result) -> str:
    from greenprof.board.wire import result_to_json

    return json.dumps(result_to_json(result), ensure_ascii=False, indent=1)


def _as_text(challenge: Challenge, result: Result) -> str:
    from greenprof.board.trial import in_words

    return in_words(challenge, result)
