"""What is said of the machine, from folders that stand in for machines."""

from __future__ import annotations

import os
import platform
import re

import pytest

from greenprof.host import (
    container_of,
    cpu_name,
    describe_host,
    governor_of,
    is_virtualised,
    packages,
    smt_active,
    throttle_count,
    turbo_enabled,
)

CPUINFO = """processor\t: {n}
model name\t: Intel(R) Xeon(R) CPU   E5-2620 v3 @ 2.40GHz
physical id\t: {package}
flags\t\t: fpu vme {flag}

"""


@pytest.fixture
def machine(tmp_path):
    """Write the files of a machine: ``machine({"sys/…": "content"}, flag="hypervisor")``."""

    def build(files=None, flag="sse2", cpuinfo=True):
        files = dict(files or {})
        if cpuinfo:
            files["proc/cpuinfo"] = "".join(CPUINFO.format(n=n, package=n % 2, flag=flag) for n in range(4))
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        return tmp_path

    return build


CPU = "sys/devices/system/cpu"


def test_name_and_sockets(machine):
    root = machine()
    assert cpu_name(root) == "Intel(R) Xeon(R) CPU E5-2620 v3 @ 2.40GHz"
    assert packages(root) == 2


@pytest.mark.parametrize(
    ("flag", "product", "expected"),
    [
        ("hypervisor", None, True),
        ("sse2", None, False),
        ("sse2", "PowerEdge R740", False),
        ("sse2", "Standard PC (Q35 + ICH9, 2009)\nQEMU", True),
        ("sse2", "VMware7,1", True),
        ("sse2", "m5.metal", False),
    ],
)
def test_virtual_or_not(machine, flag, product, expected):
    files = {} if product is None else {"sys/class/dmi/id/product_name": product}
    assert is_virtualised(machine(files, flag)) is expected


def test_nothing_to_tell_is_unknown_and_not_false(tmp_path):
    assert is_virtualised(tmp_path) is None
    assert governor_of(tmp_path) is None
    assert turbo_enabled(tmp_path) is None
    assert smt_active(tmp_path) is None
    assert throttle_count(tmp_path) is None
    assert container_of(tmp_path) is None
    assert packages(tmp_path) == 1
    assert cpu_name(tmp_path) != ""


@pytest.mark.parametrize(
    ("governors", "expected"),
    [
        (["performance", "performance"], "performance"),
        (["powersave", "performance"], "mixed (performance, powersave)"),
        ([], None),
    ],
)
def test_governor(machine, governors, expected):
    files = {f"{CPU}/cpu{n}/cpufreq/scaling_governor": f"{governor}\n" for n, governor in enumerate(governors)}
    assert governor_of(machine(files)) == expected


@pytest.mark.parametrize(
    ("file", "content", "expected"),
    [
        ("intel_pstate/no_turbo", "0\n", True),
        ("intel_pstate/no_turbo", "1\n", False),
        ("cpufreq/boost", "1\n", True),
        ("cpufreq/boost", "0\n", False),
        ("cpufreq/boost", "what\n", None),
    ],
)
def test_turbo(machine, file, content, expected):
    assert turbo_enabled(machine({f"{CPU}/{file}": content})) is expected


def test_threads_and_heat(machine):
    throttle = f"{CPU}/cpu{{}}/thermal_throttle/core_throttle_count"
    root = machine({f"{CPU}/smt/active": "1\n", throttle.format(0): "3\n", throttle.format(1): "4\n"})
    assert smt_active(root) is True
    assert throttle_count(root) == 7


@pytest.mark.parametrize(
    ("file", "content", "expected"),
    [
        (".dockerenv", "", "docker"),
        ("run/.containerenv", "", "podman"),
        ("proc/self/cgroup", "0::/kubepods.slice/pod1\n", "kubepods"),
        ("proc/self/cgroup", "0::/user.slice\n", None),
    ],
)
def test_container(machine, file, content, expected):
    assert container_of(machine({file: content})) == expected


def test_the_fingerprint_changes_with_what_changes_joules_and_with_nothing_else(machine):
    governor = f"{CPU}/cpu0/cpufreq/scaling_governor"
    plain = describe_host(machine({governor: "powersave"})).fingerprint
    assert re.fullmatch("[0-9a-f]{12}", plain)
    assert describe_host(machine({"etc/hostname": "another"})).fingerprint == plain
    other_governor = describe_host(machine({governor: "performance"})).fingerprint
    turbo = describe_host(machine({f"{CPU}/cpufreq/boost": "1"})).fingerprint
    virtual = describe_host(machine(flag="hypervisor")).fingerprint
    assert len({plain, other_governor, turbo, virtual}) == 4


def test_this_host():
    host = describe_host()
    assert host == describe_host()
    assert host.cores == os.cpu_count()
    assert host.python == platform.python_version()
    assert host.os.startswith(platform.system())


def test_without_proc_and_sys(tmp_path):
    host = describe_host(tmp_path)
    assert host.virtualised is None
    assert host.governor is None
    assert host.fingerprint != describe_host().fingerprint
