# ruff: noqa: PTH104, PTH109, PTH118
"""Inside the profiled Python: find where this interpreter keeps what a sampler needs, and write it down.

The layout of CPython's internal structures differs by version and by build, so it is not looked up
but looked for: this code knows its own thread id, frames and code objects, and searches its own
memory (``/proc/self/mem``) for those values. Each place found is tried a second time, at another call
depth or on another object; where anything does not fit, the hand-over says so instead.

Only modules that every interpreter has already imported before `site` are used: the program's
``sys.modules`` stays as it is natively, and the start-up stays short.
"""

import os
import sys
import time
from _thread import get_ident, get_native_id

TYPE_CHECKING = False  # typing would be imported
if TYPE_CHECKING:
    from types import CodeType, FrameType

_WORD = 8
_THREAD_BYTES = 400  # enough of a PyThreadState to hold all that is looked for
_FRAME_BYTES = 96  # a _PyInterpreterFrame without its local variables
_CODE_BYTES = 240  # a PyCodeObject without its bytecode
_INTERPRETER_BYTES = 1 << 15  # of a PyInterpreterState; its list of threads lies within
_FRAME_OF_FRAME_OBJECT = 24  # PyFrameObject.f_frame
_MOST_THREADS = 1 << 20
_LARGEST_REGION = 1 << 26  # a writable mapping of a library is never larger than this


class LayoutError(Exception):
    """Something in this interpreter is not where it should be; the message says what."""


def hand_over(folder: str) -> "str | None":
    """Write ``<pid>.json`` into `folder`: the layout of this interpreter, or the reason why there is none.

    The reason is given back too, None where there is a layout.
    """
    why = None
    try:
        text = _json(_describe())
    except Exception as error:
        why = f"{error}" or type(error).__name__
        text = _json({"pid": os.getpid(), "error": _hex(why)})
    temporary = os.path.join(folder, f".{os.getpid()}")
    file = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        os.write(file, text.encode("ascii"))
    finally:
        os.close(file)
    os.rename(temporary, os.path.join(folder, f"{os.getpid()}.json"))
    return why


def _json(values: dict[str, object]) -> str:
    """Numbers, lists of numbers and hexadecimal strings only: no need to import json."""
    return "{" + ", ".join(f'"{k}": "{v}"' if isinstance(v, str) else f'"{k}": {v}' for k, v in values.items()) + "}"


def _hex(text: str) -> str:
    return os.fsencode(text).hex()


def _describe() -> dict[str, object]:
    if sys.implementation.name != "cpython":
        raise LayoutError(f"it is {sys.implementation.name}, not CPython")
    if sys.platform != "linux":
        raise LayoutError(f"it runs on {sys.platform}, not on Linux")
    if sys.maxsize < 2**32 or sys.byteorder != "little":
        raise LayoutError("it is not a 64-bit little-endian Python")
    memory = os.open("/proc/self/mem", os.O_RDONLY | os.O_CLOEXEC)
    try:
        found = _thread_layout(memory)
        found.update(_frame_layout(memory, found["thread"]))
        found.update(_code_layout(memory))
        found.update(_text_layout(memory))
    finally:
        os.close(memory)
    probe = os.path.join.__code__
    return {
        "pid": os.getpid(),
        "version": sys.hexversion,
        "native_id": get_native_id(),
        "thread_id": get_ident(),
        "cpu_ns": time.thread_time_ns(),
        "cwd": _hex(os.getcwd()),
        "code_type": id(type(_describe.__code__)),
        **found,
        "probe_code": id(probe),
        "probe_path": _hex(probe.co_filename),
        "probe_name": _hex(probe.co_qualname),
        "probe_first_line": probe.co_firstlineno,
        "probe_lines": [[start, end, line or 0] for start, end, line in probe.co_lines()],
    }


