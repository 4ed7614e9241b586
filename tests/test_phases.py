"""Joules follow power: a function that runs while the machine draws more gets more of them for the same CPU time."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture
def phased_power(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("phased_power")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="measuring needs Linux")
@pytest.mark.parametrize(("spell_s", "off"), [(0.2, 0.25), (0.05, 0.35)])
def test_three_times_the_power_is_three_times_the_joules(phased_power, spell_s, off):
    greenprof = [sys.executable, "-m", "greenprof", "run", "--interval", "0.005"]
    ratio = phased_power.joule_ratio(greenprof, Path(sys.executable), spell_s, 3.0)
    assert ratio.truth == pytest.approx(3, rel=0.3)
    assert ratio.found == pytest.approx(ratio.truth, rel=off)


def test_the_simulated_power_is_exact(phased_power, tmp_path):
    # 60 W for 0.3 s and 20 W for 0.2 s, told late and all at once, after 5 W.
    import mmap
    import struct
    import time

    with phased_power.phased_power(tmp_path, phased_power.WATTS) as (root, path), path.open("r+b") as file:
        counter, log = root / phased_power.ZONE / "energy_uj", mmap.mmap(file.fileno(), 0)
        time.sleep(0.6)
        now_ns = time.monotonic_ns()
        before_uj = int(counter.read_text())
        changes = [(now_ns, 1), (now_ns + 300_000_000, 2), (now_ns + 500_000_000, 0)]
        for number, change in enumerate(changes):
            struct.pack_into("<QQ", log, 8 + 16 * number, *change)
        struct.pack_into("<Q", log, 0, len(changes))
        time.sleep(0.6)
        drawn_j = (int(counter.read_text()) - before_uj) / 1e6
        later_s = (time.monotonic_ns() - now_ns) / 1e9 - 0.5
    assert drawn_j == pytest.approx(60 * 0.3 + 20 * 0.2 + 5 * later_s, abs=0.15)
