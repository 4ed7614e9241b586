"""Finding a processor's TDP by the name that the system gives it: rather nothing than a near miss."""

from __future__ import annotations

import subprocess
import sys

import pytest

from greenprof.meters.cpu_table import find_cpu, parse_table


@pytest.mark.parametrize(
    ("name", "tdp_w"),
    [
        ("Intel(R) Xeon(R) CPU E5-2620 v3 @ 2.40GHz", 85),
        ("AMD EPYC 8024P 8-Core Processor", 90),
        ("AMD EPYC 7763 64-Core Processor", 280),
        ("AMD Ryzen 7 5800X 8-Core Processor", 105),
        ("AMD Ryzen 7 PRO 5850U with Radeon Graphics", 15),
        ("AMD Ryzen Threadripper PRO 7995WX 96-Cores", 350),
        ("11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz", 28),
        ("Intel(R) Core(TM)2 Duo CPU     P8400  @ 2.26GHz", 25),
        ("Intel(R) Xeon(R) Platinum 8480+", 350),
        ("Intel(R) Core(TM) Ultra 7 155H", 28),
        ("AMD A8-7410 APU with AMD Radeon R5 Graphics", 15),
        ("AMD Opteron(tm) Processor 6140", 115),
        ("Intel(R) N100", 6),
    ],
)
def test_names_as_the_system_gives_them(name, tdp_w):
    entry = find_cpu(name)
    assert entry is not None
    assert entry.tdp_w == tdp_w


@pytest.mark.parametrize(
    "name",
    [
        "",
        "unknown",
        "x86_64",
        "aarch64",
        "Intel(R) Xeon(R) Processor",
        "Intel(R) Xeon(R) CPU @ 2.20GHz",
        "Intel Core Processor (Haswell, no TSX)",
        "Intel Xeon Processor (Skylake, IBRS)",
        "AMD EPYC Processor",
        "AMD EPYC-Rome Processor",
        "QEMU Virtual CPU version 2.5+",
        "Common KVM processor",
        "Intel(R) Xeon(R) CPU E5-2620 v9 @ 2.40GHz",  # no such version: not its older brother
        "AMD Ryzen 7 5800XX 8-Core Processor",
        "631",  # the table has this as an entry
        "Neoverse-N1",
    ],
)
def test_what_is_not_in_the_table_is_not_found(name):
    assert find_cpu(name) is None


def test_a_name_with_two_different_tdps_is_not_believed():
    table = parse_table("Name,TDP\nIntel Atom E1,3\nIntel(R) Atom(TM) E1,2.7\nIntel Atom E2,4\nIntel Atom\xa0E2,4.0\n")
    assert list(table) == ["intel atom e2"]


def test_a_torn_table_does_no_harm():
    assert parse_table("") == {}
    assert parse_table("Name,TDP\nA\n,\nB,\nC,warm\nD,-5\nE,nan\nF,inf\n") == {}


def test_codecarbon_and_pandas_are_not_imported():
    code = (
        "import sys; from greenprof.meters.cpu_table import find_cpu; assert find_cpu('AMD EPYC 7763');"
        "assert not {'codecarbon', 'pandas'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
