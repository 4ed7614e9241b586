"""Pure: the containers of a manifest, and their quantities written into its text: all else stays as it is.

A file holds several documents, and a document may be a list of objects. Each change looks up where its value stands
(ruamel.yaml) and replaces only that.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from greenprof.errors import EXIT_USAGE, GreenprofError

Path = tuple[str | int, ...]

_POD_SPECS: tuple[Path, ...] = (
    ("spec", "jobTemplate", "spec", "template", "spec"),
    ("spec", "template", "spec"),
    ("spec",),
)
_DOCUMENT = re.compile(r"^---(?=\s|$)", re.MULTILINE)
_EMPTY = re.compile(r"(?:\s|#.*|%.*|---|\.\.\.)*")
_HELM = re.compile(
    r"\{\{-?\s*(?:\.(?:Values|Release|Chart|Files|Capabilities|Template)\b|(?:include|toYaml|if|range|with|define)\b)"
)
_RENDER = "is a template of Helm; render it first: helm template CHART | greenprof rightsize … --manifest -"
_HEAP = re.compile(r"-XX:MaxRAMPercentage|-XX:MaxRAMFraction")


@dataclass(frozen=True, slots=True)
class _Part:
    """One document of the manifest `where`, and the number of its first line."""

    text: str
    first_line: int
    where: str

    def line_of(self, node: Node) -> int:
        return self.first_line + int(node.start_mark.line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A container of a manifest; ``path`` leads to it in document number ``document``.

    ``line`` counts from 1 in the file. ``words`` are its command and arguments. What has no value is None:
    the quantities are as they are written. ``scaled`` says whether an autoscaler in the same file is about it, and
    ``heap_follows`` whether a Java heap is a part of its memory limit.
    """

    path: Path
    name: str
    line: int
    words: tuple[str, ...]
    replicas: int | None
    cpu_request: str | None
    cpu_limit: str | None
    memory_request: str | None
    memory_limit: str | None
    scaled: bool = False
    heap_follows: bool = False
    document: int = 0
    kind: str = "?"
    object_name: str = "?"

    @property
    def full_name(self) -> str:
        """``Deployment/shop/app``."""
        return f"{self.kind}/{self.object_name}/{self.name}"


def containers(text: str, where: str) -> tuple[Container, ...]:
    """Every container that runs beside others, those of initialisation left out.

    Raises:
        GreenprofError: if `text` is no YAML, is a template, or has no container.
    """
    found: list[Container] = []
    scaled = set()
    for number, part in enumerate(_documents(text, where)):
        for path, item in _objects(_root(part)):
            kind, name = _word(_get(item, "kind")) or "?", _word(_get(item, "metadata", "name")) or "?"
            if kind == "HorizontalPodAutoscaler":
                target = _get(item, "spec", "scaleTargetRef")
                scaled.add((_word(_get(target, "kind")), _word(_get(target, "name"))))
            found += [
                replace(one, document=number, path=(*path, *one.path), kind=kind, object_name=name)
                for one in _in_object(item, part)
            ]
    if not found:
        if _HELM.search(text):
            raise GreenprofError(f"{where}: {_RENDER}", EXIT_USAGE)
        raise GreenprofError(
            f"{where}: has no containers; name a manifest with a Deployment, StatefulSet, DaemonSet, Job, CronJob or "
            "Pod",
            EXIT_USAGE,
        )
    return tuple(replace(one, scaled=(one.kind, one.object_name) in scaled) for one in found)


def chosen(all_of: Sequence[Container], name: str | None, commands: Sequence[tuple[str, ...]], where: str) -> Container:
    """The container of that name, else the only one, else the one that runs what was measured.

    `name` may be that of the container, or ``OBJECT/CONTAINER``, or ``KIND/OBJECT/CONTAINER``.

    Raises:
        GreenprofError: if none or several fit.
    """
    names = ", ".join(one.full_name for one in all_of)
    if name is not None:
        fitting = [one for one in all_of if f"/{one.full_name}".endswith(f"/{name}")]
        if not fitting:
            raise GreenprofError(f"{where}: has no container {name}; it has {names}", EXIT_USAGE)
    else:
        fitting = [one for one in all_of if _runs(one, commands)] if len(all_of) > 1 else list(all_of)
        if not fitting:
            raise GreenprofError(
                f"{where}: no container says that it runs what was measured; name it with --container: {names}",
                EXIT_USAGE,
            )
    if len(fitting) > 1:
        several = ", ".join(one.full_name for one in fitting)
        raise GreenprofError(f"{where}: several containers fit; name one with --container: {several}", EXIT_USAGE)
    return fitting[0]


