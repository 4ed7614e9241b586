"""What a report says, in the order in which it is told; the reporters only set it in type.

Pure functions of a `Report`: the headline, the ledger, findings and lines ranked by joules. Notes
and method are in `greenprof.reporters._notes`. Text from the report is passed on as it came; each
reporter escapes it for its format.
"""

from __future__ import annotations

import shlex
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from greenprof.i18n import _, ngettext
from greenprof.query_use import is_n_plus_one
from greenprof.reporters import _cluster as cluster
from greenprof.reporters import _models as models
from greenprof.reporters import _numbers as numbers
from greenprof.reporters._kept_words import told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from greenprof.model import Finding, Function, Hotspot, LlmCall, Query, Report


# A smaller number than this in the unit of the whole report asks for a unit of its own.
_SMALLEST_IN_UNIT = 0.01
# So many findings on lines that did not run are told one by one.
_MOST_UNSEEN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of the ledger in joules; a `part` is already counted in the row above it."""

    key: str
    label: str
    joules: float | None
    remark: str = ""
    part: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedFinding:
    """A finding with its place in the ranking, its joules apart, and its fraction of `placed_j`."""

    rank: int
    index: int
    finding: Finding
    working_j: float | None
    waiting_j: float | None
    fraction: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedLine:
    """A line with its joules, idle joules included, and the ranks of the findings on it.

    Where joules are unknown `fraction` is that of the CPU time, which then decides the order too.
    """

    hotspot: Hotspot
    energy_j: float | None
    fraction: float | None
    marks: tuple[int, ...]


def command(report: Report) -> str:
    """The command line as a shell would take it."""
    return shlex.join(report.run.command)


def headline(report: Report) -> str:
    """One sentence: the joules with their interval, measured or estimated, over what time."""
    span = _span(report)
    precision = numbers.precision(report)
    if report.energy.process_j is None:
        return _("How many joules the program used is not known; it ran for {span}.", span=span)
    interval, unit = report.energy.interval_j, scale(report)
    energy = numbers.energy(report.energy.process_j, precision, unit)
    if interval:
        bounds = numbers.energy_interval(interval, precision, unit)
        energy = _("{amount} (95 % interval {bounds})", amount=energy, bounds=bounds)
    if report.cluster is not None:
        return cluster.headline(report.cluster, energy, how_known(report), span)
    return _("The program used {energy}, {how} over {span}.", energy=energy, how=how_known(report), span=span)


def scale(report: Report) -> int:
    """The unit of the headline and of the ledger, as `numbers.scale_of` gives it: that of the largest number.

    Smaller if the program and its lines would be next to nothing in that unit.
    """
    energy, dearest_j = report.energy, _dearest_j(report)
    program_j = max(energy.process_j or 0.0, dearest_j)
    return _fitting(numbers.scale_of(max(energy.total_j or 0.0, program_j)), program_j)


def lines_scale(report: Report) -> int:
    """The unit of findings, lines and functions: that of the headline, if they are not next to nothing in it."""
    return _fitting(scale(report), _dearest_j(report))


def how_known(report: Report) -> str:
    """``measured`` or ``estimated``."""
    return _("estimated") if report.meter.estimated else _("measured")


def coverage(report: Report) -> str:
    """What the joules cover, and what the whole machine drew on average."""
    drawn = numbers.power(report.energy.mean_w, numbers.precision(report))
    covers = _("Covers: {what}.", what=told(report.meter.scope.rstrip(".")))
    if report.energy.mean_w is None:
        return covers
    return covers + " " + _("The machine drew {watts} on average.", watts=drawn)


def why_unknown(report: Report) -> str | None:
    """Why there is no number for the program, as far as the report can tell; ``None`` if there is one."""
    energy, meter = report.energy, report.meter
    if energy.process_j is not None:
        return None
    if energy.total_j is not None:
        total = numbers.energy(energy.total_j, numbers.precision(report))
        return _("The machine used {total}, but the program's share of that cannot be told.", total=total)
    if meter.invalid_s > 0:
        invalid = numbers.duration(meter.invalid_s)
        return _("The meter {name} gave no valid reading for {time} of the run.", name=meter.name, time=invalid)
    return _("The meter {name} gave no number: its counters never moved or could not be read.", name=meter.name)


def ledger_title() -> str:
    """The heading of the ledger."""
    return _("Where the joules went, shares of the machine's total")


def ledger(report: Report) -> tuple[Entry, ...]:
    """Where the machine's joules went: idle, program and other programs add up to the total."""
    if report.cluster is not None:
        return tuple(Entry(**asdict(part)) for part in cluster.ledger(report, report.cluster))
    energy = report.energy
    idle = _("drawn whether the program runs or not")
    if energy.idle_j is None:
        idle = "" if energy.process_j is None else _("so the shares are of the whole")
    precision, unit = numbers.precision(report), scale(report)
    domains = ", ".join(f"{name} {numbers.energy(j, precision, unit)}" for name, j in energy.domains_j.items())
    rows = [
        Entry(key="idle", label=_("idle machine"), joules=energy.idle_j, remark=idle),
        Entry(key="process", label=_("the program"), joules=energy.process_j),
        Entry(key="lines", label=_("on lines and commands"), joules=_on_lines(report), part=True),
        Entry(key="unattributed", label=_("not placed"), joules=energy.unattributed_j, part=True),
        Entry(key="other", label=_("other programs"), joules=energy.other_j),
        *(() if energy.greenprof_j is None else (_measuring(energy.greenprof_j),)),
        Entry(key="total", label=_("total"), joules=energy.total_j, remark=domains),
    ]
    waited_j = waiting_j(report)
    if energy.idle_j is not None and waited_j:
        rows.insert(1, Entry(key="waiting", label=_("while a line waited"), joules=waited_j, part=True))
    if energy.server_j is not None:
        server = Entry(key="server", label=_("a database server, for it"), joules=energy.server_j, part=True)
        rows.insert(rows.index(next(row for row in rows if row.key == "other")) + 1, server)
    return tuple(rows)


