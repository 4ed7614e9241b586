"""A folder that stands in for a machine, and the files in which Linux tells what its processor is."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder where every user may go, because some tests read as another user."""
    with tempfile.TemporaryDirectory(prefix="machine-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def describe_processor() -> Callable[..., None]:
    """``describe_processor(root, {cpu: (package, die)}, vendor=…, family=…, model=…)`` writes them below a folder."""

    def describe(
        root: Path,
        places: Mapping[int, tuple[int, int]],
        *,
        vendor: str = "GenuineIntel",
        family: int = 6,
        model: int = 0x9E,
    ) -> None:
        for cpu, (package, die) in places.items():
            topology = root / f"sys/devices/system/cpu/cpu{cpu}/topology"
            topology.mkdir(parents=True)
            (topology / "physical_package_id").write_text(f"{package}\n")
            (topology / "die_id").write_text(f"{die}\n")
        (root / "proc").mkdir()
        one = f"vendor_id\t: {vendor}\ncpu family\t: {family}\nmodel\t\t: {model}\nmodel name\t: a processor\n\n"
        (root / "proc/cpuinfo").write_text(one * len(places))

    return describe
