"""A report of a cluster, as people read it."""

from __future__ import annotations

import json

import pytest

from greenprof import reporters, wire
from greenprof.cluster import ledger as states
from greenprof.cluster.ledger import ClusterLedger
from greenprof.cluster.reader import Amount, Batch, MachineWindow
from greenprof.cluster.told import report_of
from greenprof.i18n import speaking
from greenprof.model import Host, MeterInfo

HOST = Host(cpu="x", cores=4, os="Linux", python="3.12", virtualised=False, governor=None, fingerprint="f")
METER = MeterInfo(name="rapl", estimated=False, domains=("package-0",), uncertainty=0.01, scope="the package")


@pytest.fixture
def cluster_report():
    """Two workers on two machines; one is lost in the middle of a task, one task fails."""
    ledger = ClusterLedger(lambda key: key.split("-")[0])
    for place, name in enumerate("ab"):
        ledger.machine_found(f"machine-{name}", HOST, METER, None)
        ledger.worker_came(f"tcp://{name}", f"worker-{place}", 2)

    def heard(name, start_s, tasks, now_s):
        window = MachineWindow(
            start_ns=start_s * 10**9, end_ns=(start_s + 1) * 10**9, total_j=50.0, idle_j=20.0, busy_s=1.0
        )
        amounts = [((key, run), Amount(joules, joules / 10, 0.0, joules / 10)) for key, run, joules in tasks]
        ledger.heard(f"tcp://{name}", f"machine-{name}", Batch([window], amounts, Amount(1.0, 0.1), 0.01), now_s)

    heard("a", 0, [("fit-<b>1</b>", 1, 6.0), ("load-1", 2, 4.0)], 1.0)
    ledger.ended("load-1", 2, "tcp://a", states.DONE)
    ledger.assigned("fit-<b>1</b>", 1, "tcp://a")
    ledger.ended("fit-<b>1</b>", 1, "tcp://a", states.LOST)
    ledger.worker_went("tcp://a", 1.5, lost=True)
    heard("b", 0, [("fit-<b>1</b>", 3, 9.0), ("bad\x1b[31m", 4, 2.0)], 2.0)
    ledger.ended("fit-<b>1</b>", 3, "tcp://b", states.DONE)
    ledger.ended("bad\x1b[31m", 4, "tcp://b", states.ERRED)
    return report_of(
        ledger.result("dask"),
        command=("etl.py",),
        started_at="2026-11-29T20:00:00Z",
        duration_s=2.0,
        exit_code=0,
        here=HOST,
    )


@pytest.mark.parametrize("format", ["text", "markdown", "html"])
def test_says_what_the_cluster_used_and_what_was_lost(cluster_report, format, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    page = reporters.render(format, cluster_report)
    for said in ("worker-0", "lost after 1.50 s, known until 1.00 s", "Groups of tasks, dearest first", "in vain",
                 "1 attempt lost with its worker", "machine-a"):  # fmt: skip
        assert said in page, said
    assert "\x1b[31m" not in page
    assert "<b>1</b>" not in page or format != "html"
    for wrong in ("Nothing to lint", "No line was seen running", "the program"):
        assert wrong not in page.partition("<script>")[0], wrong


def test_the_ledger_closes(cluster_report):
    energy, cluster = cluster_report.energy, cluster_report.cluster
    assert energy.idle_j + energy.process_j + energy.other_j == pytest.approx(energy.total_j)
    assert energy.process_j == pytest.approx(cluster.tasks_j + cluster.overhead_j)
    assert cluster.retried_j == 6.0


def test_is_told_in_dutch_and_kept_in_english(cluster_report):
    with speaking("nl"):
        page = reporters.render("text", cluster_report)
        saved = reporters.render("json", cluster_report)
    assert "Het cluster gebruikte" in page
    assert "De worker worker-0 ging 1,5 s na het begin verloren" in page
    assert "in vain" not in page
    assert wire.report_from_json(json.loads(saved), "x") == cluster_report


def test_other_tools_formats_take_it(cluster_report):
    for format in ("csv", "sarif", "github", "collapsed", "speedscope", "firefox", "pprof"):
        assert reporters.render(format, cluster_report) is not None


@pytest.mark.parametrize(("theme", "width"), [("light", 1180), ("dark", 390)])
def test_axe_finds_nothing(violations, cluster_report, theme, width):
    page = reporters.render("html", cluster_report)
    assert violations(page, ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"], theme=theme, width=width) == []
