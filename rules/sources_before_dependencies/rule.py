"""Sources that are copied before dependencies are installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint import Edit
from greenprof.lint.manifests import ManifestHit, ManifestRule
from greenprof.lint.manifests.dockerfile import dockerfile_of
from greenprof.lint.manifests.installs import install_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.manifests import Manifest
    from greenprof.lint.manifests.dockerfile import Instruction, Stage
    from greenprof.lint.manifests.installs import Install

_ALL = (".", "./", "./.", "*", "./*")


class SourcesBeforeDependencies(ManifestRule):
    """A layer is built anew when something before it has changed."""

    name = "sources-before-dependencies"
    message = "every change of any source installs all dependencies anew"
    fix = "copy what lists the dependencies, install, and copy the rest behind it"
    cost = "request"
    mends = True
    reads = frozenset({"dockerfile"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """Installations behind a copy of everything, of each tool the first."""
        for stage in dockerfile_of(manifest).stages:
            yield from _hits(manifest, stage)


def _hits(manifest: Manifest, stage: Stage) -> Iterator[ManifestHit]:
    copied: Instruction | None = None
    between: list[Instruction] = []
    done = set[str]()
    folders: list[str] = []  # copied whole, by where they are now
    for one in stage.instructions:
        if copied is None and one.name in ("COPY", "ADD") and _copies_all(one):
            copied = one
            continue
        folders += _folder(one) if one.name == "COPY" else []
        for run in one.runs if one.name == "RUN" else ():
            found = install_of(run.command)
            if found is None or found.tool in done:
                continue
            done.add(found.tool)
            if copied is None and any(found.files.startswith(each) for each in folders):
                yield ManifestHit(
                    at=run.span,
                    confidence="medium",
                    fix=f"copy {found.files} alone, install, and copy the rest behind it",
                )
            if copied is None or found.needs_sources:
                continue
            fix = f"copy {found.files} alone, install, and copy the rest behind it"
            edits = _edits(manifest, copied, one, found) if not between and len(one.runs) == 1 else ()
            yield ManifestHit(at=run.span, message=None, fix=fix, edits=edits)
        if copied is not None:
            between.append(one)


def _copies_all(one: Instruction) -> bool:
    words = one.as_list or tuple(one.text.split())
    return one.flag("from") is None and not one.heredocs and len(words) > 1 and any(word in _ALL for word in words[:-1])


def _folder(one: Instruction) -> list[str]:
    """Where the one folder is that is copied by its name, with a slash at its end; nothing for files."""
    words = one.as_list or tuple(one.text.split())
    name = words[0].rstrip("/").rpartition("/")[2] if len(words) == 2 else "."
    is_folder = "." not in name and "*" not in name and words[1].startswith("/") and one.flag("from") is None
    return [words[1].rstrip("/") + "/"] if is_folder else []


def _edits(manifest: Manifest, copied: Instruction, one: Instruction, found: Install) -> tuple[Edit, ...]:
    """The file copied and installed before the rest, where it lies at the top and nothing stands in between."""
    words = copied.text.split()
    single = copied.line == copied.end_line and len(words) == 2 and not copied.flags
    if not single or "/" in found.files or "$" in found.files or one.heredocs or copied.text.startswith("["):
        return ()
    lines = manifest.lines[one.line - 1 : one.end_line]
    target = words[1] if words[1].endswith("/") else f"{words[1]}/"
    text = "".join(f"{line}\n" for line in (f"COPY {found.files} {target}", *lines))
    put = Edit(line=copied.line, column=1, end_line=copied.line, end_column=1, text=text)
    taken = Edit(line=one.line, column=1, end_line=one.end_line + 1, end_column=1, text="")
    return (put, taken) if one.end_line < len(manifest.lines) else ()
