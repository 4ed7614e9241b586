"""The attacks of docs/board-security.md: each is contained, the judge is alive, and the next one is judged right."""

from __future__ import annotations

import socket
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest
from double_challenge import GOOD, Submit

from greenprof.board.model import JUDGED, REJECTED, Challenge, Result
from greenprof.board.trial import in_words

MARK = "987654321"  # seconds of a sleep that nobody else sleeps


def rejected(result: Result, reason: str) -> None:
    assert result.state == REJECTED
    assert result.reason is not None
    assert reason in result.reason
    assert result.score is None


def judged(result: Result) -> None:
    assert (result.state, result.reason) == (JUDGED, None)
    assert result.score is not None


def left_running() -> list[str]:
    """Processes of the attack that still run."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes()
        except OSError:
            continue
        if MARK.encode() in words and b"pytest" not in words:
            found.append(words.decode())
    return found


@pytest.fixture(autouse=True)
def the_next_is_judged_right(submit: Submit):
    """After each attack."""
    yield
    assert not left_running()
    judged(submit(GOOD))


def test_a_fork_bomb(submit_endless: Submit) -> None:
    bomb = f"MARK = {MARK}\nimport os\nwhile True:\n    try: os.fork()\n    except OSError: pass\n"
    rejected(submit_endless(bomb), "ran longer than 1 s")


def test_a_memory_bomb(submit: Submit) -> None:
    rejected(submit("held = [bytearray(1 << 20) for _ in range(100_000)]"), "exit code 1: MemoryError")


def test_a_memory_bomb_of_many_small_ones(submit: Submit) -> None:
    bomb = "import os, time\nfor _ in range(3): os.fork()\nheld = b'x' * (50 << 20)\ntime.sleep(60)\n"
    rejected(submit(bomb), "used more than 128 MiB of memory")


def test_memory_in_files(submit: Submit) -> None:
    bomb = """
import os, sys
for folder in ("/tmp", "/dev/shm", "/", "/dev", "/proc", "/contest"):
    written = 0
    try:
        for number in range(64):
            with open(f"{folder}/{number}", "wb") as file:
                written += file.write(bytes(1 << 20))
    except OSError:
        pass
    if written > (8 << 20):
        sys.exit(3)
"""
    judged(submit(bomb + GOOD))


def test_endless_output(submit: Submit) -> None:
    rejected(submit("while True: print('x' * 1000)"), "printed more than 65536 bytes")


def test_endless_errors(submit_endless: Submit) -> None:
    result = submit_endless("import sys\nwhile True: sys.stderr.write('x' * 100_000)")
    rejected(result, "ran longer than 1 s")
    assert len(result.log) <= 4000


@pytest.mark.parametrize("closes", ["", "import os; os.close(1); os.close(2);"])
def test_endless_sleep(submit_endless: Submit, closes: str) -> None:
    rejected(submit_endless(f"{closes}import time; time.sleep({MARK})"), "ran longer than 1 s")


def test_reading_what_is_not_its_own(submit: Submit, challenge: Challenge, tmp_path: Path) -> None:
    other = tmp_path / "other.py"
    other.write_text("another submission")
    paths = [str(challenge.folder / "samples" / "1.txt"), str(challenge.folder), str(other), __file__, sys.prefix]
    paths += ["/etc/shadow", "/etc/passwd", "/home", "/var", "/run", "/sys/class", "/proc/kcore"]
    spy = f"""
import os, sys
for path in {paths!r}:
    if os.path.exists(path) and (os.path.isdir(path) or open(path, "rb").read(1)):
        print("saw", path, file=sys.stderr)
        sys.exit(3)
try:
    seen = open("/proc/1/environ", "rb").read()
except OSError:
    seen = b""
if any(name in seen for name in (b"GREENPROF", b"TOKEN", b"VIRTUAL_ENV")) or len(os.listdir("/tmp")) > 0:
    sys.exit(4)
if len([name for name in os.listdir("/proc") if name.isdigit()]) > 4:
    sys.exit(5)
"""
    judged(submit(spy + GOOD))


def test_writing_outside(submit: Submit, tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    paths = [
        "/contest/solution.py",
        "/input/number.txt",
        "/usr/bin/x",
        "/etc/x",
        "/x",
        f"{tmp_path}/x",
        "/proc/sys/kernel/x",
    ]
    vandal = f"""
import os, sys
for path in {paths!r}:
    try:
        open(path, "w").write("x")
    except OSError:
        continue
    print("wrote", path, file=sys.stderr)
    sys.exit(3)
for path in ("/contest/solution.py", "/input/number.txt", "/usr/bin/env"):
    for change in (lambda: os.chmod(path, 0o777), lambda: os.remove(path), lambda: os.rename(path, path + "x")):
        try:
            change()
        except OSError:
            continue
        sys.exit(4)
"""
    judged(submit(vandal + GOOD))
    assert not (tmp_path / "x").exists()


def test_the_network(submit: Submit) -> None:
    with socket.create_server(("127.0.0.1", 0)) as inet, socket.socket(socket.AF_UNIX) as local:
        name = f"\0greenprof-{time.monotonic_ns()}"
        local.bind(name)
        local.listen()
        port = inet.getsockname()[1]
        caller = f"""
import socket, sys
inet, local = socket.AF_INET, socket.AF_UNIX
for family, address in ((inet, ("127.0.0.1", {port})), (inet, ("192.0.2.1", 53)), (local, {name!r})):
    try:
        with socket.socket(family) as line:
            line.settimeout(0.5)
            line.connect(address)
    except OSError:
        continue
    sys.exit(3)
"""
        judged(submit(caller + GOOD))


DAEMON = f"""
import os, signal, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.execvp("sleep", ["sleep", "{MARK}"])
    os._exit(0)
