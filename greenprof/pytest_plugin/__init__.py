"""The pytest plugin: the fixture ``energy``, the mark ``energy_budget`` and the options ``--green…``.

This module is imported by every pytest of an environment with greenprof in it, so that it takes pytest and the standard
library only and does next to nothing until a test or an option asks for energy; then `session` comes in. Read in this
order: `options` (what can be asked for), `budget_mark` (what a test may use), `fixture` and `rounds` (how it is
measured), `result` (what was measured), `session` (what pytest is told of it), and then what shows or keeps it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from greenprof.pytest_plugin.options import MARK, add_options, is_asked_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.pytest_plugin.fixture import Energy

__all__ = [
    "energy",
    "pytest_addoption",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_xdist_setupnodes",
]

FIXTURE = "energy"
AGAIN = "GREENPROF_COUNTED_AGAIN"  # in the environment of a pytest that only counts instructions: where to write
_SESSION = "greenprof-session"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known, and begin at once where an option asks for it."""
    config.addinivalue_line(
        "markers",
        f'{MARK}(*budgets, regress=None, per=None): what the test may use, as "120 mJ", "300 ms cpu", "3 queries"; '
        'regress="5%" is by how much it may grow (greenprof).',
    )
    if is_asked_for(config) or AGAIN in os.environ:
        _begin(config)
    if config.option.green_base:
        from greenprof.pytest_plugin.base import BaseSession

        config.pluginmanager.register(BaseSession(config), "greenprof-base")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin where a test uses the fixture or the mark."""
    if not config.pluginmanager.has_plugin(_SESSION) and _is_used(items):
        _begin(config)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config, specs: Any) -> None:
    """Begin in the controller of xdist, which collects nothing itself and is told what its workers measured."""
    if not config.pluginmanager.has_plugin(_SESSION):
        _begin(config)


@pytest.fixture
def energy(request: pytest.FixtureRequest) -> Iterator[Energy]:
    """Measure the energy of a call, ``energy(f, *args)``, or of a block, ``with energy:``; see docs/pytest.md."""
    session = request.config.pluginmanager.get_plugin(_SESSION)
    if session is None:  # asked for by name while the tests run
        session = _begin(request.config)
    yield from session.fixture_for(request.node)


def uses_fixture(item: pytest.Item) -> bool:
    """Whether a test uses the fixture of this plugin, and not one of the same name of its own project."""
    known: Any = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {}).get(FIXTURE)
    return bool(known) and known[-1].func.__module__ == __name__


def _is_used(items: list[pytest.Item]) -> bool:
    """Whether any test uses the fixture or the mark. It is asked of every suite, and has to be quick."""
    parents: dict[Any, bool] = {}
    for item in items:
        if FIXTURE in getattr(item, "fixturenames", ()) and uses_fixture(item):
            return True
        for mark in item.own_markers:
            if mark.name == MARK:
                return True
        parent = item.parent
        if parent not in parents:
            parents[parent] = parent is not None and parent.get_closest_marker(MARK) is not None
            if parents[parent]:
                return True
    return False


def _begin(config: pytest.Config) -> Any:
    session: Any
    if AGAIN in os.environ:
        from greenprof.pytest_plugin.counted_again import CountingSession

        session = CountingSession(config)
    else:
        from greenprof.pytest_plugin.session import GreenSession

        session = GreenSession(config)
    config.pluginmanager.register(session, _SESSION)
    return session
