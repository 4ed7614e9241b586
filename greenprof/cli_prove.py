"""``greenprof prove``: fixes applied, tested and measured, and kept only if they save energy."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from greenprof.cli_lang import lang_option
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.i18n import _
from greenprof.output import STANDARD_OUTPUT, check_writable, write
from greenprof.signals import end_on_signals

if TYPE_CHECKING:
    from greenprof.config import Config
    from greenprof.prove.nouns import Asked, Proof
    from greenprof.prove.project import Project


def register(group: click.Group) -> None:
    """Make the command part of the command line."""
    group.add_command(prove)


class _ProveCommand(click.Command):
    """All before the first ``--`` is greenprof's own, all behind it the command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        place = args.index("--") if "--" in args else len(args)
        ctx.obj = tuple(args[place + 1 :])
        return super().parse_args(ctx, args[:place])


def _words(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())


@click.command(cls=_ProveCommand, options_metavar="[OPTIONS]")
@click.argument("paths", nargs=-1, type=click.Path(), metavar="[PATHS]... -- COMMAND [ARGS]")
@click.option("--tests", multiple=True, metavar="COMMAND", help="Tests that must pass: 'pytest -q'; several times.")
@click.option(
    "--answer",
    "answers",
    multiple=True,
    metavar="FILE",
    help="The answer is in FILE, which the command writes. [default: what it prints]",
)
@click.option("--no-answer-check", is_flag=True, help="Do not hold the answer against the one before.")
@click.option(
    "--confidence",
    type=click.FloatRange(0.95, 1, max_open=True),
    default=0.99,
    show_default=True,
    metavar="SHARE",
    help="How sure a saving must be.",
)
@click.option("--try", "own", multiple=True, metavar="PATCH", help="A fix of your own, as a patch; several times.")
@click.option(
    "--only", multiple=True, metavar="RULES", callback=_words, help="Only fixes of these rules and groups; with commas."
)
@click.option("--max", "most", type=click.IntRange(1), metavar="N", help="Only the N dearest.")
@click.option("--unsafe-fixes", "unsafe", is_flag=True, default=None, help="Fixes too that may change results.")
@click.option(
    "--report",
    metavar="FILE",
    help="Rank by this report (greenprof run -f json) in place of a run that is recorded now.",
)
@click.option("--meter", metavar="NAME", help="Meter to use. [default: the first that works]")
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=600.0,
    show_default=True,
    metavar="SECONDS",
    help="The longest that one run of the command, or of the tests, may take.",
)
@click.option(
    "--link",
    "links",
    multiple=True,
    metavar="PATH",
    help="Lead the copies to PATH in place of copying it; several times.",
)
@click.option(
    "--patch",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where the patch goes. [default: below .greenprof/prove/]",
)
@click.option("--apply", "apply_", is_flag=True, help="Put what is kept into the working tree too.")
@click.option("--resume", is_flag=True, help="Go on with the proof that was interrupted.")
@click.option(
    "-f", "--format", "format_", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True
)
@click.option("-o", "--output", type=click.Path(path_type=Path), default=STANDARD_OUTPUT, metavar="FILE")
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
@lang_option
@click.pass_obj
def prove(
    command: tuple[str, ...], /, *, paths: tuple[str, ...], patch: Path | None, apply_: bool, resume: bool,
    format_: str, output: Path, quiet: bool, **given: Any,
) -> None:  # fmt: skip
    """Try the fixes of what is found in PATHS (by default here), and keep those that are proven to save energy.

    COMMAND is run to see which findings are dear. Then each fix, dearest first, is applied in a copy of the project,
    the tests are run, the command's answer is held against the one before, and both states are measured side by side.
    What is kept is a patch; the working tree is only read.

    Exit code: 0 something is kept, 1 nothing, 2 wrong use.
    """
    from greenprof.prove import proving
    from greenprof.prove.show import render

    for path in (output, *([patch] if patch else ())):
        check_writable(path)
    told = end_on_signals()
    say = _progress(quiet, told)
    if resume:
        _check_alone(paths, command, given)
    config, project = _settled(Path.cwd())
    asked = None if resume else _asked(paths, command, given, config, project)
    try:
        if asked is None:
            proof = proving.resume(lambda then: _settled(project.root / then.here)[0], project, say)
        else:
            proof = proving.prove(asked, config, project, say)
    except KeyboardInterrupt:
        say("")
        _say_how_to_go_on(project)
        sys.exit(128 + (told or [signal.SIGINT])[0])
    finally:
        say("")
    path = _keep(proof, project, patch)
    write(output, render(format_, proof, path))
    if apply_ and proof.contents:
        from greenprof.prove.apply import apply_proof

        apply_proof(proof, project)
        said = _("applied to {files}", files=", ".join(sorted(proof.contents)))
        click.echo(f"greenprof: {said}", err=True)
    sys.exit(0 if proof.kept else 1)


