"""Pure: recordings + findings -> report. Here watts become joules on lines.

Window by window (about 100 ms), with ΔE the joules of the machine in that window:

    idle    = min(ΔE, idle watts × time)                                 if the idle watts are known
    program = (ΔE - idle) × CPU time of the program ÷ CPU time of the machine
    a stack = program × CPU time of the stack ÷ CPU time of the program
    others  = ΔE - idle - program

so that a watt-hungry phase costs more than a cool one of the same length. What no sample places on
a stack stays `unattributed_j`. A line gets what its stacks got, and the libraries that it calls are
charged to it: `greenprof.own_code` says which line of a stack is the user's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean
from types import MappingProxyType

from greenprof.calltree import call_tree
from greenprof.model import Energy, Finding, Frame, Function, Hotspot, Power, Recording, Report, Run, Window
from greenprof.own_code import INSTALLED, OWN, OwnCode, level_of, own_code
from greenprof.stats import interval

_SMOOTHING_S = 1.0  # /proc/stat counts in ticks of 10 ms: over a second that is 1 %
_TIMELINE_POINTS = 300

Line = tuple[str, int]


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

    def add(self, other: Amounts, weight: float = 1.0) -> None:
        """Add `weight` times `other`."""
        self.joules += other.joules * weight
        self.idle_j += other.idle_j * weight
        self.cpu_s += other.cpu_s * weight
        self.wait_s += other.wait_s * weight
        self.samples += other.samples


@dataclass(frozen=True, slots=True)
class Ledger:
    """One recording's joules: spans in time, and what each stack of frames used."""

    spans: tuple[Span, ...]
    stacks: Mapping[tuple[Frame, ...], Amounts] = field(default_factory=dict)


def join(
    recordings: Sequence[Recording],
    findings: Sequence[Finding],
    sources: Mapping[str, Sequence[str]] = MappingProxyType({}),
    notes: Iterable[str] = (),
) -> Report:
    """One report of one or more recordings of the same command; figures are means per run.

    `findings` and `sources` (lines of text by path) are those of `own_files`. Raises ValueError
    without a recording.
    """
    if not recordings:
        raise ValueError("a report needs at least one recording")
    ledgers = [settle(recording) for recording in recordings]
    stacks = _mean_stacks(ledgers)
    own = _own_code(recordings)
    energy = _energy(recordings, ledgers, stacks)
    known, idle_known = energy.process_j is not None, energy.idle_j is not None
    lines = _lines(stacks, own)
    ranked = _rank(findings, lines, known)
    last = recordings[-1]
    return Report(
        run=_mean_run(recordings),
        host=last.host,
        meter=replace(last.meter, invalid_s=sum(w.invalid_s for r in recordings for w in r.windows)),
        energy=energy,
        hotspots=_hotspots(lines, ranked, sources, known, idle_known),
        functions=_functions(stacks, known),
        findings=ranked,
        tree=call_tree(((frames, amounts.joules, amounts.cpu_s) for frames, amounts in stacks.items()), known),
        timeline=_timeline(ledgers[-1].spans),
        processes=last.processes,
        overhead=last.overhead,
        notes=(*own.notes, *dict.fromkeys(note for r in recordings for note in r.notes), *notes),
    )


def own_files(recordings: Sequence[Recording]) -> tuple[str, ...]:
    """The files of the user's own code that were seen running, never those of the standard library."""
    own = _own_code(recordings)
    paths = {frame.path for recording in recordings for frame in recording.frames if own.is_own(frame.path)}
    return tuple(sorted(path for path in paths if level_of(path) in (OWN, INSTALLED)))


def _own_code(recordings: Sequence[Recording]) -> OwnCode:
    return own_code(
        (tuple(recording.frames[place] for place in recording.stacks[sample.stack]), sample.cpu_s)
        for recording in recordings
        for sample in recording.samples
    )


