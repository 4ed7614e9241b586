"""Native functions below lines of Python: in words beside a line, and as nodes of the call tree."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from greenprof.reporters import _numbers as numbers

if TYPE_CHECKING:
    from greenprof.model import Hotspot, LineShare, NativeShare, Node


def said(spot: Hotspot) -> str:
    """Which native functions a line spent most of its own time in: ``native: deflate (libz.so.1) 85 % ±3.1``."""
    told = ", ".join(_said(native, spot) for native in spot.native)
    return f"native: {told}" if told else ""


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
        function=f"line {share.line}",
        total_j=share.self_j,
        cpu_s=share.cpu_s,
        children=share.native,
        lines=(),
    )


def _said(native: NativeShare, spot: Hotspot) -> str:
    fraction = (
        numbers.fraction(native.cpu_s, spot.cpu_s)
        if spot.self_j is None
        else numbers.fraction(native.self_j, spot.self_j)
    )
    share = "" if fraction is None else f" {numbers.share(fraction, 1.0)} {numbers.margin(native.margin)}".rstrip()
    file = native.path.replace("\\", "/").rpartition("/")[2]
    return f"{native.function}{share}" if native.function == f"[{file}]" else f"{native.function} ({file}){share}"
