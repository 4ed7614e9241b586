"""Several meters read as one: a meter of the processors with one of the GPUs beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.meters.meter import Meter
from greenprof.model import Reading


def split(spec: str, names: Collection[str]) -> tuple[str, ...]:
    """The parts of a spec such as ``rapl+nvml:0``: a plus sign counts where the name of a meter follows it.

    So ``rapl:/sys/a+b`` stays whole, and ``+nvml`` has an empty first part: the meter that is taken by itself.
    """
    known = "|".join(re.escape(name) for name in names)
    return tuple(re.split(rf"\+(?=(?:{known})(?:[:+]|$))", spec)) if names else (spec,)


def open_together(parts: Sequence[str], open_one: Callable[[str], Meter]) -> Together:
    """Open each part and read them as one; what was opened is closed again if one cannot be.

    Raises what `open_one` raises, and `GreenprofError` where two of them would count the same joules.
    """
    meters: list[Meter] = []
    try:
        for part in parts:
            meters.append(open_one(part))
        return Together(meters)
    except BaseException:
        for meter in meters:
            meter.close()
        raise


class Together:
    """Meters whose domains add up, because none counts what another counts.

    That is so for one meter of the processors and any number of GPU meters (domains ``gpu-…``). It
    is not for two meters of the processors, nor beside one that sees the whole machine (psys, a
    battery): those are refused with `GreenprofError`.
    """

    def __init__(self, meters: Sequence[Meter]) -> None:
        _check(meters)
        self._meters = tuple(meters)
        self._invalid_s = [0.0] * len(meters)
        self._total_invalid_s = 0.0

    @property
    def name(self) -> str:
        """The names of all, as they are asked for."""
        return "+".join(meter.name for meter in self._meters)

    @property
    def domains(self) -> tuple[str, ...]:
        """Those of each meter in turn."""
        return tuple(domain for meter in self._meters for domain in meter.domains)

    @property
    def estimated(self) -> bool:
        """Whether any part of the total is estimated."""
        return any(meter.estimated for meter in self._meters)

    @property
    def uncertainty(self) -> float:
        """The greatest: a sum is at most that far off, whatever the parts and however their errors hang together."""
        return max(meter.uncertainty for meter in self._meters)

    @property
    def resolution_s(self) -> float:
        """The longest that one of them may lag; some meters say nothing of it, which is 0."""
        return max(float(getattr(meter, "resolution_s", 0.0)) for meter in self._meters)

    @property
    def scope(self) -> str:
        """What each covers."""
        return "; and ".join(f"{meter.name}: {meter.scope}" for meter in self._meters)

    @property
    def idle_w(self) -> float | None:
        """The sum, known only if all are."""
        known = [meter.idle_w for meter in self._meters if meter.idle_w is not None]
        return sum(known) if len(known) == len(self._meters) else None

    @property
    def max_interval_s(self) -> float | None:
        """The shortest."""
        return min((meter.max_interval_s for meter in self._meters if meter.max_interval_s is not None), default=None)

    @property
    def notes(self) -> tuple[str, ...]:
        """Those of all."""
        return tuple(dict.fromkeys(note for meter in self._meters for note in meter.notes))

    def read(self) -> Reading:
        """Read all, one after the other; the instant is the middle of theirs.

        What is lost between two readings is lost for the total: the greatest loss of a meter counts.
        Meters that lose the same time (a suspension) so count it once; if two lose different parts of
        one span between two readings, the smaller is within the greater.
        """
        readings = [meter.read() for meter in self._meters]
        losses = [reading.invalid_s - before for reading, before in zip(readings, self._invalid_s, strict=True)]
        self._invalid_s = [reading.invalid_s for reading in readings]
        self._total_invalid_s += max(losses)
        instants = [reading.at_ns for reading in readings]
        return Reading(
            at_ns=(min(instants) + max(instants)) // 2,
            joules=tuple(joules for reading in readings for joules in reading.joules),
            invalid_s=self._total_invalid_s,
        )

    def close(self) -> None:
        """Close all."""
        for meter in self._meters:
            meter.close()


def _check(meters: Sequence[Meter]) -> None:
    names = [meter.name for meter in meters]
    whole = [meter.name for meter in meters if getattr(meter, "whole_machine", False) or "psys" in meter.domains]
    if whole and len(meters) > 1:
        others = ", ".join(name for name in names if name != whole[0]) or whole[0]
        raise _twice(f"{whole[0]} counts the whole machine, and {others} would be counted again", whole[0])
    domains = [domain for meter in meters for domain in meter.domains]
    repeated = sorted({domain for domain in domains if domains.count(domain) > 1})
    if repeated:
        counting = [meter.name for meter in meters if repeated[0] in meter.domains]
        raise _twice(f"{' and '.join(counting)} both count {', '.join(repeated)}", names[0])
    rivals = [meter.name for meter in meters if not all(domain.startswith("gpu-") for domain in meter.domains)]
    if len(rivals) > 1:
        raise _twice(f"{' and '.join(rivals)} count the same machine, and only GPUs stand beside it", rivals[0])


def _twice(what: str, one: str) -> GreenprofError:
    return GreenprofError(f"these meters cannot be added up: {what}; name one of them, as in --meter {one}", EXIT_USAGE)
