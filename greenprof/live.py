"""What a run burns while it runs, redrawn about once a second on a terminal (``--live``)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from types import TracebackType

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from greenprof.journal import Batch
from greenprof.model import Frame, Host, MeterInfo, Overhead, Recording, Run
from greenprof.own_code import own_code
from greenprof.reporters._numbers import duration
from greenprof.settle import Amounts, Ledger, Stack, settle

_LINES = 8
_MOST_STACKS = 5_000  # beyond that the cheapest are forgotten: a view of the hottest lines does not miss them

Line = tuple[str, int, str]


class LiveView:
    """A watcher of a run: takes batches, and draws on standard error."""

    def __init__(self, meter: MeterInfo, console: Console | None = None) -> None:
        self._meter = meter
        self._live = Live(console=console or Console(stderr=True), auto_refresh=False, transient=True)
        self._frames: list[Frame] = []
        self._stacks: list[tuple[int, ...]] = []
        self._used: dict[Stack, Amounts] = defaultdict(Amounts)
        self._windows = 0
        self._total_j = self._process_j = self._watts = self._elapsed_s = 0.0

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
        self._process_j += sum(span.process_j or 0.0 for span in ledger.spans)
        self._watts = total_j / elapsed_s if elapsed_s > 0 else 0.0
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
        about = "about " if self._meter.estimated else ""
        head = Text(
            f"greenprof  {duration(self._elapsed_s)}  program {about}{self._process_j:.1f} J  "
            f"machine {about}{self._total_j:.1f} J, now {self._watts:.1f} W",
            style="bold",
        )
        table = Table(box=None, padding=(0, 1), show_header=False)
        for justify in ("right", "right", "left"):
            table.add_column(justify=justify, no_wrap=True)
        for (path, line, function), joules in self._hottest():
            share = joules / self._process_j if self._process_j > 0 else 0.0
            table.add_row(f"{joules:.2f} J", f"{share:.0%}", f"{path}:{line} {function}" if line else path)
        return Group(head, table)

    def _hottest(self) -> list[tuple[Line, float]]:
        own = own_code((stack, amounts.cpu_s) for stack, amounts in self._used.items())
        lines: dict[Line, float] = defaultdict(float)
        for stack, amounts in self._used.items():
            frame = own.line_of(stack)
            lines[frame.path, frame.line, frame.function] += amounts.joules
        return sorted(lines.items(), key=lambda item: -item[1])[:_LINES]
