# ruff: noqa: PTH104, PTH109, PTH116, PTH118
"""Inside the profiled Python: sample its own stacks, where nobody can read them from outside.

A thread that `threading` does not know of looks at the stacks of the others about 100 times a second, and about ten
times a second leaves what it saw in a folder, as a file of its own that appears there whole. A program that is killed
loses no more than the last of them. CPython lets such a thread run only at the ends of loops, at calls, and while code
written in C waits or computes by itself: a line that is seen stands for the loop around it.

Only what every interpreter has imported before `site` is used, and what is built into it: the program's ``sys.modules``
stays as it is natively. The thread takes no signals; it ends before a fork and begins again on both sides.
"""

import os
import sys
import time
from _signal import SIG_SETMASK, pthread_sigmask, valid_signals  # type: ignore[import-not-found]
from _thread import allocate_lock, get_ident, get_native_id, start_new_thread

TYPE_CHECKING = False  # typing would be imported
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType

INTERVAL_S = 0.01
_CHUNK_NS = 100_000_000
_MOST_FRAMES = 256  # of one stack; of a deeper one these innermost frames are kept
_MOST_OF_A_PROCESSOR = 0.02
_HELD_NS = 1_000_000  # so long a wait for the interpreter means that somebody else was running in it
_PATIENCE_S = 1.0
_FUTEX = b"98 " if os.uname().machine == "aarch64" else b"202 "  # the system call in which a thread waits for a lock
_OWN_FILE = sys._getframe().f_code.co_filename
_PTHREAD_BYTES = 2048  # of the C library's description of a thread: its native id lies within

_Stack = tuple[
    int, ...
]  # identity of a code object and line, for each frame from the innermost on; 0 for those left out


def start(folder: str, why: str, interval_s: float = INTERVAL_S) -> "InsideSampler":
    """Sample this process from now on and leave what is seen in `folder`; `why` nobody does it from outside.

    Call it in the main thread. It goes on until Python ends, or until `InsideSampler.end`.
    """
    sampler = InsideSampler(folder, why, interval_s)
    sampler.begin()
    _when_python_ends(sampler.end)
    os.register_at_fork(before=sampler.pause, after_in_parent=sampler.go_on, after_in_child=sampler.begin_anew)
    return sampler


def _when_python_ends(function: "Callable[[], None]") -> None:
    """Call it after all that the program wants to have called: what is registered first is called last."""
    known = "atexit" in sys.modules
    import atexit

    atexit.register(function)
    if not known:
        del sys.modules["atexit"]


class _Thread:
    """One thread, and what was seen of it since it was last told of."""

    def __init__(self, native_id: int, is_main: bool, cpu_ns: int) -> None:
        self.native_id = native_id
        self.is_main = is_main
        self.cpu_ns = self.told_ns = cpu_ns
        self.ran: dict[_Stack, int] = {}
        self.waited: dict[_Stack, int] = {}
        self.last: _Stack = ()  # where it was seen running last

    def place_the_rest(self) -> None:
        """It has ended: what it used since it was seen last belongs to where it ran then."""
        if self.last and not self.ran and self.cpu_ns > self.told_ns:
            self.ran[self.last] = 1

    def used_ns(self) -> int:
        """CPU time since this was last asked; none for a thread that has ended."""
        try:
            before_ns, self.cpu_ns = self.cpu_ns, _cpu_ns(self.native_id)
        except OSError:
            return 0
        return self.cpu_ns - before_ns


