"""Runs programs under the sampler, and beside it natively."""

import contextlib
import os
import random
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass

import pytest

from greenprof.sampler import Sampler, target_environment

if sys.platform != "linux":
    collect_ignore_glob = ["test_*.py"]


@dataclass(frozen=True)
class Profiled:
    """A program's samples and what else it left behind."""

    samples: tuple
    notes: tuple
    processes: tuple
    returncode: int
    stdout: str
    stderr: str
    wall_s: float

    def cpu_s(self, key=lambda sample: True):
        """CPU seconds by what `key` says of a sample; None leaves it out."""
        return self._by("cpu_s", key)

    def wait_s(self, key):
        return self._by("wait_s", key)

    def _by(self, field, key):
        found = defaultdict(float)
        for sample in self.samples:
            name = key(sample)
            if name is not None:
                found[name] += getattr(sample, field)
        return found

    def counted(self):
        return sum(sample.count for sample in self.samples)


@pytest.fixture
def script(tmp_path):
    """Write a program; its path."""

    def write(text, name="program.py"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def profile(tmp_path, script):
    """Run a program, given as text or as a command, and sample it `hz` times a second."""

    def run(program, *, hz=300, python=sys.executable, env=None, cwd=None, **popen):
        command = program if isinstance(program, list) else [python, str(script(program))]
        handover = tmp_path / f"handover-{random.random()}"
        handover.mkdir()
        base = dict(os.environ) if env is None else env
        sampler = Sampler(handover)
        samples, begin = [], time.monotonic()
        with (
            contextlib.closing(sampler),
            (tmp_path / "out").open("w+") as out,
            (tmp_path / "err").open("w+") as err,
            subprocess.Popen(
                command, env=target_environment(base, handover), stdout=out, stderr=err, cwd=cwd or tmp_path, **popen
            ) as process,
        ):
            due = flushed = time.monotonic()
            while process.poll() is None:
                due = max(due, time.monotonic() - 0.02) + random.uniform(0.5, 1.5) / hz
                time.sleep(max(0.0, due - time.monotonic()))
                sampler.sample()
                now = time.monotonic()
                if now - flushed >= 0.1:
                    samples += sampler.flush(now - flushed)
                    flushed = now
            samples += sampler.flush(time.monotonic() - flushed)
            out.seek(0)
            err.seek(0)
            return Profiled(
                samples=tuple(samples),
                notes=sampler.notes,
                processes=sampler.processes,
                returncode=process.returncode,
                stdout=out.read(),
                stderr=err.read(),
                wall_s=time.monotonic() - begin,
            )

    return run
