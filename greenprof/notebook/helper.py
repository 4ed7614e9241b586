"""The process beside a notebook's kernel that measures it: ``python -m greenprof.notebook.helper``.

It is told what to do by one line of JSON on standard input (`Order`), and answers one line when it is measuring:
whether it can read the kernel's stacks, or why not. At the next line, or the end of input, it stops and answers with
what it saw.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from greenprof.errors import GreenprofError
from greenprof.host import describe_host
from greenprof.journal import Journal
from greenprof.meters import Meter, info, open_meter
from greenprof.model import Overhead, Process, Recording, Run
from greenprof.processes import ProcessTree
from greenprof.redact import redact
from greenprof.sampler import Sampler
from greenprof.sampler.layout import NotSampled, read_layout
from greenprof.sampler.process import ProcessSampler
from greenprof.session import Session
from greenprof.sources import digests
from greenprof.wire import dumps, recordings_to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to measure: process `pid`, which leaves its hand-over, or its own samples, in `folder`.

    With `inside`, a reason, it is not read from outside even if that were possible.
    """

    pid: int
    command: tuple[str, ...]
    folder: str
    meter: str | None
    interval_s: float
    inside: str | None = None

    def line(self) -> str:
        """The order as the helper reads it."""
        return json.dumps(asdict(self)) + "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Whether measuring has begun: `error` says why it has not, `refused` why stacks cannot be read from outside."""

    error: str | None = None
    refused: str | None = None

    def line(self) -> str:
        """The answer as the kernel reads it."""
        return json.dumps(asdict(self)) + "\n"


class _HandedOver(Sampler):
    """A sampler of a process that has handed over by itself, although it runs already."""

    def attach(self, pid: int) -> None:
        """There is nothing to look for."""


def main() -> None:
    """Measure as ordered, until told to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupted cell is still to be told of
    order = Order(**json.loads(sys.stdin.readline()))
    begun_ns, begun_cpu_s = time.monotonic_ns(), time.process_time()
    try:
        meter = open_meter(order.meter).meter
    except GreenprofError as error:
        _say(Answer(error=str(error)).line())
        return
    try:
        recording = _measure(order, meter)
    finally:
        meter.close()
    spent = Overhead(
        cpu_s=time.process_time() - begun_cpu_s,
        wall_s=max(0.0, (time.monotonic_ns() - begun_ns) / 1e9 - recording.run.duration_s),
    )
    _say(dumps(recordings_to_json([replace(recording, overhead=spent)])))


def _measure(order: Order, meter: Meter) -> Recording:
    host = describe_host()
    run = Run(
        command=redact((Path(order.command[0]).name, *order.command[1:])), started_at="", duration_s=0.0,
        exit_code=None, cpu_s=0.0, processes=0, max_rss_bytes=None, read_bytes=None, written_bytes=None,
    )  # fmt: skip
    folder = Path(order.folder)
    journal = Journal(run, host, info(meter), folder)
    tree = ProcessTree()
    refused = order.inside or _why_inside(order.pid, folder)
    sampler = _HandedOver(folder, tree) if refused is None else Sampler(folder, tree, inside=True)
    os.chdir(order.folder)  # paths are told relative to the folder that this process is in, and none lies in this one
    session = Session(meter, sampler, tree, (journal.write,), order.interval_s)
    try:
        session.join(order.pid, order.command)
        sampler.sample()
        _say(Answer(refused=refused).line())
        session.watch(_is_told_to_stop)
    finally:
        session.close()
    seen = journal.read_back()
    journal.remove()
    return Recording(
        run=replace(
            run,
            started_at=session.started_at,
            duration_s=session.duration_s,
            cpu_s=session.cpu_s,
            processes=len(session.tree.ended),
        ),
        host=host,
        meter=info(meter),
        windows=tuple(seen.windows),
        frames=tuple(seen.frames),
        stacks=tuple(seen.stacks),
        samples=tuple(seen.samples),
        processes=tuple(
            Process(pid=pid, command=redact(words), cpu_s=cpu_s)
            for pid, (words, cpu_s) in sorted(session.tree.ended.items())
        ),
        overhead=Overhead(cpu_s=0.0, wall_s=0.0),
        sources=digests(frame.path for frame in seen.frames if not frame.path.startswith("<")),
        exact_lines=sampler.exact_lines,
        notes=session.notes,
    )


def _why_inside(pid: int, folder: Path) -> str | None:
    """Why the stacks of a process that has handed over to `folder` cannot be read; None if they can."""
    try:
        ProcessSampler(read_layout(folder / f"{pid}.json")).close()
    except NotSampled as reason:
        return str(reason)
    except OSError as error:
        return error.strerror or str(error)
    return None


def _is_told_to_stop() -> bool:
    return bool(select.select([sys.stdin], [], [], 0)[0])


def _say(line: str) -> None:
    sys.stdout.write(line)
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:  # the kernel has ended
        os._exit(1)
