"""Ctrl-C while `greenprof lint` works: the installed command, and all processes that it has started."""

import os
import signal
import subprocess
import sys
import time

import pytest

BUSY = "while not done.is_set():\n    pass\n"


@pytest.mark.skipif(sys.platform == "win32", reason="a group of processes is interrupted as a terminal does it")
@pytest.mark.parametrize("moment", [0.5, 0.7, 0.9, 1.1, 1.4, 1.8])
def test_ends_without_a_traceback_whenever_it_is_interrupted(project, tmp_path, moment):
    project({f"a{number}.py": BUSY * 200 for number in range(100)})
    command = [sys.executable, "-m", "greenprof", "lint", "--jobs", "2", "--no-cache", "."]
    lint = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, text=True
    )
    time.sleep(moment)  # while it imports, starts its processes or has them at work
    os.killpg(lint.pid, signal.SIGINT)
    shown, said = lint.communicate(timeout=60)
    assert "Traceback" not in said
    # Before Python handles signals, and after, it just dies; 0: it had come to its end.
    assert lint.returncode in {130, -signal.SIGINT, 0}, said
    if lint.returncode == 130:
        assert (shown, said.strip()) in {("", ""), ("", "Aborted!")}
