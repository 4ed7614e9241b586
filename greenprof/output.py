"""Where the output of a command goes: files, or the standard streams, which may be closed or full."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

import click

from greenprof.errors import EXIT_USAGE, GreenprofError

STANDARD_OUTPUT = Path("-")

# Of a command that writes one thing.
output_option = click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=STANDARD_OUTPUT, metavar="FILE",
    help="Write to FILE. [default: -, standard output]",
)  # fmt: skip


def check_writable(path: Path) -> None:
    """Complain about an output before the program runs, not after."""
    if path == STANDARD_OUTPUT:
        return
    if path.is_dir():
        raise GreenprofError(f"{path}: is a folder; name a file to write to", EXIT_USAGE)
    if not path.parent.is_dir():
        raise GreenprofError(f"{path}: cannot be written, there is no folder {path.parent}", EXIT_USAGE)
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise GreenprofError(f"{path}: cannot be written (permission denied)", EXIT_USAGE)
    try:  # a folder may be writable by its modes and take no file all the same, /proc say
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise GreenprofError(f"{path}: cannot be written ({error.strerror})", EXIT_USAGE) from None
    path.unlink()


def open_streams() -> None:
    """Let what is said on a standard stream that the caller has closed (``>&-``) go nowhere."""
    if sys.stdout is None:
        sys.stdout = _nowhere()
    if sys.stderr is None:
        sys.stderr = _nowhere()


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


def say(text: str | bytes, err: bool = False) -> None:
    """Print `text` as it is; raises `GreenprofError` where that cannot be, on a full disk say."""
    try:
        click.echo(text, err=err, nl=False)
    except BrokenPipeError:
        raise
    except OSError as error:
        say_no_more(sys.stderr if err else sys.stdout)
        raise GreenprofError(f"standard {'error' if err else 'output'} cannot be written ({error.strerror})") from None


def say_no_more(stream: TextIO) -> None:
    """Let what is left in a stream that cannot be written go nowhere, or Python complains of it at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def write(path: Path, text: str | bytes) -> None:
    """Put `text` into a file, or on standard output; raises `GreenprofError` where that cannot be."""
    if path == STANDARD_OUTPUT:
        say(text)
        return
    try:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    except OSError as error:
        raise GreenprofError(f"{path}: cannot be written ({error.strerror})") from None


def write_whole(path: Path, text: str | bytes) -> None:
    """The same, but who reads the file meanwhile sees all of the old or all of the new."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write(beside, text)
        beside.replace(path)
    except OSError as error:
        raise GreenprofError(f"{path}: cannot be written ({error.strerror})") from None
    finally:
        beside.unlink(missing_ok=True)


def write_pieces(path: Path, pieces: Iterable[str]) -> None:
    """The same of a text that is made piece by piece, and never whole in memory."""
    if path == STANDARD_OUTPUT:
        for piece in pieces:
            say(piece)
        return
    try:
        file = path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise GreenprofError(f"{path}: cannot be written ({error.strerror})") from None
    with file:
        for piece in pieces:
            try:
                file.write(piece)
            except OSError as error:
                raise GreenprofError(f"{path}: cannot be written ({error.strerror})") from None


def append(path: Path, text: str) -> None:
    """Add `text` to the end of a file; raises `GreenprofError` where that cannot be."""
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise GreenprofError(f"{path}: cannot be written ({error.strerror})") from None
