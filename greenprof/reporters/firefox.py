"""The report as a profile of the Firefox Profiler, https://profiler.firefox.com: stacks, and power over time.

The format is the "processed profile" in version 60, which every later version of the Profiler brings up to date itself.
Its power tracks are counters of the category ``power`` that count picowatt-hours. None of its units of weight is one of
energy: a "sample" is 1 µJ here, and the names of the threads say so.
https://github.com/firefox-devtools/profiler/blob/main/src/types/profile.ts
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from greenprof import __version__
from greenprof.own_code import INSTALLED, OWN, STANDARD, level_of
from greenprof.reporters import _notes as notes
from greenprof.reporters import _stacks
from greenprof.reporters import _story as story
from greenprof.reporters._stacks import Place
from greenprof.reporters._text import neutral

if TYPE_CHECKING:
    from greenprof.model import Power, Report

SUFFIXES = (".firefox.json",)

_VERSION, _GECKO_VERSION = 60, 30
_PWH_PER_J = 1e12 / 3600
_PID = "0"
_AFTER_THE_LAST_MS = 1  # what stands at the very end of a profile is left out of its sums

_OTHER = 0
_CATEGORIES = (
    ("Other", "grey"), ("Own code", "green"), ("Installed packages", "orange"), ("Standard library", "blue"),
    ("Native code", "purple"),
)  # fmt: skip
_CATEGORY_OF = {OWN: 1, INSTALLED: 2, STANDARD: 3}
_NATIVE = 4
_NOT_NAMED = Place(name="(other functions)")

Sample = tuple[tuple[Place, ...], float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """Samples are stacks with the ms that they stand at, and what they weigh. ``unit`` is one of the format's."""

    name: str
    unit: str
    samples: tuple[Sample, ...]


def render(report: Report) -> str:
    """JSON, plain ASCII: energy by stack, energy over time and CPU time by stack, as threads; power, as counters."""
    tables, process = _Tables(), _stacks.title(report)
    threads = [_thread(number, thread, process, tables) for number, thread in enumerate(_threads(report))]
    profile = {
        "meta": _meta(report, len(threads)),
        "libs": [],
        "pages": [],
        "counters": list(_counters(report)),
        "shared": tables.shared(),
        "threads": threads,
    }
    return json.dumps(profile, separators=(",", ":"), allow_nan=False) + "\n"


def _threads(report: Report) -> Iterator[Thread]:
    """Energy first, where it is known. A stack of the whole run has no time, so it stands at the beginning."""
    stacks = _stacks.stacks(report)
    if report.energy.process_j is not None:
        energy = tuple((stack.places, 0.0, float(stack.energy_uj)) for stack in stacks if stack.energy_uj)
        yield Thread(name="Energy of the whole run (1 sample = 1 µJ)", unit="samples", samples=energy)
        if any(power.ran for power in report.timeline):
            ran = tuple(_ran(report.timeline))
            yield Thread(name="Energy over time (1 sample = 1 µJ)", unit="samples", samples=ran)
    cpu = tuple((stack.places, 0.0, stack.cpu_ns / 1e6) for stack in stacks if stack.cpu_ns)
    yield Thread(name="CPU time of the whole run", unit="tracing-ms", samples=cpu)


def _ran(timeline: Sequence[Power]) -> Iterator[Sample]:
    """The functions of each span with what they used in it, one after the other: within a span nobody knows when."""
    used = [each for power in timeline for each in _used(power)]
    energies_uj = _stacks.apportion([joules for *_, joules in used], round(math.fsum(each[-1] for each in used) * 1e6))
    for (place, at_s, _), energy_uj in zip(used, energies_uj, strict=True):
        if energy_uj:
            yield (place,), at_s * 1000, energy_uj


def _used(power: Power) -> Iterator[tuple[Place, float, float]]:
    """Each function of a span with the second that it is drawn at, and its joules; what has no name comes last."""
    if power.process_w is None:
        return
    ran = [(_stacks.function_of(each.path, each.line, each.function), each.process_w or 0.0) for each in power.ran]
    ran.append((_NOT_NAMED, max(0.0, power.process_w - math.fsum(watts for _, watts in ran))))
    all_w = math.fsum(watts for _, watts in ran)
    at_s, elapsed_s = power.start_s, power.end_s - power.start_s
    for place, watts in ran:
        yield place, at_s, watts * elapsed_s
        at_s += elapsed_s * watts / all_w if all_w else 0.0


def _thread(number: int, thread: Thread, process: str, tables: _Tables) -> dict[str, Any]:
    markers = ("data", "name", "startTime", "endTime", "phase", "category")
    return {
        "name": thread.name,
        "isMainThread": number == 0,
        "processType": "default",
        "processName": process,
        "processStartupTime": 0,
        "processShutdownTime": None,
        "registerTime": 0,
        "unregisterTime": None,
        "pausedRanges": [],
        "pid": _PID,
        "tid": number,
        "samples": {
            "stack": [tables.stack(places) for places, _, _ in thread.samples],
            "time": [time_ms for _, time_ms, _ in thread.samples],
            "weight": [weight for *_, weight in thread.samples],
            "weightType": thread.unit,
            "length": len(thread.samples),
        },
        "markers": {column: [] for column in markers} | {"length": 0},
    }