def _measuring(greenprof_j: float) -> Entry:
    return Entry(key="greenprof", label=_("greenprof itself"), joules=greenprof_j, part=True)


def findings_title(report: Report) -> str:
    """The heading of the findings: it names an order only where there is one."""
    ranked = any(finding.energy_j is not None for finding in report.findings)
    return _("Findings, dearest first") if ranked else _("Findings")


def lines_title(report: Report) -> str:
    """The heading of the lines: their order is that of `ranked_lines`."""
    return _("Lines, most CPU time first") if report.energy.process_j is None else _("Lines, dearest first")


def placed_j(report: Report) -> float | None:
    """The joules that lines and findings are shares of: the program's, and the idle ones it waited through.

    For a program that never waits this is `Energy.process_j`.
    """
    if report.energy.process_j is None:
        return None
    return report.energy.process_j + waiting_j(report)


def waiting_j(report: Report) -> float:
    """The idle joules that passed while a line of the program waited."""
    return sum(spot.idle_j or 0.0 for spot in report.hotspots)


def shares_of(report: Report) -> str:
    """What the shares of lines are shares of, and those of findings where joules are known."""
    if report.energy.process_j is None:
        return _("shares of the CPU time on lines")
    precision, unit, waited_j = numbers.precision(report), scale(report), waiting_j(report)
    program = numbers.energy(report.energy.process_j, precision, unit)
    if not waited_j:
        return _("shares of the program ({energy})", energy=program)
    waited = numbers.energy(waited_j, precision, unit)
    return _("shares of the program ({energy}) and its waiting ({waited})", energy=program, waited=waited)


