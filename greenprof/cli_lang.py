"""The option ``--lang``: in which language a command tells its report."""

from __future__ import annotations

import os

import click

from greenprof.errors import GreenprofError
from greenprof.i18n import ENGLISH, LANGUAGES, speaking


def _settle(ctx: click.Context, _parameter: click.Parameter, asked: str | None) -> None:
    """Speak the language that was asked for, of this command or of the one around it, else the project's, else English.

    The terminal's locale has no say: a log of CI, or a comment on a pull request, must not change with who made it.
    """
    if asked:
        ctx.meta[__name__] = asked
    ctx.with_resource(speaking(ctx.meta.get(__name__) or _of_project()))


def _of_project() -> str:
    from greenprof.config import load_config

    try:
        return load_config().lang or ENGLISH
    except GreenprofError:
        return ENGLISH  # the command itself reads the settings, and says what is wrong with them


def of_environment() -> str:
    """The language for what has no option: that of ``GREENPROF_LANG``, else the project's, else English."""
    named = os.environ.get("GREENPROF_LANG")
    return named if named in LANGUAGES else _of_project()


lang_option = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    envvar="GREENPROF_LANG",
    callback=_settle,
    expose_value=False,
    show_envvar=True,
    help="Language of the report. [default: the settings' lang, else en]",
)
