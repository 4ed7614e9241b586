"""A report with everything that a page can show, and a real browser to try the page in."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from greenprof.model import Excerpt, LineShare, Ran, Report
from greenprof.reporters import html

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
# Chromium talks to whoever holds its file descriptors 3 and 4; no port, no driver, nothing to install.
START = (
    "import os, sys; r, w = map(int, sys.argv[1:3]); os.dup2(r, 3); os.dup2(w, 4); os.execvp(sys.argv[3], sys.argv[3:])"
)
MIDDLE = """(selector) => {
    const element = document.querySelector(selector);
    element.scrollIntoView({ block: "center", behavior: "instant" });
    const box = element.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
}"""
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # no network: whatever asked for one would fail, and be seen
    "--remote-debugging-pipe",
)
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


class Browser:
    """A headless Chromium with one page open at a time, spoken to in the DevTools protocol."""

    def __init__(self, command: str, folder: Path) -> None:
        import fcntl  # not everywhere; nor is a browser

        self.folder, self.numbers, self.session = folder, count(1), None
        its_in, self.out = os.pipe()
        self.inp, its_out = os.pipe()
        # Copies with numbers above 4, so that neither is overwritten before it is in its place.
        ends = [fcntl.fcntl(each, fcntl.F_DUPFD, 10) for each in (its_in, its_out)]
        self.process = subprocess.Popen(
            [sys.executable, "-c", START, *map(str, ends), command, *FLAGS, f"--user-data-dir={folder / 'profile'}"],
            pass_fds=ends,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for each in (its_in, its_out, *ends):
            os.close(each)
        self.reader = os.fdopen(self.inp, "rb")
        self.problems: list[str] = []
        self.requests: list[str] = []

    def send(self, method: str, **parameters: object) -> dict:
        """Call a method of the protocol and wait for its answer; events on the way are kept or passed over."""
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            answer = json.loads(self._next())
            if answer.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded", "Page.javascriptDialogOpening"):
                self.problems.append(json.dumps(answer["params"]))
            if answer.get("method") == "Network.requestWillBeSent":
                self.requests.append(answer["params"]["request"]["url"])
            if answer.get("id") == number:
                assert "error" not in answer, answer
                return answer["result"]

    def _next(self) -> bytes:
        parts = []
        while (byte := self.reader.read(1)) != b"\0":
            assert byte, "the browser has gone"
            parts.append(byte)
        return b"".join(parts)

    def open(self, page: str, *, width: int = 1180, height: int = 900, fragment: str = "") -> Browser:
        """Show a page; what the browser complains about is in `problems`."""
        if self.session:
            self.send("Page.close")
        self.session, self.problems, self.requests = None, [], []
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        still = [{"name": "prefers-reduced-motion", "value": "reduce"}]
        self.send("Emulation.setEmulatedMedia", features=still)
        path = self.folder / "page.html"
        path.write_text(page, encoding="utf-8")
        self.send("Page.navigate", url=path.as_uri() + fragment)
        self.run("new Promise(done => document.readyState === 'complete' ? done() : addEventListener('load', done))")
        return self

    def run(self, script: str) -> object:
        """The value of an expression in the page."""
        answer = self.send("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def press(self, *keys: str) -> None:
        """Press keys, one after the other, on what has the focus."""
        for key in keys:
            text = {"Enter": "\r", "Space": " "}.get(key, key if len(key) == 1 else "")
            for kind in ("keyDown", "keyUp"):
                name = " " if key == "Space" else key
                code = {"Tab": 9, "Enter": 13, "Escape": 27}.get(key, 0)
                self.send("Input.dispatchKeyEvent", type=kind, key=name, text=text, windowsVirtualKeyCode=code)

    def click(self, selector: str) -> None:
        """Click into the middle of an element, where a person would."""
        x, y = self.run(f"({MIDDLE})({json.dumps(selector)})")
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def close(self) -> None:
        """End the browser, whatever it is doing."""
        os.close(self.out)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.reader.close()


def chromium() -> str | None:
    """The command of a Chromium on this machine."""
    return next(filter(shutil.which, BROWSERS), None)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser; without one a skip that says so, and a failure in CI: only it shows that the page's script works."""
    command = chromium()
    if command is None:
        why = "NOT TESTED in a browser: no Chromium on this machine, so the page's script was not tried"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    browser = Browser(command, tmp_path_factory.mktemp("browser"))
    yield browser
    browser.close()


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
