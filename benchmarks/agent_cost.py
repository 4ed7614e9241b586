"""What ``greenprof agent`` costs the machine that it watches, and what those can do to it who ask it.

    python benchmarks/agent_cost.py                # all of it, about two minutes
    python benchmarks/agent_cost.py --part memory  # an hour of simulated time only

- **cpu**: a real agent at 1 Hz beside 300 processes in 100 groups, and a scrape a second: asleep; 30 of them awake
  twice a second; all of them awake twice a second. Percent of a core, from the kernel's account of the agent.
- **memory**: an hour of simulated time in a process of its own, in which 300 processes live and 36,000 come and go
  under 3,000 names, in 60 services: resident memory after ten minutes and after sixty.
- **scrape**: milliseconds of 200 scrapes with 100 groups, at ten looks a second, so that most are written anew.
- **hostile**: 500 connections that say nothing, go on for ever, ask for too much or never read; then four threads that
  ask as fast as they can. What an honest scrape takes meanwhile, and what the agent uses.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

PROCESSES = 300
PARTS = ("cpu", "memory", "scrape", "hostile")

# Forked from one Python, so that 300 of them fit into memory; each is a process of its own to everybody else.
HERD = """
import os, random, sys, time
count, awake = int(sys.argv[1]), int(sys.argv[2])
for number in range(count):
    if os.fork() == 0:
        with open("/proc/self/comm", "w") as name:
            name.write(f"herd-{number % 100}")
        time.sleep(random.random() * 0.5)
        while True:
            time.sleep(0.5 if number < awake else 1000)
