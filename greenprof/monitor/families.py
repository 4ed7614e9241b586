"""The nouns of monitoring: families of metrics, each with its points, in base units: joules, watts, seconds, bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["counter", "gauge", "info"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value. A counter's has counted since ``created_s``, seconds since 1970; a new one there starts from 0."""

    value: float
    labels: Mapping[str, str] = field(default_factory=dict)
    created_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Values of one kind under one name, which ends in its ``unit`` where it has one.

    The name has no ``_total`` and no ``_info``: those belong to a format.
    """

    name: str
    kind: Kind
    help: str
    points: tuple[Point, ...]
    unit: str = ""


def gauge(name: str, help: str, points: tuple[Point, ...], unit: str = "") -> Family:
    """A family of values that go up and down."""
    return Family(name=name, kind="gauge", help=help, points=points, unit=unit)


def counter(name: str, help: str, points: tuple[Point, ...], unit: str = "") -> Family:
    """A family of values that only grow."""
    return Family(name=name, kind="counter", help=help, points=points, unit=unit)
