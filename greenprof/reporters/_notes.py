"""What has to be said beside the numbers: how the run ended, the notes, the meter, the machine, the method.

Pure functions of a `Report`, as in `greenprof.reporters._story`.
"""

from __future__ import annotations

import re
from signal import Signals
from typing import TYPE_CHECKING

from greenprof.reporters import _carbon as carbon
from greenprof.reporters import _numbers as numbers

if TYPE_CHECKING:
    from greenprof.model import Report

_WORD = re.compile(r"(?!greenprof )[a-z]+ ")


def ended(report: Report) -> str:
    """How the program ended: ``exit code 3``, ``ended by signal 2 (SIGINT)``, ``end not seen``."""
    code = report.run.exit_code
    if code is None:
        return "end not seen"
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"ended by signal {-code} ({Signals(-code).name})"
    except ValueError:  # not every number has a name, and not on every system
        return f"ended by signal {-code}"


def notes(report: Report) -> tuple[str, ...]:
    """What a reader has to know before believing the numbers."""
    return _sentences(*run_notes(report), *report.meter.notes, *report.notes)


def short_notes(report: Report) -> tuple[str, ...]:
    """`notes` and the meter for a terminal: how an estimate is made stays with ``greenprof doctor``."""
    if not report.meter.estimated:
        return (*notes(report), meter(report))
    uncertainty = numbers.uncertainty(report.meter.uncertainty)
    estimate = f"Estimated by a power model (meter {report.meter.name}), {uncertainty}; greenprof doctor says how."
    return _sentences(*run_notes(report), *report.notes, estimate)


def _sentences(*notes: str) -> tuple[str, ...]:
    """Notes, each once, with a capital and a full stop: they come from many places. Names keep their spelling."""
    begun = (note[0].upper() + note[1:] if _WORD.match(note) else note for note in notes if note)
    return tuple(dict.fromkeys(note if note.endswith((".", "!", "?", ":", "…")) else f"{note}." for note in begun))


def run_notes(report: Report) -> tuple[str, ...]:
    """Notes that follow from the report's own numbers."""
    said = []
    if report.run.exit_code:
        said.append(f"The program {'was' if report.run.exit_code < 0 else 'ended with'} {ended(report)}.")
    if report.meter.invalid_s > 0 and report.energy.process_j is not None:
        invalid = numbers.duration(report.meter.invalid_s)
        said.append(f"The meter gave no valid reading for {invalid}; the joules of that time are not in the total.")
    if not report.hotspots:
        said.append("No line was seen running: this was no Python, or it was over before the first sample.")
    return tuple(said)


def meter(report: Report) -> str:
    """Which meter made the numbers, and how uncertain they are."""
    meter = report.meter
    how = "estimated by a power model, not read from a counter" if meter.estimated else "read from a counter"
    domains = f" ({', '.join(meter.domains)})" if meter.domains else ""
    return f"Meter {meter.name}: {how}{domains}; uncertainty {numbers.uncertainty(meter.uncertainty)} at 95 %."


def emissions(report: Report) -> str | None:
    """The emissions with their factor, its source and year; ``None`` where none were worked out."""
    return None if report.carbon is None else carbon.sentence(report.carbon, numbers.precision(report))


def machine(report: Report) -> str:
    """The machine that the numbers hold for."""
    host = report.host
    kind = {True: ", virtual machine", False: ", not virtualised", None: ""}[host.virtualised]
    governor = "" if host.governor is None else f", governor {host.governor}"
    return (
        f"Machine: {host.cpu}, {numbers.count(host.cores)} {'core' if host.cores == 1 else 'cores'}, {host.os}, "
        f"Python {host.python}{kind}{governor}; fingerprint {host.fingerprint}."
    )


def overhead(report: Report) -> str:
    """What measuring itself took."""
    cpu, wall = numbers.duration(report.overhead.cpu_s), numbers.duration(report.overhead.wall_s)
    paused_s = report.overhead.paused_s
    held = "" if paused_s is None else f"; it held the program for about {numbers.duration(paused_s)}"
    return f"Measuring took {cpu} of CPU time, and {wall} of wall time outside the program's own{held}."


def method(report: Report) -> tuple[str, ...]:
    """How the numbers were made, in sentences that can stand beside any of them."""
    sentences = (
        meter(report),
        "The program's share is its CPU time over the machine's busy CPU time, applied to the joules above idle, "
        "window by window.",
        "A line gets its part of each window's joules by the CPU time of the thread that was seen on it; "
        "library code is charged to the line that called it.",
        emissions(report),
        overhead(report),
    )
    return tuple(sentence for sentence in sentences if sentence)
