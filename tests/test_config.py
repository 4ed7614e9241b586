from __future__ import annotations

from pathlib import Path

import pytest

from greenprof.config import Config, load_config
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


def test_without_a_table_all_is_default(tmp_path: Path) -> None:
    assert load_config(write(tmp_path, "[project]\nname = 'x'\n")) == Config()


@pytest.mark.parametrize(
    ("text", "message"),
    [
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
