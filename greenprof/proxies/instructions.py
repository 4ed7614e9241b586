"""The instructions that a processor executes for a call, counted by callgrind in a process of its own.

Callgrind, a tool of valgrind (https://valgrind.org), executes a program on a simulated processor. With a fixed hash
seed and addresses that are not randomised the same call of the same build of Python takes the same number of
instructions in every process, to the last one on Python 3.11 and 3.12 and to 0.01 % on 3.13. In a folder or an
environment of another size it takes some 0.1 % more or less,
because caches that are looked up by address meet other collisions. It runs 50 to 100 times slower than natively.
Counted is the thread that makes the call; other threads, processes that it starts, and the kernel are not. Numbers of
two builds of Python, or of two kinds of processor, are not comparable, because libraries choose other code for another
processor.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from greenprof.budgets import INSTRUCTIONS
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.proxies import Count
from greenprof.proxies.in_callgrind import SETTLED, SYMBOL, WAITS

TIMEOUT_S = 300.0
WARM_UP = 4  # calls: Python adapts its code in the first ones
CALLS = 5  # addresses differ from call to call, and with them a number by some 0.1 %

_TOTALS = re.compile(r"^totals: (\d+)$", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")


def check() -> None:
    """Raise `GreenprofError` where instructions cannot be counted, with what to do."""
    if shutil.which("valgrind") is None:
        raise GreenprofError(
            "instructions are counted by valgrind, which is not installed: apt install valgrind (or dnf, pacman), "
            "or set a budget of bytecodes"
        )
    if sys.implementation.name != "cpython":
        raise GreenprofError("instructions are counted on CPython only")


def count(
    name: str,
    *,
    calls: int = CALLS,
    warm_up: int = WARM_UP,
    timeout_s: float = TIMEOUT_S,
    python: str = sys.executable,
    folder: Path | None = None,
) -> Count:
    """What each of `calls` of the function `name` (``module:function``, without arguments) takes, warmed up before.

    The module is looked for in `folder` first. Raises `GreenprofError` as `of_calls` does.
    """
    if not _NAME.fullmatch(name):
        raise GreenprofError(f"{name!r} names no function: write module:function", EXIT_USAGE)
    _import_once(python, name.partition(":")[0], folder, timeout_s)
    program = Path(__file__).with_name("in_callgrind.py")
    command = [python, str(program), name, str(warm_up + calls)]
    found = of_calls(command, expected=warm_up + calls, timeout_s=timeout_s, folder=folder, name=name)
    return Count(quantity=INSTRUCTIONS, counts=found[warm_up:], notes=notes())


def _import_once(python: str, module: str, folder: Path | None, timeout_s: float) -> None:
    """Leave the module compiled: code that was just compiled takes up to 0.25 % more than the same that was loaded.

    What goes wrong here goes wrong under callgrind too, and is told there.
    """
    with suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(
            [python, "-c", f"import {module}"],
            cwd=folder,
            env={**os.environ, "PYTHONHASHSEED": "0"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout_s,
            check=False,
        )


def of_calls(
    command: Sequence[str],
    *,
    expected: int | Callable[[], int],
    timeout_s: float = TIMEOUT_S,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    name: str | None = None,
    accepted: Sequence[int] = (0,),
) -> tuple[int, ...]:
    """The instructions of each call that a Python program makes through `in_callgrind.counted`, in their order.

    The program begins with `in_callgrind.settle`; `expected` is the number of calls after that, or gives it when the
    program has ended. `environment` is added to this process's own; `name` is what errors call the program, and
    `accepted` are the exit codes with which it has ended well.

    Raises:
        GreenprofError: without valgrind, and when the program fails, takes longer than `timeout_s`, or makes another
            number of calls.
    """
    check()
    with tempfile.TemporaryDirectory(prefix="greenprof-callgrind-") as scratch:
        options: tuple[str, ...] = (
            "--collect-atstart=no",
            f"--toggle-collect={SYMBOL}",
            f"--dump-after={SYMBOL}",
            "--dump-line=no",
        )
        if os.uname().machine == "x86_64":
            options += ("--instr-atstart=no",)
            environment = {**(environment or {}), WAITS: "1"}
        root = _run(
            [*_callgrind(Path(scratch), *options), *command],
            _shown(command, name),
            timeout_s,
            folder,
            environment,
            accepted,
        )
        parts = _parts(Path(scratch), root)
    wanted = expected() if callable(expected) else expected
    if len(parts) != SETTLED + wanted:
        raise GreenprofError(
            f"{_shown(command, name)} was to make {wanted} calls under callgrind, and made {len(parts) - SETTLED}"
        )
    own = parts[SETTLED - 1]
    return tuple(max(0, part - own) for part in parts[SETTLED:])


def of_command(
    command: Sequence[str],
    *,
    without: Sequence[str] | None = None,
    timeout_s: float = TIMEOUT_S,
    folder: Path | None = None,
) -> Count:
    """All instructions of a command and what it starts, less those of the command `without` (its mere start)."""
    check()
    found = []
    for one in (command, without):
        with tempfile.TemporaryDirectory(prefix="greenprof-callgrind-") as scratch:
            if one is None:
                continue
            _run([*_callgrind(Path(scratch), "--trace-children=yes"), *one], _shown(one), timeout_s, folder, None)
            found.append(sum(_total(file) for file in Path(scratch).iterdir()))
    return Count(quantity=INSTRUCTIONS, counts=(max(0, found[0] - sum(found[1:])),), notes=notes())


def notes() -> tuple[str, ...]:
    """What to know of the numbers on this machine."""
    return () if _unrandomised() else ("Addresses could not be fixed here: numbers may differ by some 0.01 %.",)


@functools.cache
def _unrandomised() -> tuple[str, ...]:
    """The command that starts another one without randomised addresses; empty where the system forbids it."""
    setarch = shutil.which("setarch")
    if setarch is None:
        return ()
    command = (setarch, os.uname().machine, "-R")
    with suppress(OSError, subprocess.TimeoutExpired):
        if not subprocess.run([*command, "true"], capture_output=True, timeout=30, check=False).returncode:
            return command
    return ()


@functools.cache
def _ends_with_us() -> tuple[str, ...]:
    """The command that starts another one which the kernel ends with this thread; empty where there is none.

    Who is told to end by a signal, as a test run that is cancelled, has no time to end what it has started.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return ()
    command = (setpriv, "--pdeathsig", "KILL")
    with suppress(OSError, subprocess.TimeoutExpired):
        if not subprocess.run([*command, "true"], capture_output=True, timeout=30, check=False).returncode:
            return command
    return ()


