"""Pure: recordings + findings -> report.

What each stack used is settled first (`greenprof.settle`). A line gets what its stacks got, and the libraries that it
calls are charged to it: `greenprof.own_code` says which line of a stack is the user's own. What no
sample places on a stack stays `unattributed_j`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean
from types import MappingProxyType

from greenprof.calltree import Used, call_tree
from greenprof.estimate import dearest_first
from greenprof.excerpts import excerpts
from greenprof.hot_findings import is_hot, worth_telling
from greenprof.llm.use import calls_of, counted, requests_of
from greenprof.loop_lines import loop_of
from greenprof.model import (
    COMMAND,
    INTERPRETER,
    TEMPLATE,
    Energy,
    Finding,
    Frame,
    Function,
    Hotspot,
    Process,
    Query,
    Recording,
    Report,
    Run,
)  # fmt: skip
from greenprof.native_code import Division, shares
from greenprof.own_code import EVERYTHING, INSTALLED, OWN, OwnCode, Scope, level_of, own_code
from greenprof.query_use import confirmed, queries_of, statements_of
from greenprof.settle import Amounts, Ledger, Stack, is_machinery, settle
from greenprof.stats import interval, share_margin
from greenprof.timeline import timeline

_COUNTED = (COMMAND, INTERPRETER)  # and not sampled, so that their shares have no margin
_MOST_PROCESSES = 500
_MOST_FUNCTIONS = 3000

Line = tuple[str, int]
SpanOf = Callable[[str, int], tuple[int, int]]


@dataclass(slots=True)
class _LineUse:
    """What a line of own code used, in which stacks; ``total_j`` with what the own functions used that it called."""

    frame: Frame
    own: Amounts = field(default_factory=Amounts)
    total_j: float = 0.0
    stacks: list[tuple[Stack, Amounts]] = field(default_factory=list)


def join(
    recordings: Sequence[Recording],
    findings: Sequence[Finding],
    sources: Mapping[str, Sequence[str]] = MappingProxyType({}),
    notes: Iterable[str] = (),
    own: OwnCode | None = None,
    *,
    min_confidence: str = "low",
) -> Report:
    """One report of one or more recordings of the same command; figures are means per run.

    `findings` and `sources` (lines of text by path) are those of `own_files`, `own` is what `own_code_of` says. Of the
    findings that are less sure than `min_confidence` those are told that the run speaks for.
    Raises ValueError without a recording.
    """
    if not recordings:
        raise ValueError("a report needs at least one recording")
    own = own or own_code_of(recordings)
    ledgers = [settle(recording) for recording in recordings]
    stacks = _mean_stacks(ledgers)
    energy = _energy(recordings, ledgers, stacks)
    known, idle_known = energy.process_j is not None, energy.idle_j is not None
    span_of = _single if all(recording.exact_lines for recording in recordings) else _loops_in(sources)
    lines, division = _lines(stacks, own, span_of), Division(recordings)
    statements, j_per_s = statements_of(recordings, own), _above_idle_j_per_s(recordings, ledgers)
    requests = requests_of(recordings, own)
    priced = _rank(counted(confirmed(findings, statements or ()), requests), lines, span_of, energy.process_j)
    ranked = worth_telling(priced, min_confidence)
    queries = queries_of(ranked, statements or (), j_per_s)
    hotspots = _hotspots(lines, ranked, span_of, sources, division, known=known, idle_known=idle_known)
    if statements is not None:
        hotspots = _with_queries(hotspots, queries, span_of)
    last = recordings[-1]
    return Report(
        run=_mean_run(recordings),
        host=last.host,
        meter=replace(last.meter, invalid_s=sum(w.invalid_s for r in recordings for w in r.windows)),
        energy=replace(energy, server_j=_server_j(queries, energy)),
        hotspots=hotspots,
        functions=_functions(stacks, known),
        findings=ranked,
        tree=call_tree(_used(stacks, division), known),
        timeline=timeline(ledgers[-1], own),
        processes=_dearest_processes(last),
        overhead=last.overhead,
        queries=queries,
        llm_calls=calls_of(ranked, requests),
        excerpts=excerpts(hotspots, ranked, sources),
        notes=(*own.notes, *dict.fromkeys(note for r in recordings for note in r.notes), *notes),
    )


def _used(stacks: Mapping[Stack, Amounts], division: Division) -> Iterator[Used]:
    """What each stack used, divided over the native functions below it."""
    for frames, amounts in stacks.items():
        for native, share in division.parts(frames):
            yield Used(frames, native, amounts.joules * share, amounts.cpu_s * share)


def _dearest_processes(recording: Recording) -> tuple[Process, ...]:
    """Those that used most CPU time, in the order of their numbers: a build may start thousands."""
    dearest = sorted(recording.processes, key=lambda process: -process.cpu_s)[:_MOST_PROCESSES]
    return tuple(sorted(dearest, key=lambda process: process.pid))


def own_code_of(recordings: Sequence[Recording], scope: Scope = EVERYTHING) -> OwnCode:
    """Which code counts as the user's own in these recordings, within `scope`."""
    return own_code(
        (
            (tuple(recording.frames[place] for place in recording.stacks[sample.stack]), sample.cpu_s)
            for recording in recordings
            for sample in recording.samples
        ),
        scope,
    )


