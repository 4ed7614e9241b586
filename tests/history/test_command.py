"""``greenprof history`` and ``greenprof targets`` as they are typed."""

from __future__ import annotations

import csv
import io
import json
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from chromium import OTHER_THEME

from greenprof.config import load_config
from greenprof.history.address import address_of
from greenprof.history.keep import keep
from greenprof.history.store import History
from greenprof.wire import dumps, report_to_json

_SPEC = spec_from_file_location("history_conftest", Path(__file__).parent / "conftest.py")
assert _SPEC is not None and _SPEC.loader is not None
samples = module_from_spec(_SPEC)
_SPEC.loader.exec_module(samples)


def filled(project, joules, **how):
    (project / ".greenprof").mkdir(exist_ok=True)
    history = History(address_of(load_config()))
    history.add(samples.kept([samples.report(each, day=day, **how) for day, each in enumerate(joules)]))


def test_a_run_is_kept_with_its_commit_unless_it_is_not_wanted(project, greenprof, monkeypatch):
    (project / "app.py").write_text("print(sum(range(100000)))\n", encoding="utf-8")
    meter = ("--meter", "estimate")
    assert greenprof("run", "-q", *meter, "--label", "nightly", "app.py")[0] == 0
    assert greenprof("run", "-q", *meter, "--no-history", "app.py")[0] == 0
    monkeypatch.setenv("GREENPROF_HISTORY", "off")
    assert greenprof("run", "-q", *meter, "app.py")[0] == 0
    monkeypatch.delenv("GREENPROF_HISTORY")
    code, shown, _ = greenprof("history")
    assert (code, shown.splitlines()[0]) == (0, "nightly")
    assert "shop: 1 run, estimated by estimate" in shown
    assert "about" in shown
    assert "app.py" in greenprof("history", "show", "1")[1]
    assert json.loads(greenprof("history", "show", "1", "-f", "json")[1])["format"] == "greenprof-report"
    assert greenprof("history", "show", "2")[0] == 2


def test_a_history_that_cannot_be_written_costs_no_report(project, bound_by_modes):
    config = load_config()
    project.chmod(0o555)
    try:
        with bound_by_modes():
            (said,) = keep(samples.report(), config, label=None)
    finally:
        project.chmod(0o755)
    assert "not in the history" in said


def test_a_server_that_does_not_answer_leaves_the_run_waiting(project, monkeypatch):
    monkeypatch.setenv("GREENPROF_HISTORY", "postgresql://me@127.0.0.1:1/db")
    (said,) = keep(samples.report(), load_config(), label=None)
    assert "waits in" in said
    monkeypatch.delenv("GREENPROF_HISTORY")
    assert len(History(address_of(load_config()), root=project).rows(samples_all())) == 1


def samples_all():
    from greenprof.history.store import Wanted

    return Wanted()


def test_changes_are_marked_and_machines_kept_apart(project, greenprof):
    filled(project, [100, 101, 99, 100, 102, 98, 70, 71, 69, 70, 72, 68])
    filled(project, [500, 501, 499], host="f2")
    code, shown, _ = greenprof("history")
    assert code == 0
    assert "▼ −30 % since run 7 (2026-01-07, commit a1b2c3d4+)" in shown
    assert shown.count("shop: ") == 2
    assert "MIXED" not in shown
    assert "MIXED machines" in greenprof("history", "--mix-hosts")[1]
    rows = list(csv.DictReader(io.StringIO(greenprof("history", "-f", "csv", "--host", "f1")[1])))
    assert [row["id"] for row in rows if row["change"]] == ["7"]
    data = json.loads(greenprof("history", "-f", "json", "--since", "2026-01-03")[1])
    assert [len(one["runs"]) for one in data["series"]] == [10, 1]


def test_import_and_forget(project, greenprof):
    Path("saved.json").write_text(dumps(report_to_json(samples.report())), encoding="utf-8")
    assert greenprof("history", "import", "saved.json", "--label", "old")[1] == "1 put in\n"
    assert greenprof("history", "import", "saved.json")[1] == "0 put in, 1 there already\n"
    assert greenprof("history", "forget")[0] == 2
    assert greenprof("history", "forget", "1")[0] == 1  # nobody said yes
    assert greenprof("history", "forget", "--label", "old", "--yes")[1] == "1 deleted\n"
    assert greenprof("history")[1].startswith("No run is in the history")


