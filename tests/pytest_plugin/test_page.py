"""The page names every option and setting, and none that there is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "pytest.md").read_text(encoding="utf-8")


def test_every_option_and_setting_is_on_the_page(pytester: pytest.Pytester):
    told = pytester.runpytest_inprocess("--help", "-p", "no:asyncio").stdout.str()
    options = set(re.findall(r"--green[a-z-]*", told))
    settings = set(re.findall(r"green_[a-z_]+", told))
    assert options == set(re.findall(r"--green[a-z-]*", PAGE))
    assert settings == set(re.findall(r"green_[a-z_]+", PAGE))
