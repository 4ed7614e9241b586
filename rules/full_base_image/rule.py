"""Full base images where a slim one serves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from greenprof.lint import Edit
from greenprof.lint.manifests import ManifestHit, ManifestRule
from greenprof.lint.manifests.compose import is_for_development
from greenprof.lint.manifests.dockerfile import dockerfile_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.manifests import Manifest
    from greenprof.lint.manifests.dockerfile import Dockerfile, Instruction

_IMAGE = re.compile(r"(?:(?:docker\.io/|public\.ecr\.aws/docker/)?library/)?(python|node|ruby|perl)(?::([\w.-]+))?\Z")
_RELEASES = ("trixie", "bookworm", "bullseye", "buster", "stretch")
_SMALL = re.compile(r"slim|alpine|windows|nanoserver|onbuild")
# In the full image only, or a sign that something is compiled.
_NEEDS_IT = frozenset((
    "bzr", "c++", "cargo", "cc", "cmake", "configure", "curl", "g++", "gcc", "git", "hg", "make", "meson", "ninja",
    "node-gyp", "patch", "svn", "unzip", "wget", "ssh", "convert", "mvn", "maturin", "rustup", "gpg",
))  # fmt: skip


class FullBaseImage(ManifestRule):
    """Compilers and version control, sent to every machine and never run."""

    name = "full-base-image"
    message = "the full image has compilers and tools that never run"
    fix = "begin with the slim image of the same version"
    cost = "request"
    mends = True
    reads = frozenset({"dockerfile"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """The image that the last stage begins with."""
        file = dockerfile_of(manifest)
        if not file.shipped or is_for_development(manifest.path):
            return
        stage = file.stages[file.shipped[-1]]
        match = _IMAGE.match(stage.image)
        if match is None or _SMALL.search(match[2] or "") or _uses_it(file):
            return
        slim = _slim(match[1], match[2])
        slim = stage.image.removesuffix(f":{match[2]}" if match[2] else "") + f":{slim}"
        edit = _edit(manifest, stage.start, stage.image, slim)
        yield ManifestHit(
            at=stage.start.span,
            confidence="medium",
            fix=f"begin with {slim}, and compile what has to be compiled in a stage of its own",
            edits=(edit,) if edit else (),
        )


def _uses_it(file: Dockerfile) -> bool:
    programs = [
        run.command.program for number in file.shipped for one in file.stages[number].instructions
        if one.name == "RUN" for run in one.runs
    ]  # fmt: skip
    return not _NEEDS_IT.isdisjoint(programs)


def _slim(name: str, tag: str | None) -> str:
    if tag is None or tag == "latest":
        return "slim"
    release = next((each for each in _RELEASES if tag == each or tag.endswith(f"-{each}")), None)
    if release is None:
        return f"{tag}-slim"
    return f"{tag}-slim" if name == "node" else tag.removesuffix(release) + f"slim-{release}"


def _edit(manifest: Manifest, start: Instruction, image: str, slim: str) -> Edit | None:
    line = manifest.lines[start.line - 1]
    at = line.find(image)
    if at < 0 or start.line != start.end_line:
        return None
    return Edit(line=start.line, column=at + 1, end_line=start.line, end_column=at + 1 + len(image), text=slim)
