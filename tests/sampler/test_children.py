"""Every Python of a process tree is sampled, however it was started; other programs stand under their commands."""

import contextlib
import functools
import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenprof.child import end_of
from greenprof.member import Spent
from greenprof.model import Frame
from greenprof.processes import ProcessTree, adopting_orphans
from greenprof.sampler import Sampler, StackSample, target_environment
from greenprof.sampler.accounts import Accounts
from greenprof.sampler.kin import image_of, kin_layout, loaded_files
from greenprof.sampler.layout import NotSampled
from greenprof.sampler.probe import is_cpython, layout_of_running

GREENPROF = str(Path(sys.executable).with_name("greenprof"))

WORK = """
import time

def spin(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        for n in range(1000): n * n

def most(seconds):
    spin(seconds)

def rest(seconds):
    spin(seconds)

def work(seconds=0.6):
    most(0.75 * seconds)
    rest(0.25 * seconds)

if __name__ == "__main__":
    work()
"""
IN_CHILDREN = {
    method: f"""
import multiprocessing, work
if __name__ == "__main__":
    multiprocessing.set_start_method({method!r})
    children = [multiprocessing.Process(target=work.work) for _ in range(2)]
    [child.start() for child in children]
    [child.join() for child in children]
"""
    for method in ("fork", "spawn", "forkserver")
} | {
    "futures": """
import concurrent.futures, work
if __name__ == "__main__":
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        list(pool.map(work.work, [0.3] * 4))
""",
    "os.fork": """
import os, work
for _ in range(2):
    if os.fork() == 0:
        work.work()
        os._exit(0)
os.wait()
os.wait()
""",
    "a thread that forks": """
import os, threading, work
def child():
    pid = os.fork()
    if pid == 0:
        work.work()
        os._exit(0)
    os.waitpid(pid, 0)
threads = [threading.Thread(target=child) for _ in range(2)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
""",
    "a chain": """
import os, work
if os.fork() == 0:
    if os.fork() == 0:
        work.work()
        os._exit(0)
    os.wait()
    work.work()
    os._exit(0)
os.wait()
""",
    "fork and exec": """
import os, sys, work
if os.fork() == 0:
    work.work()
    os.execv(sys.executable, [sys.executable, "work.py"])
os.wait()
""",
}
STARTS = {"spawn": 4, "forkserver": 3, "fork and exec": 2}  # of an interpreter; the resource tracker is one
SUBPROCESSES = {
    "plain": "[sys.executable, 'work.py']",
    "-I": "[sys.executable, '-I', '-c', 'import sys; sys.path[:0] = [\"\"]; import work; work.work()']",
    "-E": "[sys.executable, '-E', 'work.py']",
    "-S": "[sys.executable, '-S', 'work.py']",
    "env -i": "['env', '-i', sys.executable, 'work.py']",
    "shell": "['sh', '-c', f'sleep 0.1; {sys.executable} work.py; true']",
    "exec in a shell": "['sh', '-c', f'sleep 0.3; exec {sys.executable} -S work.py']",
}
SHORT_ONES = """
import os, work
for _ in range(15):
    if os.fork() == 0:
        work.work(0.1)
        os._exit(0)
    os.wait()
"""