print("ready", flush=True)
time.sleep(1000)
"""


@contextlib.contextmanager
def herd(count: int, awake: int) -> Iterator[None]:
    """So many processes, of which `awake` wake up twice a second."""
    command = [sys.executable, "-I", "-S", "-c", HERD, str(count), str(awake)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)


class Agent:
    """A running agent."""

    def __init__(self, *words: str) -> None:
        command = [sys.executable, "-m", "greenprof", "agent", "--listen", "127.0.0.1:0", *words]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        assert self.process.stderr is not None
        found = re.search(r":(\d+)/metrics", self.process.stderr.readline())
        assert found
        self.port = int(found[1])

    def scrape_s(self) -> float:
        """Seconds that a scrape takes."""
        begun = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", "/metrics", headers={"Accept": "application/openmetrics-text;version=1.0.0"})
        response = connection.getresponse()
        body = response.read()
        connection.close()
        assert response.status == 200
        assert body.endswith(b"# EOF\n")
        return time.perf_counter() - begun

    def cpu_s(self) -> float:
        """CPU time that it has used."""
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def ticks(self) -> int:
        """How often it has looked."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        connection.close()
        found = re.search(r"greenprof_agent_ticks_total (\d+)", text)
        assert found
        return int(found[1])

    def resident_mib(self) -> float:
        """Its memory."""
        return resident_mib(self.process.pid)

    def end(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(10)
        assert self.process.stderr is not None
        self.process.stderr.close()


def resident_mib(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def cpu(seconds: float) -> Iterator[tuple[str, str]]:
    """Percent of a core beside 300 processes."""
    for awake, said in (
        (0, "all asleep"),
        (30, "30 of them awake twice a second"),
        (PROCESSES, "all awake twice a second"),
    ):
        with herd(PROCESSES, awake):
            agent = Agent()
            try:
                time.sleep(3)  # what starting costs is not what watching costs
                before_s, begun = agent.cpu_s(), time.monotonic()
                while time.monotonic() - begun < seconds:
                    time.sleep(1)
                    agent.scrape_s()
                share = (agent.cpu_s() - before_s) / (time.monotonic() - begun)
                yield f"CPU at 1 Hz, {PROCESSES} processes more, {said}", f"{share:.2%} of a core"
            finally:
                agent.end()


def simulated_hour() -> None:
    """Run the hour; prints resident memory (MiB) after 10 and 60 minutes, and microseconds of CPU time a look."""
    from simulated_processes import SimulatedProcesses

    from greenprof.monitor import prometheus
    from greenprof.monitor.watch import Watch

    machine = SimulatedProcesses(cpus=8)
    for number in range(PROCESSES):
        machine.start(f"daemon-{number % 80}", 0.01 if number % 10 == 0 else 0.0, service=f"unit-{number % 60}.service")
    watch = Watch(machine, machine, clock=machine, wall=lambda: machine.now_ns / 1e9)
    passing: list[int] = []
    seen: list[float] = []
    looked_s = 0.0
    for second in range(3600):
        for number in range(10):
            passing.append(machine.start(f"job-{(second * 10 + number) % 3000}", 0.02, parent=2 + number))
        machine.sleep(1.0)
        if second % 15 == 0:
            prometheus.openmetrics(watch.families())
        begun_s = time.process_time()
        watch.tick()
        looked_s += time.process_time() - begun_s
        while len(passing) > 40:
            machine.end(passing.pop(0))
        if second in (600, 3599):
            seen.append(resident_mib(os.getpid()))
    print(*seen, looked_s / 3600 * 1e6, len(watch.ledger.shown), machine.now_ns // 10**9 - 1000)


def memory() -> Iterator[tuple[str, str]]:
    """Resident memory over an hour of simulated time."""
    done = subprocess.run(
        [sys.executable, __file__, "--simulated-hour"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent,
    )
    early, late, look_us, groups, _ = map(float, done.stdout.split())
    yield (
        "memory after 10 and 60 minutes of simulated time, 36,000 processes gone by",
        f"{early:.1f} and {late:.1f} MiB",
    )
    yield f"a look at 340 simulated processes, {groups:.0f} groups shown", f"{look_us / 1000:.2f} ms"


def scrape() -> Iterator[tuple[str, str]]:
    """Milliseconds of a scrape whose text is made anew."""
    with herd(PROCESSES, PROCESSES):
        agent = Agent("--interval", "0.1")
        try:
            time.sleep(2)
            times = []
            for _ in range(200):
                time.sleep(0.05)
                times.append(agent.scrape_s() * 1000)
        finally:
            agent.end()
    times.sort()
    yield (
        "a scrape: median, 90th and 99th of a hundred",
        f"{statistics.median(times):.1f}, {times[179]:.1f}, {times[197]:.1f} ms",
    )


def hostile() -> Iterator[tuple[str, str]]:
    """What others can do to it."""
    agent = Agent()
    ways = (
        b"",
        b"GET /metrics HTTP/1.1\r\nX-Slow: ",
        b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"x" * 2**20,
    )
    held: list[socket.socket] = []
    try:
        time.sleep(2)
        begun_mib = agent.resident_mib()
        times, before_s, begun = [], agent.cpu_s(), time.monotonic()
        ticks = agent.ticks()
        for number in range(500):
            connection = socket.create_connection(("127.0.0.1", agent.port), timeout=20)
            held.append(connection)
            connection.setblocking(False)
            with contextlib.suppress(OSError):
                connection.send(ways[number % len(ways)])
            if number % 25 == 24:
                times.append(agent.scrape_s() * 1000)
        while time.monotonic() - begun < 10:
            for connection in held:
                with contextlib.suppress(OSError):
                    connection.send(b"y")
            times.append(agent.scrape_s() * 1000)
            time.sleep(0.5)
        span_s = time.monotonic() - begun
        looked = (agent.ticks() - ticks) / span_s
        yield "500 connections held open: an honest scrape, the longest", f"{max(times):.0f} ms"
        share, more_mib = (agent.cpu_s() - before_s) / span_s, agent.resident_mib() - begun_mib
        yield (
            "meanwhile the agent uses",
            f"{share:.1%} of a core, {more_mib:+.1f} MiB; it looks {looked:.2f} times a second",
        )
        for connection in held:
            connection.close()
        yield from flood(agent)
    finally:
        agent.end()


def flood(agent: Agent) -> Iterator[tuple[str, str]]:
    """Four threads that ask as fast as they can, for five seconds."""
    until = time.monotonic() + 5
    asked = [0] * 4

    def ask(place: int) -> None:
        while time.monotonic() < until:
            with contextlib.suppress(OSError, AssertionError, http.client.HTTPException):
                agent.scrape_s()
                asked[place] += 1

    before_s, ticks, begun = agent.cpu_s(), agent.ticks(), time.monotonic()
    threads = [threading.Thread(target=ask, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    span_s = time.monotonic() - begun
    share = (agent.cpu_s() - before_s) / span_s
    looked = (agent.ticks() - ticks) / span_s
    yield (
        f"four that ask as fast as they can ({sum(asked) / span_s:.0f} scrapes a second are answered)",
        f"{share:.0%} of a core, it looks {looked:.2f} times a second",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=PARTS, action="append")
    parser.add_argument("--seconds", type=float, default=20.0, help="of each measurement of CPU time")
    parser.add_argument("--simulated-hour", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.simulated_hour:
        simulated_hour()
        return
    print("| what | figure |\n| --- | --- |")
    made = {"cpu": lambda: cpu(asked.seconds), "memory": memory, "scrape": scrape, "hostile": hostile}
    for part in asked.part or PARTS:
        for what, figure in made[part]():
            print(f"| {what} | {figure} |", flush=True)


if __name__ == "__main__":
    main()
