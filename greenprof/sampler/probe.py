"""Asking an interpreter for its layout: the executable of a running Python is started once more, for 30 ms.

For Pythons that did not hand over because they were started in isolation (``-I``, ``-E``, ``-S``), in a
clean environment, or before greenprof. Only what is named like CPython is started, and only a file that belongs to
root or to the user who runs greenprof.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from greenprof.sampler.kin import Build, build_of, kin_layout, loaded_files
from greenprof.sampler.layout import Layout, NotSampled, read_layout
from greenprof.sampler.memory import Memory

TARGET = str(Path(__file__).resolve().parent.parent / "target")  # what starts inside a Python
_TOO_OLD = 11
# Reads a byte before it ends, so that its memory can be looked at. Valid in every Python.
_PROGRAM = f"""
import sys
if sys.version_info < (3, 11): sys.exit({_TOO_OLD})
sys.path[:0] = [sys.argv[1]]
import greenprof_handover
greenprof_handover.hand_over(sys.argv[2])
sys.stdin.read(1)
"""
_PATIENCE_S = 5.0
_CPYTHON = re.compile(r"python(?:(\d)(?:\.(\d+))?)?[a-z]*(?:-dbg|-debug)?$")
_OTHER = re.compile(r"(pypy|graalpy|jython|ironpython|micropython)", re.IGNORECASE)
_LIBRARY = re.compile(r"libpython(\d)\.(\d+)")


def is_cpython(executable: str, libraries: Sequence[str] = ()) -> bool:
    """Whether a process with this executable and these mapped files is a Python that could be sampled.

    Raises:
        NotSampled: if it is a Python, and of a kind that cannot.
    """
    name = _name_of(executable)
    if other := _OTHER.match(name):
        raise NotSampled(f"it is {other[1]}, not CPython")
    named = _CPYTHON.match(name)
    library = next((found for path in libraries if (found := _LIBRARY.match(os.path.basename(path)))), None)  # noqa: PTH119
    version = (library or named or ("", None, None))[1], (library or named or ("", None, None))[2]
    old = version[0] is not None and (int(version[0]), int(version[1] or 99)) < (3, 11)
    if named and old:
        raise NotSampled(f"it is Python {'.'.join(filter(None, version))}, and sampling needs 3.11 or newer")
    return bool(named or library) and not old


class Probe:
    """One question to one executable, that of process `pid`.

    Raises:
        NotSampled: if it is not to be started.
    """

    def __init__(self, pid: int, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)
        path = _executable_of(pid)
        environment = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
        environment.update(_library_path_of(pid))
        try:
            self._process = subprocess.Popen(
                [path, "-I", "-S", "-c", _PROGRAM, TARGET, str(folder)],
                executable=f"/proc/{pid}/exe",
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            raise NotSampled(f"its interpreter cannot be started to ask it ({error.strerror})") from None
        self.pid = self._process.pid
        self.cpu_s = 0.0
        self._deadline_s = time.monotonic() + _PATIENCE_S

    def answer(self) -> Build | None:
        """What it says; None while it has not answered.

        Raises:
            NotSampled: if it says that it cannot be sampled, or nothing.
        """
        path = self._folder / f"{self.pid}.json"
        self._reap(os.WNOHANG)
        if path.exists():
            try:
                return build_of(read_layout(path))
            finally:
                self.close()
        code = self._process.returncode
        if code is not None or time.monotonic() > self._deadline_s:
            self.close()
            old = "it is older than Python 3.11" if code == _TOO_OLD else "its interpreter did not answer"
            raise NotSampled(old)
        return None

    def close(self) -> None:
        """End it."""
        if self._process.stdin:
            self._process.stdin.close()
        if self._process.returncode is None:
            self._process.kill()
            self._reap(0)

    def _reap(self, options: int) -> None:
        """Wait for it as ``wait4`` does, and note what it used."""
        if self._process.returncode is None:
            ended, status, usage = os.wait4(self.pid, options)
            if ended:
                self._process.returncode = os.waitstatus_to_exitcode(status)
                self.cpu_s = usage.ru_utime + usage.ru_stime


def layout_of_running(pid: int, folder: Path) -> Layout:
    """The layout of a Python that runs already. Its executable is asked, which takes about 50 ms.

    `folder` is made if need be, for the answer.

    Raises:
        NotSampled: if it is not one that can be sampled; the message says why.
    """
    files = list(loaded_files(pid))
    if not files:
        raise NotSampled("it had ended" if not os.path.exists(f"/proc/{pid}") else "its memory may not be read")  # noqa: PTH110
    if not is_cpython(files[0].path, [loaded.path for loaded in files]):
        raise NotSampled(f"it runs {_name_of(files[0].path)}, which is not Python")
    refusal = Memory(pid).refusal(files[0].start)
    if refusal:
        raise NotSampled(refusal)
    probe = Probe(pid, folder)
    while (build := probe.answer()) is None:
        time.sleep(0.002)
    for loaded in files:
        if loaded.file == build.file:
            layout = kin_layout(build.layout, loaded.start - build.start, pid)
            if layout is not None:
                return layout
    raise NotSampled("its interpreter was not found in its memory")


def _executable_of(pid: int) -> str:
    """The path of its executable, if that may be started.

    Raises:
        NotSampled: if not.
    """
    try:
        path = os.readlink(f"/proc/{pid}/exe")  # noqa: PTH115
        owner = os.stat(f"/proc/{pid}/exe").st_uid  # noqa: PTH116
        status = Path(f"/proc/{pid}/status").read_bytes()
    except OSError:
        raise NotSampled("it had ended") from None
    if not _CPYTHON.match(_name_of(path)):
        raise NotSampled(f"Python runs inside {_name_of(path)}, which cannot be asked")
    user = int(status.partition(b"\nUid:")[2].split(None, 1)[0])
    if os.geteuid() not in (user, owner) and owner != 0:
        raise NotSampled("its executable belongs to another user")
    return path


def _name_of(path: str) -> str:
    return os.path.basename(path).removesuffix(" (deleted)")  # noqa: PTH119


def _library_path_of(pid: int) -> dict[str, str]:
    """Where its dynamic linker was told to look for libpython."""
    try:
        variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return {}
    name = "LD_LIBRARY_PATH"
    found = [
        os.fsdecode(variable).partition("=")[2] for variable in variables if variable.startswith(b"LD_LIBRARY_PATH=")
    ]
    return {name: found[0]} if found else {}
