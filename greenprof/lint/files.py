"""Which files are linted, and their text."""

from __future__ import annotations

import codecs
import io
import os
import re
import sys
import tokenize
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.lint.manifests.kinds import may_be_manifest
from greenprof.lint.patterns import Patterns, base_for, below_of
from greenprof.lint.repository import is_never_run

if TYPE_CHECKING:
    from greenprof.config import Config

PYTHON_SUFFIXES = (".py", ".pyw", ".ipynb")
# Of what is hidden only the folders of CI workflows are looked into.
_WORKFLOWS = ("!.github/", "**/.github/*", "!**/.github/workflows/")
# Code of others that a project carries: theirs to mend, and lost with their next version. "vendor" may be an app.
_CARRIED = ("node_modules/", "site-packages/", "_vendor/", "_vendored/", "vendored/", "third_party/", "thirdparty/")
# Names such as an application may have, too: that is linted, but may be others' all the same.
_PERHAPS_CARRIED = re.compile(r"(?:^|[/\\])_?(?:vendor|vendored|third_?party|extern|externals)[/\\]")
EXCLUDED = (".*/", *_WORKFLOWS, "venv/", "__pycache__/", "build/", "dist/", *_CARRIED)

# What runs seldom, on little data, or once: advice on it saves nothing.
_TESTS = re.compile(r"(?:^|/)(?:tests?/|test_[^/]*\.pyw?$|[^/]*_test\.py$|(?:tests|conftest)\.py$)")
_MIGRATIONS = re.compile(
    r"(?:^|/)(?:migrations/\d+_[^/]*\.py$|(?:alembic|\w*migrations)/versions/|(?:delta|deltas|upgrades)/\d+/[^/]*\.py$)"
)

OnError = Callable[[OSError], None]


class TooManyError(Exception):
    """A walk that was to look at so many files and folders, and no more, has come to its end before theirs."""


def is_notebook(path: str) -> bool:
    """Whether a file is a Jupyter notebook, by its name."""
    return path.endswith(".ipynb")


def is_markdown(path: str) -> bool:
    """Whether a file is Markdown, by its name."""
    return path.endswith((".md", ".markdown"))


def is_python(path: str) -> bool:
    """Whether a file is Python through and through: what has no other name."""
    return not (is_notebook(path) or is_markdown(path) or may_be_manifest(path))


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChoice:
    """Which files of a folder are linted.

    The patterns are those of ``.gitignore`` files, relative to ``root``; what lies elsewhere is matched by them as if
    the root were the top of the file system. ``exclude`` and ``extend_exclude`` leave out files and folders,
    ``extend_include`` takes files without the usual suffix. With ``gitignore`` the project's own ``.gitignore`` files
    hold too. Tests and migrations are left out unless ``tests``. What is named outright is linted whatever the
    patterns say, unless ``force``.
    """

    root: Path = Path()
    exclude: tuple[str, ...] = EXCLUDED
    extend_exclude: tuple[str, ...] = ()
    extend_include: tuple[str, ...] = ()
    gitignore: bool = True
    tests: bool = False
    force: bool = False


def choice_of(config: Config) -> FileChoice:
    """Which files are linted by the settings of a project."""
    return FileChoice(
        root=config.root,
        exclude=EXCLUDED if config.exclude is None else config.exclude,
        extend_exclude=config.extend_exclude,
        extend_include=config.extend_include,
        gitignore=config.respect_gitignore,
        tests=config.tests,
        force=config.force_exclude,
    )


def linted_files(
    paths: Iterable[str | os.PathLike[str]],
    on_error: OnError,
    choice: FileChoice | None = None,
    *,
    most: int | None = None,
) -> Iterator[Path]:
    """The files of `paths` that are linted, each once, in the order given and by name inside a folder.

    Those are Python files, notebooks, and what may be a manifest by its name: `greenprof.lint.manifests.kinds` says
    by its content whether it is one.

    Links to folders are not followed, so a loop of links cannot trap the walk. A folder that cannot be listed goes
    to `on_error`, and so does a pipe or a device.

    Raises GreenprofError (exit code 2) for a path that does not exist, and TooManyError for one of `paths` that has
    more than `most` files and folders of any kind in those that are walked.
    """
    choice = choice or FileChoice()
    seen: set[str] = set()
    for given in map(Path, paths):
        if not given.exists():
            raise GreenprofError(f"{given}: no such file or folder", EXIT_USAGE)
        for path, real in _files_of(given, on_error, choice, most):
            if real not in seen:
                seen.add(real)
                yield path


def is_chosen(path: Path, choice: FileChoice) -> bool:
    """Whether what is named outright is linted: always, unless the patterns are to hold for it too."""
    if not choice.force:
        return True
    place = Path(absolute(path))
    walk = _Walk(str(place), choice, is_outright=False)
    above = [folder for folder in reversed(place.parents) if below_of(str(folder), walk.base)]
    return all(walk.takes(str(folder), walk.ignores, is_folder=True) for folder in above) and walk.takes(
        str(place), walk.ignores, is_folder=path.is_dir()
    )


def _files_of(given: Path, on_error: OnError, choice: FileChoice, most: int | None) -> Iterator[tuple[Path, str]]:
    """The files that a path stands for, each with its place once links are followed."""
    if not is_chosen(given, choice):
        return
    if not given.is_dir():
        if given.is_file():
            yield given, os.path.realpath(given)
        else:  # a pipe is read once, and files are read by whoever wants them
            on_error(OSError(0, "is no regular file; give its text on standard input: -", str(given)))
        return
    top, real = absolute(given), os.path.realpath(given)

    def as_given(error: OSError) -> None:
        error.filename = str(given / (below_of(error.filename, top) or ""))
        on_error(error)

    for entry in _Walk(top, choice, is_outright=not choice.force).files(as_given, most):
        below = below_of(entry.path, top) or ""
        yield given / below, os.path.realpath(entry.path) if entry.is_symlink() else os.path.join(real, below)  # noqa: PTH118


