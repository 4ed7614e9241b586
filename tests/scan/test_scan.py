"""``greenprof scan`` through its command: what it finds, what it must not, and that it leaves no trace."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from greenprof.cli import cli
from greenprof.errors import GreenprofError
from greenprof.scan import Choice, scan
from greenprof.scan.mounts import mount_of, mounts
from greenprof.scan.nouns import DAY_NS
from greenprof.scan.show import amount

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "schema" / "scan-1.json").read_text())
RANDOM = random.Random(1)
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="of Linux")


def command(*words: object) -> str:
    done = CliRunner().invoke(cli, ["scan", *map(str, words)], standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done.stdout


def found(*words: object) -> dict:
    """The JSON of a scan, held to its schema."""
    result = json.loads(command(*words, "-f", "json"))
    jsonschema.validate(result, SCHEMA)
    return result


def names(result: dict, kind: str) -> list:
    if kind == "duplicates":
        return [[Path(each["path"]).name for each in group["paths"]] for group in result["duplicates"]]
    return [Path(each["path"]).name for each in result[kind]]


def data(size: int) -> bytes:
    return RANDOM.randbytes(size)


def log(lines: int) -> str:
    return "".join(f"2026-11-{RANDOM.randrange(10, 30)} INFO request {RANDOM.random()} done\n" for _ in range(lines))


# Duplicates


def test_files_of_the_same_content_are_one_group(tmp_path):
    content = data(50_000)
    for name in ("a", "b/c", "b/d"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    result = found(tmp_path)
    assert names(result, "duplicates") == [["a", "c", "d"]]
    (group,) = result["duplicates"]
    assert group["size_bytes"] == 50_000
    assert group["freed_bytes"] == sum(each["allocated_bytes"] for each in group["paths"][1:])
    assert result["summary"]["duplicates"]["freed_bytes"] == group["freed_bytes"] > 90_000
    low, high = (result["summary"]["duplicates"][f"freed_kwh_per_year_{end}"] for end in ("low", "high"))
    assert low == pytest.approx(group["freed_bytes"] / 1e12 * 0.65 * 8.766)
    assert high == pytest.approx(group["freed_bytes"] / 1e12 * 1.2 * 8.766)


@pytest.mark.parametrize("place", [0, 5000, 25_000, 49_999])
def test_files_that_differ_in_one_byte_are_none(tmp_path, place):
    content = bytearray(data(50_000))
    (tmp_path / "a").write_bytes(content)
    content[place] ^= 1
    (tmp_path / "b").write_bytes(content)
    assert names(found(tmp_path), "duplicates") == []


def test_several_names_of_one_file_are_no_duplicates(tmp_path):
    (tmp_path / "a").write_bytes(data(50_000))
    (tmp_path / "b").hardlink_to(tmp_path / "a")
    (tmp_path / "c").symlink_to("a")
    result = found(tmp_path)
    assert names(result, "duplicates") == []
    assert result["totals"]["files"] == 1
    assert result["totals"]["hard_links"] == 1
    assert result["totals"]["symlinks"] == 1
    assert result["totals"]["size_bytes"] == 50_000


def test_a_folder_that_is_named_twice_is_seen_once(tmp_path):
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "a").write_bytes(data(50_000))
    result = found(tmp_path, tmp_path / "below", tmp_path)
    assert result["totals"]["files"] == 1
    assert names(result, "duplicates") == []


def test_links_to_folders_are_not_followed(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a").write_bytes(data(5000))
    (tmp_path / "real" / "loop").symlink_to(tmp_path)
    assert found(tmp_path)["totals"]["files"] == 1
    (tmp_path / "link").symlink_to("real")
    assert found(tmp_path / "link")["totals"]["files"] == 1, "what is named outright is looked at"


def test_files_can_be_named(tmp_path):
    content = data(50_000)
    for name in ("a", "b", "c"):
        (tmp_path / name).write_bytes(content)
    assert names(found(tmp_path / "a", tmp_path / "b"), "duplicates") == [["a", "b"]]


def test_small_and_empty_files_are_counted_only(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"x" * 100)
        (tmp_path / f"{name}-empty").touch()
    result = found(tmp_path)
    assert result["totals"]["files"] == 4
    assert names(result, "duplicates") == []
    assert names(found(tmp_path, "--min-size", "0"), "duplicates") == [["a", "b"]]


@LINUX
def test_holes_need_no_reading_and_are_zeros(tmp_path):
    for name in ("a", "b", "c"):
        with (tmp_path / name).open("wb") as file:
            file.truncate(2**42)
            file.seek(2**41)
            file.write(b"c" if name == "c" else b"x")
    (tmp_path / "full").write_bytes(bytes(3_000_000) + b"x")
    with (tmp_path / "holes").open("wb") as file:
        file.seek(3_000_000)
        file.write(b"x")
    began = time.monotonic()
    result = found(tmp_path)
    assert sorted(names(result, "duplicates")) == [["a", "b"], ["full", "holes"]]
    assert time.monotonic() - began < 30
    assert all(group["freed_bytes"] < 50_000 for group in result["duplicates"]), "kept is the copy that takes most"


def test_the_text_says_it(tmp_path):
    content = data(2_000_000)
    for name in "abcdefg":
        (tmp_path / name).write_bytes(content)
    text = command(tmp_path)
    assert "7 files in 1 folder, 14.0 MB" in text
    assert "7 files in 1 group of the same content; storing each once frees 12.0 MB" in text
    assert "7 × 2.00 MB" in text
    assert "and 2 more" in text
    assert "0.65 (hard disk) to 1.2 W/TB" in text
    assert "bevatten hetzelfde" in command(tmp_path, "--lang", "nl")


# Stale files


def aged(path: Path, days: float) -> Path:
    moment = time.time() - 86_400 * days
    os.utime(path, (moment, moment))
    return path


def stale_names(folder: Path, *, after_days: float, **choice) -> list[str]:
    """What is stale once so many days have passed: no program can set back the time at which a file came."""
    with scan(
        [folder], Choice(kinds=("stale",), **choice), now_ns=time.time_ns() + round(after_days * DAY_NS)
    ) as result:
        return [Path(seen.name).name for seen in result.stale_files()]


def test_what_lies_untouched_is_stale(tmp_path):
    (tmp_path / "small").write_bytes(data(5000))
    (tmp_path / "large").write_bytes(data(50_000))
    assert stale_names(tmp_path, after_days=366) == ["large", "small"]
    assert stale_names(tmp_path, after_days=364) == []
    assert stale_names(tmp_path, after_days=31, stale_days=30.0) == ["large", "small"]


def test_what_was_read_or_changed_is_not(tmp_path):
    (tmp_path / "read").write_bytes(data(5000))
    (tmp_path / "changed").write_bytes(data(5000))
    later = time.time() + 300 * 86_400
    os.utime(tmp_path / "read", (later, 0))
    os.utime(tmp_path / "changed", (0, later))
    assert stale_names(tmp_path, after_days=400) == []
    assert stale_names(tmp_path, after_days=700) == ["changed", "read"]


def test_an_old_date_on_a_file_that_came_today_is_not_stale(tmp_path):
    (tmp_path / "a").write_bytes(data(5000))
    aged(tmp_path / "a", 4000)
    assert names(found(tmp_path), "stale") == []


def test_stale_bytes_are_not_said_to_become_free(tmp_path):
    (tmp_path / "a").write_bytes(data(5000))
    time.sleep(0.05)
    result = found(tmp_path, "--stale", "0")
    assert names(result, "stale") == ["a"]
    assert result["summary"]["stale"]["freed_bytes"] is None


def test_where_reads_are_not_noted_is_known(tmp_path):
    table = tmp_path / "mountinfo"
    table.write_text(
        "22 1 0:20 / / rw,relatime - ext4 /dev/a rw\n"
        "23 22 0:21 / /data rw,noatime shared:1 - xfs /dev/b rw\n"
        "24 22 0:22 / /data/my\\040disk rw - btrfs /dev/c rw\n"
        "25 22 0:23 / /cd ro,relatime - iso9660 /dev/d ro\n"
        "26 22 0:24 / /proc rw - proc proc rw\n"
        "nonsense\n"
    )
    known = mounts(table)
    places = ("/", "/data", "/data/x", "/data/my disk/x", "/database", "/cd")
    atimes = ["daily", "not kept", "not kept", "kept", "daily", "not kept"]
    assert [mount_of(path, known).atime for path in places] == atimes
    assert mount_of("/proc/1", known).is_pseudo
    assert mounts(tmp_path / "none") == ()
    assert mount_of("/", ()).atime is None


# Large text


def test_large_text_is_estimated_and_the_estimate_is_careful(tmp_path):
    text = log(40_000)
    (tmp_path / "app.log").write_text(text)
    (tmp_path / "table.csv").write_text("".join(f"{n},{n * n},{'yes' if n % 3 else 'no'}\n" for n in range(120_000)))
    (tmp_path / "things.json").write_text(
        json.dumps([{"id": n, "name": f"thing {n}", "on": True} for n in range(40_000)])
    )
    result = found(tmp_path)
    assert set(names(result, "compressible")) == {"app.log", "table.csv", "things.json"}
    for one in result["compressible"]:
        left = len(gzip.compress(Path(one["path"]).read_bytes(), 6)) / one["size_bytes"]
        assert left <= one["ratio_high"], "never promised more than gzip keeps"
        assert one["ratio"] == pytest.approx(left, rel=0.12)
        assert one["samples"] == 8
        assert one["freed_low_bytes"] <= one["freed_bytes"] <= one["freed_high_bytes"]
    assert "compressing it frees about" in command(tmp_path)


def test_text_whose_parts_differ_has_a_wide_interval(tmp_path):
    with (tmp_path / "mixed.txt").open("w") as file:
        file.write("the same line again\n" * 100_000)
        file.write("".join(RANDOM.choice("0123456789abcdef") for _ in range(1_500_000)))
    (one,) = found(tmp_path)["compressible"]
    left = len(gzip.compress((tmp_path / "mixed.txt").read_bytes(), 6)) / one["size_bytes"]
    assert one["ratio_low"] < left < one["ratio_high"]
    assert one["ratio_high"] - one["ratio_low"] > 0.1


def test_a_small_enough_file_is_compressed_whole(tmp_path):
    (tmp_path / "a.txt").write_text(log(2000))
    (one,) = found(tmp_path, "--large", "10k")["compressible"]
    assert one["samples"] == 0
    assert one["ratio_low"] == one["ratio"] == one["ratio_high"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("noise.bin", data(1_200_000)),
        ("zeros.img", bytes(1_200_000)),
        ("keys.txt", base64.b85encode(data(1_000_000))),
        ("logs.txt.gz", b"named as compressed\n" * 60_000),
        ("latin.txt", "été ".encode("latin-1") * 300_000),
        ("small.txt", b"small\n" * 1000),
    ],
)  # fmt: skip
def test_what_is_no_large_text_or_does_not_shrink_is_left_alone(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    assert names(found(tmp_path), "compressible") == []


def test_letters_that_a_sample_cuts_do_not_make_it_binary(tmp_path):
    (tmp_path / "a.txt").write_text("x" + "één 世界 🌍\n" * 80_000)
    assert names(found(tmp_path), "compressible") == ["a.txt"]


# Read-only


def state(folder: Path) -> dict:
    return {
        path: (status.st_mode, status.st_size, status.st_atime_ns, status.st_mtime_ns, status.st_ctime_ns)
        for path in sorted([folder, *folder.rglob("*")])
        for status in [path.lstat()]
    }


@LINUX
def test_nothing_is_written_and_times_of_access_stay(tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    content = log(30_000)
    for name in ("a.log", "b.log"):
        (tree / name).write_text(content)
        aged(tree / name, 3)  # relatime notes a read where the last one is more than a day ago
    (tree / ".gitignore").write_text("nothing\n")
    aged(tree, 3)
    before = state(tree)
    result = found(tree, "--gitignore", "--min-size", "1")
    assert len(result["duplicates"]) == 1
    assert len(result["compressible"]) == 2
    assert result["access_times_not_kept"] == 0
    assert state(tree) == before


@LINUX
@pytest.mark.skipif(os.geteuid() != 0, reason="needs files of others")
def test_what_belongs_to_others_is_read_and_it_is_said(tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir(mode=0o755)
    for above in (*tmp_path.parents[:3], tmp_path):
        if above != Path("/tmp"):
            above.chmod(above.stat().st_mode | 0o055)
    content = data(20_000)
    for name in ("a", "b"):
        (tree / name).write_bytes(content)
    (tree / "secret").mkdir(mode=0o700)
    (tree / "mine").write_bytes(data(20_000))
    (tree / "mine").chmod(0o600)
    program = (
        "import os, sys, pathspec; from pathlib import Path; from greenprof.scan import scan\n"
        "import greenprof.scan.show as show\n"  # all that is imported, before the checkout may be out of reach
        "os.setuid(65534)\n"
        "with scan([Path(sys.argv[1])]) as found: print(''.join(show.pieces('json', found)))"
    )
    done = subprocess.run([sys.executable, "-c", program, tree], capture_output=True, text=True, check=True)
    result = json.loads(done.stdout)
    assert names(result, "duplicates") == [["a", "b"]]
    assert result["access_times_not_kept"] == 3, "the folder and two files"
    left = {Path(each["path"]).name: (each["reason"], each["detail"]) for each in result["left_out"]}
    assert left == {"mine": ("unreadable", "Permission denied"), "secret": ("unreadable", "Permission denied")}


@LINUX
def test_special_files_are_counted_and_never_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "a").write_bytes(data(5000))
    result = found(tmp_path)  # opening the pipe would wait for ever
    assert result["totals"]["special"] == 1
    with pytest.raises(GreenprofError, match="neither a file nor a folder") as error:
        command(tmp_path / "pipe")
    assert error.value.exit_code == 2


@LINUX
def test_what_the_kernel_makes_up_is_not_entered(tmp_path):
    result = found("/proc", "/sys")
    assert result["totals"]["files"] == 0
    assert result["left_out_counts"] == {"pseudo file system": 2}


@LINUX
def test_other_file_systems_are_entered_when_asked_and_bind_mounts_are_one(tmp_path):
    """Mounts of its own, which go with the process that made them."""
    (tmp_path / "a").write_bytes(data(20_000))
    for name in ("tmp", "proc", "bind"):
        (tmp_path / name).mkdir()
    mounts_ = "mount -t tmpfs -o noatime x tmp && mount -t proc x proc && mount --bind . bind && cp a tmp/b"
    command_ = f"cd {tmp_path} && {mounts_} && exec {sys.executable} -m greenprof scan . -f json"
    results = []
    for option in ("", " --other-file-systems"):
        done = subprocess.run(["unshare", "-m", "sh", "-c", command_ + option], capture_output=True, check=False)
        if done.returncode and not done.stdout:
            pytest.skip("may not mount here")
        results.append(json.loads(done.stdout))
    alone, all_ = results
    assert alone["totals"]["files"] == 1
    assert alone["totals"]["other_file_systems"] == 2
    assert names(alone, "duplicates") == []
    assert names(all_, "duplicates") == [["a", "b"]]
    assert all_["left_out_counts"] == {"pseudo file system": 1}
    assert {each["atime"] for each in all_["file_systems"]} >= {"not kept"}


# What changes meanwhile


@LINUX
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda path: path.unlink(), "vanished"),
        (lambda path: path.write_bytes(b"other"), "changed"),
        (lambda path: (path.unlink(), path.symlink_to("/etc/passwd")), "changed"),
        (lambda path: (path.unlink(), os.mkfifo(path)), "changed"),
        (lambda path: (path.unlink(), path.mkdir()), "changed"),
    ],
)
def test_files_that_change_meanwhile_are_named(tmp_path, change, reason):
    content = data(50_000)
    for name in ("a", "b", "c"):
        (tmp_path / name).write_bytes(content)
    changed = []

    def progress(what, _done, _todo):
        if what == "walk" and not changed:
            changed.append(change(tmp_path / "b"))

    with scan([tmp_path], progress=progress) as result:
        groups = [[Path(seen.name).name for seen in result.members(group)] for group in result.groups()]
        assert groups == [["a", "c"]]
        assert [(Path(os.fsdecode(one.path)).name, one.reason) for one in result.left_out()] == [("b", reason)]


@LINUX
def test_a_folder_that_is_another_by_now_is_not_entered(tmp_path):
    (tmp_path / "tree" / "below").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "secret").write_bytes(data(5000))
    changed = []

    def progress(what, _done, _todo):
        if what == "walk" and not changed:
            (tmp_path / "tree" / "below").rmdir()
            changed.append((tmp_path / "tree" / "below").symlink_to(tmp_path / "other"))

    with scan([tmp_path / "tree"], progress=progress) as result:
        assert result.totals.files == 0
        assert [one.reason for one in result.left_out()] == ["changed"]


# Names, choices, formats


@LINUX
def test_odd_names_arrive_whole_in_every_format(tmp_path):
    content = data(5000)
    odd = [b"new\nline", b"not utf-8 \xff", b"|pipe` <b>", b"=1+1", b"-rf", "世界".encode(), b"\x1b[31mred"]
    for name in odd:
        (tmp_path / os.fsdecode(name)).write_bytes(content)
    result = found(tmp_path)
    (group,) = result["duplicates"]
    paths = {
        base64.b64decode(each["path_base64"]) if each["path_base64"] else each["path"].encode()
        for each in group["paths"]
    }
    assert {path.rpartition(b"/")[2] for path in paths} == set(odd)
    rows = list(csv.DictReader(io.StringIO(command(tmp_path, "-f", "csv"))))
    assert len(rows) == len(odd)
    assert {row["group"] for row in rows} == {group["digest"]}
    for format_ in ("text", "markdown"):
        text = command(tmp_path, "-f", format_)
        assert "\x1b" not in text
        assert "new\\nline" in text
    assert "<b>" not in command(tmp_path, "-f", "markdown")


def test_patterns_leave_out(tmp_path):
    content = data(5000)
    for name in ("a.bin", "b.bin", "node_modules/c.bin", "kept/d.bin"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / ".gitignore").write_text("node_modules/\nb.bin\n!\n")
    (tmp_path / "kept" / ".gitignore").write_text("!b.bin\n")
    shutil.copy(tmp_path / "b.bin", tmp_path / "kept" / "b.bin")
    assert names(found(tmp_path), "duplicates") == [["a.bin", "b.bin", "b.bin", "d.bin", "c.bin"]]
    assert names(found(tmp_path, "--gitignore"), "duplicates") == [["a.bin", "b.bin", "d.bin"]]
    result = found(tmp_path, "--exclude", "kept/", "--exclude", "/b.bin")
    assert names(result, "duplicates") == [["a.bin", "c.bin"]]
    assert result["totals"]["excluded"] == 2


def test_only_what_is_asked_for_is_looked_for(tmp_path):
    (tmp_path / "a").write_bytes(data(5000))
    result = found(tmp_path, "--find", "stale")
    assert result["summary"]["duplicates"] is None
    assert "Duplicates" not in command(tmp_path, "--find", "stale")


def test_top_limits_every_kind(tmp_path):
    for number in range(4):
        content = data(5000 + number)
        for copy in "ab":
            (tmp_path / f"{number}{copy}").write_bytes(content)
    assert len(found(tmp_path, "--top", "3")["duplicates"]) == 3
    assert len(found(tmp_path)["duplicates"]) == 4
    assert "and 1 more" in command(tmp_path, "--top", "3")


def test_the_suffix_of_the_output_decides(tmp_path):
    (tmp_path / "tree").mkdir()
    command(tmp_path / "tree", "-o", tmp_path / "found.json")
    jsonschema.validate(json.loads((tmp_path / "found.json").read_text()), SCHEMA)
    assert "Duplicates: none" in command(tmp_path / "tree")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["none"], "no such file"),
        ([".", "--min-size", "much"], "is no size"),
        ([".", "--stale", "long"], "no number of days"),
        ([".", "--exclude", "!"], "no pattern"),
        ([".", "-o", "no/where.json"], "no folder"),
        ([], "Missing argument"),
    ],
)
def test_bad_input_gets_one_line(tmp_path, words, says):
    done = subprocess.run(
        [sys.executable, "-m", "greenprof", "scan", *words], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_gives_what_was_found(tmp_path, number):
    """Files of the same size that differ in the middle are read to their ends, which takes long enough to interrupt."""
    (tmp_path / "tree").mkdir()
    for copy in range(4):
        with (tmp_path / "tree" / f"{copy}").open("wb") as file:
            for place in range(300):
                file.seek(place * 2**20)
                file.write(b"x" * 5000)
            file.truncate(2**40)
    program = (
        "import os, signal, sys; from greenprof.scan import duplicates; from greenprof.cli import main\n"
        "real = duplicates._put_whole\n"
        f"def slow(*words): os.kill(os.getpid(), {int(number)}); return real(*words)\n"
        "duplicates._put_whole = slow; sys.argv[1:] = ['scan', sys.argv[1], '-f', 'json']; main()"
    )
    words = [sys.executable, "-c", program, tmp_path / "tree"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 128 + number, done.stderr
    assert done.stderr == ""
    result = json.loads(done.stdout)
    jsonschema.validate(result, SCHEMA)
    assert not result["complete"]
    assert result["stopped_in"] == "duplicates"
    assert result["totals"]["files"] == 4


def test_amounts_are_written_with_three_digits():
    assert [amount(number) for number in (0, 999, 1000, 12_345, 999_499, 999_999, 1.5e12)] == [
        "0 B", "999 B", "1.00 kB", "12.3 kB", "999 kB", "1.00 MB", "1.50 TB",
    ]  # fmt: skip
