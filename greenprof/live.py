"""What a run burns while it runs, redrawn about once a second on a terminal (``--live``)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from types import TracebackType

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from greenprof.i18n import _
from greenprof.journal import Batch
from greenprof.model import Frame, Host, MeterInfo, Overhead, Recording, Run
from greenprof.own_code import EVERYTHING, Scope, own_code
from greenprof.reporters import _numbers as numbers
from greenprof.reporters._text import neutral, place
from greenprof.settle import Amounts, Ledger, Stack, settle

_LINES = 8
_PLACE = 40  # columns for a path and a line
_MOST_STACKS = 5_000  # beyond that the cheapest are forgotten: a view of the hottest lines does not miss them

Line = tuple[str, int, str]


class LiveView:
    """A watcher of a run: takes batches, and draws on standard error."""

    def __init__(self, meter: MeterInfo, scope: Scope = EVERYTHING, console: Console | None = None) -> None:
        self._meter = meter
        self._scope = scope
        self._live = Live(console=console or Console(stderr=True), auto_refresh=False, transient=True)
        self._frames: list[Frame] = []
        self._stacks: list[tuple[int, ...]] = []
        self._used: dict[Stack, Amounts] = defaultdict(Amounts)
        self._windows = 0
        self._total_j = self._process_j = self._total_w = self._process_w = self._elapsed_s = 0.0

    def __enter__(self) -> LiveView:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def take(self, batch: Batch) -> None:
        """Add what was seen in the last second, and draw."""
        self._frames.extend(batch.frames)
        self._stacks.extend(batch.stacks)
        if batch.windows:
            self._add(settle(self._as_recording(batch)))
            self._windows += len(batch.windows)
            self._live.update(self._view(), refresh=not batch.last)
        if batch.last:  # another run may follow
            self._frames, self._stacks, self._windows = [], [], 0

    def _add(self, ledger: Ledger) -> None:
        for stack, amounts in ledger.stacks.items():
            self._used[stack].add(amounts)
        if len(self._used) > _MOST_STACKS:
            dearest = sorted(self._used.items(), key=lambda item: -item[1].joules)[: _MOST_STACKS // 2]
            self._used = defaultdict(Amounts, dearest)
        total_j = sum(span.total_j or 0.0 for span in ledger.spans)
        elapsed_s = ledger.spans[-1].end_s - ledger.spans[0].start_s
        self._total_j += total_j
        process_j = sum(span.process_j or 0.0 for span in ledger.spans)
        self._process_j += process_j
        if elapsed_s > 0:
            self._total_w, self._process_w = total_j / elapsed_s, process_j / elapsed_s
        self._elapsed_s += elapsed_s

    def _as_recording(self, batch: Batch) -> Recording:
        """The last second as a recording of its own, so that joules are shared out as in the report."""
        stacks = sorted({sample.stack for sample in batch.samples})
        place = {stack: new for new, stack in enumerate(stacks)}
        return Recording(
            run=Run(
                command=(), started_at="", duration_s=0.0, exit_code=None, cpu_s=0.0, processes=0, max_rss_bytes=None,
                read_bytes=None, written_bytes=None,
            ),
            host=Host(cpu="", cores=1, os="", python="", virtualised=None, governor=None, fingerprint=""),
            meter=self._meter,
            windows=tuple(batch.windows),
            frames=tuple(self._frames),
            stacks=tuple(self._stacks[stack] for stack in stacks),
            samples=tuple(
                replace(sample, window=max(0, sample.window - self._windows), stack=place[sample.stack])
                for sample in batch.samples
            ),
            processes=(),
            overhead=Overhead(cpu_s=0.0, wall_s=0.0),
        )  # fmt: skip

    def _view(self) -> Group:
        precision = numbers.Precision(digits=2 if self._meter.estimated else 3, about=self._meter.estimated)
        head = Text(
            f"greenprof  {numbers.duration(self._elapsed_s)}  "
            + _("the program {amounts}", amounts=self._amount(self._process_j, self._process_w, precision)),
            style="bold",
            no_wrap=True,
            overflow="ellipsis",
        )
        amounts = self._amount(self._total_j, self._total_w, precision)
        whole = Text(_("the machine {amounts}", amounts=amounts), style="dim", no_wrap=True)
        return Group(head, whole, self._table(replace(precision, about=False)))

    @staticmethod
    def _amount(joules: float, watts: float, precision: numbers.Precision) -> str:
        now = numbers.power(watts, replace(precision, about=False))
        return _("{energy}, now {watts}", energy=numbers.energy(joules, precision), watts=now)

    def _table(self, precision: numbers.Precision) -> Table:
        table = Table(box=None, padding=(0, 1), show_header=False)
        for justify in ("right", "right", "left", "left"):
            table.add_column(justify=justify, no_wrap=True, overflow="ellipsis")
        lines = self._lines()
        hottest = sorted(lines.items(), key=lambda item: -(item[1].joules + item[1].idle_j))[:_LINES]
        all_j = self._process_j + sum(used.idle_j for used in lines.values())
        scale = numbers.scale_of(max((used.joules + used.idle_j for _, used in hottest), default=0.0))
        for (path, line, function), used in hottest:
            joules = used.joules + used.idle_j
            if joules > 0:
                idle = numbers.energy(used.idle_j, precision, scale)
                waiting = _("waiting {energy}", energy=idle) if used.idle_j else ""
                table.add_row(
                    numbers.energy(joules, precision, scale),
                    numbers.share(joules, all_j),
                    place(path, line, _PLACE),
                    f"{neutral(function) if line else ''}  {waiting}".strip(),
                )
        return table

    def _lines(self) -> dict[Line, Amounts]:
        own = own_code(((stack, amounts.cpu_s) for stack, amounts in self._used.items()), self._scope)
        lines: dict[Line, Amounts] = defaultdict(Amounts)
        for stack, amounts in self._used.items():
            frame = own.line_of(stack)
            lines[frame.path, frame.line, frame.function].add(amounts)
        return lines
