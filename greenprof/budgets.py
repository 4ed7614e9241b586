"""Pure: what a piece of work may use, written as a person writes it, and whether a measured value keeps to it.

``"120 mJ"``, ``"0.5 Wh"``, ``"300 ms cpu"``, ``"1.2M instructions"``, ``"50000 bytecodes"`` and ``"3 queries"`` are
budgets, each also with ``per request`` (or another word) behind it; ``"5%"`` is by how much something may grow. A value
that is known by an interval only can also be too close to its budget to tell, and then it is said so.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Literal

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.reporters import _numbers as numbers

Verdict = Literal["kept", "over", "cannot tell"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """Something that can be used up. Values of it are in ``unit``; a counted one is exact, the others are measured."""

    name: str
    unit: str
    counted: bool = False


ENERGY = Quantity(name="energy", unit="J")
CPU_TIME = Quantity(name="CPU time", unit="cpu-s")
INSTRUCTIONS = Quantity(name="instructions", unit="instructions", counted=True)
BYTECODES = Quantity(name="bytecodes", unit="bytecodes", counted=True)
QUERIES = Quantity(name="queries", unit="queries", counted=True)
QUANTITIES = (ENERGY, CPU_TIME, INSTRUCTIONS, BYTECODES, QUERIES)

_SMALL = {
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "µ": Decimal("1e-6"),
    "μ": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "": Decimal(1),
}
_LARGE = {"": Decimal(1), "k": Decimal("1e3"), "M": Decimal("1e6"), "G": Decimal("1e9")}
_UNITS: dict[str, tuple[Quantity, Decimal]] = {
    **{f"{prefix}J": (ENERGY, factor) for prefix, factor in (_SMALL | _LARGE).items()},
    **{f"{prefix}Wh": (ENERGY, factor * 3600) for prefix, factor in (_SMALL | _LARGE).items()},
    **{f"cpu-{prefix}s": (CPU_TIME, factor) for prefix, factor in _SMALL.items()},
    **{f"{prefix}s cpu": (CPU_TIME, factor) for prefix, factor in _SMALL.items()},
    **{
        f"{prefix} {word}".strip(): (quantity, factor)
        for quantity, words in (
            (INSTRUCTIONS, ("instructions", "instruction")),
            (BYTECODES, ("bytecodes", "bytecode")),
            (QUERIES, ("queries", "query")),
        )
        for word in words
        for prefix, factor in _LARGE.items()
    },
}
_KNOWN = "uJ, mJ, J, kJ, Wh, cpu-s (or s cpu, ms cpu), instructions, bytecodes, queries"
_HINTS = {
    "joule": "write J for joules",
    "joules": "write J for joules",
    "%": 'a share says by how much something may grow: regress="5%"',
    "W": "watts are power: write the energy, in J or Wh",
    "s": "time that passes is no budget here: write CPU time, as 2 s cpu",
    "ms": "time that passes is no budget here: write CPU time, as 300 ms cpu",
    "ns": "time that passes is no budget here: write CPU time, as 300 ns cpu",
    "us": "time that passes is no budget here: write CPU time, as 300 us cpu",
}
_NUMBER = re.compile(r"(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]+)?")
_PER = re.compile(r"(?:\s+per\b|\s*/)\s*(?P<per>.*)$")
_WORD = re.compile(r"[^\W\d][\w-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """An upper limit: ``number`` of ``unit`` as it was written, for each ``per`` (a word) where that is given."""

    number: Decimal
    unit: str
    per: str | None = None

    @property
    def quantity(self) -> Quantity:
        """What is limited."""
        return _UNITS[self.unit][0]

    @property
    def limit(self) -> float:
        """The limit in the unit of its quantity: joules, seconds of CPU time, or a count."""
        return float(self.number * _UNITS[self.unit][1])

    def __str__(self) -> str:
        """As it would be written: ``120 mJ per request``, ``1.2M instructions``; `parse_budget` reads it back."""
        between = "" if self.unit[1:2] == " " and self.quantity.counted else " "
        return f"{_plain(self.number)}{between}{self.unit}{f' per {self.per}' if self.per else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A value against its budget. ``measured`` and ``interval`` are in its quantity's unit; None: unknown.

    ``once``: it was measured in one run, which says nothing of how far it varies, and is judged as it is.
    """

    budget: Budget
    verdict: Verdict
    measured: float | None
    interval: tuple[float, float] | None = None
    estimated: bool = False
    once: bool = False

    @property
    def over(self) -> float | None:
        """How much more than the limit it is, in the unit of the quantity; negative is what is left."""
        return None if self.measured is None else self.measured - self.budget.limit

    @property
    def over_relative(self) -> float | None:
        """How much more than the limit it is, relative to that; None where the limit is 0."""
        return None if self.over is None or not self.budget.limit else self.over / self.budget.limit

    def __str__(self) -> str:
        """One sentence without its subject: ``over its budget of 120 mJ by 32 mJ (27 %): 152 mJ measured (…)``."""
        budget, over = self.budget, self.over
        if self.measured is None or over is None:
            return f"cannot be held to its budget of {budget}: {budget.quantity.name} unknown"
        seen = f"{written(self.measured, budget, self._digits(), about=self.estimated)} {self._how()}"
        if self.interval is not None and not (budget.quantity.counted and self.interval[0] == self.interval[1]):
            low, high = (written(end, budget, self._digits()) for end in self.interval)
            seen += f" ({low.removesuffix(high[high.index(' ') :])} to {high}{self._coverage()})"
        elif self.once:
            seen += " (one run)"
        if budget.quantity.name in (INSTRUCTIONS.name, BYTECODES.name):
            seen += ", a proxy for its energy"
        if self.verdict == "over":
            relative = self.over_relative
            share = "" if relative is None else f" ({numbers.share(relative, 1.0)})"
            return f"over its budget of {budget} by {written(over, budget, 2)}{share}: {seen}"
        if self.verdict == "kept":
            return f"within its budget of {budget}: {seen}"
        return f"too close to its budget of {budget} to tell: {seen}"

    def _coverage(self) -> str:
        return "" if self.budget.quantity.counted else ", 95 %"

    def _how(self) -> str:
        return "counted" if self.budget.quantity.counted else "estimated" if self.estimated else "measured"

    def _digits(self) -> int:
        """As many as the interval leaves, two for an estimate; more where the value would else read like the limit."""
        assert self.measured is not None
        low, high = self.interval or (self.measured, self.measured)
        spread = (high - low) / 2 / self.measured if self.measured else 1.0
        digits = 2 if self.estimated else numbers.significant_digits(spread)
        limit = self.budget.limit
        while (
            digits < 9
            and self.measured != limit
            and written(self.measured, self.budget, digits) == written(limit, self.budget, digits)
        ):
            digits += 1
        return digits