def _shown(command: Sequence[str], name: str | None = None) -> str:
    return name or " ".join(command)[:80]


def _callgrind(scratch: Path, *options: str) -> list[str]:
    where = f"--callgrind-out-file={scratch}/%p"
    return [*_ends_with_us(), *_unrandomised(), "valgrind", "--quiet", "--tool=callgrind", where, *options, "--"]


def _run(  # noqa: PLR0917
    command: list[str],
    shown: str,
    timeout_s: float,
    folder: Path | None,
    environment: Mapping[str, str] | None,
    accepted: Sequence[int] = (0,),
) -> int:
    """The process id of a command that has ended well."""
    program = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONHASHSEED": "0", **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        said = program.communicate(timeout=timeout_s)[0].decode(errors="replace").strip()
    except subprocess.TimeoutExpired:
        raise GreenprofError(
            f"{shown} did not end within {timeout_s:g} s under callgrind, where it runs about 50 times slower: "
            "count a smaller piece of work, or allow more time"
        ) from None
    finally:
        if program.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)
            program.communicate()
    if program.returncode not in accepted:
        last = said.splitlines()[-1] if said else "it said nothing"
        raise GreenprofError(f"{shown} failed under callgrind (exit code {program.returncode}): {last}")
    return program.pid


def _parts(scratch: Path, process: int) -> list[int]:
    """The totals of all parts; what came after the last one is beside them, and so is what forked processes left."""
    files = sorted(scratch.glob(f"{process}.*"), key=lambda file: int(file.suffix[1:]))
    return [_total(file) for file in files]


def _total(file: Path) -> int:
    found = _TOTALS.search(file.read_text(encoding="utf-8", errors="replace"))
    if found is None:
        raise GreenprofError(f"callgrind wrote no total into {file.name}: is the disk full?")
    return int(found[1])