def own_files(recordings: Sequence[Recording], own: OwnCode) -> tuple[str, ...]:
    """The files of the user's own code that were seen running, never those of the standard library."""
    paths = {frame.path for recording in recordings for frame in recording.frames if own.is_own(frame.path)}
    paths.difference_update(templates_in(recordings))
    return tuple(sorted(path for path in paths if level_of(path) in (OWN, INSTALLED) and not is_machinery(path)))


def templates_in(recordings: Sequence[Recording]) -> tuple[str, ...]:
    """The templates of pages with a line that sent a statement: no Python."""
    frames = {frame for recording in recordings for frame in recording.frames if frame.function == TEMPLATE}
    return tuple(sorted({frame.path for frame in frames}))


def _mean_stacks(ledgers: Sequence[Ledger]) -> dict[Stack, Amounts]:
    stacks: dict[Stack, Amounts] = defaultdict(Amounts)
    for ledger in ledgers:
        for frames, amounts in ledger.stacks.items():
            stacks[frames].add(amounts, 1 / len(ledgers))
    return dict(stacks)


def _energy(recordings: Sequence[Recording], ledgers: Sequence[Ledger], stacks: Mapping[Stack, Amounts]) -> Energy:
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
    greenprof_j = fmean(sum(span.greenprof_j or 0.0 for span in spans) for spans in runs)
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
        greenprof_j=min(greenprof_j, max(0.0, total_j - idle_j - process_j)),
        mean_w=total_j / known_s if known_s > 0 else None,
        interval_j=interval(processes_j, meter.uncertainty, total_j / known_s * meter.resolution_s if known_s else 0.0),
    )


def _single(_path: str, line: int) -> tuple[int, int]:
    """A line that stands for itself."""
    return line, line


def _loops_in(sources: Mapping[str, Sequence[str]]) -> SpanOf:
    """A line that stands for the loop around it."""
    return lambda path, line: loop_of(sources.get(path, ()), line)


def _lines(stacks: Mapping[Stack, Amounts], own: OwnCode, span_of: SpanOf) -> dict[Line, _LineUse]:
    """What each line used, or each loop under its first line."""
    lines: dict[Line, _LineUse] = {}

    def line_of(frame: Frame) -> Line:
        return frame.path, span_of(frame.path, frame.line)[0]

    for frames, amounts in stacks.items():
        innermost = own.line_of(frames)
        use = lines.setdefault(line_of(innermost), _LineUse(innermost))
        use.own.add(amounts)
        use.stacks.append((frames, amounts))
        through = {line_of(frame): frame for frame in (*own.frames_of(frames), innermost)}
        for line, frame in through.items():  # recursion counts once
            lines.setdefault(line, _LineUse(frame)).total_j += amounts.joules
    return lines


def _rank(
    findings: Sequence[Finding], lines: Mapping[Line, _LineUse], span_of: SpanOf, process_j: float | None
) -> tuple[Finding, ...]:
    """Each finding with the joules of its lines, those that passed while they waited included; dearest first.

    Unknown where none of its lines was seen running: those come by what they are estimated to cost.
    """
    priced = []
    waiting_j, samples = sum(use.own.idle_j for use in lines.values()), _samples(lines)
    for finding in findings:
        used = Amounts()
        for line in _lines_of(finding, span_of):
            if line in lines:
                used.add(lines[line].own)
        known = process_j is not None and used.seen
        hot = is_hot(used, finding.cost, process_j, waiting_j, samples) if process_j is not None else None
        priced.append(replace(finding, energy_j=used.joules + used.idle_j if known else None, hot=hot))
    return tuple(sorted(priced, key=lambda one: (-(one.energy_j or 0.0), *dearest_first(one), one.path, one.line)))


