"""A virtual environment that is made on first use from pinned requirements, and kept."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def python_with(requirements: Sequence[Path], cache: Path, base: Path = Path(sys.executable)) -> Path:
    """The interpreter of an environment below `cache` that holds what the files ask for, on the Python `base`.

    It is named for the last of the files. Raises subprocess.CalledProcessError if it cannot be made.
    """
    version = subprocess.run([base, "-c", "import sys; print(sys.version)"], check=True, stdout=subprocess.PIPE).stdout
    pinned = b"".join(file.read_bytes() for file in requirements) + version
    folder = cache / f"{requirements[-1].stem}-{hashlib.sha256(pinned).hexdigest()[:12]}"
    if not (folder / "complete").exists():
        cache.mkdir(parents=True, exist_ok=True)
        print(f"making the environment {folder}", file=sys.stderr)
        subprocess.run([base, "-m", "venv", "--clear", folder], check=True)
        install = ["-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        files = [word for file in requirements for word in ("-r", str(file))]
        subprocess.run([folder / "bin/python", *install, *files], check=True)
        (folder / "complete").touch()
    return folder / "bin/python"
