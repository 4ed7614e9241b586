"""Runs a command in one of the trees, to its end or to its time limit, and takes its answer."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.prove.nouns import Asked
from greenprof.prove.project import without_git
from greenprof.prove.trees import Tree

STOPPED = (-signal.SIGINT, -signal.SIGTERM, 128 + signal.SIGINT, 128 + signal.SIGTERM)  # exit codes
_MOST_BYTES = 2_000_000  # of an output that is kept to say where two differ

# Where an installed project leads to: its folders on sys.path, and the packages that a finder of setuptools knows.
_PATHS = """
import sys
for path in sys.path: print(path)
for name, module in list(sys.modules.items()):
    if name.startswith("__editable__"):
        for place in getattr(module, "MAPPING", {}).values(): print(place.rpartition("/")[0])
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a command ended; ``code`` is None where it was stopped at its limit."""

    code: int | None
    out: bytes
    err: bytes
    seconds: float

    @property
    def ended(self) -> str:
        """How it ended, in words, with the last that it said."""
        if self.code is None:
            return f"did not end within {self.seconds:g} s"
        how = f"exit code {self.code}" if self.code >= 0 else f"killed by {signal.Signals(-self.code).name}"
        said = last_line(self.err) or last_line(self.out)
        return f"{how}: {said}" if said else how


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a run gave: its exit code, and what it printed or the files that hold the answer."""

    code: int | None
    parts: Mapping[str, bytes | None]


