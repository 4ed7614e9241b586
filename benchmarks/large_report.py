"""A report as large as they come, and how its page does in a browser.

    python benchmarks/large_report.py large.json    # a saved report of 200,000 samples and 2,000 findings
    python benchmarks/large_report.py               # its page in headless Chromium: size, first paint, filter

The recording is made up (with a fixed seed), the report is what greenprof makes of it. Figures are the median and the
worst of five openings from disk. Exit code 1 where the page is larger than 3 MB, paints later than after 1 s, or
its filter answers later than after 100 ms.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from greenprof.join import join
from greenprof.lint.registry import builtin_folder, rule_folders
from greenprof.model import Edit, Finding, Frame, Host, MeterInfo, Overhead, Recording, Report, Run, Sample, Window
from greenprof.reporters import html
from greenprof.wire import dumps, report_to_json

SAMPLES = 200_000
FINDINGS = 2_000
FILES = 40
LINES = 2_000  # a file
FUNCTIONS = 60  # a file
STACKS = 6_000
WINDOW_S = 0.1
WINDOWS = 10_000
MOST_BYTES, MOST_PAINT_S, MOST_FILTER_S = 3_000_000, 1.0, 0.1
TYPED = ("customer", "query-in-loop", "views_17", "batch", "zzz")


def recording(chance: random.Random) -> Recording:
    """A service of 40 files that ran for 1,000 s; few lines use most, as in real programs."""
    frames: list[Frame] = []
    for file in range(FILES):
        for function in range(FUNCTIONS):
            begin = 1 + function * (LINES // FUNCTIONS)
            frames += [
                Frame(path=path_of(file), line=begin + 1 + offset, function=f"load_{function}", function_line=begin)
                for offset in range(0, 12, 3)
            ]
    depth = [chance.randint(4, 24) for _ in range(STACKS)]
    heads = [tuple(chance.sample(range(len(frames)), 6)) for _ in range(30)]
    stacks = tuple(
        (*chance.choice(heads)[: min(6, n)], *chance.choices(range(len(frames)), k=max(1, n - 6))) for n in depth
    )
    weights = [1 / (1 + place) ** 0.7 for place in range(STACKS)]
    picked = chance.choices(range(STACKS), weights, k=SAMPLES)
    samples = tuple(
        Sample(window=number * WINDOWS // SAMPLES, stack=stack, cpu_s=0.004, wait_s=0.0, count=1)
        for number, stack in enumerate(picked)
    )
    windows = tuple(
        Window(
            start_s=n * WINDOW_S, end_s=(n + 1) * WINDOW_S, joules=(3 + chance.random(),), busy_s=0.12, program_s=0.08
        )
        for n in range(WINDOWS)
    )  # fmt: skip
    run = Run(
        command=("python", "service.py"), started_at="2026-11-21T20:00:00Z", duration_s=WINDOWS * WINDOW_S, exit_code=0,
        cpu_s=SAMPLES * 0.004, processes=1, max_rss_bytes=400_000_000, read_bytes=0, written_bytes=0,
    )  # fmt: skip
    return Recording(
        run=run,
        host=Host(cpu="-", cores=2, os="Linux", python="3.12.1", virtualised=False, governor=None, fingerprint="0"),
        meter=MeterInfo(
            name="rapl", estimated=False, domains=("package-0",), uncertainty=0.01, scope="the package", idle_w=10.0
        ),
        windows=windows, frames=tuple(frames), stacks=stacks, samples=samples, processes=(),
        overhead=Overhead(cpu_s=8.0, wall_s=1.0),
    )  # fmt: skip


def path_of(file: int) -> str:
    """A file of the service."""
    return f"service/orders/views_{file}.py"


def line_of(number: int) -> str:
    """A line of source, as long as most are."""
    return f"    customer = session.get(Customer, order.customer_id)  # batch {number}"


def findings(chance: random.Random) -> list[Finding]:
    """Findings of all of greenprof's rules; one in three has a fix that changes lines."""
    rules = [folder.name.replace("_", "-") for folder in rule_folders(builtin_folder())]
    made = []
    for number in range(FINDINGS):
        function = chance.randrange(FUNCTIONS)
        line = 2 + function * (LINES // FUNCTIONS) + chance.randrange(4) * 3
        edits = (Edit(line=line, column=5, end_line=line, end_column=13, text="found = wanted\n    buyer"),)
        path = path_of(number % FILES)
        made.append(
            Finding(
                rule=chance.choice(rules[:40]), group="database", path=path, line=line, column=5, end_line=line,
                message="a database query in each round of this loop, for what one query before it can fetch",
                severity=chance.choice(("warning", "warning", "info")), confidence="high", cost="query",
                source=line_of(line), fix="ask once before the loop: a join, WHERE … IN (…), or an eager load",
                edits=edits if number % 3 == 0 else (), fix_is_safe=False if number % 3 == 0 else None,
                executions=chance.randrange(10_000),
            )
        )  # fmt: skip
    return made


def large_report(seed: int = 7) -> Report:
    """The report of that recording, with its source."""
    from greenprof.lint.fixing import with_diff

    chance = random.Random(seed)
    sources = {path_of(file): [line_of(number) for number in range(1, LINES + 1)] for file in range(FILES)}
    found = [with_diff(finding, sources) for finding in findings(chance)]
    return join([recording(chance)], found, sources)


def measured(page: str) -> dict[str, list[float]]:
    """Seconds to the first paint, and of the filter's answers, in headless Chromium."""
    browser = _browser()
    figures: dict[str, list[float]] = {"first paint": [], "filter": []}
    for _ in range(5):
        browser.open(page)
        paint = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
        figures["first paint"].append(
            float(browser.run(f"new Promise(d => setTimeout(d, 300)).then(() => {paint})")) / 1e3
        )
        for text in TYPED:
            figures["filter"].append(float(browser.run(_FILTER % repr(text))) / 1e3)
    browser.close()
    return figures


# From the key to the frame after the one in which the list has changed.
_FILTER = """(async () => {
    const filter = document.getElementById("findings-filter");
    filter.scrollIntoView();
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    filter.value = %s;
    const start = performance.now();
    filter.dispatchEvent(new Event("input"));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    return performance.now() - start;
})()"""


def _browser():
    place = Path(__file__).parents[1] / "tests" / "support" / "chromium.py"
    spec = spec_from_file_location("chromium", place)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Browser(module.chromium(), Path(tempfile.mkdtemp()))


def main() -> int:
    """Write the report, or measure its page."""
    report = large_report()
    if sys.argv[1:]:
        Path(sys.argv[1]).write_text(dumps(report_to_json(report)), encoding="utf-8")
        return 0
    page = html.render(report)
    size = len(page.encode())
    figures = measured(page)
    print(f"page         {size / 1e6:.2f} MB (at most {MOST_BYTES / 1e6:.0f})")
    for name, most_s in (("first paint", MOST_PAINT_S), ("filter", MOST_FILTER_S)):
        values = figures[name]
        middle_ms, worst_ms = 1e3 * statistics.median(values), 1e3 * max(values)
        print(f"{name:12} {middle_ms:.0f} ms, worst {worst_ms:.0f} (at most {1e3 * most_s:.0f})")
    fits = (
        size <= MOST_BYTES and max(figures["first paint"]) <= MOST_PAINT_S and max(figures["filter"]) <= MOST_FILTER_S
    )
    return 0 if fits else 1


if __name__ == "__main__":
    sys.exit(main())
