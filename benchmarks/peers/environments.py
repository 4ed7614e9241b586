"""A virtual environment per tool, made on first use from its pinned requirements."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

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
    if tool == OWN:
        return Path(sys.executable)
    requirements = HERE / "requirements" / f"{tool}.txt"
    pinned = requirements.read_bytes() + sys.version.encode()
    folder = cache / f"{tool}-{hashlib.sha256(pinned).hexdigest()[:12]}"
    if not (folder / "complete").exists():
        cache.mkdir(parents=True, exist_ok=True)
        print(f"making the environment of {tool} in {folder}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements]
        subprocess.run([folder / "bin/python", *install], check=True)
        (folder / "complete").touch()
    return folder / "bin/python"
