# ruff: noqa: PTH109, PTH118, PTH120, PLR0912, PLR0915
"""Inside the profiled Python: count the statements that it sends to databases, by shape and by the lines that send.

They are counted where they leave Python, at the cursor of the driver (`greenprof_drivers` says which method that is),
so that one which passes several layers is counted once. A statement costs a walk up the stack and a few sums. The sums
are in memory that is shared with a file: they survive however the process ends, and a fork begins its own.

A function that sends many is walked from once: its frame carries a `_Mark` from then on, which says what all frames
around it are. They cannot change while it runs. A generator carries none: who resumes it may be another each time.

Each statement is counted. Of those that the same lines send in quick succession, after the first hundred only about
one in ten is timed, after a thousand one in forty, and its time stands for as many: to read a clock twice costs more
than to count.

In the folder: ``<name>.queries`` has a line for each shape and chain of lines, ``<name>.counts`` a row of numbers for
each of these (`COLUMNS`).
"""

import os
import sys
import time
from _thread import RLock

TYPE_CHECKING = False  # typing would be imported
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType, ModuleType
    from typing import Any

COLUMNS = ("count", "rows", "rows_known", "elapsed_ns", "server_ns", "server_known", "rounds", "")
WIDTH = len(COLUMNS)
COUNT, ROWS, ROWS_KNOWN, ELAPSED_NS, SERVER_NS, SERVER_KNOWN, ROUNDS = range(7)
MOST_RECORDS = 1 << 15
PAUSE_NS = 1_000_000_000  # what is sent again after so long is not the next round of a loop

# A record: where its row is in the table, what is written there, and which statements of it are timed.
PLACE, COUNTED, TOTAL_NS, TOLD_ROWS, UNTIMED, CHANGES_ROWS, WEIGHT, _TIMED, _TIMED_NS, _ROUND = range(10)
_ALL_TIMED = 100  # statements by the same lines
_MANY = 1_000
_QUICK_NS = 10_000_000  # from one statement to the next: slower ones are all timed
_CHANGING = ("INSERT", "UPDATE", "DELETE", "REPLACE")  # what sqlite3 tells the number of rows of
_MOST_KEYS = 50_000
_MOST_PLACES = 4  # of one statement that are tried before the stack is walked
_MOST_OWN = 8  # lines of own code in a chain
_MOST_INSTALLED = 4
_FARTHEST = 250  # frames up to the first line of own code, and from there
_FARTHER = 40
_PASSED, _INSTALLED, _OWN, _BOUNDARY, _SPECIAL = range(5)
_RESUMED = 0x20 | 0x80 | 0x200  # the flags of code that may be resumed: generators and coroutines
# An installed package that only hands statements on says nothing of who sends them.
_DATABASE_LAYERS = (
    "sqlalchemy", "django/db", "psycopg", "psycopg2", "MySQLdb", "pymysql", "mysql", "aiosqlite", "asyncpg", "aiomysql",
    "asyncmy", "greenlet", "asgiref", "tortoise", "peewee", "playhouse", "flask_sqlalchemy", "sqlmodel", "databases",
)  # fmt: skip
# Where one request, task or test begins: who calls this is not the loop around a query.
_BOUNDARIES = frozenset(
    {
        ("django/core/handlers/base.py", "get_response"),
        ("django/core/handlers/base.py", "get_response_async"),
        ("flask/app.py", "wsgi_app"),
        ("starlette/applications.py", "__call__"),
        ("celery/app/trace.py", "trace_task"),
        ("_pytest/python.py", "pytest_pyfunc_call"),
        ("unittest/case.py", "_callTestMethod"),
    }
)

clock = time.perf_counter_ns
getframe = sys._getframe
# What a frame of this code stands for: a line elsewhere (file and number), or another stack, by its innermost frame.
special: "dict[CodeType, Callable[[FrameType], tuple[str, int] | FrameType | None]]" = {}

_records: "dict[tuple[Any, ...], list[int]]" = {}
_merged: "dict[tuple[Any, ...], list[int]]" = {}
_before: "dict[str, list[tuple[list[int], tuple[tuple[int, CodeType, int, _Mark], ...]]]]" = {}
_marks: "dict[tuple[Any, ...], _Mark]" = {}
# Where a statement came from last: how far up, the instruction, the mark there; its record, the table and the place.
latest: "dict[Any, tuple[int, int, _Mark, list[int], Any, int]]" = {}
_shapes: dict[str, str] = {}
_kinds: dict[int, int] = {}
_codes: "dict[int, CodeType]" = {}
_line_maps: "dict[int, Callable[[int], int]]" = {}
_adding = RLock()
_round = 0
_folder = ""
_base = ""
_map: "Any" = None
_table: "Any" = memoryview(bytearray(WIDTH * 8)).cast("q")
_drivers: "Any" = None
_shape_of: "Any" = None


