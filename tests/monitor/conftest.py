"""Reports to export, and a receiver of OTLP that knows the published messages only."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from greenprof.model import Energy, Finding, Host, Hotspot, MeterInfo, Overhead, Report, Run
from greenprof.wire import dumps, report_to_json

METER = MeterInfo(
    name="rapl",
    estimated=False,
    domains=("package-0", "dram-0"),
    uncertainty=0.05,
    scope="the processor and its memory",
)


def report_of(**changes: Any) -> Report:
    """A run of 100 J, of which 60 J are the program's."""
    finding = Finding(
        rule="query-in-loop", group="database", path="app.py", line=42, column=9, end_line=42, message="per row",
        severity="warning", confidence="high", cost="query", energy_j=20.0,
    )  # fmt: skip
    made: dict[str, Any] = {
        "run": Run(
            command=("/usr/bin/python3", "src/app.py", "--token", "s3cret"), started_at="2026-11-21T20:00:00Z",
            duration_s=12.5, exit_code=0, cpu_s=11.9, processes=2, max_rss_bytes=None, read_bytes=0, written_bytes=4096,
        ),
        "host": Host(
            cpu="a processor", cores=2, os="Linux", python="3.12", virtualised=False, governor=None, fingerprint="f1"
        ),
        "meter": METER,
        "energy": Energy(
            total_j=100.0, domains_j={"package-0": 90.0, "dram-0": 10.0}, idle_j=30.0, process_j=60.0, other_j=10.0,
            unattributed_j=1.0, mean_w=8.0, interval_j=(57.0, 63.0),
        ),
        "hotspots": (
            Hotspot(
                path="app.py", line=42, function="load", self_j=20.0, cpu_s=3.9, samples=390, wait_s=0.0, idle_j=None
            ),
        ),
        "functions": (), "findings": (finding,), "tree": (), "timeline": (), "processes": (),
        "overhead": Overhead(cpu_s=0.0, wall_s=0.0),
    }  # fmt: skip
    return Report(**{**made, **changes})


@pytest.fixture
def saved(tmp_path: Path) -> Callable[..., Path]:
    """Write a report to a file."""

    def write(name: str = "report.json", **changes: Any) -> Path:
        path = tmp_path / name
        path.write_text(dumps(report_to_json(report_of(**changes))), encoding="utf-8")
        return path

    return write


def greenprof(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The installed command."""
    return subprocess.run(
        [sys.executable, "-m", "greenprof", *map(str, words)],
        capture_output=True, check=False, timeout=60, env={**os.environ, **environment},
    )  # fmt: skip


@dataclass
class Receiver:
    """What was sent to a receiver of OTLP, and what it answers; the last answer is given ever after."""

    url: str = ""
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=lambda: [(200, {}, b"")])
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def messages(self) -> list[Any]:
        """Each request as the message that the protocol names."""
        from google.protobuf.json_format import Parse
        from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

        return [
            Parse(body, ExportMetricsServiceRequest())
            if headers["content-type"] == "application/json"
            else ExportMetricsServiceRequest.FromString(body)
            for _, headers, body in self.requests
        ]

    def metrics(self) -> dict[str, Any]:
        """The metrics of the last request by name."""
        last = self.messages()[-1]
        return {
            metric.name: metric
            for of_resource in last.resource_metrics
            for of_scope in of_resource.scope_metrics
            for metric in of_scope.metrics
        }


@pytest.fixture
def otlp_receiver() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.requests.append((self.path, headers, body))
            status, more, answer = receiver.answers.pop(0) if len(receiver.answers) > 1 else receiver.answers[0]
            self.send_response(status)
            for name, value in {"Content-Length": str(len(answer)), **more}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield receiver
        server.shutdown()
        thread.join()


def attributes(point: Any) -> dict[str, str]:
    """The attributes of a point of OTLP."""
    return {pair.key: pair.value.string_value for pair in point.attributes}
