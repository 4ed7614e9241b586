"""What this machine can measure, what would let it measure more, and what makes its figures hard to compare."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from greenprof import calibration, host
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.i18n import _, decimal
from greenprof.meters import MeterKind, MeterUnavailable, meter_kinds, open_meter
from greenprof.model import Host

FORMATS = ("text", "json")
EXIT_MEASURED = 0
EXIT_ESTIMATED_ONLY = 1

LOAD_LOOK_S = 0.3
_BUSY_WORTH_SAYING = 0.10
_STOLEN_WORTH_SAYING = 0.02


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
class Conditions:
    """What decides the joules of equal runs; ``None`` is unknown.

    `throttled` counts slowdowns for heat since the start of the system, `throttling` says whether it
    slows down just now. `busy` and `stolen` are shares of the CPU time, just now and since the
    start. `cpu_limit` is how many CPUs a control group allows, `hybrid` how the cores differ.
    """

    virtualised: bool | None
    container: str | None
    governor: str | None
    turbo: bool | None
    smt: bool | None
    hybrid: str | None
    throttled: int | None
    throttling: bool | None
    cpu_limit: float | None
    stolen: float | None
    busy: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated:
    """One calibration of this host: when, with what, of which domains, and the watts that it knows."""

    made_at: str
    source: str
    domains: tuple[str, ...]
    idle_w: float
    half_w: float | None
    full_w: float | None
    error: float | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The host, every meter in the order in which they are tried, and what speaks against comparing runs.

    `calibration_notes` say what is wrong with calibrations that cannot be used.
    """

    host: Host
    meters: tuple[MeterState, ...]
    conditions: Conditions
    concerns: tuple[Concern, ...]
    calibrations: tuple[Calibrated, ...]
    calibration_notes: tuple[str, ...]

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
        """0 if joules are measured here, 1 if they can only be estimated, or not even that."""
        return EXIT_MEASURED if self.measured else EXIT_ESTIMATED_ONLY


def diagnose(root: Path = host.ROOT, meter: str | None = None) -> Diagnosis:
    """Try every meter and look at the host (below `root`); takes about a third of a second.

    `meter` (``NAME:ARGUMENT``) tries the meter of that name with that argument.
    """
    name, _colon, argument = (meter or "").partition(":")
    kinds = meter_kinds()
    if meter is not None and name not in {kind.name for kind in kinds}:
        open_meter(meter)  # says that there is no such meter, and what there is
    states = tuple(_try(kind, argument or None if kind.name == name else None) for kind in kinds)
    found = conditions(root)
    known = calibration.stored(root)
    return Diagnosis(
        host=host.describe_host(root),
        meters=states,
        conditions=found,
        concerns=concerns(root, found),
        calibrations=tuple(_calibrated(each, root) for each in known.calibrations),
        calibration_notes=known.notes,
    )


def conditions(root: Path = host.ROOT, look_s: float = LOAD_LOOK_S) -> Conditions:
    """Look at the machine below `root` for `look_s` seconds."""
    before = host.throttle_count(root)
    busy = _busy_share(look_s)
    after = host.throttle_count(root)
    return Conditions(
        virtualised=host.is_virtualised(root),
        container=host.container_of(root),
        governor=host.governor_of(root),
        turbo=host.turbo_enabled(root),
        smt=host.smt_active(root),
        hybrid=host.hybrid_cores(root),
        throttled=after,
        throttling=None if before is None or after is None else after > before,
        cpu_limit=host.cpu_limit(root),
        stolen=host.stolen_share(root),
        busy=busy,
    )


def concerns(root: Path, found: Conditions) -> tuple[Concern, ...]:
    """What makes the joules of the machine below `root` vary between equal runs, under these conditions."""
    return (*_shared(found), *_set_otherwise(root / "sys/devices/system/cpu", found), *_happening(found))


def _shared(found: Conditions) -> Iterator[Concern]:
    """The machine is not ours alone."""
    if found.virtualised:
        what = "virtual machine: its neighbours share the processor, and their work is not seen"
        yield Concern(what=what, cure="use a physical one")
    if found.container is not None:
        what = f"container ({found.container}): the host's other work counts too"
        yield Concern(what=what, cure="keep the rest of the host idle")
    if found.cpu_limit is not None:
        what = f"a control group allows the time of {found.cpu_limit:g} CPUs: what needs more is made to wait"
        yield Concern(what=what, cure="take the limit away (cpu.max; docker run --cpus, CPUQuota= of systemd)")
    if found.stolen is not None and found.stolen > _STOLEN_WORTH_SAYING:
        what = f"the hypervisor gave {found.stolen:.0%} of the CPU time since the start to others (steal)"
        yield Concern(what=what, cure="use a physical machine, or one with processors of its own")


def _set_otherwise(cpus: Path, found: Conditions) -> Iterator[Concern]:
    """How the processor is built and set."""
    if found.governor is not None and found.governor != "performance":
        what = f"frequency governor {found.governor}: the clock follows the load"
        yield Concern(what=what, cure=f"echo performance | sudo tee {cpus}/cpu*/cpufreq/scaling_governor")
    if found.turbo:
        what = "turbo is on: the clock depends on heat and on how many cores are busy"
        yield Concern(what=what, cure=_turbo_off(cpus))
    if found.smt:
        what = "hyper-threading is on: two threads share a core, so CPU time is not energy"
        yield Concern(what=what, cure=f"echo off | sudo tee {cpus}/smt/control")
    if found.hybrid:
        what = f"unlike cores ({found.hybrid}): equal work costs what the core costs that it lands on"
        yield Concern(what=what, cure="run on cores of one kind: taskset -c LIST …")