def begin(folder: str) -> None:
    """Leave the counts of this process in `folder`, and those of what it forks."""
    global _folder, _drivers, _shape_of
    _folder = folder
    _drivers, _shape_of = _beside("greenprof_drivers"), _beside("greenprof_shapes").shape_of
    _drivers.begin(sys._getframe().f_globals)
    _begin_anew()
    os.register_at_fork(after_in_child=_begin_anew)


def hook(module: "ModuleType") -> None:
    """Have the statements counted that go through this module."""
    _drivers.hook(module)


def begin_round(*_: object, **__: object) -> None:
    """Say that what is sent from now on belongs to another request than what was sent before."""
    global _round
    _round += 1
    latest.clear()


def counts() -> list[int]:
    """How often each shape was sent so far by each chain of lines, in the order of the lines in `described_in`."""
    return [_table[place * WIDTH + COUNT] for place in range(len(_merged))]


def shapes() -> list[str]:
    """The shapes to `counts`."""
    return [key[0] for key in _merged]


def described_in() -> str:
    """The file that has a line for each shape and chain of lines, after a first line of the process."""
    return f"{_base}.queries"


def _beside(name: str) -> "ModuleType":
    """A module in this folder, which is not on the program's path."""
    module = type(sys)(name)
    path = os.path.join(os.path.dirname(__file__), f"{name}.py")
    sys.modules["_frozen_importlib_external"].SourceFileLoader(name, path).exec_module(module)
    return module


