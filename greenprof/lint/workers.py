"""Many files linted side by side, in as many processes as there are processors to use."""

from __future__ import annotations

import gc
import marshal
import multiprocessing
import os
import signal
import sys
from collections.abc import Container, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from greenprof.lint.documents import lint_file
from greenprof.lint.registry import load_rules
from greenprof.lint.result import FileResult
from greenprof.lint.rule import Rule

if TYPE_CHECKING:
    from multiprocessing.synchronize import Event

_WORTH_A_PROCESS = 40  # files: starting one takes as long as linting that many
_MOST_AT_ONCE = 32
_CHUNKS_PER_JOB = 40
_FILES_PER_COLLECTION = 200
_START = "forkserver" if sys.platform.startswith("linux") else "spawn"

_rules: tuple[Rule, ...] = ()
_stopped: Event
_since_collection = 0


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def begin_early(files: int, jobs: int) -> None:
    """Start what makes the processes, if so many files are worth some: it imports while this process still reads."""
    if _worth(jobs, files) > 1 and _START == "forkserver":
        from multiprocessing import forkserver

        forkserver.set_forkserver_preload(["__main__", "greenprof.lint.before_fork"])
        with _started_without_interrupts():
            forkserver.ensure_running()


def _worth(jobs: int, files: int) -> int:
    return min(jobs, files // _WORTH_A_PROCESS)


def lint_files(
    paths: Sequence[Path],
    rules: Sequence[Rule],
    extra_rules: Iterable[str | os.PathLike[str]],
    jobs: int,
    with_programs: Container[str] = (),
) -> Iterator[FileResult]:
    """What `rules` find in each of `paths`, in their order, with up to `jobs` processes.

    `extra_rules` are the folders that some of `rules` came from: another process loads its rules itself. The results of
    the paths in `with_programs` have the programs of these files.
    """
    jobs = _worth(jobs, len(paths))
    if jobs < 2:
        with collecting_rarely():
            for number, path in enumerate(paths, start=1):
                yield lint_file(path, rules, with_program=str(path) in with_programs)
                if number % _FILES_PER_COLLECTION == 0:
                    gc.collect(0)
        return
    asked = [(path, str(path) in with_programs) for path in paths]
    chunks = list(_chunks([_size(path) for path in paths], jobs))
    folders, names = tuple(os.fspath(folder) for folder in extra_rules), frozenset(rule.name for rule in rules)
    context = multiprocessing.get_context(_START)
    stopped = context.Event()
    # Programs are millions of lists: what comes in is not gone through for garbage while it grows.
    with collecting_rarely(), ProcessPoolExecutor(jobs, context, _begin, (folders, names, stopped)) as pool:
        found: dict[int, FileResult] = {}
        try:
            with _started_without_interrupts():
                linted = pool.map(_lint_some, [[asked[place] for place in chunk] for chunk in chunks])
            for chunk, results in zip(chunks, linted, strict=True):
                found.update(zip(chunk, map(_unpacked, results), strict=True))
        except BaseException:
            stopped.set()
            raise
    yield from (found[place] for place in range(len(paths)))


@contextmanager
def _started_without_interrupts() -> Iterator[None]:
    """Ctrl-C goes to all processes of a terminal: those that are started here never see it.

    A process that is interrupted while it starts tells so with a traceback, or leaves a lock behind that others wait
    for. It takes over which signals are blocked, and so does the server that it is forked from. Who keeps account of
    semaphores unblocks the signal when it has started, and so has to be there before.
    """
    if sys.platform == "win32":
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _chunks(sizes: Sequence[int], jobs: int) -> Iterator[list[int]]:
    """What is handed to a process at once, as places in `sizes`: large files first, so that all end together."""
    enough = sum(sizes) / (jobs * _CHUNKS_PER_JOB)
    chunk: list[int] = []
    for place in sorted(range(len(sizes)), key=sizes.__getitem__, reverse=True):
        chunk.append(place)
        if len(chunk) == _MOST_AT_ONCE or sum(sizes[one] for one in chunk) > enough:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # it is said when it is read
        return 0


def _begin(folders: tuple[str, ...], names: frozenset[str], stopped: Event) -> None:
    global _rules, _stopped
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started this one tells it to stop
    _stopped = stopped
    _rules = tuple(rule for rule in load_rules(folders) if rule.name in names)
    gc.disable()


def _lint_some(asked: Sequence[tuple[Path, bool]]) -> list[FileResult]:
    global _since_collection
    results = []
    for path, with_program in asked:
        if _stopped.is_set():
            break
        results.append(_packed(lint_file(path, _rules, with_program=with_program)))
    _since_collection += len(asked)
    if _since_collection >= _FILES_PER_COLLECTION:
        gc.collect(0)
        _since_collection = 0
    return results


def _packed(result: FileResult) -> FileResult:
    """A result that goes from one process to another in little time: programs are many small lists."""
    return result if result.program is None else replace(result, program=marshal.dumps(result.program))


def _unpacked(result: FileResult) -> FileResult:
    return result if result.program is None else replace(result, program=marshal.loads(result.program))


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Syntax trees are many objects without cycles: collecting garbage while they grow triples the time to parse."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.unfreeze()  # all that there is counts as old now: it is not gone through because collecting is on again
        if was_on:
            gc.enable()
