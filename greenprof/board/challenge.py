"""A challenge is a folder: what it holds, read from its ``challenge.toml``, and what is wrong with it.

    challenge.toml           title, where the task is, input, checker, reference, languages, limits, scoring
    task.en.md, task.nl.md   what is asked
    generate.py              makes an input: python generate.py SEED FOLDER
    check.py                 only if the checker is a program: python check.py INPUT EXPECTED ANSWER
    samples/SEED.txt         the right answer to the input of that seed, public
    solutions/               the reference, and others to try the challenge with

The folder is the organiser's, and trusted: its generator and checker run as they are.
"""

from __future__ import annotations

import hashlib
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

from greenprof.board.archive import checked_path
from greenprof.board.model import Challenge, Language, Limits, Scoring, Submission, digest_of
from greenprof.errors import EXIT_USAGE, GreenprofError

SHIPPED = Path(__file__).with_name("challenges")
EXACT, TOLERANCE, PROGRAM = "exact", "tolerance", "program"
LANGUAGES = ("en", "nl")
_FILE = "challenge.toml"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_TABLES = {"title", "task", "input", "checker", "reference", "languages", "limits", "scoring"}
_GENERATOR_S = 120.0
_CHECKER_S = 60.0

Table = TypeVar("Table", Limits, Scoring)


def find(name: str | Path) -> Path:
    """The folder of a challenge: a path, or the name of one that ships with greenprof; raises `GreenprofError`."""
    path = Path(name)
    if (path / _FILE).is_file():
        return path.resolve()
    if _NAME.fullmatch(str(name)) and (SHIPPED / str(name) / _FILE).is_file():
        return SHIPPED / str(name)
    ours = ", ".join(each.name for each in shipped())
    raise GreenprofError(f"{name}: no folder with a {_FILE}, and no challenge of greenprof's ({ours})", EXIT_USAGE)


def shipped() -> tuple[Path, ...]:
    """The challenges that come with greenprof."""
    return tuple(sorted(path.parent for path in SHIPPED.glob(f"*/{_FILE}")))


def load(folder: Path) -> Challenge:
    """Read a challenge; raises `GreenprofError` with the first thing that is wrong."""
    challenge, wrong = read(folder)
    if challenge is None or wrong:
        raise GreenprofError(wrong[0], EXIT_USAGE)
    return challenge


def read(folder: Path) -> tuple[Challenge | None, list[str]]:
    """A challenge, and one line for each thing that is wrong in its file; ``None`` where there is no telling."""
    file = folder / _FILE
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return None, [f"{file}: cannot be read ({getattr(error, 'strerror', None) or error})"]
    reader = _Reader(folder, data)
    challenge = reader.challenge()
    return challenge, reader.wrong


