"""The environment of a checkout: the user's own where the dependencies are the same, else one made for it."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import tomllib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from greenprof.ab.workplace import Place
from greenprof.errors import EXIT_USAGE, GreenprofError

_TIMEOUT_S = 1800
_TAIL = 8
# Extras and dependency groups in which projects keep what their tests need.
_FOR_TESTS = ("test", "tests", "testing", "dev", "all")
_REQUIREMENTS = (
    "requirements.txt", "requirements-test.txt", "requirements-tests.txt", "requirements-dev.txt",
    "requirements_test.txt", "requirements_dev.txt", "test-requirements.txt", "dev-requirements.txt",
    "requirements/test.txt", "requirements/tests.txt", "requirements/dev.txt",
)  # fmt: skip
_PLUGINS = """
import json, importlib.metadata as m
found = {}
for d in m.distributions():
    if d.metadata["Name"] == "pytest" or any(e.group == "pytest11" for e in d.entry_points):
        if not d.read_text("direct_url.json"):
            found[d.metadata["Name"]] = d.version
print(json.dumps(found))
"""


def fresh(place: Place, project: Path, python: str, install: str | None) -> str:
    """Make (or find kept) an environment in which the project of a checkout is installed; its Python.

    Args:
        place: where it is put.
        project: the folder of the project in the checkout.
        python: the Python of the user's environment: the new one is of the same version, with the same pytest.
        install: the user's own command, run in `project` with the environment active; None for the usual steps.

    Raises:
        GreenprofError: where it cannot be made; with the end of what the command said.
    """
    made = str(place.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    key = {"python": _version(python), "at": str(place.venv), "install": install, "machine": platform.machine()}
    if place.note_of("venv") == key and Path(made).exists():
        return made
    shutil.rmtree(place.venv, ignore_errors=True)
    uv = shutil.which("uv")
    environ = _active(place.venv)
    _do([uv, "venv", "--quiet", "--python", python, str(place.venv)] if uv else [python, "-m", "venv", str(place.venv)],
        project, environ)  # fmt: skip
    installer = [uv, "pip", "install", "--quiet"] if uv else [made, "-m", "pip", "install", "--quiet"]
    if install:
        _do(["sh", "-c", install] if os.name != "nt" else ["cmd", "/c", install], project, environ)
    else:
        _do([*installer, *wanted(project)], project, environ)
    if plugins := _plugins(python, made):
        _do([*installer, *plugins], project, environ)
    place.note("venv", key)
    return made


def wanted(project: Path) -> list[str]:
    """What is given to ``pip install`` for a project and its tests."""
    words: list[str] = []
    data: dict[str, object] = {}
    with suppress(OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        data = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    if "build-system" in data or "project" in data or (project / "setup.py").exists():
        table = data.get("project")
        extras = table.get("optional-dependencies", {}) if isinstance(table, dict) else {}
        chosen = next(([one] for one in _FOR_TESTS if one in extras), [])
        words += ["-e", f".[{','.join(chosen)}]" if chosen else "."]
    groups = data.get("dependency-groups")
    if isinstance(groups, dict):
        words += next((_group(groups, one) for one in _FOR_TESTS if one in groups), [])
    for name in _REQUIREMENTS:
        if (project / name).is_file():
            words += ["-r", name]
    return words or ["pytest"]


def _group(groups: dict[str, object], name: str, depth: int = 0) -> list[str]:
    """The requirements of a dependency group and of those that it includes (PEP 735)."""
    found: list[str] = []
    members = groups.get(name)
    for one in members if isinstance(members, list) and depth < 10 else []:
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, dict) and isinstance(included := one.get("include-group"), str):
            found += _group(groups, included, depth + 1)
    return found


def _plugins(python: str, made: str) -> list[str]:
    """The user's pytest and its plugins, in their versions, as far as the new environment has none of them."""
    there = _listed(made)
    return [f"{name}=={version}" for name, version in sorted(_listed(python).items()) if name not in there]


def _listed(python: str) -> dict[str, str]:
    done = subprocess.run([python, "-c", _PLUGINS], capture_output=True, text=True, timeout=60, check=False)
    listed = json.loads(done.stdout or "{}")
    return {name: version for name, version in listed.items() if name.lower() != "greenprof"}


def _version(python: str) -> str:
    done = subprocess.run([python, "-V"], capture_output=True, text=True, timeout=60, check=False)
    return done.stdout.strip()


def _active(venv: Path) -> dict[str, str]:
    """This environment with `venv` switched on, and nothing of another one."""
    environ = {name: text for name, text in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    binaries = venv / ("Scripts" if os.name == "nt" else "bin")
    return environ | {"VIRTUAL_ENV": str(venv), "PATH": f"{binaries}{os.pathsep}{environ.get('PATH', '')}"}


def _do(words: Sequence[str], folder: Path, environ: dict[str, str]) -> None:
    command = " ".join(words)
    try:
        done = subprocess.run(
            words, cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace", timeout=_TIMEOUT_S, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except OSError as error:
        raise GreenprofError(f"the base cannot be built: {command}: {error.strerror}", EXIT_USAGE) from None
    except subprocess.TimeoutExpired:
        raise GreenprofError(
            f"the base cannot be built: {command}: took longer than {_TIMEOUT_S} s", EXIT_USAGE
        ) from None
    if done.returncode:
        tail = "\n".join(f"    {line}" for line in done.stdout.strip().splitlines()[-_TAIL:])
        advice = "" if words[0] in {"sh", "cmd"} else "; say how with --green-base-install"
        raise GreenprofError(
            f"the base cannot be built: `{command}` ended with {done.returncode}{advice}\n{tail}", EXIT_USAGE
        )
