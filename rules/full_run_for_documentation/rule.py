"""A whole matrix for a changed word in a README."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from greenprof.lint import Edit
from greenprof.lint.manifests import ManifestHit, ManifestRule, added
from greenprof.lint.manifests.workflows import CHANGES, action_of, runs_of, steps_of, workflows_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.manifests import Manifest
    from greenprof.lint.manifests.workflows import Workflow

_MANY = 4
_FILTERS = ("paths", "paths-ignore", "tags")
_LOOKS = ("paths-filter", "changed-files", "path-filter", "skip-duplicate")
_DIFF = re.compile(r"git diff .*--name-(?:only|status)")
_IGNORED = 'paths-ignore: ["docs/**", "**.md"]'


class FullRunForDocumentation(ManifestRule):
    """No test reads the README, and all of them run when it changes."""

    name = "full-run-for-documentation"
    severity = "info"
    message = "runs all jobs for a change of documentation too"
    fix = "leave out what no test reads, with paths-ignore, or skip jobs by the files that have changed"
    cost = "cpu"
    mends = True
    reads = frozenset({"github"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """Workflows of many jobs that start whatever was changed."""
        for workflow in workflows_in(manifest):
            number = sum(runs_of(job) for _, job in workflow.jobs)
            open_ = [name for name in CHANGES[:2] if name in workflow.events and not workflow.filters(name, *_FILTERS)]
            if number < _MANY or not open_ or workflow.deploys or _looks(workflow):
                continue
            edits = [_edit(manifest, workflow, name) for name in open_]
            whole = all(edit is not None for edit in edits)
            yield ManifestHit(
                at=workflow.events[open_[0]].span,
                confidence="medium",
                message=f"runs {number} jobs for a change of documentation too",
                edits=tuple(edit for edit in edits if edit is not None) if whole else (),
            )


def _looks(workflow: Workflow) -> bool:
    """Whether something in it looks at which files have changed."""
    conditions = [job.text_at("if") or "" for _, job in workflow.jobs]
    actions = [action_of(step)[0] for _, job in workflow.jobs for step in steps_of(job)]
    scripts = [step.text_at("run") or "" for _, job in workflow.jobs for step in steps_of(job)]
    return (
        any("changes" in text or "changed" in text or "needs." in text for text in conditions)
        or any(word in name for name in actions for word in _LOOKS)
        or any(_DIFF.search(text) for text in scripts)
    )


def _edit(manifest: Manifest, workflow: Workflow, name: str) -> Edit | None:
    on, node = workflow.on, workflow.events[name]
    if on is None or not on.is_mapping or on.is_flow:
        return None
    if node.is_mapping:
        return added(manifest, node, _IGNORED)
    end = len(manifest.lines[node.line - 1]) + 1
    indent = " " * (node.column + 1)
    return Edit(line=node.line, column=end, end_line=node.line, end_column=end, text=f"\n{indent}{_IGNORED}")
