"""A long run under greenprof: does its memory stay flat, and are its report and pages small and quick?

    python benchmarks/long_run.py [--minutes 10]

The program works for a fifth of the time and sleeps for the rest, through many different stacks and short-lived
threads. Prints the memory of greenprof over time, the sizes of what it writes, and how long `greenprof report` takes
for each format.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GREENPROF = [sys.executable, "-m", "greenprof"]
PROGRAM = """
import random, sys, threading, time

def work(seconds, depth, way):
    if depth:
        return (left, right, straight)[way % 3](seconds, depth - 1, way // 3)
    end, n = time.thread_time() + seconds, 0
    while time.thread_time() < end:
        n += sum(range(100))

def left(*rest): work(*rest)
def right(*rest): work(*rest)
def straight(*rest): work(*rest)

end = time.monotonic() + float(sys.argv[1])
while time.monotonic() < end:
    thread = threading.Thread(target=work, args=(0.01, random.randrange(12), random.randrange(3**8)))
    thread.start()
    work(0.01, random.randrange(12), random.randrange(3**8))
    thread.join()
    time.sleep(0.08)
"""
FORMATS = {"text": "a.txt", "html": "a.html", "markdown": "a.md", "json": "a.json", "speedscope": "a.speedscope.json"}
EVERY_S = 2.0


def memory_bytes(pid: int) -> int:
    """The memory that a process holds just now; 0 once it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:")), 0)


def run(folder: Path, seconds: float) -> list[int]:
    """The memory of greenprof every few seconds of the run; the report is ``report.json``. Raises on failure."""
    (folder / "program.py").write_text(PROGRAM, encoding="utf-8")
    options = ["--quiet", "--no-lint", "--meter", "estimate:65", "-o", "report.json", "program.py", str(seconds)]
    found = []
    with subprocess.Popen([*GREENPROF, "run", *options], cwd=folder) as process:
        end_s = time.monotonic() + seconds
        while process.poll() is None:
            time.sleep(min(EVERY_S, seconds / 20))
            if time.monotonic() < end_s:  # what is done when the program has ended is another matter
                found.append(memory_bytes(process.pid))
    if process.returncode:
        raise SystemExit(f"greenprof ended with {process.returncode}")
    return found


def rendered_s(folder: Path, format_: str, name: str) -> float:
    """How long the installed command takes to show the report."""
    begun_s = time.monotonic()
    command = [*GREENPROF, "report", "report.json", "-f", format_, "-o", name]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.monotonic() - begun_s


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Memory, size and speed of greenprof in a long run.")
    parser.add_argument("--minutes", type=float, default=10.0, help="length of the program. [%(default)s]")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="long-run-") as place:
        folder = Path(place)
        found = run(folder, 60 * wanted.minutes)
        parts = [found[len(found) * step // 10 : len(found) * (step + 1) // 10] for step in range(10)]
        means = [statistics.fmean(part) / 2**20 for part in parts if part]
        print(f"{wanted.minutes:g} minutes; memory of greenprof, MiB, by tenths: {' '.join(f'{x:.1f}' for x in means)}")
        print(f"report.json: {(folder / 'report.json').stat().st_size / 1e6:.2f} MB")
        for format_, name in FORMATS.items():
            took_s = rendered_s(folder, format_, name)
            print(f"{format_}: {took_s:.2f} s, {(folder / name).stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
