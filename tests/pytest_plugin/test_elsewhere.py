"""Where no meter works, on systems without Linux's files and modules, tests run, and CPU time is held to its budget."""

from __future__ import annotations

import sys

import pytest

# What macOS and Windows lack is not to be had, as far as a process can pretend.
PRETENDING = """
import builtins, os, sys
import psutil  # knows its own way on each system, but not on one that only pretends to be another
import pytest
for name in ("resource", "fcntl"):
    sys.modules[name] = None
real_open, real_os_open = builtins.open, os.open
def refuse(path):
    if str(path).startswith(("/proc", "/sys")):
        raise FileNotFoundError(2, "No such file or directory", str(path))
def fake_open(path, *a, **k): refuse(path); return real_open(path, *a, **k)
def fake_os_open(path, *a, **k): refuse(path); return real_os_open(path, *a, **k)
builtins.open, os.open = fake_open, fake_os_open
sys.platform = "darwin"
sys.exit(pytest.main(["-p", "greenprof.pytest_plugin", *sys.argv[1:]]))
"""

SUITE = """
import pytest

def work(n):
    return sum(i * i for i in range(n))

def test_call(energy):
    energy(work, 100)
    assert energy.result.machine_j is None
    assert energy.result.cpu_s > 0

@pytest.mark.energy_budget("1 ms cpu")
def test_over():
    work(300_000)

@pytest.mark.energy_budget("1 mJ")
def test_unknown(energy):
    energy(work, 100)
"""


def test_joules_are_unknown_and_the_tests_run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(SUITE)
    quick = ("--green-max-time=0.01", "--green-min-time=0.001", "-p", "no:cacheprovider")
    done = pytester.run(sys.executable, "-c", PRETENDING, "--green", *quick)
    done.assert_outcomes(passed=2, failed=1)
    done.stdout.fnmatch_lines(
        [
            "over its budget of 1 ms cpu by *",
            "On which lines is seen on Linux only.",
            "test_call * unknown *",
            "Joules are not known: no meter works here (*. CPU time is measured.",
            "This suite used unknown and * of CPU time; the machine used unknown in *.",
        ]
    )
    done = pytester.run(sys.executable, "-c", PRETENDING, "--green-meter=rapl", *quick)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["ERROR: the meter rapl cannot be used: *"])
