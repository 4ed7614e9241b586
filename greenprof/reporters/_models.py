"""What is told of requests to language models: how many, their tokens, and what is published of their energy.

Pure functions of a `Report`, as in `greenprof.reporters._story`. What a provider may have used stands apart from all
that this machine used, and always as a range.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from greenprof.i18n import _, decimal, ngettext
from greenprof.reporters import _numbers as numbers
from greenprof.reporters._kept_words import told

if TYPE_CHECKING:
    from greenprof.model import LlmCall, Report

Range = tuple[float, float]
_J_PER_WH = 3600.0
_HERE = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The requests of one line to one model, in words."""

    call: LlmCall
    count: str
    tokens: str
    time: str
    model: str
    estimate: str
    facts: str


def title(report: Report) -> str:
    """The heading, with how many there were in all."""
    sent = sum(call.count for call in report.llm_calls)
    return ngettext(
        "{number} request to language models",
        "{number} requests to language models",
        sent,
        number=numbers.count(sent),
    )


def summary(report: Report) -> str:
    """What is published of them all together, and that it is no part of the program's joules."""
    known = [call for call in report.llm_calls if call.provider_j is not None]
    if not known:
        return _("No estimate of what they used at the provider: {why}.", why=_why_none(report.llm_calls))
    counted, all_of = sum(call.estimated for call in known), sum(call.count for call in report.llm_calls)
    source = next((call.source for call in known if call.source), "")
    energy, emitted = at_provider(_sum(known, "provider_j")), _grams(_sum(known, "provider_g_co2e"))
    if counted == all_of:
        said = _("At the providers, by {source}: {energy}, {emitted}.", source=source, energy=energy, emitted=emitted)
    else:
        said = _(
            "At the providers, by {source}: {energy}, {emitted}, for {counted} of {all}.",
            source=source, energy=energy, emitted=emitted, counted=numbers.count(counted), all=numbers.count(all_of),
        )  # fmt: skip
    return said + " " + _("This is published, not measured, and no part of the joules above.")


def rows(report: Report) -> Iterator[Row]:
    """Each line and model, those first that were asked most often."""
    for call in report.llm_calls:
        yield Row(
            call=call,
            count=numbers.count(call.count),
            tokens=_tokens(call),
            time=numbers.cpu_time(call.elapsed_s),
            model=call.model,
            estimate="" if call.provider_j is None else at_provider(call.provider_j),
            facts="; ".join(_facts(call)),
        )


def remarks(report: Report) -> tuple[str, ...]:
    """What has to be known of the table."""
    calls = report.llm_calls
    said = []
    if any(call.about for call in calls):
        said.append(_("~ Streams that did not tell their tokens: the pieces are counted in their place."))
    if any(call.host in _HERE for call in calls):
        said.append(
            _(
                "Some were answered at this machine's own address: by a model that runs here their joules are among "
                "those of other programs, and only behind a gateway there is a provider."
            )
        )
    return tuple(said)


def at_provider(range_j: Range | None) -> str:
    """A range of joules as a provider's bill has it: ``0.11–0.14 Wh``, ``110–140 mWh``."""
    if range_j is None:
        return numbers.unknown()
    low, high = (joules / _J_PER_WH for joules in range_j)
    scale, unit = next(
        (scale, unit) for least, scale, unit in _WATT_HOURS if high >= least or unit == _WATT_HOURS[-1][2]
    )  # fmt: skip
    return f"{_span(low / scale, high / scale)} {unit}"


_WATT_HOURS = ((1000.0, 1000.0, "kWh"), (0.1, 1.0, "Wh"), (0.0, 0.001, "mWh"))


def _grams(range_g: Range | None) -> str:
    if range_g is None:
        return numbers.unknown()
    milli = range_g[1] < 0.1
    low, high = (grams * (1000 if milli else 1) for grams in range_g)
    return f"{_span(low, high)} {'mg' if milli else 'g'} CO2e"


def _span(low: float, high: float) -> str:
    first, last = _digits(low), _digits(high)
    return first if first == last else f"{first}–{last}"


def _digits(number: float) -> str:
    """Two significant digits: more is not published."""
    if number <= 0:
        return "0"
    places = max(0, 1 - math.floor(math.log10(number)))
    rounded = Decimal(f"{number:.2g}")
    return decimal(f"{rounded:,.{places}f}" if places else f"{int(rounded):,}")


def _sum(calls: Iterable[LlmCall], name: str) -> Range | None:
    known = [value for call in calls if (value := getattr(call, name)) is not None]
    return (math.fsum(low for low, _high in known), math.fsum(high for _low, high in known)) if known else None


def _why_none(calls: Iterable[LlmCall]) -> str:
    return "; ".join(dict.fromkeys(told(call.why) for call in calls if call.why)) or _("unknown")


def _tokens(call: LlmCall) -> str:
    """``1,200 in, 340 out``."""
    said = []
    if call.input_tokens is not None:
        said.append(_("{number} in", number=numbers.count(call.input_tokens)))
    if call.output_tokens is not None:
        about = "~" if call.about else ""
        said.append(_("{number} out", number=about + numbers.count(call.output_tokens)))
    return ", ".join(said)


def _facts(call: LlmCall) -> Iterator[str]:
    if call.again:
        yield _("{number} asked the same as before", number=numbers.count(call.again))
    if call.failed:
        yield _("{number} failed", number=numbers.count(call.failed))
    if call.kind == "embedding" and call.items != call.count:
        yield _("{number} texts", number=numbers.count(call.items))
    if call.why:
        yield told(call.why)
