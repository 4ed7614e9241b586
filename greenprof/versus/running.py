"""One run of a command, measured; and what is run before and after. Linux only."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from greenprof.errors import GreenprofError
from greenprof.measuring.block import Measurement
from greenprof.pairs import CommandPiece
from greenprof.versus.nouns import Case, Run
from greenprof.versus.watching import watched

EXIT_DIFFERS = 1
_SHOWN = 60
_BEYOND = 1.02  # the kernel counts pages on each core by itself, and adds them up now and then


class Runner:
    """Runs one case, again and again, and adds up what the meter says of all its runs.

    `watch_memory` looks for the peak of a process that is smaller than this one; `cure` is what to do where one fails.
    """

    def __init__(
        self,
        case: Case,
        *,
        meter: str | None,
        timeout_s: float | None,
        ignore_failure: bool = False,
        watch_memory: bool = False,
        cure: str = "",
    ) -> None:
        self.case = case
        self.runs: list[Run] = []
        self._meter = meter
        self._timeout_s = timeout_s
        self._ignore_failure = ignore_failure
        self._watch_memory = watch_memory
        self._cure = cure
        self._all = Measurement(meter)
        self._whole_j: float | None = None
        self._before_j = 0.0

    @property
    def share_j(self) -> float | None:
        """The joules of one run, by its share of the CPU time that was used meanwhile; None where that is unknown."""
        return None if not self.runs or self._whole_j is None else (self._before_j + self._whole_j) / len(self.runs)

    def take_over(self, runs: Sequence[Run], share_j: float | None) -> None:
        """Go on after `runs` that were made before, each with that share of the joules."""
        self.runs = list(runs)
        if share_j is not None:
            self._before_j, self._whole_j = share_j * len(runs), 0.0

    def piece(self, output: IO[bytes] | None = None) -> CommandPiece:
        """The command, to be run by itself."""
        return CommandPiece(
            self.case.argv,
            cwd=self.case.cwd,
            stdin=self.case.stdin,
            timeout_s=self._timeout_s,
            exit_codes=None if self._ignore_failure else (0,),
            output=output,
        )

    def run(self, number: int, *, output: IO[bytes] | None = None, counts: bool = True) -> None:
        """Once, in that round, with what goes before and after it; raises `GreenprofError` where it fails."""
        if self.case.prepare is not None:
            hook("prepare", self.case.prepare)
        piece = self.piece(output)
        piece.start(None, seed=number)
        if counts:
            self._all.resume()
        try:
            with Measurement(self._meter, share=False) as measured:
                begun_s = time.perf_counter()
                piece.go("", 1)
                with watched(piece.pid if self._watch_memory else None) as peak:
                    cpu_s = piece.collect()
                wall_s = time.perf_counter() - begun_s
        except GreenprofError as error:
            if piece.exit_code not in {None, 0}:
                raise GreenprofError(f"{error}{self._cure}", error.exit_code) from None
            raise
        finally:
            piece.stop()  # a signal may come at any moment
            if counts:
                self._all.pause()
        if counts:
            self.runs.append(_told(piece, number, cpu_s, wall_s, measured, seen_bytes=peak.bytes))
            self._whole_j = self._all.process_j  # a run that is broken off later is not in it
        if self.case.conclude is not None:
            hook("conclude", self.case.conclude)


def _told(
    piece: CommandPiece, number: int, cpu_s: float, wall_s: float, measured: Measurement, *, seen_bytes: int | None
) -> Run:
    assert piece.usage is not None
    assert piece.exit_code is not None
    peak_bytes, below_bytes = piece.usage.ru_maxrss * 1024, own_peak_bytes()
    energy_j, idle_w = measured.energy_j, measured.meter.idle_w
    return Run(
        round=number,
        cpu_s=cpu_s,
        wall_s=wall_s,
        energy_j=energy_j,
        above_idle_j=None if energy_j is None or idle_w is None else energy_j - idle_w * measured.duration_s,
        max_rss_bytes=peak_bytes if peak_bytes > _BEYOND * below_bytes else seen_bytes,
        rss_below_bytes=below_bytes,
        exit_code=piece.exit_code,
    )


def own_peak_bytes() -> int:
    """This process's own peak of memory, which a child begins with (getrusage(2)); 0 where the system does not tell."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:")), 0)


def hook(option: str, argv: tuple[str, ...]) -> None:
    """Run what is to be done besides the commands, unmeasured; raises `GreenprofError` that names the option."""
    piece = CommandPiece(argv)
    piece.start(None, seed=0)
    try:
        piece.go("", 1)
        piece.collect()
    except GreenprofError as error:
        raise GreenprofError(f"--{option}: {error}", error.exit_code) from None
    finally:
        piece.stop()


class Outputs:
    """What each command of a round has printed, held against its baseline's."""

    def __init__(self) -> None:
        self._printed: dict[int, IO[bytes]] = {}

    def file(self, place: int) -> IO[bytes]:
        """Where the output of the case at that place goes."""
        made = self._printed[place] = tempfile.TemporaryFile()  # noqa: SIM115 (close does)
        return made

    def check(self, place: int, base: int, cases: tuple[Case, ...]) -> None:
        """Raise `GreenprofError` where the output of one case is another than its baseline's."""
        for file in (self._printed[place], self._printed[base]):
            file.seek(0)
        number = 0
        while True:
            number += 1
            mine, its = self._printed[place].readline(), self._printed[base].readline()
            if mine != its:
                raise GreenprofError(
                    f"--check-output: line {number} is {_line(mine)} from {cases[place].name} "
                    f"and {_line(its)} from {cases[base].name}",
                    EXIT_DIFFERS,
                )
            if not mine:
                return

    def close(self) -> None:
        """Let go of the files."""
        for file in self._printed.values():
            file.close()
        self._printed.clear()


def _line(line: bytes) -> str:
    if not line:
        return "missing"
    text = line.decode("utf-8", "replace").rstrip("\n")
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")