def _begin_anew() -> None:
    global _base, _table, _map, _adding
    _adding = RLock()  # of a fork, in which nobody would give it back
    known = "mmap" in sys.modules
    import mmap

    if not known:
        del sys.modules["mmap"]
    _records.clear()
    _merged.clear()
    _before.clear()
    latest.clear()
    _base = os.path.join(_folder, f"{os.getpid()}-{time.monotonic_ns()}")
    file = os.open(f"{_base}.counts", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.ftruncate(file, MOST_RECORDS * WIDTH * 8)  # a hole, of which only what is used takes up room
        _map = mmap.mmap(file, MOST_RECORDS * WIDTH * 8)
    finally:
        os.close(file)
    _table = memoryview(_map).cast("q")
    _write(f'{{"pid": {os.getpid()}, "cwd": "{_hex(_cwd())}"}}\n')


class _Mark:
    """On a frame, in the place of a function that traces it: what the frames around it are.

    Python calls it only if the program begins to trace while the frame is there, and then it does nothing.
    """

    __slots__ = ()

    def __call__(self, *_: object) -> None:
        pass


_NO_MARK = _Mark()  # on no frame


def note(statement: "Any") -> list[int]:
    """Count a statement that the caller of the function that calls this is about to send, and give its record.

    If its `UNTIMED` is above 0, so many more statements need no clock. Otherwise `answered` is to be called.
    """
    try:
        record = _found(statement)
    except (KeyError, TypeError, ValueError, AttributeError):
        record = None
    if record is None:
        record = _walked(statement)
    record[COUNTED] = _table[record[PLACE]] = record[COUNTED] + 1
    if record[_ROUND] != _round:
        record[_ROUND] = _round
        record[_TIMED_NS] = clock()
        _table[record[PLACE] + ROUNDS] += 1
    return record


def _found(statement: "Any") -> list[int] | None:
    """The record of a statement that comes from where it came from before: cheaper to look at than a walk."""
    frame: Any = None
    first: Any = None
    for record, lines in _before[statement]:
        is_first, is_known = True, False
        for depth, code, instruction, mark in lines:
            frame = getframe(depth) if depth else frame.f_back  # 0: the caller of the one before
            if frame.f_lasti != instruction:
                break
            if frame.f_trace is mark:
                is_known = True
                break
            if frame.f_code is not code:
                break
            if is_first:
                first, is_first = frame, False
        else:
            return None  # all lines are the same, but nothing says that there are no more of them: a walk does
        if is_known:
            depth, _, instruction, mark = lines[0]
            if is_first:
                if record[_ROUND] == _round:
                    latest[statement] = depth - 2, instruction, mark, record, _table, record[PLACE]
            else:
                _put(mark, first)
            return record
    return None


def _put(mark: _Mark, frame: "Any") -> None:
    """Put the mark on a frame; a debugger's own is left."""
    if mark is not _NO_MARK and (frame.f_trace is None or type(frame.f_trace) is _Mark):
        frame.f_trace = mark


def answered(record: list[int], begun_ns: int, rows: int = -1, server_ns: int = -1) -> None:
    """Add the time of a statement that was sent at `begun_ns` and is answered now, and say which is timed next.

    `rows` and `server_ns` are below 0 where nobody knows.
    """
    now_ns = clock()
    place, weight, since_ns = record[PLACE], record[WEIGHT], begun_ns - record[_TIMED_NS]
    if since_ns > PAUSE_NS:
        _table[place + ROUNDS] += 1
    add_answer(record, (now_ns - begun_ns) * weight, rows, server_ns * weight)
    record[_TIMED_NS] = now_ns
    record[_TIMED] = record[_TIMED] + 1 if since_ns < _QUICK_NS * weight else 0
    if record[_TIMED] > _ALL_TIMED:
        # By chance, so as not to meet always the same of a series that returns.
        record[UNTIMED] = 5 + now_ns % 8 if record[COUNTED] < _MANY else 24 + now_ns % 31
    record[WEIGHT] = record[UNTIMED] + 1


def _walked(statement: "Any") -> list[int]:
    """The record of a statement that is sent three calls further up; one that nobody reads if it cannot be counted."""
    try:
        return _record_of(statement, getframe(3))
    except Exception:
        return [(MOST_RECORDS - 1) * WIDTH, 0, 0, 0, 0, False, 1, 0, 0, _round]


def _record_of(statement: "Any", frame: "FrameType | None") -> list[int]:
    """The record of a statement that is sent by a frame, by a walk up the stack from there."""
    key: list[Any] = [statement]
    lines: list[tuple[int, CodeType, int]] = []
    senders: list[FrameType] = []
    left, own, installed, kinds = _FARTHEST, 0, 0, _kinds
    outer: FrameType | None = None
    depth, line_depth, is_plain = 2, 0, True  # as `note` counts
    while frame is not None and left:
        left -= 1
        code = frame.f_code
        number = id(code)
        kind = kinds.get(number)
        if kind is None:
            kind = _kind_of(code, frame)
        if kind == _OWN or (kind == _INSTALLED and installed < _MOST_INSTALLED):
            key += (number, frame.f_lasti)
            lines.append((0 if depth == line_depth + 1 else depth + 1, code, frame.f_lasti))
            senders.append(frame)
            line_depth = depth
            if kind == _INSTALLED:
                installed += 1
            else:
                own += 1
                if own == 1:
                    left = _FARTHER
                elif own == _MOST_OWN:
                    break
        elif kind == _BOUNDARY:
            break
        elif kind == _SPECIAL:
            is_plain = False
            found: Any = special[code](frame)
            if type(found) is tuple:
                if not own:
                    key += (0, found)
                    own += 1
                    left = _FARTHER
            elif found is not None and outer is None:
                outer, frame = frame, found
                continue
        frame = frame.f_back
        depth += 1
        if frame is None and outer is not None:
            frame, outer = outer.f_back, None
    try:
        record = _records[tuple(key)]
    except (KeyError, TypeError):
        record = _new_record(statement, key)
    if isinstance(statement, str) and is_plain and lines:
        if len(_before) > _MOST_KEYS:
            _before.clear()
        marked = [(*line, _mark_of(key, number, line[1])) for number, line in enumerate(lines)]
        for sender, line in zip(senders, marked):  # noqa: B905
            _put(line[3], sender)
        places, place = _before.setdefault(statement, []), (record, tuple(marked))
        if place in places:
            places.remove(place)
        places.insert(0, place)
        del places[_MOST_PLACES:]
    return record


def _mark_of(key: "list[Any]", number: int, code: "CodeType") -> _Mark:
    """The mark of the frames that have the same code, and the same frames around them, as that line of a walk."""
    if code.co_flags & _RESUMED:
        return _NO_MARK
    if len(_marks) > _MOST_KEYS:
        _marks.clear()
    around = (key[1 + 2 * number], *key[3 + 2 * number :])
    return _marks.setdefault(around, _Mark())


def time_each(record: list[int]) -> None:
    """Have all statements of a record timed: several may be under way at once."""
    record[UNTIMED], record[WEIGHT], record[_TIMED] = 0, 1, 0


def add_rows(record: list[int], rows: int) -> None:
    """Add rows that were changed, or fetched later."""
    place = record[PLACE]
    if not record[TOLD_ROWS]:
        _table[place + ROWS_KNOWN] = 1
    if rows:
        record[TOLD_ROWS] = _table[place + ROWS] = record[TOLD_ROWS] + rows


def add_answer(record: list[int], elapsed_ns: int, rows: int, server_ns: int) -> None:
    """Add what is known when a statement is answered."""
    place = record[PLACE]
    record[TOTAL_NS] = _table[place + ELAPSED_NS] = record[TOTAL_NS] + elapsed_ns
    if rows >= 0:
        add_rows(record, rows)
    if server_ns >= 0:
        _table[place + SERVER_NS] += server_ns
        _table[place + SERVER_KNOWN] = 1


def _new_record(statement: "Any", key: "list[Any]") -> list[int]:
    with _adding:  # two threads would take the same row
        return _added(statement, key)


def _added(statement: "Any", key: "list[Any]") -> list[int]:
    if len(_records) > _MOST_KEYS:
        _records.clear()
    shape = _shape(statement)
    merged = (shape, *key[1:])
    record = _merged.get(merged)
    if record is None:
        if len(_merged) >= MOST_RECORDS - 1:
            merged = ("",)  # of what is too much, the number is known
            record = _merged.get(merged)
        if record is None:
            place = len(_merged) * WIDTH
            changes = shape.upper().startswith(_CHANGING)
            record = _merged[merged] = [place, 0, 0, 0, 0, changes, 1, 0, 0, -1]
            frames = [_frame_text(*pair) for pair in zip(merged[1::2], merged[2::2])]  # noqa: B905
            _write(f'{{"shape": "{_hex(merged[0])}", "frames": [{", ".join(frames)}]}}\n')
    if isinstance(statement, str):
        _records[tuple(key)] = record
    return record


def _shape(statement: "Any") -> str:
    if isinstance(statement, (bytes, bytearray)):  # of pymysql's and mysqlclient's executemany
        statement = statement.decode("utf-8", "replace")
    elif not isinstance(statement, str):  # put together by psycopg's sql
        statement = "".join(_drivers.text_of(statement))
    shape = _shapes.get(statement)
    if shape is None:
        if len(_shapes) > _MOST_KEYS:
            _shapes.clear()
        shape = _shapes[statement] = _shape_of(statement)
    return shape


def _kind_of(code: "CodeType", frame: "FrameType") -> int:
    """What a frame of this code says of who sends a statement."""
    path = code.co_filename.replace("\\", "/")
    inside = path.rpartition("-packages/")[2] if "-packages/" in path else ""
    if code in special:
        kind = _SPECIAL
    elif any(path.endswith(file) and code.co_name == name for file, name in _BOUNDARIES):
        kind = _BOUNDARY
    elif path.startswith("<"):
        kind = _OWN if path.startswith(("<stdin>", "<ipython-input")) else _PASSED
    elif inside:
        kind = _PASSED if inside.startswith(_DATABASE_LAYERS) else _INSTALLED
    else:
        kind = _PASSED if path.startswith(_STANDARD) or "/lib/python3" in path or "/lib64/python3" in path else _OWN
    template = frame.f_globals.get("__jinja_template__")
    if template is not None:
        _line_maps[id(code)] = template.get_corresponding_lineno
    _codes[id(code)] = code  # kept, so that no other takes its number
    _kinds[id(code)] = kind
    return kind


_STANDARD = os.path.dirname(os.__file__) + "/"


def _frame_text(number: int, place: "Any") -> str:
    if number == 0:
        path, line = place
        return f'["{_hex(path)}", {line}, "{_hex("<template>")}", 1]'
    code = _codes[number]
    line = next((line for start, end, line in code.co_lines() if start <= place < end and line), code.co_firstlineno)
    if number in _line_maps:
        line = _line_maps[number](line)
        return f'["{_hex(code.co_filename)}", {line}, "{_hex("<template>")}", 1]'
    return f'["{_hex(code.co_filename)}", {line}, "{_hex(code.co_qualname)}", {max(code.co_firstlineno, 1)}]'


def _cwd() -> str:
    try:
        return os.getcwd()
    except OSError:
        return ""


def _hex(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").hex()


def _write(line: str) -> None:
    try:
        file = os.open(f"{_base}.queries", os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    except OSError:  # the folder has gone, or is out of reach: nobody reads it
        return
    try:
        os.write(file, line.encode("ascii"))
    finally:
        os.close(file)
