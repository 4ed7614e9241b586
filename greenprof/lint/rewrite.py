"""Files of Python read and written again, byte for byte but for what is meant to change."""

from __future__ import annotations

import io
import os
import stat
import tempfile
import tokenize
from contextlib import suppress
from pathlib import Path


def decoded_exactly(data: bytes) -> tuple[str, str]:
    """The text of a file with its line ends and its byte-order mark, and its encoding.

    Raises SyntaxError and UnicodeDecodeError for what is not in its encoding, ValueError for what would become other
    bytes when encoded again.
    """
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    source = data.decode(encoding)
    if source.encode(encoding) != data:
        raise ValueError(f"its text cannot be written again as {encoding}")
    return source, encoding


def write_file(path: Path, data: bytes) -> None:
    """All of `data` or nothing: a new file that takes the place and the mode of the old one, which links lead to.

    Raises OSError; PermissionError for a file that is not writable.
    """
    path = Path(os.path.realpath(path))
    path.open("r+b").close()  # what may not be written is not replaced either; access() would ask for another user
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(stat.S_IMODE(path.stat().st_mode))
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
