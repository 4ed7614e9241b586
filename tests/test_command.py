from __future__ import annotations

import sys
from pathlib import Path

import pytest

from greenprof.command import Target, command_line, split
from greenprof.errors import GreenprofError

WITH_VALUE = {"-o", "--output", "--meter"}


@pytest.mark.parametrize(
    ("arguments", "own", "target"),
    [
        (["app.py", "-o", "x"], [], Target("script", ("app.py", "-o", "x"))),
        (["-o", "x", "app.py"], ["-o", "x"], Target("script", ("app.py",))),
        (["-o", "--", "app.py"], ["-o", "--"], Target("script", ("app.py",))),
        (["--meter=rapl", "-m", "black", "-o", "y"], ["--meter=rapl"], Target("module", ("black", "-o", "y"))),
        (["--quiet", "--", "gzip", "--", "-m"], ["--quiet"], Target("command", ("gzip", "--", "-m"))),
        (["app.py", "--", "-m", "x"], [], Target("script", ("app.py", "--", "-m", "x"))),
        (["-qo", "x", "app.py"], ["-qo", "x"], Target("script", ("app.py",))),
        (["-qox", "app.py"], ["-qox"], Target("script", ("app.py",))),
        (["-q", "-mjson.tool", "-q"], ["-q"], Target("module", ("json.tool", "-q"))),
        (["-qm", "json.tool"], ["-q"], Target("module", ("json.tool",))),
        (["--quiet"], ["--quiet"], Target("none", ())),
        (["-m"], [], Target("module", ())),
        ([], [], Target("none", ())),
    ],
)
def test_our_options_end_where_the_program_begins(arguments: list[str], own: list[str], target: Target) -> None:
    assert split(arguments, WITH_VALUE) == (own, target)


def test_the_active_environment_runs_the_script(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (python := tmp_path / "bin" / "python").touch()
    (script := tmp_path / "app.py").touch()
    target = Target("script", (str(script), "x"))
    assert command_line(target, {"VIRTUAL_ENV": str(tmp_path)}) == [str(python), str(script), "x"]
    assert command_line(target, {}) == [sys.executable, str(script), "x"]
    assert command_line(target, {"VIRTUAL_ENV": str(tmp_path / "gone")})[0] == sys.executable


def test_a_folder_runs_if_it_has_a_main(tmp_path: Path) -> None:
    with pytest.raises(GreenprofError, match="without a __main__"):
        command_line(Target("script", (str(tmp_path),)), {})
    (tmp_path / "__main__.py").touch()
    assert command_line(Target("script", (str(tmp_path),)), {})[1] == str(tmp_path)


def test_a_command_that_is_taken_for_a_script_gets_a_hint() -> None:
    with pytest.raises(GreenprofError, match="greenprof run -- cat") as caught:
        command_line(Target("script", ("cat",)), {})
    assert caught.value.exit_code == 127