def _settled(here: Path) -> tuple[Config, Project]:
    from greenprof.config import load_config
    from greenprof.prove.project import project_of
    from greenprof.record import check_system

    check_system()
    config = load_config(here)
    return config, project_of(here, config.root)


def _asked(
    paths: tuple[str, ...], command: tuple[str, ...], given: dict[str, Any], config: Config, project: Project
) -> Asked:
    """What the command line asks; raises UsageError and GreenprofError for what cannot be meant."""
    from greenprof.prove.nouns import Asked
    from greenprof.prove.running import split

    context = click.get_current_context()
    if not command:
        raise click.UsageError("name the command to prove it with: greenprof prove -- python app.py", context)
    if given["answers"] and given["no_answer_check"]:
        raise click.UsageError("--answer and --no-answer-check contradict each other", context)
    for test in given["tests"]:
        split(test)
    here = Path.cwd().resolve()
    for path in (*paths, *given["links"]):
        if not Path(path).exists():
            raise GreenprofError(f"{path}: no such file or folder", EXIT_USAGE)
        if not Path(os.path.abspath(path)).is_relative_to(project.root):  # noqa: PTH100 (links stay as they are)
            raise GreenprofError(f"{path}: lies outside of the project in {project.root}", EXIT_USAGE)
    return Asked(
        here=here.relative_to(project.root.resolve()).as_posix(),
        paths=tuple(os.path.relpath(path) for path in paths) or (".",),
        command=command,
        tests=given["tests"],
        answers=given["answers"],
        check_answer=not given["no_answer_check"],
        confidence=given["confidence"],
        timeout_s=given["timeout"],
        meter=given["meter"],
        report=given["report"],
        own=given["own"],
        links=tuple(Path(os.path.abspath(path)).relative_to(project.root).as_posix() for path in given["links"]),  # noqa: PTH100
        only=given["only"],
        unsafe=config.unsafe_fixes if given["unsafe"] is None else given["unsafe"],
        most=given["most"],
    )


def _say_how_to_go_on(project: Project) -> None:
    from greenprof.prove import state as states

    if (state := states.load(states.folder_in(project.root))) is not None:
        said = _(
            "stopped after {done} of {number} fixes; greenprof prove --resume goes on",
            done=len(state.trials),
            number=len(state.candidates),
        )
        click.echo(f"greenprof: {said}", err=True)


def _check_alone(paths: tuple[str, ...], command: tuple[str, ...], given: dict[str, Any]) -> None:
    """What is proven is settled when a proof goes on."""
    context = click.get_current_context()
    source = click.core.ParameterSource.COMMANDLINE
    names = [name for name in given if context.get_parameter_source(name) == source]
    if paths or command or names:
        raise click.UsageError(
            "--resume goes on with what was asked then; only -f, -o, -q, --patch and --apply go with it", context
        )


def _progress(quiet: bool, told: Sequence[int]) -> Callable[[str], None]:
    """One line that says what is going on, on a terminal only; where it was told to stop, it stops there."""
    shown = sys.stderr.isatty() and not quiet

    def say(text: str) -> None:
        if shown:
            click.echo(f"\r\x1b[2K{'greenprof: ' if text else ''}{text[:110]}", nl=False, err=True)
        if told and text:
            raise KeyboardInterrupt

    return say


def _keep(proof: Proof, project: Project, wanted: Path | None) -> str:
    """Write the patch, if there is one, and remember what was measured; where the patch is, as seen from here."""
    import time

    from greenprof.host import describe_host
    from greenprof.prove.patch import write_patch
    from greenprof.prove.state import clear, folder_in
    from greenprof.prove.statistics import keep

    folder = folder_in(project.root)
    path = ""
    try:
        keep(proof, project.root, describe_host().fingerprint)
        if proof.patch:
            target = wanted or folder / f"{time.strftime('%Y%m%d-%H%M%S')}.patch"
            write_patch(target, proof.patch)
            path = os.path.relpath(target)
        clear(folder)
    except OSError as error:
        raise GreenprofError(f"{error.filename}: cannot be written ({error.strerror})") from None
    return path
