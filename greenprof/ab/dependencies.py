"""Pure: whether two states of a project want the same packages installed, and whether it has to be compiled.

Where they do, one environment serves both, and base and head differ in nothing but the project's own code.
"""

from __future__ import annotations

import ast
import configparser
import json
import re
import tomllib
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import PurePosixPath

_FILES = re.compile(
    r"pyproject\.toml|setup\.(py|cfg)|.*requirements.*\.(txt|in|pip)|constraints.*\.txt|requirements/.*\.(txt|in|pip)"
    r"|Pipfile|.*\.lock|pylock.*\.toml|environment\.ya?ml",
    re.IGNORECASE,
)
_COMPILED = re.compile(
    r".*\.(c|cc|cpp|cxx|h|hh|hpp|pyx|pxd|pxi|rs|f|f90|f95|for|cu|zig|go|proto|thrift)|Cargo\.toml|meson\.build"
    r"|CMakeLists\.txt|.*\.cmake"
)

Text = Callable[[str], str | None]
"""The text of a file by its path, None where it is not there."""


def dependency_files(paths: Iterable[str], folder: str) -> tuple[str, ...]:
    """Of `paths`, those that say what is to be installed for the project in `folder`, or for all of the repository."""
    places = {folder, ""}
    found = set()
    for path in paths:
        for place in places:
            inside = path.removeprefix(f"{place}/") if place else path
            if (not place or inside != path) and _FILES.fullmatch(inside):
                found.add(path)
    return tuple(sorted(path for path in found if path.count("/") <= folder.count("/") + 2))


def changed(paths: Iterable[str], before: Text, after: Text) -> tuple[str, ...]:
    """The files among `paths` that want something else installed than they did; a new version number is none."""
    return tuple(path for path in paths if _wanted(path, before(path)) != _wanted(path, after(path)))


def compiled_sources(paths: Iterable[str], folder: str) -> tuple[str, ...]:
    """Files of the project that a compiler reads, or that say what it does; those of tests and docs left out."""
    prefix = f"{folder}/" if folder else ""
    return tuple(
        path
        for path in paths
        if path.startswith(prefix)
        and _COMPILED.fullmatch(PurePosixPath(path).name)
        and not re.match(r"(tests?|docs?|examples?|benchmarks?)/", path[len(prefix) :])
    )


def _wanted(path: str, text: str | None) -> object:
    """What a file asks for, comparable; the text itself where its format is not known or broken."""
    if text is None:
        return None
    readers: dict[str, Callable[[str], object]] = {
        "pyproject.toml": _of_pyproject, "setup.cfg": _of_setup_cfg, "setup.py": _of_setup_py, "uv.lock": _of_lock,
        "poetry.lock": _of_lock, "pdm.lock": _of_lock,
    }  # fmt: skip
    reader = readers.get(PurePosixPath(path).name, _of_lines)
    with suppress(tomllib.TOMLDecodeError, configparser.Error, SyntaxError, TypeError, AttributeError, ValueError):
        return reader(text)
    return text


def _of_lines(text: str) -> object:
    lines = (line.split(" #")[0].strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _of_pyproject(text: str) -> object:
    data = tomllib.loads(text)
    project, tool = data.get("project", {}), data.get("tool", {})
    poetry = tool.get("poetry", {})
    asked = {
        "build": data.get("build-system"),
        "groups": data.get("dependency-groups"),
        **{key: project.get(key) for key in ("dependencies", "optional-dependencies", "requires-python", "dynamic")},
        **{
            f"poetry.{key}": poetry.get(key)
            for key in ("dependencies", "dev-dependencies", "group", "extras", "packages", "build")
        },
        "uv": tool.get("uv"),
        "pdm": tool.get("pdm", {}).get("dev-dependencies"),
        "hatch": tool.get("hatch", {}).get("envs"),
        **{name: tool.get(name) for name in ("maturin", "scikit-build", "meson-python", "setuptools-rust")},
    }
    return json.dumps(asked, sort_keys=True, default=str)


def _of_setup_cfg(text: str) -> object:
    parser = configparser.RawConfigParser()
    parser.read_string(text)
    options = {
        f"{section}.{key}": value
        for section in parser.sections()
        if section.startswith("options")
        for key, value in parser.items(section)
        if section == "options.extras_require" or key in {"install_requires", "python_requires", "setup_requires"}
    }
    return sorted(options.items())


def _of_setup_py(text: str) -> object:
    """The program without its version number and its docstrings."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in {"version", "description", "long_description", "classifiers"}:
            node.value = ast.Constant(None)
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id.strip("_").lower() == "version" for target in node.targets
        ):
            node.value = ast.Constant(None)
    return ast.dump(tree)


def _of_lock(text: str) -> object:
    """The locked packages without the project itself, whose version changes with every release."""
    data = tomllib.loads(text)
    packages = [one for one in data.get("package", ()) if not _is_local(one.get("source"))]
    return json.dumps(packages, sort_keys=True, default=str)


def _is_local(source: object) -> bool:
    return isinstance(source, dict) and bool({"editable", "virtual", "directory"} & source.keys())