def _counters(report: Report) -> Iterator[dict[str, Any]]:
    """Power tracks of the program and of the machine, as far as they are known."""
    program = [(power.start_s, power.end_s, power.process_w) for power in report.timeline]
    machine = [(power.start_s, power.end_s, power.total_w) for power in report.timeline]
    tracks = (
        ("Program", "the program's share of the machine's power", "green", program),
        ("Whole machine", neutral(report.meter.scope), "grey", machine),
    )
    for name, description, colour, spans in tracks:
        samples = list(_counted(spans))
        if samples:
            yield {
                "name": name, "category": "power", "description": description, "color": colour, "pid": _PID,
                "mainThreadIndex": 0,
                "samples": {
                    "time": [at_s * 1000 for at_s, _ in samples],
                    "count": [count for _, count in samples],
                    "length": len(samples),
                },
            }  # fmt: skip


def _counted(spans: Iterable[tuple[float, float, float | None]]) -> Iterator[tuple[float, int]]:
    """Seconds, and the pWh since the sample before.

    A track of fewer than three samples is not shown, so each span is two. The format knows no gap: a span whose watts
    are unknown is drawn as nothing.
    """
    known_to_s: float | None = None
    for start_s, end_s, watts in spans:
        if watts is None or end_s <= start_s:
            continue
        if known_to_s is None or known_to_s < start_s:
            yield start_s, 0
        used_pwh = round(watts * (end_s - start_s) * _PWH_PER_J)
        yield (start_s + end_s) / 2, used_pwh // 2
        yield end_s, used_pwh - used_pwh // 2
        known_to_s = end_s


class _Tables:
    """What samples refer to by number. A frame has the number of its function: lines are functions of their own."""

    def __init__(self) -> None:
        self._strings: dict[str, int] = {}
        self._sources: dict[str, int] = {}
        self._places: dict[Place, int] = {}
        self._stacks: dict[tuple[int | None, int], int] = {}

    def stack(self, places: Sequence[Place]) -> int | None:
        stack = None
        for place in places:
            frame = self._places.setdefault(place, len(self._places))
            stack = self._stacks.setdefault((stack, frame), len(self._stacks))
        return stack

    def shared(self) -> dict[str, Any]:
        places = list(self._places)
        nothing = {"length": 0}
        functions = {
            "name": [self._string(place.name) for place in places],
            "isJS": [False for _ in places],
            "relevantForJS": [False for _ in places],
            "resource": [-1 for _ in places],
            "source": [None if place.path is None else self._source(place.path) for place in places],
            "lineNumber": [place.line or None for place in places],
            "columnNumber": [None for _ in places],
            "length": len(places),
        }
        categories = [_category(place) for place in places]
        frames = {
            "address": [-1 for _ in places],
            "inlineDepth": [0 for _ in places],
            "category": categories,
            "subcategory": [None if category is None else 0 for category in categories],
            "func": list(range(len(places))),
            "nativeSymbol": [None for _ in places],
            "innerWindowID": [None for _ in places],
            "line": [place.line if place.is_line else None for place in places],
            "column": [None for _ in places],
            "length": len(places),
        }
        stacks = {
            "frame": [frame for _, frame in self._stacks],
            "prefix": [prefix for prefix, _ in self._stacks],
            "length": len(self._stacks),
        }
        sources = [self._string(path) for path in self._sources]
        return {
            "stackTable": stacks,
            "frameTable": frames,
            "funcTable": functions,
            "resourceTable": {"lib": [], "name": [], "host": [], "type": []} | nothing,
            "nativeSymbols": {"libIndex": [], "address": [], "name": [], "functionSize": []} | nothing,
            "sources": {"id": [None for _ in sources], "filename": sources, "length": len(sources)},
            "stringArray": list(self._strings),
        }

    def _string(self, string: str) -> int:
        return self._strings.setdefault(string, len(self._strings))

    def _source(self, path: str) -> int:
        return self._sources.setdefault(path, len(self._sources))


def _category(place: Place) -> int | None:
    """Whose code it is; None, for code that was made up while running, is that of its caller."""
    if place.path is None:
        return _OTHER
    if place.is_native:
        return _NATIVE
    level = level_of(place.path)
    return None if level is None else _CATEGORY_OF[level]


def _meta(report: Report, threads: int) -> dict[str, Any]:
    duration_ms = report.run.duration_s * 1000
    told = (story.headline(report), story.coverage(report), *notes.notes(report), *notes.method(report))
    entries = [{"label": "", "format": "string", "value": neutral(sentence)} for sentence in told]
    carbon = {} if report.carbon is None else {"gramsOfCO2ePerKWh": report.carbon.factor_g_per_kwh}
    return {
        "preprocessedProfileVersion": _VERSION,
        "version": _GECKO_VERSION,
        "product": _stacks.title(report),
        "importedFrom": f"greenprof {__version__}",
        "interval": duration_ms / (2 * len(report.timeline)) if report.timeline and duration_ms else 1.0,
        "startTime": _stacks.started_ns(report) / 1e6,
        "profilingStartTime": 0,
        "profilingEndTime": max([duration_ms, *(power.end_s * 1000 for power in report.timeline)]) + _AFTER_THE_LAST_MS,
        "processType": 0,
        "stackwalk": 1,
        "symbolicated": True,
        "symbolicationNotSupported": True,
        "usesOnlyOneStackType": True,
        "sourceCodeIsNotOnSearchfox": True,
        "keepProfileThreadOrder": True,
        "initialVisibleThreads": list(range(threads)),
        "initialSelectedThreads": [0],
        "categories": [{"name": name, "color": color, "subcategories": ["Other"]} for name, color in _CATEGORIES],
        "markerSchema": [],
        "extensions": {"id": [], "name": [], "baseURL": [], "length": 0},
        "CPUName": neutral(report.host.cpu),
        "logicalCPUs": report.host.cores,
        "oscpu": neutral(report.host.os),
        "extra": [{"label": "How the numbers were made", "entries": entries}],
    } | carbon
