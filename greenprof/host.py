"""The machine that runs: what it is, and what decides whether its joules compare with another run's.

Everything is read below `root`, so that a folder can stand in for a machine; whatever is not there
(macOS, Windows, a container) is unknown, never guessed.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
from functools import cache
from pathlib import Path

from greenprof.model import Host

ROOT = Path("/")
_CPUS = Path("sys", "devices", "system", "cpu")
# Cores whose capacity or top frequency differs by more than this factor are of different kinds.
_UNLIKE = 1.25

# What hypervisors write as the maker or the product of the machine (/sys/class/dmi/id).
_VIRTUAL_PRODUCTS = re.compile(
    r"qemu|kvm|bochs|vmware|virtualbox|innotek|xen|parallels|bhyve|virtual machine|openstack|google compute engine"
    r"|cloud hypervisor|firecracker|apple virtualization",
    re.IGNORECASE,
)


def describe_host(root: Path = ROOT) -> Host:
    """This machine, as far as it can be known without any privilege."""
    cpu, cores = cpu_name(root), os.cpu_count() or 1
    virtualised, governor = is_virtualised(root), governor_of(root)
    return Host(
        cpu=cpu,
        cores=cores,
        os=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
        virtualised=virtualised,
        governor=governor,
        fingerprint=_fingerprint(cpu, cores, governor, turbo_enabled(root), virtualised),
    )


def hardware_key(root: Path = ROOT) -> str:
    """What tells this machine's hardware from another's, and stays when it is set otherwise or updated.

    Unlike the fingerprint it knows nothing of governor, turbo and Python: those change from run to run.
    """
    product = [_text(root / "sys/class/dmi/id" / name) for name in ("sys_vendor", "product_name", "board_name")]
    return _fingerprint(cpu_name(root), os.cpu_count() or 1, packages(root), is_virtualised(root), product)


def cpu_name(root: Path = ROOT) -> str:
    """The processor's name as the system gives it, ``unknown`` if it gives none."""
    fields = _cpuinfo(root)
    for key in ("model name", "Model", "Hardware", "cpu model"):
        if fields.get(key):
            return " ".join(fields[key].split())
    return _brand_on_macos() or platform.processor() or platform.machine() or "unknown"


def packages(root: Path = ROOT) -> int:
    """How many processor packages (sockets) there are, 1 if the system does not tell."""
    return max(1, len(set(re.findall(r"^physical id\s*:\s*(\d+)", _text(root / "proc/cpuinfo"), re.MULTILINE))))


def is_virtualised(root: Path = ROOT) -> bool | None:
    """Whether a hypervisor runs this machine; ``None`` if nothing says either way."""
    flags = _cpuinfo(root).get("flags")
    product = " ".join(
        _text(root / "sys/class/dmi/id" / name) for name in ("sys_vendor", "product_name", "bios_vendor")
    )
    if (flags is not None and "hypervisor" in flags.split()) or _VIRTUAL_PRODUCTS.search(product):
        return True
    return None if flags is None else False


def container_of(root: Path = ROOT) -> str | None:
    """The kind of container that this process runs in, ``None`` if no sign of one is seen."""
    if (root / ".dockerenv").exists():
        return "docker"
    if (root / "run/.containerenv").exists():
        return "podman"
    match = re.search(r"docker|kubepods|containerd|lxc", _text(root / "proc/self/cgroup"))
    return match[0] if match else None


def governor_of(root: Path = ROOT) -> str | None:
    """The frequency governor of the processors, ``mixed (…)`` if they differ, ``None`` if there is none to see."""
    found = {_text(path) for path in (root / _CPUS).glob("cpu[0-9]*/cpufreq/scaling_governor")} - {""}
    if len(found) > 1:
        return f"mixed ({', '.join(sorted(found))})"
    return found.pop() if found else None


def turbo_enabled(root: Path = ROOT) -> bool | None:
    """Whether the processor may run above its base frequency; ``None`` if the system does not tell."""
    no_turbo = _text(root / _CPUS / "intel_pstate/no_turbo")
    if no_turbo in ("0", "1"):
        return no_turbo == "0"
    boost = _text(root / _CPUS / "cpufreq/boost")
    return boost == "1" if boost in ("0", "1") else None


def smt_active(root: Path = ROOT) -> bool | None:
    """Whether two or more threads share a core; ``None`` if the system does not tell."""
    active = _text(root / _CPUS / "smt/active")
    return active == "1" if active in ("0", "1") else None


