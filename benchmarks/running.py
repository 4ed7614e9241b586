"""Run a command in a folder, and what it used."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Ran:
    """How a command ended. `cpu_s` is that of its processes, as far as they were waited for; `said` its last line."""

    exit_code: int
    elapsed_s: float
    cpu_s: float
    said: str


def run(command: Sequence[str], folder: Path, variables: Mapping[str, str], timeout_s: float) -> Ran:
    """Run it to its end, in a session of its own; killed with all in it after `timeout_s`."""
    with tempfile.TemporaryFile() as words:
        begun_s = time.monotonic()
        process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **variables}, stdin=subprocess.DEVNULL, stdout=words, stderr=words,
            start_new_session=True,
        )  # fmt: skip
        late = threading.Timer(timeout_s, os.killpg, (process.pid, signal.SIGKILL))
        late.start()
        _, status, used = os.wait4(process.pid, 0)
        late.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        elapsed_s = time.monotonic() - begun_s
        words.seek(0)
        lines = [line for line in words.read().decode(errors="replace").splitlines() if line.strip()]
    return Ran(
        exit_code=process.returncode,
        elapsed_s=elapsed_s,
        cpu_s=used.ru_utime + used.ru_stime,
        said=f"no end within {timeout_s:.0f} s" if elapsed_s > timeout_s else lines[-1].strip() if lines else "",
    )