def settle(recording: Recording) -> Ledger:
    """Share out one recording's joules over its stacks, window by window."""
    spans = tuple(_spans(recording))
    stacks: dict[tuple[Frame, ...], Amounts] = defaultdict(Amounts)
    by_window = defaultdict(list)
    for sample in recording.samples:
        by_window[sample.window].append(sample)
    frames_of = [tuple(recording.frames[place] for place in stack) for stack in recording.stacks]
    for span in spans:
        samples = [sample for window in span.windows for sample in by_window[window]]
        placed_s = sum(sample.cpu_s for sample in samples)
        joules_per_s = (span.process_j or 0.0) / max(span.program_s, placed_s, 1e-12)
        idle_w = (span.idle_j or 0.0) / max(span.end_s - span.start_s, 1e-12)
        for sample in samples:
            stacks[frames_of[sample.stack]].add(
                Amounts(
                    joules=joules_per_s * sample.cpu_s,
                    idle_j=idle_w * sample.wait_s,
                    cpu_s=sample.cpu_s,
                    wait_s=sample.wait_s,
                    samples=sample.count,
                )
            )
    return Ledger(spans, dict(stacks))


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
        idle_j, process_j = _share(joules, recording.meter.idle_w, window.end_s - start_s, program_s, busy_s)
        yield Span(start_s, window.end_s, joules, idle_j, process_j, program_s, places)


def _sums(joules: Iterable[tuple[float | None, ...]]) -> tuple[float, ...]:
    """Joules per domain over several windows."""
    return tuple(sum(each or 0.0 for each in domain) for domain in zip(*joules, strict=True))


def _share(
    joules: tuple[float, ...] | None, idle_w: float | None, elapsed_s: float, program_s: float, busy_s: float
) -> tuple[float | None, float | None]:
    """The idle joules of a span (None if idle is unknown) and the program's."""
    if joules is None:
        return None, None
    total_j = sum(joules)
    idle_j = None if idle_w is None else min(total_j, idle_w * elapsed_s)
    share = program_s / busy_s if busy_s > 0 else 0.0
    return idle_j, (total_j - (idle_j or 0.0)) * share


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


def _mean_stacks(ledgers: Sequence[Ledger]) -> dict[tuple[Frame, ...], Amounts]:
    stacks: dict[tuple[Frame, ...], Amounts] = defaultdict(Amounts)
    for ledger in ledgers:
        for frames, amounts in ledger.stacks.items():
            stacks[frames].add(amounts, 1 / len(ledgers))
    return dict(stacks)


def _energy(
    recordings: Sequence[Recording], ledgers: Sequence[Ledger], stacks: Mapping[tuple[Frame, ...], Amounts]
) -> Energy:
    """The ledger of all runs, as a mean per run.

    Unknown if the end of a run is: a domain that was lost on the way has used nobody knows what.
    """
    meter = recordings[-1].meter
    domains = meter.domains
    runs = [[span for span in ledger.spans if span.joules is not None] for ledger in ledgers]
    if not all(runs) or any(None in recording.windows[-1].joules for recording in recordings):
        return Energy(
            total_j=None, domains_j=dict.fromkeys(domains), idle_j=None, process_j=None, other_j=None,
            unattributed_j=None, mean_w=None, interval_j=None,
        )  # fmt: skip
    idle_known = meter.idle_w is not None
    domains_j = {
        name: fmean(sum(span.joules[place] for span in spans if span.joules) for spans in runs)
        for place, name in enumerate(domains)
    }
    total_j = sum(domains_j.values())
    idle_j = fmean(sum(span.idle_j or 0.0 for span in spans) for spans in runs)
    processes_j = [sum(span.process_j or 0.0 for span in spans) for spans in runs]
    process_j = fmean(processes_j)
    known_s = fmean(sum(span.end_s - span.start_s for span in spans) for spans in runs)
    return Energy(
        total_j=total_j,
        domains_j=domains_j,
        idle_j=idle_j if idle_known else None,
        process_j=process_j,
        other_j=max(0.0, total_j - idle_j - process_j),
        unattributed_j=max(0.0, process_j - sum(amounts.joules for amounts in stacks.values())),
        mean_w=total_j / known_s if known_s > 0 else None,
        interval_j=interval(processes_j, meter.uncertainty, total_j / known_s * meter.resolution_s if known_s else 0.0),
    )


def _lines(stacks: Mapping[tuple[Frame, ...], Amounts], own: OwnCode) -> dict[Line, tuple[Frame, Amounts]]:
    lines: dict[Line, tuple[Frame, Amounts]] = {}
    for frames, amounts in stacks.items():
        frame = own.line_of(frames)
        lines.setdefault((frame.path, frame.line), (frame, Amounts()))[1].add(amounts)
    return lines


