"""The agent as it runs: on a simulated powercap tree, asked by friend and foe and by a real Prometheus."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from greenprof.errors import GreenprofError
from greenprof.monitor.agent import address_of

from .conftest import attributes, greenprof
from .test_export import needs, promtool, samples

OPENMETRICS = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"
WATTS = 50.0


class Agent:
    """A running agent."""

    def __init__(self, *words: str) -> None:
        command = [sys.executable, "-m", "greenprof", "agent", "--listen", "127.0.0.1:0", *words]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        assert self.process.stderr is not None
        self.said = self.process.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/metrics", self.said)
        assert found, self.said + self.process.stderr.read()
        self.port = int(found[1])

    def ask(self, path: str = "/metrics", method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, headers=headers)
            response = connection.getresponse()
            return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
        finally:
            connection.close()

    def wait_for(self, least_j: float) -> dict[str, float]:
        """What it says once it has seen so many joules."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            found = samples(self.ask()[2])
            if sum(value for name, value in found.items() if name.startswith("greenprof_host_joules_total")) >= least_j:
                return found
            time.sleep(0.1)
        raise AssertionError("the agent has not seen the joules")

    def end(self, how: int = signal.SIGTERM) -> tuple[int, str]:
        assert self.process.stderr is not None
        self.process.send_signal(how)
        self.process.wait(10)
        return self.process.returncode, self.process.stderr.read()


@contextlib.contextmanager
def running(*words: str) -> Iterator[Agent]:
    agent = Agent(*words)
    try:
        yield agent
    finally:
        agent.process.kill()
        agent.process.wait()
        assert agent.process.stderr is not None
        agent.process.stderr.close()


@pytest.fixture
def tree(powercap_tree):
    """A machine of two domains that draws 50 W."""
    made = powercap_tree("two-sockets")
    with made.run_at(WATTS):
        yield made


@pytest.fixture
def agent(tree) -> Iterator[Agent]:
    with running("--meter", f"rapl:{tree.root}", "--interval", "0.2") as made:
        yield made


BURN = "import time\nend = time.monotonic() + 30\nwhile time.monotonic() < end: pass"


def test_the_joules_of_the_machine_and_of_a_process_that_burns_them(agent):
    with subprocess.Popen([sys.executable, "-c", BURN]) as burner:
        try:
            found = agent.wait_for(80)
        finally:
            burner.kill()
    host_j = sum(value for name, value in found.items() if name.startswith("greenprof_host_joules_total"))
    groups = {name: value for name, value in found.items() if name.startswith("greenprof_process_joules_total")}
    forgotten_j = found["greenprof_forgotten_joules_total"]
    assert sum(groups.values()) + forgotten_j == pytest.approx(host_j, rel=1e-6)
    pythons = sum(value for name, value in groups.items() if f'"{Path(sys.executable).name[:15]}"' in name)
    assert pythons > 0.02 * host_j, "on a machine that others keep busy too"
    assert found['greenprof_host_watts{domain="package-0"}'] == pytest.approx(0.5 * WATTS, rel=0.6)
    assert "measured, ±5 %" in agent.said
    meter = next(name for name in found if name.startswith("greenprof_meter_info"))
    assert 'meter="rapl",estimated="false",uncertainty="0.05"' in meter