def _happening(found: Conditions) -> Iterator[Concern]:
    """What goes on just now, or did."""
    if found.throttled:
        now = ", and does so just now" if found.throttling else ""
        what = f"slowed down for heat {found.throttled} times since the start{now}"
        yield Concern(what=what, cure="let it cool down, and clean its fans")
    if found.busy is not None and found.busy > _BUSY_WORTH_SAYING:
        what = f"{found.busy:.0%} busy with other work just now"
        yield Concern(what=what, cure="end that work, or wait: top shows what it is")


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
    from greenprof.reporters._kept_words import told

    about = diagnosis.host
    host = _(
        "{cpu}, {cores} CPUs, {os}, Python {python} (fingerprint {fingerprint})",
        cpu=about.cpu,
        cores=about.cores,
        os=about.os,
        python=about.python,
        fingerprint=about.fingerprint,
    )
    lines = [host, ""]
    for meter in diagnosis.meters:
        lines += _meter_lines(meter, is_chosen=meter.name == diagnosis.chosen)
    lines.append("")
    if diagnosis.concerns:
        lines.append(_("This makes runs hard to compare:"))
    else:
        lines.append(_("Nothing here makes runs hard to compare."))
    for concern in diagnosis.concerns:
        lines += [f"  - {told(concern.what)}", "      " + _to_change(concern.cure)]
    lines += ["", *_calibration_lines(diagnosis)]
    return "\n".join([*lines, "", _verdict(diagnosis)]) + "\n"


def _verdict(diagnosis: Diagnosis) -> str:
    if diagnosis.measured:
        return _("Joules are measured here.")
    return _("Joules can only be estimated here.") if diagnosis.chosen else _("No meter works here.")


def _to_change(cure: str | None) -> str:
    from greenprof.reporters._kept_words import told

    return _("to change that: {cure}", cure=told(cure or ""))


def _note(note: str) -> str:
    from greenprof.reporters._kept_words import told

    return _("note: {note}", note=told(note))


def _calibration_lines(diagnosis: Diagnosis) -> list[str]:
    lines = []
    for made in diagnosis.calibrations:
        by = _("by hand") if made.source == calibration.BY_HAND else _("with {meter}", meter=made.source)
        watts = {_("idle"): made.idle_w, _("half"): made.half_w, _("full load"): made.full_w}
        known = ", ".join(f"{name} {decimal(f'{each:.1f}')} W" for name, each in watts.items() if each is not None)
        said = _(
            "Calibrated {day} {by} ({domains}): {watts}",
            day=made.made_at,
            by=by,
            domains=", ".join(made.domains),
            watts=known,
        )
        lines.append(said)
        lines += [f"  {_note(note)}" for note in made.notes]
    if not lines:
        by_hand = "" if diagnosis.measured else _(" --idle-w … --full-w … (watts that a plug shows)")
        lines = [_("Not calibrated: idle joules are unknown where joules are measured, and estimates are wide.")]
        lines += [f"  {_to_change(f'greenprof calibrate{by_hand}')}"]
    return lines + [f"  {_note(note)}" for note in diagnosis.calibration_notes]


def _meter_lines(meter: MeterState, *, is_chosen: bool) -> list[str]:
    from greenprof.reporters._kept_words import told

    works, column = (_("yes") if meter.works else _("no")), " " * 9
    if not meter.works:
        reason = told(meter.reason or "")
        return [f"  {works:<3}  {meter.name}: {reason}", column + _to_change(meter.cure)]
    kind = _("estimated") if meter.estimated else _("measured")
    taken = " " + _("(taken unless another is named)") if is_chosen else ""
    uncertainty = decimal(f"±{meter.uncertainty:.0%}")
    lines = [
        f"  {works:<3}  {meter.name}: {told(meter.summary)}{taken}",
        f"{column}{kind}, {uncertainty}: {', '.join(meter.domains)}",
        column + _("covers {what}", what=told(meter.scope or "")),
    ]
    return lines + [column + _note(note) for note in meter.notes]


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


def _calibrated(made: calibration.Calibration, root: Path) -> Calibrated:
    watts = [point.load.watts for point in made.points]
    return Calibrated(
        made_at=made.made_at,
        source=made.source,
        domains=made.domains,
        idle_w=watts[0],
        half_w=watts[1] if len(watts) > 2 else None,
        full_w=watts[-1] if len(watts) > 1 else None,
        error=made.error,
        notes=(*made.notes, *calibration.changes_since(made, root)),
    )


def _busy_share(look_s: float) -> float | None:
    """How busy all processors are, from 0 to 1, while this process sleeps."""
    import psutil

    try:
        psutil.cpu_percent()
        time.sleep(look_s)
        return float(psutil.cpu_percent()) / 100
    except (OSError, RuntimeError):
        return None
