"""The door to the meters: one file in this folder is one way to know joules.

A module of this folder with a ``PRIORITY`` is a meter; so is whatever an installed package offers
in the entry-point group ``greenprof.meters``. Each has

- ``PRIORITY``: an int, the lowest that works is taken first, or ``None`` if it must be asked for by name;
- ``SUMMARY``: one line;
- ``open(argument: str | None) -> Meter``, which raises `MeterUnavailable` where it cannot work.
"""

from __future__ import annotations

import difflib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any, NamedTuple

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.meters.meter import Meter, MeterUnavailable, info
from greenprof.meters.together import open_together, split
from greenprof.plugins import plugins

__all__ = ["Meter", "MeterKind", "MeterUnavailable", "OpenedMeter", "Refusal", "info", "meter_kinds", "open_meter"]

ENTRY_POINTS = "greenprof.meters"


class Refusal(NamedTuple):
    """A meter that cannot be used here, why, and what would change it."""

    name: str
    reason: str
    cure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedMeter:
    """A meter that works, and those that would have come before it."""

    meter: Meter
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterKind:
    """A way to know joules that may or may not work here; `open` takes the argument after ``NAME:``."""

    name: str
    priority: int | None
    summary: str
    open: Callable[[str | None], Meter]


def open_meter(spec: str | None = None) -> OpenedMeter:
    """Open the meter that `spec` names (``NAME`` or ``NAME:ARGUMENT``), or else the first that works.

    ``A+B`` reads two as one, such as ``rapl+nvml``; ``+nvml`` is the first that works with the GPUs beside it.

    Raises `GreenprofError` (exit code 2) for a name that is not known, and for a named meter that
    cannot work here, with the reason and the cure.
    """
    if spec is not None:
        return OpenedMeter(meter=_open_named(spec))
    refused: list[Refusal] = []
    for kind in meter_kinds():
        if kind.priority is None:
            continue
        try:
            return OpenedMeter(meter=kind.open(None), refused=tuple(refused))
        except MeterUnavailable as failure:
            refused.append(Refusal(kind.name, failure.reason, failure.cure))
    reasons = "; ".join(f"{refusal.name}: {refusal.reason}" for refusal in refused)
    raise GreenprofError(f"no meter works here ({reasons}); see: greenprof doctor", EXIT_USAGE)


def meter_kinds() -> tuple[MeterKind, ...]:
    """Every meter that is known, in the order in which they are tried; those asked for by name come last."""
    kinds = {kind.name: kind for kind in (*_plugins(), *_built_in())}
    return tuple(sorted(kinds.values(), key=lambda kind: (kind.priority is None, kind.priority or 0, kind.name)))


def _open_named(spec: str) -> Meter:
    parts = split(spec, [kind.name for kind in meter_kinds()])
    if len(parts) > 1:
        return open_together(parts, lambda part: _open_named(part) if part else open_meter().meter)
    name, colon, argument = spec.partition(":")
    kinds = {kind.name: kind for kind in meter_kinds()}
    if name not in kinds:
        near = difflib.get_close_matches(name, kinds, n=1)
        hint = f", did you mean {near[0]}?" if near else ""
        raise GreenprofError(f"unknown meter {name!r}{hint} (meters: {', '.join(kinds)})", EXIT_USAGE)
    if colon and not argument:
        raise GreenprofError(
            f"nothing follows the colon in the meter {spec!r}: write {name} or {name}:ARGUMENT", EXIT_USAGE
        )
    try:
        return kinds[name].open(argument or None)
    except MeterUnavailable as failure:
        message = f"the meter {name} cannot be used: {failure.reason}; to change that: {failure.cure}"
        raise GreenprofError(message, EXIT_USAGE) from failure


def _built_in() -> list[MeterKind]:
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg)
    modules = {name: import_module(f"{__name__}.{name}") for name in names}
    return [_kind(name, module) for name, module in modules.items() if hasattr(module, "PRIORITY")]


def _plugins() -> list[MeterKind]:
    return [_plugin(point.name, point) for point in plugins(ENTRY_POINTS)]


def _plugin(name: str, point: Any) -> MeterKind:
    # A plug-in that is broken must not take the working meters with it, so its failures are refusals.
    def failed(failure: Exception) -> MeterUnavailable:
        reason = f"its plug-in {point.value} is broken ({type(failure).__name__}: {failure})"
        return MeterUnavailable(" ".join(reason.split()), "update or remove the package that offers it")

    try:
        kind = _kind(name, point.load())
    except Exception as failure:
        broken = failed(failure)

        def refuse(_argument: str | None) -> Meter:
            raise broken

        return MeterKind(name=name, priority=None, summary="a plug-in that cannot be loaded", open=refuse)

    def guarded(argument: str | None) -> Meter:
        try:
            return kind.open(argument)
        except MeterUnavailable:
            raise
        except Exception as failure:
            raise failed(failure) from failure

    return replace(kind, open=guarded)


def _kind(name: str, module: Any) -> MeterKind:
    return MeterKind(name=name, priority=module.PRIORITY, summary=module.SUMMARY, open=module.open)
