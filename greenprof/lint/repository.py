"""Where the top of a repository is: workflows of a CI service run there, and nowhere below."""

from __future__ import annotations

from pathlib import Path

_PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg", "package.json", "Cargo.toml", "go.mod", "pom.xml")


def is_never_run(name: str, folder: str, top: str) -> bool:
    """Whether `name` in `folder`, met in a walk through `top`, is of workflows that lie where nothing starts them.

    Generated clients, templates of projects and copies of others' code bring theirs along. GitHub reads the one
    folder at the top of a repository; a file of GitLab deeper down may be included by the one at the top, but not
    where it lies in a package.
    """
    if name == ".github":
        return not _is_top(Path(folder), Path(top))
    return name == ".gitlab-ci.yml" and _is_in_package(Path(folder))


def _is_top(folder: Path, top: Path) -> bool:
    """What was named outright, or holds the folder of git; in a release, without one, by what lies around it."""
    if folder == top or (folder / ".git").is_dir():
        return True  # a file of that name stands in a submodule, whose workflows its own repository runs
    if any((above / ".git").exists() for above in folder.parents) or _is_in_package(folder):
        return False
    return not any(_is_project(above) for above in folder.parents if above.is_relative_to(top))


def _is_in_package(folder: Path) -> bool:
    return any((one / "__init__.py").exists() for one in (folder, *folder.parents))


def _is_project(folder: Path) -> bool:
    return any((folder / name).exists() for name in _PROJECT_FILES)
