"""What is said of the machine, from folders that stand in for machines."""

from __future__ import annotations

import os
import platform
import re

import pytest

from greenprof.host import (
    container_of,
    cpu_limit,
    cpu_name,
    describe_host,
    governor_of,
    hardware_key,
    hybrid_cores,
    is_virtualised,
    packages,
    smt_active,
    stolen_share,
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
    assert cpu_limit(tmp_path) is None
    assert hybrid_cores(tmp_path) is None
    assert stolen_share(tmp_path) is None
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


def test_each_core_and_each_package_is_counted_once(machine):
    files = {}
    for n, (package, core) in enumerate([(0, 0), (0, 1), (0, 0), (0, 1), (1, 0), (1, 0)]):
        folder = f"{CPU}/cpu{n}"
        files[f"{folder}/topology/physical_package_id"] = f"{package}\n"
        files[f"{folder}/topology/core_id"] = f"{core}\n"
        files[f"{folder}/thermal_throttle/core_throttle_count"] = f"{1 + core}\n"
        files[f"{folder}/thermal_throttle/package_throttle_count"] = "10\n"
    assert throttle_count(machine(files)) == (1 + 2 + 10) + (1 + 10)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "50000 100000\n"}, 0.5),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "max 100000\n"}, None),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "what\n"}, None),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "1 0\n"}, None),
        # The tightest of a group and those above it counts.
        (
            {
                "proc/self/cgroup": "0::/a.slice/b.scope\n",
                "sys/fs/cgroup/a.slice/cpu.max": "100000 100000",
                "sys/fs/cgroup/a.slice/b.scope/cpu.max": "400000 100000",
            },
            1.0,
        ),
        # A container may show its path as seen from outside.
        ({"proc/self/cgroup": "0::/../../docker/abc\n", "sys/fs/cgroup/cpu.max": "200000 100000"}, 2.0),
        (
            {
                "proc/self/cgroup": "4:memory:/x\n3:cpu,cpuacct:/docker/abc\n0::/\n",
                "sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_quota_us": "150000\n",
                "sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_period_us": "100000\n",
            },
            1.5,
        ),
        (
            {
                "proc/self/cgroup": "3:cpu,cpuacct:/docker/abc\n",
                "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
                "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            },
            None,
        ),
        ({"proc/self/cgroup": "nonsense\n:::\n", "sys/fs/cgroup/memory/cpu.max": "1 100"}, None),
    ],
)
def test_cpu_limit(machine, files, expected):
    assert cpu_limit(machine(files)) == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"sys/devices/cpu_core/cpus": "0-7\n", "sys/devices/cpu_atom/cpus": "8-15\n"}, "cpu_core 0-7, cpu_atom 8-15"),
        ({"sys/devices/cpu_core/cpus": "0-7\n"}, None),
        ({f"{CPU}/cpu0/cpu_capacity": "446\n", f"{CPU}/cpu1/cpu_capacity": "1024\n"}, "capacity 446 to 1024"),
        ({f"{CPU}/cpu0/cpu_capacity": "1024\n", f"{CPU}/cpu1/cpu_capacity": "1024\n"}, None),
        (
            {
                f"{CPU}/cpu0/cpufreq/cpuinfo_max_freq": "5100000\n",
                f"{CPU}/cpu1/cpufreq/cpuinfo_max_freq": "3800000\n",
            },
            "top frequency 3800 to 5100 MHz",
        ),
        # The favoured cores of a processor with one kind of cores.
        (
            {
                f"{CPU}/cpu0/cpufreq/cpuinfo_max_freq": "5100000\n",
                f"{CPU}/cpu1/cpufreq/cpuinfo_max_freq": "4900000\n",
            },
            None,
        ),
    ],
)
def test_hybrid_cores(machine, files, expected):
    assert hybrid_cores(machine(files)) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("cpu  100 0 100 700 0 0 0 100 0 0\ncpu0 1 2", 0.1),
        ("cpu  100 0 100 800 0 0 0 0 50 0\n", 0.0),
        ("cpu  0 0 0 0 0 0 0 0\n", None),
        ("cpu  100 0 100\n", None),
        ("what", None),
    ],
)
def test_stolen_share(machine, line, expected):
    assert stolen_share(machine({"proc/stat": line})) == expected


def test_the_key_of_the_hardware_stays_when_it_is_set_otherwise(machine):
    governor = f"{CPU}/cpu0/cpufreq/scaling_governor"
    key = hardware_key(machine({governor: "powersave"}))
    assert re.fullmatch("[0-9a-f]{12}", key)
    assert hardware_key(machine({governor: "performance", f"{CPU}/cpufreq/boost": "1"})) == key
    assert hardware_key(machine({"sys/class/dmi/id/product_name": "Another"})) != key
    assert hardware_key(machine(flag="hypervisor")) != key


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
