"""What looking at all files of a project together costs.

    python benchmarks/nplusone/speed.py FOLDER…

For each folder, in seconds: the CPU time of the look alone (parsing included, one process), and of ``greenprof lint``
the CPU and the elapsed time of a first run, of one with nothing changed (the best of five), and after one file changed.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from greenprof.lint import load_rules
from greenprof.lint.contents import read_all
from greenprof.lint.files import linted_files
from greenprof.lint.project import ProjectPass
from greenprof.lint.rule import ProjectRule

LINT = [sys.executable, "-m", "greenprof", "lint", "--quiet", "."]


def look(folder: Path) -> tuple[int, int, float]:
    """The number of files that are looked at, of their lines, and the CPU time of a look at them."""
    contents = read_all(sorted(folder.rglob("*.py")))
    rules = tuple(rule for rule in load_rules() if isinstance(rule, ProjectRule))
    began = time.process_time()
    together = ProjectPass(contents, lambda: rules)
    together.found({})
    used = time.process_time() - began
    return len(together.files), sum(one.data.count(b"\n") for one in together.files.values()), used


def lint(folder: Path) -> tuple[float, float]:
    """The CPU and the elapsed time of a run of the linter, its workers included."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(LINT, cwd=folder, check=False)
    after, elapsed = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - began
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, elapsed


def main(folders: list[str]) -> None:
    print("| project | files | lines | look, CPU | of 1,000 files | first run | nothing changed | one file changed |")
    print("| --- | --: | --: | --: | --: | --: | --: | --: |")
    for name in folders:
        with tempfile.TemporaryDirectory() as place:
            copy = Path(place, "project")
            shutil.copytree(name, copy, ignore=shutil.ignore_patterns(".greenprof"))
            files, lines, used = look(copy)
            first = lint(copy)
            warm = min(lint(copy) for _ in range(5))
            changed = max(linted_files([copy], print), key=lambda path: path.stat().st_size)
            changed.write_bytes(changed.read_bytes() + b"\n# changed\n")
            runs = [first, warm, lint(copy)]
        told = " | ".join(f"{cpu:.2f} ({elapsed:.2f})" for cpu, elapsed in runs)
        print(
            f"| {Path(name).name} | {files} | {lines:,} | {used:.2f} | {1000 * used / files:.2f} | {told} |", flush=True
        )


if __name__ == "__main__":
    main(sys.argv[1:])
