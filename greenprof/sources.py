"""Source files that ran: their digests, so that a later look shows no other lines than those.

A path may lead into an archive that Python imports from: ``app.pyz/package/module.py`` (zipimport).
"""

from __future__ import annotations

import ast
import hashlib
import io
import tokenize
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

_MOST_NAMED = 3  # files in one sentence
_PYTHON = (".py", ".pyw", ".pyi")


def digests(paths: Iterable[str]) -> dict[str, str]:
    """SHA-256 of each path that can be read, as a file or out of an archive; others are left out."""
    found: dict[str, str] = {}
    for path in sorted(set(paths)):
        with suppress(OSError, ValueError):
            found[path] = hashlib.sha256(_content(path)).hexdigest()
    return found


def unchanged(paths: Iterable[str], known: Mapping[str, str]) -> tuple[str, ...]:
    """Those of `paths` that are files, and still hold what `known`, their digests, say that they held."""
    return tuple(path for path in _same(paths, known) if Path(path).is_file())


def unchanged_in_archives(paths: Iterable[str], known: Mapping[str, str]) -> tuple[str, ...]:
    """The same for those that are inside an archive: their lines can be shown, and no file be linted."""
    return tuple(path for path in _same(paths, known) if not Path(path).is_file())


def templates(paths: Iterable[str]) -> tuple[str, ...]:
    """Those of `paths` that are no Python, though Python ran under their names: templates, as Jinja2 compiles them.

    The lines that ran are those of the code that was made of them, so theirs are neither to be linted nor shown.
    """
    return tuple(path for path in paths if not path.endswith(_PYTHON) and Path(path).suffix and not _parses(path))


def _parses(path: str) -> bool:
    try:
        ast.parse(_content(path))
    except (OSError, ValueError, SyntaxError, RecursionError, MemoryError):
        return False
    return True


def not_linted(
    paths: Sequence[str], linted: Sequence[str], archived: Sequence[str], templates: Sequence[str] = ()
) -> list[str]:
    """A sentence for each reason why some of `paths` are not linted: a template, in an archive, or gone."""
    there = {*linted, *archived, *templates}
    gone = tuple(path for path in paths if path not in there)
    return [
        *_sentence(templates, "it is a template", "they are templates"),
        *_sentence(archived, "it is inside an archive", "they are inside an archive"),
        *_sentence(gone, "it is gone, or not the file that ran", "they are gone, or not the files that ran"),
    ]


def _sentence(paths: Sequence[str], why: str, why_many: str) -> tuple[str, ...]:
    if len(paths) <= 1:
        return tuple(f"{path} was not linted: {why}." for path in paths)
    more = f" and {len(paths) - _MOST_NAMED} more" if len(paths) > _MOST_NAMED else ""
    return (f"{', '.join(paths[:_MOST_NAMED])}{more} were not linted: {why_many}.",)


def lines_of(paths: Iterable[str]) -> dict[str, list[str]]:
    """Lines of text by path, in the encoding that the file declares; what cannot be read is left out."""
    texts: dict[str, list[str]] = {}
    for path in paths:
        with suppress(OSError, ValueError):
            texts[path] = _text(_content(path)).split("\n")
    return texts


def _same(paths: Iterable[str], known: Mapping[str, str]) -> list[str]:
    wanted = [path for path in paths if path in known]
    now = digests(wanted)
    return [path for path in wanted if now.get(path) == known[path]]


def _content(path: str) -> bytes:
    """Raises OSError or ValueError where there is nothing to read."""
    try:
        return Path(path).read_bytes()
    except (NotADirectoryError, FileNotFoundError):
        archive = next((folder for folder in Path(path).parents if folder.is_file()), None)
        if archive is None:
            raise
        return _member(archive, Path(path).relative_to(archive).as_posix())


def _member(archive: Path, name: str) -> bytes:
    import zipfile
    import zlib

    try:
        with zipfile.ZipFile(archive) as file:
            return file.read(name)
    except (zipfile.BadZipFile, zlib.error, KeyError, RuntimeError, EOFError) as error:
        raise ValueError(f"{archive} has no {name} that can be read") from error


def _text(content: bytes) -> str:
    """Decoded as Python would (PEP 263); what is not in the declared encoding is shown as such."""
    encoding = "utf-8"
    with suppress(SyntaxError):
        encoding = tokenize.detect_encoding(io.BytesIO(content).readline)[0]
    return io.TextIOWrapper(io.BytesIO(content), encoding, errors="replace").read()