def nothing_found(report: Report) -> str:
    """Why there are no findings: the code is clean, or there was none, or not all of it was linted."""
    if any("not linted" in note for note in report.notes):
        return _("No findings, but not all of the code was linted; the notes say what was not.")
    # Source lines are those of the files that were linted.
    if all(spot.source is None for spot in report.hotspots) and not any(query.path for query in report.queries):
        return _("Nothing to lint: no line of the program's own Python was seen running.")
    return _("No findings: the code that ran was linted, and no known antipattern is in it.")


def ranked_findings(report: Report) -> tuple[RankedFinding, ...]:
    """The findings, dearest first; those whose joules are unknown last, in the order they came."""
    whole_j = placed_j(report)
    working = [[spot.self_j for spot in spots] for spots in _spots_of_findings(report)]
    waiting = [[spot.idle_j for spot in spots] for spots in _spots_of_findings(report)]
    return tuple(
        RankedFinding(
            rank=rank,
            index=index,
            finding=report.findings[index],
            working_j=_sum_known(working[index]),
            waiting_j=_sum_known(waiting[index]),
            fraction=numbers.fraction(report.findings[index].energy_j, whole_j),
        )
        for rank, index in enumerate(_finding_order(report), start=1)
    )


def ranked_lines(report: Report) -> tuple[RankedLine, ...]:
    """The lines, dearest first; by CPU time where the joules are unknown."""
    rank_of = {index: rank for rank, index in enumerate(_finding_order(report), start=1)}
    whole_j = placed_j(report)
    whole_s = sum(spot.cpu_s for spot in report.hotspots)
    lines = []
    for spot in report.hotspots:
        energy_j = None if spot.self_j is None else spot.self_j + (spot.idle_j or 0.0)
        fraction = numbers.fraction(spot.cpu_s, whole_s) if whole_j is None else numbers.fraction(energy_j, whole_j)
        marks = tuple(sorted({rank_of[index] for index in spot.findings if index in rank_of}))
        lines.append(RankedLine(hotspot=spot, energy_j=energy_j, fraction=fraction, marks=marks))
    return tuple(
        sorted(lines, key=lambda line: (-(line.energy_j or 0.0), -line.hotspot.cpu_s, -(line.hotspot.total_j or 0.0)))
    )


def burning_lines(report: Report) -> tuple[RankedLine, ...]:
    """`ranked_lines` without those that only called others."""
    return tuple(line for line in ranked_lines(report) if line.energy_j or line.hotspot.cpu_s)


def calling_j(spot: Hotspot) -> float | None:
    """Joules with all that the line called, where that is more than what the line used itself."""
    return spot.total_j if spot.total_j is not None and spot.total_j > 1.01 * (spot.self_j or 0.0) else None


def ranked_functions(report: Report) -> tuple[Function, ...]:
    """The functions, those first that burned most together with all that they called."""
    return tuple(sorted(report.functions, key=lambda function: (-(function.total_j or 0.0), -(function.self_j or 0.0))))


def told_findings(report: Report) -> tuple[tuple[RankedFinding, ...], str | None]:
    """The findings to tell one by one, and a sentence for those whose lines did not run, if they are many."""
    ranked = ranked_findings(report)
    unseen = [item for item in ranked if not_seen(item.finding, report)]
    if len(unseen) <= _MOST_UNSEEN:
        return ranked, None
    rules = ", ".join(dict.fromkeys(item.finding.rule for item in unseen))
    seen = tuple(item for item in ranked if not not_seen(item.finding, report))
    number = numbers.count(len(unseen))
    if seen:
        return seen, _("and {number} findings on lines that were not seen running: {rules}", number=number, rules=rules)
    return seen, _("{number} findings on lines that were not seen running: {rules}", number=number, rules=rules)


def not_seen(finding: Finding, report: Report) -> bool:
    """Whether the finding has no joules because none of its lines was seen running, nor any statement of them."""
    return finding.energy_j is None and report.energy.process_j is not None and not finding.executions


