"""``greenprof rules``: the catalogue, the page of a rule, and rules of one's own."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from greenprof.cli_lang import lang_option
from greenprof.cli_lint.completion import complete_rules, rule_words
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.i18n import _, decimal
from greenprof.output import say

if TYPE_CHECKING:
    from greenprof.lint.pairs import Measured
    from greenprof.lint.rule import Rule
    from greenprof.prove.statistics import Proven

_FORMAT = click.option(
    "-f", "--format", "--output-format", "format_", type=click.Choice(["text", "json"]), default="text",
    show_default=True,
)  # fmt: skip
_CONFIG = click.option(
    "--config", type=click.Path(path_type=Path), metavar="FILE", help="Settings. [default: the nearest pyproject.toml]"
)


class _Rules(click.Group):
    """A word that is no command is the name of a rule or group: ``greenprof rules query-in-loop``."""

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands, and the names that stand for pages."""
        items = super().shell_complete(ctx, incomplete)
        names = rule_words(incomplete) if incomplete[:1] != "-" else []
        return [*items, *(CompletionItem(name) for name in names)]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the hidden command ``show`` before whatever asks for no other."""
        words = [word for word in args if not word.startswith("-")]
        if not (words and args[0] in self.commands) and not {"-h", "--help"}.intersection(args):
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Rules, options_metavar="[NAME] [-f json] [--measure]", subcommand_metavar="| COMMAND")
def rules() -> None:
    """Show all rules, those of a group, or the page of one; make and try rules of your own.

    \b
    greenprof rules                    the catalogue, as a table
    greenprof rules database           the rules of a group
    greenprof rules query-in-loop      the page of a rule
    greenprof rules -f json            all of it, for tools
    greenprof rules NAME --measure     what its advice saves on this machine
    """


@rules.command(hidden=True)
@click.argument("name", required=False, shell_complete=complete_rules)
@_FORMAT
@click.option("--measure", is_flag=True, help="Run the rules' own programs here, and show what the advice saves.")
@_CONFIG
@lang_option
def show(name: str | None, format_: str, measure: bool, config: Path | None) -> None:
    """Show all rules, those of a group, or the page of one."""
    from greenprof.lint import catalogue

    known = _known_rules(config)
    wanted = catalogue.named(known, name)
    proven = {rule: each for rule, each in _proven(config).items() if rule in {one.name for one in wanted}}
    if measure:
        _measure(wanted, format_, proven)
    elif format_ == "json":
        say(catalogue.as_json(wanted, one=name is not None and wanted[0].name == name))
    elif name is not None and wanted[0].name == name:
        _show_page(wanted[0])
        say(_of_proofs(proven))
    else:
        say(catalogue.as_text(wanted, _finds))
        say(_of_proofs(proven))


@rules.command()
@click.argument("name")
@click.option("--in", "folder", type=click.Path(path_type=Path), default=Path("lint"), show_default=True, metavar="DIR")
@click.option(
    "--about", type=click.Choice(["python", "kubernetes"]), default="python", show_default=True,
    help="What the rule reads: Python, or deployment manifests.",
)  # fmt: skip
def new(name: str, folder: Path, about: str) -> None:
    """Make the folder of a new rule NAME, which passes, to begin from."""
    from greenprof.lint.new_rule import make_rule

    made = make_rule(name, folder, about)
    suffix = "py" if about == "python" else "yaml"
    click.echo(f"made {made}: rule.py, bad.{suffix}, good.{suffix}, README.md")
    click.echo(f'try it with: greenprof rules test {made}; use it with: [tool.greenprof] rules = ["{folder}"]')


@rules.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
def test(paths: tuple[Path, ...]) -> None:
    """Hold the rules in PATHS to the promises that greenprof's own rules keep. Runs their bad.py and good.py.

    Exit code: 0 all are kept, 1 one is broken, 2 wrong use or a rule that cannot be loaded.
    """
    from greenprof.lint.catalogue import loaded_from
    from greenprof.lint.pairs import why_not_here
    from greenprof.lint.promises import broken_promises

    failed = False
    found, extra = loaded_from(paths)
    for rule, folder in found:
        broken = broken_promises(rule, folder, extra)
        failed = failed or bool(broken)
        reason = why_not_here(rule)
        kept = "keeps its promises" if reason is None else f"keeps its promises; its pair was not run: {reason}"
        click.echo(f"{rule.name}: {kept if not broken else ''}".rstrip())
        for one in broken:
            click.echo(f"    {folder}/{one}")
    sys.exit(int(failed))


def _known_rules(config: Path | None) -> tuple[Rule, ...]:
    from greenprof.config import load_config, read_config
    from greenprof.lint.registry import load_rules

    return load_rules((load_config() if config is None else read_config(config)).rules)


def _proven(config: Path | None) -> Mapping[str, Proven]:
    """What ``greenprof prove`` has shown in this project, on this machine; nothing is loaded where it never ran."""
    from greenprof.config import load_config, read_config
    from greenprof.prove import statistics
    from greenprof.prove.project import project_of

    root = project_of(Path.cwd(), (load_config() if config is None else read_config(config)).root).root
    if not statistics.is_there(root):
        return {}
    from greenprof.host import describe_host

    return statistics.proven_in(root, describe_host().fingerprint)


def _of_proofs(proven: Mapping[str, Proven]) -> str:
    """What proofs have shown, as a section of its own; empty where there was none."""
    from greenprof.prove import statistics

    title = _("proven by greenprof prove")
    return f"\n{title}\n{statistics.as_text(proven)}" if proven else ""


def _finds(rule: Rule) -> str:
    """What a rule finds, in the language of the context."""
    from greenprof.reporters._rule_words import in_words

    return in_words(rule.name, rule.message)


def _show_page(rule: Rule) -> None:
    from greenprof.lint.pages import page_of

    page = page_of(rule)
    if page is None:
        raise GreenprofError(f"rule {rule.name} has no page; it says: {rule.message}; {rule.fix}", EXIT_USAGE)
    from rich.console import Console
    from rich.markdown import Markdown

    from greenprof.reporters._rule_words import words_of

    if words := words_of(rule.name):
        english = _("The whole page, in English")
        page = f"# {words.title}\n\n{words.explanation}\n\n## {english}\n\n{page}"
    is_terminal = sys.stdout.isatty()
    console = Console(width=None if is_terminal else 100, no_color=bool(os.environ.get("NO_COLOR")) or None)
    with console.capture() as shown:
        console.print(Markdown(page))
    say(shown.get())


def _measure(wanted: Sequence[Rule], format_: str, proven: Mapping[str, Proven]) -> None:
    """What each rule saves here, each as soon as it is known: in its own programs, and as proven in this project."""
    import json
    from dataclasses import asdict

    from greenprof.lint.pages import folder_of
    from greenprof.lint.pairs import has_pair, measure, why_not_here
    from greenprof.lint.sides import SideError

    results, failed = {}, False
    for rule in wanted:
        folder = folder_of(rule)
        if folder is None or not has_pair(folder):
            said = _("{rule}: has no pair of programs", rule=rule.name)
            click.echo(f"greenprof: {said}", err=True)
            continue
        if (reason := why_not_here(rule)) is not None:
            _not_measured(rule, reason)
            continue
        try:
            saving = measure(folder, waits=rule.cost == "idle")
        except SideError as error:  # its library may not be installed; the others can be measured all the same
            _not_measured(rule, error)
            failed = True
            continue
        here = proven.get(rule.name)
        results[rule.name] = {**asdict(saving), "proven": asdict(here) if here else None}
        if format_ == "text":
            say(f"{rule.name:26} {_saved(saving)}\n")
    if format_ == "json":
        say(json.dumps(results, indent=2) + "\n")
    else:
        say(_of_proofs(proven))
    if failed:
        sys.exit(1)


def _not_measured(rule: Rule, reason: object) -> None:
    said = _("{rule}: not measured: {reason}", rule=rule.name, reason=reason)
    click.echo(f"greenprof: {said}", err=True)


def _saved(saving: Measured) -> str:
    """How many times as much the antipattern takes: ``12.3 times the CPU time (11.9 to 12.7), n = 1,000``."""
    return _(
        "{ratio} times the {time} ({low} to {high}), n = {n}",
        ratio=decimal(f"{saving.ratio:8.3g}"),
        time=_("CPU time") if saving.time == "CPU time" else _("time"),
        low=decimal(f"{saving.low:.3g}"),
        high=decimal(f"{saving.high:.3g}"),
        n=decimal(f"{saving.n:,}"),
    )
