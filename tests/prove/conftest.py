import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass

import pytest

# The first fix saves nearly all, the second next to nothing, for the time goes into what is copied; the third changes
# what happens for no rows at all, which the test knows. Unused is on no line that runs.
APP = """\
    import re
    import sys
    import zlib

    BLOCKS = [b"block" * 400_000] * 100


    def missing(n):
        stock = {item: item % 10 for item in range(n)}
        found = []
        for item in range(0, 2 * n, 3):
            if item not in list(stock.keys()):
                found.append(item)
        return len(found)


    def sums(rows):
        return [each for each in map(zlib.crc32, rows)]


    def numbers(n):
        total = 0
        for i in range(n):
            number = re.compile(r"[0-9]+")
            total += int(number.search(f"order {i}").group())
        return total


    def unused(rows):
        return [each for each in rows]


    if __name__ == "__main__":
        print(missing(2500), sum(sums(BLOCKS)), numbers(300_000))
    """
TEST = """\
    import re

    import app


    def test_no_rows(monkeypatch):
        monkeypatch.setattr(re, "compile", None)
        assert app.numbers(0) == 0
    """


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


@pytest.fixture
def shop(tmp_path):
    """A project under git, with an uncommitted change and a new file."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "app.py").write_text("print('an older one')\n")
    _git(folder, "init", "-q")
    _git(folder, "add", "-A")
    _git(folder, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qm", "first")
    (folder / "app.py").write_text(textwrap.dedent(APP))
    (folder / "test_app.py").write_text(textwrap.dedent(TEST))
    return folder


@pytest.fixture
def project_files(shop):
    """Writes files, given as ``path: text``, below the shop."""

    def write(files, folder=shop):
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(textwrap.dedent(text), encoding="utf-8")
        return folder

    return write


@pytest.fixture
def greenprof(shop):
    """Runs ``greenprof ARGUMENTS`` in the shop, or in another folder."""

    def run(*arguments, folder=shop, env=None):
        done = subprocess.run(
            [sys.executable, "-m", "greenprof", *map(str, arguments)],
            cwd=folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=300,
            env={**os.environ, **(env or {})},
        )  # fmt: skip
        return Done(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def prove(greenprof):
    """Runs ``greenprof prove ARGUMENTS`` there."""
    return lambda *arguments, **more: greenprof("prove", *arguments, **more)


@pytest.fixture
def git(shop):
    """Runs git in the shop; gives what it says."""
    return lambda *arguments: _git(shop, *arguments)


def _git(folder, *arguments):
    return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True).stdout
