"""How fast greenprof lints code of others, beside linters that look for something alike.

    python benchmarks/lint_speed.py [--folders FOLDER ...] [--tools NAMES] [--runs 3] [--sample-lines 20000] [--write]

greenprof, ruff and perflint's own command read all of it; every tool, these too, a sample of its files, because some
would take hours. What is slow is run once. With ``--write`` it takes about eight minutes on two processors. Without
``--folders`` the packages of ``linters/corpus.txt`` are fetched. The machine should have nothing else to do.
See LINT_SPEED.md.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import page
import psutil
from tool_environment import python_with

from greenprof.processes import adopting_orphans

HERE = Path(__file__).parent
PAGE = HERE / "LINT_SPEED.md"
REQUIREMENTS = HERE / "linters"
CORPUS = ("django", "sqlalchemy", "pandas")
EVERY_S = 0.05  # the memory is looked at
LONGEST_S = 1800.0
PERFLINT = "W8101,W8102,R8203,W8201,W8202,W8203,W8204,W8205,W8301,W8401,W8402,W8403"


@dataclass(frozen=True, kw_only=True)
class Tool:
    """A linter: its requirements (None: greenprof as it is here), and its command after the folder of scripts.

    ``processes`` is how many it uses at once, None for as many as there are processors. What is slow is run ``once``.
    """

    name: str
    requirements: str | None
    words: tuple[str, ...]
    processes: int | None = 1
    on_all: bool = False
    once: bool = False


COLD, ONE_PROCESS, PERFLINT_ITSELF = "greenprof, cold", "greenprof, one process", "perflint, its own command"
TOOLS = (
    Tool(
        name=COLD,
        requirements=None,
        words=("greenprof", "lint", "-q", "--tests", "."),
        processes=None,
        on_all=True,
    ),
    Tool(name="greenprof, warm", requirements=None, words=("greenprof", "lint", "-q", "--tests", "."), on_all=True),
    Tool(
        name=ONE_PROCESS,
        requirements=None,
        words=("greenprof", "lint", "-q", "--tests", "--no-cache", "-j1", "."),
        on_all=True,
        once=True,
    ),
    Tool(
        name="ruff (PERF, FURB, C4)",
        requirements="ruff.txt",
        words=("ruff", "check", "-q", "--isolated", "--no-cache", "--preview", "--select", "PERF,FURB,C4", "."),
        processes=None,
        on_all=True,
    ),
    Tool(
        name=PERFLINT_ITSELF,
        requirements="perflint.txt",
        words=("perflint", "--recursive=y", "."),
        on_all=True,
        once=True,
    ),
    Tool(
        name="pylint with perflint, -j2",
        requirements="perflint.txt",
        words=(
            "pylint",
            "-j2",
            "--load-plugins=perflint",
            "--disable=all",
            f"--enable={PERFLINT}",
            "--recursive=y",
            ".",
        ),
        processes=2,
    ),
    Tool(name="refurb", requirements="refurb.txt", words=("refurb", ".")),
    Tool(name="Fixit", requirements="fixit.txt", words=("fixit", "--quiet", "lint", "."), processes=None, once=True),
)


@dataclass(frozen=True, kw_only=True)
class Used:
    """What one run used; `memory_bytes` is the most that its processes held at once, shared pages counted once."""

    elapsed_s: float
    cpu_s: float
    memory_bytes: int
    exit_code: int


def measure(command: Sequence[str | Path], folder: Path) -> Used:
    """Run a command to its end in a folder; what it says is thrown away."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begun_s = time.monotonic()
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    late = threading.Timer(LONGEST_S, os.killpg, (process.pid, signal.SIGKILL))
    late.start()
    most, done = [0], threading.Event()
    watching = threading.Thread(target=_watch_memory, args=(process.pid, most, done))
    watching.start()
    _, status, used = os.wait4(process.pid, 0)
    elapsed_s = time.monotonic() - begun_s
    orphans_cpu_s = _wait_for_orphans_s()
    late.cancel()
    done.set()
    watching.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    return Used(
        elapsed_s=elapsed_s,
        cpu_s=used.ru_utime + used.ru_stime + orphans_cpu_s,
        memory_bytes=max(most[0], used.ru_maxrss * 1024),
        exit_code=process.returncode,
    )


def _wait_for_orphans_s() -> float:
    """The CPU time of what a command leaves behind, as the server that makes the processes of a pool."""
    cpu_s = 0.0
    while True:
        try:
            _, _, used = os.wait4(-1, 0)
        except ChildProcessError:
            return cpu_s
        cpu_s += used.ru_utime + used.ru_stime


def _watch_memory(pid: int, most: list[int], done: threading.Event) -> None:
    while not done.wait(EVERY_S):
        try:
            root = psutil.Process(pid)
            own = root.memory_info().rss
            children = [child.memory_info() for child in root.children(recursive=True)]
        except psutil.Error:
            continue
        most[0] = max(most[0], own + sum(child.rss - child.shared for child in children))