def throttle_count(root: Path = ROOT) -> int | None:
    """How often a core or a package slowed down for heat since the system was started; ``None`` if unknown.

    Every CPU shows the counts of its core and of its package, so each is taken once.
    """
    counts: dict[tuple[str, ...], int] = {}
    for folder in (root / _CPUS).glob("cpu[0-9]*/thermal_throttle"):
        topology = folder.parent / "topology"
        package = _text(topology / "physical_package_id") or folder.parent.name
        core = _text(topology / "core_id") or folder.parent.name
        for place, name in ((("core", package, core), "core"), (("package", package), "package")):
            count = _text(folder / f"{name}_throttle_count")
            if count.isdigit():
                counts[place] = max(int(count), counts.get(place, 0))
    return sum(counts.values()) if counts else None


def hybrid_cores(root: Path = ROOT) -> str | None:
    """How the cores of a hybrid processor differ; ``None`` if no sign of that is seen.

    Intel's have a PMU for each kind (``/sys/devices/cpu_core``, ``cpu_atom``, ``cpu_lowpower``), Arm's CPUs a
    ``cpu_capacity``, others at least unlike top frequencies; the favoured cores of other processors differ by less.
    """
    kinds = {name: _text(root / "sys/devices" / name / "cpus") for name in ("cpu_core", "cpu_atom", "cpu_lowpower")}
    named = [f"{name} {cpus}" for name, cpus in kinds.items() if cpus]
    if len(named) > 1:
        return ", ".join(named)
    for file, what in (("cpu_capacity", "capacity"), ("cpufreq/cpuinfo_max_freq", "top frequency")):
        texts = (_text(folder / file) for folder in (root / _CPUS).glob("cpu[0-9]*"))
        values = [int(text) for text in texts if text.isdigit() and int(text) > 0]
        if values and max(values) > _UNLIKE * min(values):
            unit = " MHz" if what == "top frequency" else ""
            low, high = (value // 1000 if unit else value for value in (min(values), max(values)))
            return f"{what} {low} to {high}{unit}"
    return None


def cpu_limit(root: Path = ROOT) -> float | None:
    """How many CPUs' time this process may use by its control group and those above it; ``None`` if all of it.

    Version 2 writes ``cpu.max`` (quota and period, or ``max``), version 1 ``cpu.cfs_quota_us`` and
    ``cpu.cfs_period_us`` (Linux kernel, Documentation/admin-guide/cgroup-v2.rst and scheduler/sched-bwc.rst).
    """
    limits = [limit for folder in _cpu_groups(root) if (limit := _quota(folder)) is not None]
    return min(limits) if limits else None


def stolen_share(root: Path = ROOT) -> float | None:
    """The part of the CPU time since the start that the hypervisor gave to others; ``None`` if nobody tells."""
    fields = _text(root / "proc/stat").partition("\n")[0].split()
    if len(fields) < 9 or fields[0] != "cpu" or not all(field.isdigit() for field in fields[1:9]):
        return None
    # user nice system idle iowait irq softirq steal; what follows is within user and nice already.
    times = [int(field) for field in fields[1:9]]
    return times[7] / sum(times) if sum(times) else None


def _cpu_groups(root: Path) -> list[Path]:
    """The folders of this process's control group for CPU time and of every group above, in both versions.

    A container may show a path that exists outside of it only; then its mount is the group itself.
    """
    mounts = root / "sys/fs/cgroup"
    found = []
    for line in _text(root / "proc/self/cgroup").splitlines():
        _, controllers, path = (*line.split(":", 2), "", "")[:3]
        if controllers == "":
            tops = [mounts, mounts / "unified"]
        elif "cpu" in controllers.split(","):
            tops = [mounts / controllers, mounts / "cpu"]
        else:
            continue
        parts = [part for part in path.split("/") if part not in ("", "..")]
        found += [top.joinpath(*parts[:depth]) for top in tops for depth in range(len(parts), -1, -1)]
    return found


def _quota(folder: Path) -> float | None:
    quota, _, period = _text(folder / "cpu.max").partition(" ")
    if not quota:
        quota, period = _text(folder / "cpu.cfs_quota_us"), _text(folder / "cpu.cfs_period_us")
    # "max" and -1 mean no limit.
    return int(quota) / int(period) if quota.isdigit() and period.isdigit() and int(period) > 0 else None


def _fingerprint(*facts: object) -> str:
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:12]


def _cpuinfo(root: Path) -> dict[str, str]:
    """The fields of the first processor in /proc/cpuinfo, and those which stand for all."""
    fields: dict[str, str] = {}
    for line in _text(root / "proc/cpuinfo").splitlines():
        key, colon, value = line.partition(":")
        if colon:
            fields.setdefault(key.strip(), value.strip())
    return fields


@cache
def _brand_on_macos() -> str | None:
    if platform.system() != "Darwin":
        return None
    import subprocess

    try:
        command = ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"]
        return subprocess.run(command, capture_output=True, text=True, timeout=5, check=True).stdout.strip() or None
    except (OSError, subprocess.SubprocessError):
        return None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
