"""What has to be said beside the numbers: how the run ended, the notes, the meter, the machine, the method.

Pure functions of a `Report`, as in `greenprof.reporters._story`.
"""

from __future__ import annotations

import re
from signal import Signals
from typing import TYPE_CHECKING

from greenprof.i18n import _, ngettext
from greenprof.reporters import _carbon as carbon
from greenprof.reporters import _numbers as numbers
from greenprof.reporters._kept_words import Foreign, told

if TYPE_CHECKING:
    from greenprof.model import Report

_WORD = re.compile(r"(?!greenprof )[a-z]+ ")


def ended(report: Report) -> str:
    """How the program ended: ``exit code 3``, ``ended by signal 2 (SIGINT)``, ``end not seen``."""
    code = report.run.exit_code
    if code is None:
        return _("end not seen")
    if code >= 0:
        return _("exit code {code}", code=code)
    try:
        return _("ended by signal {number} ({name})", number=-code, name=Signals(-code).name)
    except ValueError:  # not every number has a name, and not on every system
        return _("ended by signal {number}", number=-code)


def notes(report: Report) -> tuple[str, ...]:
    """What a reader has to know before believing the numbers."""
    return _sentences(*run_notes(report), *map(told, report.meter.notes), *map(told, report.notes))


def short_notes(report: Report) -> tuple[str, ...]:
    """`notes` and the meter for a terminal: how an estimate is made stays with ``greenprof doctor``."""
    if not report.meter.estimated:
        return (*notes(report), meter(report))
    uncertainty = numbers.uncertainty(report.meter.uncertainty)
    estimate = _(
        "Estimated by a power model (meter {name}), {uncertainty}; greenprof doctor says how.",
        name=report.meter.name,
        uncertainty=uncertainty,
    )
    return _sentences(*run_notes(report), *map(told, report.notes), estimate)


def _sentences(*notes: str) -> tuple[str, ...]:
    """Notes, each once, with a capital and a full stop: they come from many places. Names keep their spelling."""
    return tuple(dict.fromkeys(_sentence(note) for note in notes if note))


def _sentence(note: str) -> str:
    begun = note[0].upper() + note[1:] if _WORD.match(note) else note
    ended = begun if begun.endswith((".", "!", "?", ":", "…")) else f"{begun}."
    return Foreign(ended) if isinstance(note, Foreign) else ended


def run_notes(report: Report) -> tuple[str, ...]:
    """Notes that follow from the report's own numbers."""
    said = []
    code = report.run.exit_code or 0
    if code > 0:
        said.append(_("The program ended with {end}.", end=ended(report)))
    elif code < 0:
        said.append(_("The program was {end}.", end=ended(report)))
    if report.meter.invalid_s > 0 and report.energy.process_j is not None:
        invalid = numbers.duration(report.meter.invalid_s)
        said.append(
            _("The meter gave no valid reading for {time}; the joules of that time are not in the total.", time=invalid)
        )
    if not report.hotspots and report.cluster is None:
        said.append(_("No line was seen running: this was no Python, or it was over before the first sample."))
    return tuple(said)


def meter(report: Report) -> str:
    """Which meter made the numbers, and how uncertain they are."""
    meter = report.meter
    how = _("estimated by a power model, not read from a counter") if meter.estimated else _("read from a counter")
    domains = f" ({', '.join(meter.domains)})" if meter.domains else ""
    return _(
        "Meter {name}: {how}; uncertainty {uncertainty} at 95 %.",
        name=meter.name,
        how=how + domains,
        uncertainty=numbers.uncertainty(meter.uncertainty),
    )


def emissions(report: Report) -> str | None:
    """The emissions with their factor, its source and year; ``None`` where none were worked out."""
    return None if report.carbon is None else carbon.sentence(report.carbon, numbers.precision(report))


def machine(report: Report) -> str:
    """The machine that the numbers hold for."""
    host = report.host
    parts = [
        host.cpu,
        ngettext("{number} core", "{number} cores", host.cores, number=numbers.count(host.cores)),
        host.os,
        f"Python {host.python}",
    ]
    if host.virtualised is not None:
        parts.append(_("virtual machine") if host.virtualised else _("not virtualised"))
    if host.governor is not None:
        parts.append(_("governor {name}", name=host.governor))
    return _("Machine: {parts}; fingerprint {fingerprint}.", parts=", ".join(parts), fingerprint=host.fingerprint)


def overhead(report: Report) -> str:
    """What measuring itself took."""
    cpu, wall = numbers.duration(report.overhead.cpu_s), numbers.duration(report.overhead.wall_s)
    paused_s = report.overhead.paused_s
    if report.cluster is not None:
        return _("Measuring took {cpu} of CPU time, in all processes together.", cpu=cpu)
    if paused_s is None:
        return _(
            "Measuring took {cpu} of CPU time, and {wall} of wall time outside the program's own.", cpu=cpu, wall=wall
        )
    return _(
        "Measuring took {cpu} of CPU time, and {wall} of wall time outside the program's own; it held the program for "
        "about {held}.",
        cpu=cpu,
        wall=wall,
        held=numbers.duration(paused_s),
    )


def _share_of_program() -> str:
    return _(
        "The program's share is its CPU time over the machine's busy CPU time, applied to the joules above idle, "
        "window by window."
    )


def _per_line() -> str:
    return _(
        "A line gets its part of each window's joules by the CPU time of the thread that was seen on it; "
        "library code is charged to the line that called it."
    )


def _per_task() -> str:
    return _(
        "A task gets the part of its machine's joules above idle that its thread's CPU time is of the machine's busy "
        "CPU time, window by window; what the threads of libraries use meanwhile goes to the tasks that run, by how "
        "long each of them runs."
    )


def method(report: Report) -> tuple[str, ...]:
    """How the numbers were made, in sentences that can stand beside any of them."""
    sentences = (
        meter(report),
        _share_of_program() if report.cluster is None else "",
        _per_task() if report.cluster is not None else _per_line(),
        emissions(report),
        overhead(report),
    )
    return tuple(sentence for sentence in sentences if sentence)
