"""A private view of the machine in which /sys/class shows a simulated powercap tree, and nothing reaches the network.

Only processes started through `command` see it: it is a mount namespace and a network namespace of
their own. Needs root, and ``unshare``, ``mount`` and ``setpriv`` (util-linux).
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterable
from pathlib import Path

from layouts import Layout
from simulated_powercap import PowercapTree

NOBODY = 65534
PROGRAMS = ("unshare", "mount", "setpriv")

_CLASS = Path("/sys/class")
_POWERCAP_DEVICES = Path("/sys/devices/virtual/powercap")
_CPUS = Path("/sys/devices/system/cpu")


def missing() -> str | None:
    """What this machine lacks for a sandbox, in one line; ``None`` if it lacks nothing."""
    if os.geteuid() != 0:
        return "needs root, to show the tools a simulated powercap tree under /sys/class in a private mount namespace"
    absent = [program for program in PROGRAMS if shutil.which(program) is None]
    if absent:
        return f"needs {', '.join(absent)} (package util-linux)"
    if os.system("unshare --mount --net true 2>/dev/null"):
        return "is not allowed to make a mount namespace here (a container without CAP_SYS_ADMIN?)"
    return None


def prepare(folder: Path, layout: Layout) -> PowercapTree:
    """Build a copy of /sys/class with the simulated tree in it, the machine's topology, and a home, under `folder`."""
    folder.chmod(0o755)
    shown = folder / "class"
    for entry in _CLASS.iterdir():
        (shown / entry.name).mkdir(parents=True)
        # Links only. To read some of the files here is to change the machine: zram-control/hot_add makes a device.
        for link in entry.iterdir():
            if link.is_symlink():
                (shown / entry.name / link.name).symlink_to(link.readlink())
    shutil.rmtree(shown / "powercap", ignore_errors=True)
    tree = PowercapTree(folder / "powercap", layout.zones)
    for link in list((folder / "powercap-devices").rglob("subsystem")):
        link.unlink()
        link.symlink_to(_CLASS / "powercap")
    (folder / "powercap").rename(shown / "powercap")
    tree.root = shown / "powercap"
    for path in tree.folders.values():
        (path / "energy_uj").chmod(0o400)
    home = folder / "home"
    home.mkdir()
    if layout.denied:
        os.chown(home, NOBODY, NOBODY)
    return tree


def command(folder: Path, layout: Layout, words: list[str], readable: Iterable[Path]) -> list[str]:
    """The command line that runs `words` in the sandbox under `folder`, at home there.

    `readable` are the folders that `words` needs; another user may have to be let through to them.
    """
    steps = ["set -e", _bind(folder / "class", _CLASS)]
    if _POWERCAP_DEVICES.exists():
        steps.append(_bind(folder / "powercap-devices", _POWERCAP_DEVICES))
    steps += _topology(folder, layout)
    start = ""
    if layout.denied:
        steps += _let_through(folder, readable)
        start = f"setpriv --reuid {NOBODY} --regid {NOBODY} --clear-groups --inh-caps=-all "
    steps += [f"cd {shlex.quote(str(folder / 'home'))}", f"exec {start}{shlex.join(words)}"]
    return ["unshare", "--mount", "--net", "--propagation", "private", "sh", "-c", "\n".join(steps)]


def _bind(shown: Path, at: Path) -> str:
    return f"mount --bind {shlex.quote(str(shown))} {shlex.quote(str(at))}"


def _topology(folder: Path, layout: Layout) -> list[str]:
    """Spread the processors over the layout's sockets and dies, because tools ask how many there are."""
    cpus = sorted(_CPUS.glob("cpu[0-9]*"), key=lambda path: int(path.name[3:]))
    steps = []
    for name, parts in (("physical_package_id", layout.sockets), ("die_id", layout.dies)):
        for place, cpu in enumerate(cpus):
            real = cpu / "topology" / name
            if real.exists():
                shown = folder / f"{cpu.name}-{name}"
                shown.write_text(f"{place * parts // len(cpus)}\n")
                steps.append(_bind(shown, real))
    return steps


def _let_through(folder: Path, readable: Iterable[Path]) -> list[str]:
    """Show what lies behind a folder that is closed to other users (such as /root) in an open one in its place."""
    behind: dict[Path, list[Path]] = {}
    for path in readable:
        closed = [parent for parent in reversed(path.parents) if not parent.stat().st_mode & 0o001]
        if closed:
            behind.setdefault(closed[0], []).append(path)
    steps = []
    for closed, paths in behind.items():
        for number, path in enumerate(paths):
            aside = folder / f"aside-{number}-{closed.name}"
            aside.mkdir()
            steps.append(_bind(path, aside))
        steps.append(f"mount -t tmpfs -o mode=755 none {shlex.quote(str(closed))}")
        for number, path in enumerate(paths):
            steps.append(f"mkdir -p {shlex.quote(str(path))}")
            steps.append(_bind(folder / f"aside-{number}-{closed.name}", path))
    return steps
