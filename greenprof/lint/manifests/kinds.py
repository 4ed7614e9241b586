"""What kind of manifest a file is: by its name, and by a cheap look at its text. Nothing is parsed here."""

from __future__ import annotations

import re

KUBERNETES, COMPOSE, GITHUB, GITLAB, DOCKERFILE = "kubernetes", "compose", "github", "gitlab", "dockerfile"
KINDS = (KUBERNETES, COMPOSE, GITHUB, GITLAB, DOCKERFILE)
SUFFIXES = (".yaml", ".yml")
STANDARD_INPUT = "-"

# The kinds of Kubernetes objects that rules look at, or that say something of others.
OBJECTS = (
    "CronJob", "DaemonSet", "Deployment", "HorizontalPodAutoscaler", "Job", "Kustomization", "LimitRange", "Namespace",
    "Pod", "ReplicaSet", "ScaledJob", "ScaledObject", "SleepInfo", "StatefulSet",
)  # fmt: skip
# Each stands at the left edge; `kubectl get -o yaml` writes lists, with the kinds of their items deeper.
_KIND = rf"kind:[ \t]*[\"']?(?:{'|'.join(OBJECTS)}|\w*List)\b"
KIND = re.compile(rf"^{_KIND}", re.MULTILINE)
_OBJECT = re.compile(rb"^(?:\xef\xbb\xbf)?" + _KIND.encode(), re.MULTILINE)
_VERSION = re.compile(rb"^(?:\xef\xbb\xbf)?apiVersion:", re.MULTILINE)

_DOCKERFILE = re.compile(
    r"(?:^|/)(?:(?:Dockerfile|Containerfile)(?:[.-][\w.-]+)?|[\w.-]+\.(?:[Dd]ocker|[Cc]ontainer)file)$"
)
_NO_DOCKERFILE = (
    ".dockerignore",
    ".md",
    ".py",
    ".sh",
    ".txt",
    ".html",
    ".json",
    ".yaml",
    ".yml",
    ".j2",
    ".orig",
    ".rej",
)
_COMPOSE = re.compile(r"(?:^|/)(?:docker-|podman-)?compose(?:[._-][\w.-]+)?\.ya?ml$")
_GITHUB = re.compile(r"(?:^|/)\.(?:github|gitea|forgejo)/workflows/[^/]+\.ya?ml$")
_GITLAB = re.compile(r"(?:^|/)[\w.-]*\.gitlab-ci\.ya?ml$")
_KUSTOMIZATION = re.compile(r"(?:^|/)[Kk]ustomization(?:\.ya?ml)?$")

# What standard input, which has no name, is told by. None of these texts is Python.
_TEXT_OF = (
    (DOCKERFILE, re.compile(rb"(?:[ \t]*(?:#.*)?\n|ARG[ \t].*\n)*FROM[ \t]+[\w$-]")),
    (GITHUB, re.compile(rb"(?ms)(?=.*^[\"']?on[\"']?:)(?=.*^jobs:[ \t]*$).*^[ \t]+(?:runs-on|uses):")),
    (COMPOSE, re.compile(rb"(?ms).*^services:[ \t]*$.*^[ \t]+(?:image|build):")),
)


def may_be_manifest(path: str) -> bool:
    """Whether the name of a file is one that a manifest may have."""
    return path.endswith(SUFFIXES) or _by_name(path) is not None


def kind_of(path: str, data: bytes) -> str | None:
    """The kind of manifest that a file is; None for one that is none, or of which no rule knows anything."""
    if path == STANDARD_INPUT:
        return _by_text(data)
    path = path.replace("\\", "/")
    kind = _by_name(path)
    if kind is not None:
        return kind
    return KUBERNETES if path.endswith(SUFFIXES) and holds_objects(data) else None


def holds_objects(data: bytes) -> bool:
    """Whether a text looks like YAML with objects of Kubernetes that rules know."""
    return _VERSION.search(data) is not None and _OBJECT.search(data) is not None


def _by_text(data: bytes) -> str | None:
    text = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    return KUBERNETES if holds_objects(text) else next((kind for kind, look in _TEXT_OF if look.match(text)), None)


def _by_name(path: str) -> str | None:
    if _DOCKERFILE.search(path) and not path.endswith(_NO_DOCKERFILE):
        return DOCKERFILE
    if not path.endswith(SUFFIXES) and not path.endswith("ustomization"):
        return None
    if _GITHUB.search(path):
        return GITHUB
    if _GITLAB.search(path):
        return GITLAB
    if _COMPOSE.search(path):
        return COMPOSE
    return KUBERNETES if _KUSTOMIZATION.search(path) else None