def changed(text: str, container: Container, quantities: Sequence[tuple[str, str, str | None]], where: str) -> str:
    """`text` with quantities of a container: each is ``requests`` or ``limits``, a resource, and its value or None.

    None takes out what is there. What has its value already is not touched.
    """
    parts = _documents(text, where)
    for group, resource, value in quantities:
        part = parts[container.document]
        parts[container.document] = replace(part, text=_with(part, container.path, (group, resource), value))
    return "".join(part.text for part in parts)


def _with(part: _Part, path: Path, quantity: tuple[str, str], value: str | None) -> str:
    node, (group, resource) = _at(_root(part), path), quantity
    if not isinstance(node, MappingNode):
        raise AssertionError("the path of a container leads to a mapping")
    writer = _Writer(part.text, node)
    resources = _own(part, node, "resources")
    if resources is None:
        missing = {group: {resource: value}}
        return part.text if value is None else writer.added(node, "resources", missing, after="image")
    held = _own(part, resources, group)
    if held is None:
        return part.text if value is None else writer.added(resources, group, {resource: value})
    if (entry := _entry(held, resource)) is None:
        return part.text if value is None else writer.added(held, resource, value)
    if value is None:
        return writer.without(held, resource)
    if not isinstance(entry[1], ScalarNode) or entry[1].anchor or entry[1].value == "":
        raise GreenprofError(
            f"{part.where}:{part.line_of(entry[0])}: {resource} is no plain value; write it out", EXIT_USAGE
        )
    return writer.replaced(entry[1], value)


def _own(part: _Part, mapping: MappingNode, key: str) -> MappingNode | None:
    """The mapping below `key`, None if there is nothing in it; raises for what is written elsewhere."""
    entry = _entry(mapping, key)
    if entry is None or (isinstance(entry[1], ScalarNode) and entry[1].value in ("", "null", "~")):
        return None
    name, value = entry
    place = f"{part.where}:{part.line_of(name)}"
    if not isinstance(value, MappingNode):
        raise GreenprofError(f"{place}: {key} is no mapping", EXIT_USAGE)
    if value.start_mark.index < name.end_mark.index or value.anchor:
        raise GreenprofError(
            f"{place}: {key} is shared by an anchor, and a change would be one of all who use it; write it out",
            EXIT_USAGE,
        )
    return value


