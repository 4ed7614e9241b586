"""What a run has seen, on disk while it goes on: the memory that it takes stays the same, and a kill loses a second.

One line of JSON a second. The file lies in the project's ``.greenprof/`` and is taken away when the run has ended; what
is found there belongs to a greenprof that was killed, and ``greenprof report FILE`` shows what it had seen.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import Any, TextIO

from greenprof import project_folder
from greenprof.model import Frame, Host, MeterInfo, Overhead, Recording, Run, Sample, Window
from greenprof.sources import digests

FORMAT = "greenprof-journal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What was seen since the last batch. Places count from the beginning of the run."""

    frames: Sequence[Frame]
    stacks: Sequence[tuple[int, ...]]
    windows: Sequence[Window]
    samples: Sequence[Sample]
    last: bool = False


class Journal:
    """Batches to a file that is made with the first of them; the last one stays in memory."""

    def __init__(self, run: Run, host: Host, meter: MeterInfo, folder: Path) -> None:
        self._header = {
            "format": FORMAT,
            "version": 1,
            "run": asdict(run),
            "host": asdict(host),
            "meter": asdict(meter),
        }
        self._folder = folder / project_folder.FOLDER
        self._last: Batch | None = None
        self._path: Path | None = None
        self._file: TextIO | None = None

    def write(self, batch: Batch) -> None:
        """Put a batch on disk.

        Raises:
            OSError: if there is no room for it.
        """
        if batch.last:
            self._last = batch
            return
        if self._file is None:
            self._path = _new_path(self._folder)
            self._file = self._path.open("w", encoding="utf-8")
            self._file.write(_line(self._header))
        values = {name: [*map(values_of, getattr(batch, name))] for name, values_of in _VALUES.items()}
        self._file.write(_line({**values, "stacks": batch.stacks}))
        self._file.flush()

    def read_back(self) -> Batch:
        """All that was written, as one batch."""
        lines = self._path.read_text(encoding="utf-8").splitlines()[1:] if self._path else []
        return _together([*_batches(lines), *([self._last] if self._last else [])])

    def remove(self) -> None:
        """Take the file away, and its folder if nothing else is in it."""
        if self._file is None or self._path is None:
            return
        self._file.close()
        self._path.unlink(missing_ok=True)
        with suppress(OSError):
            if {path.name for path in self._folder.iterdir()} <= {".gitignore"}:
                (self._folder / ".gitignore").unlink(missing_ok=True)
                self._folder.rmdir()


_NOUNS = {"frames": Frame, "windows": Window, "samples": Sample}
_VALUES = {name: attrgetter(*(field.name for field in fields(noun))) for name, noun in _NOUNS.items()}  # flat nouns


def read_journal(lines: Sequence[str]) -> Recording:
    """The recording of a run whose greenprof was killed, as far as it came.

    Raises:
        ValueError, TypeError, KeyError: if the lines are no journal.
    """
    header = json.loads(lines[0])
    seen = _together(_batches(lines[1:]))
    if not seen.windows:
        raise ValueError("it ends before its first second")
    run = Run(**{**header["run"], "command": tuple(header["run"]["command"])})
    meter = MeterInfo(
        **{**header["meter"], "domains": tuple(header["meter"]["domains"]), "notes": tuple(header["meter"]["notes"])}
    )
    end_s = seen.windows[-1].end_s
    since_s = datetime.fromisoformat(run.started_at).timestamp()
    return Recording(
        run=replace(run, duration_s=end_s, cpu_s=sum(window.program_s for window in seen.windows)),
        host=Host(**header["host"]),
        meter=meter,
        windows=tuple(seen.windows),
        frames=tuple(seen.frames),
        stacks=tuple(seen.stacks),
        samples=tuple(seen.samples),
        processes=(),
        overhead=Overhead(cpu_s=sum(window.greenprof_s for window in seen.windows), wall_s=0.0),
        sources=digests(frame.path for frame in seen.frames if _older(frame.path, since_s)),
        notes=(f"greenprof was ended before the program: this is what it had seen in the first {end_s:.1f} s.",),
    )


def _older(path: str, than_s: float) -> bool:
    """Whether a file was not changed since that time: then it is the one that ran."""
    try:
        return Path(path).stat().st_mtime < than_s
    except (OSError, ValueError):
        return False


def _new_path(folder: Path) -> Path:
    """A new file in the project's folder, or among the temporary files where that cannot be written."""
    with suppress(OSError):
        project_folder.make(folder)
        return _claim(folder)
    return _claim(Path(tempfile.gettempdir()))


def _claim(folder: Path) -> Path:
    handle, name = tempfile.mkstemp(prefix=f"unfinished-{os.getpid()}-", suffix=".jsonl", dir=folder)
    os.close(handle)
    return Path(name)


def _line(values: dict[str, Any]) -> str:
    return json.dumps(values, separators=(",", ":"), allow_nan=False) + "\n"


def _batches(lines: Iterable[str]) -> Iterable[Batch]:
    """Every whole line; the last one may have been cut off by the kill."""
    for line in lines:
        try:
            values = json.loads(line)
        except ValueError:
            return
        yield Batch(
            frames=[_frame(each) for each in values["frames"]],
            stacks=[tuple(stack) for stack in values["stacks"]],
            windows=[_window(each) for each in values["windows"]],
            samples=[_sample(each) for each in values["samples"]],
        )


def _frame(values: list[Any]) -> Frame:
    return Frame(path=values[0], line=values[1], function=values[2], function_line=values[3])


def _window(values: list[Any]) -> Window:
    start_s, end_s, joules, busy_s, program_s, invalid_s, greenprof_s = values
    return Window(
        start_s=start_s, end_s=end_s, joules=tuple(joules), busy_s=busy_s, program_s=program_s, invalid_s=invalid_s,
        greenprof_s=greenprof_s,
    )  # fmt: skip


def _sample(values: list[Any]) -> Sample:
    window, stack, cpu_s, wait_s, count, power = values
    return Sample(window=window, stack=stack, cpu_s=cpu_s, wait_s=wait_s, count=count, power=power)


def _together(batches: Iterable[Batch]) -> Batch:
    whole = Batch(frames=[], stacks=[], windows=[], samples=[])
    for batch in batches:
        for name in (*_NOUNS, "stacks"):
            getattr(whole, name).extend(getattr(batch, name))
    return whole
