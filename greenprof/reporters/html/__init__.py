"""The report as one self-contained HTML page, in the frame that all pages share (`greenprof.reporters._page`)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from greenprof.i18n import decimal, moment
from greenprof.reporters import _carbon as carbon
from greenprof.reporters import _cluster as cluster
from greenprof.reporters import _models as models
from greenprof.reporters import _native as native
from greenprof.reporters import _notes as notes
from greenprof.reporters import _numbers as numbers
from greenprof.reporters import _story as story
from greenprof.reporters._kept_words import Foreign
from greenprof.reporters._page import TEXT_WIDTH, page
from greenprof.reporters._rule_words import in_words, message, title_of
from greenprof.reporters._text import command, neutral, place, shorten
from greenprof.reporters.html import calls, flame, paths, power, rule_pages, source

if TYPE_CHECKING:
    from collections.abc import Callable

    from markupsafe import Markup

    from greenprof.model import Finding, Function, Hotspot, Report
    from greenprof.reporters._story import RankedLine

SUFFIXES = (".html", ".htm")
SPOKEN = True

PAGE = Path(__file__).parent / "page.html"
STYLES = tuple(f"style/{name}.css" for name in ("summary", "findings", "ledger", "tables", "source", "power", "calls"))
SCRIPTS = tuple(f"script/{name}.js" for name in ("findings", "spans", "flame", "calls", "folds"))
SHORT_LIST = 5
FINDINGS_OPEN = 20
FIXES_OPEN = 8
ROWS_OPEN = 20
ROWS = 150
FINDING_ROWS = 2_000
FIXES_IN_SOURCE = 40
SOURCE_WIDTH = 400
LANE_HEIGHT = 56
FIX_WIDTH = 8_000


def render(report: Report) -> str:
    """The whole page. Raises nothing that a report could cause: unknown and missing parts are said."""
    return page(PAGE, _context(report), styles=STYLES, scripts=SCRIPTS, filters=_FILTERS)


def _context(report: Report) -> dict[str, Any]:
    precision = numbers.precision(report)
    known = report.energy.process_j is not None
    scale, lines_scale = story.scale(report), story.lines_scale(report)
    rules = story.rules(report)
    rule_number = {rule.name: number for number, rule in enumerate(rules, start=1)}
    rule_anchors = {name: f"#rule-{number}" for name, number in rule_number.items()}
    severity_number = {name: number for number, name in enumerate(story.severities(report), start=1)}
    file_number = {path: number for number, path in enumerate(story.finding_paths(report), start=1)}
    findings, lines = story.ranked_findings(report), story.ranked_lines(report)
    files, drawn = source.files(report), flame.layout(report)
    placed_j = story.placed_j(report)

    anchors = source.anchors(files)
    # A path is cut short only where a link leads to the source, which has it whole.
    linked = {path for path, _ in anchors}
    own_paths = {spot.path for spot in report.hotspots} | {finding.path for finding in report.findings}
    short = {path: end for path, end in paths.shortest(own_paths).items() if path in linked}

    def where(at: Hotspot | Finding, width: int = TEXT_WIDTH) -> str:
        return place(short.get(at.path, at.path), at.line, width, at.end_line or 0)

    def where_function(at: Function | flame.Box, width: int) -> str:
        return place(short.get(at.path) or paths.library(at.path), at.line, width)

    def worth(joules: float | None) -> str:  # as `story.worth`, which looks through the whole report for every number
        return story.not_seen_word() if joules is None and known else numbers.energy(joules, precision, lines_scale)

    def waiting_fraction(line: RankedLine) -> float:
        return numbers.fraction(line.hotspot.idle_j, placed_j) or 0.0

    return {
        "report": report,
        "story": story,
        "models": models,
        "model_rows": list(models.rows(report))[:ROWS],
        "model_remarks": [neutral(said) for said in (models.summary(report), *models.remarks(report))],
        "carbon": carbon,
        "carbon_rows": carbon.rows(report.carbon, precision) if report.carbon else (),
        "notes": notes,
        "known": known,
        "started": moment(report.run.started_at),
        "findings": findings[:FINDING_ROWS],
        "short_list": SHORT_LIST,
        "findings_open": FINDINGS_OPEN,
        "fixes_open": FIXES_OPEN,
        "lines": lines[:ROWS],
        "functions": story.ranked_functions(report)[:ROWS],
        "processes": sorted(report.processes, key=lambda process: -process.cpu_s)[:ROWS],
        "rules": rules,
        "rule_number": lambda finding: rule_number[finding.rule],
        "severity_number": lambda finding: severity_number[finding.severity],
        "file_number": lambda finding: file_number[finding.path],
        "rule_page": lambda name: rule_pages.page_of(name, rule_anchors),
        "title": title_of,
        "said": message,
        "foreign": _foreign,
        "short": short,
        "rows": ROWS,
        "finding_rows": FINDING_ROWS,
        "fixes_in_source": FIXES_IN_SOURCE,
        "open": ROWS_OPEN,
        "waited": any(line.hotspot.idle_j for line in lines[:ROWS]),
        "queried": any(line.hotspot.queries for line in lines[:ROWS]),
        "served": any(query.server_j is not None for query in report.queries),
        "called": any(line.hotspot.total_j is not None for line in lines),
        "margins": any(line.hotspot.margin is not None for line in lines[:ROWS]),
        "waiting_fraction": waiting_fraction,
        "files": files,
        "anchors": anchors,
        "where": where,
        "where_function": where_function,
        "where_query": lambda query: place(short.get(query.path) or paths.library(query.path), query.line, TEXT_WIDTH),
        "name": lambda ran: power.name(ran, short),
        "chart": power.chart(report, short),
        "lanes": power.lanes(report),
        "lane_height": LANE_HEIGHT,
        "flame": drawn,
        "calls": calls.rows(drawn) if drawn else (),
        "row_height": flame.ROW_HEIGHT,
        "native": any(line.hotspot.native for line in lines),
        "flame_lines": drawn is not None and any(box.lines for box in drawn.boxes),
        "cluster": cluster.tables(report, ROWS),
        "ledger": story.ledger(report),
        "energy": lambda joules: numbers.energy(joules, precision, scale),
        "joules": lambda joules: numbers.energy(joules, precision, lines_scale),
        "worth": worth,
        "interval": numbers.energy_interval(report.energy.interval_j, precision, scale),
        "watts": lambda value: numbers.power(value, precision),
        "of_program": lambda joules: numbers.fraction(joules, report.energy.process_j),
    }


def _breakable(path: str) -> Markup:
    """`path` as HTML that a narrow column breaks between folders."""
    from markupsafe import Markup

    return Markup("/<wbr>").join(path.split("/"))


def _fix(finding: Finding) -> tuple[str, str]:
    """The fix of a finding in words, and as a diff; empty where there is none."""
    fix = (finding.fix or "").strip("\n").rstrip()
    if "\n" not in fix or finding.diff:
        return in_words(finding.rule, fix), finding.diff or ""
    return "", fix


def _foreign(words: str) -> Markup | str:
    """The attribute that says that `words` are English, where the page is not."""
    from markupsafe import Markup

    return Markup(' lang="en"') if isinstance(words, Foreign) else ""


def _diff_lines(diff: str, brief: bool = False) -> list[tuple[str, str]]:
    """The lines of a diff, or of code, each with its kind; if `brief` without the lines that stay."""
    kinds = {"+": "added", "-": "removed", "@": "place"} if story.changed_lines(diff) is not None else {}
    lines = shorten(neutral(diff.rstrip(), multiline=True), FIX_WIDTH).split("\n")
    told = [(kinds.get(line[:1], ""), line) for line in lines if not line.startswith(("+++ ", "--- "))]
    return [(kind, line) for kind, line in told if kind] if brief and kinds else told


_FILTERS: dict[str, Callable[..., Any]] = {
    "source": lambda text: shorten(neutral(text).rstrip(), SOURCE_WIDTH),
    "margin": lambda half_width: "" if half_width is None else decimal(f"±{100 * half_width:.1f}"),
    "library": lambda spot, width=TEXT_WIDTH: place(paths.library(spot.path), spot.line, width),
    "command": lambda spot: command(spot.path, spot.line),
    "native": native.said,
    "breakable": _breakable,
    "fix": _fix,
    "diff_lines": _diff_lines,
}
