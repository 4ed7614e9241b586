"""Both sandboxes hold, started by root and by an ordinary user."""

from __future__ import annotations

import json
import os
import shutil
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from double_challenge import submission, working, write_challenge

from greenprof.board import sandbox as module
from greenprof.board.challenge import load
from greenprof.board.judge import Judge
from greenprof.board.model import Limits
from greenprof.board.sandbox import UNSAFE, Place, Sandbox, open_sandbox
from greenprof.cli import cli
from greenprof.errors import GreenprofError
from greenprof.meters import open_meter

SANDBOXES = ("bubblewrap", "unshare")
LIMITS = Limits(wall_s=20, memory_bytes=256 << 20, disk_bytes=8 << 20, output_bytes=4096, processes=16)
ORDINARY = 54321  # a user that nobody is

# What a program of a submission tries; it prints what it could do.
PROBE = r"""
id -u | grep -qx 0 && grep -q 'CapEff:.*[1-9a-f]' /proc/self/status && echo root
for path in /usr/x /etc/x /x /dev/x /contest/x /proc/sys/kernel/hostname; do
  { echo x > $path; } 2>/dev/null && echo "wrote $path"
done
for path in /etc/shadow /etc/passwd /home /var /sys/class; do test -e $path && echo "saw $path"; done
test "$(ls -d /proc/[0-9]* | wc -l)" -gt 6 && echo "saw processes"
mount -t tmpfs x /tmp 2>/dev/null && echo mounted
unshare --user true 2>/dev/null && echo "new namespace"
head -c 16000000 /dev/zero > /tmp/big 2>/dev/null && echo "wrote much"
test -n "$SECRET" && echo "saw the environment"
cat /contest/file
"""


@pytest.fixture
def work(shared: Path) -> Path:
    (shared / "file").write_text("held\n")
    return shared


def probe(name: str, work: Path) -> str:
    said = Sandbox(name=name).run(["sh", "-c", PROBE], LIMITS, [Place(inside="/contest", outside=work)])
    return f"{said.output.decode()}{said.killed or ''}"


@pytest.mark.parametrize("name", SANDBOXES)
def test_it_holds(name: str, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "x")
    working(name)
    assert probe(name, work) == "held\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user runs the tests: the others show it")
@pytest.mark.parametrize("name", SANDBOXES)
def test_it_holds_where_an_ordinary_user_starts_it(name: str, work: Path) -> None:
    working(name)
    assert as_ordinary_user(lambda: probe(name, work)) == "held\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user runs the tests: the others show it")
def test_an_ordinary_user_can_judge(work: Path) -> None:
    working("bubblewrap")

    def judged() -> list[str | None]:
        challenge = load(write_challenge(work / "double"))
        meter = open_meter("estimate").meter
        said = []
        with Judge(challenge, meter=meter, sandbox=Sandbox(name="bubblewrap"), lock=work / "lock") as one:
            for text in ("import os\nfor _ in range(99): os.fork()", None, "open('/contest/x', 'w')"):
                result = one.judge(submission(text or (work / "double" / "reference.py").read_text()), lint=False)
                said.append(result.reason and result.reason)
        return said

    work.chmod(0o777)
    open_meter("estimate").meter.close()  # what it imports lies where an ordinary user cannot read
    bomb, good, vandal = as_ordinary_user(judged)
    assert bomb is not None
    assert good is None
    assert "Read-only file system" in vandal


def as_ordinary_user(action: Callable[[], object]):
    """What `action` returns in a process of a user without any rights, whose Python is the system's."""
    if shutil.which("python3", path="/usr/bin") is None:
        pytest.skip("there is no Python that every user may run")
    back, out = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.setgroups([])
            os.setresgid(ORDINARY, ORDINARY, ORDINARY)
            os.setresuid(ORDINARY, ORDINARY, ORDINARY)
            sys.base_prefix, sys.executable = "/usr", "/usr/bin/python3"
            os.write(out, json.dumps(action()).encode())
        except BaseException:
            os.write(out, json.dumps(traceback.format_exc()).encode())
        finally:
            os._exit(0)
    os.close(out)
    with os.fdopen(back, "rb") as file:
        said = file.read()
    os.waitpid(pid, 0)
    return json.loads(said)


@pytest.mark.parametrize("name", SANDBOXES)
def test_what_never_ends_is_ended_with_all_that_it_started(name: str) -> None:
    sandbox = working(name)
    script = "setsid sh -c 'while :; do :; done' & setsid sleep 876543210 & sleep 876543210"
    said = sandbox.run(["sh", "-c", script], LIMITS, wall_s=0.7)
    assert said.killed == "ran longer than 0.7 s"
    found = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    assert not [words for words in found if words == b"sleep\x00876543210\x00"]


def test_the_exit_code_of_a_signal_is_told() -> None:
    assert working("bubblewrap").run(["sh", "-c", "kill -SEGV $$"], LIMITS).exit_code == 128 + 11


def test_no_sandbox_no_judge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_which", lambda program: None if program in ("bwrap", "unshare") else "/usr/bin/x")
    with pytest.raises(GreenprofError, match=r"no sandbox works here .*the program bwrap is not installed"):
        open_sandbox()


def test_a_broken_sandbox_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_bubblewrap", lambda command, plan: command)  # no walls at all
    sandbox = Sandbox(name="bubblewrap")
    assert module.why_not(sandbox) == "a program in it can reach what is outside"


def test_the_operator_can_say_that_all_is_trusted(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("held")
    said = UNSAFE.run(["cat", "/contest/file"], LIMITS, [Place(inside="/contest", outside=tmp_path)], folder="/contest")
    assert (said.exit_code, said.output) == (0, b"held")


def test_an_unknown_sandbox_is_one_clear_line() -> None:
    with pytest.raises(GreenprofError, match="unknown sandbox 'jail'"):
        open_sandbox("jail")


def test_help_is_light() -> None:
    assert "try" in CliRunner().invoke(cli, ["board", "--help"]).output
