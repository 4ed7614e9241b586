"""Requests and limits from measured use, through the command: the numbers, the containers, and the text kept."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from dataclasses import replace
from io import StringIO

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from greenprof.cli import cli
from greenprof.model import Cluster, Energy, Host, MeterInfo, Overhead, Power, Report, Run
from greenprof.rightsize.advice import MI, cpu_text, memory_bytes, memory_text, millicores
from greenprof.rightsize.manifest import changed, containers
from greenprof.wire import dumps, report_to_json

MINUTE = tuple(0.2 for _ in range(90)) + tuple(0.4 for _ in range(10))
DEPLOYMENT = """\
# the shop
apiVersion: v1
kind: Service
metadata: {name: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop   # keep
spec:
  replicas: 2
  template:
    spec:
      containers:
      - name: app
        image: shop:1.2   # pinned
        resources:
          requests:
            memory: "256Mi"
            cpu: 250m     # guessed
          limits:
            memory: 512Mi
            cpu: 500m
        ports: []
"""
BARE = """\
kind: Deployment
metadata: {name: shop}
spec:
  template:
    spec:
      containers:
        - image: shop
          name: app
        - name: proxy
          image: envoy
          command: [envoy, -c, /etc/envoy.yaml]
"""
CRON_JOB = "kind: CronJob\nspec:\n jobTemplate: {spec: {template: {spec: {containers: [{name: app}]}}}}\n"


def report(cores=MINUTE, *, peak=100 * MI, largest=90 * MI, seconds=100.0, command=("python", "app.py"), **changes):
    step_s = seconds / max(1, len(cores))
    mean = sum(cores) / len(cores) if cores else 0.2
    run = Run(
        command=command, started_at="2026-11-21T20:00:00Z", duration_s=seconds, exit_code=0, cpu_s=mean * seconds,
        processes=1, max_rss_bytes=largest, read_bytes=None, written_bytes=None, peak_rss_bytes=peak,
    )  # fmt: skip
    return Report(
        run=replace(run, **changes),
        host=Host(cpu="Xeon", cores=4, os="Linux", python="3.12.1", virtualised=None, governor=None, fingerprint="f"),
        meter=MeterInfo(name="rapl", estimated=False, domains=("package-0",), uncertainty=0.01, scope="the package"),
        energy=Energy(
            total_j=1.0, domains_j={"package-0": 1.0}, idle_j=None, process_j=1.0, other_j=0.0, unattributed_j=0.0,
            mean_w=1.0, interval_j=None,
        ),
        hotspots=(), functions=(), findings=(), tree=(), processes=(), overhead=Overhead(cpu_s=0.0, wall_s=0.0),
        timeline=tuple(
            Power(start_s=place * step_s, end_s=(place + 1) * step_s, total_w=None, process_w=None, process_cores=one)
            for place, one in enumerate(cores)
        ),
    )  # fmt: skip


@pytest.fixture
def size(tmp_path, monkeypatch):
    """Run ``greenprof rightsize`` on reports and a manifest; its result, and what the manifest holds afterwards."""
    monkeypatch.chdir(tmp_path)

    def run(*options, manifest=DEPLOYMENT, reports=(), stdin=False):
        names = []
        for number, one in enumerate(reports or (report(),)):
            names.append(f"r{number}.json")
            (tmp_path / names[-1]).write_text(dumps(report_to_json(one)))
        path = tmp_path / "deploy.yaml"
        path.write_bytes(manifest.encode())
        words = ["rightsize", *names, "--manifest", "-" if stdin else "deploy.yaml", *options]
        result = CliRunner().invoke(cli, words, input=manifest.encode() if stdin else None)
        return result, path.read_bytes().decode()

    return run


def sized(result):
    assert result.exit_code == 0, result.output
    return {(each["group"], each["resource"]): each["proposed"] for each in json.loads(result.output)["changes"]}


def test_the_percentile_with_its_headroom_is_asked_for_and_the_peak_of_memory(size):
    found = sized(size("-f", "json")[0])
    assert found == {
        ("requests", "cpu"): "475m",  # 0.4 + 15 %
        ("limits", "cpu"): "950m",
        ("requests", "memory"): "128Mi",  # 100 + 25 %
        ("limits", "memory"): "128Mi",
    }
    lower = sized(size("-f", "json", "--percentile", "80", "--cpu-headroom", "0", "--memory-headroom", "100%")[0])
    assert (lower["requests", "cpu"], lower["limits", "memory"]) == ("200m", "208Mi")


def test_only_the_quantities_are_changed_and_only_with_write(size):
    told, kept = size("-f", "diff")
    assert kept == DEPLOYMENT
    removed = [line for line in told.output.splitlines() if line.startswith("-") and not line.startswith("---")]
    assert removed == [
        '-            memory: "256Mi"',
        "-            cpu: 250m     # guessed",
        "-            memory: 512Mi",
        "-            cpu: 500m",
    ]
    _, written = size("--write")
    assert '            memory: "128Mi"\n            cpu: 475m     # guessed\n' in written
    assert written.replace("128Mi", "256Mi", 1).replace("475m", "250m").replace("128Mi", "512Mi").replace(
        "950m", "500m"
    ) == DEPLOYMENT  # fmt: skip


def test_it_tells_what_was_measured_and_what_all_replicas_ask_for_less(size):
    told = size()[0].output
    assert "Deployment/shop/app (deploy.yaml:15)" in told
    assert "0.40 processors or less in 95 % of the time (0.22 in the mean, 0.40 at most, of 100 spans of 1 s)" in told
    assert "100 MiB at most, all processes together" in told
    assert "For its 2 replicas together: 0.45 processors more, 256 MiB of memory less." in told
    assert "Joules: not known." in told
    assert "How sure: low." in told and "one run only" in told
    made = json.loads(size("-f", "json")[0].output)
    assert made["saved_cores"] == pytest.approx(-0.45) and made["saved_memory_bytes"] == 256 * MI
    assert made["saved_j"] is None


def test_of_several_reports_the_largest_use_counts(size):
    light, heavy = report(tuple([0.1] * 100), peak=300 * MI), report(tuple([0.8] * 100), peak=100 * MI)
    result, _ = size("-f", "json", reports=(light, heavy, light))
    assert sized(result)["requests", "cpu"] == "950m" and sized(result)["limits", "memory"] == "384Mi"
    assert json.loads(result.output)["sure"] == "medium"
    long = [replace(one, run=replace(one.run, duration_s=700.0)) for one in (light, heavy, light)]
    assert json.loads(size("-f", "json", reports=long)[0].output)["sure"] == "high"


def test_a_cpu_limit_is_kept_set_or_taken_out_and_never_below_what_was_seen(size):
    burst = report((*[0.1] * 99, 3.2))
    assert sized(size("-f", "json", reports=(burst,))[0])["limits", "cpu"] == "3200m"
    assert sized(size("-f", "json", "--cpu-limit", "none")[0])["limits", "cpu"] is None
    assert "cpu: 500m" not in size("--write", "--cpu-limit", "none")[1]
    assert sized(size("-f", "json", "--cpu-limit", "4")[0])["limits", "cpu"] == "1900m"
    none_now = DEPLOYMENT.replace("            cpu: 500m\n", "")
    assert ("limits", "cpu") not in sized(size("-f", "json", manifest=none_now)[0])
    assert "No CPU limit is added" in size(manifest=none_now)[0].output


def test_what_is_not_known_is_left_alone_and_said(size):
    unknown = report((), peak=None, largest=None, cpu_s=50.0)
    result, after = size("--write", reports=(unknown,))
    assert "memory is left alone" in result.output and "no CPU use over time" in result.output
    assert "processors more.\n" in result.output  # and nothing of memory
    assert 'memory: "256Mi"' in after and "memory: 512Mi" in after and "cpu: 250m" not in after
    many = report(peak=None, processes=5)
    assert "the largest of 5 processes" in size(reports=(many,))[0].output
    assert "all 4 processors of the machine busy" in size(reports=(report(tuple([4.0] * 100)),))[0].output


def test_what_is_right_already_stays_however_it_is_written(size):
    right = DEPLOYMENT.replace("250m", '"0.475"').replace("500m", "0.95").replace("512Mi", "128Mi")
    right = right.replace('"256Mi"', "131072Ki")
    result, after = size("--write", manifest=right)
    assert result.exit_code == 0 and after == right and "Nothing is to be changed." in result.output


@pytest.mark.parametrize(
    ("manifest", "word"),
    [
        (BARE.replace("shop\n          name: app", "shop"), "number 1"),
        (CRON_JOB, None),
        ('{"kind": "Pod", "spec": {"containers": [{"name": "app", "resources": {}}]}}', None),
        ("kind: List\nitems:\n- kind: Pod\n  spec:\n    containers:\n    - name: app\n      image: a", None),
        (DEPLOYMENT.replace("\n", "\r\n"), None),
        (DEPLOYMENT.replace("          limits:\n            memory: 512Mi\n            cpu: 500m\n", ""), None),
        (DEPLOYMENT.replace("resources:\n          requests:", "resources: {}\n        x:\n          requests:"), None),
        (DEPLOYMENT.replace("resources:\n          requests:", "resources:\n        x:\n          requests:"), None),
        (DEPLOYMENT.replace("          limits:\n", "          limits: {cpu: '1', memory: 1G}\n        x:\n"), None),
    ],
)  # fmt: skip
def test_any_way_to_write_a_container_takes_the_quantities_and_keeps_the_rest(size, manifest, word):
    name = word or "app"
    result, after = size("--write", "--container", name, manifest=manifest)
    assert result.exit_code == 0, result.output
    (one,) = [each for each in containers(after, "x") if each.name == name]
    assert (one.cpu_request, one.memory_request, one.memory_limit) == ("475m", "128Mi", "128Mi")
    assert without_resources(after) == without_resources(manifest)
    assert after.count("#") == manifest.count("#") and ("\r\n" in after) == ("\r\n" in manifest)
    assert "\n" not in after.replace("\r\n", "") or "\r\n" not in manifest
    again, same = size("--write", "--container", name, manifest=after)
    assert "Nothing is to be changed." in again.output and same == after


def without_resources(text):
    found = list(YAML(typ="safe", pure=True).load_all(StringIO(text)))

    def stripped(value):
        if isinstance(value, dict):
            return {key: stripped(held) for key, held in value.items() if key != "resources"}
        return [stripped(each) for each in value] if isinstance(value, list) else value

    return stripped(found)


def test_of_several_containers_one_is_named_or_runs_what_was_measured(size):
    result, _ = size(manifest=BARE)
    assert result.exit_code == 2 or "no container says that it runs what was measured" in str(result.exception)
    assert "Deployment/shop/app, Deployment/shop/proxy" in str(result.exception)
    told = size("-f", "json", manifest=BARE, reports=(report(command=("/usr/bin/envoy", "-l", "info")),))[0].output
    assert json.loads(told)["container"]["name"] == "proxy"
    script = BARE + "          args: []\n        - name: third\n          command: [python3, /srv/app.py]\n"
    assert json.loads(size("-f", "json", manifest=script)[0].output)["container"]["name"] == "third"
    assert json.loads(size("-f", "json", "--container", "shop/app", manifest=BARE)[0].output)["container"]["line"] == 7


@pytest.mark.parametrize(
    ("manifest", "options", "said"),
    [
        ("kind: ConfigMap\n", (), "deploy.yaml: has no containers"),
        ("", (), "deploy.yaml: has no containers"),
        ("replicas: {{ .Values.n }}\n", (), "is a template of Helm; render it first"),
        ("kind: [\n", (), "deploy.yaml:2: is no YAML"),
        (DEPLOYMENT + "---\na: b: c\n", (), "deploy.yaml:26: is no YAML"),
        (DEPLOYMENT.replace("shop:1.2", "{{ .Values.image }}"), (), "is a template of Helm; render it first"),
        (DEPLOYMENT.replace("  replicas: 2", "{{- if .Values.x }}"), (), "is a template of Helm"),
        (DEPLOYMENT, ("--container", "db"), "has no container db; it has Deployment/shop/app"),
        (BARE.replace("proxy", "app"), ("--container", "app"), "several containers fit"),
        (DEPLOYMENT.replace("resources:", "resources: &r"), (), "deploy.yaml:17: resources is shared by an anchor"),
        (DEPLOYMENT.replace("requests:", "requests: 5 #"), (), "is no YAML"),
    ],
)  # fmt: skip
def test_bad_manifests_get_one_clear_line(size, manifest, options, said):
    result, after = size(*options, "--write", manifest=manifest)
    assert said in str(result.exception) and "\n" not in str(result.exception)
    assert result.exception.exit_code == 2 and after == manifest


PAIR = """
import subprocess, sys, time
held = bytearray(60_000_000)
if len(sys.argv) == 1:
    other = subprocess.Popen([sys.executable, __file__, "again"])
until = time.monotonic() + 0.6
while time.monotonic() < until:
    pass
if len(sys.argv) == 1:
    other.wait()
"""


def test_a_run_tells_the_memory_of_all_processes_and_the_processors_in_use(tmp_path):
    (tmp_path / "pair.py").write_text(PAIR)
    words = ["run", "-q", "--no-history", "--no-lint", "-o", "r.json", "pair.py"]
    subprocess.run([sys.executable, "-m", "greenprof", *words], cwd=tmp_path, check=True)
    made = json.loads((tmp_path / "r.json").read_text())
    assert made["run"]["peak_rss_bytes"] > 125_000_000
    spans = [(each["end_s"] - each["start_s"]) * each["process_cores"] for each in made["timeline"]]
    assert sum(spans) == pytest.approx(made["run"]["cpu_s"], rel=0.05)


def test_a_report_of_tasks_is_no_programs(size):
    tasks = Cluster(
        engine="executor", machines=(), workers=(), groups=(), tasks=(), tasks_j=None, retried_j=None,
        overhead_j=None, scheduler_j=None, cpu_s=1.0, own_s=0.0,
    )  # fmt: skip
    result, _ = size(reports=(replace(report(), cluster=tasks),))
    assert "r0.json: tells what tasks used" in str(result.exception)


def test_a_report_without_cpu_time_says_nothing(size):
    result, _ = size(reports=(replace(report(()), run=replace(report(()).run, cpu_s=0.0)),))
    assert "r0.json: tells of no CPU time" in str(result.exception)


def test_a_rendered_manifest_comes_from_standard_input_and_is_not_written(size):
    assert "+++ b/stdin" in size("-f", "diff", stdin=True)[0].output
    assert size("--write", stdin=True)[0].exit_code != 0


def test_what_moves_with_the_quantities_is_said(size):
    scaler = "---\nkind: HorizontalPodAutoscaler\nspec:\n  scaleTargetRef: {kind: Deployment, name: shop}\n"
    java = DEPLOYMENT.replace("ports: []", "args: [-XX:MaxRAMPercentage=75, -jar, a.jar]")
    told = size(manifest=java + scaler)[0].output
    assert "Java heap is a part of the memory limit" in told and "an autoscaler is about it" in told
    assert "autoscaler" not in size()[0].output


@pytest.mark.parametrize(("seconds", "said"), [(0.4457, "0.45 s"), (9.4, "9.4 s"), (61.7, "62 s"), (4000.0, "4,000 s")])
def test_short_runs_are_told_with_their_digits(size, seconds, said):
    told = size(reports=(report(seconds=seconds),))[0].output
    assert f"1 run of {said}, on" in told
    assert (f"a run of {said} says little" in told) == (seconds < 60)


def test_it_speaks_dutch(size):
    told = size("--lang", "nl")[0].output
    assert "Voor zijn 2 replica’s samen" in told and "0,40 processoren" in told


@given(cores=st.floats(0, 200), size_bytes=st.floats(0, 1e13))
def test_quantities_are_never_below_what_is_wanted_and_little_above(cores, size_bytes):
    asked, mebibytes = millicores(cores), memory_bytes(size_bytes) / MI
    assert cores * 1000 <= asked + 1e-6 and asked <= max(10, cores * 1000 * 1.13 + 10)
    assert size_bytes / MI <= mebibytes + 1e-6 and mebibytes <= max(16, size_bytes / MI * 1.13 + 16)
    assert cpu_text(asked).rstrip("m").isdecimal() and memory_text(memory_bytes(size_bytes))[-2:] in ("Mi", "Gi")


INDENTS = st.integers(1, 4)


@settings(max_examples=60, deadline=None)
@given(
    indent=INDENTS, dash=st.booleans(), blanks=st.booleans(), comment=st.sampled_from(["", "  # why"]),
    held=st.dictionaries(st.sampled_from(["requests", "limits"]), st.sets(st.sampled_from(["cpu", "memory"]))),
    flow=st.booleans(), seed=st.integers(0, 9),
)  # fmt: skip
def test_any_layout_takes_any_quantity(indent, dash, blanks, comment, held, flow, seed):
    step = " " * indent
    lines = ["kind: Pod", "spec:", f"{step}containers:{comment}"]
    at = step + ("" if dash else step)
    lines += [f"{at}- name: a{comment}", f"{at}  image: x{comment}", f"{at}  resources:{comment}"]
    for group, resources in held.items():
        entries = [f"{resource}: 1{'' if resource == 'cpu' else 'Gi'}" for resource in sorted(resources)]
        if flow or not entries:
            lines.append(f"{at}  {step}{group}: {{{', '.join(entries)}}}{comment}")
        else:
            lines.append(f"{at}  {step}{group}:{comment}")
            lines += [f"{at}  {step}{step}{entry}{comment}" for entry in entries]
    lines.append(f"{at}  ports: []{comment}")
    text = ("\n\n" if blanks else "\n").join(lines) + "\n"
    (one,) = containers(text, "x")
    wanted = [(group, resource, random.Random(seed).choice(["7", "9Mi", None]))
              for group in ("requests", "limits") for resource in ("cpu", "memory")]  # fmt: skip
    after = changed(text, one, wanted, "x")
    (now,) = containers(after, "x")
    for group, resource, value in wanted:
        assert getattr(now, f"{resource}_{group.rstrip('s')}") == value
    assert without_resources(after) == without_resources(text)