def _samples(lines: Mapping[Line, _LineUse]) -> int:
    """How many samples all lines have that were sampled."""
    return sum(use.own.samples for (path, _), use in lines.items() if not path.startswith(_COUNTED))


def _lines_of(finding: Finding, span_of: SpanOf) -> list[Line]:
    lines = range(finding.line, finding.end_line + 1)
    return list(dict.fromkeys((finding.path, span_of(finding.path, line)[0]) for line in lines))


def _hotspots(
    lines: Mapping[Line, _LineUse],
    findings: Sequence[Finding],
    span_of: SpanOf,
    sources: Mapping[str, Sequence[str]],
    division: Division,
    *,
    known: bool,
    idle_known: bool,
) -> tuple[Hotspot, ...]:
    """The lines, dearest first: by what they used and waited for themselves, then by what they called."""
    on_line: dict[Line, list[int]] = defaultdict(list)
    for place, finding in enumerate(findings):
        for line in _lines_of(finding, span_of):
            on_line[line].append(place)
    all_s = sum(use.own.cpu_s for use in lines.values())
    samples = _samples(lines)
    hotspots = [
        Hotspot(
            path=path,
            line=line,
            function=use.frame.function,
            self_j=use.own.joules if known else None,
            cpu_s=use.own.cpu_s,
            samples=use.own.samples,
            wait_s=use.own.wait_s,
            idle_j=use.own.idle_j if known and idle_known else None,
            findings=tuple(on_line[path, line]),
            source=_source_line(sources.get(path, ()), line),
            total_j=use.total_j if known else None,
            end_line=end if (end := span_of(path, line)[1]) > line else None,
            margin=None if path.startswith(_COUNTED) or not all_s else share_margin(use.own.cpu_s / all_s, samples),
            native=shares(use.stacks, division, known=known),
        )
        for (path, line), use in lines.items()
    ]
    return tuple(
        sorted(
            hotspots,
            key=lambda spot: (-((spot.self_j or 0.0) + (spot.idle_j or 0.0)), -spot.cpu_s, -(spot.total_j or 0.0)),
        )
    )


def _with_queries(hotspots: Sequence[Hotspot], queries: Sequence[Query], span_of: SpanOf) -> tuple[Hotspot, ...]:
    """The lines with how many statements each sent, and what the server used for them."""
    by_line: dict[Line, list[Query]] = defaultdict(list)
    for query in queries:
        if query.path is not None and query.line is not None:
            by_line[query.path, span_of(query.path, query.line)[0]].append(query)
    told = []
    for spot in hotspots:
        own = by_line[spot.path, spot.line]
        told.append(replace(spot, queries=sum(query.count for query in own), server_j=_known_sum(own)))
    return tuple(told)


def _known_sum(queries: Iterable[Query]) -> float | None:
    known = [query.server_j for query in queries if query.server_j is not None]
    return sum(known) if known else None


def _server_j(queries: Sequence[Query], energy: Energy) -> float | None:
    """What database servers on this machine used for the program: a part of what other programs used, but greenprof."""
    server_j = _known_sum(queries)
    if server_j is None or energy.other_j is None:
        return None
    return min(server_j, max(0.0, energy.other_j - (energy.greenprof_j or 0.0)))


def _above_idle_j_per_s(recordings: Sequence[Recording], ledgers: Sequence[Ledger]) -> float | None:
    """The machine's joules above idle for a second of CPU time, over the whole of all runs."""
    busy_s = sum(window.busy_s for recording in recordings for window in recording.windows)
    spans = [span for ledger in ledgers for span in ledger.spans if span.total_j is not None]
    above_j = sum((span.total_j or 0.0) - (span.idle_j or 0.0) for span in spans)
    return above_j / busy_s if spans and busy_s > 0 else None


def _source_line(text: Sequence[str], line: int) -> str | None:
    return text[line - 1].strip() if 0 < line <= len(text) else None


def _functions(stacks: Mapping[Stack, Amounts], known: bool) -> tuple[Function, ...]:
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
        for path, line, name in dearest[:_MOST_FUNCTIONS]
    )  # fmt: skip


def _mean_run(recordings: Sequence[Recording]) -> Run:
    runs = [recording.run for recording in recordings]
    return replace(
        runs[0],
        duration_s=fmean(run.duration_s for run in runs),
        cpu_s=fmean(run.cpu_s for run in runs),
        processes=round(fmean(run.processes for run in runs)),
        max_rss_bytes=_mean_count(run.max_rss_bytes for run in runs),
        peak_rss_bytes=max((run.peak_rss_bytes for run in runs if run.peak_rss_bytes is not None), default=None),
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