class _Reader:
    """Takes one table after the other, and notes what is wrong instead of stopping at it."""

    def __init__(self, folder: Path, data: Mapping[str, Any]) -> None:
        self.wrong: list[str] = []
        self._folder, self._data = folder, data

    def challenge(self) -> Challenge:
        if not _NAME.fullmatch(self._folder.name):
            self._say("the folder's name", "should be small letters, digits and hyphens: it is the challenge's name")
        self._unknown("", self._data, _TABLES)
        title = {code: self._text("title", code) for code in LANGUAGES}
        task = {code: self._read(self._text("task", code), f"task.{code}") for code in LANGUAGES}
        input_name = self._path(self._text("input", "name"), "input.name", exists=False)
        self._path("generate.py", "the generator")
        self._unknown("input.", self._table("input"), {"name"})
        checker, tolerance = self._checker()
        languages = self._languages()
        language, reference = self._text("reference", "language"), self._text("reference", "source")
        self._path(reference, "reference.source")
        if language and language not in {each.name for each in languages}:
            self._say("reference.language", f"{language!r} is none of the languages")
        if not self.samples():
            self._say("samples", "should hold at least one file SEED.txt with the right answer to that seed's input")
        return Challenge(
            name=self._folder.name, title=title, task=task, languages=languages, input_name=input_name,
            checker=checker, tolerance=tolerance, reference_language=language, reference=reference,
            limits=self._numbers("limits", Limits()), scoring=self._numbers("scoring", Scoring()),
            folder=self._folder, digest=digest_of_folder(self._folder),
        )  # fmt: skip

    def samples(self) -> tuple[int, ...]:
        return sample_seeds(self._folder)

    def _checker(self) -> tuple[str, float]:
        kind, table = self._text("checker", "kind"), self._table("checker")
        self._unknown("checker.", table, {"kind", "tolerance"})
        if kind and kind not in (EXACT, TOLERANCE, PROGRAM):
            self._say("checker.kind", f"is {kind!r}; it can be exact, tolerance or program")
        if kind == PROGRAM:
            self._path("check.py", "the checker")
        tolerance = table.get("tolerance", 0.0)
        if not isinstance(tolerance, int | float) or isinstance(tolerance, bool) or not 0 <= tolerance < 1:
            self._say("checker.tolerance", "should be a number from 0 to 1, relative")
            tolerance = 0.0
        if kind == TOLERANCE and not tolerance:
            self._say("checker.tolerance", "is missing: how far a number may be off, relative (1e-6)")
        return kind, float(tolerance)

    def _languages(self) -> tuple[Language, ...]:
        found = []
        for name, table in self._table("languages").items():
            if not isinstance(table, dict):
                self._say(f"languages.{name}", "should be a table with source and run")
                continue
            self._unknown(f"languages.{name}.", table, {"source", "run", "build"})
            words = {key: self._text(f"languages.{name}", key, table, needed=key != "build") for key in _LANGUAGE}
            if words["source"]:
                self._path(words["source"], f"languages.{name}.source", exists=False)
            if words["run"] and "{input}" not in words["run"]:
                self._say(f"languages.{name}.run", "should have {input} where the path of the input goes")
            try:
                shlex.split(words["run"])
            except ValueError as error:
                self._say(f"languages.{name}.run", f"cannot be split into words ({error})")
            found.append(Language(name=name, **words))
        if not found:
            self._say("languages", "should have at least one language")
        return tuple(found)

    def _numbers(self, name: str, default: Table) -> Table:
        table = self._table(name)
        known = {field.name: type(getattr(default, field.name)) for field in fields(default)}
        self._unknown(f"{name}.", table, set(known))
        values = {}
        for key, value in table.items():
            if key not in known:
                continue
            if isinstance(value, bool) or not isinstance(value, int | known[key]) or value <= 0:
                what = "a whole number above 0" if known[key] is int else "a number above 0"
                self._say(f"{name}.{key}", f"should be {what}")
            else:
                values[key] = known[key](value)
        return replace(default, **values)

    def _table(self, name: str) -> Mapping[str, Any]:
        table = self._data.get(name, {})
        if isinstance(table, dict):
            return table
        self._say(name, "should be a table")
        return {}

    def _text(self, table: str, key: str, of: Mapping[str, Any] | None = None, *, needed: bool = True) -> str:
        value = (self._table(table) if of is None else of).get(key)
        if isinstance(value, str) and (value.strip() or not needed):
            return value.strip()
        if value is not None or needed:
            self._say(f"{table}.{key}", "is missing" if value is None else "should be text that is not empty")
        return ""

    def _path(self, name: str, what: str, *, exists: bool = True) -> str:
        if not name:
            return ""
        try:
            checked_path(name)
        except GreenprofError as error:
            self._say(what, str(error))
            return ""
        if exists and not (self._folder / name).exists():
            self._say(what, f"there is no {name}")
        return name

    def _read(self, name: str, what: str) -> str:
        if not self._path(name, what) or not (self._folder / name).is_file():
            return ""
        try:
            return (self._folder / name).read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            self._say(what, f"{name} cannot be read ({error})")
            return ""

    def _unknown(self, where: str, table: Mapping[str, Any], known: set[str]) -> None:
        for key in table:
            if key not in known:
                self._say(f"{where}{key}", f"is not known here (known: {', '.join(sorted(known))})")

    def _say(self, what: str, wrong: str) -> None:
        line = f"{self._folder / _FILE}: {what}: {wrong}"
        if line not in self.wrong:
            self.wrong.append(line)


_LANGUAGE = ("source", "run", "build")


