"""``greenprof history`` and ``greenprof targets`` as they are typed."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from chromium import OTHER_THEME

from greenprof.config import load_config
from greenprof.history.address import address_of
from greenprof.history.keep import keep
from greenprof.history.store import History
from greenprof.history.targets import amount, bounds
from greenprof.wire import dumps, report_to_json

_SPEC = spec_from_file_location("history_conftest", Path(__file__).parent / "conftest.py")
assert _SPEC is not None and _SPEC.loader is not None
samples = module_from_spec(_SPEC)
_SPEC.loader.exec_module(samples)


def filled(project, joules, **how):
    (project / ".greenprof").mkdir(exist_ok=True)
    history = History(address_of(load_config()))
    history.add(samples.kept([samples.report(each, day=day, **how) for day, each in enumerate(joules)]))


def guessed(project, joules, **how):
    """The same of an estimate that may be 70 % off."""
    (project / ".greenprof").mkdir(exist_ok=True)
    made = [samples.report(each, day=day, **how) for day, each in enumerate(joules)]
    made = [
        replace(
            one,
            meter=replace(one.meter, name="estimate", estimated=True, uncertainty=0.7),
            energy=replace(one.energy, interval_j=(0.0, 1.7 * one.energy.process_j)),
        )
        for one in made
    ]
    History(address_of(load_config())).add(samples.kept(made))


def targets_of(*targets):
    """The project with these targets."""
    Path("pyproject.toml").write_text('[project]\nname = "shop"\n' + "\n".join(targets), encoding="utf-8")


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
    for before in (("-o", "x.html"), ("--label", "n*"), ("-f", "json"), ("--mix-hosts",)):
        code, _, err = greenprof("history", *before, "show", "1")
        assert code == 2 and "before show is not heard: put it behind, or leave it out" in err
    assert not (project / "x.html").exists()


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


def test_an_estimate_has_two_digits_as_in_a_report_and_a_goal_stands_as_it_was_set():
    assert [amount(4.02, "J", about=True), amount(95.0, "J", about=True)] == ["about 4.0 J", "about 95 J"]
    assert bounds((0.0, 8.2), "J", about=True) == "0 to 8.2 J"
    assert [amount(4.0, "J"), amount(90.0, "J"), amount(4.176, "J")] == ["4 J", "90 J", "4.18 J"]


def test_savings_are_of_the_machine_that_the_target_is_judged_by(project, greenprof):
    filled(project, [100, 100, 90, 90, 90, 90])
    filled(project, [500, 502], host="f2")
    targets_of(TARGETS.format(goal=75.0))
    shown = greenprof("summary")[1]
    assert "11.1 mWh (9.56 to 12.7 mWh) in 6 runs; not counted: 2 runs on another machine" in shown  # 40 J
    assert "- **Saved against the baselines**: 11.1 mWh (95 %: 9.56 to 12.7 mWh)" in shown
    targets_of(TARGETS.format(goal=75.0) + 'host = "f2"\n')
    shown = greenprof("summary")[1]
    assert "−223 mWh" in shown and "in 2 runs; not counted" not in shown, "a target of a machine is about no other"


def test_runs_that_two_targets_count_are_no_sum_of_savings(project, greenprof):
    filled(project, [100, 90])
    one, other = TARGETS.format(goal=75.0), TARGETS.format(goal=75.0).replace("cheaper reports", "cheaper all")
    targets_of(one, other.replace('"report"', '"rep*"'))
    shown = greenprof("summary")[1]
    assert "no total: these targets count the same runs: cheaper reports, cheaper all" in shown
    targets_of(one, other.replace('"report"', '"page"'))
    assert "**Saved against the baselines**: 2.78 mWh" in greenprof("summary")[1]


def test_the_summary_shows_all_that_it_was_asked_for(project, greenprof):
    guessed(project, [3.6e6])
    words = ("summary", "--country", "NLD")
    bare = greenprof(*words)[1]
    for absent in ("PUE 1", "Water", "Cost", "Shadow", "Embodied"):
        assert f"**{absent}" not in bare
    asked = ("--pue", "eu", "--wue", "1.8", "--price", "0.3", "--shadow-price", "130", "--embodied-kg", "35040")
    shown = greenprof(*words, *asked)[1]
    for said in (
        "**With the data centre, PUE 1.36**: about 1.4 kWh (95 %: 0 to 2.3 kWh), weighted average of 776 data centres",
        "**Water, WUE 1.8 L/kWh**: about 1.8 L",
        "**Cost of the electricity**: about 0.41 EUR, 0.3 EUR per kWh",
        "**Shadow price of the emissions**: about 0.047 EUR, 130 EUR per tonne",
        "**Embodied share**: about 2.8 g CO2e",  # 10 s of four years
        "**By other published factors**: about 320 to 510 g CO2e",
    ):
        assert said in shown, (said, shown)
    for option in (("--per", "request=1000"), ("--runs-per-day", "40000")):
        code, _, told = greenprof(*words, *option)
        assert (code, f"No such option '{option[0]}'" in told) == (2, True)


def test_an_estimate_has_two_digits_wherever_it_is_shown(project, greenprof):
    guessed(project, [2.585])
    targets_of(TARGETS.format(goal=75.0))
    (line,) = [line.split() for line in greenprof("targets")[1].splitlines() if "cheaper" in line]
    assert " ".join(line).endswith("about 2.6 J 0.39 to 4.8 J 1 reached")
    shown = greenprof("summary")[1]
    assert "| about 2.6 J | 0.39 to 4.8 J |" in shown
    assert "about 0.72 mWh (95 %: 0 to 1.2 mWh)" in shown


def test_several_outputs_are_written_and_others_are_refused(project, greenprof):
    filled(project, [100.0])
    for words in (("history",), ("summary",), ("history", "show", "1")):
        code, shown, told = greenprof(*words, "-o", "a.html", "-o", "a.csv")
        assert (code, shown) == (0, "")
        assert told == "greenprof: wrote a.html\ngreenprof: wrote a.csv\n"
        assert Path("a.html").read_text(encoding="utf-8").startswith("<!doctype html>")
        assert "," in Path("a.csv").read_text(encoding="utf-8").splitlines()[0]
        Path("a.html").unlink()
    for line in ("history -o x.md", "history -o x", "summary -o x.pdf", "targets -o x.md", "history show 1 -o x.pdf"):
        words = line.split()
        code, _, told = greenprof(*words)
        assert (code, f"{words[-1]}: no format has this suffix; name one with -f (" in told) == (2, True)
        assert not Path(words[-1]).exists()
    assert greenprof("history", "-f", "json", "-o", "x")[0] == 0
    assert json.loads(Path("x").read_text(encoding="utf-8"))["format"] == "greenprof-history"
    greenprof("targets", "-o", "t.json")
    assert json.loads(Path("t.json").read_text(encoding="utf-8"))["targets"] == []


def test_readings_beside_an_estimate_have_its_digits(project, greenprof):
    guessed(project, [100.0])  # the machine: about 200 J in 10 s
    for watts, said in (
        (114, "difference: about +940 J (95 %: +800 J to +1.1 kJ) (5.7 times as much)"),
        (36, "difference: about +160 J (95 %: +20 J to +300 J) (80 % more)"),
        (3, "difference: about −170 J (95 %: −310 J to −30 J) (85 % less)"),
    ):
        lines = [f"2026-01-01T00:00:{second:02}Z,{watts}" for second in range(0, 12)]
        Path("plug.csv").write_text("\n".join(["time,W", *lines]), encoding="utf-8")
        shown = greenprof("history", "readings", "plug.csv", "--run", "1")[1]
        assert said in shown, shown


def test_one_label_on_two_machines_is_told_apart(project, greenprof):
    filled(project, [100, 101])
    filled(project, [500, 501], host="f2")
    greenprof("history", "-o", "page.html")
    page = Path("page.html").read_text(encoding="utf-8")
    assert "<h1>1 program on 2 machines</h1>" in page
    for host in ("f1", "f2"):
        assert page.count(f">report ({host})</h2>") == page.count(f">report ({host})</a>") == 1
    assert "| report (f2) | 2 |" in greenprof("summary")[1]
    greenprof("history", "--mix-hosts", "-o", "page.html")
    page = Path("page.html").read_text(encoding="utf-8")
    assert "<h1>1 program on 2 machines, mixed</h1>" in page
    assert ">report</h2>" in page
    greenprof("history", "--host", "f1", "-o", "page.html")
    assert "<h1>1 program on 1 machine</h1>" in Path("page.html").read_text(encoding="utf-8")


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
