"""Runs for commits that nobody looks at any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint.manifests import ManifestHit, ManifestRule, added
from greenprof.lint.manifests.pipelines import jobs_in, root_of
from greenprof.lint.manifests.workflows import before_jobs, steps_of, workflows_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint import Edit
    from greenprof.lint.manifests import Manifest, Node
    from greenprof.lint.manifests.workflows import Workflow

_REQUESTS = ("pull_request", "pull_request_target")
_NEW_COMMITS = ("synchronize", "opened", "reopened")
_GROUP = "${{ github.workflow }}-${{ github.ref }}"


class SupersededRunsGoOn(ManifestRule):
    """Push again, and the run before goes on for nobody."""

    name = "superseded-runs-go-on"
    message = "goes on when a newer commit is pushed"
    fix = "cancel what was superseded: concurrency with cancel-in-progress"
    cost = "cpu"
    mends = True
    reads = frozenset({"github", "gitlab"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """Workflows for pull requests, and pipelines, that nothing cancels."""
        if manifest.kind == "gitlab":
            yield from _of_gitlab(manifest)
        for workflow in workflows_in(manifest):
            event = next((workflow.events[name] for name in _REQUESTS if name in workflow.events), None)
            if event is None or workflow.deploys or not _runs_something(workflow) or not _on_new_commits(event):
                continue
            jobs = [job for _, job in workflow.jobs]
            if not _cancels(workflow.root) and not all(map(_cancels, jobs)):
                edit = _edit(manifest, workflow)
                yield ManifestHit(at=event.span, edits=(edit,) if edit else ())


def _cancels(node: Node) -> bool:
    """Whether the run before is cancelled, always or when something holds."""
    return (node.text_at("concurrency", "cancel-in-progress") or "false") != "false"


def _on_new_commits(event: Node) -> bool:
    types = event.get("types") if event.is_mapping else None
    if types is None:
        return True
    return any(one.text in _NEW_COMMITS[:1] for one in types.items) or types.text in _NEW_COMMITS[:1]


def _runs_something(workflow: Workflow) -> bool:
    """Whether it has commands of its own, or calls another workflow: not only a bot that answers."""
    return any(job.has("uses") or any(step.has("run") for step in steps_of(job)) for _, job in workflow.jobs)


def _edit(manifest: Manifest, workflow: Workflow) -> Edit | None:
    there = workflow.root.get("concurrency")
    if there is None:
        return before_jobs(workflow, "concurrency:", f"  group: {_GROUP}", "  cancel-in-progress: true")
    if there.is_mapping and not there.has("cancel-in-progress"):
        return added(manifest, there, "cancel-in-progress: true")
    return None


def _of_gitlab(manifest: Manifest) -> Iterator[ManifestHit]:
    root = root_of(manifest)
    if root is None or root.has("include") or (root.text_at("workflow", "auto_cancel", "on_new_commit") == "none"):
        return
    jobs = [job for job in jobs_in(manifest) if job.commands and not job.get("environment")]
    if not jobs or any(node.has("interruptible") for job in jobs for node in job.chain):
        return
    yield ManifestHit(
        at=jobs[0].node.span,
        confidence="medium",
        message="no job is interruptible: pipelines go on when a newer commit is pushed",
        fix="put interruptible: true under default, and false where a job deploys",
    )
