"""A machine whose joules are known by construction: so much while nothing runs, so much a CPU second of the cluster.

A process of its own reads the CPU clocks of the cluster's processes and moves a powercap counter and the first line of
``/proc/stat`` accordingly, as if nobody else used the processors. So what a task used is known too: its CPU time tells.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager

IDLE_W, PER_CPU_S = 10.0, 25.0

_MOVER = """
import json, os, select, sys, time
order = json.loads(sys.argv[1])
try:
    os.nice(-10)
except OSError:
    pass
counter, stat = (os.open(order[name], os.O_WRONLY) for name in ("counter", "stat"))
clocks = {pid: (~pid << 3) | 2 for pid in order["pids"]}
first, last, gone_s = {}, {}, 0.0
begin = time.monotonic()
running = True
while running:
    for pid, clock in clocks.items():
        try:
            last[pid] = time.clock_gettime(clock)
        except OSError:
            continue
        first.setdefault(pid, last[pid])
    cpu_s = sum(last[pid] - first[pid] for pid in first)
    elapsed_s = time.monotonic() - begin
    joules = order["idle_w"] * elapsed_s + order["per_cpu_s"] * cpu_s
    os.pwrite(counter, b"%020d\\n" % (7_000_000 + int(joules * 1e6)), 0)
    os.pwrite(stat, b"cpu %020d 0 0 0 0 0 0 0 0 0\\n" % int(cpu_s * order["hz"]), 0)
    if elapsed_s < 0.002:
        print("moving", flush=True)
    for line in select.select([0], [], [], 0.002)[0]:
        wanted = os.read(0, 1000).split()
        running = bool(wanted)
        clocks.update({int(pid): (~int(pid) << 3) | 2 for pid in wanted})
print(json.dumps([elapsed_s, cpu_s, joules]))
"""


class Simulation:
    """A tree that moves; `joules`, `cpu_s` and `elapsed_s` are its truth once it has stopped."""

    def __init__(self, mover, counter):
        self._mover, self._counter = mover, counter
        self.elapsed_s = self.cpu_s = self.joules = None

    def follow(self, pid):
        """Count another process."""
        self._mover.stdin.write(f"{pid}\n")
        self._mover.stdin.flush()

    def now_j(self):
        """What the counter stands at."""
        return int(self._counter.read_text()) / 1e6

    def stop(self):
        if self.joules is None:
            self._mover.stdin.close()
            self.elapsed_s, self.cpu_s, self.joules = json.loads(self._mover.stdout.read().splitlines()[-1])


@contextmanager
def moving(tree, stat, pids):
    """Inside, `tree` (of one package) and the file `stat` follow the CPU time of `pids`."""
    stat.write_text("cpu 00000000000000000000 0 0 0 0 0 0 0 0 0\n")
    order = {
        "counter": str(tree.energy_file("intel-rapl:0")),
        "stat": str(stat),
        "pids": pids,
        "idle_w": IDLE_W,
        "per_cpu_s": PER_CPU_S,
        "hz": os.sysconf("SC_CLK_TCK"),
    }
    command = [sys.executable, "-I", "-c", _MOVER, json.dumps(order)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as mover:
        simulation = Simulation(mover, tree.energy_file("intel-rapl:0"))
        assert mover.stdout.readline() == "moving\n"
        try:
            yield simulation
        finally:
            simulation.stop()
