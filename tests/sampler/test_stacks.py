"""The reader of stacks in what a busy program shows it, and a program that waits does not."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass

import pytest

from greenprof.sampler import target_environment
from greenprof.sampler.frames import StackReader
from greenprof.sampler.layout import read_layout
from greenprof.sampler.memory import Memory
from greenprof.sampler.snapshot import SnapshotReader, ThreadPlace


@dataclass(frozen=True)
class Waiting:
    """A Python that waits in a function, and how its stack is read."""

    reader: StackReader
    place: ThreadPlace

    def depth(self):
        return len(self.reader.stack(self.place)[0])


@pytest.fixture
def waiting(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", "def f(): input()\nprint(flush=True)\nf()"],
        env=target_environment(os.environ, tmp_path),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        process.stdout.readline()
        time.sleep(0.1)
        layout = read_layout(tmp_path / f"{process.pid}.json")
        yield Waiting(StackReader(Memory(process.pid), layout), ThreadPlace(layout.thread, layout.native_id))
        process.communicate(b"\n")


@pytest.fixture
def zeros(monkeypatch):
    """So many times now, no current frame is to be seen.

    In 3.11 and 3.12 what names it lies on the stack of C. When C code has called Python and the function is over
    when that place is read, something else may stand there: zeros, behind many functions of a library. This
    happens to some per cent of the stacks of an ORM, but to none in a program that a test could count on.
    """
    left = [0]
    take = SnapshotReader.take

    def take_zeros(self, place):
        snapshot = take(self, place)
        if left[0]:
            left[0] -= 1
            snapshot.current = 0
        return snapshot

    monkeypatch.setattr(SnapshotReader, "take", take_zeros)
    return lambda times: left.__setitem__(0, times)


def test_a_stack_is_read_from_its_innermost_frame(waiting):
    assert waiting.depth() == 2


def test_a_current_frame_that_is_missing_once_is_no_empty_stack(waiting, zeros):
    for times in (1, 2):
        zeros(times)
        assert waiting.depth() == 2


def test_without_a_current_frame_each_time_no_python_runs(waiting, zeros):
    zeros(100)
    assert waiting.depth() == 0
