"""Pure: measured use to quantities as Kubernetes writes them, rounded up to what a person would write."""

from __future__ import annotations

import math
from dataclasses import dataclass

from greenprof.rightsize.measured import Use

MI = 1 << 20
_LEAST_MILLICORES, _LEAST_MI = 10, 16
# Up to so much, in steps of so much: a few percent each.
_MILLICORE_STEPS = ((100, 10), (500, 25), (1_000, 50), (4_000, 100), (math.inf, 500))
_MI_STEPS = ((128, 8), (512, 16), (1_024, 32), (4_096, 128), (math.inf, 512))


@dataclass(frozen=True, slots=True, kw_only=True)
class Headroom:
    """What is put on top of what was measured: parts of it. ``limit`` is the CPU limit over the request.

    ``limit`` None asks for no CPU limit; ``keep`` has one only where the manifest has one.
    """

    cpu: float = 0.15
    memory: float = 0.25
    limit: float | None = 2.0
    keep: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The quantities of a container; None leaves alone what is there, ``no_cpu_limit`` takes that one out."""

    cpu_request_m: int
    cpu_limit_m: int | None
    memory_bytes: int | None
    no_cpu_limit: bool = False


def wanted(use: Use, headroom: Headroom, *, has_cpu_limit: bool) -> Wanted:
    """What to ask for.

    The request is the high percentile with its headroom: it is what the scheduler keeps free for the container. A CPU
    limit is never below what was seen: it slows down, and saves no energy. Memory has request and limit alike, for who
    uses more than the request of it is the first to be evicted, and who meets the limit is killed.
    """
    request = millicores(use.cpu_cores * (1 + headroom.cpu))
    limit = None
    if headroom.limit is not None and (has_cpu_limit or not headroom.keep):
        limit = max(millicores(request * headroom.limit / 1000), millicores(use.highest_cores or 0.0))
    memory = None if use.memory_bytes is None else memory_bytes(use.memory_bytes * (1 + headroom.memory))
    return Wanted(
        cpu_request_m=request,
        cpu_limit_m=limit,
        memory_bytes=memory,
        no_cpu_limit=headroom.limit is None and has_cpu_limit,
    )


def millicores(cores: float) -> int:
    """Processors as thousandths, rounded up to a sensible step."""
    return max(_LEAST_MILLICORES, _up(cores * 1000, _MILLICORE_STEPS))


def memory_bytes(wanted_bytes: float) -> int:
    """Bytes, rounded up to a sensible number of mebibytes."""
    return max(_LEAST_MI, _up(wanted_bytes / MI, _MI_STEPS)) * MI


def cpu_text(thousandths: int) -> str:
    """``250m``; ``2`` for whole processors."""
    return f"{thousandths // 1000}" if thousandths % 1000 == 0 else f"{thousandths}m"


def memory_text(size_bytes: int) -> str:
    """``192Mi``; ``2Gi`` for whole gibibytes."""
    mebibytes = size_bytes // MI
    return f"{mebibytes // 1024}Gi" if mebibytes % 1024 == 0 else f"{mebibytes}Mi"


def seconds_text(seconds: float) -> str:
    """A length of time as text: whole seconds, two digits of what is below ten."""
    return f"{seconds:,.0f}" if seconds >= 10 else f"{seconds:.2g}"


def _up(amount: float, steps: tuple[tuple[float, int], ...]) -> int:
    step = next(step for most, step in steps if amount <= most)
    return math.ceil(round(amount / step, 9)) * step
