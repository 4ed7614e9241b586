"""Workflows of GitHub (and of Gitea and Forgejo, which read the same): what starts them, their jobs and steps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from greenprof.lint.manifests.nodes import Node
from greenprof.lint.manifests.rule import Manifest
from greenprof.lint.manifests.shell import Command, commands_in
from greenprof.model import Edit

CHANGES = ("push", "pull_request", "pull_request_target", "merge_group")
_DEPLOYS = re.compile(r"deploy|release|publish|pages|promote|rollout|terraform|infra", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Workflow:
    """One file. ``events`` are what starts it, each with its settings or, where it has none, its name."""

    root: Node
    events: dict[str, Node]

    @property
    def on(self) -> Node | None:
        """What stands behind ``on``."""
        return self.root.get("on")

    @property
    def jobs(self) -> tuple[tuple[str, Node], ...]:
        """Names and jobs."""
        jobs = self.root.get("jobs")
        return () if jobs is None else tuple((key.text or "", value) for key, value in jobs.pairs if value.is_mapping)

    @property
    def deploys(self) -> bool:
        """Whether its name or one of its jobs says that it puts something out: such a run is not to be cut off."""
        names = [self.root.text_at("name") or "", *(name for name, _ in self.jobs)]
        return any(_DEPLOYS.search(name) for name in names)

    def filters(self, event: str, *names: str) -> bool:
        """Whether an event has one of these filters, as ``paths``."""
        node = self.events.get(event)
        return node is not None and node.is_mapping and any(node.has(name) for name in names)


def workflows_in(manifest: Manifest) -> Iterator[Workflow]:
    """The workflow of a file; none for one without jobs of its own that something starts."""
    for root in manifest.documents:
        events = _events(root.get("on"))
        if events and root.get("jobs") is not None:
            yield Workflow(root, events)


def steps_of(job: Node) -> Iterator[Node]:
    """The steps of a job."""
    yield from (step for step in job.items_at("steps") if step.is_mapping)


def action_of(step: Node) -> tuple[str, str]:
    """The action that a step uses, without its version, in small letters; and its version."""
    name, _, version = (step.text_at("uses") or "").partition("@")
    return name.lower(), version


def commands_of(step: Node) -> tuple[Command, ...]:
    """The commands that a step runs."""
    return commands_in(step.text_at("run") or "")


def runs_of(job: Node) -> int:
    """How many times the matrix of a job runs it; 1 without one, and where it is only known when it runs."""
    matrix = job.get("strategy", "matrix")
    if matrix is None or not matrix.is_mapping:
        return 1
    number = 1
    for key, value in matrix.pairs:
        if key.text not in ("include", "exclude"):
            number *= max(1, len(value.items))
    include, exclude = (len(matrix.items_at(word)) for word in ("include", "exclude"))
    own = [key.text for key, _ in matrix.pairs if key.text not in ("include", "exclude")]
    return max(1, number - exclude) if own else max(1, include)


def before_jobs(workflow: Workflow, *lines: str) -> Edit | None:
    """Lines put before ``jobs``, at the left edge, with an empty line behind them."""
    jobs = workflow.root.get("jobs")
    if jobs is None or jobs.key is None or workflow.root.is_flow or jobs.key.column != 1:
        return None
    text = "".join(f"{line}\n" for line in lines) + "\n"
    return Edit(line=jobs.key.line, column=1, end_line=jobs.key.line, end_column=1, text=text)


def _events(on: Node | None) -> dict[str, Node]:
    if on is None:
        return {}
    if on.text is not None:
        return {on.text: on}
    if on.is_list:
        return {one.text: one for one in on.items if one.text is not None}
    return {key.text: key if value.is_null else value for key, value in on.pairs if key.text is not None}
