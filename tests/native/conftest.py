"""Profiled equals native: a program runs by itself and under ``greenprof run``, each time in a fresh folder.

``native, ours = both.run({"app.py": text})``, and ``both.differences(native, ours)`` has to be empty.
"""

import difflib
import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

if sys.platform != "linux":
    collect_ignore_glob = ["test_*.py"]

GREENPROF = str(Path(sys.executable).with_name("greenprof"))
PATIENCE_S = 60

# A program that tells all that it can see of its surroundings.
LOOK_AROUND = """
import ctypes, gc, os, resource, signal, sys, threading, warnings

def say(name, *things):
    print(name + ":", *things, sep="\\n  ")

say("arguments", sys.argv, sys.orig_argv)
say("path", *sys.path, *sys.path_importer_cache)
say("flags", sys.flags, sys.warnoptions, sys._xoptions, *warnings.filters)
say("main", __name__, __spec__, __builtins__ is __import__("builtins"), *sorted(globals()))
say("modules", *sys.modules)
say("environment", *os.environ.items(), os.getcwd())
say("signals", *(signal.getsignal(number) for number in sorted(signal.valid_signals())))
told = ("SigB", "SigP", "SigC", "Shd", "Thr", "Uma", "Cap")
say("masks", *(line for line in open("/proc/self/status") if line.startswith(told)))
say("blocked", signal.pthread_sigmask(signal.SIG_BLOCK, []), *sorted(os.listdir("/proc/self/fd")))
say("group", os.getpgrp() == os.getpgid(os.getppid()), os.getsid(0) == os.getsid(os.getppid()), os.umask(0o22))
say("scheduling", os.sched_getaffinity(0), os.sched_getscheduler(0), os.nice(0))
say("slack", open("/proc/self/timerslack_ns").read())
say("limits", *(resource.getrlimit(number) for number in range(16)))
say("timers", *(signal.getitimer(number) for number in range(3)))
say("threads", *(thread.name for thread in threading.enumerate()), len(sys._current_frames()))
say("tracing", threading.gettrace(), sys.gettrace(), threading.getprofile(), sys.getprofile())
say("settings", sys.getswitchinterval(), sys.getrecursionlimit(), sys.getdefaultencoding(), sys.dont_write_bytecode)
say("gc", gc.isenabled(), gc.get_threshold(), gc.callbacks, gc.get_freeze_count(), gc.garbage)
say("hooks", *sys.meta_path, *sys.path_hooks, sys.excepthook, sys.unraisablehook, sys.breakpointhook, sys.displayhook)
say("monitoring", [sys.monitoring.get_tool(n) for n in range(6)] if sys.version_info >= (3, 12) else None)
adopts = ctypes.c_int(5)
say("subreaper", ctypes.CDLL(None).prctl(37, ctypes.byref(adopts), 0, 0, 0), adopts)
gc.collect()  # of what starts inside, some garbage is left until the first collection
say("objects", *(thing for thing in gc.get_objects() if "greenprof" in str(getattr(thing, "__module__", ""))))
sys.stdout.flush()
os.system("env | sort")
"""

# For programs that work for a moment, so that they are sampled meanwhile.
SPIN = """
def spin(seconds=0.25):
    import time
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        for _ in range(1000):
            pass
"""


@dataclass(frozen=True)
class Ended:
    """How a program ended, and what it wrote; ``code`` is what a shell makes of it, 128 + n for signal n."""

    code: int
    stdout: bytes
    stderr: bytes


@dataclass(frozen=True)
class Both:
    """Runs a program natively and under greenprof in `folder`, which is made anew for each of them."""

    folder: Path
    report_file: Path
    look_around: str = LOOK_AROUND
    spin: str = SPIN
    patience_s: float = PATIENCE_S

    def run(self, files, words=("app.py",), command=None, run=None, **options):
        """How it ended natively and under greenprof, started by `run(command, options)`.

        The program is that of ``greenprof run WORDS``, or any `command` as of ``greenprof run -- COMMAND``.
        """
        ours = [GREENPROF, "run", "-q", "--no-lint", "-o", str(self.report_file)]
        commands = ([*command], [*ours, "--", *command]) if command else ([sys.executable, *words], [*ours, *words])
        ends = []
        for each in commands:
            self._lay(files)
            ends.append((run or self.to_the_end)(each, {"cwd": self.folder, "env": self._environment, **options}))
        return tuple(ends)

    def _lay(self, files):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    @property
    def _environment(self):
        # What the test run itself has in its environment may be seen by the one or the other only.
        return {
            "PATH": os.environ["PATH"], "HOME": str(self.folder.parent), "LANG": "C.UTF-8", "PYTHONPATH": "",
            "GREENPROF_STATE": os.environ["GREENPROF_STATE"], "GREENPROF_HISTORY": "off",
        }  # fmt: skip

    @staticmethod
    def ended(returncode, stdout, stderr=b""):
        return Ended(returncode if returncode >= 0 else 128 - returncode, stdout, stderr)

    @staticmethod
    def to_the_end(command, options):
        """Run a command as usual, with something to read."""
        options = {"input": b"some text\n", "capture_output": True, "timeout": PATIENCE_S, **options}
        done = subprocess.run(command, check=False, **options)
        return Both.ended(done.returncode, done.stdout, done.stderr)

    @staticmethod
    def at_a_terminal(command, options, react):
        """Run a command in the foreground of a terminal of its own; what `react` says to its output is typed."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(options["cwd"])
            os.execve(command[0], command, options["env"])
        seen, patience = b"", time.monotonic() + PATIENCE_S
        while time.monotonic() < patience:
            if select.select([terminal], [], [], 0.1)[0]:
                try:
                    part = os.read(terminal, 1 << 16)
                except OSError:  # nobody has the terminal open any more
                    break
                seen += part
                os.write(terminal, react(part))
        else:
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        os.close(terminal)
        return Both.ended(os.waitstatus_to_exitcode(status), seen)

    @staticmethod
    def differences(native, ours):
        """Line by line; addresses are never the same."""

        def told(ended):
            text = f"ended with {ended.code}\n{ended.stdout.decode()}\nstandard error:\n{ended.stderr.decode()}"
            return re.sub("0x[0-9a-f]+", "0x…", text).splitlines()

        changes = difflib.unified_diff(told(native), told(ours), "native", "under greenprof", n=0, lineterm="")
        return [change[:400] for change in changes][:40]

    @property
    def report(self):
        """The report of the run under greenprof."""
        return json.loads(self.report_file.read_text(encoding="utf-8"))

    def seconds_on(self, name):
        """CPU seconds on the lines of a file."""
        return sum(spot["cpu_s"] for spot in self.report["hotspots"] if spot["path"].endswith(name))


@pytest.fixture
def both(tmp_path):
    return Both(tmp_path / "folder", tmp_path / "report.json")
