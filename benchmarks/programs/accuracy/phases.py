"""Two functions of equal CPU time that take turns, in spells; the machine draws more power while one of them runs.

    python phases.py PHASES_FILE SECONDS SPELL_S

Every change of phase is told, with its instant, to whoever simulates the machine's power (`phased_power.py`).
"""

import mmap
import random
import struct
import sys
import time
from pathlib import Path

import truth

HOT, COOL, ENDED = 1, 2, 0


class PhaseLog:
    """A shared file: how many changes there were; for each its instant (monotonic, ns) and the phase from then on."""

    def __init__(self, path):
        with Path(path).open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), 0)
        self._count = 0

    def change(self, phase):
        struct.pack_into("<QQ", self._map, 8 + 16 * self._count, time.monotonic_ns(), phase)
        self._count += 1
        struct.pack_into("<Q", self._map, 0, self._count)


def hot(end_s):
    total = 0
    while time.monotonic() < end_s:
        for number in range(100):
            total = (total * 31 + number) % 65_521
    return total


def cool(end_s):
    total = 0
    while time.monotonic() < end_s:
        for number in range(100):
            total = (total * 31 + number) % 65_521
    return total


def main(path, seconds, spell_s):
    log, chance = PhaseLog(path), random.Random(9)
    end_s = time.monotonic() + seconds
    while time.monotonic() < end_s:
        length_s = spell_s * chance.uniform(0.8, 1.2)  # in step with no window of the profiler
        for name, work, phase in (("hot", hot, HOT), ("cool", cool, COOL)):
            log.change(phase)
            with truth.part(name):
                work(time.monotonic() + length_s)
    log.change(ENDED)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]))
    truth.write()
