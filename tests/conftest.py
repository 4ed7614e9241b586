"""A simulated powercap tree for every test: a plain folder whose truth is known, because the test decides it.

``tree = powercap_tree("two-sockets")`` builds one (see ``benchmarks/simulated_powercap.py``); its root
goes wherever a powercap root is asked for (``--meter rapl:ROOT``). Step it by hand, let a simulated
clock step it, or let a separate process move it in real time.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from chromium import browser, violations  # noqa: F401 - fixtures of all folders
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from benchmarks.simulated_powercap import PowercapTree, SimulatedZone

pytest_plugins = ["pytester"]

# How long making an example takes says something of a busy machine, and nothing of the code.
settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machine")

NOBODY = 65534

_PLACE = Path(__file__).parents[1] / "benchmarks" / "simulated_powercap.py"
_SPEC = spec_from_file_location("simulated_powercap", _PLACE)
assert _SPEC is not None
assert _SPEC.loader is not None
simulated_powercap = module_from_spec(_SPEC)
sys.modules[_SPEC.name] = simulated_powercap  # dataclasses look up the module that they are defined in
_SPEC.loader.exec_module(simulated_powercap)


# What a sampler sees and a clock shows depends on what else the machine does just then. A test that rests on that
# may be tried once more, and the summary names it (RERUN); a fault that is really there fails both times.
_REST_ON_REAL_TIME = (
    "benchmarks",
    "carbon/test_commands.py",
    "cluster",
    "ab",
    "compat",
    "history",
    "lint/test_confirmed.py",
    "lint/test_project_bounds.py",
    "lint/test_watch.py",
    "lsp",
    "measuring",
    "meters",
    "monitor",
    "native",
    "pairs/test_race.py",
    "pytest_plugin",
    "prove",
    "reporters/html/test_browser.py",
    "rules/test_rule_folders.py",
    "sampler",
    "test_calibrate.py",
    "test_hardware_counters.py",
    "test_journal.py",
    "test_language_models.py",
    "test_live.py",
    "test_loop_lines.py",
    "test_native_frames.py",
    "test_notebook.py",
    "test_own_code.py",
    "test_phases.py",
    "test_queries.py",
    "test_run.py",
    "test_selftest.py",
    "versus/test_commands.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if any(item.path.is_relative_to(here / place) for place in _REST_ON_REAL_TIME):
            item.add_marker(pytest.mark.flaky(reruns=1))


if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell that starts the tests in the background has it ignored, and so would every program under test.
    signal.signal(signal.SIGINT, signal.default_int_handler)


class SimulatedClock:
    """A clock that the test moves; while it moves, the machine draws `watts` from `tree`."""

    def __init__(self, tree: PowercapTree | None = None, watts: float = 0.0) -> None:
        self.tree, self.watts = tree, watts
        self.now_ns, self.suspended_ns = 10**12, 0

    def monotonic_ns(self) -> int:
        return self.now_ns

    def boottime_ns(self) -> int:
        return self.now_ns + self.suspended_ns

    def sleep(self, seconds: float) -> None:
        self.now_ns += round(seconds * 1e9)
        if self.tree is not None:
            self.tree.step(self.watts * seconds)

    def suspend(self, seconds: float) -> None:
        """The machine sleeps: the one clock stands still, the other goes on."""
        self.suspended_ns += round(seconds * 1e9)


@pytest.fixture(autouse=True)
def nothing_learnt_before(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What this machine was calibrated for stays out of the tests."""
    monkeypatch.setenv("GREENPROF_STATE", str(tmp_path_factory.getbasetemp() / "no-calibrations"))
    monkeypatch.setenv("GREENPROF_HISTORY", "off")  # tests of the history say otherwise


@pytest.fixture
def powercap_tree() -> Iterator[Callable[..., PowercapTree]]:
    """Build simulated powercap trees: ``powercap_tree(layout="single", shape="class", **changes_to_every_zone)``.

    They lie where every user may go, because some tests read them as another user.
    """
    with tempfile.TemporaryDirectory(prefix="powercap-") as folder:
        Path(folder).chmod(0o755)
        built = itertools.count()

        def build(
            layout: str | tuple[SimulatedZone, ...] = "single", shape: str = "class", **changes: int | None
        ) -> PowercapTree:
            zones = simulated_powercap.LAYOUTS[layout] if isinstance(layout, str) else layout
            changed = tuple(replace(zone, **changes) for zone in zones)  # type: ignore[arg-type]
            return simulated_powercap.PowercapTree(Path(folder) / f"powercap-{next(built)}", changed, shape)

        yield build


@pytest.fixture
def simulated_zone() -> type[SimulatedZone]:
    """The class of a zone, for a tree that no layout offers."""
    return simulated_powercap.SimulatedZone


@pytest.fixture
def simulated_clock() -> type[SimulatedClock]:
    """A clock for the meters: ``simulated_clock(tree, watts)``."""
    return SimulatedClock


@pytest.fixture
def ordinary_user() -> Callable[[], AbstractContextManager[None]]:
    """``with ordinary_user():`` runs without root's rights over files, for tests that root runs."""

    @contextmanager
    def drop() -> Iterator[None]:
        was = os.geteuid()
        if was == 0:
            os.seteuid(NOBODY)
        try:
            yield
        finally:
            os.seteuid(was)

    return drop


_FILES_OF_ALL = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH: root goes where the modes forbid it


@pytest.fixture
def bound_by_modes() -> Callable[[], AbstractContextManager[None]]:
    """``with bound_by_modes():`` lets the modes of files hold for root too, who stays their owner.

    Unlike another user, root still reads the Python and the checkout, which may lie where nobody else may go.
    """

    @contextmanager
    def bound() -> Iterator[None]:
        if os.geteuid() != 0:
            yield
            return
        libc = ctypes.CDLL(None, use_errno=True)
        header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # version 3, this thread
        sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable: the lower 32, then the upper
        assert libc.capget(header, sets) == 0, os.strerror(ctypes.get_errno())
        effective = sets[0]
        sets[0] = effective & ~_FILES_OF_ALL
        assert libc.capset(header, sets) == 0, os.strerror(ctypes.get_errno())
        try:
            yield
        finally:
            sets[0] = effective
            assert libc.capset(header, sets) == 0, os.strerror(ctypes.get_errno())

    return bound


@pytest.fixture
def as_sure_as_the_file_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules that are never surer than medium are as sure as their file lets them be: that is tested by itself."""
    from greenprof.lint import load_rules

    for rule in load_rules():
        monkeypatch.setattr(type(rule), "surest", "high")
