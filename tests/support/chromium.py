"""A real browser to try pages in, and what axe-core says of them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

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
    # No network: whatever asked for one would fail, and be seen. A server of a test's own is at the loopback address.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--remote-debugging-pipe",
)


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
        path = self.folder / "page.html"
        path.write_text(page, encoding="utf-8")
        return self.visit(path.as_uri() + fragment, width=width, height=height)

    def visit(self, url: str, *, width: int = 1180, height: int = 900) -> Browser:
        """Show the page at an address, in a new tab."""
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
        self.send("Page.navigate", url=url)
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


EVERYTHING = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
OTHER_THEME = ("color-contrast", "target-size", "scrollable-region-focusable")  # what a theme or a width can break


@pytest.fixture
def violations(browser: Browser) -> Callable[..., list[str]]:
    """``violations(page, rules, theme=…, width=…)``: what axe-core finds on a page or at an address."""
    folder = os.environ.get("AXE_CORE")
    if os.environ.get("CI") and sys.version_info[:2] != (3, 12):
        pytest.skip("the page is the same on every Python, and axe-core takes its time: it looks on 3.12")
    if not folder:
        if os.environ.get("CI"):
            pytest.fail("AXE_CORE does not name the npm package axe-core: nobody looked at the page's accessibility")
        pytest.skip("NOT TESTED: AXE_CORE does not name the npm package axe-core")
    axe = (Path(folder) / "axe.min.js").read_text(encoding="utf-8")

    def found(page: str, rules: tuple[str, ...] = EVERYTHING, *, theme: str = "light", width: int = 1180) -> list[str]:
        (browser.visit if page.startswith("http:") else browser.open)(page, width=width)
        features = {"prefers-color-scheme": theme, "prefers-reduced-motion": "reduce"}
        browser.send("Emulation.setEmulatedMedia", features=[{"name": n, "value": v} for n, v in features.items()])
        browser.run("for (const part of document.querySelectorAll('details:not(.rule-page, .rest)')) part.open = true")
        browser.run("document.querySelectorAll('.rule-page').forEach((part, number) => { part.open = number === 0; })")
        browser.run(f"{axe};0")
        told = "violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html} ${node.failureSummary}`))"
        options = f"{{runOnly: {json.dumps(rules)}, resultTypes: ['violations']}}"
        return browser.run(f"axe.run(document, {options}).then(({{ violations }}) => {told})")

    return found
