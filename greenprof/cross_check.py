"""Do two meters that read the same counters agree? They look at one busy window at the same time."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.meters import Meter, MeterUnavailable, Refusal, meter_kinds
from greenprof.model import Reading

# Meters that read the RAPL counters, each in its own way; the first that works is what the others are held to.
READERS = ("rapl", "perf", "msr", "pyrapl")

SHORTEST_S, LONGEST_S = 0.1, 600.0
# A RAPL counter moves about every millisecond, 2.8 ms at worst, so a reading may lag by that much.
TICK_S = 0.003
# At the edges of the window the power may be this many times its mean.
EDGE_POWER = 2.0

_READ_EVERY_S = 0.05
_SHORT_S = 0.002
_LAST_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainCheck:
    """One domain as the two meters saw it; ``None`` where a meter does not count it or could not read it.

    `difference` is relative to the mean of the two.
    """

    domain: str
    a_j: float | None
    b_j: float | None
    difference: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossCheck:
    """Two meters over one window. `agree` is ``None`` if they have nothing in common that both know.

    `tolerance` is relative, and `tolerance_reason` says where it comes from.
    """

    a: str
    b: str
    seconds: float
    domains: tuple[DomainCheck, ...]
    tolerance: float
    tolerance_reason: str
    agree: bool | None
    explanations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossChecks:
    """Every meter that works held to the first that does, and those that do not work."""

    checks: tuple[CrossCheck, ...]
    refused: tuple[Refusal, ...]

    @property
    def agree(self) -> bool | None:
        """Whether all agree, ``None`` if no two could be compared."""
        known = [check.agree for check in self.checks if check.agree is not None]
        return all(known) if known else None


def readers(meter: str | None) -> tuple[str, ...]:
    """The specs to compare: `READERS`, those of powercap with the root of `meter` if that is ``rapl:ROOT``."""
    name, _, root = (meter or "").partition(":")
    return (f"rapl:{root}", "perf", "msr", f"pyrapl:{root}") if name == "rapl" and root else READERS


def cross_check_all(arguments: Sequence[str] = READERS, seconds: float = 1.0) -> CrossChecks:
    """Hold each meter that works to the first that works; each pair takes `seconds` of busy processor.

    A meter is ``NAME`` or ``NAME:ARGUMENT``; one that cannot be used is among the `refused`, with its
    reason. Raises `GreenprofError` for a number of seconds that is no window.
    """
    kinds = {kind.name: kind for kind in meter_kinds()}
    refused: list[Refusal] = []
    with ExitStack() as opened:
        meters: list[Meter] = []
        for spec in arguments:
            name, _, argument = spec.partition(":")
            if name not in kinds:
                refused.append(Refusal(name, "there is no such meter", f"meters: {', '.join(kinds)}"))
                continue
            try:
                meters.append(kinds[name].open(argument or None))
            except MeterUnavailable as failure:
                refused.append(Refusal(name, failure.reason, failure.cure))
            else:
                opened.callback(meters[-1].close)
        checks = tuple(cross_check(meters[0], meter, seconds) for meter in meters[1:])
    return CrossChecks(checks=checks, refused=tuple(refused))


def cross_check(a: Meter, b: Meter, seconds: float = 1.0, *, work: Callable[[float], None] | None = None) -> CrossCheck:
    """Read both meters around a window in which one core is busy, and compare domain by domain.

    `work` spends the seconds that it is given (default: a loop that keeps a core busy). Takes about
    `seconds`; the meters are read every 50 ms meanwhile, so that no counter is left alone for long.
    Raises `GreenprofError` for a window shorter than 0.1 s or longer than ten minutes.
    """
    if not (math.isfinite(seconds) and SHORTEST_S <= seconds <= LONGEST_S):
        raise GreenprofError(
            f"a window of {seconds:g} s cannot be checked: it takes {SHORTEST_S:g} to {LONGEST_S:g} s", EXIT_USAGE
        )
    spend = _keep_busy if work is None else work
    first = _read_both(a, b)
    while (last := _read_both(a, b))[0].at_ns - first[0].at_ns < seconds * 1e9:
        left_s = seconds - (last[0].at_ns - first[0].at_ns) / 1e9
        spend(min(_READ_EVERY_S, max(_SHORT_S, left_s)))
    for _ in range(_LAST_TRIES):
        if not any(None in reading.joules for reading in last):
            break
        spend(_SHORT_S)
        last = _read_both(a, b)
    return _compare(a, b, first, last)


def render(format_: str, checks: CrossChecks) -> str:
    """The checks as ``text`` or ``json``."""
    if format_ == "json":
        data = {"format": "greenprof-cross-check", "version": 1, "agree": checks.agree, **asdict(checks)}
        return json.dumps(data, indent=2) + "\n"
    return render_text(checks)


def render_text(checks: CrossChecks) -> str:
    """The checks for people."""
    lines: list[str] = []
    for check in checks.checks:
        verdict = {True: "agree", False: "DO NOT AGREE", None: "cannot be compared"}[check.agree]
        lines.append(f"{check.a} and {check.b} {verdict} over {check.seconds:.2f} s of busy processor")
        lines += [f"  {_domain_line(domain)}" for domain in check.domains]
        lines.append(f"  tolerance ±{check.tolerance:.2%}: {check.tolerance_reason}")
        lines += [f"  - {explanation}" for explanation in check.explanations]
    if not checks.checks:
        lines.append("Fewer than two readers of the processor's energy counters work here: nothing to compare.")
    lines += [f"not compared: {name}: {reason}" for name, reason, _ in checks.refused]
    return "\n".join(lines) + "\n"


def _domain_line(check: DomainCheck) -> str:
    a_j, b_j = ("unknown" if joules is None else f"{joules:.3f} J" for joules in (check.a_j, check.b_j))
    apart = "" if check.difference is None else f"  apart by {check.difference:.2%}"
    return f"{check.domain:<16} {a_j:>14} {b_j:>14}{apart}"


def _keep_busy(seconds: float) -> None:
    until_ns = time.monotonic_ns() + int(seconds * 1e9)
    while time.monotonic_ns() < until_ns:
        pass


def _read_both(a: Meter, b: Meter) -> tuple[Reading, Reading]:
    return a.read(), b.read()


def _compare(a: Meter, b: Meter, first: tuple[Reading, Reading], last: tuple[Reading, Reading]) -> CrossCheck:
    a_joules = dict(zip(a.domains, last[0].since(first[0]), strict=True))
    b_joules = dict(zip(b.domains, last[1].since(first[1]), strict=True))
    tolerance, reason = _tolerance(a, b, first, last)
    domains = tuple(
        _domain_check(domain, a_joules.get(domain), b_joules.get(domain))
        for domain in dict.fromkeys((*a.domains, *b.domains))
    )
    invalid = [late.invalid_s > early.invalid_s for early, late in zip(first, last, strict=True)]
    differences = [check.difference for check in domains if check.difference is not None]
    agree = all(difference <= tolerance for difference in differences) if differences and not any(invalid) else None
    explanations = _explanations(a, b, domains, invalid, agree)
    return CrossCheck(
        a=a.name,
        b=b.name,
        seconds=(last[0].at_ns - first[0].at_ns) / 1e9,
        domains=domains,
        tolerance=tolerance,
        tolerance_reason=reason,
        agree=agree,
        explanations=explanations,
    )


def _domain_check(domain: str, a_j: float | None, b_j: float | None) -> DomainCheck:
    difference = None
    if a_j is not None and b_j is not None:
        mean_j = (a_j + b_j) / 2
        difference = abs(a_j - b_j) / mean_j if mean_j > 0 else 0.0
    return DomainCheck(domain=domain, a_j=a_j, b_j=b_j, difference=difference)


def _tolerance(a: Meter, b: Meter, first: tuple[Reading, Reading], last: tuple[Reading, Reading]) -> tuple[float, str]:
    """How far two right readings of one counter may lie apart: a tick at each edge, and the time between the two."""
    apart_s = sum(abs(two.at_ns - one.at_ns) for one, two in (first, last)) / 1e9
    window_s = max((last[0].at_ns - first[0].at_ns) / 1e9, TICK_S)
    lags_s = [max(TICK_S, float(getattr(meter, "resolution_s", 0.0))) for meter in (a, b)]
    tolerance = EDGE_POWER * (sum(lags_s) + apart_s) / window_s
    reason = (
        f"the counters may lag by {lags_s[0] * 1e3:g} and {lags_s[1] * 1e3:g} ms, and the two were read "
        f"{apart_s * 1e3:.2f} ms apart (both edges together), at up to {EDGE_POWER:g} times the mean power"
    )
    doubts = [(meter.name, meter.uncertainty) for meter in (a, b) if meter.estimated]
    for name, uncertainty in doubts:
        tolerance += uncertainty
        reason += f"; {name} is an estimate, ±{uncertainty:.0%}"
    return tolerance, reason


def _explanations(
    a: Meter, b: Meter, domains: Sequence[DomainCheck], invalid: Sequence[bool], agree: bool | None
) -> tuple[str, ...]:
    found = []
    for check in domains:
        counting = [meter for meter in (a, b) if check.domain in meter.domains]
        if len(counting) == 1:
            found.append(f"{check.domain} is counted by {counting[0].name} only: {_what(check.domain)}")
        elif check.difference is None:
            unread = a if check.a_j is None else b
            found.append(f"{check.domain} could not be read by {unread.name}")
    if not set(a.domains) & set(b.domains):
        found.append("they count nothing in common")
    for meter, lost in zip((a, b), invalid, strict=True):
        if lost:
            found.append(f"{meter.name} lost a part of the window, so the joules of the two are not of the same time")
    if agree is False:
        found.append("one of them is wrong, or they do not read the same counter")
    if found:
        found += [f"{meter.name} says: {note}" for meter in (a, b) for note in meter.notes]
    return tuple(found)


def _what(domain: str) -> str:
    kinds = {
        "dram": "memory, which stands beside the package and is added to it",
        "psys": "the whole platform, which holds the packages and is never added to them",
        "package": "a package, or a die of one, which the other does not find or holds to be a mirror",
        "gpu": "a graphics board, beside the processors",
        "core": "a part of its package, never added to it",
        "uncore": "a part of its package, never added to it",
    }
    return kinds.get(domain.partition("-")[0], "a domain that the other does not know")