def test_what_it_says_is_right_in_both_formats(agent):
    agent.wait_for(1)
    status, headers, text = agent.ask()
    assert (status, headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert promtool(text) == ""
    status, headers, text = agent.ask(Accept=OPENMETRICS)
    assert headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert text.endswith(b"# EOF\n")
    created = re.search(rb"^greenprof_host_joules_created\{[^}]*\} (\S+)$", text, re.MULTILINE)
    assert created
    assert 0 < time.time() - float(created[1]) < 60
    status, headers, body = agent.ask(method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 1000


def test_a_python_is_called_by_what_it_runs_if_asked_for(tree, tmp_path):
    (tmp_path / "nightly.py").write_text(BURN)
    with (
        running("--meter", f"rapl:{tree.root}", "--interval", "0.2", "--scripts") as agent,
        subprocess.Popen([sys.executable, "-u", str(tmp_path / "nightly.py"), "--password=s3cret"]) as burner,
    ):
        try:
            found = agent.wait_for(50)
        finally:
            burner.kill()
        assert found['greenprof_process_joules_total{command="nightly.py"}'] > 0.5
        assert b"s3cret" not in agent.ask()[2]


def test_no_argument_of_a_command_gets_out(agent):
    with subprocess.Popen([sys.executable, "-c", BURN, "--password=s3cret"]) as burner:
        try:
            agent.wait_for(30)
        finally:
            burner.kill()
    assert b"s3cret" not in agent.ask()[2]


CHILD = """
import sys, time
open("/proc/self/comm", "w").write(sys.argv[1])
while time.process_time() < float(sys.argv[2]): pass
"""
PARENT = f"""
import resource, subprocess, sys
open("/proc/self/comm", "w").write("maker")
for name, seconds, times in (("mite", "0.03", 12), ("whale", "1.3", 1)):
    for _ in range(times):
        subprocess.run([sys.executable, "-S", "-I", "-c", {CHILD!r}, name, seconds])
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(sum(each.ru_utime + each.ru_stime for each in used), flush=True)
sys.stdin.read()
"""


def test_children_that_come_and_go_between_two_looks_are_counted(agent):
    """The kernel's own account of a family is what its groups have, however short its members lived."""
    command = [sys.executable, "-S", "-I", "-c", PARENT]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as family:
        assert family.stdout is not None
        truth_s = float(family.stdout.readline())
        time.sleep(1)
        found = samples(agent.ask()[2])
        family.kill()
    seen_s = {
        name: found.get(f'greenprof_process_cpu_seconds_total{{command="{name}"}}', 0.0)
        for name in ("maker", "mite", "whale")
    }
    assert sum(seen_s.values()) == pytest.approx(truth_s, rel=0.2)
    assert seen_s["whale"] == pytest.approx(1.3, rel=0.15)


NAMED = "import pathlib, sys\npathlib.Path('/proc/self/comm').write_bytes(sys.argv[1].encode())\n" + BURN


def test_a_process_that_gives_itself_a_wild_name_breaks_nothing(agent):
    with subprocess.Popen([sys.executable, "-c", NAMED, 'a"b\\c}\x1b[2J é']) as burner:
        try:
            agent.wait_for(80)
        finally:
            burner.kill()
    text = agent.ask()[2]
    assert promtool(text) == ""
    assert r'command="a\"b\\c}?[2J é"'.encode() in text


@pytest.mark.parametrize(
    ("path", "method", "headers", "status"),
    [
        ("/healthz", "GET", {}, 200),
        ("/metrics?x=1", "GET", {}, 200),
        ("/", "GET", {}, 404),
        ("/metrics/../etc/passwd", "GET", {}, 404),
        ("/metrics", "POST", {}, 405),
        ("/metrics", "DELETE", {}, 405),
        ("/metrics", "GET", {"Host": "evil.example"}, 403),
        ("/metrics", "GET", {"Host": "localhost:9105"}, 200),
        ("/metrics", "GET", {"X-Big": "x" * 10_000}, 431),
    ],
)
def test_only_what_is_there_is_given(shared_agent, path, method, headers, status):
    assert shared_agent.ask(path, method, **headers)[0] == status


@pytest.fixture(scope="module")
def shared_agent() -> Iterator[Agent]:
    with running("--interval", "0.5") as made:
        yield made


def test_an_estimate_says_that_it_is_one(shared_agent):
    text = shared_agent.ask()[2].decode()
    assert 'meter="estimate",estimated="true"' in text
    assert re.search(r"estimated, ±\d+ %\)", shared_agent.said)


def raw(port: int, text: bytes, patience_s: float = 3.0) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=patience_s) as connection:
        connection.sendall(text)
        answer = b""
        with contextlib.suppress(OSError):
            while piece := connection.recv(65_536):
                answer += piece
        return answer


@pytest.mark.parametrize(
    "text",
    [
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"\x16\x03\x01\0\r\n\r\n",
        b"GET http://x/ HTTP/1.1\r\n\r\n",
        b"GET / HTTP/2\r\n\r\n",
    ],
)
def test_what_is_no_request_is_told_so(shared_agent, text):
    assert raw(shared_agent.port, text).startswith(b"HTTP/1.1 400 ")


def test_those_who_hold_connections_open_hold_nobody_up(shared_agent):
    """Five hundred connections, some that say nothing, some that never end their request, some that never read."""
    ways = (
        b"",
        b"GET /metrics HTTP/1.1\r\nX-Slow: ",
        b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"x" * 20_000,
    )
    held: list[socket.socket] = []
    slowest_s = 0.0
    try:
        for number in range(500):
            with contextlib.suppress(OSError):
                connection = socket.create_connection(("127.0.0.1", shared_agent.port), timeout=5)
                held.append(connection)
                connection.sendall(ways[number % len(ways)])
            if number % 50 == 49:
                begun = time.monotonic()
                assert shared_agent.ask()[0] == 200
                slowest_s = max(slowest_s, time.monotonic() - begun)
        descriptors = len(list(Path(f"/proc/{shared_agent.process.pid}/fd").iterdir()))
        before = samples(shared_agent.ask()[2])["greenprof_agent_ticks_total"]
        time.sleep(2.5)
        assert samples(shared_agent.ask()[2])["greenprof_agent_ticks_total"] >= before + 3, "it looks on meanwhile"
    finally:
        for connection in held:
            connection.close()
    assert slowest_s < 3
    assert descriptors < 120


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_told_to(how):
    with running() as agent:
        assert agent.end(how) == (0, "")


def test_a_port_that_is_taken_is_one_line(shared_agent):
    done = greenprof("agent", "--listen", f"127.0.0.1:{shared_agent.port}")
    assert done.returncode == 2
    assert done.stderr.decode().count("\n") == 1
    assert "Address already in use" in done.stderr.decode()


@pytest.mark.parametrize("listen", ["0.0.0.0:9105", "[::]:9105", "192.0.2.1:9105"])
def test_where_others_reach_it_has_to_be_said(listen):
    with pytest.raises(GreenprofError, match="--allow-remote"):
        address_of(listen)
    assert address_of(listen, allow_remote=True)[1] == 9105


@pytest.mark.parametrize(
    "listen", ["", "9105", "localhost", "127.0.0.1:99999", "127.0.0.1:x", "no.such.host:1", "[::1]"]
)
def test_what_is_no_address(listen):
    with pytest.raises(GreenprofError):
        address_of(listen)


def test_addresses():
    assert address_of(":0") == ("127.0.0.1", 0)
    assert address_of("localhost:1") == ("127.0.0.1", 1)
    assert address_of("[::1]:9105") == ("::1", 9105)


@pytest.mark.parametrize("encoding", [(), ("--otlp-json",)])
def test_it_sends_by_otlp_and_bears_with_a_receiver_that_is_away(tree, otlp_receiver, encoding):
    otlp_receiver.answers = [(500, {}, b"not now"), (200, {}, b"")]
    with running(
        "--meter", f"rapl:{tree.root}", "--interval", "0.2", "--otlp", otlp_receiver.url, "--push-every", "1", *encoding
    ) as agent:
        until = time.monotonic() + 20
        while len(otlp_receiver.requests) < 3 and time.monotonic() < until:
            time.sleep(0.1)
        code, said = agent.end()
    assert code == 0
    assert "did not take it: 500" in said
    assert "takes the metrics again" in said
    metrics = otlp_receiver.metrics()
    assert {attributes(point)["hw.id"] for point in metrics["hw.energy"].sum.data_points} >= {"package-0", "dram-0"}
    assert {attributes(point)["hw.type"] for point in metrics["hw.power"].gauge.data_points} == {"cpu", "memory"}
    of_processes = metrics["greenprof.process.energy"]
    assert (of_processes.unit, of_processes.sum.is_monotonic) == ("J", True)
    names = {attributes(point)["process.executable.name"] for point in of_processes.sum.data_points}
    assert {"(other)", "(unseen)"} < names
    for point in metrics["hw.energy"].sum.data_points:
        assert 0 < point.start_time_unix_nano < point.time_unix_nano


def test_dashboard_and_service_are_printed():
    assert json.loads(greenprof("agent", "--print", "dashboard").stdout)["uid"] == "greenprof-agent"
    assert b"ExecStart=" in greenprof("agent", "--print", "service").stdout


def queries() -> list[str]:
    """What the dashboard asks, as Grafana would put it."""
    page = json.loads(greenprof("agent", "--print", "dashboard").stdout)
    asked = [target["expr"] for panel in page["panels"] for target in panel["targets"]]
    values = {"$__rate_interval": "10s", "$__range": "1m", "$instance": ".*"}
    for name, value in values.items():
        asked = [query.replace(name, value) for query in asked]
    assert not any("$" in query for query in asked)
    return asked


def test_the_dashboard_asks_for_what_the_agent_gives(agent):
    agent.wait_for(1)
    given = {re.match(r"\w+", name)[0] for name in samples(agent.ask()[2])}
    maybe = {"greenprof_host_idle_joules_total"}  # where idle watts are known
    asked = {name for query in queries() for name in re.findall(r"greenprof_\w+", query)}
    assert asked <= given | maybe
    assert len(queries()) > 10


@contextlib.contextmanager
def prometheus(folder: Path, target: str) -> Iterator[str]:
    """A real Prometheus that scrapes `target` twice a second; its address."""
    needs("prometheus")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    config = folder / "prometheus.yml"
    config.write_text(
        "global: {scrape_interval: 500ms, scrape_timeout: 500ms}\n"
        f"scrape_configs: [{{job_name: greenprof, static_configs: [{{targets: ['{target}']}}]}}]\n"
    )
    command = [
        "prometheus",
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={address}",
    ]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stderr=log) as process:
        try:
            yield address
        finally:
            process.terminate()
            process.wait(20)