"""


def test_leaving_a_daemon_behind(submit: Submit) -> None:
    """With the output still open in it: its parent has ended, so it is ended too."""
    judged(submit(DAEMON + GOOD))


def test_hiding_work_in_a_process_that_nobody_waits_for(submit: Submit) -> None:
    """Its CPU time is counted all the same; wait4 would never hear of it."""
    hidden = """
import os, signal, sys, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
back, out = os.pipe()
if os.fork() == 0:
    while time.process_time() < 0.3: pass
    os.write(out, b"%d" % (2 * int(open(sys.argv[1]).read())))
    while True: pass
print(os.read(back, 99).decode())
"""
    result = submit(hidden)
    judged(result)
    assert result.cpu_s is not None
    assert result.cpu_s > 0.29


def test_patching_the_timers(submit: Submit) -> None:
    liar = """
import os, time
time.process_time = time.perf_counter = time.monotonic = time.time = lambda: 0.0
start = os.times().user
while os.times().user < start + 0.3: pass
try: time.clock_settime(time.CLOCK_REALTIME, 0)
except OSError: pass
"""
    result = submit(liar + GOOD)
    judged(result)
    assert result.cpu_s is not None
    assert result.cpu_s > 0.28


def test_patching_the_modules_of_the_checker(submit: Submit) -> None:
    names = ("sitecustomize", "random", "sys", "greenprof", "answers", "hashlib")
    liar = {f"{name}.py": "raise SystemExit(0)" for name in names}
    rejected(submit({"solution.py": "print('anything')", **liar}), "its answer is wrong")


@pytest.mark.parametrize(
    ("makes", "what"),
    [("ln -s /etc/passwd run", "a link"), ("mkfifo run", "special file"), ("ln -s / all; touch run", "a link")],
)
def test_special_files_of_a_build(submit: Submit, makes: str, what: str) -> None:
    result = submit({"build.sh": makes}, "built")
    rejected(result, "what the build leaves: ")
    assert what in (result.reason or "")


@pytest.mark.parametrize(
    ("attack", "reason"),
    [
        (f": {MARK}; while :; do sh -c 'sleep 9' & done", "the build"),
        ("while :; do echo x; done >&2", "the build ran longer than 1.5 s"),
        (f"sleep {MARK}", "the build ran longer than 1.5 s"),
        ("head -c 100000000 /dev/zero > big; exit 7", "the build fails with exit code 7"),
        ("touch /usr/x || touch /source/x || exit 7", "the build fails with exit code 7"),
    ],
)
def test_a_build_that_attacks(submit_endless: Submit, attack: str, reason: str) -> None:
    rejected(submit_endless({"build.sh": attack}, "built"), reason)


def test_a_build_that_leaves_a_daemon(submit: Submit) -> None:
    build = f"""
setsid sleep {MARK} >/dev/null 2>&1 &
printf '%s\\n' '#!/usr/bin/env python3' '{GOOD.strip()}' > run
chmod +x run
"""
    judged(submit({"build.sh": build}, "built"))


def test_output_that_is_a_page_or_drives_a_terminal(submit: Submit, challenge: Challenge) -> None:
    result = submit("print('<script>alert(1)</script>\\x1b[2J'); import sys; sys.exit('\\x1b]0;owned\\x07<b>')")
    rejected(result, "exit code 1: ")
    assert "\x1b" not in (result.reason or "")
    assert "\x1b" not in in_words(challenge, result)


def test_harming_a_rival_by_burning(submit: Submit) -> None:
    """What burns is gone before the judge goes on to the next."""
    burner = DAEMON.replace('"sleep", ["sleep",', '"sh", ["sh", "-c", "while :; do :; done",')
    assert "done" in burner
    judged(submit(burner + GOOD))


def test_detecting_the_judge(submit: Submit) -> None:
    """Right on the public sample, and a guess on what is measured."""
    result = submit("import sys\nnumber = open(sys.argv[1]).read()\nprint(288545018 if number == '144272509' else 0)")
    rejected(result, "on the input of seed")


def test_remembering_between_runs(submit: Submit) -> None:
    cheat = """
import os, sys
for folder in ("/tmp", "/dev/shm"):
    if os.path.exists(folder + "/kept"): sys.exit(3)
    open(folder + "/kept", "w").write("x")
"""
    judged(submit(cheat + GOOD))


def test_right_answers_with_a_wrong_exit_code(submit: Submit) -> None:
    rejected(submit(GOOD + "sys.exit(9)"), "ends with exit code 9")


def test_killing_all_that_it_can_see(submit: Submit) -> None:
    killer = "import os\nfor pid in (1, os.getppid()):\n    os.kill(pid, 9)\nos.kill(-1, 9)\n"
    rejected(submit(killer), "")


def test_more_rights(submit: Submit) -> None:
    climber = """
import os, subprocess, sys
for number, command in enumerate(("unshare --user --map-root-user true", "mount -t tmpfs x /tmp"), start=3):
    if subprocess.run(command.split(), stderr=subprocess.DEVNULL).returncode == 0: sys.exit(number)
for change in (lambda: os.setuid(0), lambda: os.chroot("/tmp"), lambda: os.nice(-5)):
    try: change()
    except OSError: continue
    sys.exit(6)
"""
    judged(submit(climber + GOOD))


def test_tracing_process_1(submit_endless: Submit) -> None:
    """Where the library for it is installed, the kernel refuses the call; else it only stops its own sandbox."""
    tracer = "import ctypes, sys\nif ctypes.CDLL(None).ptrace(16, 1, 0, 0) == 0: sys.exit(3)\n"
    result = submit_endless(tracer + GOOD)
    if find_spec("pyseccomp"):
        judged(result)
    else:
        assert result.state == REJECTED
