from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from greenprof.carbon_settings import CarbonSettings
from greenprof.config import Config, load_config, read_config
from greenprof.errors import GreenprofError


def write(folder: Path, text: str) -> Path:
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return folder


def test_the_nearest_file_upwards_counts(tmp_path: Path) -> None:
    write(
        tmp_path,
        '[tool.greenprof]\nmeter = "estimate"\nignore = ["loops"]\nrules = ["lint"]\nmin-confidence = "high"\n',
    )
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert load_config(below) == Config(
        meter="estimate", ignore=("loops",), rules=(str(tmp_path / "lint"),), min_confidence="high"
    )


def test_a_language_that_is_not_there_is_said_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(GreenprofError, match=r"lang in .* should be one of en, nl, not 'de'"):
        load_config(write(tmp_path, '[tool.greenprof]\nlang = "de"\n'))


def test_every_key_can_be_given(tmp_path: Path) -> None:
    keys = """
        meter = "rapl"\nselect = ["a"]\nextend-select = ["b"]\nignore = ["c"]\nrules = ["lint"]\nmin-confidence = "low"
        fail-on = "error"\nexclude = ["d/"]\nextend-exclude = ["e"]\nextend-include = ["*.md"]\nforce-exclude = true
        respect-gitignore = false\ntests = true\nbaseline = "known.json"\nreport-unused-ignores = true
        unsafe-fixes = true\nshow-source = false\ntarget-version = "3.12"\ncache = false
        lang = "nl"\nprofile-include = ["f"]\nprofile-exclude = ["g"]
        [tool.greenprof.carbon]\ncountry = "NLD"\nfile = "hours.csv"\npue = 1.36\nruns-per-day = 40000
        [tool.greenprof.per-file-ignores]\n"old/" = ["all"]\n"*_pb2.py" = ["loops", "idle"]
        [tool.greenprof.history]\nkeep = false
        [[tool.greenprof.targets]]\nname = "a"\nlabel = "a"\nbaseline = 2\ngoal = 1
        baseline-date = 2026-01-01\nby = 2026-12-31
    """
    config = load_config(write(tmp_path, f"[tool.greenprof]\n{keys}"))
    assert config.per_file_ignores == {"old/": ("all",), "*_pb2.py": ("loops", "idle")}
    assert (config.baseline, config.rules) == (str(tmp_path / "known.json"), (str(tmp_path / "lint"),))
    assert (config.root, config.exclude, config.force_exclude) == (tmp_path, ("d/",), True)
    assert config.carbon == CarbonSettings(
        country="NLD", file=str(tmp_path / "hours.csv"), pue="1.36", runs_per_day=40000.0
    )
    usual = Config()
    assert all(getattr(config, one.name) != getattr(usual, one.name) for one in fields(Config))


@pytest.mark.parametrize(
    ("requires", "oldest"),
    [(">=3.11", "3.11"), (">= 3.9, <4", "3.9"), ("~=3.12.1", "3.12"), (">3.10,!=3.11.2,>=3.8", "3.10"),
     ("==3.13.*", "3.13"), (">=3", "3.0"), ("<4", None), ("nonsense", None), ("", None)],
)  # fmt: skip
def test_the_target_version_is_the_oldest_python_that_the_project_lets_in(
    tmp_path: Path, requires: str, oldest: str | None
) -> None:
    text = f'[project]\nname = "x"\nrequires-python = "{requires}"\n'
    assert load_config(write(tmp_path, text)).target_version == oldest
    told = load_config(write(tmp_path, f'{text}[tool.greenprof]\ntarget-version = "3.14"\n'))
    assert told.target_version == "3.14"


@pytest.mark.parametrize("text", ["[tool.greenprof]\nignore = ['loops']\n", "ignore = ['loops']\n"])
def test_a_file_of_another_name_may_hold_nothing_but_settings(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "etc" / "greenprof.toml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    assert (read_config(path), read_config(path).root) == (Config(ignore=("loops",)), tmp_path)
    with pytest.raises(GreenprofError, match=r"gone.toml: cannot be read \(No such file"):
        read_config(tmp_path / "gone.toml")


def test_a_pyproject_without_the_table_says_nothing(tmp_path: Path) -> None:
    assert read_config(write(tmp_path, "[project]\nname = 'x'\n") / "pyproject.toml") == Config()


def test_without_a_table_all_is_default(tmp_path: Path) -> None:
    assert load_config(write(tmp_path, "[project]\nname = 'x'\n")) == Config()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.greenprof]\ntests = 1\n", "tests in .* should be true or false"),
        ("[tool.greenprof]\nper-file-ignores = ['x']\n", "per-file-ignores in .* should be a table of lists of texts"),
        ("[tool.greenprof.per-file-ignores]\n'x.py' = 'loops'\n", "should be a table of lists of texts"),
        ("[tool.greenprof]\nroot = '/'\n", "no key 'root'"),
        ("[tool.greenprof]\nmetre = 'rapl'\n", "no key 'metre'; did you mean meter"),
        ("[tool.greenprof]\nxyzzy = 1\n", "no key 'xyzzy'; known: meter"),
        ("[tool.greenprof]\nmeter = 3\n", "meter in .* should be a text"),
        ("[tool.greenprof]\nselect = 'loops'\n", "select in .* should be a list of texts"),
        ("[tool.greenprof\n", "is not valid TOML"),
        ("tool = {greenprof = 3}\n", "should be a table"),
    ],
)
def test_a_wrong_file_is_told_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(GreenprofError, match=message) as caught:
        load_config(write(tmp_path, text))
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value).replace("\\n", "")


TARGET = 'name = "a"\nlabel = "a"\nbaseline = 2.0\nbaseline-date = 2026-01-01\ngoal = 1.0\nby = 2026-12-31\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tool.greenprof.history]\nkept = true\n", "did you mean keep"),
        ("[tool.greenprof.history]\nkeep = 1\n", "keep .* true or false"),
        ("[tool.greenprof.targets]\nname = 'a'\n", "tables, each begun by"),
        (f"[[tool.greenprof.targets]]\n{TARGET}command = 'a'\n", "which runs count"),
        (f"[[tool.greenprof.targets]]\n{TARGET}quantity = 'joule'\n", "did you mean joules"),
        (f"[[tool.greenprof.targets]]\n{TARGET}[[tool.greenprof.targets]]\n{TARGET}", "two targets are named 'a'"),
        (f"[[tool.greenprof.targets]]\n{TARGET}".replace("goal = 1.0\n", ""), "needs goal"),
        (f"[[tool.greenprof.targets]]\n{TARGET}".replace("2026-12-31", "2025-12-31"), "later than baseline-date"),
        (f"[[tool.greenprof.targets]]\n{TARGET}".replace("2026-12-31", "'soon'"), "a date, as 2026-12-31"),
        (f"[[tool.greenprof.targets]]\n{TARGET}".replace("goal = 1.0", "goal = -1"), "goal should be a number"),
    ],
)  # fmt: skip
def test_a_wrong_table_is_said_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(GreenprofError, match=said):
        load_config(write(tmp_path, text))
