"""``greenprof run --live`` as somebody at a terminal sees it."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

GREENPROF = str(Path(sys.executable).with_name("greenprof"))
APP = """
import lib, time
end = time.process_time() + 1.6
while time.process_time() < end:
    lib.work()
time.sleep(1.2)
"""
LIB = "def work():\n    return sum(map(abs, range(100_000)))\n"


def seen_at_a_terminal(folder: Path, *options: str) -> str:
    """All that is written to a terminal of 100 columns, without its control sequences."""
    (folder / "app.py").write_text(APP, encoding="utf-8")
    (folder / "lib.py").write_text(LIB, encoding="utf-8")
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "100", "LINES": "30", "TERM": "xterm", "NO_COLOR": "1"}
    with subprocess.Popen(
        [GREENPROF, "run", "--live", "-q", *options, "app.py"],
        cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs,
    ) as process:  # fmt: skip
        os.close(theirs)
        written = b""
        with suppress(OSError):  # the terminal is gone when the last writer is
            while part := os.read(ours, 65536):
                written += part
        os.close(ours)
        assert process.wait() == 0
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", written.decode()).replace("\r", "\n")


def test_the_joules_so_far_and_the_hottest_lines_are_shown(tmp_path: Path) -> None:
    shown = seen_at_a_terminal(tmp_path)
    assert re.search(r"greenprof +\S+ m?s +the program .*J, now .*W", shown)
    assert re.search(r"the machine .*J, now .*W", shown)
    assert re.search(r"J +\d[\d.]* % +lib\.py:2 +work", shown)
    assert re.search(r"J +\d[\d.]* % +app\.py:6 +<module> +waiting [\d.]+ m?J", shown)
    assert max(map(len, shown.splitlines())) <= 100


@pytest.mark.parametrize(
    ("option", "line", "other"), [("--include", "other code", r"app\.py"), ("--exclude", r"app\.py:5", r"lib\.py")]
)
def test_what_is_own_code_may_be_chosen(option: str, line: str, other: str, tmp_path: Path) -> None:
    shown = seen_at_a_terminal(tmp_path, option, "lib.py")
    assert re.search(rf"J +\d[\d.]* % +{line}", shown)
    assert not re.search(rf"% +{other}:[26]" if option == "--include" else rf"% +{other}", shown)
