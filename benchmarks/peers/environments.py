"""A virtual environment per tool, made on first use from its pinned requirements."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tool_environment import python_with

HERE = Path(__file__).parent
# Not from the package index: what is compared is the greenprof that is installed beside this file.
OWN = "greenprof"


def tools() -> tuple[str, ...]:
    """greenprof, then every tool that has requirements."""
    return (OWN, *sorted((path.stem for path in (HERE / "requirements").glob("*.txt")), key=str.lower))


def python_of(tool: str, cache: Path) -> Path:
    """The interpreter of the tool's environment, which is made if it is not there yet.

    Raises subprocess.CalledProcessError if its packages cannot be installed.
    """
    return Path(sys.executable) if tool == OWN else python_with([HERE / "requirements" / f"{tool}.txt"], cache)
