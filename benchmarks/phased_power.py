"""A simulated powercap tree whose power follows what the program does (`programs/accuracy/phases.py`).

The program writes the instant of each change of phase to a shared file; a process integrates the power over the phases,
exactly, and shows the energy as a counter does, once a millisecond. How late that process is never changes the joules,
only when they are seen.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from running import run
from simulated_powercap import PowercapTree, SimulatedZone

PROGRAM = Path(__file__).parent / "programs" / "accuracy" / "phases.py"
ZONE = "intel-rapl:0"
LOG_BYTES = 2**20
# Outside of the phases, while `hot` runs, while `cool` runs. A counter that stood still would count as broken.
WATTS = (5.0, 60.0, 20.0)
TIMEOUT_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """Joules of `hot` over those of `cool`: what greenprof found, and what the program's own CPU clock says."""

    found: float
    truth: float


def joule_ratio(greenprof: Sequence[str], python: Path, spell_s: float, seconds: float) -> Ratio:
    """Run the two phases in spells of about `spell_s` under ``greenprof run``, given with its options.

    The truth is 60 W times the CPU time of `hot` over 20 W times that of `cool`, which differ by what other programs
    took from each. Raises RuntimeError if there is no report.
    """
    with tempfile.TemporaryDirectory(prefix="phases-") as name:
        folder = Path(name)
        for file in (PROGRAM, PROGRAM.with_name("truth.py")):
            shutil.copy(file, folder)
        with phased_power(folder, WATTS) as (root, log):
            options = ["--meter", f"rapl:{root}", "--quiet", "--no-lint", "--output", "report.json", "--", str(python)]
            program = ["phases.py", str(log), str(seconds), str(spell_s)]
            nothing_learnt = {"GREENPROF_STATE": str(folder / "state")}
            ran = run([*greenprof, *options, *program], folder, nothing_learnt, seconds + TIMEOUT_S)
        if ran.exit_code:
            raise RuntimeError(f"the phases ended with {ran.exit_code}: {ran.said}")
        report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        joules = {function["function"]: function["self_j"] for function in report["functions"]}
        cpu_s = json.loads(next(folder.glob("truth-*.json")).read_text(encoding="utf-8"))
    return Ratio(found=joules["hot"] / joules["cool"], truth=WATTS[1] * cpu_s["hot"] / (WATTS[2] * cpu_s["cool"]))


@contextmanager
def phased_power(folder: Path, watts: Sequence[float]) -> Iterator[tuple[Path, Path]]:
    """Inside, the tree draws ``watts[phase]``: the tree's root and the file to write the phases to.

    Phase 0 is that before the program begins and after it has ended.
    """
    tree = PowercapTree(folder / "powercap", (SimulatedZone(ZONE, "package-0", 1.0),), "flat")
    log = folder / "phases"
    log.write_bytes(bytes(LOG_BYTES))
    order = {"log": str(log), "counter": str(tree.energy_file(ZONE)), "start_uj": tree.raw(ZONE), "watts": list(watts)}
    command = [sys.executable, "-I", "-c", _FEEDER, json.dumps(order)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as feeder:
        assert feeder.stdin is not None
        assert feeder.stdout is not None
        feeder.stdout.readline()
        try:
            yield tree.root, log
        finally:
            feeder.stdin.close()


# Always the same number of bytes in one system call: a reader never sees half of a number.
_FEEDER = """
import json, mmap, os, select, struct, sys, time
order = json.loads(sys.argv[1])
try:
    os.nice(-10)
except OSError:
    pass
with open(order["log"], "r+b") as file:
    log = mmap.mmap(file.fileno(), 0)
counter = os.open(order["counter"], os.O_WRONLY)
drawn_uj, at_ns, phase, read = order["start_uj"], time.monotonic_ns(), 0, 0
print("ready", flush=True)
while not select.select([0], [], [], 0.001)[0]:
    now_ns = time.monotonic_ns()
    while read < struct.unpack_from("<Q", log, 0)[0]:
        changed_ns, following = struct.unpack_from("<QQ", log, 8 + 16 * read)
        if changed_ns > now_ns:
            break
        drawn_uj += order["watts"][phase] * (changed_ns - at_ns) / 1e3
        at_ns, phase, read = changed_ns, following, read + 1
    drawn_uj += order["watts"][phase] * (now_ns - at_ns) / 1e3
    at_ns = now_ns
    os.pwrite(counter, b"%020d\\n" % int(drawn_uj), 0)
"""
