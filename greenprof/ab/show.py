"""A result in words: for the terminal, as Markdown for a pull request, as JSON for tools."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path

from greenprof import __version__
from greenprof.ab.outcome import Outcome, Result, Stand
from greenprof.budgets import growth_text
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.i18n import ENGLISH, N_, _, decimal, language, ngettext, speaking
from greenprof.reporters._text import neutral, shorten
from greenprof.reporters.markdown import code

FORMAT_VERSION = 1
_SAID = (
    N_("dearer"), N_("cheaper"), N_("same"), N_("inconclusive"), N_("new"), N_("gone"), N_("failed"), N_("skipped"),
    N_("broken"),
)  # fmt: skip
_WIDTH = 60
METHOD = N_(
    "CPU time of the test's body, children included; base and head at the same time on one core; a change is confirmed "
    "by further pairs, each in fresh processes; corrected for the number of tests"
)
METHOD_IN_JOULES = N_(
    "Joules of the meter {meter} for one call, above those of the machine at rest; the fixtures that are made anew for "
    "it, and what else the machine did, are in them; base and head in turns of half a second (A B B A); a change is "
    "confirmed by further pairs, each in fresh processes; corrected for the number of tests"
)


def method(result: Result) -> str:
    """How it was measured."""
    return _(METHOD) if result.meter is None else _(METHOD_IN_JOULES, meter=result.meter)


def render(format_: str, result: Result) -> str:
    """`result` in one of `FORMATS`."""
    with speaking(ENGLISH if format_ == "json" else language()):
        return FORMATS[format_][0](result)


def format_of(path: Path) -> str:
    """The format of an output by its suffix; raises `GreenprofError` for another."""
    for name, (_show, suffixes) in FORMATS.items():
        if path.suffix.lower() in suffixes:
            return name
    raise GreenprofError(f"{path}: no format has this suffix; name one with -f ({', '.join(FORMATS)})", EXIT_USAGE)


def verdict(one: Outcome) -> str:
    """What is said of a test, in a few words."""
    limit = decimal(growth_text(one.limit))
    if one.said == "inconclusive":
        return _unsure(one, limit)
    if one.breach:
        return _("REGRESSION: may grow by {limit}", limit=limit)
    if one.said == "dearer":
        return _("dearer, below the limit of {limit}", limit=limit)
    if one.said == "same":
        return _("same, to within {limit}", limit=limit)
    return said(one.said)


def said(word: str) -> str:
    """One of the words for an outcome, in the language of the context."""
    return _(word) if word in _SAID else word


def _unsure(one: Outcome, limit: str) -> str:
    least = one.smallest_detectable
    if least is None or not math.isfinite(least):
        return _("inconclusive")
    if one.interval is not None and 1 / (1 + one.limit) < one.interval[0] and one.interval[1] < 1 + one.limit:
        return _("inconclusive: too few pairs to rule {limit} out", limit=limit)
    return _("inconclusive: less than {share} cannot be told", share=decimal(_growth(least)))


def change(one: Outcome) -> str:
    """The change with its sign: ``+31.2 %``; empty where it was not measured."""
    return "" if one.ratio is None or not one.pairs else _signed(one.ratio)


def interval(one: Outcome) -> str:
    """Both ends of the interval of the change."""
    if one.interval is None or not one.pairs:
        return ""
    low, high = one.interval
    return _("{low} to {high}", low=_signed(low), high=_signed(high))


def message(one: Outcome) -> str:
    """Why a test fails, in one sentence."""
    return _(
        "{change} {what} ({interval} at 95 %) beside the base: {base} -> {head}, over {pairs} pairs; "
        "it may grow by {limit}",
        change=change(one),
        what=_("CPU time") if one.base_j is None else _("joules"),
        interval=interval(one),
        base=base_cost(one),
        head=head_cost(one),
        pairs=one.pairs,
        limit=decimal(growth_text(one.limit)),
    )


def headline(result: Result) -> str:
    """One sentence: what the comparison has found."""
    judged = sum(one.judged for one in result.outcomes)
    if not judged:
        return _("no test could be compared")
    counts = ((word, result.count(word)) for word in _SAID)  # type: ignore[arg-type]
    told = ", ".join(f"{number} {said(word)}" for word, number in counts if number)
    breaches, tests = len(result.breaches), len(result.outcomes)
    start = (
        ngettext("{number} regression", "{number} regressions", breaches, number=breaches)
        if breaches
        else _("no regression is certain")
    )
    return f"{start}; {_tests(tests)}: {told}"


def _tests(number: int) -> str:
    return ngettext("{number} test", "{number} tests", number, number=number)


def text(result: Result) -> str:
    """A table for the terminal, and what it rests on."""
    rows = [tuple(neutral(cell) for cell in _row(one)) for one in result.outcomes]
    headings = (_("test"), _("base"), _("head"), _("change"), decimal("95 %"), _("verdict"), _("pairs"))
    table = [headings, *((shorten(row[0], _WIDTH), *row[1:]) for row in rows)]
    widths = [max(len(row[place]) for row in table) for place in range(len(headings))]
    lines = [*_stands(result), ""]
    for row in table:
        cells = [
            cell.ljust(width) if place in {0, 5} else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    lines.append("")
    lines += [neutral(line) for line in _remarks_of(result)]
    lines += [headline(result), f"({method(result)})"]
    return "\n".join(lines) + "\n"


def markdown(result: Result) -> str:
    """A text for a pull request: what got dearer is open, the rest is folded away."""
    first = [one for one in result.outcomes if one.breach or one.said in {"dearer", "cheaper"}]
    rest = [one for one in result.outcomes if one not in first]
    if result.meter is None:
        title = _("CPU time of the tests, beside the base: {what}", what=headline(result))
    else:
        title = _("Joules of the tests, beside the base: {what}", what=headline(result))
    parts = [f"## {title}\n"]
    if first:
        parts += _table(first)
    if rest:
        more = _("{number} more", number=len(rest))
        parts += [f"<details><summary>{more}</summary>\n", *_table(rest), "\n</details>\n"]
    parts += [f"- {line}" for line in map(code, _stands(result))]
    parts += [f"- {code(line)}" for line in _remarks_of(result)]
    parts.append(f"\n<sub>{method(result)}.</sub>")
    return "\n".join(parts) + "\n"


def as_json(result: Result) -> str:
    """Everything, for tools; infinite ends of an interval are null."""
    data = {
        "format": "greenprof-ab", "version": FORMAT_VERSION, "greenprof": __version__,
        "command": list(result.command), "host": result.host, "base": asdict(result.base), "head": asdict(result.head),
        "quantity": "cpu-s" if result.meter is None else "J", "meter": result.meter, "method": method(result),
        "spent_s": result.spent_s, "regressions": len(result.breaches),
        "failed": result.failed, "tests": [_plain(asdict(one)) for one in result.outcomes],
    }  # fmt: skip
    return json.dumps(data, indent=2, allow_nan=False) + "\n"


FORMATS: Mapping[str, tuple[Callable[[Result], str], tuple[str, ...]]] = {
    "text": (text, (".txt",)),
    "markdown": (markdown, (".md", ".markdown")),
    "json": (as_json, (".json",)),
}


def _plain(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value


def _row(one: Outcome) -> tuple[str, ...]:
    pairs = str(one.pairs) if one.judged else ""
    return one.node, base_cost(one), head_cost(one), change(one), interval(one), verdict(one), pairs


def _remarks_of(result: Result) -> list[str]:
    """What there is to say of tests, once where it is the same of several."""
    nodes: dict[str, list[str]] = {}
    for one in result.outcomes:
        for remark in _remarks(one):
            nodes.setdefault(remark, []).append(one.node)
    return [f"{of[0] if len(of) == 1 else _tests(len(of))}: {_kept(remark)}" for remark, of in nodes.items()]


def _kept(words: str) -> str:
    from greenprof.reporters._kept_words import told

    return told(words)


def _remarks(one: Outcome) -> Iterable[str]:
    if one.reason and one.said not in {"new", "gone"}:
        yield one.reason
    yield from one.notes


def _stands(result: Result) -> list[str]:
    return [_stand(_("base"), result.base), _stand(_("head"), result.head)]


def _stand(side: str, of: Stand) -> str:
    """``base: main = 0123456789 (the merge base with main); code from .greenprof/…/src/shop (4 modules)``."""
    name = of.name if of.sha is None or of.sha.startswith(of.name) else f"{of.name} = {of.sha[:10]}"
    how = f" ({_kept(of.how)})" if of.how else ""
    modules = ngettext("{number} module", "{number} modules", of.modules, number=of.modules)
    places = ", ".join(_relative(place) for place in of.code[:3]) + (" …" if len(of.code) > 3 else "")
    origin = _("code from {places}", places=places) + (f" ({modules})" if of.modules else "") if of.code else ""
    return f"{side}: " + "; ".join(filter(None, (f"{_kept(name)}{how}", origin, *map(_kept, of.notes))))


def _relative(place: str) -> str:
    path, here = Path(place), Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else place


def _table(outcomes: Iterable[Outcome]) -> list[str]:
    headings = (_("Test"), _("Base"), _("Head"), _("Change"), decimal("95 %"), _("Verdict"), _("Pairs"))
    lines = [f"| {' | '.join(headings)} |", "| :-- | --: | --: | --: | :-- | :-- | --: |"]
    for one in outcomes:
        node, *cells = _row(one)
        lines.append(f"| {code(node)} | {' | '.join(cells)} |")
    return lines


def base_cost(one: Outcome) -> str:
    """What a call costs in the base: ``1.2 ms``, ``30 mJ``; empty where it was not measured."""
    return _cost(one.base_s, "s") or _cost(one.base_j, "J")


def head_cost(one: Outcome) -> str:
    """What a call costs in the head."""
    return _cost(one.head_s, "s") or _cost(one.head_j, "J")


def _cost(amount: float | None, unit: str) -> str:
    if amount is None:
        return ""
    for factor, prefix in ((1, ""), (1e3, "m"), (1e6, "µ")):
        if amount * factor >= 1 or prefix == "µ":
            return decimal(f"{amount * factor:.3g} {prefix}{unit}")
    return ""


def _signed(ratio: float) -> str:
    if not math.isfinite(ratio):
        return "+∞"
    if ratio >= 2:
        return decimal(f"×{ratio:.3g}")
    points = (ratio - 1) * 100
    return decimal(f"{'+' if points >= 0 else '−'}{abs(points):.1f} %")


def _growth(change: float) -> str:
    return f"{change * 100:.2g} %" if change < 1 else f"×{1 + change:.2g}"
