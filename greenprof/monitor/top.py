"""``greenprof top``: whose joules they are, live on a terminal; once, or as JSON, anywhere else."""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from greenprof.i18n import _, decimal
from greenprof.meters.meter import Meter
from greenprof.monitor.agent import open_watch
from greenprof.monitor.watch import Watch
from greenprof.reporters import _numbers as numbers
from greenprof.reporters._text import neutral
from greenprof.signals import ending_on_signals
from greenprof.wire import dumps

MOST_GROUPS = 500
SORTS = ("watts", "joules", "cores", "command")
_PLAIN_WIDTH = 100
_PLAIN_ROWS = 20
_FRAME = 7  # lines around the rows
_LOOK_FOR_KEYS_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A group of processes: watts and cores of the last look, joules since the first."""

    command: str
    service: str
    container: str
    watts: float
    joules: float
    cores: float
    processes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is shown of a look. ``watts`` is None while the machine's power is not known."""

    at: str
    elapsed_s: float
    watts: float | None
    joules: float
    idle_w: float | None
    meter: str
    estimated: bool
    uncertainty: float
    scope: str
    groups: tuple[Row, ...]


class Looks:
    """Views of a watch, one after the other."""

    def __init__(self, watch: Watch, meter: Meter) -> None:
        self._watch, self._meter = watch, meter
        self._before_s: dict[Any, float] = {}
        self._began_s = self._at_s = time.monotonic()

    def next(self) -> View:
        """Look again."""
        watch, meter = self._watch, self._meter
        watch.tick()
        now_s = time.monotonic()
        span_s, self._at_s = max(1e-9, now_s - self._at_s), now_s
        rows = []
        used_s = {}
        for group, account in watch.ledger.rows():
            used_s[group] = account.cpu_s
            row = Row(
                command=group.command, service=group.service, container=group.container,
                watts=account.watts if watch.total_w is not None else 0.0, joules=account.joules,
                cores=max(0.0, account.cpu_s - self._before_s.get(group, 0.0)) / span_s,
                processes=watch.processes.get(group, 0),
            )  # fmt: skip
            if row.joules > 0:
                rows.append(row)
        self._before_s = used_s
        return View(
            at=datetime.now(UTC).isoformat(timespec="seconds"), elapsed_s=now_s - self._began_s, watts=watch.total_w,
            joules=watch.total_j, idle_w=meter.idle_w, meter=meter.name, estimated=meter.estimated,
            uncertainty=meter.uncertainty, scope=meter.scope, groups=tuple(rows),
        )  # fmt: skip


def to_json(view: View) -> str:
    """A view as one line of JSON."""
    return dumps({"format": "greenprof-top", "version": 1, **asdict(view)})


def ordered(rows: tuple[Row, ...], by: str) -> list[Row]:
    """Rows with the greatest first, or by name."""
    if by == "command":
        return sorted(rows, key=lambda row: (row.command.lower(), row.service, row.container))
    return sorted(rows, key=lambda row: (-getattr(row, by), row.command))


def drawn(view: View, *, by: str, most: int, keys: bool) -> Group:
    """A view to look at, with at most so many groups."""
    digits = 2 if view.estimated else numbers.significant_digits(view.uncertainty)
    precision = numbers.Precision(digits=digits, about=False)
    doubt = numbers.Precision(digits=digits, about=view.estimated)
    head = Text(no_wrap=True, overflow="ellipsis")
    head.append("greenprof  ", style="bold")
    energy = numbers.energy(view.joules, precision)
    head.append(
        _(
            "the machine {watts}, {energy} in {duration}",
            watts=numbers.power(view.watts, doubt),
            energy=energy,
            duration=numbers.duration(view.elapsed_s),
        ),
        style="bold",
    )
    if view.idle_w is not None:
        head.append("  " + _("(idle {watts})", watts=numbers.power(view.idle_w, precision)))
    how = _("estimated") if view.estimated else _("measured")
    scope = _(view.scope)
    said = f"{view.meter}, {how}, {numbers.uncertainty(view.uncertainty)}: {scope}"
    lines: list[Any] = [head, Text(said, style="dim", no_wrap=True, overflow="ellipsis"), Text("")]
    rows = ordered(view.groups, by)
    lines.append(_table(rows[:most], view, precision))
    hidden = len(rows) - most
    foot = [_("{number} more groups", number=numbers.count(hidden))] if hidden > 0 else []
    if keys:
        names = {"watts": _("watts"), "joules": _("joules"), "cores": _("cores"), "command": _("command")}
        foot.append(_("q ends, s sorts (by {order})", order=names[by]))
    if foot:
        lines += [Text(""), Text("  ".join(foot), style="dim", no_wrap=True, overflow="ellipsis")]
    return Group(*lines)


