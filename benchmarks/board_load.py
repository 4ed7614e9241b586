"""What the board bears: nothing lost and nothing twice while things break, and a room that watches.

    python benchmarks/board_load.py queue     100 submissions of 20 teams, two judges on PostgreSQL; one judge is killed
                                              and the database restarted in the middle
    python benchmarks/board_load.py viewers   200 viewers with live updates, 50 submissions in a minute, SQLite

The judges of these trials judge nothing: they wait a little and make a result up from the submission's number, so that
it is the queue, the store and the pages that are tried. `queue` needs PostgreSQL's own programs (initdb, pg_ctl).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from greenprof.board import accounts, jobs, submissions
from greenprof.board.challenge import load, shipped
from greenprof.board.model import JUDGED, Measured, Pair, Result
from greenprof.board.store import VARIABLE, Store, address_of
from greenprof.board.worker import work
from greenprof.host import describe_host
from greenprof.model import MeterInfo

TEAMS, EACH = 20, 5
GENEROUS = submissions.Allowance(waiting=10_000, an_hour=10_000)
METER = MeterInfo(name="made up", estimated=False, domains=("none",), uncertainty=0.0, scope="nothing")


def made_up(job: jobs.Job, cost_s: float) -> Result:
    """A result that depends on the submission only, so that every judge comes to the same."""
    time.sleep(cost_s)
    draw = random.Random(job.body)
    score = draw.uniform(0.4, 2.0)
    run = Measured(
        joules=10.0, total_j=20.0, idle_j=10.0, cpu_s=1.0, wall_s=1.0, busy_s=1.0, sandbox_s=0.01, exit_code=0,
        answer="0" * 64,
    )  # fmt: skip
    pairs = tuple(
        Pair(seed=seed, reference_first=True, reference=run, submission=replace(run, joules=10 * score))
        for seed in range(8)
    )
    return Result(
        submission=job.uid, challenge=job.challenge, team=job.team, language=job.language, state=JUDGED, score=score,
        interval=(score * 0.98, score * 1.02), quantity="joules", log_score=math.log(score), log_error=0.01,
        joules=10 * score, cpu_s=score, precise=True, estimated=False, meter=METER, host=describe_host(),
        readings=pairs,
    )  # fmt: skip


def challenges() -> dict:
    return {one.name: one for one in map(load, shipped())}


def judge_process(cost_s: float, lease_s: float) -> None:
    """A judge of its own process: ends by SIGTERM."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    store = Store(address_of(None, Path.cwd()))
    work(store, challenges(), lambda job, _: made_up(job, cost_s), stop=stop, lease_s=lease_s)


def start_judge(url: str, cost_s: float, lease_s: float) -> subprocess.Popen:
    command = [sys.executable, __file__, "judge", "--cost", str(cost_s), "--lease", str(lease_s)]
    return subprocess.Popen(command, env={**os.environ, VARIABLE: url}, stderr=subprocess.DEVNULL)


