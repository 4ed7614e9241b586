"""Runs inside the private namespace, in a tool's own environment: one job, measured through one adapter.

    python measure.py ADAPTER --seconds 3      one measured job
    python measure.py ADAPTER --pairs 2000     the median cost of starting and stopping it

Writes lines of JSON to standard output: ``{"begun_ns": …}`` as soon as the job runs, then the answer.
Whatever the tool prints goes to standard error. Standard library only.
"""

import argparse
import json
import os
import statistics
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from importlib.util import module_from_spec, spec_from_file_location

BUSY_S, IDLE_S = 0.005, 0.005
WARM_UP = 50


class Job:
    """Works and sleeps in turn for some time, and knows when that was."""

    def __init__(self, seconds, say):
        self._seconds, self._say = seconds, say
        self.begun_ns = self.ended_ns = None

    def __call__(self):
        self.begun_ns = time.monotonic_ns()
        self._say({"begun_ns": self.begun_ns})
        deadline = time.monotonic() + self._seconds
        while time.monotonic() < deadline:
            busy_until = time.monotonic() + BUSY_S
            while time.monotonic() < busy_until:
                sum(range(1000))
            time.sleep(IDLE_S)
        self.ended_ns = time.monotonic_ns()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("adapter")
    arguments.add_argument("--seconds", type=float)
    arguments.add_argument("--pairs", type=int)
    wanted = arguments.parse_args()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(what):
        answers.write(json.dumps(what) + "\n")
        answers.flush()

    adapter = load(wanted.adapter)
    answer = {"version": version_of(adapter.PACKAGE)}
    try:
        answer |= measured(adapter, wanted.seconds, say) if wanted.pairs is None else cost(adapter, wanted.pairs)
    except Exception as failure:
        answer |= failed(adapter.PACKAGE, failure)
    say(answer)


def measured(adapter, seconds, say):
    job = Job(seconds, say)
    result = adapter.measure(job)
    return {**result, "begun_ns": job.begun_ns, "ended_ns": job.ended_ns}


def cost(adapter, pairs):
    pair = adapter.start_stop()
    times_ns = []
    for _ in range(WARM_UP + pairs):
        begun_ns = time.perf_counter_ns()
        pair()
        times_ns.append(time.perf_counter_ns() - begun_ns)
    return {"median_us": statistics.median(times_ns[WARM_UP:]) / 1e3}


def failed(package, failure):
    """An error of the tool's own making is a refusal; any other is a crash."""
    kind = type(failure)
    lines = str(failure).strip().splitlines()
    said = f"{kind.__name__}: {lines[0]}" if lines else kind.__name__
    return {"refused" if kind.__module__.partition(".")[0] == package else "crashed": said}


def load(path):
    spec = spec_from_file_location("adapter", path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def version_of(package):
    try:
        return version(package)
    except PackageNotFoundError:
        return "?"


if __name__ == "__main__":
    sys.exit(main())
