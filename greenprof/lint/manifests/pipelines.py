"""Pipelines of GitLab (``.gitlab-ci.yml``): the jobs of a file, with what they take over from others in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from greenprof.lint.manifests.nodes import Node
from greenprof.lint.manifests.rule import Manifest
from greenprof.lint.manifests.shell import Command, commands_in

_NO_JOBS = frozenset((
    "default", "include", "stages", "variables", "workflow", "spec", "image", "services", "cache", "before_script",
    "after_script", "pages:deploy",
))  # fmt: skip
_MOST_EXTENDED = 10


@dataclass(frozen=True, slots=True)
class Job:
    """A job of a pipeline. ``chain`` is itself, then what it extends, then what holds for all."""

    name: str
    node: Node
    chain: tuple[Node, ...]
    is_whole: bool  # whether all that it extends stands in the file

    def get(self, *path: str) -> Node | None:
        """What is set in it, or taken over."""
        return next((found for each in self.chain if (found := each.get(*path)) is not None), None)

    @property
    def commands(self) -> tuple[Command, ...]:
        """What its scripts run."""
        found: list[Command] = []
        for word in ("before_script", "script"):
            node = self.get(word)
            texts = [] if node is None else node.items if node.is_list else (node,)
            found += [one for each in texts for one in commands_in(each.text or "")]
        return tuple(found)


def root_of(manifest: Manifest) -> Node | None:
    """The document with the jobs: the last one, behind that which says what may be put into it."""
    roots = [each for each in manifest.documents if each.is_mapping and not each.has("spec", "inputs")]
    return roots[-1] if roots else None


def jobs_in(manifest: Manifest) -> Iterator[Job]:
    """The jobs that run: not those that others only extend."""
    root = root_of(manifest)
    if root is None:
        return
    default = root.get("default")
    outer = tuple(each for each in (default, root) if each is not None)
    for key, value in root.pairs:
        name = key.text or ""
        if value.is_mapping and name not in _NO_JOBS and not name.startswith(".") and _is_job(value):
            chain, is_whole = _chain(root, value)
            yield Job(name, value, (*chain, *outer), is_whole and not root.has("include"))


def _is_job(node: Node) -> bool:
    return any(node.has(word) for word in ("script", "extends", "trigger", "run"))


def _chain(root: Node, job: Node) -> tuple[tuple[Node, ...], bool]:
    found, is_whole, todo = [job], True, [job]
    while todo and len(found) < _MOST_EXTENDED:
        extends = todo.pop(0).get("extends")
        names = [] if extends is None else [each.text for each in extends.items] if extends.is_list else [extends.text]
        for name in reversed(names):
            above = root.get(name) if name is not None else None
            if above is None:
                is_whole = False
            else:
                found.append(above)
                todo.append(above)
    return tuple(found), is_whole