def copy_of(folders: Sequence[Path], place: Path) -> int:
    """Copy the Python of `folders` below `place`; how many lines there are."""
    lines = 0
    for folder in folders:
        for file in sorted(folder.rglob("*.py")):
            copy = place / folder.name / file.relative_to(folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
            lines += file.read_bytes().count(b"\n")
    return lines


def sample_of(place: Path, sample: Path, most_lines: int) -> int:
    """Copy files taken at random (always the same ones) from `place` to `sample`; how many lines there are."""
    files = sorted(place.rglob("*.py"))
    random.Random(0).shuffle(files)
    lines = 0
    for file in files:
        if lines >= most_lines:
            break
        copy = sample / file.relative_to(place)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
        lines += file.read_bytes().count(b"\n")
    return lines


def lines_of(place: Path, lines: int, tools: Sequence[Tool], runs: int, cache: Path) -> str:
    """Measure the tools in turn, `runs` times each, on what lies in `place`: a table, and how perflint compares."""
    found: dict[str, list[Used]] = {tool.name: [] for tool in tools}
    for run in range(runs):
        shutil.rmtree(place / ".greenprof", ignore_errors=True)
        for tool in (one for one in tools if run == 0 or not one.once):
            used = measure([scripts_of(tool, cache) / tool.words[0], *tool.words[1:]], place)
            print(f"{tool.name}: {used.elapsed_s:.2f} s, exit code {used.exit_code}", file=sys.stderr)
            found[tool.name].append(used)
    rows = [
        ["tool", "processes", "seconds", "CPU seconds", "lines a second", "of greenprof's, cold", "most memory, MiB"]
    ]
    first = median_s(found[tools[0].name])
    for tool in tools:
        used = found[tool.name]
        elapsed_s = median_s(used)
        cells = [
            f"{elapsed_s:.2f}",
            f"{statistics.median(one.cpu_s for one in used):.2f}",
            f"{lines / elapsed_s:,.0f}",
            f"{first / elapsed_s:.3g}",
            f"{max(one.memory_bytes for one in used) / 2**20:.0f}",
        ]
        processes = f"up to {psutil.cpu_count()}" if tool.processes is None else str(tool.processes)
        name = f"{tool.name} (once)" if tool.once and runs > 1 else tool.name
        rows.append([name, processes, *(cells if ended_well(used) else ["failed", *[""] * 4])])
    return page.table(rows) + compared({name: median_s(used) for name, used in found.items() if ended_well(used)})


def ended_well(used: Sequence[Used]) -> bool:
    """Whether no run failed; pylint's exit codes have a bit for each kind of message."""
    return {one.exit_code for one in used} <= {0, 1, *range(4, 32)}


def median_s(used: Sequence[Used]) -> float:
    """How long it took as a rule."""
    return statistics.median(one.elapsed_s for one in used)


def compared(seconds: Mapping[str, float]) -> str:
    """How many times as fast as perflint's own command greenprof is, as each is run and with one process each."""
    if not {COLD, ONE_PROCESS, PERFLINT_ITSELF} <= seconds.keys():
        return ""
    as_run, alike = (seconds[PERFLINT_ITSELF] / seconds[name] for name in (COLD, ONE_PROCESS))
    text = f"greenprof as it is run is {as_run:.1f} times as fast as perflint's own command, which has one process"
    return f"\n{text}; with one process each, {alike:.1f} times.\n"


def scripts_of(tool: Tool, cache: Path) -> Path:
    """The folder of the scripts of an environment in which the tool is installed."""
    if tool.requirements is None:
        return Path(sys.executable).parent
    return python_with([REQUIREMENTS / tool.requirements], cache).parent


def corpus(cache: Path) -> list[Path]:
    """The folders of the packages that the figures on the page are for."""
    python = python_with([REQUIREMENTS / "corpus.txt"], cache)
    (packages,) = python.parents[1].glob("lib/python3*/site-packages")
    return [packages / name for name in CORPUS]


def differing(place: Path) -> list[str]:
    """The files in which screening changes what is found (see `greenprof.lint.lint_source`); there should be none."""
    from greenprof.lint import lint_source, load_rules

    rules = [
        rule for rule in load_rules() if not (rule.is_about_projects or rule.is_about_manifests or rule.found_by_run)
    ]
    found = []
    for file in sorted(place.rglob("*.py")):
        source = file.read_text(encoding="utf-8", errors="replace")
        results = []
        for screen in (True, False):
            try:
                results.append(lint_source(source, str(file), rules, screen=screen))
            except (SyntaxError, RecursionError):
                results.append([])
        if results[0] != results[1]:
            found.append(str(file.relative_to(place)))
    return found


def main() -> int:
    """Measure, print, and with ``--write`` put it on the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folders", nargs="+", type=Path, help="code to lint. [packages that are fetched]")
    parser.add_argument("--tools", help="words of their names, separated by commas. [all]")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--sample-lines", type=int, default=20_000)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "greenprof-linters")
    parser.add_argument("--screening", action="store_true", help="see that screening hides nothing; slow")
    parser.add_argument("--write", action="store_true", help=f"put the tables into {PAGE.name} as well")
    asked = parser.parse_args()
    words = (asked.tools or "").split(",")
    tools = [tool for tool in TOOLS if tool.name == COLD or any(w in tool.name for w in words)]
    with adopting_orphans(), tempfile.TemporaryDirectory() as scratch:
        place, sample = Path(scratch) / "all", Path(scratch) / "sample"
        folders = asked.folders or corpus(asked.cache)
        lines = copy_of(folders, place)
        if asked.screening:
            differ = differing(place)
            print("with and without screening: " + (f"{len(differ)} files differ: {differ}" if differ else "the same"))
            return 1 if differ else 0
        sampled = sample_of(place, sample, asked.sample_lines)
        names = ", ".join(sorted(folder.name for folder in folders))
        text = f"Measured on {page.when_and_where()} with {psutil.cpu_count()} processors, medians of {asked.runs}.\n\n"
        text += f"**All of it** ({names}; {lines:,} lines)\n\n"
        text += lines_of(place, lines, [tool for tool in tools if tool.on_all], asked.runs, asked.cache) + "\n"
        text += f"**A sample of its files** ({sampled:,} lines)\n\n"
        text += lines_of(sample, sampled, tools, asked.runs, asked.cache)
    print(text)
    if asked.write:
        page.write(PAGE, text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
