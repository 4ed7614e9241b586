"""What this machine can measure, what would let it measure more, and what makes its figures hard to compare."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from greenprof import host
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.meters import MeterKind, MeterUnavailable, meter_kinds, open_meter
from greenprof.model import Host

FORMATS = ("text", "json")
EXIT_MEASURED = 0
EXIT_ESTIMATED_ONLY = 1

LOAD_LOOK_S = 0.3
_BUSY_WORTH_SAYING = 0.10


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterState:
    """A meter and whether it works here. What it covers is known if it works, `reason` and `cure` if not.

    One that is `by_name_only` is never taken unless it is named.
    """

    name: str
    summary: str
    by_name_only: bool
    works: bool
    estimated: bool | None = None
    domains: tuple[str, ...] = ()
    scope: str | None = None
    uncertainty: float | None = None
    notes: tuple[str, ...] = ()
    reason: str | None = None
    cure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """Something that makes the joules of this host vary, and what would change it."""

    what: str
    cure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The host, every meter in the order in which they are tried, and what speaks against comparing runs."""

    host: Host
    meters: tuple[MeterState, ...]
    concerns: tuple[Concern, ...]

    @property
    def chosen(self) -> str | None:
        """The meter that is taken if none is named."""
        return next((meter.name for meter in self.meters if meter.works and not meter.by_name_only), None)

    @property
    def measured(self) -> bool:
        """Whether a meter works that measures, rather than estimates."""
        return any(meter.works and meter.estimated is False for meter in self.meters)

    @property
    def exit_code(self) -> int:
        """0 if joules are measured here, 1 if they can only be estimated."""
        return EXIT_MEASURED if self.measured else EXIT_ESTIMATED_ONLY


def diagnose(root: Path = host.ROOT, meter: str | None = None) -> Diagnosis:
    """Try every meter and look at the host (below `root`); takes about a third of a second.

    `meter` (``NAME:ARGUMENT``) tries the meter of that name with that argument.
    """
    name, _, argument = (meter or "").partition(":")
    kinds = meter_kinds()
    if meter is not None and name not in {kind.name for kind in kinds}:
        open_meter(meter)  # says that there is no such meter, and what there is
    return Diagnosis(
        host=host.describe_host(root),
        meters=tuple(_try(kind, argument or None if kind.name == name else None) for kind in kinds),
        concerns=concerns(root, busy=_busy_share()),
    )


def concerns(root: Path, busy: float | None) -> tuple[Concern, ...]:
    """What makes the joules of the machine below `root` vary between equal runs; `busy` is its load from 0 to 1."""
    cpus = root / "sys/devices/system/cpu"
    found: list[Concern] = []

    def concern(what: str, cure: str) -> None:
        found.append(Concern(what=what, cure=cure))

    if host.is_virtualised(root):
        concern("virtual machine: its neighbours share the processor, and their work is not seen", "use a physical one")
    if (container := host.container_of(root)) is not None:
        concern(f"container ({container}): the host's other work counts too", "keep the rest of the host idle")
    governor = host.governor_of(root)
    if governor is not None and governor != "performance":
        command = f"echo performance | sudo tee {cpus}/cpu*/cpufreq/scaling_governor"
        concern(f"frequency governor {governor}: the clock follows the load", command)
    if host.turbo_enabled(root):
        concern("turbo is on: the clock depends on heat and on how many cores are busy", _turbo_off(cpus))
    if host.smt_active(root):
        cure = f"echo off | sudo tee {cpus}/smt/control"
        concern("hyper-threading is on: two threads share a core, so CPU time is not energy", cure)
    throttled = host.throttle_count(root)
    if throttled:
        concern(f"slowed down for heat {throttled} times since the start", "let it cool down, and clean its fans")
    if busy is not None and busy > _BUSY_WORTH_SAYING:
        concern(f"{busy:.0%} busy with other work just now", "end that work, or wait: top shows what it is")
    return tuple(found)


def render(format_: str, diagnosis: Diagnosis) -> str:
    """The diagnosis as ``text`` or ``json``; raises `GreenprofError` for any other format."""
    if format_ == "text":
        return render_text(diagnosis)
    if format_ == "json":
        return render_json(diagnosis)
    raise GreenprofError(f"unknown format {format_!r} (formats: {', '.join(FORMATS)})", EXIT_USAGE)


def render_json(diagnosis: Diagnosis) -> str:
    """The diagnosis for programs; the keys are the names of the fields."""
    verdict = {"measured": diagnosis.measured, "chosen": diagnosis.chosen}
    return json.dumps({"format": "greenprof-doctor", "version": 1, **verdict, **asdict(diagnosis)}, indent=2) + "\n"


def render_text(diagnosis: Diagnosis) -> str:
    """The diagnosis for people."""
    about = diagnosis.host
    lines = [
        f"{about.cpu}, {about.cores} CPUs, {about.os}, Python {about.python} (fingerprint {about.fingerprint})",
        "",
    ]
    for meter in diagnosis.meters:
        lines += _meter_lines(meter, is_chosen=meter.name == diagnosis.chosen)
    heading = "This makes runs hard to compare:" if diagnosis.concerns else "Nothing here makes runs hard to compare."
    lines += ["", heading]
    for concern in diagnosis.concerns:
        lines += [f"  - {concern.what}", f"      to change that: {concern.cure}"]
    verdict = "Joules are measured here." if diagnosis.measured else "Joules can only be estimated here."
    return "\n".join([*lines, "", verdict]) + "\n"


def _meter_lines(meter: MeterState, *, is_chosen: bool) -> list[str]:
    if not meter.works:
        return [f"  no   {meter.name}: {meter.reason}", f"         to change that: {meter.cure}"]
    kind = "estimated" if meter.estimated else "measured"
    lines = [
        f"  yes  {meter.name}: {meter.summary}{' (taken unless another is named)' if is_chosen else ''}",
        f"         {kind}, ±{meter.uncertainty:.0%}: {', '.join(meter.domains)}",
        f"         covers {meter.scope}",
    ]
    return lines + [f"         note: {note}" for note in meter.notes]


def _try(kind: MeterKind, argument: str | None) -> MeterState:
    state = MeterState(name=kind.name, summary=kind.summary, by_name_only=kind.priority is None, works=False)
    try:
        meter = kind.open(argument)
    except MeterUnavailable as failure:
        return replace(state, reason=failure.reason, cure=failure.cure)
    try:
        return replace(
            state,
            works=True,
            estimated=meter.estimated,
            domains=meter.domains,
            scope=meter.scope,
            uncertainty=meter.uncertainty,
            notes=meter.notes,
        )
    finally:
        meter.close()


def _turbo_off(cpus: Path) -> str:
    if (cpus / "intel_pstate/no_turbo").exists():
        return f"echo 1 | sudo tee {cpus}/intel_pstate/no_turbo"
    return f"echo 0 | sudo tee {cpus}/cpufreq/boost"


def _busy_share() -> float | None:
    """How busy all processors are, from 0 to 1, while this process sleeps."""
    import psutil

    try:
        psutil.cpu_percent()
        time.sleep(LOAD_LOOK_S)
        return float(psutil.cpu_percent()) / 100
    except (OSError, RuntimeError):
        return None
