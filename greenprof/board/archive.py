"""What a team hands in, or a build leaves, to files by path: one file, a zip, a tar, or a git bundle.

Nothing is ever extracted to disk from here. Members are read one by one under a bound on all of them together, so an
archive that grows without end is refused after so many bytes of it; a link, a device, or a path that leads elsewhere
is refused as well. The paths that come out are relative, of plain names, and none is a folder of another.
"""

from __future__ import annotations

import io
import lzma
import stat
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import IO

from greenprof.board.model import Language, Limits
from greenprof.board.sandbox import Place, Sandbox
from greenprof.errors import EXIT_USAGE, GreenprofError

_MOST_FILES = 256
_LONGEST_PATH = 200
_DEEPEST = 12
_PIECE = 1 << 16
_TAR_OVERHEAD = 1024  # bytes for each member, and as much again for each long name

# What damaged archives bring their readers to raise.
_DAMAGED = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, NotImplementedError, ValueError, OverflowError, OSError,
    struct.error, RuntimeError, lzma.LZMAError,
)  # fmt: skip

Members = Iterator[tuple[str, Iterator[bytes]]]  # paths with their contents in pieces


class Refused(GreenprofError):
    """What was handed in cannot be taken; one line says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message, EXIT_USAGE)


def unpack(
    filename: str, body: bytes, language: Language, limits: Limits, sandbox: Sandbox | None = None
) -> dict[str, bytes]:
    """The files of a submission; raises `Refused`.

    A single file takes the name that the language wants. An archive must hold that file at its top, or all in one
    folder. A git bundle is read by git, in `sandbox`.
    """
    if len(body) > limits.source_bytes:
        raise Refused(f"{_shown(filename)}: is larger than {limits.source_bytes} bytes")
    name = filename.lower()
    if name.endswith(".zip"):
        files = _bounded(_zip(body), limits.source_bytes)
    elif name.endswith((".tar", ".tar.gz", ".tgz")):
        files = from_tar(body if name.endswith(".tar") else _gunzip(body, limits.source_bytes), limits.source_bytes)
    elif name.endswith(".bundle"):
        files = from_bundle(body, limits, sandbox)
    else:
        return {language.source: body}
    files = _without_top(files, language.source)
    if language.source not in files:
        held = ", ".join(sorted(files)[:5]) or "nothing"
        raise Refused(f"{_shown(filename)}: has no {language.source} at its top (it holds {held})")
    return files


def from_tar(body: bytes, most_bytes: int, most_files: int = _MOST_FILES) -> dict[str, bytes]:
    """The files of a tar, `most_bytes` of content at most; raises `Refused`."""
    return _bounded(_tar(body), most_bytes, most_files)


def from_bundle(body: bytes, limits: Limits, sandbox: Sandbox | None) -> dict[str, bytes]:
    """The files of the last commit of a git bundle, which git unpacks in the sandbox; raises `Refused`."""
    if sandbox is None:
        raise Refused("a git bundle is taken only where a sandbox works: hand in a zip instead")
    with tempfile.TemporaryDirectory(prefix="greenprof-bundle-") as own:
        Path(own).chmod(0o711)
        folder = Path(own) / "in"
        folder.mkdir()
        (folder / "handed-in.bundle").write_bytes(body)
        script = (
            'git -c core.hooksPath=/dev/null clone -q --bare "$1/handed-in.bundle" repository && '
            "git -C repository archive --format=tar HEAD"
        )
        said = sandbox.run(
            ["sh", "-c", script, "sh", "/input"],
            limits,
            [Place(inside="/input", outside=folder)],
            output_bytes=limits.source_bytes * 2 + _MOST_FILES * 2 * _TAR_OVERHEAD,
        )
    if said.killed or said.exit_code:
        words = said.killed or said.errors.decode(errors="replace").strip().splitlines()[-1:] or "git gives up"
        raise Refused(f"the git bundle cannot be read: {words if isinstance(words, str) else _shown(words[0])}")
    return from_tar(said.output, limits.source_bytes)


def checked_path(name: str) -> str:
    """A member's path, as it may be used; raises `Refused` for one that leads anywhere else or is no plain name."""
    path = PurePosixPath(name)
    parts = path.parts
    if not parts or name.startswith("/") or "\\" in name or ":" in name:
        raise Refused(f"the path {_shown(name)} is not relative, with slashes between its names")
    if ".." in parts or "." in parts:
        raise Refused(f"the path {_shown(name)} leads out of its folder")
    if len(name.encode()) > _LONGEST_PATH or len(parts) > _DEEPEST:
        raise Refused(f"the path {_shown(name)} is too long or too deep")
    if not all(character.isprintable() for character in name):
        raise Refused(f"the path {_shown(name)} holds characters that cannot be printed")
    if ".git" in parts:
        raise Refused(f"the path {_shown(name)} is inside a repository's own folder")
    return str(path)


def _bounded(members: Members, most_bytes: int, most_files: int = _MOST_FILES) -> dict[str, bytes]:
    try:
        files = _read(members, most_bytes, most_files)
    except _DAMAGED as error:
        raise Refused(f"the archive cannot be read: {' '.join(str(error).split()) or 'it is cut short'}") from None
    for path in files:
        if any(str(parent) in files for parent in PurePosixPath(path).parents):
            raise Refused(f"{_shown(path)} lies below a file")
    return files


def _read(members: Members, most_bytes: int, most_files: int) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    left = most_bytes
    for name, pieces in members:
        path = checked_path(name)
        if path in files:
            raise Refused(f"{_shown(path)} is in the archive twice")
        if len(files) >= most_files:
            raise Refused(f"there are more than {most_files} files")
        content = bytearray()
        for piece in pieces:
            left -= len(piece)
            if left < 0:
                raise Refused(f"the files are larger than {most_bytes} bytes together")
            content += piece
        files[path] = bytes(content)
    return files


def _zip(body: bytes) -> Members:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        for member in archive.infolist():
            if member.is_dir():
                continue
            if stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG):
                raise Refused(f"{_shown(member.filename)} is a link or a special file")
            if member.flag_bits & 1:
                raise Refused(f"{_shown(member.filename)} is encrypted")
            with archive.open(member) as file:
                yield member.orig_filename, _pieces(file)


def _tar(body: bytes) -> Members:
    with tarfile.open(fileobj=io.BytesIO(body), mode="r:") as archive:
        for member in archive:
            if member.isdir():
                continue
            if not member.isreg():
                raise Refused(f"{_shown(member.name)} is a link or a special file")
            file = archive.extractfile(member)
            assert file is not None
            yield member.name.removeprefix("./"), _pieces(file)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: file.read(_PIECE), b"")


def _gunzip(body: bytes, most_bytes: int) -> bytes:
    most = most_bytes + _MOST_FILES * 2 * _TAR_OVERHEAD
    stream = zlib.decompressobj(wbits=31)
    try:
        whole = stream.decompress(body, most)
    except zlib.error as error:
        raise Refused(f"the archive cannot be read: {error}") from None
    if stream.unconsumed_tail:
        raise Refused(f"the files are larger than {most_bytes} bytes together")
    return whole


def _without_top(files: Mapping[str, bytes], source: str) -> dict[str, bytes]:
    """Without the one folder that all lies in, if that is so."""
    tops = {PurePosixPath(path).parts[0] for path in files}
    if source in files or len(tops) != 1 or any("/" not in path for path in files):
        return dict(files)
    return {path.split("/", 1)[1]: content for path, content in files.items()}


def _shown(text: str) -> str:
    return ascii(text[:80])