def absolute(path: str | os.PathLike[str]) -> str:
    """`path` from the top, links as they are."""
    return os.path.abspath(path)  # noqa: PTH100


class _Walk:
    """A walk through the folder `top`. If it is named outright, what it is called is no reason to leave it out."""

    def __init__(self, top: str, choice: FileChoice, is_outright: bool) -> None:
        self.base = base_for(top, choice.root)
        self.ignores = _gitignores_above(top) if choice.gitignore else []
        self._top, self._choice = top, choice
        self._include = Patterns(self.base, choice.extend_include)
        self._excludes = Patterns(self.base, (*choice.exclude, *choice.extend_exclude))
        self._tests = choice.tests
        if is_outright:
            if self._excludes.verdict(top, is_folder=True):
                self._excludes = self._excludes.at(top)
            if _is_ignored(top, self.ignores, is_folder=True):
                self.ignores = []
            self._tests = choice.tests or self._is_test(top, is_folder=True)

    def files(self, on_error: OnError, most: int | None) -> Iterator[os.DirEntry[str]]:
        """The files to lint, those of a folder before those of the folders in it."""
        left = sys.maxsize - 1 if most is None else most
        todo = [(self._top, self.ignores)]
        while todo:
            folder, ignores = todo.pop()
            try:
                with os.scandir(folder) as listing:
                    entries = sorted(islice(listing, left + 1), key=lambda entry: entry.name)
            except OSError as error:
                on_error(error)
                continue
            left -= len(entries)
            if left < 0:
                raise TooManyError
            if self._choice.gitignore and any(entry.name == ".gitignore" for entry in entries):
                ignores = [*ignores, *_gitignore_in(folder)]
            below = []
            for entry in entries:
                if is_never_run(entry.name, folder, self._top):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    if self.takes(entry.path, ignores, is_folder=True):
                        below.append((entry.path, ignores))
                elif self._is_linted(entry) and self.takes(entry.path, ignores) and _is_file(entry):
                    yield entry
            todo += reversed(below)

    def takes(self, path: str, ignores: Iterable[Patterns], is_folder: bool = False) -> bool:
        """Whether a file or folder is walked, given that the folders above it are."""
        if not self._tests and self._is_test(path, is_folder):
            return False
        excludes = self._excludes if is_folder else self._excludes.of_files
        return not excludes.verdict(path, is_folder) and not _is_ignored(path, ignores, is_folder)

    def _is_linted(self, entry: os.DirEntry[str]) -> bool:
        return (
            entry.name.endswith(PYTHON_SUFFIXES)
            or may_be_manifest(entry.name)
            or bool(self._include.verdict(entry.path))
        )

    def _is_test(self, path: str, is_folder: bool) -> bool:
        below = (below_of(path, self.base) or "") + "/" * is_folder
        return bool(_TESTS.search(below) or _MIGRATIONS.search(below))


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Not a pipe, which would block, nor a link that leads nowhere or to itself."""
    try:
        return entry.is_file()
    except OSError:
        return False


def _is_ignored(path: str, ignores: Iterable[Patterns], is_folder: bool) -> bool:
    """Whether the ``.gitignore`` file that decides about `path`, that of the innermost folder, ignores it."""
    verdicts = ((each if is_folder else each.of_files).verdict(path, is_folder) for each in ignores)
    return next((verdict for verdict in reversed([*verdicts]) if verdict is not None), False)


def _gitignores_above(path: str) -> list[Patterns]:
    """The patterns of the ``.gitignore`` files above `path` in its repository, outermost first; none outside of one."""
    found: list[Patterns] = []
    for folder in Path(path).parents:
        found[:0] = _gitignore_in(str(folder))
        if (folder / ".git").exists():
            return found
    return []


def _gitignore_in(folder: str) -> list[Patterns]:
    try:
        text = Path(folder, ".gitignore").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return []
    return [Patterns(folder, text.splitlines())]


def is_perhaps_carried(path: str) -> bool:
    """Whether a file may be code of others that a project carries, by a folder that it is in."""
    return _PERHAPS_CARRIED.search(path) is not None


def decoded(data: bytes) -> str:
    """The text of a Python file in the encoding that it declares (PEP 263), line ends as ``\\n``.

    Raises SyntaxError, with the line, where the text is not in its encoding.
    """
    encoding = _encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _not_in(encoding, data, error) from None
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _encoding(data: bytes) -> str:
    try:
        return tokenize.detect_encoding(io.BytesIO(data).readline)[0]
    except SyntaxError as error:
        if error.msg.startswith("invalid or missing"):  # it declares none, and its first lines are not UTF-8
            return "utf-8"
        raise


def _not_in(encoding: str, data: bytes, error: UnicodeDecodeError) -> SyntaxError:
    """What to say of bytes that are none of their encoding, with the line of the first."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return SyntaxError("is UTF-16, which Python does not read: save it as UTF-8")
    is_utf8 = encoding.startswith("utf-8")
    words = "is not UTF-8, and declares no other encoding" if is_utf8 else f"is not {encoding}, which it declares"
    return SyntaxError(words, ("", data.count(b"\n", 0, error.start) + 1, None, None))
