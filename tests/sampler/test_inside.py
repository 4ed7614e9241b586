"""Programs that sample themselves, because nobody can read their memory."""

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from greenprof.processes import ProcessTree
from greenprof.sampler import Sampler, target_environment
from greenprof.sampler.inside import WHY_LOOPS, InsideReader, shares_of_windows, why_inside

REASON = "it is a test"


class Told:
    """What programs told of themselves, window by window."""

    def __init__(self, done, windows, sampler):
        self.done = done
        self.windows = windows
        self.sampler = sampler

    def cpu_s(self, key):
        """CPU seconds by what `key` says of a sample."""
        found = defaultdict(float)
        for sample in self.samples:
            found[key(sample)] += sample.cpu_s
        return found

    def wait_s(self, key):
        found = defaultdict(float)
        for sample in self.samples:
            found[key(sample)] += sample.wait_s
        return found

    @property
    def samples(self):
        return [sample for _, samples in self.windows for sample in samples]


@pytest.fixture
def inside(tmp_path, script):
    """Run a program that samples itself, and read what it tells in windows of 0.1 s."""

    def run(program, *, python=sys.executable, tree=None):
        command = program if isinstance(program, list) else [python, str(script(program))]
        handover = tmp_path / "handover"
        handover.mkdir(exist_ok=True)
        sampler = Sampler(handover, tree, inside=True)
        windows = []
        with subprocess.Popen(
            command,
            env=target_environment(os.environ, handover, REASON),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
        ) as process:
            begun = time.monotonic()
            if tree is not None:
                tree.started(process.pid, command)
            while process.poll() is None:
                time.sleep(0.1)
                sampler.sample()
                windows.append((begun, sampler.flush(time.monotonic() - begun)))
                begun = time.monotonic()
            sampler.sample()
            windows.append((begun, sampler.flush(time.monotonic() - begun)))
            process.stdout_text, process.stderr_text = process.stdout.read(), process.stderr.read()
        sampler.close()
        assert not [path for path in handover.iterdir() if path.suffix == ".inside"], "all of it was read"
        return Told(process, windows, sampler)

    return run


def function_of(*names):
    def key(sample):
        return next((frame.function for frame in sample.frames if frame.function in names), None)

    return key


WORK = """
import sys, time
def work(n):
    x = 0
    for i in range(n):
        x = x * 3 + i & 0xffff
    return x
def busy(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        work(200)
"""


def test_functions_get_the_share_that_they_used(inside):
    told = inside(f"{WORK}\ndef seventy(): busy(1.4)\ndef thirty(): busy(0.6)\nseventy()\nthirty()\n")
    assert told.done.stderr_text == ""
    found = told.cpu_s(function_of("seventy", "thirty"))
    assert found["seventy"] == pytest.approx(1.4, abs=0.1)
    assert found["thirty"] == pytest.approx(0.6, abs=0.1)


def test_lines_are_those_of_the_loop(inside):
    told = inside(f"{WORK}\nbusy(0.6)\n")
    lines = {sample.frames[-1].line for sample in told.samples if sample.frames[-1].function == "work"}
    assert lines <= {4, 5, 6, 7}
    assert not told.sampler.exact_lines
    assert told.sampler.notes == (f"{WHY_LOOPS} (not from outside because: {REASON})",)


def test_a_function_that_is_only_entered_is_on_the_line_of_its_caller(inside):
    # Without a loop of its own it hands over the interpreter nowhere but at its entry.
    told = inside(
        f"""{WORK}
def tree(n):
    return 1 + (tree(n - 1) + tree(n - 1) if n else 0)
end = time.thread_time() + 0.6
while time.thread_time() < end:
    tree(9)
"""
    )
    lines = told.cpu_s(lambda sample: (sample.frames[-1].function, sample.frames[-1].line))
    assert lines["tree", 13] < 0.05 * sum(lines.values())  # its first line
    assert lines["tree", 14] > 0.6 * sum(lines.values())


def test_threads_with_and_without_the_interpreter(inside):
    told = inside(
        f"""{WORK}
import hashlib, threading
def hashing():
    data, end = bytes(1 << 20), time.thread_time() + 0.8
    while time.thread_time() < end:
        hashlib.sha256(data)
def counting():
    busy(0.8)
threads = [threading.Thread(target=each) for each in (hashing, counting)]
for each in threads: each.start()
for each in threads: each.join()
"""
    )
    found = told.cpu_s(function_of("hashing", "counting"))
    assert found["hashing"] == pytest.approx(0.8, abs=0.1)
    assert found["counting"] == pytest.approx(0.8, abs=0.1)


