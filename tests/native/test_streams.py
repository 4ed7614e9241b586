"""What flows in and out of a program, signals included, is the same under greenprof."""

import os
import signal
import subprocess
import textwrap
import time
from contextlib import suppress

import pytest


def test_a_gigabyte_arrives_whole_and_in_time(both):
    text = "import sys\nblock = bytes(range(256)) * 4096\nfor n in range(1024):\n    sys.stdout.buffer.write(block)\n"

    def run(command, options):
        begun, size, block = time.monotonic(), 0, bytearray(1 << 20)
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, **options) as process:
            while read := process.stdout.readinto(block):
                size += read
            errors = process.stderr.read()
        assert time.monotonic() - begun < both.patience_s
        return both.ended(process.returncode, b"%d" % size, errors)

    native, ours = both.run({"app.py": text}, run=run)
    assert ours == native == both.ended(0, b"%d" % (1 << 30))


def test_a_large_input_arrives_whole(both):
    text = "import sys, zlib\ndata = sys.stdin.buffer.read()\nprint(len(data), zlib.crc32(data))"
    native, ours = both.run({"app.py": text}, input=os.urandom(1 << 20) * 30)
    assert native.stdout.startswith(b"31457280 ")
    assert not both.differences(native, ours)


def test_a_reader_that_goes_away(both):
    def run(command, options):
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options) as process:
            line = process.stdout.readline()
            process.stdout.close()
            return both.ended(process.wait(both.patience_s), line, process.stderr.read())

    native, ours = both.run({"app.py": "for n in range(1_000_000):\n    print(n)\n"}, run=run)
    assert b"BrokenPipeError" in native.stderr
    assert not both.differences(native, ours)


def test_a_daemon_goes_on_when_greenprof_has_ended(both):
    text = """
        import os, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.chdir("/")
                null = os.open(os.devnull, os.O_RDWR)
                for n in (0, 1, 2):
                    os.dup2(null, n)
                folder = os.path.dirname(os.path.abspath(__file__))
                open(os.path.join(folder, "begun"), "w").close()
                while not os.path.exists(os.path.join(folder, "go")):
                    time.sleep(0.01)
                open(os.path.join(folder, "done"), "w").write(repr((os.getcwd(), sorted(os.environ))))
            os._exit(0)
        os.wait()
        spin()
        print("started")
        """
    left = []

    def run(command, options):
        ended = both.to_the_end(command, options)
        (both.folder / "go").touch()
        done, patience = both.folder / "done", time.monotonic() + 20
        while not (done.exists() and done.read_text()) and time.monotonic() < patience:
            time.sleep(0.01)
        left.append(done.read_text())
        return ended

    native, ours = both.run({"app.py": both.spin + textwrap.dedent(text)}, run=run)
    assert not both.differences(native, ours)
    assert left[0] == left[1]
    assert any("still ran" in note for note in both.report["notes"])


def test_a_terminal_is_the_programs_own(both):
    text = """
import os, sys, tty
print([stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)], os.get_terminal_size())
print(os.tcgetpgrp(0) == os.getpgrp(), os.ttyname(0) == os.ttyname(2))
print(input("name? ").upper())
tty.setcbreak(0)
print("key?", flush=True)
print(os.read(0, 1))
"""

    def react(part):
        return b"x" if b"key?" in part else b"nobody\n" if b"name?" in part else b""

    native, ours = both.run({"app.py": text}, run=lambda *how: both.at_a_terminal(*how, react))
    assert b"NOBODY" in native.stdout
    assert b"b'x'" in native.stdout
    assert not both.differences(native, ours)


COUNT_SIGNALS = """
import signal
seen = []
signal.signal(signal.{}, lambda *_: seen.append(1))
"""


@pytest.mark.parametrize("handled", [True, False], ids=["handled", "not handled"])
def test_control_c_at_a_terminal_arrives_once(handled, both):
    handle = COUNT_SIGNALS.format("SIGINT") if handled else ""
    text = f"{both.spin}{handle}print('ready', flush=True)\nspin(0.6)\nprint(len(seen))\n"

    def react(part):
        time.sleep(0.1)  # not in the middle of its print
        return b"\x03" if b"ready" in part else b""

    native, ours = both.run({"app.py": text}, run=lambda *how: both.at_a_terminal(*how, react))
    assert (b"1" if handled else b"KeyboardInterrupt") in native.stdout.splitlines()[-1]
    assert native.code == (0 if handled else 130)
    # On which line of the loop it was interrupted is by chance.
    assert (ours.code, ours.stdout.splitlines()[-1]) == (native.code, native.stdout.splitlines()[-1])
    assert both.seconds_on("app.py") > 0


def test_a_signal_to_a_whole_group_arrives(both):
    """As a terminal that is closed or ``timeout`` sends it; a program that handles it goes on."""
    handle = COUNT_SIGNALS.format("SIGTERM")
    text = f"{both.spin}{handle}print('ready', flush=True)\nspin(0.6)\nprint(bool(seen))\n"

    def run(command, options):
        with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True, **options) as process:
            try:
                assert process.stdout.readline() == b"ready\n"
                os.killpg(process.pid, signal.SIGTERM)
                rest, _ = process.communicate(timeout=both.patience_s)
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
        return both.ended(process.returncode, rest)

    native, ours = both.run({"app.py": text}, run=run)
    assert ours == native == both.ended(0, b"True\n")
