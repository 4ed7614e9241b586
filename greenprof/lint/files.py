"""Which files are linted, and their text."""

from __future__ import annotations

import io
import os
import tokenize
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from greenprof.errors import EXIT_USAGE, GreenprofError

SUFFIXES = (".py", ".pyw")
EXCLUDED = frozenset({"venv", "node_modules", "__pycache__", "build", "dist", "site-packages"})


def python_files(paths: Iterable[str | os.PathLike[str]], on_error: Callable[[OSError], None]) -> Iterator[Path]:
    """The Python files of `paths`, each once, in the order given and by name inside a folder.

    A file named outright is always among them. Folders that are hidden or hold other people's code
    (`EXCLUDED`) are left out unless named outright; links to folders are not followed, so a loop of
    links cannot trap the walk. A folder that cannot be listed goes to `on_error`.

    Raises GreenprofError (exit code 2) for a path that does not exist.
    """
    seen: set[str] = set()
    for given in map(Path, paths):
        if not given.exists():
            raise GreenprofError(f"{given}: no such file or folder", EXIT_USAGE)
        for path in _files_below(given, on_error) if given.is_dir() else (given,):
            real = os.path.realpath(path)
            if real not in seen:
                seen.add(real)
                yield path


def _files_below(folder: Path, on_error: Callable[[OSError], None]) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder, onerror=on_error):
        folders[:] = sorted(name for name in folders if name not in EXCLUDED and not name.startswith("."))
        for name in sorted(names):
            path = Path(parent, name)
            if name.endswith(SUFFIXES) and path.is_file():  # not a pipe, which would block, nor a dangling link
                yield path


def read_source(path: Path) -> str:
    """The text of a Python file in the encoding that it declares (PEP 263), line ends as ``\\n``.

    Raises OSError, and SyntaxError or UnicodeDecodeError where the text is not in its encoding.
    """
    data = path.read_bytes()
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    text = data.decode(encoding)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
