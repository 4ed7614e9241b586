"""``greenprof lint --watch``: the installed command, in a terminal, while files change."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest

BUSY = "while not done.is_set():\n    pass\n"
CLEAR = "\x1b[2J"
PATIENCE_S = 60


class Watched:
    """`greenprof lint --watch` in a terminal of its own; what it shows is read up to a word."""

    def __init__(self, folder, *options):
        self._terminal, other = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "greenprof", "lint", "--watch", *options],
            stdin=other, stdout=other, stderr=other, cwd=folder, start_new_session=True,
            env={**os.environ, "NO_COLOR": "1", "TERM": "xterm"},
        )  # fmt: skip
        os.close(other)

    def shows(self, word):
        """All that is shown from now until a line that has `word`, and then until it waits."""
        shown, until = "", time.monotonic() + PATIENCE_S
        while not re.search(rf"{word}[\s\S]*waits for changes.*\n", shown):
            left = until - time.monotonic()
            ready = left > 0 and select.select([self._terminal], [], [], left)[0]
            more = os.read(self._terminal, 65536) if ready else b""
            assert more, f"{word!r} is not in {shown!r}"
            shown += more.decode()
        return shown.replace("\r\n", "\n")

    def is_silent_for(self, seconds):
        return not select.select([self._terminal], [], [], seconds)[0]

    def end(self):
        """Press Ctrl-C: the exit code, and what was shown last."""
        os.killpg(self.process.pid, signal.SIGINT)
        code, shown = self.process.wait(PATIENCE_S), b""
        with suppress(OSError):  # a terminal that nobody writes to any more
            while more := os.read(self._terminal, 65536):
                shown += more
        return code, shown.decode()


@pytest.fixture
def watched(tmp_path):
    pytest.importorskip("watchfiles")
    running = []

    def start(*options):
        running.append(Watched(tmp_path, *options))
        return running[-1]

    yield start
    for one in running:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def test_lints_again_when_something_changes(watched, project, tmp_path):
    project({"app/a.py": BUSY})
    watch = watched()
    shown = watch.shows("1 finding in 1 file")
    assert shown.count(CLEAR) == 1
    assert "app/a.py:1:7: busy-wait" in shown

    project({"app/b.py": BUSY})  # a new file
    assert "app/b.py:1:7: busy-wait" in watch.shows("2 findings in 2 files")
    project({"app/new/c.py": BUSY})  # in a new folder
    watch.shows("3 findings in 3 files")
    replaced = tmp_path / "app" / ".a.py.tmp"  # as editors save
    replaced.write_text("x = 1\n", encoding="utf-8")
    replaced.replace(tmp_path / "app" / "a.py")
    assert "app/a.py" not in watch.shows("2 findings in 3 files")
    (tmp_path / "app" / "b.py").unlink()
    watch.shows("1 finding in 2 files")
    project({"pyproject.toml": '[tool.greenprof]\nignore = ["idle"]\n'})
    watch.shows("no findings in 2 files")
    project({"pyproject.toml": '[tool.greenprof]\nignroe = ["idle"]\n'})
    assert "did you mean ignore?" in watch.shows("has no key")
    (tmp_path / "pyproject.toml").unlink()
    assert watch.shows("1 finding in 2 files").count(CLEAR) == 1
    project({"app/a.py": "def f(:\n"})
    watch.shows("1 error")

    project({"app/notes.txt": "nothing to lint"})
    assert watch.is_silent_for(1.5)
    code, shown = watch.end()
    assert (code, "Traceback" in shown) == (0, False)


def test_watches_the_file_that_is_named(watched, project):
    project({"a.py": BUSY, "b.py": BUSY})
    watch = watched("a.py")
    watch.shows("1 finding in 1 file")
    project({"a.py": "x = 1\n"})
    watch.shows("no findings in 1 file")
    assert watch.end()[0] == 0


def test_ends_in_the_middle_of_its_work(watched, project):
    files = [f"a{number}.py" for number in range(100)]
    project(dict.fromkeys(files, "x = 1\n"))
    watch = watched("--jobs", "2")
    watch.shows("no findings in 100 files")
    project(dict.fromkeys(files, BUSY * 200))
    time.sleep(0.8)  # by now it mostly is at it
    code, shown = watch.end()
    assert (code, "Traceback" in shown) == (0, False), shown


@pytest.mark.parametrize("options", [["-"], ["--fix"], ["--add-ignore"], ["--diff"], ["nowhere"]])
def test_wrong_use(greenprof, project, options):
    project({"a.py": BUSY})
    done = greenprof("lint", "--watch", *options)
    assert (done.code, "Traceback" in done.err) == (2, False)


def test_says_which_package_is_missing(greenprof, project, monkeypatch):
    import importlib.util

    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "watchfiles" else real(name, *rest)
    )
    project({"a.py": BUSY})
    done = greenprof("lint", "--watch")
    told = "greenprof: lint --watch needs a package more: pip install 'greenprof[watch]'\n"
    assert (done.code, done.err) == (2, told)
