"""A Python that runs already, and that nobody can learn about from outside, is asked to hand over (3.14 and newer)."""

import subprocess
import sys
import time

import pytest

from greenprof.processes import ProcessTree
from greenprof.sampler import Sampler, sampler
from greenprof.sampler.layout import NotSampled

WORKS = """\
import sys
print("begun", flush=True)
while True:
    sum(range(1000))
    if "greenprof_handover" in sys.modules or any("greenprof" in part for part in sys.path):
        seen = True
"""


@pytest.fixture
def unknown(monkeypatch):
    """Nothing can be learnt from outside."""

    def refuse(_pid, _folder):
        raise NotSampled("Python runs inside something else")

    monkeypatch.setattr(sampler, "layout_of_running", refuse)


@pytest.fixture
def working(tmp_path):
    (tmp_path / "work.py").write_text(WORKS, encoding="utf-8")
    with subprocess.Popen([sys.executable, "work.py"], cwd=tmp_path, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        yield process
        process.kill()


def attached(pid, folder, seconds=1.0):
    """What a sampler sees of a process that runs already, and its notes."""
    tree = ProcessTree()
    tree.joined(pid, ("python", "work.py"))
    seen = Sampler(folder, tree)
    try:
        seen.attach(pid)
        begun = time.monotonic()
        while time.monotonic() < begun + seconds:
            seen.sample()
            time.sleep(0.01)
        tree.cpu_s()
        return seen.flush(seconds), seen.notes
    finally:
        seen.close()
        tree.close()


@pytest.mark.skipif(sys.version_info < (3, 14), reason="sys.remote_exec is new in 3.14")
def test_it_is_asked_and_goes_on(unknown, working, tmp_path):
    folder = tmp_path / "handover"
    folder.mkdir()
    samples, notes = attached(working.pid, folder)
    assert {sample.frames[-1].line for sample in samples if sample.cpu_s} & {4, 5}, notes
    assert not [note for note in notes if "not sampled" in note]
    assert working.poll() is None


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="it would be asked")
def test_an_older_one_is_refused_in_one_line(unknown, working, tmp_path):
    _, notes = attached(working.pid, tmp_path, seconds=0.1)
    assert f"process {working.pid} is not sampled: Python runs inside something else" in notes
