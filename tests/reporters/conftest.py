"""Reports to show: an ordinary one, an estimated one, and those that break a careless reporter."""

from __future__ import annotations

from dataclasses import replace

import pytest

from greenprof.model import (
    Carbon,
    CarbonFactor,
    CarbonYear,
    Energy,
    Finding,
    Function,
    Host,
    Hotspot,
    MeterInfo,
    Node,
    Overhead,
    Power,
    Process,
    Query,
    Report,
    Run,
)

ESC = "\x1b"
RIGHT_TO_LEFT = "\u202e"

RUN = Run(
    command=("python", "shop.py", "--orders", "3000", "--export", "monthly report.json"),
    started_at="2026-11-21T20:00:00Z",
    duration_s=12.3,
    exit_code=0,
    cpu_s=10.4,
    processes=2,
    max_rss_bytes=81_264_640,
    read_bytes=0,
    written_bytes=6_291_456,
)
HOST = Host(
    cpu="Intel(R) Xeon(R) E-2336 CPU @ 2.90GHz",
    cores=12,
    os="Linux 6.1.0",
    python="3.12.1",
    virtualised=False,
    governor="powersave",
    fingerprint="9f3a61c2",
)
METER = MeterInfo(
    name="rapl",
    estimated=False,
    domains=("package-0", "dram"),
    uncertainty=0.01,
    scope="processor package and memory of the whole machine; not disks, screen, network or power supply",
    idle_w=14.1,
    notes=("package-0 counted once: intel-rapl-mmio:0 shows the same counter",),
)
ENERGY = Energy(
    total_j=411.0,
    domains_j={"package-0": 372.0, "dram": 39.0},
    idle_j=173.4,
    process_j=218.6,
    other_j=19.0,
    unattributed_j=3.1,
    mean_w=33.4,
    interval_j=(216.4, 220.8),
)
FINDINGS = (
    Finding(
        rule="busy-wait",
        group="idle",
        path="shop.py",
        line=88,
        column=9,
        end_line=89,
        message="the loop asks for the time without pause until the export may start",
        severity="warning",
        confidence="high",
        cost="idle",
        source="        while time.monotonic() < ready_at:",
        fix="wait once for the remaining time: time.sleep(ready_at - time.monotonic())",
        energy_j=41.5,
        executions=2_904_113,
    ),
    Finding(
        rule="query-in-loop",
        group="database",
        path="shop.py",
        line=42,
        column=21,
        end_line=42,
        message="one query for each order: the loop asks the database 3,000 times for what one query can fetch",
        severity="warning",
        confidence="high",
        cost="query",
        source="        customer = session.get(Customer, order.customer_id)",
        fix="--- shop.py\n+++ shop.py\n@@ -38,5 +38,5 @@\n-    orders = session.scalars(select(Order)).all()\n"
        "+    orders = session.scalars(select(Order).options(selectinload(Order.customer))).all()\n"
        "-        customer = session.get(Customer, order.customer_id)\n+        customer = order.customer\n",
        energy_j=104.7,
        executions=3000,
    ),
    Finding(
        rule="string-concat-in-loop",
        group="loops",
        path="shop.py",
        line=71,
        column=9,
        end_line=71,
        message="each += copies the whole text so far",
        severity="warning",
        confidence="medium",
        cost="cpu",
        source='        text += json.dumps(row) + ",\\n"',
        fix='collect the parts in a list and join them once: "".join(parts)',
        energy_j=19.4,
        executions=3000,
    ),
    Finding(
        rule="unbounded-fetch",
        group="database",
        path="shop.py",
        line=120,
        column=12,
        end_line=120,
        message="fetches every row although the caller uses the first hundred",
        severity="info",
        confidence="low",
        cost="row",
        source="    return session.scalars(select(Product)).all()[:100]",
    ),
)
HOTSPOTS = (
    Hotspot(
        path="shop.py",
        line=42,
        function="monthly_report",
        self_j=98.3,
        cpu_s=4.7,
        samples=4700,
        wait_s=0.45,
        idle_j=6.4,
        queries=3000,
        findings=(1,),
        source="        customer = session.get(Customer, order.customer_id)",
    ),
    Hotspot(
        path="shop.py",
        line=88,
        function="wait_for_export",
        self_j=41.5,
        cpu_s=2.0,
        samples=2000,
        wait_s=0.0,
        idle_j=0.0,
        findings=(0,),
        source="        while time.monotonic() < ready_at:",
    ),
    Hotspot(
        path="shop.py",
        line=57,
        function="totals",
        self_j=38.2,
        cpu_s=1.8,
        samples=1810,
        wait_s=0.0,
        idle_j=0.0,
        source="    return {day: sum(order.total for order in orders) for day, orders in by_day.items()}",
    ),
    Hotspot(
        path="shop.py",
        line=71,
        function="export",
        self_j=19.4,
        cpu_s=0.95,
        samples=950,
        wait_s=0.0,
        idle_j=0.0,
        findings=(2,),
        source='        text += json.dumps(row) + ",\\n"',
    ),
    Hotspot(
        path="/srv/shop/src/webshop/reporting/monthly/templates.py",
        line=204,
        function="render_invoice_with_all_details",
        self_j=17.7,
        cpu_s=0.8,
        samples=811,
        wait_s=0.0,
        idle_j=0.0,
        source="    return TEMPLATE.format_map(Invoice(order, customer, lines, discounts, totals).as_mapping())",
    ),
    Hotspot(
        path="shop.py",
        line=93,
        function="main",
        self_j=0.4,
        cpu_s=0.02,
        samples=19,
        wait_s=1.1,
        idle_j=15.5,
        source="    upload.wait()",
    ),
)
FUNCTIONS = (
    Function(path="shop.py", line=35, function="monthly_report", self_j=9.1, total_j=98.3),
    Function(path="shop.py", line=85, function="wait_for_export", self_j=41.5, total_j=41.5),
    Function(path="shop.py", line=55, function="totals", self_j=38.2, total_j=38.2),
    Function(path="sqlalchemy/orm/session.py", line=3580, function="Session.get", self_j=31.0, total_j=89.2),
    Function(path="sqlalchemy/engine/default.py", line=921, function="do_execute", self_j=58.2, total_j=58.2),
    Function(path="shop.py", line=66, function="export", self_j=12.0, total_j=19.4),
    Function(path="json/__init__.py", line=183, function="dumps", self_j=7.4, total_j=7.4),
)


