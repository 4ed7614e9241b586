"""Every fix on code of others: what is fixed parses, and a second round finds nothing more to fix.

    python benchmarks/fix_corpus.py DJANGO/ SYMPY/ …                 # fixes that are safe, in copies of the folders
    python benchmarks/fix_corpus.py --unsafe SYMPY/                  # all fixes
    python benchmarks/fix_corpus.py --test "python -m pytest sympy/core" SYMPY/

With ``--test`` the command runs in the copy, first as it was and then fixed, and must end alike: the same tests fail,
mostly none.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

SUMMARY = re.compile(r"Ran \d+ tests|OK\b|FAILED \(|(?:\d+ \w+, )*\d+ (?:passed|failed)\b")
FAILING = re.compile(r"(?:FAIL|ERROR): |(?:FAILED|ERROR) [\w/]")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--unsafe", action="store_true", help="fixes that may change results too")
    parser.add_argument("--test", help="a command to run in the copy before and after")
    asked = parser.parse_args()
    failures = 0
    for folder in asked.folders:
        with tempfile.TemporaryDirectory() as scratch:
            copy = Path(scratch) / folder.name
            shutil.copytree(folder, copy, symlinks=True)
            failures += not hold(folder.name, copy, asked.unsafe, asked.test)
    return 1 if failures else 0


def hold(name: str, copy: Path, unsafe: bool, test: str | None) -> bool:
    """Fix the files in `copy` and say what became of them; whether all was well."""
    options = ["--unsafe-fixes"] if unsafe else []
    broken_before = unparsable(copy)
    before = run_tests(test, copy)
    offered = [one for one in findings(copy) if one["edits"] and (unsafe or one["fix_is_safe"])]
    lint(copy, "--fix", *options)
    broken = unparsable(copy) - broken_before
    again = lint(copy, "--diff", *options).stdout
    after = run_tests(test, copy)
    rules = ", ".join(f"{rule} {count}" for rule, count in Counter(one["rule"] for one in offered).most_common())
    print(f"{name}: {len(offered)} findings with a {'fix' if unsafe else 'safe fix'} ({rules or 'none'})")
    print(f"  no longer parse: {len(broken)}; offered again: {again.count(chr(10) + '@@')}")
    for path in sorted(broken):
        print(f"    {path}")
    if test is not None:
        print(f"  {test}: {before} before, {after} after")
    ran = before is None or "(exit code 0)" in before or "\n" in before  # what failed before may fail after
    return not broken and not again and ran and before == after


def lint(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-P",  # the folder may have a types.py
        "-m",
        "greenprof",
        "lint",
        "--tests",
        "--no-cache",
        "--min-confidence",
        "low",
        *options,
        ".",
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def findings(folder: Path) -> list[dict]:
    return json.loads(lint(folder, "-f", "json").stdout)["findings"]


def unparsable(folder: Path) -> set[Path]:
    """The files that Python cannot parse."""
    found = set()
    for path in folder.rglob("*.py"):
        try:
            ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            found.add(path)
    return found


def run_tests(command: str | None, folder: Path) -> str | None:
    """What the command says of all tests, without times, its exit code, and which tests fail."""
    if command is None:
        return None
    done = subprocess.run(
        shlex.split(command), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    lines = [line.strip("= ") for line in done.stdout.splitlines()]
    told = [line.partition(" in ")[0] for line in lines if SUMMARY.match(line)]
    failing = sorted({line.partition(" - ")[0] for line in lines if FAILING.match(line)})
    return "\n    ".join([f"{', '.join(told)} (exit code {done.returncode})", *failing])


if __name__ == "__main__":
    sys.exit(main())
