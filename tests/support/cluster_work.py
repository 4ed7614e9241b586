"""What runs in the processes of a cluster under test; they find this module by its name."""

from __future__ import annotations

import time
from importlib import reload

from greenprof import procstat
from greenprof.meters import registers


def simulate(stat, idle_w):
    """In a process of the cluster: its machine is the simulated one."""
    procstat.PATH = stat
    registers.idle_of = lambda domains: (idle_w, ())


def stop_simulating():
    """And now it is the real one again."""
    reload(procstat)
    reload(registers)


def burn(seconds, *_):
    """Use so many CPU seconds of this thread; returns how many it were."""
    begin = time.thread_time()
    while time.thread_time() - begin < seconds:
        sum(range(2000))
    return time.thread_time() - begin


def fail_at_first(folder, seconds, *_):
    """Burn, and fail until it has been tried twice before."""
    from pathlib import Path

    tries = len(list(Path(folder).iterdir()))
    (Path(folder) / str(tries)).touch()
    used = burn(seconds)
    if tries < 2:
        raise ValueError(f"try {tries}")
    return used


def burn_in_a_thread(seconds):
    """Burn in a thread of its own, as libraries do."""
    import threading

    helper = threading.Thread(target=burn, args=(seconds,))
    helper.start()
    helper.join()
    return seconds


def burn_in_a_child(seconds):
    """Burn in another process."""
    import subprocess
    import sys

    code = f"import time\nwhile time.process_time() < {seconds}: sum(range(2000))"
    subprocess.run([sys.executable, "-c", code], check=True)
    return seconds


def burn_inside(seconds):
    """A task that hands work on to the cluster, and waits for it."""
    from distributed import worker_client

    with worker_client() as client:
        return client.submit(burn, seconds, key="within").result()


class Counting:
    """An actor."""

    def __init__(self):
        self.calls = 0

    def work(self, seconds):
        self.calls += 1
        if self.calls == 2:
            raise ValueError("not now")
        return burn(seconds)


def square(number):
    return number * number


def fails(number):
    raise KeyError(number)


def dies():
    """Be killed, as by the system when memory runs out."""
    import os
    import signal

    os.kill(os.getpid(), signal.SIGKILL)
