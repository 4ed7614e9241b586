"""A process that stays and does one piece of work again and again, on request; it needs the standard library only.

`serve` is what runs inside it: it takes requests from one pipe and answers on another, one line each.
The pipes are numbered in the environment variable ``GREENPROF_PAIRS``, which `serve` takes out again.

    ready                     <- first of all, when all is imported
    12 key                    -> work "key", twelve times
    cpu_s 0.0123              <- the CPU time that all of it took, children that were waited for included
    error ValueError: ...     <- instead, for what could not be run

As a program it runs a statement, as timeit does: ``python worker.py SETUP STATEMENT``, or SETUP alone with a function
``work`` in it. The file is started by its path, because the Python that runs it need not have greenprof.
It imports hardly anything: a race starts it dozens of times.
"""

from __future__ import annotations

import gc
import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

PIPES = "GREENPROF_PAIRS"


def serve(work: Callable[[str], Callable[[], object]]) -> None:
    """Answer requests until the pipe is closed: ``work(key)`` gives the function to call for a key."""
    take, give = map(int, os.environ.pop(PIPES).split(","))
    with os.fdopen(take) as requests, os.fdopen(give, "w") as answers:

        def answer(said: str) -> None:
            print(" ".join(said.split()), file=answers, flush=True)

        try:
            answer("ready")
            for line in requests:
                calls, _, key = line[:-1].partition(" ")
                try:
                    said = f"cpu_s {_run(work(key), int(calls))!r}"
                except Exception as error:
                    said = f"error {type(error).__name__}: {error}"
                answer(said)
        except BrokenPipeError:
            os._exit(0)  # who asked is gone


def _run(function: Callable[[], object], calls: int) -> float:
    """The CPU time of so many calls; the garbage of what came before is collected first."""
    gc.collect()
    begun = _cpu_s()
    for _ in range(calls):
        function()
    return _cpu_s() - begun


def _cpu_s() -> float:
    children = os.times()
    return time.process_time() + children.children_user + children.children_system


def main() -> None:
    """Run what the arguments say."""
    sys.path[0] = os.getcwd()  # noqa: PTH109 (as for ``python -c``; the folder of this file is nobody's business)
    setup, *statement = sys.argv[1:]
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(setup, "<setup>", "exec"), names)
    if statement:
        lines = statement[0].split("\n")
        body = "def work():\n" + "".join(f"    {line}\n" for line in lines)
        exec(compile(body, "<statement>", "exec"), names)
    serve(lambda _key: names["work"])


if __name__ == "__main__":
    main()