def ask_prometheus(address: str, query: str) -> list[dict]:
    connection = http.client.HTTPConnection(address, timeout=10)
    try:
        connection.request("GET", f"/api/v1/query?query={quote(query)}")
        answer = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    assert answer["status"] == "success", (query, answer)
    return answer["data"]["result"]


def test_a_real_prometheus_scrapes_it_and_answers_every_query_of_the_dashboard(agent, tmp_path):
    with prometheus(tmp_path, f"127.0.0.1:{agent.port}") as address:
        until = time.monotonic() + 60
        series: list[dict] = []
        while time.monotonic() < until:
            with contextlib.suppress(OSError, ValueError):  # it is not there yet, or not ready
                series = ask_prometheus(address, "greenprof_host_joules_total[1m]")
                if series and len(series[0]["values"]) > 5:
                    break
            time.sleep(0.3)
        assert series, (tmp_path / "log").read_text()
        ends = [(each["values"][0], each["values"][-1]) for each in series]
        drawn_w = sum((float(last[1]) - float(first[1])) / (last[0] - first[0]) for first, last in ends)
        assert drawn_w == pytest.approx(WATTS, rel=0.2)
        assert ask_prometheus(address, "up")[0]["value"][1] == "1"
        empty = [query for query in queries() if not ask_prometheus(address, query)]
        may_be_empty = ("idle_joules", "service!=", "container!=")  # what this machine does not have or know
        assert [query for query in empty if not any(word in query for word in may_be_empty)] == []
        # Prometheus has asked for OpenMetrics, and so has the times since when counters count.
        assert ask_prometheus(address, "greenprof_host_joules_created")