TARGETS = """
[[tool.greenprof.targets]]
name = "cheaper reports"
label = "report"
baseline = 100.0
baseline-date = 2026-01-01
goal = {goal}
by = 2030-01-01
"""


def test_targets_say_whether_one_is_on_course(project, greenprof):
    filled(project, [100, 101, 99, 100, 102, 98, 70, 71, 69, 70, 72, 68])
    for goal, by, code, status in (
        (75.0, "2030-01-01", 0, "reached"), (20.0, "2090-01-01", 0, "on course"), (20.0, "2026-02-01", 1, "behind"),
    ):  # fmt: skip
        text = '[project]\nname = "shop"\n' + TARGETS.format(goal=goal).replace("2030-01-01", by)
        Path("pyproject.toml").write_text(text, encoding="utf-8")
        got, shown, _ = greenprof("targets")
        assert (got, shown.splitlines()[1].rstrip().endswith(status)) == (code, True), shown
        assert "70 J" in shown
    (one,) = json.loads(greenprof("targets", "-f", "json")[1])["targets"]
    assert (one["actual"], one["runs"], one["unit"]) == (70.0, 6, "J")
    Path("pyproject.toml").write_text(text.replace('label = "report"', 'test = "test_a.py::test"'), encoding="utf-8")
    assert greenprof("targets")[0] == 1  # no run shows that it is met


def test_other_meters_are_set_against_the_run(project, greenprof):
    filled(project, [100.0])  # the machine: 200 J in 10 s, from midnight UTC
    lines = [f"2026-01-01T01:00:{second:02},{25 + second % 2}" for second in range(0, 15)]
    Path("plug.csv").write_text("\n".join(["time,power_w", *lines]), encoding="utf-8")
    assert "say its zone" in greenprof("history", "readings", "plug.csv", "--run", "1")[2]
    code, shown, _ = greenprof("history", "readings", "plug.csv", "--run", "1", "--zone", "Europe/Amsterdam")
    assert code == 0
    assert "plug.csv: 255 J" in shown
    assert "difference: +55.0 J (95 %: +" in shown
    assert "more" in shown
    off = greenprof("history", "readings", "plug.csv", "--run", "1", "--zone", "UTC")
    assert (off[0], "clock and time zone" in off[2]) == (2, True)
    counter = [
        "Timestamp;Energy_kWh",
        *(f"2026-01-01T00:00:{s:02}Z;{4 + s * 20 / 3.6e6:.9f}".replace(".", ",") for s in range(0, 12, 2)),
    ]
    Path("pdu.csv").write_text("\n".join(counter), encoding="utf-8")
    shown = greenprof("history", "readings", "pdu.csv", "--run", "1")[1]
    assert "pdu.csv: 200 J" in shown
    assert "no difference beyond the uncertainty" in shown
    Path("gap.csv").write_text("\n".join(["time,W", *lines[:3], *lines[9:]]), encoding="utf-8")
    assert greenprof("history", "readings", "gap.csv", "--run", "1", "--zone", "Europe/Amsterdam")[0] == 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("yesterday,12", "'yesterday' is no time"),
        ("2026-01-01T00:00:09Z,twelve", "'twelve' is no number"),
        ("2026-01-01T00:00:09Z", "has 1 of the 2 columns"),
        ("0001-01-01T00:00:00+05:00,12", "is no time"),
        ("2026-01-01T00:00:09Z,-1", "-1 is no reading"),
    ],
)
def test_a_reading_that_is_none_is_named(project, greenprof, line, said):
    filled(project, [100.0])
    Path("plug.csv").write_text(f"time,W\n2026-01-01T00:00:00Z,12\n{line}\n", encoding="utf-8")
    code, _, told = greenprof("history", "readings", "plug.csv", "--run", "1")
    assert code == 2
    assert "plug.csv:3: " in told and said in told, told