def worth(joules: float | None, report: Report) -> str:
    """The joules of a finding in the unit of its table; ``not seen`` where its lines were not seen running."""
    if joules is None and report.energy.process_j is not None:
        return not_seen_word()
    return numbers.energy(joules, numbers.precision(report), lines_scale(report))


def not_seen_word() -> str:
    """What stands in place of the joules of a finding whose lines were not seen running."""
    return _("not seen")


def facts(item: RankedFinding, report: Report) -> tuple[str, ...]:
    """What stands behind the message: how often, how much of it waiting, not run, how sure."""
    finding = item.finding
    waiting = numbers.energy(item.waiting_j, numbers.precision(report), lines_scale(report))
    said = (
        executions(finding),
        _("{energy} of it idle while it waited", energy=waiting) if item.waiting_j else None,
        _("its lines were not seen running") if not_seen(finding, report) else None,
        confidence(item, report) if finding.confidence != "high" else None,
    )
    return tuple(fact for fact in said if fact)


def confidence(item: RankedFinding, report: Report) -> str:
    """How sure a finding is: ``confidence medium``; of a low one, that its lines burned what matters, if they did."""
    finding = item.finding
    if finding.confidence != "low" or not finding.hot:
        return _("confidence {word}", word=told(finding.confidence))
    burned_j = item.working_j if finding.cost == "cpu" else finding.energy_j
    energy = numbers.energy(burned_j, numbers.precision(report), lines_scale(report))
    return _("confidence low, but burned {energy} here", energy=energy)


def executions(finding: Finding) -> str | None:
    """How often the thing found was done: ``N+1 confirmed: 1,001 times the same statement``, ``executed 40 times``."""
    if finding.executions is None:
        return None
    number = numbers.count(finding.executions)
    if finding.provider_j is not None:
        return _(
            "{requests}, about {energy} at the provider",
            requests=_repeated(finding.cost, finding.executions, number),
            energy=models.at_provider(finding.provider_j),
        )
    if finding.confirmed and is_n_plus_one(finding):
        return _("N+1 confirmed: {number} times the same statement", number=number)
    if finding.confirmed:
        return _("confirmed: {number} times the same statement", number=number)
    return _repeated(finding.cost, finding.executions, number)


def _repeated(cost: str, times: int, number: str) -> str:
    if cost == "query":
        return ngettext("{number} query", "{number} queries", times, number=number)
    if cost == "request":
        return ngettext("{number} request", "{number} requests", times, number=number)
    if cost == "row":
        return ngettext("{number} statement", "{number} statements", times, number=number)
    return ngettext("executed {number} time", "executed {number} times", times, number=number)


def queries_title(report: Report) -> str:
    """The heading of the statements, with how many there were in all."""
    sent = sum(query.count for query in report.queries)
    return ngettext(
        "{number} statement sent to databases, most often first",
        "{number} statements sent to databases, most often first",
        sent,
        number=numbers.count(sent),
    )


def marks_of(query: Query | LlmCall, report: Report) -> tuple[int, ...]:
    """The ranks of the findings that a statement confirms."""
    rank_of = {index: rank for rank, index in enumerate(_finding_order(report), start=1)}
    return tuple(sorted(rank_of[index] for index in set(query.findings) if index in rank_of))


def together_j(findings: Sequence[RankedFinding], report: Report) -> float | None:
    """The joules of several findings, those of a line that carries more than one of them counted once."""
    if len(findings) == 1:
        return findings[0].finding.energy_j
    wanted = {item.index for item in findings}
    spots = [spot for spot in report.hotspots if not wanted.isdisjoint(spot.findings) and spot.self_j is not None]
    return sum((spot.self_j or 0.0) + (spot.idle_j or 0.0) for spot in spots) if spots else None


