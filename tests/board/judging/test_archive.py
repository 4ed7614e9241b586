"""What is handed in comes out as plain files, or is refused in one line, and never costs more than its bound."""

from __future__ import annotations

import gzip
import io
import stat
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest
from double_challenge import working
from hypothesis import given, settings
from hypothesis import strategies as st

from greenprof.board.archive import Refused, checked_path, from_tar, unpack
from greenprof.board.model import Language, Limits

PYTHON = Language(name="python", source="solution.py", run="python3 solution.py {input}")
LIMITS = Limits(source_bytes=100_000)


def zipped(files: dict[str, bytes], mode: int = 0o644, compression: int = zipfile.ZIP_STORED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", compression) as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name)
            member.external_attr = (mode if mode & stat.S_IFMT(mode) else stat.S_IFREG | mode) << 16
            member.compress_type = compression
            archive.writestr(member, content)
    return held.getvalue()


def tarred(*members: tarfile.TarInfo | tuple[str, bytes]) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
            else:
                info = tarfile.TarInfo(member[0])
                info.size = len(member[1])
                archive.addfile(info, io.BytesIO(member[1]))
    return held.getvalue()


def special(kind: bytes, name: str = "x", link: str = "/etc/passwd") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


def opened(filename: str, body: bytes) -> dict[str, bytes]:
    return unpack(filename, body, PYTHON, LIMITS)


FILES = {"solution.py": b"print(1)", "more/part.py": b"x = 1"}


def test_one_file_takes_the_name_that_its_language_wants() -> None:
    assert opened("mine.py", b"print(1)") == {"solution.py": b"print(1)"}


@pytest.mark.parametrize("top", ["", "project-1/"])
def test_archives(top: str) -> None:
    named = {top + path: content for path, content in FILES.items()}
    tar = tarred(*named.items())
    assert opened("a.zip", zipped(named)) == FILES
    assert opened("a.zip", zipped(named, compression=zipfile.ZIP_DEFLATED)) == FILES
    assert opened("a.tar", tar) == FILES
    assert opened("a.TGZ", gzip.compress(tar)) == FILES


def test_a_git_bundle(tmp_path: Path) -> None:
    sandbox = working("bubblewrap")
    for path, content in FILES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    own = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org"]
    for words in (
        ["init", "-q"],
        ["add", "-A"],
        ["commit", "-qm", "x"],
        ["bundle", "create", "-q", "a.bundle", "HEAD"],
    ):
        subprocess.run([*own, *words], cwd=tmp_path, check=True)
    body = (tmp_path / "a.bundle").read_bytes()
    assert unpack("a.bundle", body, PYTHON, LIMITS, sandbox) == FILES
    with pytest.raises(Refused, match="the git bundle cannot be read"):
        unpack("a.bundle", body[:100], PYTHON, LIMITS, sandbox)
    with pytest.raises(Refused, match="only where a sandbox works"):
        opened("a.bundle", body)


def bomb() -> bytes:
    return zipped({"solution.py": bytes(50_000_000)}, compression=zipfile.ZIP_DEFLATED)


@pytest.mark.parametrize(
    ("filename", "body", "reason"),
    [
        ("a.zip", zipped({"../solution.py": b""}), "leads out of its folder"),
        ("a.zip", zipped({"/etc/passwd": b""}), "is not relative"),
        ("a.zip", zipped({"a/../../x": b""}), "leads out of its folder"),
        ("a.zip", zipped({"C:\\x": b""}), "is not relative"),
        ("a.zip", zipped({"a\nb": b""}), "cannot be printed"),
        ("a.zip", zipped({".git/config": b""}), "a repository's own folder"),
        ("a.zip", zipped({"/".join("abcdefghijklmn"): b""}), "too long or too deep"),
        ("a.zip", zipped({"solution.py": b"/etc/passwd"}, stat.S_IFLNK | 0o777), "is a link or a special file"),
        ("a.zip", zipped({"solution.py": b""}, stat.S_IFIFO | 0o644), "is a link or a special file"),
        ("a.zip", bomb(), "are larger than 100000 bytes together"),
        ("a.zip", zipped({f"{n}": b"" for n in range(300)}), "there are more than 256 files"),
        ("a.zip", zipped({"other.py": b""}), "has no solution.py at its top (it holds other.py)"),
        ("a.zip", zipped({"solution.py": b"", "solution.py/x": b""}), "lies below a file"),
        ("a.zip", b"PK\x03\x04 and no more", "the archive cannot be read"),
        ("a.tar", tarred(("../x", b"")), "leads out of its folder"),
        ("a.tar", tarred(special(tarfile.SYMTYPE)), "is a link or a special file"),
        ("a.tar", tarred(special(tarfile.LNKTYPE)), "is a link or a special file"),
        ("a.tar", tarred(special(tarfile.CHRTYPE)), "is a link or a special file"),
        ("a.tar", tarred(special(tarfile.FIFOTYPE)), "is a link or a special file"),
        ("a.tar", tarred(("x", b"1"), ("x", b"2")), "is in the archive twice"),
        ("a.tar", b"no tar" * 200, "the archive cannot be read"),
        ("a.tgz", gzip.compress(bytes(60_000_000)), "are larger than 100000 bytes together"),
        ("a.tgz", b"\x1f\x8b and no more", "the archive cannot be read"),
        ("x.py", bytes(100_001), "is larger than 100000 bytes"),
    ],
)  # fmt: skip
def test_what_is_refused(filename: str, body: bytes, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        opened(filename, body)
    assert reason in str(refused.value)
    assert "\n" not in str(refused.value)


@settings(deadline=None)
@given(st.binary(max_size=2000), st.sampled_from(["a.zip", "a.tar", "a.tgz"]))
def test_no_bytes_are_too_much(body: bytes, filename: str) -> None:
    with pytest.raises(Refused):
        opened(filename, b"PK\x03\x04" + body if filename == "a.zip" else body)


@settings(deadline=None)
@given(st.integers(0, 400), st.binary(min_size=1, max_size=8))
def test_no_damage_is_too_much(place: int, damage: bytes) -> None:
    for filename, whole in (("a.zip", zipped(FILES)), ("a.tar", tarred(*FILES.items()))):
        body = whole[:place] + damage + whole[place + len(damage) :]
        try:
            files = opened(filename, body)
        except Refused:
            continue
        assert all(checked_path(path) == path for path in files)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_a_path_that_is_taken_stays_in_its_folder(name: str) -> None:
    try:
        path = checked_path(name)
    except Refused:
        return
    assert (Path("/held") / path).resolve().is_relative_to("/held")


def test_a_tar_of_a_build_keeps_to_its_bound() -> None:
    with pytest.raises(Refused, match="larger than 10 bytes"):
        from_tar(tarred(("x", bytes(11))), 10)
