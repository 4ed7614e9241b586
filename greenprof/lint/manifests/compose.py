"""Compose files: their services, and what each is started with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from greenprof.lint.manifests.nodes import Node
from greenprof.lint.manifests.quantities import quantity
from greenprof.lint.manifests.rule import Manifest
from greenprof.lint.manifests.shell import Command, commands_in, commands_of_list

_WORDS = (
    "dev|devel|develop|development|devcontainer|local|override|debug|test|tests|testing|ci|e2e|example|examples|demo|"
    "playground"
)
_FOLDER = re.compile(rf"\.?(?:{_WORDS})", re.IGNORECASE)
_NAME = re.compile(rf"(?:^|[._-])(?:{_WORDS})(?=$|[._-])", re.IGNORECASE)
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)")
_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


def is_for_development(path: str) -> bool:
    """Whether the name of a file, or of its folder, says that it is not for what is deployed."""
    *folders, name = path.replace("\\", "/").split("/")
    return _NAME.search(name) is not None or any(_FOLDER.fullmatch(each) for each in folders[-2:])


def seconds(text: str | None) -> float | None:
    """A duration as Docker writes it, ``1m30s``; None for another text."""
    if text is None or not re.fullmatch(rf"(?:{_DURATION.pattern})+", text.strip()):
        return None
    return sum(float(number) * _SECONDS[unit] for number, unit in _DURATION.findall(text))


@dataclass(frozen=True, slots=True)
class Service:
    """A service of a Compose file."""

    name: str
    node: Node

    @property
    def mounts_sources(self) -> bool:
        """Whether a folder of the project is put into the container: what is done while one works on it."""
        for one in self.node.items_at("volumes"):
            source = (one.text or "").partition(":")[0] if one.text else one.text_at("source") or ""
            if source in (".", "./", "..") or re.match(r"\.{1,2}/(?!.*\.[A-Za-z]+$)", source):
                return True
        return self.node.has("develop")

    def commands(self, *words: str) -> tuple[Command, ...]:
        """The commands behind these keys, in text or as a list."""
        node = self.node.get(*words)
        if node is None:
            return ()
        if node.is_list:
            return tuple(commands_of_list([each.text or "" for each in node.items]))
        return commands_in(node.text or "")

    @property
    def environment(self) -> dict[str, str]:
        """What it finds in its environment, of what stands in the file."""
        node = self.node.get("environment")
        if node is None:
            return {}
        if node.is_list:
            pairs = [(each.text or "").partition("=") for each in node.items]
            return {name: value for name, equals, value in pairs if equals}
        return node.as_dict()

    @property
    def cpus(self) -> Fraction | None:
        """How many processors it may use; None without a limit."""
        return quantity(self.node.text_at("deploy", "resources", "limits", "cpus") or self.node.text_at("cpus"))


def services_in(manifest: Manifest) -> Iterator[Service]:
    """The services of a file."""
    for root in manifest.documents:
        services = root.get("services")
        if services is not None:
            yield from (Service(key.text or "", value) for key, value in services.pairs if value.is_mapping)
