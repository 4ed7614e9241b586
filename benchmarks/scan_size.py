"""What `greenprof scan` needs for trees of several sizes: time and peak memory, on a tree made for it.

    python benchmarks/scan_size.py [--files 100000 1000000] [--in DIR]

A tree has folders of a thousand files. A twentieth of the files are copies of another one (of 5 to 20 kB), every
10,000th is a log of 1.2 MB, and the others are of 100 to 9,000 bytes: holes without blocks, so that the tree of a
million files fits on a disk. Those of one size are alike, so that nearly every file is opened: the worst case. The scan
runs in a process of its own, whose peak of resident memory and times the kernel tells (wait4); the tree is removed
afterwards. The first scan after making it finds the tree in the page cache.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

_FOLDER = 1000
_COPIES_EVERY = 20
_LOGS_EVERY = 10_000


def make(tree: Path, files: int) -> None:
    """A tree of so many files."""
    random_ = random.Random(files)
    content = random_.randbytes(20_000)
    log = b"".join(b"2026-11-%02d INFO request %d done\n" % (number % 28 + 1, number) for number in range(40_000))
    for number in range(files):
        folder = tree / f"{number // _FOLDER // 100:03}" / f"{number // _FOLDER:05}"
        if number % _FOLDER == 0:
            folder.mkdir(parents=True)
        handle = os.open(folder / f"file-{number:07}.dat", os.O_WRONLY | os.O_CREAT, 0o600)
        if number % _LOGS_EVERY == 0:
            os.write(handle, b"%d\n" % number + log)
        elif number % _COPIES_EVERY == 0:
            size = 5000 + number // _COPIES_EVERY // 2 % 15_000  # two of each size, and more in a large tree
            os.write(handle, content[:size])
        else:
            os.truncate(handle, 100 + number % 8900)
        os.close(handle)


def scanned(tree: Path, *options: str) -> tuple[dict, float, float, int]:
    """What a scan found, its seconds by the clock and of CPU, and its peak memory in bytes."""
    out = tree.parent / "found.json"
    began = time.perf_counter()
    child = os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "greenprof", "scan", str(tree), "-o", str(out), *options],
        os.environ,
    )
    _, status, usage = os.wait4(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    wall_s = time.perf_counter() - began
    return json.loads(out.read_text()), wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, nargs="+", default=[1000, 100_000, 1_000_000])
    parser.add_argument("--in", dest="folder", type=Path, default=None, help="where to make the trees")
    arguments = parser.parse_args()
    print("| files | scan | wall s | CPU s | peak MB | groups of copies | of which files | compressible |")
    print("| --: | --- | --: | --: | --: | --: | --: | --: |")
    for files in arguments.files:
        folder = Path(tempfile.mkdtemp(prefix="scan-size-", dir=arguments.folder))
        try:
            tree = folder / "tree"
            make(tree, files)
            for name, options in (("--top 100", ("--top", "100", "--min-size", "1")), ("all", ("--min-size", "1"))):
                found, wall_s, cpu_s, peak = scanned(tree, *options)
                assert found["totals"]["files"] == files, found["totals"]
                copies, text = found["summary"]["duplicates"], found["summary"]["compressible"]
                print(
                    f"| {files:,} | {name} | {wall_s:.1f} | {cpu_s:.1f} | {peak / 1e6:.1f} | {copies['count']:,} "
                    f"| {copies['files']:,} | {text['files']:,} |",
                    flush=True,
                )
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
