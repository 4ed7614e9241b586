import io
import textwrap
from dataclasses import dataclass

import pytest

from greenprof.lint import lint_paths


@pytest.fixture
def lint(tmp_path):
    """Lints one piece of code, as a file, through the public door; gives the LintResult."""

    def run(code, **options):
        path = tmp_path / "code.py"
        if isinstance(code, bytes):
            path.write_bytes(code)
        else:
            path.write_text(textwrap.dedent(code), encoding="utf-8")
        return lint_paths([path], **options)

    return run


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def lines(self):
        return self.out.splitlines()


@pytest.fixture
def greenprof(tmp_path, monkeypatch, capsysbinary):
    """Runs `greenprof ARGUMENTS` in tmp_path, through its entry point, with `stdin` as standard input."""
    from greenprof.cli import main

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)

    def run(*arguments, stdin=b""):
        monkeypatch.setattr("sys.argv", ["greenprof", *map(str, arguments)])
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code
        out, err = capsysbinary.readouterr()
        return Done(code, out.decode(), err.decode())

    return run


@pytest.fixture
def project(tmp_path):
    """Writes files, given as `path=text`, below tmp_path; gives tmp_path."""

    def write(files):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text), encoding="utf-8")
        return tmp_path

    return write