class _Writer:
    """Changes to a text at the places of its nodes."""

    def __init__(self, text: str, container: MappingNode) -> None:
        self.text = text
        self._container = container
        self._newline = "\r\n" if "\r\n" in text else "\n"

    def replaced(self, value: ScalarNode, new: str) -> str:
        """The value of a scalar replaced, in the quotes that it has."""
        start, end = value.start_mark.index, _end_of(value, self.text)
        quote = self.text[start] if self.text[start] in "'\"" else ""
        return self.text if value.value == new else self._put(start, end, f"{quote}{new}{quote}")

    def added(self, mapping: MappingNode, key: str, value: Any, after: str | None = None) -> str:
        """An entry put into a mapping, in its own style: at its end, or behind the entry `after`."""
        existing = _entry(mapping, key)
        if existing is not None:  # it holds nothing
            return self._filled(mapping, existing, value)
        if mapping.flow_style:
            comma = ", " if mapping.value else ""
            inside = mapping.end_mark.index - 1
            inside -= len(self.text[:inside]) - len(self.text[:inside].rstrip())
            return self._put(inside, inside, f"{comma}{_flow({key: value})[1:-1]}")
        entry = _entry(mapping, after) if after else None
        _, last = entry if entry is not None and isinstance(entry[1], ScalarNode) else mapping.value[-1]
        at = self._end_of_line(_end_of(last, self.text, self._key_of(mapping, last)))
        column = mapping.value[0][0].start_mark.column
        lines = _block({key: value}, column, self._step(mapping))
        return self._put(at, at, "".join(self._newline + line for line in lines))

    def without(self, mapping: MappingNode, key: str) -> str:
        """An entry taken out; the last one leaves an empty mapping."""
        entry = _entry(mapping, key)
        if entry is None:
            return self.text
        name, value = entry
        start, end = name.start_mark.index, _end_of(value, self.text)
        if mapping.flow_style:
            place = mapping.value.index(entry)
            if place + 1 < len(mapping.value):
                end = mapping.value[place + 1][0].start_mark.index
            elif place:
                start = _end_of(mapping.value[place - 1][1], self.text)
            return self._put(start, end, "")
        if len(mapping.value) == 1:
            return self._put(start, end, "{}")
        line_start = self.text.rfind("\n", 0, start) + 1
        return self._put(line_start, min(self._end_of_line(end) + len(self._newline), len(self.text)), "")

    def _filled(self, mapping: MappingNode, entry: tuple[Node, Node], value: Any) -> str:
        """What stands empty (``{}``, or nothing at all) with a value."""
        name, held = entry
        colon = self.text.index(":", name.end_mark.index) + 1
        end = max(colon, _end_of(held, self.text, name))
        if mapping.flow_style:
            return self._put(colon, end, f" {_flow(value)}")
        lines = _block(value, name.start_mark.column + self._step(mapping), self._step(mapping))
        return self._put(colon, end, "".join(self._newline + line for line in lines))

    def _key_of(self, mapping: MappingNode, value: Node) -> Node | None:
        return next((name for name, held in mapping.value if held is value), None)

    def _step(self, mapping: MappingNode) -> int:
        """By how much a mapping's own mappings are indented: as elsewhere in the container."""
        for name, value in (*mapping.value, *self._container.value):
            if isinstance(value, MappingNode) and not value.flow_style and value.value:
                return max(1, int(value.value[0][0].start_mark.column - name.start_mark.column))
        return 2

    def _end_of_line(self, at: int) -> int:
        end = self.text.find("\n", at)
        end = len(self.text) if end < 0 else end
        return end - 1 if end > at and self.text[end - 1] == "\r" else end

    def _put(self, start: int, end: int, new: str) -> str:
        return self.text[:start] + new + self.text[end:]


def _end_of(node: Node, text: str, key: Node | None = None) -> int:
    """Where a value ends; a mark of ruamel.yaml may stand behind blanks and comments."""
    if isinstance(node, ScalarNode):
        if node.value == "" and node.start_mark.index == node.end_mark.index and key is not None:  # nothing at all
            return text.index(":", key.end_mark.index) + 1
        end = int(node.end_mark.index)
        return end - (len(text[:end]) - len(text[:end].rstrip()))
    if not isinstance(node, CollectionNode) or node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end_of(last[1], text, last[0]) if isinstance(node, MappingNode) else _end_of(last, text)


def _block(values: dict[str, Any], column: int, step: int) -> list[str]:
    lines = []
    for key, value in values.items():
        if isinstance(value, dict):
            lines += [f"{' ' * column}{key}:", *_block(value, column + step, step)]
        else:
            lines.append(f"{' ' * column}{key}: {value}")
    return lines


def _flow(value: Any) -> str:
    """In quotes, which YAML takes as well as JSON."""
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}": {_flow(held)}' for key, held in value.items()) + "}"
    return f'"{value}"'


def _documents(text: str, where: str) -> list[_Part]:
    """The documents of a file; all of them together are the file."""
    starts = [0, *(match.start() for match in _DOCUMENT.finditer(text) if match.start()), len(text)]
    return [_Part(text[start:end], text.count("\n", 0, start) + 1, where) for start, end in pairwise(starts)]