def _words(data: bytes) -> list[int]:
    return memoryview(data)[: len(data) // _WORD * _WORD].cast("Q").tolist()


def _read(memory: int, address: int, size: int) -> list[int]:
    """The words at `address`; fewer than asked for where the memory ends, none where there is none."""
    try:
        return _words(os.pread(memory, size, address))
    except (OSError, OverflowError):
        return []


# The thread state


def _thread_layout(memory: int) -> dict[str, int]:
    """Address of this thread's PyThreadState, and the offset of its thread id and native thread id.

    The first thread's state lies in the static data of the interpreter (3.11 and newer). It is
    known by its two ids side by side, and by the interpreter that it points to pointing back.
    """
    ids = get_ident().to_bytes(_WORD, "little") + get_native_id().to_bytes(_WORD, "little")
    for start, end in _writable_regions():
        try:
            data = os.pread(memory, end - start, start)
        except OSError:
            continue
        at = data.find(ids)
        while at >= 0:
            for offset in range(3 * _WORD, _THREAD_BYTES, _WORD):
                thread = start + at - offset
                if _is_thread_state(memory, thread):
                    return {"thread": thread, "thread_ids": offset, **_list_of_threads(memory, thread)}
            at = data.find(ids, at + 1)
    raise LayoutError("its thread state was not found")


def _writable_regions() -> list[tuple[int, int]]:
    """Data of the loaded files, and the anonymous memory (bss) that follows each of them directly.

    Those nearest to a built-in type come first: the interpreter keeps its state beside its types.
    """
    file = os.open("/proc/self/maps", os.O_RDONLY | os.O_CLOEXEC)
    try:
        parts = []
        while part := os.read(file, 1 << 16):
            parts.append(part)
    finally:
        os.close(file)
    regions, after = [], -1
    for line in b"".join(parts).splitlines():
        fields = line.split(None, 5)
        start, end = (int(side, 16) for side in fields[0].split(b"-"))
        belongs = fields[5].startswith(b"/") if len(fields) > 5 else start == after
        if belongs:
            after = end
            if fields[1].startswith(b"rw") and end - start <= _LARGEST_REGION:
                regions.append((start, end))
    return sorted(regions, key=lambda region: abs(region[0] - id(int)))


def _is_thread_state(memory: int, address: int) -> bool:
    """Whether a PyThreadState starts here: {prev, next, interp, ...}, and interp knows the newest thread."""
    words = _read(memory, address, 3 * _WORD)
    if len(words) < 3:
        return False
    newest, (previous, following, interpreter) = address, words
    if following or not interpreter or interpreter % _WORD:
        return False
    while previous:
        links = _read(memory, previous, 2 * _WORD)
        if len(links) < 2 or links[1] != newest:
            return False
        newest, previous = previous, links[0]
    return newest in _read(memory, interpreter, _INTERPRETER_BYTES)


def _list_of_threads(memory: int, thread: int) -> dict[str, int]:
    """Address of the interpreter's state, and where in it the newest thread is: after the number of the next one.

    -1 if there is no such place. Only processes forked by a second thread, and relatives, need it.
    """
    interpreter = _read(memory, thread, 3 * _WORD)[2]
    newest = thread
    while previous := _read(memory, newest, _WORD)[0]:
        newest = previous
    words = _read(memory, interpreter, _INTERPRETER_BYTES)
    for place in range(1, len(words)):
        if words[place] == newest and 0 < words[place - 1] < _MOST_THREADS:
            return {"interpreter": interpreter, "threads": place * _WORD}
    return {"interpreter": interpreter, "threads": -1}


# Frames


def _frame_layout(memory: int, thread: int) -> dict[str, int]:
    """Where a thread state holds its current frame, and where a frame holds what a stack is read from."""
    found = _look_at_frames(memory, thread)
    if _one_call_deeper(memory, thread) != found:
        raise LayoutError("its frames look different at another call depth")
    _check_generator(memory, found)
    return found


def _one_call_deeper(memory: int, thread: int) -> dict[str, int]:
    return _look_at_frames(memory, thread)


def _look_at_frames(memory: int, thread: int) -> dict[str, int]:
    frame = sys._getframe()
    caller = frame.f_back
    if caller is None:
        raise LayoutError("its frames have no callers")
    mine, its = _interpreter_frame(memory, frame), _interpreter_frame(memory, caller)
    # Called from here and not through a helper: while these run, this frame is the current one.
    state = _words(os.pread(memory, _THREAD_BYTES, thread))
    line, data = frame.f_lineno, os.pread(memory, _FRAME_BYTES, mine)
    its_data = os.pread(memory, _FRAME_BYTES, its)
    found = {"cframe": -1}
    if mine in state:
        found["current"] = state.index(mine) * _WORD
    else:
        for place, address in enumerate(state[3:], 3):
            if address < 4096 or address % _WORD:
                continue
            try:
                near = _words(os.pread(memory, 2 * _WORD, address))
            except (OSError, OverflowError):
                continue
            if mine in near:
                found = {"cframe": place * _WORD, "current": near.index(mine) * _WORD}
                break
        else:
            raise LayoutError("its current frame was not found")
    words = _words(data)
    found["previous"] = _place(words, its, "the caller of a frame")
    found["code"] = _place(words, id(frame.f_code), "the code of a frame")
    found["instruction"], found["bytecode"] = _instruction(_words(its_data), caller)
    # In a running frame the pointer must be on the call that is being made, and so on its line.
    pointer = words[found["instruction"] // _WORD]
    if _line_at(frame.f_code, pointer - id(frame.f_code) - found["bytecode"]) != line:
        raise LayoutError("the instruction pointer of its running frame is not where it should be")
    at = found["instruction"] + _WORD
    if sys.version_info < (3, 14):
        found.update(_frame_states(at, data, its_data))
    else:
        found.update(_stack_pointer(at, ((mine, data, frame.f_code), (its, its_data, caller.f_code))))
    return found


def _frame_states(at: int, running: bytes, waiting: bytes) -> dict[str, int]:
    """What follows the instruction pointer, told by a frame that runs and by one that waits for the former.

    The int stacktop is -1 while a frame runs, and the height of its stack while it waits for the Python function that
    it has called. In 3.11 two bytes follow: whether C code called the frame, and its owner; in 3.12 and
    newer a uint16_t and the owner.
    """
    if memoryview(running)[at : at + 4].cast("i")[0] != -1 or memoryview(waiting)[at : at + 4].cast("i")[0] < 0:
        raise LayoutError("its frames do not tell whether they run")
    if sys.version_info < (3, 12):
        return {"stack_top": at, "entry": at + 4, "owner": at + 5}
    return {"stack_top": at, "entry": -1, "owner": at + 6}


def _stack_pointer(at: int, frames: "tuple[tuple[int, bytes, CodeType], ...]") -> dict[str, int]:
    """From 3.14 on the instruction pointer is followed by the address of the top of the frame's own stack.

    It is 0 while the interpreter runs the frame, and stands there while the frame waits for a function in Python or C,
    as both of these do. A uint16_t and the owner follow; then the local variables begin, and the stack above them.
    """
    locals_at = at + 2 * _WORD
    for address, data, code in frames:
        room = code.co_nlocals + len(code.co_cellvars) + len(code.co_freevars) + code.co_stacksize
        top = _words(data)[at // _WORD] - address - locals_at
        if not 0 <= top <= room * _WORD or top % _WORD:
            raise LayoutError("the stacks of its frames were not found")
    return {"stack_top": at, "entry": -1, "owner": at + _WORD + 2}


def _interpreter_frame(memory: int, frame: "FrameType") -> int:
    words = _read(memory, id(frame) + _FRAME_OF_FRAME_OBJECT, _WORD)
    if not words or id(frame.f_code) not in _read(memory, words[0], _FRAME_BYTES):
        raise LayoutError("its frame objects have an unknown layout")
    return words[0]


def _place(words: list[int], value: int, what: str) -> int:
    if value not in words:
        raise LayoutError(f"{what} was not found")
    return words.index(value) * _WORD


def _instruction(words: list[int], frame: "FrameType") -> tuple[int, int]:
    """Offset of the instruction pointer in a frame, and of the bytecode in a code object."""
    code = id(frame.f_code)
    size = sys.getsizeof(frame.f_code)
    for place, word in enumerate(words):
        if code < word < code + size:
            return place * _WORD, word - code - frame.f_lasti
    raise LayoutError("the instruction pointer of a frame was not found")


def _line_at(code: "CodeType", offset: int) -> int | None:
    return next((line for start, end, line in code.co_lines() if start <= offset < end), None)


def _check_generator(memory: int, layout: dict[str, int]) -> None:
    """Try the byte that tells who owns a frame (0 a thread, 1 a generator, 3 C code) and how C code calls Python.

    In 3.11 the called frame says so; from 3.12 on C code pushes a frame of its own in between.
    """
    owner, entry, previous = layout["owner"], layout["entry"], layout["previous"] // _WORD

    def generate():  # type: ignore[no-untyped-def]  # noqa: ANN202
        inner = os.pread(memory, _FRAME_BYTES, _interpreter_frame(memory, sys._getframe()))
        yield inner, os.pread(memory, _FRAME_BYTES, _words(inner)[previous])

    mine = _interpreter_frame(memory, sys._getframe())
    inner, between = next(generate())  # type: ignore[no-untyped-call]  # by way of C code, and not of the interpreter's own loop
    outer = os.pread(memory, _FRAME_BYTES, mine)
    if (outer[owner], inner[owner]) != (0, 1):
        raise LayoutError("the owner of a frame was not found")
    if entry >= 0:
        fits = (outer[entry], inner[entry], _words(inner)[previous]) == (0, 1, mine)
    else:
        fits = between[owner] == 3 and _words(between)[previous] == mine
    if not fits:
        raise LayoutError("the frames that C code calls were not found")


# Code objects and text


def _code_layout(memory: int) -> dict[str, int]:
    # Of a function at the top of a module both names are one object; here they are told apart.
    code = _describe.__code__.replace(co_firstlineno=987_654, co_qualname="greenprof._describe")
    data = os.pread(memory, _CODE_BYTES, id(code))
    words = _words(data)
    if words[1] != id(type(code)) or words[2] * 2 != len(code.co_code):
        raise LayoutError("its objects have an unknown header")
    return {
        "code_path": _place(words, id(code.co_filename), "the path of a code object"),
        "code_name": _place(words, id(code.co_qualname), "the name of a code object"),
        "code_lines": _place(words, id(code.co_linetable), "the line table of a code object"),
        "code_first_line": memoryview(data).cast("I").tolist().index(code.co_firstlineno) * 4,
    }


def _text_layout(memory: int) -> dict[str, int]:
    """Where str and bytes objects keep their characters. The strings are made here, so that none is shared."""
    samples = (("greenprof a", 1), ("greenprof \xe9", 1), ("greenprof \u20ac", 2), ("greenprof \U0001f331", 4))
    places = []
    for text, kind in samples:
        data = os.pread(memory, sys.getsizeof(text), id(text))
        state = int.from_bytes(data[32:36], "little")
        if int.from_bytes(data[16:24], "little") != len(text) or (state >> 2) & 7 != kind:
            raise LayoutError("its strings have an unknown layout")
        if bool(state >> 6 & 1) != text.isascii():
            raise LayoutError("its strings have an unknown layout")
        # By hand, because most encodings would be imported first.
        places.append(data.find(b"".join(ord(character).to_bytes(kind, "little") for character in text)))
    raw = bytes(range(64, 96))
    at = os.pread(memory, sys.getsizeof(raw), id(raw)).find(raw)
    if min(places) < 0 or len(set(places[1:])) != 1 or at < 0:
        raise LayoutError("its strings have an unknown layout")
    return {"ascii_text": places[0], "other_text": places[1], "bytes_data": at}