class Place:
    """Where commands run in a tree, and what stands for the project's own paths there."""

    def __init__(self, root: Path, tree: Tree, asked: Asked, more_paths: Sequence[str] = ()) -> None:
        self.folder = tree.root / asked.here
        self.tidy = tree.tidy
        self._root, self._tree, self._asked = root, tree.root, asked
        self._more_paths = more_paths

    def words(self, words: Sequence[str]) -> list[str]:
        """A command with the tree in place of the project; an interpreter in the project stays where it is."""
        first, *rest = words
        here = self._root / self._asked.here
        if "/" in first and not (self.folder / first).exists() and (here / first).exists():
            first = str(here / first)
        elif (found := self._moved(first)) != first and Path(found).exists():
            first = found
        return [first, *map(self._moved, rest)]

    def environment(self) -> dict[str, str]:
        """This one's, in which the project's folders for imports are those of the tree."""
        variables = without_git()
        paths = [self._moved(path) for path in filter(None, variables.get("PYTHONPATH", "").split(os.pathsep))]
        paths = [*map(self._moved, self._more_paths), *paths]
        if paths:
            variables["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(paths))
        return {**variables, "PWD": str(self.folder)}

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Inside, this process itself is there: current folder and environment."""
        before = dict(os.environ)
        os.environ.update(self.environment())
        try:
            with chdir(self.folder):
                yield
        finally:
            os.environ.clear()
            os.environ.update(before)

    def run(self, words: Sequence[str], timeout_s: float) -> Ran:
        """Run a command to its end; raises GreenprofError where it cannot be started."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            begun = time.monotonic()
            process = start(self.words(words), self.folder, self.environment(), out.fileno(), err.fileno())
            try:
                code: int | None = process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                code = None
            finally:
                _stop(process)
            seconds = time.monotonic() - begun
            return Ran(
                code=code, out=_content(out), err=_content(err), seconds=seconds if code is not None else timeout_s
            )

    def answer_of(self, ran: Ran) -> Answer:
        """What a run that has ended here gave, the tree's own path aside."""
        if not self._asked.check_answer:
            return Answer(code=ran.code, parts={})
        if not self._asked.answers:
            return Answer(code=ran.code, parts={"standard output": self._without_place(ran.out)})
        return Answer(code=ran.code, parts={name: self._file(name) for name in self._asked.answers})

    def _file(self, name: str) -> bytes | None:
        try:
            return self._without_place((self.folder / name).read_bytes())
        except OSError:
            return None

    def _without_place(self, data: bytes) -> bytes:
        return data.replace(os.fsencode(self._tree), b"<project>")

    def _moved(self, word: str) -> str:
        """An absolute path into the project leads into the tree: ``/project/data.csv``, ``--in=/project/data.csv``."""
        root = re.escape(str(self._root))
        return re.sub(rf"(?<![\w./-]){root}(?=/|$)", lambda _: str(self._tree), word)


@contextmanager
def silent() -> Iterator[None]:
    """Inside, what is started has nothing to read, and says nothing: standard output is for the proof."""
    kept = [os.dup(number) for number in range(3)]
    nothing = os.open(os.devnull, os.O_RDWR)
    try:
        for number in range(3):
            os.dup2(nothing, number)
        yield
    finally:
        for number, old in enumerate(kept):
            os.dup2(old, number)
            os.close(old)
        os.close(nothing)


def start(
    words: Sequence[str], folder: Path, environment: Mapping[str, str], out: int, err: int
) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own, with nothing to read."""
    try:
        return subprocess.Popen(
            words,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
    except OSError as error:
        raise GreenprofError(f"{words[0]}: cannot be started ({error.strerror})", EXIT_USAGE) from None


def split(command: str) -> list[str]:
    """The words of a command as one types it; raises GreenprofError (exit code 2) for one that is none."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise GreenprofError(f"{command!r}: is no command ({str(error).lower()})", EXIT_USAGE) from None
    if not words:
        raise GreenprofError("a command is empty; leave the option out, or name one", EXIT_USAGE)
    if any(word in ("|", "&&", "||", ";", ">", "<") for word in words):
        return ["sh", "-c", command]
    return words


def own_import_paths(root: Path, here: Path, words: Sequence[str]) -> tuple[str, ...]:
    """Folders of the project that the Python of a command imports from because the project is installed (``-e``).

    A copy needs its own in their place, or the command, which is started in `here`, would run the code as it was.
    """
    first = words[0] if "/" not in words[0] else str(here / words[0])
    python = first if "python" in Path(first).name else _beside(first)
    found: list[str] = []
    for each in dict.fromkeys(filter(None, (python, shutil.which("python"), sys.executable))):
        with suppress(OSError, subprocess.TimeoutExpired):
            ask = [each, "-c", _PATHS]
            done = subprocess.run(ask, capture_output=True, text=True, timeout=30, check=False, cwd="/")
            found += [line for line in done.stdout.splitlines() if Path(line).is_relative_to(root)]
    return tuple(path for path in dict.fromkeys(found) if Path(path).is_dir() and not _is_installed(path, root))


def _is_installed(path: str, root: Path) -> bool:
    """Whether a folder is a part of an environment in the project."""
    parts = Path(path).relative_to(root).parts
    return "site-packages" in parts or any(part.startswith("python3") for part in parts)


def _beside(program: str) -> str | None:
    """The Python beside a program such as ``.venv/bin/pytest``, which is that of its environment."""
    place = shutil.which(program)
    python = Path(place).parent / "python" if place else None
    return str(python) if python is not None and python.exists() else None


def differing(before: Answer, after: Answer) -> str | None:
    """How two answers differ, in words; None where they are the same."""
    if before.code != after.code:
        return f"exit code {before.code} became {after.code}"
    for name, old in before.parts.items():
        new = after.parts.get(name)
        if old != new:
            return f"{name} {_difference(old, new)}"
    return None


def last_line(data: bytes) -> str:
    """The last line that is not empty, shortened."""
    lines = [line.strip() for line in data.decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1][:200] if lines else ""


def _difference(old: bytes | None, new: bytes | None) -> str:
    if new is None or old is None:
        return "is missing" if new is None else "is there now"
    before, after = old.splitlines(), new.splitlines()
    for number, (one, other) in enumerate(zip(before, after, strict=False), start=1):
        if one != other:
            return f"line {number}: {_shown(one)} became {_shown(other)}"
    if len(before) == len(after):
        return "differs in its line ends"
    return f"has {len(after)} lines, not {len(before)}"


def _shown(line: bytes) -> str:
    text = line.decode("utf-8", "replace").strip()
    return repr(text if len(text) <= 50 else f"{text[:47]}...")


def _content(file: IO[bytes]) -> bytes:
    """What was written to a file; of a huge one its beginning, and a digest of the rest."""
    file.seek(0)
    begins, rest = file.read(_MOST_BYTES), hashlib.sha256()
    if not (part := file.read(1 << 20)):
        return begins
    while part:
        rest.update(part)
        part = file.read(1 << 20)
    return begins + f"\n<and more: {rest.hexdigest()}>".encode()


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End what is left of a command, its children too, so that the next one has the machine and the tree."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(5)