def test_sleeping_is_waiting(inside):
    told = inside(
        f"""{WORK}
def sleeps():
    time.sleep(0.05)
spent = 0
for _ in range(10):
    busy(0.05)
    begun = time.monotonic()
    sleeps()
    spent += time.monotonic() - begun
print(spent)
"""
    )
    cpu, wait = (of(function_of("busy", "sleeps")) for of in (told.cpu_s, told.wait_s))
    assert cpu["busy"] == pytest.approx(0.5, abs=0.15)
    assert cpu["sleeps"] < 0.1
    assert wait["sleeps"] == pytest.approx(float(told.done.stdout_text), abs=0.25)


def test_what_is_told_late_belongs_to_the_window_in_which_it_was_seen(inside):
    told = inside(f"{WORK}\nbusy(0.5)\ntime.sleep(0.5)\nprint(time.monotonic())\nbusy(0.5)\n")
    woke = float(told.done.stdout_text)
    seconds = [0.0] * len(told.windows)
    assert sum(sample.windows_ago > 0 for sample in told.samples) > 3
    for place, (_, samples) in enumerate(told.windows):
        for sample in samples:
            assert 0 <= sample.windows_ago <= place
            seconds[place - sample.windows_ago] += sample.cpu_s
    starts = [start for start, _ in told.windows]
    asleep = [used for start, used in zip(starts, seconds, strict=True) if woke - 0.4 < start < woke - 0.2]
    awake = [used for start, used in zip(starts, seconds, strict=True) if woke - 0.1 < start]
    assert asleep
    assert max(asleep) < 0.02
    assert sum(awake) == pytest.approx(0.5, abs=0.1)


def test_a_kill_loses_little(inside):
    told = inside(f"{WORK}\nimport os\nbusy(1)\nos.kill(os.getpid(), 9)\n")
    assert told.done.returncode == -signal.SIGKILL
    assert sum(told.cpu_s(lambda _: 0).values()) == pytest.approx(1, abs=0.3)


@pytest.mark.parametrize(
    "end",
    ["", "sys.exit(3)", "1 / 0", "import os; os.abort()", "import os, signal; os.kill(os.getpid(), signal.SIGINT)"],
)
def test_the_program_ends_as_natively(inside, script, tmp_path, end):
    path = script(f"{WORK}\nimport atexit\natexit.register(print, 'at the end')\nbusy(0.05)\n{end}\n")
    native = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=False, cwd=tmp_path)
    told = inside([sys.executable, str(path)])
    assert told.done.returncode == native.returncode
    assert (told.done.stdout_text, told.done.stderr_text) == (native.stdout, native.stderr)


SEEN = """
import sys
modules = sorted(sys.modules)
import atexit, json, os, threading, signal
print(json.dumps([
    modules, dict(os.environ), sys.path, threading.active_count(), [each.name for each in threading.enumerate()],
    sys.getswitchinterval(), repr(sys.gettrace()), repr(sys.getprofile()), sorted(signal.pthread_sigmask(0, [])),
    [repr(h).split(" at ")[0] for h in [*sys.meta_path, *sys.path_hooks]], len(os.listdir("/proc/self/fd")),
]))
"""


def test_all_that_the_program_can_see_is_one_thread_more(inside, script, tmp_path):
    path = script(SEEN)
    native = subprocess.run(
        [sys.executable, str(path)], capture_output=True, text=True, check=False, cwd=tmp_path, env=dict(os.environ)
    )
    told = inside([sys.executable, str(path)])
    for mine, its in zip(json.loads(told.done.stdout_text), json.loads(native.stdout), strict=True):
        assert mine == its


def test_children_of_a_fork_tell_too_and_no_warning_is_given(inside):
    told = inside(
        f"""{WORK}
import os, warnings
warnings.simplefilter("error")
for _ in range(3):
    pid = os.fork()
    if pid == 0:
        busy(0.3)
        sys.exit()
    os.waitpid(pid, 0)
busy(0.1)
"""
    )
    assert (told.done.returncode, told.done.stderr_text) == (0, "")
    assert len(told.sampler.processes) == 4
    assert sum(told.cpu_s(lambda _: 0).values()) == pytest.approx(1, abs=0.2)


