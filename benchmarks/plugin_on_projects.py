"""The test suites of PyPI projects under `pytest --green`, next to their usual result.

    python benchmarks/plugin_on_projects.py [PROJECT ...]

The source distribution of each is fetched with pip and unpacked, and its tests are run on it twice in this Python,
without greenprof's plugin and under `--green`. Outcomes should be the same, test for test.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PROJECTS = ("more-itertools", "toolz", "tabulate", "markupsafe")
FINAL = re.compile(r"(\d+ (?:passed|failed|error)[^\n]*?) in [\d.]+s")
OUTCOME = re.compile(r"^(\S+::.+?) (PASSED|FAILED|SKIPPED|XFAIL|XPASS|ERROR)", re.MULTILINE)


def fetched(project: str, folder: Path) -> Path:
    """Its unpacked source distribution."""
    pip = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "-q",
        "--no-deps",
        "--no-binary",
        ":all:",
        "-d",
        str(folder),
        project,
    ]
    subprocess.run(pip, check=True)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as file:
        file.extractall(folder, filter="data")
    return folder / archive.name.removesuffix(".tar.gz")


def suite(project: Path, *options: str) -> tuple[str, dict[str, str]]:
    """The last line of its tests, and the outcome of each."""
    source = project / "src" if (project / "src").is_dir() else project
    pytest = [
        sys.executable,
        "-m",
        "pytest",
        "-v",
        "-o",
        "addopts=",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:asyncio",
        *options,
    ]
    done = subprocess.run(
        ["env", f"PYTHONPATH={source}", *pytest], cwd=project, capture_output=True, text=True, check=False
    )
    final = FINAL.findall(done.stdout)
    return (final[-1] if final else done.stdout[-300:] + done.stderr[-300:]), dict(OUTCOME.findall(done.stdout))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("projects", nargs="*", default=PROJECTS)
    for name in arguments.parse_args().projects:
        with tempfile.TemporaryDirectory() as folder:
            project = fetched(name, Path(folder).resolve())
            usual, outcomes = suite(project, "-p", "no:greenprof")
            green, outcomes_green = suite(project, "--green")
            same = "the same, test for test" if outcomes and outcomes == outcomes_green else "DIFFERENT"
            print(f"{project.name}: {usual} | --green: {green} | {same}", flush=True)


if __name__ == "__main__":
    main()