def digest_of_folder(folder: Path) -> str:
    """The SHA-256 of a challenge's files, by path and content."""
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            content = path.read_bytes()
            whole.update(f"{path.relative_to(folder).as_posix()} {len(content)}\n".encode())
            whole.update(content)
    return whole.hexdigest()


def sample_seeds(folder: Path) -> tuple[int, ...]:
    """The seeds of the public samples, ascending."""
    stems = [path.stem for path in (folder / "samples").glob("*.txt")]
    return tuple(sorted(int(stem) for stem in stems if stem.isdigit()))


def sample_answer(challenge: Challenge, seed: int) -> bytes:
    """The right answer to the public sample of this seed."""
    return (challenge.folder / "samples" / f"{seed}.txt").read_bytes()


def make_input(challenge: Challenge, seed: int, folder: Path) -> None:
    """Make the input of this seed in `folder`, readable for everyone; raises `GreenprofError` where that fails."""
    said = _own_program(challenge, "generate.py", [str(seed), str(folder)], _GENERATOR_S)
    if said.returncode != 0 or not (folder / challenge.input_name).exists():
        words = said.stderr.decode(errors="replace").strip().splitlines()[-1:]
        why = words[0] if words else f"it makes no {challenge.input_name}"
        raise GreenprofError(f"{challenge.folder}: generate.py fails for the seed {seed}: {why}")
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o444)


def run_checker(challenge: Challenge, given: Path, expected: Path, answer: Path) -> str | None:
    """What the challenge's own checker says against an answer; ``None`` if nothing. It exits 0 or 1, with one line."""
    said = _own_program(challenge, "check.py", [str(given), str(expected), str(answer)], _CHECKER_S)
    if said.returncode == 0:
        return None
    lines = (said.stdout if said.returncode == 1 else said.stderr).decode(errors="replace").strip().splitlines()
    if said.returncode == 1:
        return lines[0][:300] if lines else "the answer is not right"
    raise GreenprofError(f"{challenge.folder}: check.py fails: {lines[-1] if lines else said.returncode}")


def _own_program(
    challenge: Challenge, name: str, arguments: list[str], timeout_s: float
) -> subprocess.CompletedProcess[bytes]:
    """Run a program of the challenge, isolated from what else is on Python's path."""
    command = [sys.executable, "-I", str(challenge.folder / name), *arguments]
    try:
        return subprocess.run(command, capture_output=True, timeout=timeout_s, check=False, cwd="/")
    except subprocess.TimeoutExpired:
        raise GreenprofError(f"{challenge.folder}: {name} takes longer than {timeout_s:g} s") from None


def solution(challenge: Challenge, language: str, source: Path, *, team: str = "", id: str = "") -> Submission:
    """A file or folder of this machine as a submission; `archive` has no say in it, its owner is trusted so far."""
    known = challenge.language(language)
    if known is None:
        names = ", ".join(each.name for each in challenge.languages)
        raise GreenprofError(f"{challenge.name}: does not take {language!r}; it takes {names}", EXIT_USAGE)
    try:
        if source.is_dir():
            paths = [path for path in sorted(source.rglob("*")) if path.is_file() and "__pycache__" not in path.parts]
            files = {path.relative_to(source).as_posix(): path.read_bytes() for path in paths}
        else:
            files = {known.source: source.read_bytes()}
    except OSError as error:
        raise GreenprofError(f"{source}: cannot be read ({error.strerror})", EXIT_USAGE) from None
    if known.source not in files:
        raise GreenprofError(f"{source}: has no {known.source} in it", EXIT_USAGE)
    return Submission(
        id=id or source.name, team=team, challenge=challenge.name, language=language, files=files,
        digest=digest_of(language, files), received_at="",
    )  # fmt: skip


def language_of(challenge: Challenge, source: Path) -> str:
    """The language of a solution by its file's name; raises `GreenprofError` where that does not tell."""
    names = {path.name for path in source.iterdir()} if source.is_dir() else set()
    fits = [
        each.name
        for each in challenge.languages
        if each.source in names or (not names and Path(each.source).suffix == source.suffix)
    ]
    if len(fits) == 1:
        return fits[0]
    known = ", ".join(f"{each.name} ({each.source})" for each in challenge.languages)
    raise GreenprofError(f"{source}: which language is it? Say --language, one of: {known}", EXIT_USAGE)