def pyenv(version):
    """The executable of a Python of pyenv, None if there is none."""
    found = sorted(Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")).glob(f"versions/{version}.*/bin/python"))
    return str(found[-1]) if found else None


def python_of(version):
    executable = pyenv(version)
    if executable is None:
        pytest.skip(f"there is no Python {version}")
    return executable


@dataclass(frozen=True)
class Family:
    """What became of the CPU time of a tree of processes."""

    samples: tuple
    unplaced: tuple
    notes: tuple
    processes: tuple
    cpu_s: float
    ended: dict
    stdout: str

    @property
    def on_lines_s(self):
        return sum(sample.cpu_s for sample in self.samples)

    @property
    def under_commands_s(self):
        return sum(spent.cpu_s for spent in self.unplaced)

    def under(self, name):
        return sum(spent.cpu_s for spent in self.unplaced if spent.command and Path(spent.command[0]).name == name)

    def inside(self, function):
        """CPU time with this function on the stack."""
        return sum(s.cpu_s for s in self.samples if any(frame.function == function for frame in s.frames))


@pytest.fixture
def family(tmp_path):
    """Run a program, given as text or as a command, and sample its tree as a session does."""
    (tmp_path / "work.py").write_text(WORK, encoding="utf-8")

    def run(program, *, python=sys.executable, hz=100):
        command = program
        if isinstance(program, str):
            (tmp_path / "program.py").write_text(program, encoding="utf-8")
            command = [python, "program.py"]
        handover = tmp_path / f"handover-{random.random()}"
        handover.mkdir()
        samples, unplaced = [], []
        with adopting_orphans(), (tmp_path / "out").open("w+") as out:
            tree = ProcessTree()
            sampler = Sampler(handover, tree)
            with contextlib.closing(tree), contextlib.closing(sampler):
                process = subprocess.Popen(
                    command, env=target_environment(os.environ, handover), cwd=tmp_path, stdout=out
                )
                tree.started(process.pid, command)
                flushed_s = time.monotonic()

                def flush():
                    nonlocal flushed_s
                    cpu_s = tree.cpu_s()
                    samples.extend(sampler.flush(time.monotonic() - flushed_s))
                    unplaced.extend(sampler.unplaced)
                    flushed_s = time.monotonic()
                    return cpu_s

                with end_of(process.pid) as ended:
                    while not ended(random.uniform(0.5, 1.5) / hz):
                        sampler.sample()
                        if time.monotonic() - flushed_s > 0.1:
                            flush()
                            tree.reap_orphans()
                process.returncode = os.waitstatus_to_exitcode(tree.reap_root())
                tree.walk()
                while tree.orphans():
                    sampler.sample()
                    time.sleep(0.01)
                    tree.reap_orphans()
                cpu_s = flush()
                notes = sampler.notes
            out.seek(0)
            assert process.returncode == 0
            return Family(
                tuple(samples), tuple(unplaced), notes, sampler.processes, cpu_s, dict(tree.ended), out.read()
            )

    return run


@functools.cache
def start_cpu_s(python):
    """What this interpreter has used when it hands over, the most of three times: it is on no line, by its nature."""
    with tempfile.TemporaryDirectory() as folder:
        handed_over = []
        for _ in range(3):
            subprocess.run([python, "-c", ""], env=target_environment(os.environ, Path(folder)), check=True)
            (path,) = Path(folder).glob("*.json")
            handed_over.append(json.loads(path.read_text(encoding="utf-8"))["cpu_ns"] / 1e9)
            path.unlink()
    return max(handed_over)


def assert_sampled(found, worked_s, *, least=0.93, python=sys.executable, starts=1):
    """All of `worked_s` is on its lines, and next to nothing under commands; `starts` interpreters were started."""
    assert found.inside("work") == pytest.approx(worked_s, rel=0.12), found.notes
    assert found.inside("most") / worked_s == pytest.approx(0.75, abs=0.1), found.notes  # it ends within a window
    assert found.on_lines_s >= least * (found.cpu_s - starts * start_cpu_s(python))
    assert found.on_lines_s + found.under_commands_s <= 1.08 * found.cpu_s
    assert not any("not sampled" in note for note in found.notes), found.notes


# What is sampled


@pytest.mark.parametrize("way", IN_CHILDREN)
def test_children_of_every_kind(family, way):
    assert_sampled(family(IN_CHILDREN[way]), 1.2, starts=STARTS.get(way, 1))


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
@pytest.mark.parametrize("way", ["fork", "spawn", "a thread that forks"])
def test_children_of_every_version(family, way, version):
    python = python_of(version)
    assert_sampled(family(IN_CHILDREN[way], python=python), 1.2, python=python, starts=STARTS.get(way, 1))


@pytest.mark.parametrize("way", SUBPROCESSES)
def test_pythons_in_subprocesses(family, way):
    found = family(f"import subprocess, sys\nsubprocess.run({SUBPROCESSES[way]}, check=True)")
    assert_sampled(found, 0.6, least=0.87)


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
def test_another_python_that_does_not_hand_over_is_asked(family, version):
    command = ["env", "-i", python_of(version), "-S", "-E", "work.py"]
    found = family(f"import subprocess\nsubprocess.run({command!r}, check=True)")
    assert_sampled(found, 0.6, least=0.87)
    assert len(found.ended) == 2  # the interpreter that was asked is not of the tree


def test_a_python_at_the_root_that_does_not_hand_over_is_asked(family):
    assert_sampled(family([sys.executable, "-E", "-S", "work.py"]), 0.6)


def test_a_virtual_environment(family, tmp_path):
    for kind in ("symlinks", "copies"):
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", f"--{kind}", str(tmp_path / kind)], check=True)
    commands = [["env", "-i", str(tmp_path / kind / "bin" / "python"), "work.py"] for kind in ("symlinks", "copies")]
    found = family(f"import subprocess\nfor command in {commands!r}: subprocess.run(command, check=True)")
    assert_sampled(found, 1.2)


def test_many_short_workers(family):
    found = family(SHORT_ONES)
    assert len(found.processes) == 16
    assert found.inside("work") == pytest.approx(1.5, rel=0.12)


def test_an_orphan_of_a_double_fork(family):
    found = family(
        "import os, work\nif os.fork() == 0:\n    if os.fork() == 0: work.work()\n    os._exit(0)\nos.wait()\n"
    )
    assert found.inside("work") == pytest.approx(0.6, rel=0.12)


def test_what_the_parent_used_before_a_fork_is_not_the_childs(family):
    found = family(
        "import os, work\nwork.most(0.6)\nif os.fork() == 0:\n    work.rest(0.3)\n    os._exit(0)\nos.wait()\n"
    )
    assert found.inside("most") == pytest.approx(0.6, rel=0.12)
    assert found.inside("rest") == pytest.approx(0.3, rel=0.15)


# What is not


def test_another_program_stands_under_its_command(family, tmp_path):
    (tmp_path / "noise").write_bytes(os.urandom(12_000_000))
    found = family("import subprocess, sys\nsubprocess.run(['gzip', '-kc', 'noise'], stdout=subprocess.DEVNULL)")
    (own_s,) = [cpu_s for command, cpu_s in found.ended.values() if command[0] == "gzip"]
    assert own_s > 0.1
    assert found.under("gzip") == pytest.approx(own_s, abs=0.02)
    assert len(found.processes) == 1


def test_a_python_that_becomes_another_program_is_let_go(family, tmp_path):
    (tmp_path / "noise").write_bytes(os.urandom(12_000_000))
    found = family(
        "import os, work\nif os.fork() == 0:\n    work.work()\n    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)\n"
        "    os.execvp('gzip', ['gzip', '-kc', 'noise'])\nos.wait()\n"
    )
    assert found.inside("work") == pytest.approx(0.6, rel=0.12)
    total_s = max(cpu_s for command, cpu_s in found.ended.values() if command[0] == "gzip")
    assert found.under("gzip") == pytest.approx(total_s - 0.6, abs=0.05)


def test_those_that_end_before_they_are_seen_do_not_vanish(family):
    found = family(
        "import os, work\nfor _ in range(100):\n    if os.fork() == 0:\n"
        "        work.spin(0.003)\n        os._exit(0)\n    os.wait()\n"
    )
    assert found.on_lines_s + found.under_commands_s == pytest.approx(found.cpu_s, rel=0.15)
    assert found.on_lines_s + found.under_commands_s <= 1.05 * found.cpu_s
    assert not any("it had ended" in note for note in found.notes)


@pytest.mark.parametrize("version", ["2.7", "3.9", "3.10"])
def test_an_older_python_says_so(family, version):
    command = [python_of(version), "-c", "sum(n * n for n in range(5000000))"]
    found = family(f"import subprocess\nsubprocess.run({command!r})")
    assert any(f"it is Python {version}, and sampling needs 3.11" in note for note in found.notes), found.notes
    assert found.under(Path(command[0]).name) > 0.1
    assert len(found.processes) == 1


def test_pypy_says_so(family, tmp_path):
    shutil.copy("/bin/bash", tmp_path / "pypy3.11")
    found = family(["./pypy3.11", "-c", "for ((n = 0; n < 200000; n++)); do :; done"])
    assert any("it is pypy, not CPython" in note for note in found.notes), found.notes
    assert found.processes == ()
    assert found.under_commands_s == pytest.approx(found.cpu_s, abs=0.02)


def test_what_is_only_called_python_is_not_misread(family, tmp_path):
    shutil.copy("/bin/bash", tmp_path / "python3.12")
    found = family(["./python3.12", "-c", "for ((n = 0; n < 400000; n++)); do :; done"])
    assert any("its interpreter did not answer" in note for note in found.notes), found.notes
    assert found.processes == ()
    assert found.under_commands_s == pytest.approx(found.cpu_s, abs=0.02)


LOOK = """
import os, sys
print(sys.argv[1:], sorted(os.environ.items()), sys.path, sorted(sys.modules), os.environ.get("PYTHONPATH"), flush=True)
if len(sys.argv) < 4:
    import subprocess, multiprocessing
    subprocess.run([sys.executable, *sys.argv, "x"])
    subprocess.run([sys.executable, "-I", *sys.argv, "x"])
    subprocess.run([sys.executable, *sys.argv, "x", "y"], env={"PYTHONPATH": "lib", "A": "b"})
    subprocess.run("env | sort", shell=True)
"""


def test_no_child_sees_anything_of_it(family, tmp_path):
    found = family(LOOK)
    native = subprocess.run(
        [sys.executable, "program.py"], cwd=tmp_path, env=dict(os.environ), capture_output=True, text=True, check=True
    )
    assert found.stdout == native.stdout
    assert "GREENPROF_HANDOVER" not in found.stdout


# The parts


@pytest.fixture
def waiting(tmp_path):
    """A Python that was started without any of this: its process id."""
    with subprocess.Popen(
        [sys.executable, "-I", "-c", "print(flush=True); input()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        time.sleep(0.05)
        yield process.pid
        process.communicate(b"\n")


def test_a_running_python_tells_its_layout(waiting, tmp_path):
    layout = layout_of_running(waiting, tmp_path / "asked")
    assert (layout.pid, layout.native_id) == (waiting, waiting)
    assert layout.version == sys.hexversion


def test_a_layout_at_another_place_is_refused(waiting, tmp_path):
    layout = layout_of_running(waiting, tmp_path / "asked")
    assert kin_layout(layout, 0, waiting) is not None
    for shift in (8, -8, 4096, -4096, 1 << 20, -(1 << 20), 1 << 40):
        assert kin_layout(layout, shift, waiting) is None
    for change in (8, -8, 16, 64):
        misplaced = kin_layout(replace(layout, threads=layout.threads + change), 0, waiting)
        # Beside the newest thread 3.13 names the main one, here the same.
        assert misplaced is None or (sys.version_info >= (3, 13) and misplaced.thread == layout.thread)
        assert kin_layout(replace(layout, thread_ids=layout.thread_ids + change), 0, waiting) is None
    with subprocess.Popen(["sleep", "10"]) as other:
        assert kin_layout(layout, 0, other.pid) is None
        other.kill()


@pytest.mark.parametrize(
    ("command", "why"), [(["sleep", "10"], "it runs sleep, which is not Python"), (None, "it had ended")]
)
def test_what_cannot_be_joined_says_why(tmp_path, command, why):
    with subprocess.Popen(command or ["true"]) as process:
        if command is None:
            process.wait()
        else:
            time.sleep(0.1)
        with pytest.raises(NotSampled, match=why):
            layout_of_running(process.pid, tmp_path / "asked")
        process.kill()


def test_a_running_python_is_sampled_from_now_on(family, tmp_path):
    program = (
        "import threading, work\nthreading.Thread(target=work.most, args=(60,), daemon=True).start()\n"
        "print(flush=True)\nwork.rest(60)\n"
    )
    (tmp_path / "long.py").write_text(program, encoding="utf-8")
    seen, handover = defaultdict(float), tmp_path / "handover"
    handover.mkdir()
    with subprocess.Popen([sys.executable, "long.py"], cwd=tmp_path, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        time.sleep(0.7)
        tree = ProcessTree()
        with contextlib.closing(tree), contextlib.closing(Sampler(handover, tree)) as sampler:
            tree.joined(process.pid, ["long.py"])
            sampler.attach(process.pid)
            assert sampler.notes == ()
            tree.cpu_s()
            before_s, both_before_s = time.clock_gettime((~process.pid << 3) | 2), by_thread_s(process.pid)
            spent_s, end_s = 0.0, time.monotonic() + 20
            while spent_s < 1 and time.monotonic() < end_s:
                for _ in range(10):
                    sampler.sample()
                    time.sleep(0.01)
                tree.cpu_s()
                for sample in sampler.flush(0.1):
                    for function in {frame.function for frame in sample.frames}:
                        seen[function] += sample.cpu_s
                spent_s = time.clock_gettime((~process.pid << 3) | 2) - before_s
            both_s = by_thread_s(process.pid)
        process.kill()
    assert seen["most"] + seen["rest"] == pytest.approx(spent_s, rel=0.1)
    # The interpreter gives each thread half of the time, but a busy machine does not.
    assert seen["rest"] == pytest.approx(both_s[process.pid] - both_before_s[process.pid], abs=0.1 * spent_s)


def by_thread_s(pid):
    """What each thread of a process has used, by the kernel's account of it."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return {int(task.name): int((task / "schedstat").read_text().split()[0]) / 1e9 for task in tasks}


def test_the_image_tells_an_exec_from_a_fork():
    with subprocess.Popen(["sh", "-c", "read line; exec sleep 10"], stdin=subprocess.PIPE) as process:
        time.sleep(0.05)
        before = image_of(process.pid)
        assert image_of(process.pid) == before
        process.stdin.write(b"\n")
        process.stdin.flush()
        deadline_s = time.monotonic() + 5
        while image_of(process.pid) == before and time.monotonic() < deadline_s:
            time.sleep(0.01)
        assert image_of(process.pid) != before
        process.kill()
    assert image_of(process.pid) is None
    reading, writing = os.pipe()
    if (pid := os.fork()) == 0:
        os.read(reading, 1)
        os._exit(0)
    assert image_of(pid) == image_of(os.getpid())
    os.write(writing, b"x")
    os.waitpid(pid, 0)
    os.close(reading)
    os.close(writing)


def test_the_files_of_a_process_lie_apart_and_hold_their_data():
    files = list(loaded_files(os.getpid()))
    assert Path(files[0].path).resolve() == Path(sys.executable).resolve()
    assert sum(loaded.start <= id(int) < loaded.end for loaded in files) == 1
    assert all(first.end <= second.start for first, second in itertools.pairwise(files))
    assert list(loaded_files(2**22 + 1)) == []


@pytest.mark.parametrize(
    ("executable", "libraries", "python"),
    [
        ("/usr/bin/python3.12", (), True),
        ("/usr/bin/python", (), True),
        ("/usr/bin/python3.13t", (), True),
        ("/usr/bin/python3.11 (deleted)", (), True),
        ("/usr/sbin/uwsgi", ("/lib/libpython3.12.so.1.0",), True),
        ("/usr/bin/gdb", ("/lib/libpython3.9.so.1.0",), False),
        ("/usr/bin/gzip", (), False),
        ("/usr/bin/python3-config", (), False),
        ("/usr/bin/pythonista", (), True),  # asked, and refused then
        ("", (), False),
    ],
)
def test_who_is_a_python(executable, libraries, python):
    assert is_cpython(executable, libraries) is python


@pytest.mark.parametrize(
    "executable", ["/usr/bin/python2.7", "/usr/bin/python3.10", "/opt/pypy3/bin/pypy3.11", "graalpy"]
)
def test_who_is_a_python_that_cannot_be_sampled(executable):
    with pytest.raises(NotSampled):
        is_cpython(executable)


def test_newcomers_are_known_at_once():
    def newcomers():
        """As soon as the budget for looking allows another look: after a slow one that is a moment later."""
        end_s = time.monotonic() + 2
        while not (found := tree.newcomers()) and time.monotonic() < end_s:
            time.sleep(0.01)
        return found

    tree = ProcessTree()
    with contextlib.closing(tree), subprocess.Popen(["sh", "-c", "sleep 5 & wait"]) as process:
        tree.started(process.pid, ["sh"])
        time.sleep(0.1)
        found = newcomers()
        assert found.pop(process.pid) == os.getpid()
        ((sleeping, parent),) = found.items()
        assert parent == process.pid
        assert tree.newcomers() == {}
        tree._newest.known += 1000  # as if the numbers had begun anew
        with subprocess.Popen(["sleep", "5"]) as after:
            assert newcomers() == {after.pid: os.getpid()}
            after.kill()
        with subprocess.Popen(["sleep", "5"]) as own:
            tree.leave_out(own.pid)
            with subprocess.Popen(["true"]) as later:
                assert newcomers() == {later.pid: os.getpid()}
            assert own.pid not in tree
            own.kill()
        os.kill(sleeping, signal.SIGTERM)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["sampled", "expected", "another", "ended"]),
        st.floats(0, 0.2),  # spent in the window
        st.floats(0, 1),  # the part of what is due that is seen on stacks
    ),
    max_size=12,
)


@given(STEPS)
@settings(deadline=None)
def test_no_time_is_booked_twice_and_none_is_negative(steps):
    accounts, spent_s, booked_s = Accounts(), 0.0, 0.0
    frame = Frame(path="a.py", line=1, function="f", function_line=1)
    for state, cpu_s, part in [*steps, ("ended", 0.0, 0.0)]:
        accounts.spend(Spent(7, ("python",), cpu_s))
        spent_s += cpu_s
        if state == "sampled":
            accounts.begin(7)
            seen_s = part * accounts.due_s(7)
            accounts.place(7, [StackSample(frames=(frame,), cpu_s=seen_s, wait_s=0.0, count=1)])
            booked_s += seen_s
        among = {name: {7} if name == state else set() for name in ("sampled", "expected", "another")}
        rests, commands = accounts.settle(among["sampled"], among["expected"], among["another"] | among["expected"])
        assert all(sample.cpu_s >= 0 for sample in rests)
        assert all(spent.cpu_s > 0 for spent in commands)
        booked_s += sum(sample.cpu_s for sample in rests) + sum(spent.cpu_s for spent in commands)
        assert booked_s <= spent_s + 1e-9
    if not any(state == "sampled" for state, _, _ in steps):
        assert booked_s == pytest.approx(spent_s)


# Through the door


def report_of(folder, *arguments):
    command = [GREENPROF, "run", "-q", "-o", "report.json", "--meter", "estimate:65", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("way", ["spawn", "a subprocess"])
def test_nearly_all_cpu_time_of_children_stands_on_lines(tmp_path, way):
    (tmp_path / "work.py").write_text(WORK.replace("seconds=0.6", "seconds=2"), encoding="utf-8")
    program = IN_CHILDREN.get(way) or "import subprocess, sys\nsubprocess.run([sys.executable, 'work.py'], check=True)"
    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    report = report_of(tmp_path, "program.py")
    told_s = sum(spot["cpu_s"] for spot in report["hotspots"] if not spot["path"].startswith("<command"))
    starting_s = sum(spot["cpu_s"] for spot in report["hotspots"] if spot["path"].startswith("<Python"))
    assert told_s >= 0.97 * report["run"]["cpu_s"]
    assert told_s - starting_s >= 0.95 * report["run"]["cpu_s"]  # an interpreter takes about 3 % of 2 s to start
    total = {function["function"]: function["total_j"] for function in report["functions"]}
    assert total["most"] / total["work"] == pytest.approx(0.75, abs=0.03)
    assert not any("not sampled" in note or "under their command" in note for note in report["notes"])
