"""Pure: one recording's joules, shared out over its stacks. Here watts become joules on stacks.

Window by window (about 100 ms), with ΔE the joules of the machine in that window:

    idle      = min(ΔE, idle watts × time)                                 if the idle watts are known
    program   = (ΔE - idle) × CPU time of the program ÷ CPU time of the machine
    a stack   = program × weight of the stack ÷ weight of all stacks × CPU time placed ÷ CPU time of the program
    weight    = CPU time of the stack × the machine's power above idle while it was seen
    greenprof = (ΔE - idle) × CPU time of greenprof ÷ CPU time of the machine
    others    = ΔE - idle - program

so that a watt-hungry phase costs more than a cool one of the same length, within a window too. What no sample
places on a stack is on none.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from greenprof.model import INTERPRETER_FRAME, Frame, Recording, Sample, Window

_SMOOTHING_S = 1.0  # /proc/stat counts in ticks of 10 ms: over a second that is 1 %
# The machinery of import and of start-up, and what of greenprof itself starts with a Python.
_COLLAPSED = re.compile(r"<frozen (?:importlib\.|zipimport>|runpy>|site>)|.*[/\\]greenprof[/\\]target[/\\]\w+\.py$")
_WORKERS = re.compile(r".*[/\\]multiprocessing[/\\]\w+\.py$")


Stack = tuple[Frame, ...]  # outermost first


@dataclass(frozen=True, slots=True)
class Span:
    """Windows taken together until every domain is known at the end; joules of the machine in it.

    ``total_j`` is None where nobody can know it.
    """

    start_s: float
    end_s: float
    joules: tuple[float, ...] | None
    idle_j: float | None
    process_j: float | None
    greenprof_j: float | None
    program_s: float
    windows: range

    @property
    def total_j(self) -> float | None:
        """Joules of all domains."""
        return None if self.joules is None else sum(self.joules)


@dataclass(slots=True)
class Amounts:
    """What a line, a function or a stack has gathered."""

    joules: float = 0.0
    idle_j: float = 0.0
    cpu_s: float = 0.0
    wait_s: float = 0.0
    samples: int = 0

    @property
    def seen(self) -> bool:
        """Whether there was anything at all."""
        return self.cpu_s > 0 or self.wait_s > 0 or self.samples > 0

    def add(self, other: Amounts, weight: float = 1.0) -> None:
        """Add `weight` times `other`."""
        self.joules += other.joules * weight
        self.idle_j += other.idle_j * weight
        self.cpu_s += other.cpu_s * weight
        self.wait_s += other.wait_s * weight
        self.samples += other.samples


@dataclass(frozen=True, slots=True)
class Ledger:
    """One recording's joules: spans in time, what each stack of frames used, and what each used in each span."""

    spans: tuple[Span, ...]
    stacks: Mapping[Stack, Amounts] = field(default_factory=dict)
    joules_by_span: tuple[Mapping[Stack, float], ...] = ()


def settle(recording: Recording) -> Ledger:
    """Share out one recording's joules over its stacks, window by window."""
    spans = tuple(_spans(recording))
    stacks: dict[Stack, Amounts] = defaultdict(Amounts)
    by_window = defaultdict(list)
    for sample in recording.samples:
        by_window[sample.window].append(sample)
    frames_of = [collapsed(tuple(recording.frames[place] for place in stack)) for stack in recording.stacks]
    by_span = []
    for span in spans:
        samples = [sample for window in span.windows for sample in by_window[window]]
        idle_w = (span.idle_j or 0.0) / max(span.end_s - span.start_s, 1e-12)
        here: dict[Stack, float] = defaultdict(float)
        for sample, joules in zip(samples, _joules(span, samples), strict=True):
            stack = frames_of[sample.stack]
            here[stack] += joules
            stacks[stack].add(
                Amounts(
                    joules=joules,
                    idle_j=idle_w * sample.wait_s,
                    cpu_s=sample.cpu_s,
                    wait_s=sample.wait_s,
                    samples=sample.count if sample.cpu_s else 0,
                )
            )
        by_span.append(here)
    return Ledger(spans, dict(stacks), tuple(by_span))


