"""The story: measure, lint, join. Read this first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from greenprof.carbon_settings import NOTHING
from greenprof.config import DEFAULTS, Config, rule_settings
from greenprof.errors import GreenprofError
from greenprof.hot_findings import worth_telling
from greenprof.i18n import ENGLISH, speaking
from greenprof.join import join, own_code_of, own_files, templates_in
from greenprof.llm.estimate import estimated
from greenprof.llm.use import repeated_prompts, requests_of
from greenprof.meters import Meter, info, open_meter
from greenprof.model import Finding, Recording, Report, Run
from greenprof.own_code import OWN, OwnCode, Scope, level_of
from greenprof.query_use import REPEATED, confirmed, repeated_queries, statements_of
from greenprof.record import check_system, record, record_running
from greenprof.session import INTERVAL_S, Sink
from greenprof.sources import lines_of, not_linted, templates, unchanged, unchanged_in_archives

if TYPE_CHECKING:
    from greenprof.lint.surroundings import Surroundings


def profile_program(command: Sequence[str], *, meter: str | None = None, repeat: int = 1, lint: bool = True) -> Report:
    """Run `command`, in any language, and say what it burned and, for Python, on which lines.

    `meter` is a name or ``name:argument``; by default the first that works. Raises `GreenprofError`
    when the command cannot be started or the meter cannot be used.
    """
    return report_on(record_program(command, meter=meter, repeat=repeat), lint=lint)


def record_program(
    command: Sequence[str],
    *,
    meter: str | None = None,
    repeat: int = 1,
    interval_s: float = INTERVAL_S,
    redact_all: bool = False,
    live: Scope | None = None,
    inside: bool = False,
    queries: bool = True,
    native: bool = False,
) -> tuple[Recording, ...]:
    """Measure `command` `repeat` times; the first run that fails is the last.

    Samples are `interval_s` apart; with `inside` the program takes them itself, and lines stand for loops. With `live`,
    what counts as own code, the joules so far are shown on standard error. With `queries` statements to databases are
    counted; with `native` lines are divided over the native functions that py-spy sees below them.
    """
    check_system()
    recordings: list[Recording] = []
    with _opened(meter) as opened, _watching(opened, live) as watchers:
        while len(recordings) < repeat:
            recordings.append(
                record(
                    command,
                    opened,
                    redact_all=redact_all,
                    interval_s=interval_s,
                    watchers=watchers,
                    inside=inside,
                    queries=queries,
                    native=native,
                )
            )
            if recordings[-1].run.exit_code:
                break
    if len(recordings) < repeat:
        note = f"run {len(recordings)} of {repeat} failed, so it was the last"
        recordings[-1] = replace(recordings[-1], notes=(*recordings[-1].notes, note))
    return tuple(recordings)


def record_process(
    pid: int,
    *,
    duration_s: float | None = None,
    meter: str | None = None,
    interval_s: float = INTERVAL_S,
    redact_all: bool = False,
    live: Scope | None = None,
    native: bool = False,
) -> tuple[Recording, ...]:
    """Measure process `pid`, which runs already, until it ends, for `duration_s`, or until Ctrl-C."""
    check_system()
    with _opened(meter) as opened, _watching(opened, live) as watchers:
        recording = record_running(
            pid,
            opened,
            duration_s=duration_s,
            redact_all=redact_all,
            interval_s=interval_s,
            watchers=watchers,
            native=native,
        )
    return (recording,)


@contextmanager
def _opened(name: str | None) -> Iterator[Meter]:
    opened = open_meter(name)
    try:
        yield opened.meter
    finally:
        opened.meter.close()


@contextmanager
def _watching(meter: Meter, live: Scope | None) -> Iterator[tuple[Sink, ...]]:
    if live is None:
        yield ()
        return
    from greenprof.live import LiveView  # before the program starts, for it takes a moment

    with LiveView(info(meter), live) as view:
        yield (view.take,)


def scope_of(config: Config) -> Scope:
    """What the settings say of what is own code."""
    return Scope(include=config.profile_include, exclude=config.profile_exclude)


@speaking(ENGLISH)  # what a report keeps; whoever shows it speaks the reader's language
def report_on(
    recordings: Sequence[Recording], config: Config = DEFAULTS, *, lint: bool = True, label: str | None = None
) -> Report:
    """Lint the files that ran, if asked, and join what is found with the joules on those lines.

    The emissions are worked out where the settings say of the place; what hinders that is a note, no reason to lose a
    measurement. A report says what was intended of its program, by targets for its command or its `label`.
    """
    own = own_code_of(recordings, scope_of(config))
    files = own_files(recordings, own)
    same = unchanged(files, recordings[-1].sources)
    archived = unchanged_in_archives(files, recordings[-1].sources)
    pages = templates(same)
    same = tuple(path for path in same if path not in pages)
    notes = not_linted(files, same, archived, pages)
    if config.profile_include and not files:
        notes.append(f"No code that ran matches what was included: {', '.join(config.profile_include)}.")
    sources = lines_of((*same, *archived, *unchanged(templates_in(recordings), recordings[-1].sources)))
    findings, more = _found(same, recordings, sources, own, config) if lint else ((), ["The source was not linted."])
    joined = join(recordings, findings, sources, [*notes, *more], own, min_confidence=config.min_confidence)
    report = estimated(_with_diffs(joined, sources))
    return _with_targets(_priced(report, config), config, label)


def _with_diffs(report: Report, sources: Mapping[str, Sequence[str]]) -> Report:
    """With what the edits of findings change: maybe in a file beside those that ran, where the rows are asked for."""
    edited = {finding.edit_path or finding.path for finding in report.findings if finding.edits}
    if not edited:
        return report
    from greenprof.lint.fixing import with_diff

    texts = {**lines_of(edited - sources.keys()), **sources}
    return replace(report, findings=tuple(with_diff(finding, texts) for finding in report.findings))


def report_of(saved: Sequence[Recording] | Report, config: Config = DEFAULTS) -> Report:
    """What was saved as a report; of recordings one is made, without another look at the source."""
    return saved if isinstance(saved, Report) else report_on(saved, config, lint=False)


def check_carbon(config: Config) -> None:
    """Raise `GreenprofError` for a place or a price that the settings ask for and that cannot be."""
    if config.carbon != NOTHING:
        from greenprof.carbon import plan

        plan(config.carbon)


def _priced(report: Report, config: Config) -> Report:
    if config.carbon == NOTHING:
        return report
    from greenprof.carbon import priced

    try:
        return priced(report, config.carbon)
    except GreenprofError as error:
        return replace(report, notes=(*report.notes, f"The emissions are not known: {error}"))


def _with_targets(report: Report, config: Config, label: str | None) -> Report:
    if not config.targets:
        return report
    from greenprof.history.context import project_of
    from greenprof.history.targets import notes

    intended = notes(report, config.targets, label=label, project=project_of(config))
    return replace(report, notes=(*report.notes, *intended))


def check_rules(config: Config) -> None:
    """Raise `GreenprofError` for rules that the configuration asks for and that are not to be had."""
    if rule_settings(config) != rule_settings(DEFAULTS):  # the usual settings need no check, which takes a moment
        from greenprof.lint import lint_paths

        lint_paths((), **rule_settings(config))


def _repeated(
    recordings: Sequence[Recording],
    findings: Sequence[Finding],
    sources: Mapping[str, Sequence[str]],
    own: OwnCode,
    config: Config,
) -> tuple[Finding, ...]:
    """Statements and prompts that the run shows to be repeated and no rule has seen, as far as they are wanted."""
    statements = statements_of(recordings, own) or ()
    told = worth_telling(confirmed(findings, statements), config.min_confidence)
    repeated = repeated_queries(told, statements, sources)
    repeated += repeated_prompts(requests_of(recordings, own), sources)
    if not repeated:
        return ()
    from greenprof.lint.paths import wanted
    from greenprof.lint.selection import Selection

    texts = {path: "\n".join(lines) for path, lines in sources.items()}
    return wanted(repeated, texts, Selection(root=config.root, **rule_settings(config)))


def _found(
    paths: Sequence[str],
    recordings: Sequence[Recording],
    sources: Mapping[str, Sequence[str]],
    own: OwnCode,
    config: Config,
) -> tuple[tuple[Finding, ...], list[str]]:
    """What the linter and the run find in the files that ran, and notes.

    Only where the run saw a statement again and again that no rule explains is the project around them read too: its
    models, which no sample has seen, may explain it.
    """
    findings, notes = _lint(paths, config)
    if notes:
        return findings, notes
    repeated = _repeated(recordings, findings, sources, own, config)
    if any(one.rule == REPEATED for one in repeated):
        around = _around(paths, recordings, config)
        if around.paths:
            findings, notes = _lint(paths, config, around.paths, templates_in(recordings))
            repeated = _repeated(recordings, findings, sources, own, config)
        elif around.note:
            notes = [around.note]
    return (*findings, *repeated), notes


def _lint(
    paths: Sequence[str], config: Config, others: Sequence[str] = (), templates: Sequence[str] = ()
) -> tuple[tuple[Finding, ...], list[str]]:
    """Findings, and what the reader has to know of files that could not be linted: no reason to lose a measurement.

    The findings are of any confidence: which of them are told is settled when their joules are known. Where there are
    `others` to read beside `paths`, those in `paths` and `templates` are told.
    """
    from greenprof.lint.files import FileChoice, absolute
    from greenprof.lint.paths import lint_selected
    from greenprof.lint.selection import Selection
    from greenprof.lint.shards import Among

    part = Among(frozenset(map(absolute, (*paths, *templates)))) if others else None
    kept_in = config.root if others and config.cache else None  # a project is gone through once
    try:
        selection = replace(Selection(root=config.root, **rule_settings(config)), min_confidence="low")
        choice = FileChoice(root=config.root)
        result = lint_selected((*paths, *others), selection, choice, cache_in=kept_in, part=part)
    except GreenprofError as error:
        return (), [f"The source was not linted: {error}"]
    return result.findings, [f"{error.path} was not linted: {error.message}" for error in result.errors]


def _around(paths: Sequence[str], recordings: Sequence[Recording], config: Config) -> Surroundings:
    from greenprof.lint.files import choice_of
    from greenprof.lint.surroundings import around

    own = [path for path in paths if level_of(path) == OWN]
    return around(own, choice_of(config), until_s=_ended_s(recordings[-1].run))


def _ended_s(run: Run) -> float:
    """When a run had ended, by the system's clock; its start is kept in whole seconds. 0 where that is not known."""
    try:
        return datetime.fromisoformat(run.started_at).timestamp() + run.duration_s + 1.0
    except ValueError:
        return 0.0
