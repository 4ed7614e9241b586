"""Commands that fetch what a project depends on: of which tool, and from which files it reads what that is."""

from __future__ import annotations

from dataclasses import dataclass

from greenprof.lint.manifests.shell import Command

_PIP = ("pip", "pip3")
_NPM = ("ci", "install", "i", "clean-install")
# Program, its words for an installation, the files that it reads, and the option with which it leaves out the project.
_TOOLS = (
    ("npm", _NPM, "package*.json", ""),
    ("pnpm", _NPM, "package.json pnpm-lock.yaml", ""),
    ("yarn", ("", "install"), "package.json yarn.lock", ""),
    ("bundle", ("install",), "Gemfile Gemfile.lock", ""),
    ("composer", ("install",), "composer.json composer.lock", ""),
    ("poetry", ("install",), "pyproject.toml poetry.lock", "--no-root"),
    ("uv", ("sync",), "pyproject.toml uv.lock", "--no-install-project"),
    ("pipenv", ("install", "sync"), "Pipfile Pipfile.lock", ""),
    ("go", ("mod download",), "go.mod go.sum", ""),
)
# Program, its first word, what must be among the words of the same RUN, and how it is said to leave nothing behind.
CLEANED = (
    ("apt-get", "update", "/var/lib/apt/lists", "rm -rf /var/lib/apt/lists/*"),
    ("apt", "update", "/var/lib/apt/lists", "rm -rf /var/lib/apt/lists/*"),
    ("dnf", "install", "dnf", "dnf clean all"),
    ("microdnf", "install", "microdnf", "microdnf clean all"),
    ("yum", "install", "yum", "yum clean all"),
    ("npm", "ci", "npm", "npm cache clean --force"),
    ("npm", "install", "npm", "npm cache clean --force"),
)
_TOOLS_OF_PYTHON = ("build", "hatch", "nox", "pip", "poetry", "setuptools", "tox", "twine", "uv", "virtualenv", "wheel")
_FEW = 4  # packages named outright: a tool or two for the job


@dataclass(frozen=True, slots=True)
class Install:
    """What is installed. ``files`` are those that say what the dependencies are, as one writes them in a COPY."""

    tool: str
    files: str
    needs_sources: bool = False  # it installs the project itself as well


def pip_words(command: Command) -> tuple[str, ...] | None:
    """What ``pip install`` is given; None for another command. ``python -m pip`` and ``uv pip`` are pip too."""
    words = command.words
    if command.program.startswith("python") and words[1:3] == ("-m", "pip"):
        words = words[2:]
    elif command.program == "uv" and words[1:2] == ("pip",):
        words = words[1:]
    elif command.program not in _PIP:
        return None
    return words[2:] if words[1:2] == ("install",) else None


def install_of(command: Command) -> Install | None:
    """What a command installs of a project's dependencies, as far as that is many packages."""
    given = pip_words(command)
    if given is not None:
        return _pip(given)
    words = [each for each in command.words[1:] if not each.startswith("-")]
    if command.program in ("npm", "pnpm") and (len(words) != 1 or command.has("-g", "--global")):
        return None  # packages named outright
    if command.program == "yarn" and (not words and command.words[1:2] in (("--version",), ("-v",))):
        return None
    for program, firsts, files, without in _TOOLS:
        if command.program == program and " ".join(words[: 2 if program == "go" else 1]) in firsts:
            tool = "bundler" if program == "bundle" else program
            return Install(tool, files, needs_sources=bool(without) and not command.has(without))
    return None


def _pip(given: tuple[str, ...]) -> Install | None:
    named, files, sources, at = 0, [], False, 0
    while at < len(given):
        word = given[at]
        if word in ("-r", "--requirement", "-c", "--constraint", "-e", "--editable"):
            value = given[at + 1] if at + 1 < len(given) else ""
            files += [value] if word in ("-r", "--requirement") else []
            sources = sources or word in ("-e", "--editable")
            at += 1
        elif word.startswith(("-r", "--requirement=")):
            files.append(word.removeprefix("--requirement=").removeprefix("-r"))
        elif not word.startswith("-"):
            sources = sources or word.startswith((".", "/"))
            named += word not in _TOOLS_OF_PYTHON
        at += 1
    if not files and not sources and named < _FEW:
        return None
    return Install("pip", " ".join(files), needs_sources=sources or not files)
