# ruff: noqa: PTH100, PTH110, PTH119, PTH120, PTH123
"""Inside the profiled Python: have the Pythons that it starts count their statements too.

What greenprof puts into the environment, a Python takes out before the program sees it. Here it is put back for the
Pythons that `subprocess` and `multiprocessing` start: into what they are given, never into what this program sees. Any
other program is started with what it is natively, shells and Pythons that would not take it out again (`-I -E -S`) too.
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
_PYTHONS = ("python", "pypy")
_FIRST_LINE = 256


def hook(module: "ModuleType", folder: str) -> None:
    """Have what `subprocess` starts count into `folder`."""
    its: Any = module
    native = its._fork_exec

    def fork_exec(*arguments: "Any") -> "Any":
        try:
            if any(_takes_it_out(os.fsdecode(path), arguments[0]) for path in arguments[1]):
                entries = arguments[_ENVIRONMENT]
                told = _told(_inherited() if entries is None else entries, folder)
                arguments = (*arguments[:_ENVIRONMENT], told, *arguments[_ENVIRONMENT + 1 :])
        except Exception:  # the program comes first: what it starts is not counted then
            pass
        return native(*arguments)

    spawn = its.Popen.__dict__["_posix_spawn"]  # the usual way from 3.13 on

    def _posix_spawn(self: "Any", args: "Any", executable: "Any", env: "Any", *others: "Any") -> "Any":
        try:
            if _takes_it_out(os.fsdecode(executable), args):
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


def _takes_it_out(path: str, arguments: "Iterable[Any]") -> bool:
    """Whether there is a Python at `path`, or a script that one runs, which goes through its `sitecustomize`."""
    if not os.path.exists(path):
        return False
    if os.path.basename(os.path.realpath(path)).startswith(_PYTHONS):
        return not _is_isolated([os.fsdecode(one) for one in arguments][1:])
    with open(path, "rb") as file:
        first = file.read(_FIRST_LINE).partition(b"\n")[0]
    options = [one for one in os.fsdecode(first).split() if one.startswith("-")]
    return first.startswith(b"#!") and b"python" in first and not _is_isolated(options)


def _is_isolated(options: "list[str]") -> bool:
    """Whether a Python with these options ignores `PYTHONPATH` or what `site` imports: ``-I``, ``-E``, ``-S``."""
    rest = iter(options)
    for option in rest:
        if not option.startswith("-") or option == "-":
            return False
        for letter in "" if option.startswith("--") else option[1:]:
            if letter in "IES":
                return True
            if letter in "cm":
                return False
            if letter in "WX":
                if option.endswith(letter):
                    next(rest, None)
                break
    return False