class InsideSampler:
    """Samples the process that it lives in, by a thread of its own."""

    def __init__(self, folder: str, why: str, interval_s: float) -> None:
        self._folder = folder
        self._why = why
        self._cwd = _folder_now()
        self._interval_s = interval_s
        self._seed = os.getpid()
        self._files = 0
        self._native_id_at = _native_id_offset()
        self._wanted = self._alive = False
        self._new_life()

    def _new_life(self) -> None:
        self._pid, self._main = os.getpid(), get_ident()
        self._threads: dict[int, _Thread] = {}
        self._gone: list[_Thread] = []
        self._codes: dict[int, CodeType] = {}
        self._is_first_look = True
        self._process_ns = time.process_time_ns()
        self._own_ns = 0
        self._ahead_ns = 0  # by so much the clocks of the threads were read later than that of the process
        self._since_ns = time.monotonic_ns()

    def begin(self) -> None:
        """Start the thread."""
        self._wanted = True
        self.go_on()

    def end(self) -> None:
        """Stop for good; all that was seen is in the folder then."""
        self._wanted = False
        self.pause()

    def pause(self) -> None:
        """Stop the thread and wait until it is gone."""
        if self._alive:
            self._alive = False
            self._stop.release()
            if self._ended.acquire(timeout=_PATIENCE_S):
                _wait_until_gone(self._thread_id)

    def go_on(self) -> None:
        """Start the thread again after a pause."""
        if self._wanted and not self._alive:
            self._stop, self._ended = allocate_lock(), allocate_lock()
            self._stop.acquire()
            self._ended.acquire()
            try:
                start_new_thread(self._run, ())
                self._alive = True
            except RuntimeError:  # there can be no more threads: the program comes first
                self._wanted = False

    def begin_anew(self) -> None:
        """Start the thread in the child of a fork, whose only thread is the one that forked."""
        self._new_life()
        self._is_first_look = False
        self.go_on()

    def _run(self) -> None:
        try:
            pthread_sigmask(SIG_SETMASK, valid_signals())
            self._thread_id = get_native_id()
            pause_s, begun_ns = self._interval_s, time.monotonic_ns()
            while not self._stop.acquire(timeout=pause_s):
                started_ns, now_ns = time.thread_time_ns(), time.monotonic_ns()
                self._look(elapsed_ns=now_ns - begun_ns, late_ns=now_ns - begun_ns - int(pause_s * 1e9))
                begun_ns = now_ns
                if now_ns - self._since_ns >= _CHUNK_NS:
                    self._tell()
                spent_s = (time.thread_time_ns() - started_ns) / 1e9
                pause_s = max(self._jittered_s(), spent_s * (1 / _MOST_OF_A_PROCESSOR - 1))
            for thread in self._threads.values():
                thread.used_ns()
            self._tell(at_end=True)
        except Exception:  # nobody reads the folder any more: the program goes on without being sampled
            self._wanted = False
        finally:
            self._ended.release()

    def _jittered_s(self) -> float:
        """Between half and one and a half of the interval, so that the program's own rhythm is not met each time."""
        self._seed = (self._seed * 1_103_515_245 + 12_345) & 0x7FFFFFFF
        return self._interval_s * (0.5 + self._seed / 0x7FFFFFFF)

    # What the threads do just now

    def _look(self, elapsed_ns: int, late_ns: int) -> None:
        """One look at all threads, `elapsed_ns` after the last one and `late_ns` after it was due."""
        own, process_ns, own_ns = get_ident(), time.process_time_ns(), time.thread_time_ns()
        all_used_ns, ended_before = max(0, own_ns - self._own_ns), len(self._gone)
        frames, seen = sys._current_frames(), []
        for ident, frame in frames.items():
            thread = self._thread(ident) if ident != own else None
            if thread is None:
                continue
            used_ns = thread.used_ns()
            all_used_ns += used_ns
            if (used_ns or thread.is_main) and frame.f_code.co_filename != _OWN_FILE:  # which waits for this one to end
                seen.append((thread, used_ns, self._stack(frame)))
        self._gone += [self._threads.pop(ident) for ident in self._threads.keys() - frames.keys()]
        rest_ns = process_ns - self._process_ns - all_used_ns - self._ahead_ns
        ended = self._gone[ended_before:]
        if ended and not self._is_first_look:
            _share_the_rest(ended, max(0, rest_ns), elapsed_ns)
        self._process_ns, self._own_ns, self._ahead_ns = process_ns, own_ns, max(0, -rest_ns)
        self._is_first_look = False
        for (
            thread,
            used_ns,
            stack,
        ) in seen:  # to ask the kernel gives others the interpreter: all clocks are read by now
            if used_ns and _runs(thread.native_id, used_ns, elapsed_ns, late_ns):
                thread.last = stack
                thread.ran[stack] = thread.ran.get(stack, 0) + 1
            elif thread.is_main:
                thread.waited[stack] = thread.waited.get(stack, 0) + 1

    def _thread(self, ident: int) -> "_Thread | None":
        """What is known of a thread. The identifier of one that has ended may be that of another by now.

        What a thread had used before the first look is not ours; one that is found later has begun since.
        """
        thread, native_id = self._threads.get(ident), self._native_id(ident)
        if thread is not None and native_id == thread.native_id:
            return thread
        if thread is not None:
            self._gone.append(self._threads.pop(ident))
        if not native_id:
            return None
        try:
            cpu_ns = _cpu_ns(native_id) if self._is_first_look else 0
        except OSError:
            return None
        thread = self._threads[ident] = _Thread(native_id, ident == self._main, cpu_ns)
        return thread

    def _native_id(self, ident: int) -> int:
        """What the kernel calls a thread; 0 if that is not known."""
        if ident == self._main:
            return self._pid
        known = getattr(sys.modules.get("threading"), "_active", {}).get(ident)
        native_id: int | None = getattr(known, "native_id", None)
        if native_id is None and self._native_id_at >= 0:
            native_id = _int_at(ident + self._native_id_at)
        return native_id or 0

    def _stack(self, frame: "FrameType | None") -> _Stack:
        places: list[int] = []
        if frame is not None and frame.f_back is not None and _has_only_begun(frame):
            frame = frame.f_back  # what was used until now was used by the line that called it
        while frame is not None and len(places) < 2 * _MOST_FRAMES:
            code = frame.f_code
            self._codes[id(code)] = code  # kept until it has been told of, so that no other takes its place
            places += (id(code), frame.f_lineno or code.co_firstlineno)
            frame = frame.f_back
        return (*places, 0) if frame is not None else tuple(places)

    # What is left in the folder

    def _tell(self, *, at_end: bool = False) -> None:
        """Write what was seen since the last time as ``<pid>-<number>.inside``."""
        for thread in (*self._gone, *(self._threads.values() if at_end else ())):
            thread.place_the_rest()
        now_ns, numbers = time.monotonic_ns(), dict[tuple[int, int], int]()
        threads = [text for thread in (*self._threads.values(), *self._gone) if (text := _thread_text(thread, numbers))]
        if threads:
            frames = [_frame_text(self._codes[code], line) for code, line in numbers]
            text = (
                f'{{"pid": {self._pid}, "since_ns": {self._since_ns}, "until_ns": {now_ns}, '
                f'"cwd": "{_hex(self._cwd)}", "why": "{_hex(self._why)}", '
                f'"frames": [{", ".join(frames)}], "threads": [{", ".join(threads)}]}}'
            )
            self._files += 1
            _write_whole(os.path.join(self._folder, f"{self._pid}-{self._files}"), text)
        self._gone.clear()
        needed = {code for thread in self._threads.values() for code in thread.last[::2] if code}
        self._codes = {code: self._codes[code] for code in needed}
        self._since_ns = now_ns


