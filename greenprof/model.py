"""The nouns: frozen values that move forward only.

Units are in the names (``_j`` joules, ``_s`` seconds, ``_w`` watts, ``_bytes``). ``None`` means
unknown and 0 means zero; nothing here is ever negative. Times of day are labels; everything that
is joined carries seconds since the start of its run, taken from ``time.monotonic_ns()``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

TEMPLATE = "<template>"  # the function of a frame that is a line of a template, and no Python
DEEPEST_TREE = 200  # calls, in `Report.tree`: deeper ones are held by the last that is kept
OTHER_CODE = "<other code>"  # the path of all that the user has left out of what is own code
INTERPRETER = "<Python's start/end>"  # the path of what interpreters did before their first line and after the last
COMMAND = "<command: "  # how a frame's path begins that stands for a process which was not sampled


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a meter's counters stood at: one instant, cumulative joules per domain.

    ``joules`` follows the order of the meter's ``domains``; a domain that could not be read just
    now is ``None``. ``invalid_s`` is cumulative too: the seconds since the meter was opened whose
    joules nobody can know (a reset, an implausible step). A window is one subtraction.
    """

    at_ns: int
    joules: tuple[float | None, ...]
    invalid_s: float = 0.0

    def since(self, earlier: Reading) -> tuple[float | None, ...]:
        """Joules per domain from `earlier` to this reading; ``None`` where either end is unknown."""
        return tuple(
            None if now is None or then is None else now - then
            for now, then in zip(self.joules, earlier.joules, strict=True)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterInfo:
    """Which meter made a number, and how far it can be trusted.

    ``uncertainty`` is relative, at 95 %. ``resolution_s`` is how far its counter may lag, so that a
    short run is less certain than a long one. ``idle_w`` is what the machine draws when nothing
    runs, ``None`` if that was never measured. ``scope`` says in words what the joules cover.
    """

    name: str
    estimated: bool
    domains: tuple[str, ...]
    uncertainty: float
    scope: str
    idle_w: float | None = None
    invalid_s: float = 0.0
    resolution_s: float = 0.0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """The machine that a run was measured on. Runs compare only where the fingerprints are equal."""

    cpu: str
    cores: int
    os: str
    python: str
    virtualised: bool | None
    governor: str | None
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What was run and what it used. With several runs (``--repeat``) the figures are means.

    ``exit_code`` is None for a program that was not seen to end. ``cpu_s`` is user + system time of the whole process
    tree. ``processes`` counts those that were seen, so it is a lower bound. ``max_rss_bytes`` is the peak of the
    largest process, unknown where that is smaller than greenprof itself. ``peak_rss_bytes`` is the resident memory of
    all processes together at its highest in any run, as seen about every 100 ms; what they share is counted for each.
    ``cycles`` and ``instructions`` are the tree's too, where the processor counts them.
    """

    command: tuple[str, ...]
    started_at: str
    duration_s: float
    exit_code: int | None
    cpu_s: float
    processes: int
    max_rss_bytes: int | None
    read_bytes: int | None
    written_bytes: int | None
    cycles: int | None = None
    instructions: int | None = None
    runs: int = 1
    peak_rss_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A span of a run, about 100 ms: the machine's joules and who used its processors.

    ``joules`` follows the order of the meter's domains. A domain that could not be read at the end
    of the span is ``None``, and the next window that has it holds the joules of both. ``invalid_s``
    is the part of the span whose joules nobody can know. ``busy_s`` is the CPU time of every
    process of the machine in this span, ``program_s`` that of the measured process tree, ``greenprof_s``
    greenprof's own.
    """

    start_s: float
    end_s: float
    joules: tuple[float | None, ...]
    busy_s: float
    program_s: float
    invalid_s: float = 0.0
    greenprof_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One line of Python on a stack.

    ``path`` is relative to the folder that greenprof was started in where it lies below it, else
    absolute, or a name such as ``<string>``.
    """

    path: str
    line: int
    function: str
    function_line: int


INTERPRETER_FRAME = Frame(path=INTERPRETER, line=0, function=INTERPRETER.strip("<>"), function_line=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What one stack did within one window, weighed by its thread's own CPU clock.

    ``window`` and ``stack`` are places in `Recording.windows` and `Recording.stacks`. ``cpu_s`` is
    the thread's CPU time that fell on this stack, ``wait_s`` the time that the main thread waited
    in it, ``count`` how often it was seen. ``power`` is the machine's power above idle while the stack was seen,
    relative to that of the whole window: 1 where the meter is too slow to tell.
    """

    window: int
    stack: int
    cpu_s: float
    wait_s: float
    count: int
    power: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One process of the measured tree, as last seen. ``cpu_s`` is its own CPU time, without its children's."""

    pid: int
    command: tuple[str, ...]
    cpu_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """How often one chain of lines sent statements of one shape to a database, counted by the program itself.

    ``shape`` is the statement without its values. ``stack`` are places in `Recording.frames`, outermost first: lines
    of code that is not about databases, from the request or task on that they belong to; it may be empty. ``rows``
    were fetched or changed, as far as the driver tells. ``elapsed_s`` is the time until the statements were answered,
    without fetching, ``server_s`` the CPU time of the database server on this machine. The statements came in
    ``rounds``: requests, or moments apart.
    """

    shape: str
    stack: tuple[int, ...]
    count: int
    rows: int | None
    elapsed_s: float
    server_s: float | None = None
    rounds: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How often one chain of lines asked one language model for something, counted by the program itself.

    ``provider`` is the client that was used, ``answered`` what the answers called the model, ``host`` who was asked,
    where the client tells. ``kind`` is ``text``, ``embedding`` or ``other``. ``stack`` is as that of `Sent`. ``failed``
    requests brought no answer, ``again`` asked the very same as one before in their process, ``items`` are texts:
    an embedding takes many at once. Tokens are the sums of those that were told, by all but ``untold`` answers; of
    ``about`` the output is the number of pieces of a stream. ``elapsed_s`` is the time until the last piece had come.
    """

    provider: str
    model: str
    kind: str
    stack: tuple[int, ...]
    count: int
    failed: int
    again: int
    items: int
    input_tokens: int | None
    output_tokens: int | None
    untold: int
    about: int
    elapsed_s: float
    answered: str | None = None
    host: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeFunction:
    """A function of compiled code; ``path`` is the file of its source where that is known, else its library."""

    name: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeStack:
    """How often native functions were seen below lines of Python.

    ``stack`` are places in `Recording.frames`, outermost first, as many of the innermost as are known; ``functions``
    are places in `NativeSamples.functions`, outermost first, none where the interpreter itself was at work.
    """

    stack: tuple[int, ...]
    functions: tuple[int, ...]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeSamples:
    """What another sampler saw below the lines of Python: it tells how a line's time is divided, not how much it is.

    ``seen_by`` names it with its version. Its samples were ``interval_s`` apart.
    """

    seen_by: str
    interval_s: float
    functions: tuple[NativeFunction, ...]
    stacks: tuple[NativeStack, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overhead:
    """What measuring cost: greenprof's own CPU time, and the wall time outside the program's own.

    ``paused_s`` is how long the program was held while its native stacks were read, None where none were.
    """

    cpu_s: float
    wall_s: float
    paused_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """All that was seen of one run, before any conclusion is drawn from it.

    ``stacks`` hold places in ``frames``, outermost first. ``sources`` are the SHA-256 digests of the
    files in ``frames`` when the run had ended, so that nobody reads other lines than those that ran.
    ``exact_lines`` is False where the stacks were taken inside the program: CPython runs such a sampler only at the
    ends of loops and at calls, so that a line stands for the loop around it. ``queries`` is None where no Python
    counted its statements, ``native`` where native stacks were not asked for or could not be had.
    """

    run: Run
    host: Host
    meter: MeterInfo
    windows: tuple[Window, ...]
    frames: tuple[Frame, ...]
    stacks: tuple[tuple[int, ...], ...]
    samples: tuple[Sample, ...]
    processes: tuple[Process, ...]
    overhead: Overhead
    sources: Mapping[str, str] = field(default_factory=dict)
    exact_lines: bool = True
    queries: tuple[Sent, ...] | None = None
    native: NativeSamples | None = None
    asked: tuple[Asked, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Text of a file to be replaced by ``text``; lines and columns count from 1, in characters, the end is behind it.

    Where start and end are the same place, ``text`` is put in there.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A place on the way to a finding, and what happens there; lines count from 1."""

    path: str
    line: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CellPlace:
    """A place as a notebook's reader knows it: ``number`` counts all its cells, lines are those of the cell; from 1."""

    number: int
    line: int
    column: int
    end_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An energy antipattern at a place in the source: text only, never a syntax node.

    Lines and columns count from 1. ``cost`` is the class of thing repeated (``query``, ``request``, ``row``, ``cpu``,
    ``idle``); ``rounds`` says how often at most, as far as the source gives numbers, and ``open_loops`` how many more
    loops there are whose rounds the data decide (see `greenprof.estimate`). Known after a run only: ``energy_j``,
    ``executions``, ``confirmed``, whether the statements of the line were repeated as the rule says, and ``hot``,
    whether its lines burned a share of the joules that matters (`greenprof.hot_findings`). ``fix`` is advice in words.
    ``edits``, if there are any, carry it out, all of them together; ``fix_is_safe`` says whether they surely keep what
    the program does, None where there are none. ``edit_path`` is the file that they change, where that
    is another one. In a notebook ``line``, ``column`` and ``end_line`` are those of the file, ``cell`` says the same of
    the cell, and ``edits`` are carried out by ``--fix`` but not told.
    ``provider_j`` is that of `LlmCall`, of the requests of its lines.
    ``evidence`` leads from where the rows come from to the query that is sent. In a report, ``diff`` is what ``edits``
    change, as a unified diff, where the file is still the one that ran.
    """

    rule: str
    group: str
    path: str
    line: int
    column: int
    end_line: int
    message: str
    severity: str
    confidence: str
    cost: str
    rounds: int | None = None
    open_loops: int | None = None
    source: str | None = None
    fix: str | None = None
    energy_j: float | None = None
    executions: int | None = None
    confirmed: bool | None = None
    edits: tuple[Edit, ...] = ()
    fix_is_safe: bool | None = None
    edit_path: str | None = None
    evidence: tuple[Step, ...] = ()
    cell: CellPlace | None = None
    diff: str | None = None
    provider_j: tuple[float, float] | None = None
    hot: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Energy:
    """The ledger of a run in joules; ``interval_j`` is the 95 % interval of ``process_j``.

    ``idle_j + process_j + other_j = total_j``; where idle is unknown the shares are of the whole.
    ``unattributed_j`` is the part of ``process_j`` that no sample could place on a line, ``greenprof_j`` the part of
    ``other_j`` that measuring itself used.
    """

    total_j: float | None
    domains_j: Mapping[str, float | None]
    idle_j: float | None
    process_j: float | None
    other_j: float | None
    unattributed_j: float | None
    mean_w: float | None
    interval_j: tuple[float, float] | None
    server_j: float | None = None
    greenprof_j: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeShare:
    """What a native function used itself for a line of Python: a part of the line's own joules and CPU time.

    ``margin`` is the half-width of the 95 % interval of its share of the line (0.01 is one point).
    """

    function: str
    path: str
    self_j: float | None
    cpu_s: float
    margin: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hotspot:
    """A line of the program and what it burned, libraries that it called included.

    ``total_j`` adds what the program's own functions burned that the line called. ``idle_j`` is the part of the idle
    joules that passed while the line waited. ``margin`` is the half-width of the 95 % interval of the line's share of
    all samples (0.01 is one point). ``findings`` are places in `Report.findings`. ``end_line`` is the last line of the
    loop that the line stands for, where only that is known. ``native`` are the native functions that used most of it.
    """

    path: str
    line: int
    function: str
    self_j: float | None
    cpu_s: float
    samples: int
    wait_s: float
    idle_j: float | None
    server_j: float | None = None
    queries: int | None = None
    findings: tuple[int, ...] = ()
    source: str | None = None
    total_j: float | None = None
    margin: float | None = None
    end_line: int | None = None
    native: tuple[NativeShare, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function, library functions too: its own joules, and those of all that it called."""

    path: str
    line: int
    function: str
    self_j: float | None
    total_j: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineShare:
    """What one line of a function used itself at one place in the call tree.

    ``native`` are the native functions that it called, as far as they are known: parts of what the line used.
    """

    line: int
    self_j: float | None
    cpu_s: float
    native: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A place in the call tree: a function that begins at ``line``, reached by the functions above it.

    A native function has line 0, and its ``path`` is that of `NativeFunction`.

    ``total_j`` and ``cpu_s`` include the children, the dearest of which come first; ``lines`` are what the function's
    own lines used here.
    """

    path: str
    line: int
    function: str
    total_j: float | None
    cpu_s: float
    children: tuple[Node, ...] = ()
    lines: tuple[LineShare, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A function of the program's own that ran in a span, with the mean watts that went to it and what it called."""

    path: str
    line: int
    function: str
    process_w: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """Mean watts over a span of the run: of the machine, and the program's share of them.

    ``ran`` are the functions that took most of it, dearest first. ``process_cores`` is how many processors the program
    kept busy.
    """

    start_s: float
    end_s: float
    total_w: float | None
    process_w: float | None
    ran: tuple[Ran, ...] = ()
    process_cores: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """Lines of a source file that ran, from line ``start`` on: what a reporter can show beside the joules."""

    path: str
    start: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Statements of one shape that one line sent to a database; with several runs (``--repeat``) means.

    ``line`` is the innermost one of the program's own code, None where none was on the stack. Rows, times and rounds
    are those of `Sent`. ``server_j`` are the joules above idle that went with ``server_s``. ``findings`` are places in
    `Report.findings`.
    """

    shape: str
    path: str | None
    line: int | None
    function: str | None
    count: int
    rows: int | None
    elapsed_s: float
    server_s: float | None = None
    server_j: float | None = None
    rounds: int = 1
    findings: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LlmCall:
    """Requests of one line to one language model; with several runs (``--repeat``) means. Counts are those of `Asked`.

    ``line`` is the innermost one of the program's own code, None where none was on the stack. ``provider_j`` is a
    published estimate of what ``estimated`` of the requests used at the provider, from low to high: it is no part of
    what was measured here, nor of any other joules of a report. ``provider_g_co2e`` is that of their emissions, the
    making of the machines included. Where there is none, ``why`` says so. ``findings`` are places in
    `Report.findings`.
    """

    provider: str
    model: str
    kind: str
    path: str | None
    line: int | None
    function: str | None
    count: int
    failed: int
    again: int
    items: int
    input_tokens: int | None
    output_tokens: int | None
    untold: int
    about: int
    elapsed_s: float
    answered: str | None = None
    host: str | None = None
    estimated: int = 0
    provider_j: tuple[float, float] | None = None
    provider_g_co2e: tuple[float, float] | None = None
    source: str | None = None
    why: str | None = None
    findings: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CarbonFactor:
    """What a kilowatt-hour of electricity emits, in grams of CO2 equivalent, and who says so.

    ``year`` is that of the data. ``method`` is ``location`` (the mix of the grid) or ``market`` (what was bought);
    ``scope`` is ``life cycle`` (fuels and plants from their making on) or ``direct`` (what leaves the stack). What the
    source does not say is None. ``name`` is what ``--carbon-factor`` takes for it.
    """

    g_per_kwh: float
    source: str
    year: int | None = None
    method: str | None = None
    scope: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CarbonYear:
    """A year of so many runs a day: energy of the computers, emissions, water and money, intervals as in `Carbon`."""

    runs_per_day: float
    kwh: float
    g_co2e: float
    interval_kwh: tuple[float, float] | None = None
    interval_g: tuple[float, float] | None = None
    water_l: float | None = None
    embodied_g: float | None = None
    cost: float | None = None
    shadow_cost: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Carbon:
    """Emissions of ``process_j``; the factor's source and year travel with the number.

    ``kwh`` is the energy of the computer, before the data centre's overhead; ``g_co2e = kwh * pue * factor``. The 95 %
    intervals are those of the energy alone: what the factor may be instead is in ``others``, the values that are
    published for the same ``country``. ``hours`` is how many rows of a file of hourly factors a run went through; the
    factor is then their mean, weighted by the joules of each. ``water_l = wue * kwh``. ``embodied_g`` is the run's
    share of making the computer, and ``sci_g`` the sum of both for one of the ``units`` named ``per``.
    ``cost`` and ``shadow_cost`` are in ``currency``.
    """

    kwh: float
    g_co2e: float
    factor_g_per_kwh: float
    factor_source: str
    factor_year: int | None
    pue: float
    wue: float | None = None
    interval_kwh: tuple[float, float] | None = None
    interval_g: tuple[float, float] | None = None
    factor_method: str | None = None
    factor_scope: str | None = None
    country: str | None = None
    others: tuple[CarbonFactor, ...] = ()
    hours: int | None = None
    pue_source: str | None = None
    water_l: float | None = None
    embodied_g: float | None = None
    embodied_method: str | None = None
    per: str | None = None
    units: float | None = None
    sci_g: float | None = None
    interval_sci_g: tuple[float, float] | None = None
    price_per_kwh: float | None = None
    cost: float | None = None
    shadow_price_per_tonne: float | None = None
    shadow_cost: float | None = None
    currency: str | None = None
    yearly: CarbonYear | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterMachine:
    """A machine of a cluster: ``idle_j + cluster_j + other_j = total_j``, counted once for all workers on it.

    ``name`` tells it from others while it runs. ``refusal`` says why there is no meter. ``known_s`` is the time whose
    joules are known, ``unknown_s`` the time in which nobody can know them.
    """

    name: str
    host: Host
    meter: MeterInfo | None
    refusal: str | None
    workers: int
    total_j: float | None
    idle_j: float | None
    cluster_j: float | None
    other_j: float | None
    known_s: float
    unknown_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterWorker:
    """A worker: joules of the tasks that it ran, and of the rest of its process.

    ``state`` is ``present``, ``left`` or ``lost``. Of one that is gone, ``ended_s`` says when, and what it used after
    ``known_until_s`` is not known; both are seconds since the start, the latter None where nothing was heard of it.
    """

    name: str
    address: str
    machine: str | None
    threads: int
    state: str
    attempts: int
    tasks_j: float | None
    overhead_j: float | None
    cpu_s: float
    known_until_s: float | None
    ended_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterGroup:
    """Tasks whose keys begin alike, as the engine groups them; ``erred`` of them have failed for good.

    ``retried_j`` is the part of ``energy_j`` that went to attempts other than each task's last, ``ran_s`` the time that
    all attempts ran, side by side or not.
    """

    name: str
    tasks: int
    attempts: int
    erred: int
    energy_j: float | None
    retried_j: float | None
    cpu_s: float
    ran_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterTask:
    """One task, by its key; joules as in `ClusterGroup`.

    ``state`` is that of its last attempt: ``done``, ``erred``, ``lost`` with its worker, ``given up`` or ``running``;
    ``lost`` counts the attempts whose worker was lost, of which the joules until its last word are known.
    """

    key: str
    group: str
    state: str
    attempts: int
    lost: int
    workers: tuple[str, ...]
    energy_j: float | None
    retried_j: float | None
    cpu_s: float
    ran_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Work that was spread over processes and machines: ``tasks_j + overhead_j + scheduler_j`` is what it used.

    ``engine`` is ``dask``, or ``executor`` for the pools of one machine. ``groups`` hold every task, ``tasks`` the
    dearest of them one by one. ``own_s`` is the CPU time of reading counters, a part of ``cpu_s``.
    """

    engine: str
    machines: tuple[ClusterMachine, ...]
    workers: tuple[ClusterWorker, ...]
    groups: tuple[ClusterGroup, ...]
    tasks: tuple[ClusterTask, ...]
    tasks_j: float | None
    retried_j: float | None
    overhead_j: float | None
    scheduler_j: float | None
    cpu_s: float
    own_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A recording joined with the findings on its lines: all that any reporter needs."""

    run: Run
    host: Host
    meter: MeterInfo
    energy: Energy
    hotspots: tuple[Hotspot, ...]
    functions: tuple[Function, ...]
    findings: tuple[Finding, ...]
    tree: tuple[Node, ...]
    timeline: tuple[Power, ...]
    processes: tuple[Process, ...]
    overhead: Overhead
    queries: tuple[Query, ...] = ()
    llm_calls: tuple[LlmCall, ...] = ()
    carbon: Carbon | None = None
    excerpts: tuple[Excerpt, ...] = ()
    notes: tuple[str, ...] = ()
    cluster: Cluster | None = None