def _table(rows: list[Row], view: View, precision: numbers.Precision) -> Table:
    table = Table(box=None, padding=(0, 1), show_header=True, header_style="bold", pad_edge=False)
    for title in (_("power"), _("share"), _("energy"), _("cores"), _("processes")):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column(_("command"), no_wrap=True, overflow="ellipsis", ratio=2)
    if any(row.service or row.container for row in rows):
        table.add_column(_("service, container"), no_wrap=True, overflow="ellipsis", ratio=1)
    placed = len(table.columns) == 7
    above_w = max(0.0, (view.watts or 0.0) - (view.idle_w or 0.0))
    for row in rows:
        cells = [
            numbers.power(row.watts, precision) if view.watts is not None else numbers.unknown(),
            numbers.share(row.watts, above_w) if above_w else "",
            numbers.energy(row.joules, precision),
            decimal(f"{row.cores:.2f}"),
            str(row.processes or ""),
            neutral(row.command),
        ]
        table.add_row(*cells, *([neutral(" ".join(filter(None, (row.service, row.container))))] if placed else []))
    return table


def run(
    *, meter: str | None, interval_s: float, once: bool, as_json: bool, by: str, write: Callable[[str], None]
) -> None:
    """Show it until told to end, or once; without a terminal that can be drawn on it is once."""
    watch, opened, system = open_watch(meter, MOST_GROUPS, scripts=True)
    try:
        looks = Looks(watch, opened)
        live = not once and not as_json and sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"
        with ending_on_signals():
            try:
                if live:
                    _live(looks, interval_s, by)
                elif as_json and not once:
                    while True:
                        time.sleep(interval_s)
                        write(to_json(looks.next()))
                else:
                    time.sleep(interval_s)
                    view = looks.next()
                    write(to_json(view) if as_json else _plain(view, by))
            except KeyboardInterrupt:
                return
    finally:
        opened.close()
        system.close()


def _plain(view: View, by: str) -> str:
    terminal = sys.stdout.isatty()
    console = Console(width=None if terminal else _PLAIN_WIDTH, force_terminal=None if terminal else False)
    with console.capture() as capture:
        console.print(drawn(view, by=by, most=_PLAIN_ROWS, keys=False))
    return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())


def _live(looks: Looks, interval_s: float, by: str) -> None:
    console = Console()
    waiting = Text(_("looking for {duration}", duration=numbers.duration(interval_s)), style="dim")
    with _keys() as key, Live(waiting, console=console, screen=True, auto_refresh=False) as live:
        live.refresh()
        view: View | None = None
        next_s = time.monotonic() + interval_s
        while True:
            pressed = key(min(_LOOK_FOR_KEYS_S * 5, max(0.0, next_s - time.monotonic())))
            if pressed in ("q", "Q", "\x03", "\x04"):
                return
            if pressed in ("s", "S"):
                by = SORTS[(SORTS.index(by) + 1) % len(SORTS)]
            due = time.monotonic() >= next_s
            if due:
                view = looks.next()
                next_s = max(next_s + interval_s, time.monotonic() + interval_s / 2)
            if view is not None and (due or pressed):
                live.update(drawn(view, by=by, most=max(1, console.height - _FRAME), keys=True), refresh=True)


@contextmanager
def _keys() -> Iterator[Callable[[float], str]]:
    """Keys as they are pressed: a function that waits so long for one, and gives "" where none came."""
    try:
        import termios
        import tty

        file = sys.stdin.fileno()
        before = termios.tcgetattr(file)
    except (ImportError, OSError, ValueError, termios.error):  # no terminal to press keys at

        def none(wait_s: float) -> str:
            time.sleep(max(0.01, wait_s))
            return ""

        yield none
        return

    def pressed(wait_s: float) -> str:
        ready = select.select([file], [], [], wait_s)[0]
        return os.read(file, 1).decode("latin-1") if ready else ""

    try:
        tty.setcbreak(file)
        yield pressed
    finally:
        termios.tcsetattr(file, termios.TCSADRAIN, before)
