"""Is every process of a program counted, is a fair share given to two, and what does watching cost?

    python benchmarks/process_tree.py

The truth is taken inside the programs: a parent sums what ``wait4`` says of each of its children, an
orphan writes down its own CPU time. Prints one line a question. The joules are those of a simulated
powercap tree, which draws 50 W.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from simulated_powercap import LAYOUTS, PowercapTree

GREENPROF = str(Path(sys.executable).with_name("greenprof"))

BURN = "import sys, time\nwhile time.process_time() < float(sys.argv[1]): pass\n"

SHORT_CHILDREN = """
import os, resource, subprocess, sys
used = 0.0
for _ in range(40):
    child = subprocess.Popen([sys.executable, "-S", "-E", "burn.py", "0.02"])
    _, _, usage = os.wait4(child.pid, 0)
    child.returncode = 0
    used += usage.ru_utime + usage.ru_stime
own = resource.getrusage(resource.RUSAGE_SELF)
with open("truth", "w") as file: file.write(str(used + own.ru_utime + own.ru_stime))
os._exit(0)
"""

# A double fork: the grandchild goes on for a second after its parent, the root, has ended.
ORPHAN = """
import os, resource, time
def leave():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    with open("truth", "a") as file: file.write(f"{usage.ru_utime + usage.ru_stime} ")
    os._exit(0)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while time.process_time() < 1.0: pass
    leave()
leave()
"""

# Four seconds in which it is at work for a part of each hundredth of one; prints its part of the machine's CPU time.
DUTY = """
import sys, time
from greenprof.procstat import BusyClock
clock = BusyClock()
before, used, end = clock.read_s(), time.process_time(), time.monotonic() + 4
duty = float(sys.argv[1])
while time.monotonic() < end:
    begun = time.monotonic()
    while time.monotonic() < begun + 0.01 * duty: pass
    if duty < 1: time.sleep(0.01 * (1 - duty))
print((time.process_time() - used) / (clock.read_s() - before))
"""


def report_of(folder: Path, *command: str) -> dict[str, Any]:
    """The JSON report of a run without lint."""
    subprocess.run([GREENPROF, "run", "-q", "--no-lint", "-o", "report.json", "--", *command], cwd=folder, check=True)
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))


def cpu_error(folder: Path, program: str) -> tuple[float, float]:
    """CPU seconds that greenprof found, and the relative difference from the truth."""
    (folder / "burn.py").write_text(BURN, encoding="utf-8")
    (folder / "program.py").write_text(program, encoding="utf-8")
    (folder / "truth").unlink(missing_ok=True)
    found_s = report_of(folder, sys.executable, "program.py")["run"]["cpu_s"]
    truth_s = sum(map(float, (folder / "truth").read_text(encoding="utf-8").split()))
    return found_s, found_s / truth_s - 1


def shares(folder: Path, root: Path) -> list[tuple[float, float]]:
    """Two programs side by side, each under its own greenprof: the share of each in the joules, and the truth.

    The truth is the CPU time that a program used over that of the machine, as the program saw both.
    """
    (folder / "duty.py").write_text(DUTY, encoding="utf-8")
    options = ["-q", "--no-lint", "--meter", f"rapl:{root}"]
    duties = ("1.0", "0.4")
    running = [
        subprocess.Popen(
            [GREENPROF, "run", *options, "-o", f"{duty}.json", "--", sys.executable, "duty.py", duty],
            cwd=folder, stdout=subprocess.PIPE, text=True,
        )
        for duty in duties
    ]  # fmt: skip
    truths = [float(process.communicate()[0]) for process in running]
    reports = [json.loads((folder / f"{duty}.json").read_text(encoding="utf-8")) for duty in duties]
    shares = [report["energy"]["process_j"] / report["energy"]["total_j"] for report in reports]
    return list(zip(shares, truths, strict=True))


def added_s(folder: Path, runs: int = 7) -> float:
    """Wall seconds that greenprof adds to a command of 0.8 s: the median of pairs."""
    command = ["sleep", "0.8"]
    differences = []
    for _ in range(runs):
        begun = time.perf_counter()
        subprocess.run(command, check=True)
        alone = time.perf_counter()
        subprocess.run([GREENPROF, "run", "-q", "--no-lint", "--", *command], cwd=folder, check=True)
        differences.append((time.perf_counter() - alone) - (alone - begun))
    return statistics.median(differences)


def main() -> None:
    """Answer each question in a line."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for what, program in (("40 short children", SHORT_CHILDREN), ("an orphaned grandchild", ORPHAN)):
            found_s, error = cpu_error(folder, program)
            print(f"{what}: {found_s:.3f} s of CPU time, {error:+.2%} from the truth")
        print(f"a command of 0.8 s: {added_s(folder) * 1e3:.0f} ms added")
        tree = PowercapTree(folder / "powercap", LAYOUTS["single"], "class")
        with tree.run_at(50):
            for found, truth in shares(folder, tree.root):
                print(
                    f"side by side: {found:.1%} of the joules, {truth:.1%} of the CPU time ({found / truth - 1:+.1%})"
                )


if __name__ == "__main__":
    main()
