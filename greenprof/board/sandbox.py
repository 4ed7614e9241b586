"""The sandbox: a command gets namespaces of its own, a read-only system, a fresh scratch folder, and nothing else.

Two ways, with the same walls: bubblewrap where it is installed, else ``unshare`` and ``mount`` of util-linux. Both
start as an ordinary user (root becomes nobody first), in new user, process, network, mount, IPC and host-name
namespaces. The system's programs are there to read; the submission lies in ``/contest``, its input in ``/input``, both
read-only; ``/tmp`` is writable, in memory, of bounded size, and gone afterwards. There is no network but a loopback of
its own.

What is not here: Landlock, for which Python has no maintained library; nothing but ``/tmp`` is writable as it is.
Filters of system calls are in `seccomp`, where its library is installed.
"""

from __future__ import annotations

import math
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from greenprof.board.contained import Bounds, Outcome, run_contained
from greenprof.board.model import Limits
from greenprof.board.seccomp import filter_file
from greenprof.errors import GreenprofError

NOBODY = 65534
SCRATCH = "/tmp"
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32", "/libx32")
_ETC = ("/etc/alternatives", "/etc/ld.so.cache", "/etc/localtime", "/etc/java-17-openjdk", "/etc/java-21-openjdk")
_DEVICES = ("null", "zero", "full", "random", "urandom")
_AS_PID_1 = '"$@"; exit $?'  # the trusted process 1: the kernel ends all others with it, before the judge goes on
_INSIDE = Path(__file__).with_name("inside_unshare.sh")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A folder of the host that is seen at `inside`, read-only."""

    inside: str
    outside: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """A way to contain a command. `name` says which; `safe` is False for none at all."""

    name: str
    safe: bool = True

    def run(
        self,
        command: Sequence[str],
        limits: Limits,
        places: Sequence[Place] = (),
        *,
        folder: str = SCRATCH,
        writable: Sequence[str] = (),
        wall_s: float | None = None,
        output_bytes: int | None = None,
    ) -> Outcome:
        """Run `command` in `folder`, with `places` to read and `writable` folders in memory beside the scratch one.

        With `wall_s` and `output_bytes` other bounds than those of `limits` hold. Never raises for what the command
        does. Without a sandbox `places` are not put anywhere, so the paths in `command` have to be real ones.
        """
        wall_s = limits.wall_s if wall_s is None else wall_s
        cpu_s = max(limits.cpu_s, wall_s) if wall_s > limits.wall_s else limits.cpu_s
        bounds = Bounds(
            wall_s=wall_s,
            cpu_s=cpu_s,
            memory_bytes=limits.memory_bytes,
            output_bytes=limits.output_bytes if output_bytes is None else output_bytes,
        )
        limited = [*_prlimit(limits, cpu_s), *command]
        if not self.safe:
            return _unsafe(limited, places, folder, writable, bounds)
        make = {"bubblewrap": _bubblewrap, "unshare": _unshare}[self.name]
        seccomp = filter_file() if self.name == "bubblewrap" else None
        with tempfile.TemporaryDirectory(prefix="greenprof-sandbox-", dir=_ground()) as own:
            Path(own).chmod(0o755)
            try:
                dropped = _Dropped.prepare([*_system(), *_toolchain(), *places], Path(own))
                plan = _Plan(
                    places=dropped.places, folder=folder, writable=tuple(writable), limits=limits, own=Path(own),
                    seccomp=seccomp,
                )  # fmt: skip
                return run_contained(
                    [*dropped.before, *make(limited, plan)], bounds, pass_fds=() if seccomp is None else (seccomp,)
                )
            finally:
                if seccomp is not None:
                    os.close(seccomp)


def open_sandbox(name: str | None = None) -> Sandbox:
    """The sandbox `name`, or the first that works here; it is tried before it is trusted.

    Raises `GreenprofError` with the reason of each that does not work.
    """
    reasons = []
    for sandbox in (Sandbox(name="bubblewrap"), Sandbox(name="unshare")):
        if name in (None, sandbox.name):
            why = why_not(sandbox)
            if why is None:
                return sandbox
            reasons.append(f"{sandbox.name}: {why}")
    if not reasons:
        raise GreenprofError(f"unknown sandbox {name!r} (sandboxes: bubblewrap, unshare)", 2)
    raise GreenprofError(
        f"no sandbox works here ({'; '.join(reasons)}), and without one a submission could do anything to this "
        "machine; install bubblewrap (apt install bubblewrap), or judge in a virtual machine of its own with "
        "--unsafe-no-sandbox"
    )


def why_not(sandbox: Sandbox) -> str | None:
    """Why a sandbox does not work here, ``None`` if it does: it has to run a command, and to refuse one."""
    for program in {"bubblewrap": ("bwrap",), "unshare": ("unshare", "mount", "pivot_root")}[sandbox.name] + _OTHERS:
        if _which(program) is None:
            return f"the program {program} is not installed"
    with tempfile.NamedTemporaryFile(prefix="greenprof-outside-") as outside:
        said = sandbox.run(["sh", "-c", _PROOF, "sh", outside.name], Limits(wall_s=10))
    if said.exit_code == 0 and said.output == b"in\nheld\n":
        return None
    if said.exit_code == 0:
        return "a program in it can reach what is outside"
    lines = said.errors.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else said.killed or f"it ends with exit code {said.exit_code}"


UNSAFE = Sandbox(name="none", safe=False)


def _unsafe(
    command: Sequence[str], places: Sequence[Place], folder: str, writable: Sequence[str], bounds: Bounds
) -> Outcome:
    """Run a command as this user, in this machine as it is: where the operator said so. Only its bounds are kept."""
    with tempfile.TemporaryDirectory(prefix="greenprof-unsafe-") as own:
        real = {place.inside: str(place.outside) for place in places}
        for number, path in enumerate((SCRATCH, *writable)):
            real[path] = f"{own}/{number}"
            Path(real[path]).mkdir()
        environment = {**_environment(()), "HOME": real[SCRATCH], "TMPDIR": real[SCRATCH]}
        words = [f"{name}={value}" for name, value in environment.items()]
        script = 'cd "$1" && shift && exec "$@"'
        inside = [_real(word, real) for word in command]
        return run_contained(["sh", "-c", script, "sh", _real(folder, real), "env", "-i", *words, *inside], bounds)


def _real(word: str, real: Mapping[str, str]) -> str:
    for inside, outside in real.items():
        if word == inside or word.startswith(f"{inside}/"):
            return outside + word[len(inside) :]
    return word


# In a sandbox a file of outside is not there, the host has another name, and the system cannot be written to.
_PROOF = """
test ! -e "$1" && test "$(cat /proc/sys/kernel/hostname)" = contest && echo in
touch /usr/written 2>/dev/null || echo held
"""
_OTHERS = ("prlimit", "setpriv", "sh")


def _which(program: str) -> str | None:
    return shutil.which(program, path="/usr/bin:/bin:/usr/sbin:/sbin")


def _prlimit(limits: Limits, cpu_s: float) -> list[str]:
    """Limits of each process; those of the tree as a whole are watched from outside.

    ``--data`` and not ``--as``: runtimes reserve far more addresses than they ever use.
    """
    cpu = math.ceil(cpu_s)
    return [
        "prlimit", f"--cpu={cpu}:{cpu + 1}", f"--data={limits.memory_bytes}", f"--nproc={limits.processes}",
        f"--fsize={limits.disk_bytes}", f"--nofile={limits.files}", "--core=0", "--memlock=0", "--msgqueue=0", "--",
    ]  # fmt: skip


def _environment(places: Sequence[Place]) -> dict[str, str]:
    """Not what this process has: a submission learns nothing of it. `places` without a Python of ours is no sandbox."""
    ours = [f"{place.inside}/bin" for place in places or _toolchain() if place.inside == sys.base_prefix]
    path = ":".join([*ours, "/usr/local/bin", "/usr/bin", "/bin"])
    return {"PATH": path, "HOME": SCRATCH, "TMPDIR": SCRATCH, "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}


def _system() -> list[Place]:
    return [Place(inside=path, outside=Path(path)) for path in (*_SYSTEM, *_ETC) if Path(path).exists()]


def _toolchain() -> list[Place]:
    """The Python that greenprof runs on, where it is not one of the system's."""
    own = Path(sys.base_prefix)
    return [] if own.is_relative_to("/usr") else [Place(inside=str(own), outside=own)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What a sandbox is made of: see `Sandbox.run`. `own` is a folder of this one run, `seccomp` an open filter."""

    places: tuple[Place, ...]
    folder: str
    writable: tuple[str, ...]
    limits: Limits
    own: Path
    seccomp: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dropped:
    """What has to come before the sandbox so that it starts as an ordinary user, and where the places are then."""

    before: tuple[str, ...]
    places: tuple[Place, ...]

    @classmethod
    def prepare(cls, places: Sequence[Place], own: Path) -> _Dropped:
        """Root becomes nobody. What nobody could not reach is first mounted in `own`, seen by this command only."""
        if os.geteuid() != 0:
            return cls(before=(), places=tuple(places))
        drop = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs", "--")
        moved, mounts = [], []
        for number, place in enumerate(places):
            if _reachable(place.outside):
                moved.append(place)
                continue
            seen = own / f"place-{number}"
            if place.outside.is_dir():
                seen.mkdir()
            else:
                seen.touch()
            mounts += [str(place.outside), str(seen)]
            moved.append(Place(inside=place.inside, outside=seen))
        if not mounts:
            return cls(before=drop, places=tuple(moved))
        script = 'while [ "$1" != -- ]; do mount --bind "$1" "$2" || exit 125; shift 2; done; shift; exec "$@"'
        private = ("unshare", "--mount", "--propagation", "private", "--", "sh", "-c", script, "sh", *mounts, "--")
        return cls(before=(*private, *drop), places=tuple(moved))


def _ground() -> str | None:
    """Where folders of a sandbox can be: the usual place, unless root becomes nobody and nobody cannot get there."""
    if os.geteuid() != 0 or _reachable(Path(tempfile.gettempdir())):
        return None
    return next((path for path in ("/tmp", "/var/tmp") if _reachable(Path(path))), None)


def _reachable(path: Path) -> bool:
    """Whether every user may go there and read."""
    with suppress(OSError):
        folders = all(parent.stat().st_mode & stat.S_IXOTH for parent in path.resolve().parents)
        return folders and bool(path.stat().st_mode & stat.S_IROTH)
    return False


def _bubblewrap(command: Sequence[str], plan: _Plan) -> list[str]:
    words = [
        "bwrap", "--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts",
        "--unshare-cgroup-try", "--disable-userns", "--uid", "1000", "--gid", "1000", "--hostname", "contest",
        "--die-with-parent", "--new-session", "--as-pid-1", "--cap-drop", "ALL", "--clearenv",
    ]  # fmt: skip
    for name, value in _environment(plan.places).items():
        words += ["--setenv", name, value]
    for place in plan.places:
        link = _link(place)
        words += ["--symlink", link, place.inside] if link else ["--ro-bind", str(place.outside), place.inside]
    words += ["--proc", "/proc", "--dev", "/dev"]
    for path in (SCRATCH, "/dev/shm", *plan.writable):
        words += ["--size", str(plan.limits.disk_bytes), "--perms", "0700", "--tmpfs", path]
    words += ["--remount-ro", "/dev", "--remount-ro", "/"]
    if plan.seccomp is not None:
        words += ["--seccomp", str(plan.seccomp)]
    return [*words, "--chdir", plan.folder, "--", "sh", "-c", _AS_PID_1, "sh", *command]


def _unshare(command: Sequence[str], plan: _Plan) -> list[str]:
    root = plan.own / "root"
    root.mkdir(mode=0o755)
    words = [
        "unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child", "--net", "--ipc", "--uts",
        "--cgroup", "sh", "-c", _INSIDE.read_text(encoding="utf-8"), "sh", str(root), plan.folder,
    ]  # fmt: skip
    for place in plan.places:
        link = _link(place)
        kind = "link" if link else "folder" if place.outside.is_dir() else "file"
        words += [kind, link or str(place.outside), place.inside]
    for device in _DEVICES:
        words += ["device", f"/dev/{device}", f"/dev/{device}"]
    for path in (SCRATCH, "/dev/shm", *plan.writable):
        words += ["memory", str(plan.limits.disk_bytes), path]
    environment = [f"{name}={value}" for name, value in _environment(plan.places).items()]
    return [*words, "run", "env", "-i", *environment, *command]


def _link(place: Place) -> str | None:
    """Where a system folder such as /bin points to, if it is a link."""
    path = Path(place.inside)
    return str(path.readlink()) if place.outside == path and path.is_symlink() else None


def put_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files, whose paths `archive` has checked, for every user of the sandbox to read."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        for parent in path.relative_to(folder).parents:
            (folder / parent).chmod(0o755)
        path.write_bytes(content)
        path.chmod(0o755)
