"""What a container says to its JVM: options, and where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from greenprof.lint.manifests.kubernetes import Container
from greenprof.lint.manifests.nodes import Node
from greenprof.lint.manifests.quantities import quantity

VARIABLES = frozenset({"JAVA_OPTS", "JAVA_OPTIONS", "JVM_OPTS", "JAVA_ARGS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"})
_MORE = re.compile(r"(?:^|_)(?:JAVA|JVM|CATALINA|JETTY|GRADLE|MAVEN|SBT|KAFKA\w*|ES|LS)_(?:\w+_)?OPT(?:S|IONS)$")
_OPTION = re.compile(r"(?<!\S)[\"']?(-(?:XX:|X)\S+?)[\"']?(?=\s|$)")
_UNITS = {"": "", "k": "Ki", "m": "Mi", "g": "Gi", "t": "Ti"}


@dataclass(frozen=True)
class Option:
    """An option, and the scalar that it stands in."""

    text: str
    node: Node


def options_of(container: Container) -> Iterator[Option]:
    """The options of a JVM in the variables and the command line of a container, in that order."""
    for name, entry in container.environment:
        value = entry.get("value")
        if value is not None and value.text is not None and (name in VARIABLES or _MORE.search(name)):
            yield from (Option(text, value) for text in _OPTION.findall(value.text))
    for word in (*container.node.items_at("command"), *container.node.items_at("args")):
        if word.text is not None and "-X" in word.text:
            yield from (Option(text, word) for text in _OPTION.findall(word.text))


def heap_of(option: Option) -> Fraction | None:
    """The bytes that ``-Xmx512m`` or ``-XX:MaxHeapSize=512m`` asks for; None for another option."""
    match = re.fullmatch(r"(?:-Xmx|-XX:MaxHeapSize=)(\d+)([kKmMgGtT]?)", option.text)
    return None if match is None else quantity(match[1] + _UNITS[match[2].lower()])


def percentage_of(option: Option) -> float | None:
    """The part of its memory, in per cent, that ``-XX:MaxRAMPercentage`` gives to the heap; None for another option."""
    match = re.fullmatch(r"-XX:MaxRAMPercentage=(\d{1,3}(?:\.\d+)?)", option.text)
    return None if match is None else float(match[1])


def without(node: Node, option: str) -> str:
    """The text of a scalar without one of the options in it."""
    text = node.text or ""
    return re.sub(rf"(?:(?<=\s)|^){re.escape(option)}(?:\s+|$)", "", text, count=1).rstrip(" ")
