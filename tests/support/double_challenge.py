"""A challenge so small that a judgement takes a moment: twice the number that is given."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from greenprof.board.model import Result, Submission, digest_of
from greenprof.board.sandbox import Sandbox, why_not

CHALLENGE = """
[title]
en = "Double"
nl = "Verdubbelen"
[task]
en = "task.md"
nl = "task.md"
[input]
name = "number.txt"
[checker]
kind = "exact"
[reference]
language = "python"
source = "reference.py"
[languages.python]
source = "solution.py"
run = "python3 -S solution.py {input}"
[languages.built]
source = "build.sh"
build = "sh build.sh"
run = "./run {input}"
[limits]
wall_s = 20
cpu_s = 20
build_s = 30
memory_bytes = 134217728
disk_bytes = 8388608
output_bytes = 65536
processes = 16
[scoring]
least_pairs = 1
most_pairs = 1
"""
GENERATE = """
import random, sys
open(sys.argv[2] + "/number.txt", "w").write(str(random.Random(int(sys.argv[1])).randrange(10**9)))
"""
GOOD = "import sys; print(2 * int(open(sys.argv[1]).read()))\n"
SAMPLE_SEED = 1

Submit = Callable[..., Result]


def write_challenge(folder: Path, **changes: str) -> Path:
    """The challenge, with the text of some of its files changed."""
    files = {
        "challenge.toml": CHALLENGE, "generate.py": GENERATE, "task.md": "Print twice the number.",
        "reference.py": GOOD, "samples/1.txt": "288545018\n",
    }  # fmt: skip
    for name, text in (files | changes).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def submission(files: dict[str, str] | str, language: str = "python", id: str = "one") -> Submission:
    named = {"solution.py": files} if isinstance(files, str) else files
    content = {path: text.encode() for path, text in named.items()}
    return Submission(
        id=id, team="red", challenge="double", language=language, files=content,
        digest=digest_of(language, content), received_at="2026-01-01T00:00:00Z",
    )  # fmt: skip


def working(name: str) -> Sandbox:
    """The sandbox of this name; the test is skipped, or fails in CI, where it does not work."""
    sandbox = Sandbox(name=name)
    why = why_not(sandbox)
    if why is not None:
        if os.environ.get("CI") and shutil.which({"bubblewrap": "bwrap"}.get(name, name)):
            pytest.fail(f"{name}: {why}")
        pytest.skip(f"{name}: {why}")
    return sandbox
