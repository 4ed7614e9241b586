"""Where nothing asks for energy the plugin is silent and light; and it can be left out."""

from __future__ import annotations

import subprocess
import sys

import pytest


def test_unused_it_says_nothing_and_loads_nothing(pytester: pytest.Pytester):
    pytester.makepyfile(
        """
import sys

def test_it():
    heavy = [name for name in sys.modules if name.startswith("greenprof.")]
    assert {name.removeprefix("greenprof.pytest_plugin") for name in heavy} == {"", ".options", ".base_options"}
"""
    )
    done = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:asyncio")
    done.assert_outcomes(passed=1)
    done.stdout.no_fnmatch_line("*energy*")
    assert not (pytester.path / ".greenprof").exists()


def test_the_entry_takes_pytest_and_the_standard_library_only():
    code = (
        "import pytest, sys; before = set(sys.modules); import greenprof.pytest_plugin; "
        "print(*{name.split('.')[0] for name in set(sys.modules) - before} - sys.stdlib_module_names)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["greenprof"]


def test_it_can_be_left_out(pytester: pytest.Pytester):
    pytester.makepyfile("def test_it():\n    pass\n")
    done = pytester.runpytest_subprocess("-p", "no:greenprof", "-p", "no:asyncio")
    done.assert_outcomes(passed=1)
    done = pytester.runpytest_subprocess("-p", "no:greenprof", "--green")
    assert done.ret == pytest.ExitCode.USAGE_ERROR


def test_its_mark_is_known_and_its_options_are_told(pytester: pytest.Pytester):
    pytester.makepyfile("import pytest\n\n@pytest.mark.energy_budget('1 kJ')\ndef test_it():\n    pass\n")
    pytester.runpytest_inprocess("--strict-markers", "-p", "no:asyncio").assert_outcomes(passed=1)
    done = pytester.runpytest_inprocess("--help", "-p", "no:asyncio")
    done.stdout.fnmatch_lines(["energy (greenprof):", "  --green *", "  --green-only *", "*green_budget (string)*"])


def test_a_fixture_of_that_name_in_another_project_stays_its_own(pytester: pytest.Pytester):
    pytester.makeconftest("import pytest\n\n@pytest.fixture\ndef energy():\n    return 42\n")
    pytester.makepyfile("def test_it(energy):\n    assert energy == 42\n")
    done = pytester.runpytest_inprocess("-p", "no:asyncio")
    done.assert_outcomes(passed=1)
    done.stdout.no_fnmatch_line("*greenprof)*")
