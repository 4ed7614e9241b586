"""What is mounted where: whether reads are noted there, and what is no data (``/proc/self/mountinfo``, proc(5))."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

# What the kernel makes up: there is nothing to free in it, and reading some of it does something.
PSEUDO = frozenset(
    ("autofs", "bdev", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "cpuset", "debugfs", "devpts", "efivarfs",
     "fusectl", "mqueue", "nsfs", "pipefs", "proc", "pstore", "rpc_pipefs", "securityfs", "selinuxfs", "sockfs",
     "sysfs", "tracefs"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """One mounted file system. ``atime``: ``"kept"``, ``"daily"`` (relatime), ``"not kept"``, or None if not known."""

    at: str
    type: str
    atime: str | None

    @property
    def is_pseudo(self) -> bool:
        """Whether its files are made up by the kernel."""
        return self.type in PSEUDO


UNKNOWN = Mount(at="", type="", atime=None)


def mounts(table: Path = Path("/proc/self/mountinfo")) -> tuple[Mount, ...]:
    """All that is mounted; nothing where the system does not say."""
    try:
        text = table.read_bytes()
    except OSError:
        return ()
    return tuple(mount for line in text.splitlines() if (mount := _mount(os.fsdecode(line))) is not None)


def mount_of(path: str, known: tuple[Mount, ...]) -> Mount:
    """The file system that a path without links lies on: that of the longest mount point, the last of several."""
    found = UNKNOWN
    for mount in known:
        inside = path == mount.at or path.startswith(mount.at.rstrip("/") + "/")
        if inside and len(mount.at) >= len(found.at):
            found = mount
    return found


def _mount(line: str) -> Mount | None:
    left, dash, right = line.partition(" - ")
    words, kind = left.split(" "), right.split(" ")
    if not dash or len(words) < 6 or len(kind) < 3:
        return None
    options = {*words[5].split(","), *kind[2].split(",")}
    atime = "not kept" if options & {"noatime", "ro"} else "daily" if "relatime" in options else "kept"
    return Mount(at=re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), words[4]), type=kind[0], atime=atime)