def parse_budget(text: object, per: object = None) -> Budget:
    """The budget that `text` says, for each `per`; raises `GreenprofError` (exit code 2) that says what is wrong.

    `per` may also stand in the text: ``120 mJ per request``, ``3 queries/request``.
    """
    if not isinstance(text, str):
        raise _wrong(text, 'write a number and a unit in quotes, as "120 mJ"')
    found = _PER.search(text)
    if found:
        written_per = found["per"].strip()
        if per is not None and per != written_per:
            raise _wrong(text, f"it is per {_shown(written_per)} here and per={_shown(per)} beside it")
        text, per = text[: found.start()], written_per
    if per is not None and not (isinstance(per, str) and _WORD.fullmatch(per)):
        raise GreenprofError(f'a budget is per one word, as per="request", not {_shown(per)}', EXIT_USAGE)
    number, rest = _number_and_rest(text, "120 mJ")
    unit = " ".join(rest.split())
    if not unit:
        raise _wrong(text, f"it has no unit; known: {_KNOWN}")
    if unit not in _UNITS:
        raise _wrong(text, _unknown_unit(unit))
    budget = Budget(number=number, unit=unit, per=per)
    if not number and budget.quantity is not QUERIES:
        raise _wrong(text, "nothing runs on 0: write what it may use")
    if not math.isfinite(budget.limit) or (number and not budget.limit):
        raise _wrong(text, "a number of that size is no budget")
    if budget.quantity.counted and per is None and budget.limit != math.floor(budget.limit):
        raise _wrong(text, f"{budget.quantity.name} are counted: write a whole number")
    return budget


def parse_growth(text: object) -> float:
    """By how much something may grow, relative: ``"5%"`` is 0.05; raises `GreenprofError` (exit code 2)."""
    if not isinstance(text, str):
        raise _wrong(text, 'write the share by which it may grow in quotes, as "5%"', "a growth")
    number, rest = _number_and_rest(text, "5%", "a growth")
    if rest != "%":
        raise _wrong(text, "it has no % sign" if not rest else f"its unit is %, not {_shown(rest)}", "a growth")
    growth = float(number / 100)
    if not growth:
        raise _wrong(text, "write a share above 0%: two runs are never quite alike", "a growth")
    if not math.isfinite(growth):
        raise _wrong(text, "a number of that size is no share", "a growth")
    return growth