def node(path: str, line: int, function: str, joules: float, *children: Node) -> Node:
    return Node(path=path, line=line, function=function, total_j=joules, cpu_s=joules / 20.9, children=children)


TREE = (
    node(
        "shop.py",
        90,
        "main",
        215.5,
        node(
            "shop.py",
            35,
            "monthly_report",
            98.3,
            node(
                "sqlalchemy/orm/session.py",
                3580,
                "Session.get",
                89.2,
                node("sqlalchemy/engine/default.py", 921, "do_execute", 58.2),
            ),
        ),
        node("shop.py", 85, "wait_for_export", 41.5),
        node("shop.py", 55, "totals", 38.2, node("shop.py", 57, "<genexpr>", 22.9)),
        node("shop.py", 66, "export", 19.4, node("json/__init__.py", 183, "dumps", 7.4)),
        node(
            "/srv/shop/src/webshop/reporting/monthly/templates.py",
            198,
            "render_invoice_with_all_details",
            17.7,
        ),
    ),
)
PROCESS_WATTS = (
    4,
    17,
    19,
    21,
    20.6,
    20.9,
    21.2,
    20.8,
    21,
    22,
    24,
    23,
    19,
    20.5,
    20.7,
    20.4,
    15,
    9,
    8.5,
    18,
    21,
    17,
    2,
    1,
)
TIMELINE = tuple(
    Power(
        start_s=0.5125 * i,
        end_s=0.5125 * (i + 1),
        total_w=watts + 14.1 + (1.5 if i % 5 else 2.1),
        process_w=float(watts),
    )
    for i, watts in enumerate(PROCESS_WATTS)
)
QUERIES = (
    Query(
        shape="SELECT customer.id, customer.name FROM customer WHERE customer.id = ?",
        path="shop.py",
        line=42,
        function="monthly_report",
        count=3000,
        rows=3000,
        elapsed_s=1.21,
        server_s=0.4,
        server_j=3.2,
        findings=(1,),
    ),
    Query(shape="BEGIN", path="shop.py", line=35, function="totals", count=1, rows=None, elapsed_s=0.001),
)
SHOP = Report(
    run=RUN,
    host=HOST,
    meter=METER,
    energy=ENERGY,
    hotspots=HOTSPOTS,
    functions=FUNCTIONS,
    findings=FINDINGS,
    tree=TREE,
    timeline=TIMELINE,
    processes=(
        Process(pid=4120, command=("python", "shop.py", "--orders", "3000"), cpu_s=10.1),
        Process(pid=4123, command=("gzip", "-9", "monthly report.json"), cpu_s=0.3),
    ),
    overhead=Overhead(cpu_s=0.08, wall_s=0.12),
    queries=QUERIES,
)
ESTIMATED = replace(
    SHOP,
    run=replace(RUN, runs=5, exit_code=3),
    host=replace(HOST, virtualised=True, governor=None),
    meter=MeterInfo(
        name="estimate",
        estimated=True,
        domains=("cpu",),
        uncertainty=0.35,
        scope="the processor, from its CPU time and a power model; nothing else of the machine",
        idle_w=None,
        notes=("no RAPL counters on this machine: power is taken from a TDP of 65 W",),
    ),
    energy=replace(
        ENERGY,
        domains_j={"cpu": 237.6},
        total_j=237.6,
        idle_j=None,
        interval_j=(142.1, 295.1),
        mean_w=19.3,
        server_j=4.4,
    ),
    carbon=Carbon(
        kwh=6.07e-5,
        g_co2e=0.0221,
        factor_g_per_kwh=267.6,
        factor_source="codecarbon 3.0.7, NLD",
        factor_year=2023,
        pue=1.36,
        pue_source="the average of some data centres",
        wue=1.8,
        interval_kwh=(3.95e-5, 8.2e-5),
        interval_g=(0.0144, 0.0298),
        factor_method="location",
        factor_scope="life cycle",
        country="NLD",
        others=(
            CarbonFactor(g_per_kwh=236.0, source="a cloud region", year=2023, name="gcp:europe-west4"),
            CarbonFactor(g_per_kwh=300.0, source="a list", year=2021, scope="direct", name="nl-ce-delft-direct"),
        ),
        water_l=1.09e-4,
        embodied_g=0.117,
        embodied_method="1200 kg CO2e for the computer over 4 years, 25 % of it for the time of the run",
        per="order",
        units=3000.0,
        sci_g=4.6e-5,
        interval_sci_g=(4.4e-5, 4.9e-5),
        price_per_kwh=0.3,
        cost=2.5e-5,
        shadow_price_per_tonne=130.0,
        shadow_cost=2.9e-6,
        currency="EUR",
        yearly=CarbonYear(
            runs_per_day=40_000.0,
            kwh=886.0,
            g_co2e=323_000.0,
            interval_kwh=(577.0, 1197.0),
            interval_g=(210_000.0, 435_000.0),
            water_l=1595.0,
            embodied_g=1_708_000.0,
            cost=361.0,
            shadow_cost=42.0,
        ),
    ),
)
EMPTY = replace(
    SHOP,
    run=replace(
        RUN, command=("true",), duration_s=0.004, cpu_s=0.001, processes=1, max_rss_bytes=None, read_bytes=None
    ),
    energy=Energy(
        total_j=0.12,
        domains_j={"package-0": 0.11, "dram": 0.01},
        idle_j=0.08,
        process_j=0.04,
        other_j=0.0,
        unattributed_j=0.04,
        mean_w=30.0,
        interval_j=(0.0, 0.09),
    ),
    hotspots=(),
    functions=(),
    findings=(),
    tree=(),
    timeline=(),
    processes=(),
    queries=(),
)
UNKNOWN = replace(
    SHOP,
    meter=replace(
        METER, invalid_s=12.3, notes=("the counter of package-0 never moved: this is not a measurement of 0 J",)
    ),
    energy=Energy(
        total_j=None,
        domains_j={"package-0": None, "dram": None},
        idle_j=None,
        process_j=None,
        other_j=None,
        unattributed_j=None,
        mean_w=None,
        interval_j=None,
    ),
    hotspots=tuple(replace(spot, self_j=None, idle_j=None) for spot in HOTSPOTS),
    functions=tuple(replace(function, self_j=None, total_j=None) for function in FUNCTIONS),
    findings=tuple(replace(finding, energy_j=None) for finding in FINDINGS),
    tree=tuple(replace(root, total_j=None, children=()) for root in TREE),
    timeline=tuple(replace(power, total_w=None, process_w=None) for power in TIMELINE),
)
NASTY = (
    f"</script><script>alert(1)</script>|`` `a`|{ESC}[31mred{ESC}]8;;x{ESC}\\ {RIGHT_TO_LEFT}txt\r\n# h\n"
    "| b | \\| <img src=x onerror=alert(1)> @everyone ![x](y) \x00\x9b2J \udcff \u2028 {{ 7*7 }} {% raw %} &amp; "
)
HOSTILE = replace(
    SHOP,
    run=replace(RUN, command=("python", NASTY)),
    host=replace(HOST, cpu=NASTY, os=NASTY),
    meter=replace(METER, scope=NASTY, notes=(NASTY,)),
    hotspots=(
        replace(HOTSPOTS[0], path=NASTY, function=NASTY, source=NASTY, findings=(0, 0, 7, -1)),
        replace(HOTSPOTS[1], path="deep/" * 400 + "x.py", function="f" * 3000, source="s" * 9000),
    ),
    functions=(replace(FUNCTIONS[0], path=NASTY, function=NASTY), replace(FUNCTIONS[1], path="p" * 4000)),
    findings=tuple(
        replace(FINDINGS[1], rule=NASTY, group=NASTY, path=NASTY, message=NASTY, source=NASTY, fix=fix, severity=NASTY)
        for fix in (NASTY, "```\n~~~\n" + NASTY)
    ),
    tree=(replace(TREE[0], function=NASTY, path=NASTY),),
    processes=(Process(pid=1, command=(NASTY,), cpu_s=0.1),),
    queries=(
        replace(QUERIES[0], shape=NASTY, path=NASTY, function=NASTY, findings=(0, 0, 7, -1)),
        replace(QUERIES[1], shape="s" * 9000, path=None, line=None, function=None),
    ),
    notes=(NASTY,),
    carbon=replace(ESTIMATED.carbon, factor_source=NASTY) if ESTIMATED.carbon else None,
)
REPORTS = {"shop": SHOP, "estimated": ESTIMATED, "empty": EMPTY, "unknown": UNKNOWN, "hostile": HOSTILE}


@pytest.fixture(scope="session")
def reports() -> dict[str, Report]:
    """Every sample report by its name."""
    return dict(REPORTS)


@pytest.fixture(scope="session", params=sorted(REPORTS))
def report(request: pytest.FixtureRequest) -> Report:
    """Each sample report in turn."""
    return REPORTS[request.param]


@pytest.fixture(scope="session")
def shop() -> Report:
    """The ordinary report: a web shop, measured."""
    return SHOP
