"""Compilers in an image that only runs what they made."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from greenprof.lint.manifests import ManifestHit, ManifestRule
from greenprof.lint.manifests.compose import is_for_development
from greenprof.lint.manifests.dockerfile import dockerfile_of
from greenprof.lint.manifests.installs import pip_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.manifests import Manifest
    from greenprof.lint.manifests.dockerfile import Dockerfile, Run
    from greenprof.lint.manifests.shell import Command

_SDK = re.compile(r"(?:.*/)?(golang|rust|maven|gradle|sbt|swift|haskell|gcc|dotnet/sdk)(?::|@|\Z)")
_BUILDS = (
    ("go", "build"), ("go", "install"), ("cargo", "build"), ("cargo", "install"), ("mvn", "package"),
    ("mvn", "install"), ("gradle", "build"), ("gradle", "bootJar"), ("gradlew", "build"),
    ("gradlew", "bootJar"), ("mvnw", "package"),
    ("dotnet", "publish"), ("dotnet", "build"), ("sbt", "assembly"), ("swift", "build"),
    ("stack", "build"), ("cabal", "build"),
)  # fmt: skip
_COMPILERS = frozenset((
    "build-base", "build-essential", "cargo", "clang", "cmake", "g++", "gcc", "gcc-c++", "gfortran", "golang",
    "rust", "rustc",
))  # fmt: skip
_MANAGERS = ("apt-get", "apt", "apk", "dnf", "microdnf", "yum")
_INSTALLERS = ("bundle", "cargo", "cmake", "gem", "go", "make", "meson", "ninja", "npm", "pnpm", "poetry", "uv", "yarn")
_TOOLS = ("cargo", "go", "gradle", "gradlew", "make", "mvn", "mvnw", "sbt")
_REMOVES = ("remove", "purge", "autoremove", "del", "erase")


class CompilerLeftInImage(ManifestRule):
    """What has compiled a program is sent to every machine that runs it."""

    name = "compiler-left-in-image"
    message = "the compiler stays in the image that is run"
    fix = "compile in a first stage, and COPY --from it into a small last one"
    cost = "request"
    reads = frozenset({"dockerfile"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """Images to compile with that are the last stage, and compilers that are installed in it."""
        file = dockerfile_of(manifest)
        if not file.shipped or is_for_development(manifest.path) or not _is_run(file):
            return
        first = file.stages[file.shipped[-1]]
        runs = [
            each for number in file.shipped for one in file.stages[number].instructions
            if one.name == "RUN" for each in one.runs
        ]  # fmt: skip
        match = _SDK.match(first.image)
        if match is not None:
            if any(_builds(run.command) or run.command.program == "make" for run in runs) and not _runs_compiler(file):
                message = f"{match[1]} stays in the image, when all that is run was compiled in it"
                yield ManifestHit(at=first.start.span, message=message)
            return
        if not any(_compiles(run.command) for run in runs):
            return  # then it is there to compile something when it is run
        for number in file.shipped:
            for one in file.stages[number].instructions:
                if one.name == "RUN" and (hit := _installed(one.runs)) is not None:
                    yield ManifestHit(
                        at=hit.span, confidence="medium", message="compilers are installed and stay in the image"
                    )


def _is_run(file: Dockerfile) -> bool:
    """Whether the image says what it runs: one to compile in does not."""
    return file.last("CMD") is not None or file.last("ENTRYPOINT") is not None


def _runs_compiler(file: Dockerfile) -> bool:
    """Whether what the image runs begins with a tool that compiles."""
    last = (file.last("ENTRYPOINT"), file.last("CMD"))
    return any(run.command.program in _TOOLS for one in last if one is not None for run in one[1].runs)


def _builds(command: Command) -> bool:
    words = [each for each in command.words[1:] if not each.startswith("-")]
    return any(command.program == program and word in words for program, word in _BUILDS)


def _compiles(command: Command) -> bool:
    """Whether something is built, or installed that may have to be compiled first."""
    return _builds(command) or command.program in _INSTALLERS or pip_words(command) is not None


def _installed(runs: tuple[Run, ...]) -> Run | None:
    managers = [run for run in runs if run.command.program in _MANAGERS]
    if any(word in run.command.words for run in managers for word in _REMOVES):
        return None
    return next((run for run in managers if not _COMPILERS.isdisjoint(run.command.words[1:])), None)