def rest_of(findings: Sequence[RankedFinding], report: Report) -> str:
    """What the findings that are not shown amount to: ``and 12 more findings, 0.40 J together``."""
    number = numbers.count(len(findings))
    joules = together_j(findings, report)
    if joules is None:
        return ngettext("and {number} more finding", "and {number} more findings", len(findings), number=number)
    energy = numbers.energy(joules, numbers.precision(report), lines_scale(report))
    return ngettext(
        "and {number} more finding, {energy}",
        "and {number} more findings, {energy} together",
        len(findings),
        number=number,
        energy=energy,
    )


def changed_lines(fix: str) -> tuple[str, ...] | None:
    """The ``+`` and ``-`` lines of a fix that is a unified diff; ``None`` for one that is a sentence."""
    lines = fix.rstrip().split("\n")
    if not any(line.startswith("@@") for line in lines):
        return None
    return tuple(line for line in lines if line.startswith(("+", "-")) and not line.startswith(("+++ ", "--- ")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule with what it found in this report: how many places, and their joules together."""

    name: str
    group: str
    page: str
    findings: int
    joules: float | None


def rules(report: Report) -> tuple[Rule, ...]:
    """The rules that found something, in the order of their dearest finding."""
    by_rule: dict[tuple[str, str], list[RankedFinding]] = {}
    for item in ranked_findings(report):
        by_rule.setdefault((item.finding.rule, item.finding.group), []).append(item)
    return tuple(
        Rule(name=name, group=group, page=rule_page(name), findings=len(items), joules=together_j(items, report))
        for (name, group), items in by_rule.items()
    )


def rule_names(report: Report) -> tuple[str, ...]:
    """The rules that found something, in the order of `rules`."""
    return tuple(rule.name for rule in rules(report))


def severities(report: Report) -> tuple[str, ...]:
    """The severities of the findings, in the order of the ranking."""
    return tuple(dict.fromkeys(item.finding.severity for item in ranked_findings(report)))


def finding_paths(report: Report) -> tuple[str, ...]:
    """The files that findings are in, in the order of the ranking."""
    return tuple(dict.fromkeys(item.finding.path for item in ranked_findings(report)))


def rule_page(rule: str) -> str:
    """Where greenprof's source explains a rule."""
    return f"rules/{rule.replace('-', '_')}/README.md"


def _span(report: Report) -> str:
    span = numbers.duration(report.run.duration_s)
    return span if report.run.runs == 1 else _("{span} (mean of {number} runs)", span=span, number=report.run.runs)


def _dearest_j(report: Report) -> float:
    """The largest number of joules that a table of lines, findings or functions shows."""
    lines_j = ((spot.self_j or 0.0) + (spot.idle_j or 0.0) for spot in report.hotspots)
    findings_j = (finding.energy_j or 0.0 for finding in report.findings)
    functions_j = (function.total_j or 0.0 for function in report.functions)
    return max((*lines_j, *findings_j, *functions_j), default=0.0)


def _fitting(scale: int, joules: float) -> int:
    return scale if joules <= 0 or joules >= _SMALLEST_IN_UNIT * 1000.0**scale else numbers.scale_of(joules)


def _on_lines(report: Report) -> float | None:
    energy = report.energy
    if energy.process_j is None or energy.unattributed_j is None:
        return _sum_known([spot.self_j for spot in report.hotspots])
    return max(0.0, energy.process_j - energy.unattributed_j)


def _finding_order(report: Report) -> list[int]:
    energies = [-1.0 if finding.energy_j is None else finding.energy_j for finding in report.findings]
    return sorted(range(len(energies)), key=lambda index: -energies[index])


def _spots_of_findings(report: Report) -> list[list[Hotspot]]:
    spots: list[list[Hotspot]] = [[] for _ in report.findings]
    for spot in report.hotspots:
        for index in set(spot.findings):
            if 0 <= index < len(spots):
                spots[index].append(spot)
    return spots


def _sum_known(joules: Sequence[float | None]) -> float | None:
    known = [j for j in joules if j is not None]
    return sum(known) if known else None
