"""Saved reports as metrics, through the command: for Prometheus, and to a receiver of OTLP."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof.errors import GreenprofError
from greenprof.monitor import prometheus
from greenprof.monitor.families import Family, Point, counter
from greenprof.monitor.of_report import families_of
from greenprof.monitor.otlp import hardware
from greenprof.monitor.programs import program_of
from greenprof.monitor.push import Answer, receiver, send

from .conftest import METER, attributes, greenprof, report_of


def needs(tool: str) -> None:
    """Skip where a tool of Debian's packages prometheus and prometheus-node-exporter is missing; fail in CI."""
    if shutil.which(tool) is None:
        missing = f"{tool} is not installed: apt install prometheus prometheus-node-exporter"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)


def promtool(text: bytes) -> str:
    needs("promtool")
    done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, check=False)
    return (done.stdout + done.stderr).decode() if done.returncode else ""


def samples(text: bytes) -> dict[str, float]:
    lines = (line.rsplit(" ", 1) for line in text.decode().splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in lines}


def test_a_report_is_metrics_that_promtool_finds_nothing_wrong_with(saved):
    done = greenprof("export", saved("one.json"), saved("two.json"))
    assert (done.returncode, done.stderr) == (0, b"")
    assert promtool(done.stdout) == ""
    found = samples(done.stdout)
    assert found['greenprof_run_process_joules{report="one",command="app.py"}'] == 60
    assert found['greenprof_run_host_joules{report="two",command="app.py",domain="dram-0"}'] == 10
    assert found['greenprof_run_finding_joules{report="one",command="app.py",rule="query-in-loop",severity="warning"}']
    text = done.stdout.decode()
    assert "# UNIT greenprof_run_process_joules joules" in text
    assert 'meter="rapl",estimated="false",uncertainty="0.05"' in text


def test_what_is_unknown_is_left_out_and_secrets_never_get_in(saved):
    text = greenprof("export", saved()).stdout.decode()
    assert "peak_memory" not in text
    assert "server_joules" not in text
    assert "s3cret" not in text


@pytest.mark.parametrize("format_", ["prometheus", "openmetrics", "otlp", "otlp-json"])
def test_an_output_is_written_whole_and_nothing_else_is_left(saved, tmp_path, format_):
    folder = tmp_path / "textfile"
    folder.mkdir()
    done = greenprof("export", saved(), "-f", format_, "-o", folder / "greenprof.prom")
    assert (done.returncode, done.stdout) == (0, b"")
    assert [path.name for path in folder.iterdir()] == ["greenprof.prom"]


def test_openmetrics_ends_and_names_units(saved):
    text = greenprof("export", saved(), "-f", "openmetrics").stdout.decode()
    assert text.endswith("# EOF\n")
    for name, unit in re.findall(r"^# UNIT (\S+) (\S+)$", text, re.MULTILINE):
        assert name.endswith(f"_{unit}")
    assert "# TYPE greenprof_run_meter info" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "name at least one saved report"),
        (("none.json",), "cannot be read"),
        (("{report}", "{report}"), "2 reports are called 'report'"),
        (("{report}", "--to", "localhost:4318"), "is no address of a receiver"),
        (("{report}", "--to", "http://user:s3cret@localhost"), "OTEL_EXPORTER_OTLP_HEADERS"),
        (("{report}", "--to", "http://localhost", "-f", "prometheus"), "is a text that is fetched"),
        (("{report}", "--to", "http://localhost", "-o", "x"), "give one"),
        (("{report}", "-o", "/no/such/folder/x.prom"), "there is no folder"),
    ],
)
def test_wrong_use_gets_one_line(saved, words, said):
    path = str(saved())
    done = greenprof("export", *(word.format(report=path) for word in words))
    assert done.returncode == 2
    last = done.stderr.decode().splitlines()[-1]
    assert said in last
    assert "s3cret" not in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


