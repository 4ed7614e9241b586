"""What the installed but unused pytest plugin costs a suite of empty tests: runs with it and without, in pairs.

    python benchmarks/plugin_cost.py [--tests 5000] [--pairs 10] [--instructions 500 | --bytecodes 600]

The pairs alternate in order, and told is the median of the ratios of their CPU times, with its quartiles; a busy
machine disturbs it. `--instructions N` counts both once for N tests under callgrind instead, which nothing disturbs,
and `--bytecodes N` does so for the bytecodes of N tests (Python 3.12).
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from greenprof.proxies import instructions

WITHOUT = ("-p", "no:greenprof")


def command(*options: str) -> list[str]:
    return [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]


def cpu_s(folder: Path, *options: str) -> float:
    """CPU time of pytest on the suite."""
    begun = os.times()
    subprocess.run(command(*options), cwd=folder, check=True, stdout=subprocess.DEVNULL)
    ended = os.times()
    return ended.children_user + ended.children_system - begun.children_user - begun.children_system


COUNTED = """
import sys
import pytest
from greenprof.proxies.bytecodes import Bytecodes
with Bytecodes() as counted:
    pytest.main(sys.argv[1:])
print(counted.count)
"""


def bytecodes(folder: Path, *options: str) -> int:
    """Bytecodes of pytest on the suite, the plugin's own import included."""
    counted = [sys.executable, "-c", COUNTED, *command(*options)[3:]]
    return int(subprocess.run(counted, cwd=folder, check=True, capture_output=True, text=True).stdout.split()[-1])


def suite(folder: Path, tests: int) -> Path:
    """A folder with so many empty tests, 100 in a file."""
    for place in range(0, tests, 100):
        names = range(place, min(tests, place + 100))
        code = "".join(f"def test_{name}():\n    pass\n\n\n" for name in names)
        (folder / f"test_{place}.py").write_text(code, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    return folder


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--tests", type=int, default=5000)
    arguments.add_argument("--pairs", type=int, default=10)
    arguments.add_argument("--instructions", type=int, default=0)
    arguments.add_argument("--bytecodes", type=int, default=0)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = suite(Path(scratch), options.bytecodes or options.instructions or options.tests)
        cpu_s(folder)  # the bytecode of the tests is written
        if options.bytecodes:
            print(f"{options.bytecodes} tests: {bytecodes(folder) / bytecodes(folder, *WITHOUT) - 1:+.2%} bytecodes")
            return
        if options.instructions:
            with_it, without = (
                instructions.of_command(command(*more), folder=folder, timeout_s=3600).value for more in ((), WITHOUT)
            )
            print(f"{options.instructions} tests: {with_it / without - 1:+.2%} instructions, its import included")
            return
        ratios = []
        for pair in range(options.pairs):
            order = ((), WITHOUT) if pair % 2 else (WITHOUT, ())
            used = {more: cpu_s(folder, *more) for more in order}
            ratios.append(used[()] / used[WITHOUT])
        low, middle, high = statistics.quantiles(ratios, n=4)
        print(
            f"{options.tests} tests, {options.pairs} pairs: {middle - 1:+.2%} CPU time "
            f"(quartiles {low - 1:+.2%} and {high - 1:+.2%})"
        )


if __name__ == "__main__":
    main()
