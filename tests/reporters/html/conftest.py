"""A report with everything that a page can show."""

from __future__ import annotations

from dataclasses import replace

import pytest

from greenprof.model import Excerpt, LineShare, Ran, Report
from greenprof.reporters import html

MONTHLY_REPORT = """\
def monthly_report(session):
    rows = []
    orders = session.scalars(select(Order)).all()

    # one row for each order
    for order in orders:
        rate = rates[order.country]
        customer = session.get(Customer, order.customer_id)
        rows.append((order.day, customer.city, order.total * rate))
    return rows
"""
WAIT = """\
def wait_for_export(ready_at):
    # until the export may start

    while time.monotonic() < ready_at:
        pass


def main():
    upload.wait()
"""


@pytest.fixture(scope="session")
def profiled(shop: Report) -> Report:
    """The web shop with all that the line profiler knows: source, what ran when, what lines called, margins."""
    hotspots = [replace(spot, total_j=1.5 * (spot.self_j or 0.0), margin=0.0115) for spot in shop.hotspots]
    hotspots[2] = replace(hotspots[2], line=40, end_line=43, function="monthly_report", source=None)
    ran = [
        Ran(path="shop.py", line=35, function="monthly_report", process_w=12.0),
        Ran(path="shop.py", line=85, function="wait_for_export", process_w=3.5),
    ]
    timeline = [
        replace(span, ran=tuple(ran[: 1 + number % 2]) if number < 18 else ())
        for number, span in enumerate(shop.timeline)
    ]
    (root,) = shop.tree
    first, *others = root.children
    own_lines = (LineShare(line=42, self_j=5.0, cpu_s=0.2), LineShare(line=41, self_j=1.0, cpu_s=0.1))
    return replace(
        shop,
        hotspots=tuple(hotspots),
        timeline=tuple(timeline),
        tree=(replace(root, children=(replace(first, lines=own_lines), *others)),),
        energy=replace(shop.energy, greenprof_j=0.6),
        excerpts=(
            Excerpt(path="shop.py", start=35, lines=tuple(MONTHLY_REPORT.splitlines())),
            Excerpt(path="shop.py", start=50, lines=tuple(f"    step({number})" for number in range(30))),
            Excerpt(path="shop.py", start=85, lines=tuple(WAIT.splitlines())),
        ),
    )


@pytest.fixture(scope="session", params=["shop", "estimated", "empty", "unknown", "hostile", "profiled", "worst"])
def report(request: pytest.FixtureRequest, reports: dict[str, Report], profiled: Report) -> Report:
    """Each sample report in turn; the worst has hostile names in whatever the line profiler knows too."""
    if request.param in reports:
        return reports[request.param]
    return profiled if request.param == "profiled" else _hostile(profiled, reports["hostile"])


def _hostile(profiled: Report, hostile: Report) -> Report:
    name = hostile.notes[0]
    spot = hostile.hotspots[0]
    ran = (Ran(path=name, line=spot.line, function=name, process_w=1.0),)
    return replace(
        hostile,
        excerpts=(Excerpt(path=name, start=1, lines=(name, "") * 50), *profiled.excerpts),
        timeline=tuple(replace(span, ran=ran) for span in hostile.timeline),
        hotspots=(replace(spot, margin=0.5, total_j=1e9, end_line=10**9), *hostile.hotspots[1:]),
    )


@pytest.fixture(scope="session")
def page(profiled: Report) -> str:
    """That report as a page."""
    return html.render(profiled)
