"""Runs applications of one framework at several sizes and prints, as a line of JSON each, what they answered and sent.

    python benchmarks/nplusone/probe.py FRAMEWORK N[,N ...] FOLDER [FOLDER ...]

A line is {"folder": …, "runs": [{"n": …, "answer": …, "statements": [[shape, [[path, line], …]], …]}, …]}, or has
"error", a traceback. Each folder, and in it each size, has a process of its own: a fork of one that has imported the
framework, so that this is waited for once.
"""

from __future__ import annotations

import importlib
import json
import multiprocessing
import sys
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any

from start import load
from statements import HEAR, Statements

FORK = multiprocessing.get_context("fork")
IMPORTS = {
    "django": (
        "django.core.management.commands.migrate",
        "django.db.backends.sqlite3.base",
        "django.test",
        "django.views.generic",
    ),
    "sqlalchemy": ("sqlalchemy.orm", "sqlalchemy.dialects.sqlite"),
    "flask-sqlalchemy": ("flask_sqlalchemy",),
    "peewee": ("peewee",),
    "tortoise": ("tortoise",),
}  # what needs no settings and takes long


def run(folder: Path, framework: str, sizes: list[int]) -> list[dict[str, Any]]:
    """Import an application, and run it at each size."""
    app = load(folder)
    return [in_a_fork(run_once, app, folder, framework, n) for n in sizes]


def run_once(app: ModuleType, folder: Path, framework: str, n: int) -> dict[str, Any]:
    """Fill, listen, run."""
    statements = Statements(folder)
    HEAR[framework](statements)
    app.setup(n)
    statements.listening = True
    answer = app.run()
    statements.listening = False
    return {"n": n, "answer": answer, "statements": statements.sent}


def in_a_fork(function: Callable[..., Any], *args: object) -> Any:
    """What a function gives in a process of its own. Raises RuntimeError with the traceback of what it raised."""
    ours, theirs = FORK.Pipe(duplex=False)
    child = FORK.Process(target=tell, args=(theirs, function, *args))
    child.start()
    theirs.close()
    try:
        result, error = ours.recv()
    except EOFError:
        result, error = None, "it ended without an answer"
    child.join()
    if error:
        raise RuntimeError(error)
    return result


def tell(to: Connection, function: Callable[..., Any], *args: object) -> None:
    """Call a function and send what it gives, or how it failed."""
    try:
        to.send((function(*args), None))
    except BaseException:
        to.send((None, traceback.format_exc()))


def main() -> None:
    """Run what the command line names."""
    framework, sizes, *folders = sys.argv[1:]
    for module in IMPORTS[framework]:
        importlib.import_module(module)
    for folder in folders:
        try:
            runs = in_a_fork(run, Path(folder).resolve(), framework, [int(n) for n in sizes.split(",")])
            line = json.dumps({"folder": folder, "runs": runs})
        except RuntimeError as error:
            line = json.dumps({"folder": folder, "error": str(error)})
        print(line, flush=True)


if __name__ == "__main__":
    main()