def test_many_threads_and_deep_stacks(inside):
    told = inside(
        f"""{WORK}
import threading
sys.setrecursionlimit(20_000)
threading.stack_size(1 << 26)
def deep(n):
    return busy(0.4) if n == 0 else deep(n - 1)
many = [threading.Thread(target=time.sleep, args=(0.6,)) for _ in range(50)]
threads = [threading.Thread(target=deep, args=(5000,)), *many]
for each in threads: each.start()
for each in threads: each.join()
"""
    )
    assert told.done.stderr_text == ""
    depths = {len(sample.frames) for sample in told.samples if sample.frames[-1].function in ("busy", "work")}
    assert depths == {257}
    assert told.cpu_s(function_of("deep"))["deep"] == pytest.approx(0.4, abs=0.15)


def test_a_program_that_removes_its_folders_goes_on(inside):
    told = inside(
        f"""{WORK}
import os, shutil, tempfile
folder = tempfile.mkdtemp()
os.chdir(folder)
os.rmdir(folder)
busy(0.3)
"""
    )
    assert (told.done.returncode, told.done.stderr_text) == (0, "")
    assert sum(told.cpu_s(lambda _: 0).values()) == pytest.approx(0.3, abs=0.1)


def test_the_rest_of_the_tree_stands_under_its_commands(inside, tmp_path):
    (tmp_path / "busy.py").write_text(f"{WORK}\nbusy(0.5)\n", encoding="utf-8")
    tree = ProcessTree()
    burn = "i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done"
    told = inside(["bash", "-c", f"{burn}; {sys.executable} busy.py; exit 0"], tree=tree)
    assert sum(told.cpu_s(function_of("busy")).values()) == pytest.approx(0.5, abs=0.15)
    assert len(told.sampler.processes) == 1
    tree.close()


# What greenprof does where memory cannot be read


def test_here_memory_can_be_read():
    assert why_inside() is None


_NO_READING = """
import ctypes, os, struct, sys
class Filter(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]
PROCESS_VM_READV, ALLOW, REFUSE = 310, 0x7FFF0000, 0x00050000 | 1  # EPERM
code = b"".join(struct.pack("=HBBI", *each) for each in [
    (0x20, 0, 0, 0),  # load the number of the system call
    (0x15, 0, 1, PROCESS_VM_READV),
    (0x06, 0, 0, REFUSE),
    (0x06, 0, 0, ALLOW),
])
buffer = ctypes.create_string_buffer(code)
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0  # PR_SET_NO_NEW_PRIVS
assert libc.prctl(22, 2, ctypes.byref(Filter(len(code) // 8, ctypes.addressof(buffer))), 0, 0) == 0  # PR_SET_SECCOMP
"""


@pytest.fixture
def forbidding(script):
    """A program that forbids itself to read other processes' memory, and then runs another one."""
    if os.uname().machine != "x86_64":
        pytest.skip("the number of the system call is that of x86-64")
    path = script(f"{_NO_READING}\nos.execv(sys.argv[1], sys.argv[1:])\n", "forbidding.py")
    return [sys.executable, str(path)]


def test_a_container_that_forbids_it_is_noticed(forbidding):
    text = "from greenprof.sampler.inside import why_inside; print(why_inside())"
    done = subprocess.run([*forbidding, sys.executable, "-c", text], capture_output=True, text=True, check=False)
    assert "reading its memory is not permitted" in done.stdout, done.stderr


LOOPS = """
def f(n):
    x = 0
    for i in range(n):
        x += i
        x ^= 3
    return x
f(5_000_000)
text = ""
for i in range(60_000):
    text += str(i)
"""