def _root(part: _Part) -> Node | None:
    if _EMPTY.fullmatch(part.text):
        return None
    try:
        root: Node | None = next(iter(YAML(typ="rt", pure=True).compose_all(io.StringIO(part.text))), None)
    except MarkedYAMLError as error:
        if _HELM.search(part.text):
            raise GreenprofError(f"{part.where}: {_RENDER}", EXIT_USAGE) from None
        line = part.first_line + (error.problem_mark.line if error.problem_mark else 0)
        raise GreenprofError(f"{part.where}:{line}: is no YAML ({error.problem})", EXIT_USAGE) from None
    except (YAMLError, ValueError, RecursionError) as error:
        why = " ".join(str(error).split())
        raise GreenprofError(f"{part.where}:{part.first_line}: is no YAML ({why})", EXIT_USAGE) from None
    return root


def _objects(root: Node | None) -> Iterator[tuple[Path, MappingNode]]:
    """The objects of a document: itself, or the items of a list."""
    if not isinstance(root, MappingNode):
        return
    items = _get(root, "items")
    if isinstance(items, SequenceNode) and (_word(_get(root, "kind")) or "").endswith("List"):
        for number, item in enumerate(items.value):
            if isinstance(item, MappingNode):
                yield ("items", number), item
    else:
        yield (), root


def _in_object(item: MappingNode, part: _Part) -> Iterator[Container]:
    """The containers of one object, with the paths from there."""
    for spec_path in _POD_SPECS:
        listed = _get(_at(item, spec_path), "containers")
        if not isinstance(listed, SequenceNode):
            continue
        if _HELM.search(part.text[listed.start_mark.index : listed.end_mark.index]):
            raise GreenprofError(f"{part.where}: {_RENDER}", EXIT_USAGE)
        for number, node in enumerate(listed.value):
            if isinstance(node, MappingNode):
                yield Container(
                    path=(*spec_path, "containers", number),
                    name=_word(_get(node, "name")) or f"number {number + 1}",
                    line=part.line_of(node),
                    words=(*_words(_get(node, "command")), *_words(_get(node, "args"))),
                    replicas=_whole(_get(item, "spec", "replicas")),
                    cpu_request=_word(_get(node, "resources", "requests", "cpu")),
                    cpu_limit=_word(_get(node, "resources", "limits", "cpu")),
                    memory_request=_word(_get(node, "resources", "requests", "memory")),
                    memory_limit=_word(_get(node, "resources", "limits", "memory")),
                    heap_follows=bool(_HEAP.search(part.text[node.start_mark.index : node.end_mark.index])),
                )
        return


def _runs(container: Container, commands: Sequence[tuple[str, ...]]) -> bool:
    """Whether a container's command is what was measured: a script, a module or a program of the same name."""
    words = {word.rpartition("/")[2] for each in container.words for word in each.split()}
    return any(_says(command) & words for command in commands)


def _says(command: Sequence[str]) -> set[str]:
    """The word of a command that says what it runs: what comes after a Python and its options, or the program."""
    names = [word.rpartition("/")[2] for word in command]
    if names and re.fullmatch(r"python[\d.]*|pypy[\d.]*", names[0]):
        names = [name for name in names[1:] if not name.startswith("-")]
    return set(names[:1])


def _get(node: Node | None, *keys: str) -> Node | None:
    return _at(node, keys)


def _at(node: Node | None, path: Sequence[str | int]) -> Node | None:
    for key in path:
        if isinstance(key, int):
            node = node.value[key] if isinstance(node, SequenceNode) and key < len(node.value) else None
        else:
            entry = _entry(node, key) if isinstance(node, MappingNode) else None
            node = entry[1] if entry else None
    return node


def _entry(mapping: MappingNode, key: str) -> tuple[Node, Node] | None:
    return next((entry for entry in mapping.value if isinstance(entry[0], ScalarNode) and entry[0].value == key), None)


def _word(node: Node | None) -> str | None:
    return str(node.value) if isinstance(node, ScalarNode) and node.value not in ("", "null", "~") else None


def _words(node: Node | None) -> tuple[str, ...]:
    if isinstance(node, SequenceNode):
        return tuple(word for one in node.value if (word := _word(one)) is not None)
    word = _word(node)
    return () if word is None else (word,)


def _whole(node: Node | None) -> int | None:
    word = _word(node)
    return int(word) if word is not None and word.isdecimal() else None
