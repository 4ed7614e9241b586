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
    """How often a processor slowed down for heat since the system was started; ``None`` if unknown."""
    pattern = "cpu[0-9]*/thermal_throttle/*_throttle_count"
    counts = [_text(path) for path in (root / _CPUS).glob(pattern)]
    numbers = [int(count) for count in counts if count.isdigit()]
    return sum(numbers) if numbers else None


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
