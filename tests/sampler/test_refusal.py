"""What cannot be sampled is said, and never misread."""

import json
import os
import subprocess
import sys
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from greenprof.sampler import Sampler, target_environment
from greenprof.sampler.layout import NotSampled, read_layout


@pytest.fixture
def waiting(tmp_path):
    """A Python that has handed over and waits: its process id, and what it handed over."""
    folder = tmp_path / "real"
    folder.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", "input()"],
        env=target_environment(os.environ, folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    ) as process:
        path = folder / f"{process.pid}.json"
        while not path.exists():
            time.sleep(0.01)
        time.sleep(0.1)
        yield process.pid, json.loads(path.read_text())
        process.communicate(b"\n")


def notes_for(tmp_path, values, pid=1, ticks=3):
    folder = tmp_path / f"altered-{time.monotonic_ns()}"
    folder.mkdir()
    text = values if isinstance(values, str) else json.dumps(values)
    (folder / f"{pid}.json").write_text(text)
    sampler = Sampler(folder)
    for _ in range(ticks):
        sampler.sample()
        time.sleep(0.02)
    samples = sampler.flush(0.1)
    sampler.close()
    return sampler.notes, samples


def test_what_was_handed_over_is_sampled(tmp_path, waiting):
    pid, values = waiting
    notes, samples = notes_for(tmp_path, values, pid)
    assert notes == ()
    assert [(s.frames[-1].path, s.frames[-1].function, s.cpu_s) for s in samples] == [("<string>", "<module>", 0)]


ALTERABLE = """
thread thread_ids cframe current previous code instruction bytecode stack_top owner code_path code_name code_lines
code_first_line ascii_text bytes_data probe_code probe_first_line code_type native_id
"""


@pytest.mark.parametrize("name", ALTERABLE.split())
@pytest.mark.parametrize("by", [8, -8, 16, 4096])
def test_an_altered_layout_is_refused_or_gives_no_stack(tmp_path, waiting, name, by):
    pid, values = waiting
    altered = {**values, name: values[name] + by}
    true_notes, true_samples = notes_for(tmp_path, values, pid)
    assert true_notes == ()
    notes, samples = notes_for(tmp_path, altered, pid)
    true_frames = {sample.frames for sample in true_samples}
    assert notes or not samples or {sample.frames for sample in samples} <= true_frames, (name, by, samples)


def test_a_process_that_is_not_there(tmp_path, waiting):
    _, values = waiting
    notes, samples = notes_for(tmp_path, {**values, "pid": 2**22 - 1}, 2**22 - 1)
    assert len(notes) == 1
    assert "not sampled: it had ended" in notes[0]
    assert samples == ()


def test_the_reason_that_a_process_gives_is_passed_on(tmp_path):
    notes, _ = notes_for(tmp_path, {"pid": 5, "error": b"it is PyPy".hex()}, 5)
    assert notes == ("process 5 is not sampled: it is PyPy",)


def test_nothing_handed_over_is_said(tmp_path):
    sampler = Sampler(tmp_path)
    sampler.sample()
    assert sampler.flush(0.1) == ()
    assert sampler.processes == ()
    assert len(sampler.notes) == 1
    assert "-I" in sampler.notes[0]


def test_a_folder_that_is_not_there_is_no_error(tmp_path):
    sampler = Sampler(tmp_path / "nowhere")
    sampler.sample()
    assert sampler.flush(0.1) == ()


@given(
    st.one_of(
        st.text(max_size=50),
        st.recursive(
            st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
            lambda inner: st.one_of(
                st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
            ),
        ).map(json.dumps),
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_no_file_is_believed_blindly(tmp_path, text):
    path = tmp_path / "1.json"
    path.write_text(text, encoding="utf-8", errors="replace")
    with pytest.raises(NotSampled):
        read_layout(path)


def test_a_program_that_becomes_another_is_noticed(profile, script):
    other = "import time; time.sleep(1.2)"
    run = profile(
        f"import os, sys, time\ntime.sleep(0.3)\nos.execv(sys.executable, [sys.executable, '-c', {other!r}])\n"
    )
    assert run.returncode == 0
    own = {frame for sample in run.samples for frame in sample.frames if frame.path.endswith("program.py")}
    assert {frame.function for frame in own} == {"<module>"}
    assert any("no longer sampled" in note for note in run.notes), run.notes


def test_a_program_that_is_killed_keeps_what_was_seen(profile):
    run = profile(
        """import os, time
end = time.thread_time() + 0.6
while time.thread_time() < end: pass
os.kill(os.getpid(), 9)
"""
    )
    assert run.returncode == -9
    assert sum(run.cpu_s(lambda sample: 0).values()) > 0.4


def test_several_processes_at_once(profile, script):
    busy = script("import time\nend = time.thread_time() + 0.8\nwhile time.thread_time() < end: pass\n", "busy.py")
    run = profile(["bash", "-c", f"{sys.executable} {busy} & {sys.executable} {busy} & wait"])
    assert len(run.processes) == 2
    assert sum(run.cpu_s(lambda sample: 0).values()) == pytest.approx(1.6, abs=0.3)


def test_the_clock_of_a_thread_without_schedstat_is_coarse_and_right(profile, monkeypatch):
    exists = os.path.exists
    monkeypatch.setattr(os.path, "exists", lambda path: not str(path).endswith("schedstat") and exists(path))
    run = profile("import time\nend = time.thread_time() + 1\nwhile time.thread_time() < end: pass\n")
    assert sum(run.cpu_s(lambda sample: 0).values()) == pytest.approx(1, abs=0.2)


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_systems_are_told_so(tmp_path, waiting, platform):
    # In a process of its own: what the platform is, is asked once.
    pid, values = waiting
    (tmp_path / f"{pid}.json").write_text(json.dumps(values))
    text = f"""
import sys, os, pathlib
sys.platform = {platform!r}
for name in ("sched_getaffinity", "sched_setaffinity", "sysconf", "pread"):
    delattr(os, name)
from greenprof.sampler import Sampler
sampler = Sampler(pathlib.Path({str(tmp_path)!r}))
sampler.sample()
assert sampler.flush(0.1) == ()
sampler.close()
print(sampler.notes)
"""
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"sampling needs Linux, and this is {platform}" in done.stdout