def report_of(folder, *command):
    """The report of a run of `command`, in JSON."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))


RUN = [sys.executable, "-m", "greenprof", "run", "-q", "--meter", "estimate:65", "-o", "report.json"]


@pytest.mark.parametrize("how", ["forbidden", "asked for"])
def test_a_run_shows_loops_and_says_why(how, script, tmp_path, request):
    script(LOOPS)
    if how == "forbidden":
        command, reason = [*request.getfixturevalue("forbidding"), *RUN], "reading its memory is not permitted"
    else:
        command, reason = [*RUN, "--sampler", "inside"], "it was asked for"
    report = report_of(tmp_path, *command, "program.py")
    spans = {(spot["line"], spot["end_line"]): spot for spot in report["hotspots"] if spot["cpu_s"] > 0.1}
    assert spans.keys() >= {(4, 6)}
    assert spans.keys() <= {(4, 6), (10, 11)}
    assert spans[4, 6]["source"] == "for i in range(n):"
    assert [note for note in report["notes"] if reason in note and WHY_LOOPS in note]
    finding = next(one for one in report["findings"] if one["rule"] == "string-concat-in-loop")
    assert finding["line"] == 11
    assert finding["energy_j"] == pytest.approx(
        sum(spot["self_j"] + (spot["idle_j"] or 0) for spot in report["hotspots"] if spot["line"] == 10)
    )
    placed_j = sum(spot["self_j"] for spot in report["hotspots"])
    assert placed_j + report["energy"]["unattributed_j"] == pytest.approx(report["energy"]["process_j"])
    assert placed_j > 0.8 * report["energy"]["process_j"]


# Files


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
    path = tmp_path / "1-1.inside"
    path.write_text(text, encoding="utf-8", errors="replace")
    reader = InsideReader()
    assert reader.take(path) is None
    assert (reader.processes, reader.flush(0.1), len(reader.notes)) == ((), {}, 1)


GOOD = {
    "pid": 5,
    "since_ns": 10,
    "until_ns": 20,
    "cwd": "",
    "why": "",
    "frames": [["61", 1, "62", 1]],
    "threads": [{"cpu_ns": 6, "ran": [[2, [0]], [1, [-1, 0]]], "waited": [[1, [0]]]}],
}


@pytest.mark.parametrize(
    "change",
    [
        {"pid": -5},
        {"pid": True},
        {"since_ns": "10"},
        {"cwd": "x"},
        {"frames": [["61", 1, "62"]]},
        {"frames": [["61", -1, "62", 1]]},
        {"threads": [{"cpu_ns": -6, "ran": [], "waited": []}]},
        {"threads": [{"cpu_ns": 6, "ran": [[1, [1]]], "waited": []}]},
        {"threads": [{"cpu_ns": 6, "ran": [[1, [-2]]], "waited": []}]},
        {"threads": [{"cpu_ns": 6, "ran": [[-1, [0]]], "waited": []}]},
        {"threads": [{"cpu_ns": 6, "ran": 1, "waited": []}]},
    ],
)
def test_a_file_with_one_thing_wrong_is_left_out(tmp_path, change):
    path = tmp_path / "5-1.inside"
    reader = InsideReader()
    path.write_text(json.dumps(GOOD), encoding="ascii")
    assert reader.take(path) == 5
    samples = reader.flush(1)[5]
    assert sum(sample.cpu_s for sample in samples) == pytest.approx(6e-9)
    assert sum(sample.count for sample in samples) == 4
    path.write_text(json.dumps({**GOOD, **change}), encoding="ascii")
    assert reader.take(path) is None
    assert not path.exists()


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=20, unique=True), st.integers(0, 1200), st.integers(0, 1200))
def test_shares_of_windows_add_up_and_lie_where_the_time_was(ends, one, other):
    ends = sorted(ends)
    since, until = sorted((one, other))
    shares = shares_of_windows(since, until, tuple(ends))
    assert sum(share for _, share in shares) == pytest.approx(1)
    assert all(0 < share <= 1 and 0 <= ago <= len(ends) - 2 for ago, share in shares)
    for ago, share in shares:
        start, end = ends[len(ends) - 2 - ago], ends[len(ends) - 1 - ago]
        if 0 < ago < len(ends) - 2 and until > since:
            assert share == pytest.approx((min(until, end) - max(since, start)) / (until - since))


def test_the_offset_of_the_native_id_holds_in_every_thread():
    text = """
import sys, threading
sys.path.insert(0, sys.argv[1])
import greenprof_inside as inside
at = inside._native_id_offset()
def check(): found.append(inside._int_at(threading.get_ident() + at) == threading.get_native_id())
found = []
threads = [threading.Thread(target=check) for _ in range(5)]
for each in threads: each.start()
for each in threads: each.join()
print(*found)
"""
    target = Path(target_environment({}, Path("/"))["PYTHONPATH"])
    done = subprocess.run([sys.executable, "-c", text, str(target)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True"] * 5
    assert ctypes.sizeof(ctypes.c_void_p) == 8