def _rank(findings: Sequence[Finding], lines: Mapping[Line, tuple[Frame, Amounts]], known: bool) -> tuple[Finding, ...]:
    """Each finding with the joules of its lines, those that passed while they waited included; dearest first.

    Unknown where none of its lines was seen running.
    """
    priced = []
    for finding in findings:
        amounts = [lines[line][1] for line in _lines_of(finding) if line in lines]
        energy_j = sum(each.joules + each.idle_j for each in amounts)
        priced.append(replace(finding, energy_j=energy_j if known and amounts else None))
    return tuple(sorted(priced, key=lambda finding: (-(finding.energy_j or 0.0), finding.path, finding.line)))


def _lines_of(finding: Finding) -> list[Line]:
    return [(finding.path, line) for line in range(finding.line, finding.end_line + 1)]


def _hotspots(
    lines: Mapping[Line, tuple[Frame, Amounts]],
    findings: Sequence[Finding],
    sources: Mapping[str, Sequence[str]],
    known: bool,
    idle_known: bool,
) -> tuple[Hotspot, ...]:
    on_line: dict[Line, list[int]] = defaultdict(list)
    for place, finding in enumerate(findings):
        for line in _lines_of(finding):
            on_line[line].append(place)
    hotspots = [
        Hotspot(
            path=path,
            line=line,
            function=frame.function,
            self_j=amounts.joules if known else None,
            cpu_s=amounts.cpu_s,
            samples=amounts.samples,
            wait_s=amounts.wait_s,
            idle_j=amounts.idle_j if known and idle_known else None,
            findings=tuple(on_line[path, line]),
            source=_source_line(sources.get(path, ()), line),
        )
        for (path, line), (frame, amounts) in lines.items()
    ]
    return tuple(sorted(hotspots, key=lambda spot: (-((spot.self_j or 0.0) + (spot.idle_j or 0.0)), -spot.cpu_s)))


def _source_line(text: Sequence[str], line: int) -> str | None:
    return text[line - 1].strip() if 0 < line <= len(text) else None


def _functions(stacks: Mapping[tuple[Frame, ...], Amounts], known: bool) -> tuple[Function, ...]:
    own_j: dict[tuple[str, int, str], float] = defaultdict(float)
    total_j: dict[tuple[str, int, str], float] = defaultdict(float)
    for frames, amounts in stacks.items():
        functions = [(frame.path, frame.function_line, frame.function) for frame in frames]
        own_j[functions[-1]] += amounts.joules
        for function in dict.fromkeys(functions):  # recursion counts once
            total_j[function] += amounts.joules
    dearest = sorted(total_j, key=lambda function: (-own_j[function], -total_j[function]))
    return tuple(
        Function(
            path=path, line=line, function=name,
            self_j=own_j[path, line, name] if known else None,
            total_j=total_j[path, line, name] if known else None,
        )
        for path, line, name in dearest
    )  # fmt: skip


def _timeline(spans: Sequence[Span]) -> tuple[Power, ...]:
    """Watts over time, in at most some hundreds of points."""
    step = max(1, -(-len(spans) // _TIMELINE_POINTS))
    groups = (spans[start : start + step] for start in range(0, len(spans), step))
    return tuple(
        Power(
            start_s=group[0].start_s,
            end_s=group[-1].end_s,
            total_w=_watts([span.total_j for span in group], group),
            process_w=_watts([span.process_j for span in group], group),
        )
        for group in groups
    )


def _watts(joules: Sequence[float | None], spans: Sequence[Span]) -> float | None:
    elapsed_s = spans[-1].end_s - spans[0].start_s
    known = [each for each in joules if each is not None]
    return sum(known) / elapsed_s if len(known) == len(joules) and elapsed_s > 0 else None


def _mean_run(recordings: Sequence[Recording]) -> Run:
    runs = [recording.run for recording in recordings]
    return replace(
        runs[0],
        duration_s=fmean(run.duration_s for run in runs),
        cpu_s=fmean(run.cpu_s for run in runs),
        processes=round(fmean(run.processes for run in runs)),
        max_rss_bytes=_mean_count(run.max_rss_bytes for run in runs),
        read_bytes=_mean_count(run.read_bytes for run in runs),
        written_bytes=_mean_count(run.written_bytes for run in runs),
        cycles=_mean_count(run.cycles for run in runs),
        instructions=_mean_count(run.instructions for run in runs),
        exit_code=next((run.exit_code for run in runs if run.exit_code), 0),
        runs=len(runs),
    )


def _mean_count(counts: Iterable[int | None]) -> int | None:
    """The mean of whole numbers, None if one is not known."""
    known = list(counts)
    return None if None in known else round(fmean(each for each in known if each is not None))