@pytest.mark.parametrize("format_", ["otlp", "otlp-json"])
def test_a_receiver_gets_the_semantic_names_of_hardware_energy(saved, otlp_receiver, format_):
    done = greenprof(
        "export", saved(), "--to", otlp_receiver.url, "-f", format_,
        OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer%20t0ken, x-team=green",
    )  # fmt: skip
    assert (done.returncode, done.stderr.decode()) == (
        0, f"greenprof: sent 1 report to {otlp_receiver.url}/v1/metrics\n",
    )  # fmt: skip
    path, headers, body = otlp_receiver.requests[0]
    assert path == "/v1/metrics"
    assert (headers["authorization"], headers["x-team"]) == ("Bearer t0ken", "green")
    assert b"s3cret" not in body
    metrics = otlp_receiver.metrics()
    energy = metrics["hw.energy"]
    assert (energy.unit, energy.sum.is_monotonic, energy.sum.aggregation_temporality) == ("J", True, 2)
    by_part = {attributes(point)["hw.id"]: (attributes(point)["hw.type"], point) for point in energy.sum.data_points}
    assert {part: kind for part, (kind, _) in by_part.items()} == {"package-0": "cpu", "dram-0": "memory"}
    point = by_part["package-0"][1]
    assert point.as_double == 90
    assert (point.time_unix_nano - point.start_time_unix_nano) / 1e9 == pytest.approx(12.5)
    program = metrics["greenprof.run.process_energy"].gauge.data_points[0]
    assert attributes(program)["process.executable.name"] == "app.py"
    assert "hw.host.energy" not in metrics


def test_the_whole_machine_is_not_a_part_of_it():
    assert hardware("machine") == (True, {"hw.id": "machine"})
    assert hardware("gpu-0")[1]["hw.type"] == "gpu"
    assert hardware("BAT0")[1]["hw.type"] == "battery"
    assert hardware("package-1-die-0")[1] == {"hw.id": "package-1-die-0", "hw.type": "cpu"}


def test_a_busy_receiver_is_asked_again(saved, otlp_receiver):
    otlp_receiver.answers = [(503, {"Retry-After": "0"}, b""), (429, {}, b""), (200, {}, b"")]
    done = greenprof("export", saved(), "--to", otlp_receiver.url)
    assert done.returncode == 0
    assert len(otlp_receiver.requests) == 3


@pytest.mark.parametrize(
    ("answer", "said", "tries"),
    [
        ((400, {}, b"no such\x1b[31m metric"), "did not take it: 400 Bad Request (no such [31m metric)", 1),
        ((302, {"Location": "http://elsewhere/"}, b""), "a redirect, which is not followed", 1),
        ((503, {"Retry-After": "3600"}, b""), "503", 1),
    ],
)
def test_a_refusal_is_one_line(saved, otlp_receiver, answer, said, tries):
    otlp_receiver.answers = [answer]
    done = greenprof("export", saved(), "--to", otlp_receiver.url, "--timeout", "5")
    assert done.returncode == 125
    assert said in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1
    assert len(otlp_receiver.requests) == tries


def test_nobody_there_is_one_line(saved):
    done = greenprof("export", saved(), "--to", "http://127.0.0.1:9")
    assert done.returncode == 125
    assert "connection refused" in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1


def test_one_who_never_answers_is_left_in_time(saved):
    import socket

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        done = greenprof("export", saved(), "--to", f"http://127.0.0.1:{silent.getsockname()[1]}", "--timeout", "0.3")
    assert done.returncode == 125
    assert "no answer in time" in done.stderr.decode()


def test_waits_double_and_are_bounded():
    waits: list[float] = []
    busy = Answer(status=503, reason="busy", retry_after_s=None, body=b"")
    to = receiver("https://example.org/otlp/v1/metrics?x=1", environment={}, timeout_s=60)
    with pytest.raises(GreenprofError, match="503 busy"):
        send(to, b"", "application/json", wait=waits.append, post=lambda *_: busy)
    assert len(waits) == 4
    for before, after in pairwise(waits):
        assert after > before * 0.6
    assert to.name == "https://example.org/otlp/v1/metrics"


def test_what_a_receiver_leaves_out_is_told():
    said = b'{"partialSuccess":{"rejectedDataPoints":"3","errorMessage":"too old"}}'
    answer = Answer(status=200, reason="OK", retry_after_s=None, body=said)
    to = receiver("http://localhost:4318", environment={})
    assert send(to, b"", "application/json", post=lambda *_: answer) == "the receiver left out 3 points (too old)"


@pytest.mark.parametrize(
    "url", ["", "ftp://x", "http://", "http://x:99999", "http://x/\r\nHost: y", "http://[", "http://x y"]
)
def test_what_is_no_address(url):
    with pytest.raises(GreenprofError, match="is no address"):
        receiver(url, environment={})