def _joules(span: Span, samples: Sequence[Sample]) -> list[float]:
    """What each sample of a span used of the program's joules."""
    placed_s = sum(sample.cpu_s for sample in samples)
    weights = [sample.cpu_s * sample.power for sample in samples]
    placed_j = (span.process_j or 0.0) * placed_s / max(span.program_s, placed_s, 1e-12)
    per_weight = placed_j / max(sum(weights), 1e-12)
    return [weight * per_weight for weight in weights]


def is_machinery(path: str) -> bool:
    """Whether a file is of ``import``, of start-up, or of greenprof itself: nobody's own code."""
    return _COLLAPSED.match(path) is not None


def collapsed(frames: Stack) -> Stack:
    """A stack without the machinery of ``import`` and of start-up, and without greenprof.

    Their joules fall on the line above them; without one they are Python's own start.
    """
    kept = tuple(frame for frame in frames if not is_machinery(frame.path))
    if len(kept) > 1 and kept[0].path == "<string>" and _WORKERS.match(kept[1].path):
        kept = kept[1:]  # the one line with which multiprocessing starts a worker
    return kept or (INTERPRETER_FRAME,)


def _spans(recording: Recording) -> Iterator[Span]:
    """The recording's windows; one whose joules could not be read is taken together with the next."""
    windows = recording.windows
    other_s = _smoothed_other_s(windows)
    first = 0
    for last, window in enumerate(windows):
        if None in window.joules and last + 1 < len(windows):
            continue
        places = range(first, last + 1)
        first = last + 1
        program_s = sum(windows[place].program_s for place in places)
        busy_s = program_s + sum(other_s[place] for place in places)
        known = None not in window.joules and not any(windows[place].invalid_s for place in places)
        joules = _sums(windows[place].joules for place in places) if known else None
        start_s = windows[places[0]].start_s
        greenprof_s = min(sum(windows[place].greenprof_s for place in places), busy_s - program_s)
        idle_j, above_j = _above_idle(joules, recording.meter.idle_w, window.end_s - start_s)
        process_j, greenprof_j = _share(above_j, program_s, busy_s), _share(above_j, greenprof_s, busy_s)
        yield Span(start_s, window.end_s, joules, idle_j, process_j, greenprof_j, program_s, places)


def _sums(joules: Iterable[tuple[float | None, ...]]) -> tuple[float, ...]:
    """Joules per domain over several windows."""
    return tuple(sum(each or 0.0 for each in domain) for domain in zip(*joules, strict=True))


def _above_idle(
    joules: tuple[float, ...] | None, idle_w: float | None, elapsed_s: float
) -> tuple[float | None, float | None]:
    """The idle joules of a span (None if idle is unknown) and those above them."""
    if joules is None:
        return None, None
    total_j = sum(joules)
    idle_j = None if idle_w is None else min(total_j, idle_w * elapsed_s)
    return idle_j, total_j - (idle_j or 0.0)


def _share(joules: float | None, cpu_s: float, busy_s: float) -> float | None:
    """The part of `joules` that goes with `cpu_s` out of `busy_s`."""
    return None if joules is None else joules * cpu_s / busy_s if busy_s > 0 else 0.0


def _smoothed_other_s(windows: Sequence[Window]) -> list[float]:
    """CPU time of everything but the program, per window: its rate over the second around it."""
    smoothed = []
    first = last = 0
    other_s = span_s = 0.0
    for window in windows:
        middle_s = (window.start_s + window.end_s) / 2
        while last < len(windows) and windows[last].start_s <= middle_s + _SMOOTHING_S / 2:
            other_s += windows[last].busy_s - windows[last].program_s
            span_s += windows[last].end_s - windows[last].start_s
            last += 1
        while windows[first].end_s < middle_s - _SMOOTHING_S / 2:
            other_s -= windows[first].busy_s - windows[first].program_s
            span_s -= windows[first].end_s - windows[first].start_s
            first += 1
        rate = max(0.0, other_s) / span_s if span_s > 0 else 0.0
        smoothed.append(rate * (window.end_s - window.start_s))
    return smoothed