def test_the_summary_adds_up_and_says_its_method(project, greenprof):
    filled(project, [3.6e6, 1.8e6])
    text = '[project]\nname = "shop"\n' + TARGETS.format(goal=1e6).replace("100.0", "3.6e6")
    Path("pyproject.toml").write_text(text, encoding="utf-8")
    assert "say where the electricity comes from" in greenprof("summary")[1]
    priced = (
        "summary",
        "--carbon-factor",
        "400",
        "--factor-source",
        "a contract",
        "--factor-year",
        "2025",
        "--pue",
        "2",
    )
    shown = greenprof(*priced)[1]
    for said in (
        "1.5 kWh (95 %: 1.49 to 1.51 kWh), measured",
        "1.2 kg CO2e",
        "PUE 2",
        "a contract, 2025",
        "500 Wh",
    ):
        assert said in shown, (said, shown)
    (line,) = csv.DictReader(io.StringIO(greenprof(*priced, "-f", "csv")[1]))
    assert (line["scope"], line["activity_data"], line["activity_unit"], line["uncertainty_percent"]) == (
        "2",
        "3.0",
        "kWh",
        "1.0",
    )
    assert (line["emission_factor"], line["emissions"], line["factor_source"], line["factor_year"]) == (
        "0.4",
        "1.2",
        "a contract",
        "2025",
    )
    assert (line["period_start"], line["period_end"], line["data_quality"]) == ("2026-01-01", "2026-01-02", "measured")
    assert greenprof("summary", "--since", "2030-01-01")[0] == 2


def test_pages_are_whole_and_say_nothing_that_a_name_may_do(project, greenprof):
    filled(
        project,
        [100, 101, 99, 100, 102, 98, 70, 71, 69, 70, 72, 68],
        command="python </script><script>alert(1)</script>",
    )
    history = History(address_of(load_config()))
    nasty = samples.replace_label("<img src=x onerror=alert(1)>")
    history.add(samples.kept([samples.report(50.0, day=20)], nasty))
    for words in (("history", "-o", "page.html"), ("summary", "-o", "page.html", "--country", "NLD")):
        assert greenprof(*words)[0] == 0
        page = Path("page.html").read_text(encoding="utf-8")
        assert "<img" not in page and "<script>alert" not in page
        assert "default-src &#39;none&#39;" in page
        assert "http://" not in page.replace("http://www.w3.org", "")
        assert not any(word in page.lower() for word in ("climate neutral", "climate-neutral", "saves the planet"))


@pytest.mark.parametrize("words", [("history",), ("summary", "--country", "NLD")], ids=lambda words: words[0])
def test_the_pages_keep_their_policy_and_axe_finds_nothing(project, greenprof, violations, browser, words):
    text = '[project]\nname = "shop"\n' + TARGETS.format(goal=75.0)
    Path("pyproject.toml").write_text(text, encoding="utf-8")
    filled(project, [100, 101, 99, 100, 102, 98, 70, 71, 69, 70, 72, 68])
    greenprof(*words, "-o", "page.html")
    page = Path("page.html").read_text(encoding="utf-8")
    assert violations(page) == []
    assert browser.problems == []
    assert len(browser.requests) == 1, "the page asks for nothing else"
    assert violations(page, OTHER_THEME, theme="dark", width=390) == []


def test_the_runs_of_a_history_are_sorted_and_filtered(project, greenprof, browser):
    filled(project, [100, 101, 99, 100, 102, 98, 70, 71, 69, 70, 72, 68])
    greenprof("history", "-o", "page.html")
    browser.open(Path("page.html").read_text(encoding="utf-8"))
    first = "document.querySelector('tbody tr').cells[2].textContent"
    assert browser.run(first) == "68.0 J"
    browser.click("th:nth-child(3) button")
    assert browser.run(first) == "102 J"
    browser.run("document.querySelector('input').focus()")
    browser.press(*"since run")
    rows = "[...document.querySelectorAll('tbody tr')].filter(row => row.checkVisibility()).length"
    assert browser.run(rows) == 0
    browser.run("document.querySelector('input').value = ''")
    browser.press(*"30 %")
    assert browser.run(rows) == 1, "the run that changed says by how much"