@pytest.mark.parametrize(
    ("command", "program"),
    [
        ((), ""),
        (("/usr/bin/python3", "a/app.py", "--token", "x"), "app.py"),
        (("python", "-m", "pytest", "-q"), "pytest"),
        (("python", "-u", "app.py"), "app.py"),
        (("python", "-c", "import secret"), "python"),
        (("python", "-Xdev", "app.py"), "app.py"),
        (("python", "-X", "dev"), "python"),
        (("python", "-uW", "s3cret", "app.py"), "python"),
        (("python3.12", "-um", "http.server"), "http.server"),
        (("python", "-m"), "python"),
        (("python", "-"), "python"),
        (("python", "--check-hash-based-pycs", "always", "app.py"), "python"),
        (("pypy3", "a b/app.py"), "app.py"),
        (("curl", "-u", "user:pass"), "curl"),
    ],
)
def test_a_program_is_named_without_its_arguments(command, program):
    assert program_of(command) == program


@given(st.text(st.characters(exclude_categories=["Cs"])), st.floats(0, 1e15))
def test_whatever_a_label_holds_stays_in_it(value, joules):
    family = counter(
        "greenprof_x_joules", value, (Point(value=joules, labels={"command": value}, created_s=1.5),), "joules"
    )
    for text in (prometheus.text([family]), prometheus.openmetrics([family])):
        sample = next(line for line in text.split("\n") if line.startswith("greenprof_x_joules_total"))
        found = re.fullmatch(r'greenprof_x_joules_total(?:\{command="((?:[^"\\\n]|\\.)*)"\})? (\S+)', sample, re.DOTALL)
        assert found is not None
        inside = re.sub(r"\\(.)", lambda each: "\n" if each[1] == "n" else each[1], found[1] or "", flags=re.DOTALL)
        assert inside == value
        assert float(found[2]) == joules


def test_values_that_are_no_numbers_have_words():
    points = tuple(Point(value=value) for value in (float("inf"), float("-inf"), float("nan"), 3.0, 0.1))
    text = prometheus.text([Family(name="x", kind="gauge", help="", points=points)])
    assert [line.split()[1] for line in text.splitlines()[2:]] == ["+Inf", "-Inf", "NaN", "3", "0.1"]


def test_a_family_without_points_is_not_there():
    assert prometheus.text([counter("x", "", ())]) == ""
    assert prometheus.openmetrics([counter("x", "", ())]) == "# EOF\n"


def test_an_unknown_energy_is_no_energy():
    energy = report_of().energy
    unknown = report_of(
        energy=type(energy)(
            total_j=None, domains_j={"package-0": None}, idle_j=None, process_j=None, other_j=None,
            unattributed_j=None, mean_w=None, interval_j=None,
        ),
        meter=METER, hotspots=(), findings=(),
    )  # fmt: skip
    assert not any("joules" in family.name for family in families_of({"r": unknown}))


def test_the_textfile_collector_of_a_real_node_exporter_takes_it(saved, tmp_path):
    needs("prometheus-node-exporter")
    folder = tmp_path / "textfile"
    folder.mkdir()
    reports = [saved(f"{name}.json") for name in ("one", "two")]
    assert greenprof("export", *reports, "-o", folder / "greenprof.prom").returncode == 0
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [
        "prometheus-node-exporter", "--collector.disable-defaults", "--collector.textfile",
        f"--collector.textfile.directory={folder}", f"--web.listen-address={address}",
    ]  # fmt: skip
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            text, until = b"", time.monotonic() + 20
            while not text and time.monotonic() < until:
                time.sleep(0.1)
                with contextlib.suppress(OSError):
                    connection = http.client.HTTPConnection(address, timeout=5)
                    connection.request("GET", "/metrics")
                    text = connection.getresponse().read()
                    connection.close()
        finally:
            process.terminate()
    assert b"node_textfile_scrape_error 0" in text
    assert b'greenprof_run_process_joules{command="app.py",report="two"} 60' in text


def test_two_exports_at_once_never_show_half_a_file(saved, tmp_path):
    from greenprof.output import write_whole

    path, stop, halves = tmp_path / "x.prom", threading.Event(), []
    path.write_text("a" * 100_000)

    def read() -> None:
        while not stop.is_set():
            text = path.read_text()
            if len(text) != 100_000 or len(set(text)) != 1:
                halves.append(len(text))

    reader = threading.Thread(target=read)
    reader.start()
    for letter in "bcdefghij" * 5:
        write_whole(Path(path), letter * 100_000)
    stop.set()
    reader.join()
    assert halves == []


def test_json_for_a_file_is_one_line_of_json(saved):
    body = json.loads(greenprof("export", saved(), "-f", "otlp-json").stdout)
    point = body["resourceMetrics"][0]["scopeMetrics"][0]["metrics"][0]["gauge"]["dataPoints"][0]
    assert isinstance(point["timeUnixNano"], str), "64 bits are text in the JSON mapping"
