"""The outcome of a suite in words and figures, the same in every format."""

from __future__ import annotations

import re
from collections.abc import Callable

from greenprof.i18n import _, decimal, ngettext
from greenprof.reporters import _numbers as numbers
from greenprof.reporters._kept_words import told as in_words
from greenprof.reporters._numbers import Precision
from greenprof.reporters._text import neutral, shorten
from greenprof.versus.nouns import Figure
from greenprof.versus.show.words import measured_joules
from greenprof.versus.suite.nouns import Entry, Left, Mean, Ratio, SuiteOutcome, Table
from greenprof.versus.suite.summary import coverage

WIDTH = 60


def headings(outcome: SuiteOutcome) -> list[str]:
    """Those of `cells`; what is compared comes first."""
    joules = [_("joules"), _("with idle")]
    times = [_("CPU time"), _("wall time")]
    costs = [*joules, *times] if outcome.quantity == "J" else [*times, *joules]
    return [
        _("implementation"), _("ratio"), *costs, _("cores"), _("watts"), _("max RSS"), _("runs"), _("wall time ratio"),
    ]  # fmt: skip


def cells(outcome: SuiteOutcome, entry: Entry) -> list[str]:
    """What is said of one implementation of a task."""
    about = outcome.meter.estimated
    whole = _amount(entry.energy_j, numbers.energy, about)
    above = whole if entry.above_idle_j is None else _amount(entry.above_idle_j, numbers.energy, about)
    times = [_amount(entry.cpu_s, numbers.seconds), _amount(entry.wall_s, numbers.seconds)]
    costs = [above, whole, *times] if outcome.quantity == "J" else [*times, above, whole]
    return [
        name(entry.implementation), _ratio(entry.cost), *costs, _amount(entry.cores, numbers.plain),
        _amount(entry.watts, numbers.power, about), _amount(entry.max_rss_bytes, _size), str(len(entry.runs)),
        _ratio(entry.wall),
    ]  # fmt: skip


def mean_headings(outcome: SuiteOutcome) -> list[str]:
    """Those of `mean_cells`."""
    cost = _("joules") if outcome.quantity == "J" else _("CPU time")
    return [_("implementation"), _("tasks"), cost, _("least to most"), _("wall time"), _("memory")]


def mean_cells(outcome: SuiteOutcome, mean: Mean) -> list[str]:
    """The mean ratios of one implementation over the tasks that it has."""
    return [
        name(mean.implementation),
        _("{some} of {all}", some=len(mean.tasks), all=len(outcome.tables)),
        _ratio(mean.cost),
        numbers.span(_times(mean.least), _times(mean.most)) if mean.least < mean.most else "",
        _ratio(mean.wall),
        _ratio(mean.memory),
    ]


def title(outcome: SuiteOutcome) -> str:
    """What was run."""
    return _("{suite}, size {size}", suite=name(outcome.suite), size=name(outcome.size))


def mean_title(outcome: SuiteOutcome) -> str:
    """What the table of means is."""
    return _("Geometric mean of the ratios to {baseline}, over the tasks", baseline=name(outcome.baseline))


def about(table: Table, *, named: bool = True) -> str:
    """A task, and what its output was held to."""
    given = shorten(neutral(" ".join(table.arguments)), WIDTH)
    what = ": ".join(filter(None, (name(table.task) if named else "", neutral(table.about))))
    what = f"{what} ({given})" if given else what
    checked = in_words(neutral(table.checked))
    return _("{task}. Output: {checked}.", task=what.rstrip("."), checked=checked).removeprefix(". ")


