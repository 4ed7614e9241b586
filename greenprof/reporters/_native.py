"""Native functions below lines of Python: in words beside a line, and as nodes of the call tree."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from greenprof.i18n import _
from greenprof.reporters import _numbers as numbers
from greenprof.reporters._text import shorten

if TYPE_CHECKING:
    from greenprof.model import Hotspot, LineShare, NativeShare, Node

MOST = 3  # functions that are named for a line
_LONGEST_NAME = 60
_ABI = re.compile(r"\.(cpython|abi)[-\w]*(?=\.so)")
_TEMPLATE = re.compile(r"(?<=\w)<[^<>]*>")


def said(spot: Hotspot, most: int = MOST, *, files: bool = True) -> str:
    """Which native functions a line spent most of its own time in: ``native: deflate (libz.so.1) 85 % ±3.1``."""
    told = functions(spot, most, files=files)
    return _("native: {functions}", functions=told) if told else ""


def functions(spot: Hotspot, most: int = MOST, *, files: bool = True) -> str:
    """Those functions alone."""
    return ", ".join(_said(native, spot, files) for native in spot.native[:most])


def below(node: Node) -> tuple[Node, ...]:
    """What lies below a function: the functions that it called, and each line that native functions are known of."""
    lines = [_as_node(node, share) for share in node.lines if share.native]
    if not lines:
        return node.children
    return tuple(sorted((*node.children, *lines), key=lambda each: (-(each.total_j or 0.0), -each.cpu_s)))


def _as_node(node: Node, share: LineShare) -> Node:
    """A line as a node of its own, with the native functions below it."""
    return replace(
        node,
        line=share.line,
        function=_("line {number}", number=share.line),
        total_j=share.self_j,
        cpu_s=share.cpu_s,
        children=share.native,
        lines=(),
    )


def _said(native: NativeShare, spot: Hotspot, files: bool) -> str:
    known = spot.self_j is not None
    fraction = numbers.fraction(native.self_j, spot.self_j) if known else numbers.fraction(native.cpu_s, spot.cpu_s)
    share = "" if fraction is None else f" {numbers.share(fraction, 1.0)} {numbers.margin(native.margin)}".rstrip()
    file = _ABI.sub("", native.path.replace("\\", "/").rpartition("/")[2])
    name = shorten(_without_arguments(native.function), _LONGEST_NAME)
    return f"{name} ({file}){share}" if files and not native.function.startswith("[") else f"{name}{share}"


def _without_arguments(name: str) -> str:
    """A function of C++ or Rust without what its templates were made for, innermost first: ``sort<…>``."""
    before = ""
    while before != name:
        before, name = name, _TEMPLATE.sub("", name)
    return name or before
