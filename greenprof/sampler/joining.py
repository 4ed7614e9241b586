"""Processes of the tree that are not sampled yet: which of them are Pythons, and where their interpreters are.

Each one is looked at when it begins, and again when it runs something else (exec): at every tick while it is a
Python that starts, and more and more rarely while it is something else.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from greenprof.sampler.kin import Build, Image, build_of, image_of, kin_layout, loaded_files
from greenprof.sampler.layout import Layout, NotSampled
from greenprof.sampler.probe import Probe, is_cpython

_STARTING_S = 2.0  # how long an interpreter may take to start
_LOADED_CPU_S = 0.004  # the CPU time in which a Python has loaded its library
_HANDOVER_CPU_S = 0.05  # the CPU time in which one that was started to hand over does so
_PAUSE_S, _LONGEST_PAUSE_S = 0.01, 0.5  # between two looks at what is no Python
_SEARCHED_S = 1.0  # how long a program may take to load libpython
_BUDGET_S = 0.002  # for all looks of one tick
_HANDOVER_VARIABLE = b"GREENPROF_HANDOVER="


@dataclass(slots=True)
class _Candidate:
    pid: int
    parent: int
    image: Image | None = None
    since_s: float = 0.0
    since_cpu_s: float = 0.0
    next_s: float = 0.0
    pause_s: float = _PAUSE_S
    expected: bool = True  # to be sampled soon
    given_up: bool = False
    hands_over: bool | None = None
    kin: tuple[Layout, int] | None = None  # a layout, and how many bytes further on its interpreter lies here

    def becomes(self, image: Image, now_s: float) -> None:
        self.image, self.since_s, self.since_cpu_s, self.pause_s = image, now_s, _cpu_s(self.pid), _PAUSE_S
        self.expected, self.given_up, self.hands_over, self.kin = True, False, None, None


class Joining:
    """Finds the layouts of Pythons that do not hand over, from those that do and by asking their executables.

    `leave_out` is told the process ids of what is started for that.
    """

    def __init__(self, folder: Path, leave_out: Callable[[int], None]) -> None:
        self.refusals: list[tuple[int, str]] = []
        self.asking_cpu_s = 0.0
        self._folder = folder
        self._leave_out = leave_out
        self._candidates: dict[int, _Candidate] = {}
        self._builds: dict[tuple[bytes, bytes], Build] = {}
        self._asked: dict[tuple[int, int], str] = {}  # executables that were asked, and why without success
        self._probe: tuple[Probe, tuple[int, int]] | None = None

    def __contains__(self, pid: object) -> bool:
        """Whether `pid` is alive and not sampled."""
        return pid in self._candidates

    @property
    def candidates(self) -> int:
        """How many there are to look at."""
        return len(self._candidates)

    @property
    def expected(self) -> frozenset[int]:
        """Those who will probably be sampled soon."""
        return frozenset(pid for pid, candidate in self._candidates.items() if candidate.expected)

    def learn(self, layout: Layout) -> None:
        """Learn from what a process has handed over."""
        try:
            build = build_of(layout)
        except NotSampled:  # says nothing of others
            return
        self._builds.setdefault(build.file, build)

    def consider(self, newcomers: Mapping[int, int]) -> None:
        """Look at these processes, given with their parents, from now on."""
        self._candidates.update((pid, _Candidate(pid, parent)) for pid, parent in newcomers.items())

    def consider_again(self, pid: int, sampled: Image) -> None:
        """Look at a process that cannot be sampled any more as what it was, once it becomes another."""
        self._candidates[pid] = _Candidate(pid, 0, sampled, given_up=True, expected=False)

    def forget(self, pid: int) -> None:
        """Look at this process no more: it is sampled."""
        self._candidates.pop(pid, None)

    def look(self, sampled: Mapping[int, tuple[Layout, Image]]) -> list[tuple[Layout, Image]]:
        """Those who can be sampled now. They stay until they are forgotten."""
        self._hear_answer()
        begun_s, now_s, found = time.perf_counter(), time.monotonic(), []
        for candidate in list(self._candidates.values()):
            if candidate.next_s > now_s:
                continue
            if time.perf_counter() - begun_s > _BUDGET_S:
                break
            candidate.next_s = now_s
            try:
                layout = self._try(candidate, sampled, now_s)
            except NotSampled as reason:
                self._give_up(candidate, now_s, str(reason))
                continue
            if layout is not None and candidate.image is not None:
                found.append((layout, candidate.image))
        return found

    def close(self) -> None:
        """End what was started."""
        if self._probe is not None:
            self._probe[0].close()
            self._probe = None

    def _try(self, candidate: _Candidate, sampled: Mapping[int, tuple[Layout, Image]], now_s: float) -> Layout | None:
        image = image_of(candidate.pid)
        if image is None:
            del self._candidates[candidate.pid]
            return None
        if image != candidate.image:
            candidate.becomes(image, now_s)
        if candidate.given_up:
            self._rest(candidate, now_s)
            return None
        parent = sampled.get(candidate.parent)
        if parent is not None and parent[1] == image:  # a fork has everything where its parent has it
            candidate.kin = parent[0], 0
        elif candidate.kin is None:
            candidate.kin = self._kin_of(candidate, now_s)
        if candidate.kin is not None:
            layout = kin_layout(*candidate.kin, candidate.pid)
            if layout is not None:
                return layout
        if candidate.expected and now_s - candidate.since_s > _STARTING_S:
            raise NotSampled("its interpreter was not found in its memory")
        if not candidate.expected:
            self._rest(candidate, now_s)
        return None

    def _kin_of(self, candidate: _Candidate, now_s: float) -> tuple[Layout, int] | None:
        """A layout that fits this process; None if there is none yet."""
        pid, paths = candidate.pid, []
        for loaded in loaded_files(pid):
            build = self._builds.get(loaded.file)
            if build is not None:
                return build.layout, loaded.start - build.start
            paths.append(loaded.path)
        candidate.expected = is_cpython(_executable(pid), paths)
        if candidate.expected:
            self._ask(candidate)
        elif now_s - candidate.since_s > _SEARCHED_S:
            candidate.given_up = True
        return None

    def _ask(self, candidate: _Candidate) -> None:
        """Start its executable to ask it, unless it will hand over by itself or another one is being asked."""
        assert candidate.image is not None
        executable = candidate.image[:2]
        if executable in self._asked:
            if self._asked[executable]:
                raise NotSampled(self._asked[executable])
            return
        if candidate.hands_over is None:
            candidate.hands_over = _hands_over(candidate.pid)
        patience_s = _HANDOVER_CPU_S if candidate.hands_over else _LOADED_CPU_S
        if self._probe is None and _cpu_s(candidate.pid) - candidate.since_cpu_s > patience_s:
            try:
                self._probe = Probe(candidate.pid, self._folder), executable
            except NotSampled as reason:
                self._asked[executable] = str(reason)
                raise
            self._leave_out(self._probe[0].pid)

    def _hear_answer(self) -> None:
        if self._probe is None:
            return
        probe, executable = self._probe
        try:
            build = probe.answer()
        except NotSampled as reason:
            self._asked[executable] = str(reason)
        else:
            if build is None:
                return
            self._asked[executable] = ""
            self._builds[build.file] = build
        self.asking_cpu_s += probe.cpu_s
        self._probe = None

    def _rest(self, candidate: _Candidate, now_s: float) -> None:
        candidate.next_s = now_s + candidate.pause_s
        candidate.pause_s = min(2 * candidate.pause_s, _LONGEST_PAUSE_S)

    def _give_up(self, candidate: _Candidate, now_s: float, reason: str) -> None:
        candidate.given_up, candidate.expected = True, False
        self._rest(candidate, now_s)
        self.refusals.append((candidate.pid, reason))


def _executable(pid: int) -> str:
    try:
        return os.readlink(f"/proc/{pid}/exe")  # noqa: PTH115
    except OSError:
        return ""


def _hands_over(pid: int) -> bool:
    """Whether it was started with what makes a Python hand over."""
    try:
        return _HANDOVER_VARIABLE in Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return False


def _cpu_s(pid: int) -> float:
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0
