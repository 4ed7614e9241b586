"""A proof that is stopped: nothing is left behind but how far it came, and it goes on from there."""

import json
import signal
import subprocess
import sys
import time

import pytest

COMMAND = ("--", sys.executable, "app.py")
FAST = """\
    def missing(n):
        stock = {item: item % 10 for item in range(n)}
        return sum(item not in list(stock.keys()) for item in range(0, 2 * n, 3))


    def half(n):
        stock = {item: item % 10 for item in range(n)}
        return sum(item // 2 not in list(stock.keys()) for item in range(0, 2 * n, 3))


    print(missing(2000), half(2000))
    """


@pytest.fixture
def started(shop, project_files):
    """A proof that is under way, with one fix tried."""
    project_files({"app.py": FAST})
    (shop / "test_app.py").unlink()
    process = subprocess.Popen(
        [sys.executable, "-m", "greenprof", "prove", "-q", *COMMAND],
        cwd=shop, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    until = time.monotonic() + 200
    while not _tried(shop):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.02)
    yield process
    process.kill()
    process.communicate()


def _tried(shop):
    try:
        return json.loads((shop / ".greenprof/prove/state.json").read_text())["trials"]
    except FileNotFoundError:
        return []


def test_killed_it_leaves_the_tree_alone_and_goes_on(started, shop, git, prove):
    before = (shop / "app.py").read_bytes()
    (first,) = _tried(shop)
    started.kill()
    started.wait()
    assert (shop / "app.py").read_bytes() == before
    # What it knows is of this code only.
    (shop / "app.py").write_bytes(before + b"# changed\n")
    stale = prove("--resume")
    assert stale.code == 2
    assert "app.py changed since the proof was interrupted" in stale.err
    (shop / "app.py").write_bytes(before)
    done = prove("--resume", "-f", "json")
    assert done.code == 0, done.err
    proof = json.loads(done.out)
    assert proof["trials"][0]["saving"]["ratio"] == first["saving"]["ratio"]  # not measured once more
    assert [one["verdict"] for one in proof["trials"]] == ["kept", "kept"]
    assert len(git("worktree", "list").splitlines()) == 1
    git("apply", proof["patch_file"])
    assert (shop / "app.py").read_text().count("list(stock.keys())") == 0
    again = prove("--resume")
    assert (again.code, again.err) == (2, "greenprof: there is no unfinished proof here; name what to prove\n")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_told_to_stop_it_cleans_up_and_says_how_to_go_on(started, shop, git, number, code):
    before = (shop / "app.py").read_bytes()
    started.send_signal(number)
    out, err = started.communicate(timeout=60)
    assert (started.returncode, out) == (code, "")
    assert "of 2 fixes; greenprof prove --resume goes on" in err
    assert "Traceback" not in err
    assert not (shop / ".greenprof/prove/work").exists()
    assert len(git("worktree", "list").splitlines()) == 1
    assert (shop / "app.py").read_bytes() == before
    assert git("status", "--porcelain") == " M app.py\n"


def test_one_at_a_time(started, prove):
    other = prove(*COMMAND)
    assert other.code == 2
    assert "another greenprof prove is at work in this project" in other.err
