# ruff: noqa: PTH100, PTH110, PTH119, PTH120, PTH123
"""Inside the profiled Python: have the Pythons that it starts count their statements too.

What greenprof puts into the environment, a Python takes out before the program sees it. Here it is put back for those
whom `subprocess` and `multiprocessing` start and that are Python, or a shell that may start one: into what they are
given, never into what this program sees. Any other program is started with what it is natively.
"""

import os
import sys

TYPE_CHECKING = False  # typing would be imported
if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType
    from typing import Any

_TARGET = os.path.dirname(os.path.abspath(__file__))
_ENVIRONMENT = 5  # its place among what `fork_exec` is given
_LEADS_TO_PYTHON = ("python", "pypy", "sh", "bash", "dash", "zsh")
_FIRST_LINE = 256


def hook(module: "ModuleType", folder: str) -> None:
    """Have what `subprocess` starts count into `folder`."""
    its: Any = module
    native = its._fork_exec

    def fork_exec(*arguments: "Any") -> "Any":
        try:
            if any(_leads_to_python(os.fsdecode(path)) for path in arguments[1]):
                entries = arguments[_ENVIRONMENT]
                told = _told(_inherited() if entries is None else entries, folder)
                arguments = (*arguments[:_ENVIRONMENT], told, *arguments[_ENVIRONMENT + 1 :])
        except Exception:  # the program comes first: what it starts is not counted then
            pass
        return native(*arguments)

    spawn = its.Popen.__dict__["_posix_spawn"]  # the usual way from 3.13 on

    def _posix_spawn(self: "Any", args: "Any", executable: "Any", env: "Any", *others: "Any") -> "Any":
        try:
            if _leads_to_python(os.fsdecode(executable)):
                given = _inherited() if env is None else [_entry(*pair) for pair in env.items()]
                env = dict(entry.split(b"=", 1) for entry in _told(given, folder))
        except Exception:
            pass
        try:
            return spawn(self, args, executable, env, *others)
        except BaseException as error:  # what it raises does not come from here
            error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next
            raise

    for mine, native_one in ((fork_exec, native), (_posix_spawn, spawn)):
        for word in ("__module__", "__name__", "__qualname__", "__doc__"):
            setattr(mine, word, getattr(native_one, word, None))
    its.Popen._posix_spawn = _posix_spawn
    its._fork_exec = sys.modules["_posixsubprocess"].fork_exec = fork_exec  # type: ignore[attr-defined]


def _inherited() -> list[bytes]:
    return [_entry(*pair) for pair in os.environb.items()]


def _entry(name: "Any", value: "Any") -> bytes:
    return os.fsencode(name) + b"=" + os.fsencode(value)


def _told(entries: "Iterable[bytes]", folder: str) -> list[bytes]:
    """The entries of an environment with what `sitecustomize` looks for."""
    told, path = [], None
    for entry in entries:
        if entry.startswith(b"PYTHONPATH="):
            path = entry.partition(b"=")[2]
        else:
            told.append(entry)
    target = os.fsencode(_TARGET)
    told.append(b"PYTHONPATH=" + (target + os.pathsep.encode() + path if path else target))
    if path == b"":
        told.append(b"GREENPROF_PYTHONPATH_WAS_EMPTY=1")
    told.append(b"GREENPROF_QUERIES=" + os.fsencode(folder))
    return told


def _leads_to_python(path: str) -> bool:
    """Whether there is a Python at `path`, a script that one runs, or a shell."""
    if not os.path.exists(path):
        return False
    if os.path.basename(os.path.realpath(path)).startswith(_LEADS_TO_PYTHON):
        return True
    with open(path, "rb") as file:
        first = file.read(_FIRST_LINE).partition(b"\n")[0]
    return first.startswith(b"#!") and b"python" in first
