"""What begin + end of a measured block cost, by number of domains, beside pyRAPL where that can run.

    python benchmarks/measure_cost.py

The counters are a simulated powercap tree that another process moves once a millisecond. pyRAPL's path is fixed
(/sys/class/powercap), so it takes part only where a private mount namespace can be had: as root,

    unshare --mount python benchmarks/measure_cost.py --over-sysfs

in which the tree is mounted over that folder, for this process alone. *warm* blocks follow each other at once;
*cold* ones come 20 ms apart, so that caches have gone cold and the machine's CPU times are read anew at both ends.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import greenprof

SYSFS = Path("/sys/class/powercap")
DOMAINS = (1, 2, 4, 8)
WARM, COLD, PAUSE_S = 20_000, 100, 0.02

MOVER = """
import json, os, select, sys, time
files = [os.open(path, os.O_WRONLY) for path in json.loads(sys.argv[1])]
begin_ns = time.monotonic_ns()
while not select.select([0], [], [], 0.001)[0]:
    for place, file in enumerate(files):
        os.pwrite(file, b"%020d\\n" % (5_000_000_000 + place + (time.monotonic_ns() - begin_ns) // 1000 * 20), 0)
"""


def build(root: Path, domains: int) -> list[Path]:
    """So many packages, each in the folders where both greenprof and pyRAPL look."""
    files = []
    for number in range(domains):
        folder = root / "intel-rapl" / f"intel-rapl:{number}"
        folder.mkdir(parents=True)
        (folder / "name").write_text(f"package-{number}\n")
        (folder / "max_energy_range_uj").write_text("262143328850\n")
        (folder / "energy_uj").write_text("00000000005000000000\n")
        files.append(folder / "energy_uj")
    return files


@contextmanager
def moving(files: list[Path]) -> Iterator[None]:
    """Inside, the counters move."""
    command = [sys.executable, "-I", "-c", MOVER, json.dumps([str(file) for file in files])]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as mover:
        time.sleep(0.1)
        try:
            yield
        finally:
            assert mover.stdin is not None
            mover.stdin.close()


def median_us(block: Callable[[], None], times: int, pause_s: float = 0.0) -> float:
    """The median time of a block that does nothing, in microseconds."""
    spent_ns = []
    for _ in range(times):
        if pause_s:
            time.sleep(pause_s)
        begun_ns = time.perf_counter_ns()
        block()
        spent_ns.append(time.perf_counter_ns() - begun_ns)
    return statistics.median(spent_ns) / 1e3


def show(tool: str, domains: int, block: Callable[[], None]) -> None:
    """Measure one tool, print one line."""
    block()
    warm, cold = median_us(block, WARM), median_us(block, COLD, PAUSE_S)
    print(f"{tool:<34} {domains:>7} {warm:>9.1f} {cold:>9.1f}", flush=True)


def measure_greenprof(root: Path, domains: int) -> None:
    """The block of a with statement, with and without the share of this process."""
    spec = f"rapl:{root}"

    def shared() -> None:
        with greenprof.measure(spec):
            pass

    def alone() -> None:
        with greenprof.measure(spec, share=False):
            pass

    show("greenprof.measure()", domains, shared)
    show("greenprof.measure(share=False)", domains, alone)


def measure_pyrapl(domains: int) -> None:
    """pyRAPL's own begin and end, on the packages alone; it needs one counter per socket that the system knows."""
    import pyRAPL  # type: ignore[import-untyped]

    try:
        pyRAPL.setup(devices=[pyRAPL.Device.PKG])
    except Exception as failure:
        print(f"{'pyRAPL':<34} {domains:>7}   cannot: {type(failure).__name__} {failure}")
        return

    def block() -> None:
        measurement = pyRAPL.Measurement("nothing")
        measurement.begin()
        measurement.end()

    show("pyRAPL begin() + end()", domains, block)


def over_sysfs(root: Path) -> None:
    """Mount `root` over /sys/class/powercap, if nobody else would see it."""
    if os.readlink("/proc/self/ns/mnt") == os.readlink(f"/proc/{os.getppid()}/ns/mnt"):  # noqa: PTH115
        sys.exit("--over-sysfs is for a private mount namespace: unshare --mount python benchmarks/measure_cost.py …")
    if not SYSFS.exists():
        subprocess.run(["mount", "-t", "tmpfs", "none", str(SYSFS.parent)], check=True)
        SYSFS.mkdir()
    subprocess.run(["mount", "--bind", str(root), str(SYSFS)], check=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="What begin + end of a measured block cost.")
    parser.add_argument("--over-sysfs", action="store_true", help="pyRAPL too; in a private mount namespace only")
    private = parser.parse_args().over_sysfs
    print(f"{'median of begin + end, µs':<34} {'domains':>7} {'warm':>9} {'cold':>9}")
    for domains in DOMAINS:
        with tempfile.TemporaryDirectory(prefix="powercap-") as folder:
            root = Path(folder)
            with moving(build(root, domains)):
                measure_greenprof(root, domains)
                if private and domains == 1:
                    over_sysfs(root)
                    measure_pyrapl(domains)
                    subprocess.run(["umount", "--lazy", str(SYSFS)], check=True)  # pyRAPL keeps its files open
    if not private:
        print("pyRAPL is left out: see --over-sysfs")


if __name__ == "__main__":
    main()
