"""Dependencies that every run downloads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint.manifests import ManifestHit, ManifestRule, added
from greenprof.lint.manifests.installs import install_of
from greenprof.lint.manifests.pipelines import jobs_in
from greenprof.lint.manifests.workflows import action_of, commands_of, steps_of, workflows_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.manifests import Manifest, Node
    from greenprof.lint.manifests.shell import Command

_SETUP = {
    "pip": "actions/setup-python", "poetry": "actions/setup-python", "pipenv": "actions/setup-python",
    "npm": "actions/setup-node", "yarn": "actions/setup-node", "pnpm": "actions/setup-node",
    "maven": "actions/setup-java", "gradle": "actions/setup-java",
}  # fmt: skip
# They keep what was downloaded without being asked.
_CACHING = (
    "actions/setup-go", "astral-sh/setup-uv", "gradle/actions", "gradle/gradle-build-action", "pdm-project/setup-pdm",
)  # fmt: skip
_JVM = {"mvn": "maven", "mvnw": "maven", "gradle": "gradle", "gradlew": "gradle"}


class DependenciesNotCached(ManifestRule):
    """What was downloaded an hour ago is downloaded again."""

    name = "dependencies-not-cached"
    message = "downloads its dependencies anew in every run"
    fix = "turn the cache of the set-up action on, or use actions/cache"
    cost = "request"
    mends = True
    reads = frozenset({"github", "gitlab"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """Jobs that install and keep nothing."""
        for workflow in workflows_in(manifest):
            for _, job in () if workflow.deploys else workflow.jobs:  # a release is seldom, and wants nothing old
                if "self-hosted" not in _words(job.get("runs-on")) and not _keeps(job):
                    yield from _hit(manifest, job)
        if manifest.kind == "gitlab":
            for one in jobs_in(manifest):
                tool = _tool(one.commands)
                if tool is not None and one.is_whole and one.get("cache") is None:
                    yield ManifestHit(
                        at=one.node.span,
                        confidence="medium",
                        message=f"every run downloads the dependencies of {tool} anew",
                        fix="give the job a cache with the lock file as its key",
                    )


def _words(node: Node | None) -> tuple[str, ...]:
    return () if node is None else tuple(each.text or "" for each in node.items) or (node.text or "",)


def _keeps(job: Node) -> bool:
    """Whether something in a job keeps downloads, or cannot be seen from here."""
    for step in steps_of(job):
        name, _ = action_of(step)
        asked = [key.text or "" for key, value in (step.get("with") or job).pairs if value.text != "false"]
        if "cache" in name or name.startswith(("./", *_CACHING)) or "pre-commit" in name:
            return True
        if step.has("with") and any("cache" in key and "dependency-path" not in key for key in asked):
            return True
    return False


def _tool(commands: tuple[Command, ...]) -> str | None:
    for command in commands:
        if command.program in _JVM:
            return _JVM[command.program]
        found = install_of(command)
        if found is not None and found.tool not in ("uv", "go"):
            return found.tool
    return None


def _hit(manifest: Manifest, job: Node) -> Iterator[ManifestHit]:
    setups: dict[str, Node] = {}
    for step in steps_of(job):
        setups.setdefault(action_of(step)[0], step)
        tool = _tool(commands_of(step))
        if tool is None:
            continue
        setup = setups.get(_SETUP.get(tool, ""))
        options = setup.get("with") if setup is not None else None
        edit = added(manifest, options, f"cache: {tool}") if options is not None and options.is_mapping else None
        at = setup.get("uses") if setup is not None else step.get("run")
        yield ManifestHit(
            at=(at or step).span,
            confidence="medium",
            message=f"every run downloads the dependencies of {tool} anew",
            edits=(edit,) if edit else (),
        )
        return