class Server:
    """A PostgreSQL of this trial's own, reached by a socket in its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tools = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        folder.chmod(0o755)
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        self._run("initdb", "--auth", "trust", "--username", "postgres", "--pgdata", str(folder / "data"))
        self.control("start")

    def control(self, action: str, *more: str) -> None:
        options = f"-c listen_addresses='' -k {self.folder}"
        own = ["--options", options] if action in ("start", "restart") else []
        log = ["--log", str(self.folder / "log")]
        self._run("pg_ctl", "--pgdata", str(self.folder / "data"), "--wait", *log, *own, *more, action)

    def _run(self, tool: str, *words: str) -> None:
        as_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        command = [*as_user, str(self.tools / tool), *words]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/postgres?host={self.folder}"


def queue() -> int:
    """100 submissions, two judges, one killed, the database stopped at once and started again."""
    total = TEAMS * EACH
    with tempfile.TemporaryDirectory(prefix="greenprof-load-", dir="/tmp") as own:
        server = Server(Path(own))
        judges = []
        try:
            store = Store(address_of(server.url, Path(own)))
            name = next(iter(challenges()))
            for team in (accounts.add_team(store, f"team {n}", who="trial") for n in range(TEAMS)):
                for number in range(EACH):
                    text = f"{team.name} {number}"
                    submissions.accept(
                        store, team, challenge=name, language="python", filename="a.py", body=text.encode(),
                        digest=text, allowance=GENEROUS,
                    )  # fmt: skip
            began = time.monotonic()
            judges = [start_judge(server.url, 0.1, 3.0) for _ in range(2)]
            wait_for(store, 25)
            judges[0].kill()
            print(f"killed a judge at {jobs.states(store)}")
            judges.append(start_judge(server.url, 0.1, 3.0))
            wait_for(store, 60)
            print(f"stopped the database at {jobs.states(store)}")
            server.control("restart", "--mode", "immediate")
            wait_for(store, total)
            took = time.monotonic() - began
            return told(store, name, took)
        finally:
            for judge in judges:
                judge.terminate()
                judge.wait()
            server.control("stop", "--mode", "immediate")


def wait_for(store: Store, number: int) -> None:
    for _ in range(2000):
        try:
            states = jobs.states(store)
            if states[JUDGED] >= number or states["failed"]:
                return
        except Exception as error:  # the database is away, as it should be
            print(f"  ({str(error)[:80]})")
        time.sleep(0.05)
    raise SystemExit(f"not done: {jobs.states(store)}")


def told(store: Store, name: str, took: float) -> int:
    """What came of it: each submission judged once, and the ranking that of a serial run."""
    from greenprof.board.event import Event
    from greenprof.board.standing import standing

    found = submissions.entries(store, challenge=name)
    attempts = Counter(one.attempts for one in found)
    results = submissions.results_of(store, [one.id for one in found])
    print(f"{len(found)} submissions, {len(results)} results, {jobs.states(store)}, in {took:.1f} s")
    print(f"attempts: {dict(sorted(attempts.items()))} (a second one follows a judge that died)")
    shown = standing(name, found, lambda numbers: results, Event(), found[0].received_at, everything=True)
    order = [line.entry.uid for line in shown.tables[0].lines]
    serial = {}
    for one in found:
        score = random.Random(submissions.source_of(store, one.id)).uniform(0.4, 2.0)
        best = serial.get(one.team)
        if best is None or score < best[0]:
            serial[one.team] = (score, one.uid)
    same = order == [uid for _, uid in sorted(serial.values())]
    print(f"the ranking is that of a serial run: {same}")
    return 0 if same and len(results) == len(found) == TEAMS * EACH else 1


def viewers(number: int, posts: int, seconds: float) -> int:
    """Live viewers, each of whom also loads the page now and then, while teams hand in."""
    with tempfile.TemporaryDirectory(prefix="greenprof-load-") as own:
        url = str(Path(own) / "board.sqlite")
        store = Store(address_of(url, Path(own)))
        tokens = []
        for n in range(TEAMS):
            team = accounts.add_team(store, f"team {n}", who="trial")
            tokens.append(accounts.new_key(store, team, accounts.TOKEN, who="trial"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "greenprof", "board", "serve", "--judges", "0", "--port", str(port)]
        command += ["--database", url, "--waiting", "10000", "--an-hour", "10000"]
        with (Path(own) / "log").open("w") as log:
            server = subprocess.Popen(command, stderr=log)
        judge = start_judge(url, 0.2, 30.0)
        try:
            for _ in range(200):
                with socket.socket() as tried:
                    if tried.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            return asyncio.run(_room(port, tokens, number, posts, seconds))
        finally:
            for process in (server, judge):
                process.terminate()
                process.wait()
            lines = [json.loads(line) for line in (Path(own) / "log").read_text().splitlines() if line[:1] == "{"]
            statuses = Counter(line["status"] for line in lines if line["event"] == "request")
            print(f"the server's own log: {dict(statuses)}")


async def _room(port: int, tokens: list[str], number: int, posts: int, seconds: float) -> int:
    name = next(iter(challenges()))
    pages: list[float] = []
    taken: list[float] = []
    events: Counter[int] = Counter()
    errors: list[str] = []
    end = time.monotonic() + seconds

    async def ask(request: str, body: bytes = b"") -> tuple[int, float]:
        began = time.monotonic()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request.encode() + b"Host: board\r\nConnection: close\r\n\r\n" + body)
        head = await reader.readline()
        await reader.read()
        writer.close()
        return int(head.split()[1]), time.monotonic() - began

    async def watch(place: int) -> None:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"GET /challenges/{name}/live HTTP/1.1\r\nHost: board\r\n\r\n".encode())
            if b"200" not in await reader.readline():
                errors.append("a viewer was refused")
                return
            while (left := end - time.monotonic()) > 0:
                line = await asyncio.wait_for(reader.readline(), left)
                if not line:
                    errors.append("a viewer was cut off")
                    return
                events[place] += line.startswith(b"event: changed")
        except TimeoutError:
            return
        finally:
            writer.close()

    async def look(place: int) -> None:
        await asyncio.sleep(random.Random(place).uniform(0, seconds * 0.9))
        status, took = await ask(f"GET /challenges/{name} HTTP/1.1\r\n")
        pages.append(took)
        if status != 200:
            errors.append(f"page: {status}")

    async def hand_in(place: int) -> None:
        await asyncio.sleep(place * seconds * 0.9 / posts)
        body = f"print({place})".encode()
        request = f"POST /api/challenges/{name}/submissions?filename=a.py HTTP/1.1\r\n"
        request += f"Authorization: Bearer {tokens[place % len(tokens)]}\r\nContent-Length: {len(body)}\r\n"
        status, took = await ask(request, body)
        taken.append(took)
        if status != 201:
            errors.append(f"submit: {status}")

    work = [watch(n) for n in range(number)] + [look(n) for n in range(number)] + [hand_in(n) for n in range(posts)]
    await asyncio.gather(*work)
    print(f"{number} viewers, {posts} submissions in {seconds:.0f} s; {len(errors)} errors {errors[:3]}")
    print(f"page:   p50 {at(pages, 0.5):.0f} ms, p95 {at(pages, 0.95):.0f} ms ({len(pages)} loads)")
    print(f"submit: p50 {at(taken, 0.5):.0f} ms, p95 {at(taken, 0.95):.0f} ms ({len(taken)})")
    print(f"live: each viewer was told {min(events.values(), default=0)} to {max(events.values(), default=0)} times")
    return 1 if errors else 0


def at(values: list[float], share: float) -> float:
    """A quantile, in milliseconds."""
    return 1000 * sorted(values)[min(len(values) - 1, int(share * len(values)))]


def main() -> int:
    """See the top of this file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["queue", "viewers", "judge"])
    parser.add_argument("--viewers", type=int, default=200)
    parser.add_argument("--submissions", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--cost", type=float, default=0.1, help=argparse.SUPPRESS)
    parser.add_argument("--lease", type=float, default=3.0, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.what == "judge":
        judge_process(given.cost, given.lease)
        return 0
    return queue() if given.what == "queue" else viewers(given.viewers, given.submissions, given.seconds)


if __name__ == "__main__":
    sys.exit(main())