def _has_only_begun(frame: "FrameType") -> bool:
    """Whether a function has run no line yet: it hands over the interpreter when it is entered (RESUME), too."""
    code = frame.f_code
    return frame.f_lasti <= 2 * (len(code.co_cellvars) + bool(code.co_freevars) + 2)  # what stands before RESUME


def _share_the_rest(ended: "list[_Thread]", rest_ns: int, elapsed_ns: int) -> None:
    """Give threads that ended since the last look what the process has used since then and no other thread has.

    The clock of a thread ends with it. What is left was theirs, first of those that were at work, or of threads that
    are none of Python's: of those no more than there was time for can be taken for theirs.
    """
    worked = [thread for thread in ended if thread.last] or ended
    for thread in worked:
        thread.cpu_ns += min(rest_ns // len(worked), elapsed_ns)


def _thread_text(thread: _Thread, numbers: dict[tuple[int, int], int]) -> str:
    """What was seen of a thread as JSON, with frames as numbers; its CPU time stays due until it was seen running."""
    if not thread.ran and not thread.waited:
        return ""
    cpu_ns = 0
    if thread.ran:
        cpu_ns, thread.told_ns = max(0, thread.cpu_ns - thread.told_ns), thread.cpu_ns
    ran, waited = _tally_text(thread.ran, numbers), _tally_text(thread.waited, numbers)
    thread.ran.clear()
    thread.waited.clear()
    return f'{{"cpu_ns": {cpu_ns}, "ran": [{ran}], "waited": [{waited}]}}'


def _tally_text(tally: dict[_Stack, int], numbers: dict[tuple[int, int], int]) -> str:
    """``[count, [frame, …]]`` for each stack, outermost frame first; -1 for outer frames that were left out."""
    texts = []
    for stack, count in tally.items():
        places = zip(stack[::2], stack[1::2])  # noqa: B905 (a lone 0 at the end falls away)
        frames = [numbers.setdefault(place, len(numbers)) for place in places]
        if len(stack) % 2:
            frames.append(-1)
        texts.append(f"[{count}, {frames[::-1]}]")
    return ", ".join(texts)


def _frame_text(code: "CodeType", line: int) -> str:
    return f'["{_hex(code.co_filename)}", {line}, "{_hex(code.co_qualname)}", {max(code.co_firstlineno, 1)}]'


def _folder_now() -> str:
    """Where relative paths of code begin; empty if that folder was removed."""
    try:
        return os.getcwd()
    except OSError:
        return ""


def _hex(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").hex()


def _write_whole(path: str, text: str) -> None:
    """``<path>.inside``, which nobody sees under that name before it is complete."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        data = memoryview(text.encode("ascii"))
        while data:
            data = data[os.write(file, data) :]
    finally:
        os.close(file)
    os.rename(path, f"{path}.inside")


# What the kernel says of a thread


def _runs(native_id: int, used_ns: int, elapsed_ns: int, late_ns: int) -> bool:
    """Whether a thread that has used some CPU time since the last look is still at work.

    One that used nearly all the time since then is. Of others the kernel says whether they compute without the
    interpreter. One that had to hand the interpreter over to this very look seems to sleep: it is known by having used
    most of the time since the last look, or most of the time for which this look was kept waiting, and by waiting for
    a lock: who sleeps or reads does not.
    """
    if 10 * used_ns >= 9 * elapsed_ns:
        return True
    kept_us_waiting = 2 * used_ns >= elapsed_ns or (late_ns >= _HELD_NS and 2 * used_ns >= late_ns)
    call = _told_of(native_id, "syscall")  # see proc_pid_syscall(5)
    if not call:  # not every kernel tells
        return kept_us_waiting or _state(native_id) == b"R"
    return call.startswith(b"running") or (kept_us_waiting and call.startswith(_FUTEX))


def _cpu_ns(native_id: int) -> int:
    """CPU time of a thread of this process, by its number: safe for one that has ended (``clock_getcpuclockid(3)``)."""
    return time.clock_gettime_ns((~native_id << 3) | 6)


def _state(native_id: int) -> bytes:
    """State of a thread, see proc_pid_stat(5)."""
    stat = _told_of(native_id, "stat")
    return stat[stat.rfind(b")") + 2 :][:1]


def _told_of(native_id: int, file_name: str) -> bytes:
    """What a file of the kernel says of a thread of this process; nothing if it is gone."""
    try:
        file = os.open(f"/proc/self/task/{native_id}/{file_name}", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        return os.read(file, 512)
    except OSError:
        return b""
    finally:
        os.close(file)


def _wait_until_gone(native_id: int) -> None:
    """A thread that has said its last word takes a moment to end; a fork warns of threads that are there still."""
    for _ in range(100):
        try:
            os.stat(f"/proc/self/task/{native_id}")
        except OSError:
            return
        time.sleep(0.0001)


def _native_id_offset() -> int:
    """Where the C library keeps a thread's native id, counted from its identifier (a ``pthread_t``); -1 unknown."""
    own = get_native_id().to_bytes(4, "little")
    data = _memory_at(get_ident(), _PTHREAD_BYTES)
    places = [place for place in range(0, len(data) - 3, 4) if data[place : place + 4] == own]
    return places[0] if len(places) == 1 else -1


def _int_at(address: int) -> int:
    return int.from_bytes(_memory_at(address, 4), "little")


def _memory_at(address: int, size: int) -> bytes:
    """Memory of this process, read so that an address which is not there does no harm."""
    try:
        file = os.open("/proc/self/mem", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        return os.pread(file, size, address)
    except (OSError, OverflowError):
        return b""
    finally:
        os.close(file)
