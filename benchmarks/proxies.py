"""How far counted bytecodes and instructions can be trusted: alarms without a change, and half a percent found.

    python benchmarks/proxies.py [--decisions 200] [--found 10] [--python python3.12] [--write]

Each decision compares a count of before with one that is made anew, in a process of its own, in a folder of another
name and with an environment of another size, as two checkouts on two jobs of CI have them; the hash seed is random
where bytecodes are counted. The pieces of work are in `programs/pieces`. Bytecodes need Python 3.12 (`--python`).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import page

from greenprof.budgets import BYTECODES
from greenprof.proxies import Count, grown, instructions

PAGE = Path(__file__).with_name("PROXIES.md")
PIECES = Path(__file__).parent / "programs" / "pieces" / "pieces.py"
PROXIES = ("Bytecodes", "Instructions")
NAMES = ("numbers", "text", "rows")
ALLOWED = 0.0025  # growth that is no alarm: half of what is to be found
TURNS, MORE_TURNS = 200, 201
COUNT_BYTECODES = """
import json, sys
import pieces
from greenprof.proxies import bytecodes
call = getattr(pieces, sys.argv[1])
for _ in range(4):
    call()
print(json.dumps(bytecodes.count(call).counts))
"""

Counter = Callable[[str, str, Path], Count]


@dataclass(frozen=True, kw_only=True)
class Found:
    """Decisions on one piece of work: how many gave an alarm, and how far the counts were apart, relative."""

    alarms: int
    decisions: int
    spread: float


@contextmanager
def another_checkout(chance: random.Random, turns: int) -> Iterator[Path]:
    """A folder with the pieces whose name has another length each time, and an environment of another size."""
    os.environ["TURNS"], os.environ["A_JOB"] = str(turns), "x" * chance.randrange(500)
    with tempfile.TemporaryDirectory(prefix="p" * chance.randrange(1, 60)) as folder:
        shutil.copy(PIECES, folder)
        yield Path(folder)


def bytecodes_in(python: str, name: str, folder: Path) -> Count:
    """Bytecodes of a piece, counted in a new process."""
    environment = {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{Path(__file__).parents[1]}"}
    command = [python, "-c", COUNT_BYTECODES, name]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    return Count(quantity=BYTECODES, counts=tuple(json.loads(said)))


def instructions_in(python: str, name: str, folder: Path) -> Count:
    """Instructions of a piece, counted in a new process."""
    return instructions.count(f"pieces:{name}", calls=5, warm_up=3, python=python, folder=folder)


def decide(count: Counter, python: str, name: str, decisions: int, turns: int) -> Found:
    """So many decisions on a piece that makes `turns` turns, against one of before that made `TURNS`."""
    chance = random.Random(name)
    with another_checkout(chance, TURNS) as folder:
        before = count(python, name, folder)
    alarms, values = 0, []
    for _ in range(decisions):
        with another_checkout(chance, turns) as folder:
            after = count(python, name, folder)
        alarms += grown(before, after, ALLOWED) == "over"
        values.append(after.value)
    return Found(alarms=alarms, decisions=decisions, spread=(max(values) - min(values)) / min(values))


def slowdown(proxy: str, python: str) -> float:
    """CPU time of one `numbers` while it is counted, over that of one that is not; by the difference of two lengths."""
    calls = "import pieces, sys\nfor _ in range(int(sys.argv[1])): pieces.numbers()"
    counted = (
        "import pieces, sys\nfrom greenprof.proxies import bytecodes\n"
        "bytecodes.count(pieces.numbers, repeats=1)\nwith bytecodes.Bytecodes():\n"
        " for _ in range(int(sys.argv[1])): pieces.numbers()"
    )

    def cpu_s(run: Callable[[list[str]], object], code: str, few: int, many: int) -> float:
        used = []
        for number in (few, many):
            begun = os.times()
            run([python, "-c", code, str(number)])
            used.append(os.times().children_user - begun.children_user)
        return (used[1] - used[0]) / (many - few)

    with another_checkout(random.Random(1), TURNS) as folder:
        os.environ["PYTHONPATH"] = f"{folder}{os.pathsep}{Path(__file__).parents[1]}"
        native = cpu_s(lambda command: subprocess.run(command, check=True), calls, 100, 20_100)
        if proxy == "Bytecodes":
            return cpu_s(lambda command: subprocess.run(command, check=True), counted, 100, 4100) / native
        return cpu_s(instructions.of_command, calls, 20, 520) / native


def job(proxy: str, name: str, python: str, decisions: int, found: int) -> tuple[str, ...]:
    """The line of one piece in the table of a proxy."""
    count = bytecodes_in if proxy == "Bytecodes" else instructions_in
    same = decide(count, python, name, decisions, TURNS)
    more = decide(count, python, name, found, MORE_TURNS)
    row = (
        name,
        f"{same.alarms} of {same.decisions}",
        f"{more.alarms} of {more.decisions}",
        f"{100 * same.spread:.3f} %",
    )
    print(proxy, *row, file=sys.stderr)
    return row


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--decisions", type=int, default=200)
    arguments.add_argument("--found", type=int, default=10)
    arguments.add_argument("--proxies", nargs="+", default=PROXIES, choices=PROXIES)
    arguments.add_argument("--python", default=sys.executable)
    arguments.add_argument("--write", action="store_true")
    options = arguments.parse_args()
    version = subprocess.run([options.python, "--version"], capture_output=True, text=True, check=True).stdout.split()[
        1
    ]
    text = f"Measured on {page.when_and_where()} with CPython {version}; growth above {ALLOWED:.2%} is an alarm.\n"
    share, rest = divmod(options.decisions, len(NAMES))
    with ProcessPoolExecutor(len(NAMES)) as pool:
        for proxy in options.proxies:
            jobs = [
                pool.submit(job, proxy, name, options.python, share + (place < rest), options.found)
                for place, name in enumerate(NAMES)
            ]
            head = ("piece", "alarms, unchanged", "+0.5 % found", "spread, unchanged")
            rows = page.table([head, *(one.result() for one in jobs)])
            slower = slowdown(proxy, options.python)
            text += f"\n**{proxy}**\n\n{rows}\nWhile it is counted, `numbers` takes {slower:.0f} times the CPU time.\n"
    print(text)
    if options.write:
        page.write(PAGE, text)


if __name__ == "__main__":
    main()