def absent(outcome: SuiteOutcome) -> list[str]:
    """What is not in the tables and why, once where it is the same in several tasks."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for left in outcome.left:
        groups.setdefault((left.implementation, left.stage, left.why), []).append(left.task)
    return [
        f"{name(implementation)} ({', '.join(map(name, tasks))}): {_stage(stage)}: {neutral(why)}"
        for (implementation, stage, why), tasks in groups.items()
    ]


def _stage(stage: str) -> str:
    return {
        "tools": _("skipped"), "build": _("could not be built"), "run": _("could not be run"),
        "output": _("printed something else"),
    }[stage]  # fmt: skip


def headline(outcome: SuiteOutcome) -> str:
    """How much there is, in a sentence."""
    ran = sum(len(table.entries) for table in outcome.tables)
    skipped = sum(left.stage == "tools" for left in outcome.left)
    wrong = len(outcome.left) - skipped
    said = [ngettext("{number} implementation was compared", "{number} implementations were compared", ran, number=ran)]
    if skipped:
        said.append(_("{number} skipped, as a tool is missing", number=skipped))
    if wrong:
        said.append(_("{number} not built, failed or wrong", number=wrong))
    return "; ".join(said) + "."


def remarks(outcome: SuiteOutcome) -> list[str]:
    """What a reader has to know beside the figures."""
    found = [in_words(said) for said in outcome.notes]
    if outcome.ended == "time":
        found.append(_("no further round was begun, as the time was up (--max-time): the intervals are wider"))
    elif outcome.ended == "stopped":
        found.append(_("it was stopped: this is what there was"))
    for implementation, missing in coverage(outcome).items():
        if missing:
            values = {"name": name(implementation), "tasks": ", ".join(map(name, missing))}
            said = _("the mean of {name} is without {tasks}, and cannot be set beside those of all tasks", **values)
            found.append(said)
    return [_("Note: {what}.", what=neutral(said)) for said in found]


def method(outcome: SuiteOutcome) -> list[str]:
    """How the figures were come by, and what they cover."""
    meter = outcome.meter
    if meter.estimated:
        joules = _(
            "Joules are estimated ({meter}, {uncertainty}) from CPU time, so the ratio is that of CPU time: an "
            "estimate adds nothing to it. 'with idle' adds what the machine uses at rest meanwhile.",
            meter=meter.name, uncertainty=numbers.uncertainty(meter.uncertainty),
        )  # fmt: skip
    else:
        joules = measured_joules(meter)
    covers = _("Covers: {what}.", what=neutral(in_words(meter.scope)))
    turns = _(
        "The implementations of a task ran in turn, round after round. ± is half the 95 % interval of the mean. Ratios "
        "are from round to round, with their 95 % intervals; the interval of a mean is that of measuring these tasks, "
        "and other tasks would give another mean. Cores are CPU time over wall time, watts are joules with idle over "
        "wall time."
    )
    lines = [f"{joules} {covers}", turns]
    if outcome.load is not None:
        before, after = (decimal(f"{load:.1f}") for load in (outcome.load.before, outcome.load.after))
        machine = _("{cpu}, {cores} CPUs", cpu=neutral(outcome.host.cpu), cores=outcome.host.cores)
        lines.append(
            machine
            + "; "
            + _(
                "load (processes that want to run, over a minute) {before} before, {after} after.",
                before=before,
                after=after,
            )
        )
    return lines


def tools(outcome: SuiteOutcome) -> list[str]:
    """Each tool with its version, and its name where that is a mere number."""
    bare = re.compile(r"v?\d")
    return [
        neutral(f"{tool.need.split(' ')[0]} {tool.version}" if bare.match(tool.version) else tool.version)
        for tool in outcome.tools
    ]


def tools_line(outcome: SuiteOutcome) -> list[str]:
    """All tools in one line; none where there are none."""
    found = tools(outcome)
    return [_("Tools: {tools}.", tools="; ".join(found))] if found else []


def name(text: str) -> str:
    """A name of the suite's, safe and short enough to show."""
    return shorten(neutral(text), WIDTH)


def left(one: Left) -> str:
    """One that is not in the tables, in a line."""
    return f"{name(one.task)}, {name(one.implementation)}: {_stage(one.stage)}: {neutral(one.why)}"


def _amount(figure: Figure | None, told: Callable[[float | None, Precision], str], about: bool = False) -> str:
    """A mean with half its interval; an estimate without: how far off it may be stands in the method."""
    if figure is None:
        return numbers.unknown()
    half = None if figure.interval is None or figure.mean <= 0 else figure.interval[1] / figure.mean - 1
    if about:
        return told(figure.mean, Precision(digits=2, about=True))
    digits = 3 if half is None else min(3, numbers.significant_digits(half))
    text = told(figure.mean, Precision(digits=digits, about=False))
    return text if half is None else f"{text} {numbers.uncertainty(half)}"


def _size(value: float | None, _precision: Precision) -> str:
    return numbers.size(None if value is None else round(value))


def _ratio(ratio: Ratio | None) -> str:
    """A ratio with its interval: ``1.20 (1.17 to 1.23)``; the baseline's has none."""
    if ratio is None:
        return ""
    if ratio.interval is None or ratio.interval == (1.0, 1.0):
        return _times(ratio.value)
    return f"{_times(ratio.value)} ({numbers.span(*map(_times, ratio.interval))})"


def _times(ratio: float) -> str:
    return decimal(f"{ratio:.2f}" if ratio < 10 else f"{ratio:.1f}" if ratio < 100 else f"{ratio:,.0f}")
