"""Relatives of a process that has handed over: the same interpreter, perhaps at another place in memory.

Offsets within CPython's structures belong to a build, and so does the place of its static data within
the file that holds it: the executable, or libpython. So whoever has the same file mapped (the same device and inode)
needs no hand-over of its own: only where that file begins in its memory (``/proc/PID/maps``, proc_pid_maps(5)).
Everything found so is tried on the live process, and refused if it does not fit.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from struct import Struct

from greenprof.sampler.layout import Layout, NotSampled
from greenprof.sampler.memory import Memory, UnreadableMemory

_TYPE_NAME = 24  # PyTypeObject.tp_name, after ob_refcnt, ob_type and ob_size
_CODE_TYPE = b"code\0"
_MOST_THREADS = 10_000
_START_OF_STACK = 25  # its place in /proc/PID/stat after the name; another program has another one
_LINKS, _IDS, _ADDRESS = Struct("<QQQ"), Struct("<QQ"), Struct("<Q")

FileId = tuple[bytes, bytes]  # device and inode, as /proc/PID/maps says them
Image = tuple[int, int, int]  # device and inode of the executable, and where the stack starts


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """A file that is mapped from its beginning, ``start`` to ``end`` with the memory that follows it directly (bss)."""

    file: FileId
    path: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Build:
    """An interpreter that has handed over, and the file that its static data lies in, which began at ``start``."""

    file: FileId
    start: int
    layout: Layout


def image_of(pid: int) -> Image | None:
    """What a process runs: it changes with every exec, and a fork has its parent's. None once it has ended.

    All zeros where that may not be known.
    """
    try:
        executable = os.stat(f"/proc/{pid}/exe")  # noqa: PTH116
        with open(f"/proc/{pid}/stat", "rb", buffering=0) as file:  # noqa: PTH123
            stat = file.read(1024)
    except PermissionError:
        return 0, 0, 0
    except OSError:
        return None
    return executable.st_dev, executable.st_ino, int(stat[stat.rfind(b")") + 2 :].split()[_START_OF_STACK])


def loaded_files(pid: int) -> Iterator[LoadedFile]:
    """The files that are mapped into a process, the executable usually first; none once it is gone."""
    file, path, start, end = (b"", b""), b"", 0, 0
    try:
        with open(f"/proc/{pid}/maps", "rb") as maps:  # noqa: PTH123
            for line in maps:
                addresses, _, offset, device, inode, *name = line.split(None, 5)
                low, _, high = addresses.partition(b"-")
                same = (device, inode) == file if inode != b"0" else not name and int(low, 16) == end
                if same and int(offset, 16) | (inode == b"0"):
                    end = int(high, 16)
                    continue
                if start:
                    yield LoadedFile(file, os.fsdecode(path), start, end)
                    start = end = 0
                if inode != b"0" and not int(offset, 16):
                    file, path, start, end = (
                        (device, inode),
                        name[0].rstrip() if name else b"",
                        int(low, 16),
                        int(high, 16),
                    )
    except OSError:
        return
    if start:
        yield LoadedFile(file, os.fsdecode(path), start, end)


def build_of(layout: Layout) -> Build:
    """What a process that has handed over tells of others with the same interpreter.

    Raises:
        NotSampled: if that cannot be said of them.
    """
    if layout.threads < 0:
        raise NotSampled("its interpreter does not show where it keeps its threads")
    for loaded in loaded_files(layout.pid):
        if all(loaded.start <= address < loaded.end for address in (layout.code_type, layout.interpreter)):
            return Build(loaded.file, loaded.start, layout)
    raise NotSampled("its interpreter does not lie in a file")


def kin_layout(layout: Layout, shift: int, pid: int) -> Layout | None:
    """The layout of `pid`, whose interpreter is that of `layout` and lies `shift` bytes further on.

    None if it cannot be seen there: it is still starting, or it is another program.

    Raises:
        NotSampled: if its memory may not be read.
    """
    memory = Memory(pid)
    code_type, interpreter = layout.code_type + shift, layout.interpreter + shift
    try:
        name = memory.read(_ADDRESS.unpack(memory.read(code_type + _TYPE_NAME, 8))[0], len(_CODE_TYPE))
        if name != _CODE_TYPE:
            return None
        thread = _thread(memory, layout, interpreter, pid)
    except UnreadableMemory:
        refusal = memory.refusal(code_type)
        if refusal and "not permitted" in refusal:
            raise NotSampled(refusal) from None
        return None
    if thread is None:
        return None
    address, thread_id, native_id = thread
    return replace(
        layout,
        pid=pid,
        native_id=native_id,
        thread_id=thread_id,
        cpu_ns=0,
        thread=address,
        code_type=code_type,
        interpreter=interpreter,
        cwd=_folder_of(pid),
        probe_code=0,
        probe_lines=(),
    )


def _thread(memory: Memory, layout: Layout, interpreter: int, pid: int) -> tuple[int, int, int] | None:
    """PyThreadState, thread id and native thread id of the main thread, or of the oldest that there is.

    None unless the list of threads is as it must be. The list of a fork is its parent's for a moment: no thread in it
    is one of the new process.
    """
    tasks = _tasks(pid)
    found = None
    newer, address = 0, _ADDRESS.unpack(memory.read(interpreter + layout.threads, 8))[0]
    for _ in range(_MOST_THREADS):
        if not address:
            break
        state = memory.read(address, layout.thread_ids + 16)
        previous, older, owner = _LINKS.unpack_from(state)
        if previous != newer or owner != interpreter:
            return None
        thread_id, native_id = _IDS.unpack_from(state, layout.thread_ids)
        if thread_id and native_id in tasks:
            found = address, thread_id, native_id
            if native_id == pid:
                break
        newer, address = address, older
    return found


def _tasks(pid: int) -> set[int]:
    try:
        return {int(name) for name in os.listdir(f"/proc/{pid}/task")}  # noqa: PTH208
    except OSError:
        return set()


def _folder_of(pid: int) -> str:
    try:
        return os.readlink(f"/proc/{pid}/cwd")  # noqa: PTH115
    except OSError:
        return "/"
