"""A board as it is run: a server of its own process, handed in from a terminal, and a real browser."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from greenprof.board import accounts, jobs, submissions
from greenprof.board.store import Store, address_of

from .conftest import result

CHALLENGE = "order-report"


class Served:
    """A board that is served from a folder, with its own SQLite file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.start()
        self.store = Store(address_of(None, folder))

    def start(self) -> None:
        command = [sys.executable, "-m", "greenprof", "board", "serve", "--judges", "0", "--port", str(self.port)]
        self.log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(command, cwd=self.folder, env=self.environment(), stderr=self.log)
        for _ in range(600):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            assert self.process.poll() is None, (self.folder / "log").read_text()
            time.sleep(0.05)
        raise AssertionError("the board does not listen")

    @staticmethod
    def environment() -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if not name.startswith("GREENPROF_BOARD")}

    def submit(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "greenprof", "board", "submit", *words]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment(), capture_output=True, text=True, check=False
        )

    def judge(self, score: float) -> str:
        job = jobs.take(self.store, "judge", (CHALLENGE,))
        assert job is not None
        assert jobs.finish(self.store, job, "judge", result(job.uid, score))
        return job.uid

    def end(self) -> float:
        began = time.monotonic()
        self.process.terminate()
        self.process.wait(30)
        self.log.close()
        return time.monotonic() - began


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    board = Served(tmp_path_factory.mktemp("served"))
    yield board
    if board.process.poll() is None:
        board.end()


def test_one_command_serves_and_another_hands_in(served):
    (served.folder / "solution.py").write_text("print(1)\n", encoding="utf-8")
    done = served.submit(CHALLENGE, "solution.py", "--no-wait", "-f", "json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["state"] == "accepted" and told["page"].startswith(served.address)
    kept = json.loads((served.folder / ".greenprof" / "board.json").read_text(encoding="utf-8"))
    assert (served.folder / ".greenprof" / "board.json").stat().st_mode & 0o077 == 0
    served.judge(0.5)
    done = served.submit(CHALLENGE, "solution.py")
    assert done.returncode == 0 and "score 0.5 (95 %" in done.stdout and "place 1" in done.stdout, done
    assert "judged once" in done.stderr
    log = (served.folder / "log").read_text(encoding="utf-8")
    assert kept["token"] not in log and "gpi_" not in log, "no key in a log"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere", "solution.py"), "there is no such challenge"),
        ((CHALLENGE, "missing.py"), "cannot be read"),
        ((CHALLENGE, "solution.py", "--board", "http://127.0.0.1:9"), "a token of your team is needed"),
        ((CHALLENGE, "solution.py", "--board", "http://user:word@127.0.0.1:9"), "--board should be an address"),
    ],
)
def test_what_a_terminal_asks_wrongly_is_said_in_a_line(served, words, said):
    (served.folder / "solution.py").write_text("print(1)\n", encoding="utf-8")
    done = served.submit(*words)
    assert done.returncode == 2 and said in done.stderr and len(done.stderr.splitlines()) == 1, done.stderr


def test_a_token_file_that_others_can_read_is_refused(served):
    file = served.folder / "token"
    file.write_text("gpt_x", encoding="utf-8")
    file.chmod(0o644)
    done = served.submit(CHALLENGE, "solution.py", "--token-file", "token")
    assert done.returncode == 2 and "others can read it" in done.stderr


def next_event(answer: http.client.HTTPResponse) -> str:
    lines = []
    while (line := answer.readline().decode()) not in ("\n", ""):
        lines.append(line)
    return "".join(lines)


def test_who_watches_is_told_at_once_and_does_not_hold_the_server_up(served, tmp_path):
    board = Served(tmp_path)
    try:
        connection = http.client.HTTPConnection("127.0.0.1", board.port, timeout=20)
        connection.request("GET", f"/challenges/{CHALLENGE}/live")
        answer = connection.getresponse()
        assert answer.getheader("content-type").startswith("text/event-stream")
        assert next_event(answer).startswith("retry:")
        assert "No submission" in next_event(answer)
        (board.folder / "solution.py").write_text("print(2)\n", encoding="utf-8")
        assert board.submit(CHALLENGE, "solution.py", "--no-wait").returncode == 0
        assert "1 waits for the judge" in next_event(answer)
        board.judge(0.25)
        while "0.250" not in (told := next_event(answer)):
            assert told
        assert board.end() < 15 and board.process.returncode in (0, -signal.SIGTERM)
    finally:
        board.process.kill()
    assert len(submissions.entries(board.store)) == 1, "what was accepted is there"


def test_in_a_browser_a_team_comes_in_hands_in_and_watches(served, browser):
    team = accounts.add_team(served.store, "In a browser", who="test")
    invite = accounts.new_key(served.store, team, accounts.INVITE, who="test")
    browser.visit(f"{served.address}/enter#{invite}")
    assert browser.run("document.querySelector('#key').value") == invite
    assert invite not in browser.run("location.href"), "the key leaves the address at once"
    browser.click("button.main")
    until(browser, "document.body.textContent.includes('gpt_')")
    assert not any(invite in url.partition("#")[0] for url in browser.requests)
    browser.visit(f"{served.address}/challenges/{CHALLENGE}")
    assert browser.run("document.querySelector('#file') !== null")
    until(browser, "document.querySelector('[data-live-state]').textContent.startsWith('Live')")
    uid, _ = submissions.accept(
        served.store, team, challenge=CHALLENGE, language="python", filename="a.py", body=b"x", digest="x",
        allowance=submissions.Allowance(),
    )  # fmt: skip
    while served.judge(0.125) != uid:
        pass
    until(browser, "document.querySelector('#ranking').textContent.includes('0.125')")
    browser.click("[data-live-pause]")
    assert browser.run("document.querySelector('[data-live-state]').textContent") == "Paused."
    assert browser.problems == []


def until(browser, script):
    """Wait for something in a page, which may go to another page meanwhile."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            if browser.run(f"document.body !== null && ({script})"):
                return
        except AssertionError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"{script}: {browser.run('document.body.textContent.slice(0, 2000)')}")


@pytest.mark.parametrize(
    ("path", "theme", "width"),
    [
        (f"/challenges/{CHALLENGE}", "light", 1280),
        (f"/challenges/{CHALLENGE}?lang=nl", "dark", 390),
        (f"/challenges/{CHALLENGE}/projector", "dark", 1920),
        ("/", "light", 390),
        ("/enter", "light", 390),
        ("/about", "light", 1280),
    ],
)
def test_axe_finds_nothing(served, violations, browser, path, theme, width):
    assert violations(served.address + path, theme=theme, width=width) == []
    wide = "[...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > innerWidth + 1)"
    wide += ".filter(one => !one.closest('.scroll, .progress, pre')).map(one => one.outerHTML.slice(0, 200))"
    assert browser.run(wide) == [], "nothing but what scrolls by itself is wider than the screen"
