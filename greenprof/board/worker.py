"""`greenprof board judge`: takes one submission after the other, judges it, and keeps the result.

What a submission does is the judge's concern; here it is that nothing is lost. A judge that is killed leaves a lease
that runs out. A database that is away is waited for, with the result in hand.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from greenprof.board import jobs
from greenprof.board.log import log
from greenprof.errors import GreenprofError

if TYPE_CHECKING:
    from greenprof.board.model import Challenge, Result
    from greenprof.board.store import Store

IDLE_S = 0.5  # between two looks at an empty queue
_BACKOFF_S = (0.2, 0.5, 1.0, 2.0, 5.0)

T = TypeVar("T")
Judge = Callable[["jobs.Job", "Challenge"], "Result"]


def name_of_judge() -> str:
    """What this judge is called: its host and process."""
    return f"{socket.gethostname()}:{os.getpid()}"


def work(
    store: Store, challenges: Mapping[str, Challenge], judge: Judge, *, stop: threading.Event,
    lease_s: float = jobs.LEASE_S, until_empty: bool = False,
) -> int:  # fmt: skip
    """Judge until `stop` is set, or with `until_empty` until nothing waits; how many were judged."""
    name, names, judged = name_of_judge(), tuple(challenges), 0
    log("judge ready", judge=name, challenges=",".join(names))
    while not stop.is_set():
        job = _insist(lambda: jobs.take(store, name, names, lease_s=lease_s), stop)
        if job is None:
            if until_empty:
                break
            stop.wait(IDLE_S)
            continue
        judged += _one(store, job, challenges[job.challenge], judge, name=name, stop=stop, lease_s=lease_s)
    log("judge ended", judge=name, judged=judged)
    return judged


def _one(
    store: Store, job: jobs.Job, challenge: Challenge, judge: Judge, *, name: str, stop: threading.Event,
    lease_s: float,
) -> bool:  # fmt: skip
    began = time.monotonic()
    log("judging", submission=job.uid, challenge=job.challenge, attempt=job.attempt)
    done = threading.Event()
    alive = threading.Thread(target=_keep_lease, args=(store, job, done, lease_s), daemon=True)
    alive.start()
    try:
        result = judge(job, challenge)
    except Exception as error:  # whatever goes wrong in one must not end the judge
        said = str(error) if isinstance(error, GreenprofError) else f"{type(error).__name__}: {error}"
        log("judge failed", submission=job.uid, error=said)
        _insist(lambda: jobs.give_back(store, job, said), stop)
        return False
    finally:
        done.set()
        alive.join()
    kept = _insist(lambda: jobs.finish(store, job, name, result), stop)
    took = round(time.monotonic() - began, 3)
    log("judged" if kept else "result not kept", submission=job.uid, state=result.state, seconds=took)
    return bool(kept)


def _keep_lease(store: Store, job: jobs.Job, done: threading.Event, lease_s: float) -> None:
    while not done.wait(lease_s / 4):
        with suppress(GreenprofError):  # the database is away: the lease may outlast that
            jobs.renew(store, job, lease_s=lease_s)


def _insist(action: Callable[[], T], stop: threading.Event) -> T | None:
    """Do it, and again while the database is away; None where the judge is told to stop meanwhile."""
    for attempt in range(10**9):
        try:
            return action()
        except GreenprofError as error:
            log("database away", error=str(error))
            if stop.wait(_BACKOFF_S[min(attempt, len(_BACKOFF_S) - 1)]):
                return None
    return None