def growth_text(growth: float) -> str:
    """A growth as it would be written: 0.05 is ``5%``; `parse_growth` reads it back."""
    return f"{_plain(Decimal(repr(growth)) * 100)}%"


def judge(
    budget: Budget,
    measured: float | None,
    interval: tuple[float, float] | None = None,
    *,
    estimated: bool = False,
    once: bool = False,
    times: int = 1,
) -> Judgement:
    """Whether `measured`, known to lie within `interval` (95 %), keeps to `budget`; both in the unit of its quantity.

    It is over where the whole interval is, and kept where the whole interval is. A counted quantity is exact where it
    has none; else it is the least and the most that was counted. Where it was measured `once`, in one run, it is
    judged as it is. `times` says how many of what the budget is ``per`` were measured together, and must be 1 or more.
    """
    if times < 1:
        raise ValueError("a budget per something needs at least one of it")
    if measured is None or not math.isfinite(measured):
        return Judgement(budget=budget, verdict="cannot tell", measured=None, estimated=estimated)
    measured /= times
    if interval is not None:
        interval = interval[0] / times, interval[1] / times
    elif budget.quantity.counted:
        interval = (measured, measured)
    verdict: Verdict = "cannot tell"
    held = (measured, measured) if interval is None and once else interval
    if held is not None and held[0] > budget.limit:
        verdict = "over"
    elif held is not None and held[1] <= budget.limit:
        verdict = "kept"
    return Judgement(
        budget=budget, verdict=verdict, measured=measured, interval=interval, estimated=estimated, once=once
    )


def written(value: float, budget: Budget, digits: int = 3, *, about: bool = False) -> str:
    """A value of the budget's quantity with a unit that reads well: ``152 mJ``, ``310 ms cpu``, ``1 query``."""
    precision = numbers.Precision(digits=digits, about=about)
    if budget.quantity is ENERGY:
        return (
            numbers.electricity(value / 3.6e6, precision) if "Wh" in budget.unit else numbers.energy(value, precision)
        )
    if budget.quantity is CPU_TIME:
        return f"{numbers.seconds(value, precision)} cpu"
    whole = value == math.floor(value)
    number = f"{value:,.0f}" if whole else numbers.plain(value, numbers.Precision(digits=max(4, digits), about=about))
    one = {INSTRUCTIONS: "instruction", BYTECODES: "bytecode", QUERIES: "query"}[budget.quantity]
    return f"{number} {one if value == 1 else budget.quantity.name}"


def _number_and_rest(text: str, example: str, what: str = "a budget") -> tuple[Decimal, str]:
    """The number that a text begins with, and what stands behind it."""
    bare = text.strip()
    if not bare:
        raise _wrong(text, f'it is empty; write it as "{example}"', what)
    if re.match(r"[+−-]?(nan|inf)", bare, re.IGNORECASE):
        raise _wrong(text, f'that is no number; write it as "{example}"', what)
    if re.match(r"[-−]\s*[0-9.]", bare):
        raise _wrong(text, "it is negative", what)
    found = _NUMBER.match(bare.removeprefix("+"))
    if not found:
        raise _wrong(text, f'it begins with no number; write it as "{example}"', what)
    rest = bare.removeprefix("+")[found.end() :].strip()
    if re.search(r"[0-9],[0-9]", bare):
        raise _wrong(text, "write 1.5 with a point, and 50000 or 50_000 without a comma", what)
    if re.search(r"[0-9]", rest):
        raise _wrong(text, f'it holds more than one number; write one, as "{example}"', what)
    return Decimal(found[0].replace("_", "")), rest


def _unknown_unit(unit: str) -> str:
    if unit in _HINTS:
        return _HINTS[unit]
    folded: dict[str, list[str]] = {}
    for known in _UNITS:
        if known.count(" ") == unit.count(" "):
            folded.setdefault(known.lower(), []).append(known)
    close = get_close_matches(unit.lower(), folded, 1)
    spelt = " or ".join(folded[close[0]]) if close else ""
    return f"there is no unit {_shown(unit)}; " + (f"did you mean {spelt}?" if close else f"known: {_KNOWN}")


def _wrong(text: object, why: str, what: str = "a budget") -> GreenprofError:
    return GreenprofError(f"{_shown(text)} is not {what}: {why}", EXIT_USAGE)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _plain(number: Decimal) -> str:
    """A decimal number without trailing zeros, in figures up to a size that people still read."""
    if not -9 <= number.adjusted() < 15:
        return f"{number}"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
