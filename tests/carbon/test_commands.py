"""`greenprof co2`, `greenprof when`, and reports priced by `greenprof run` and `greenprof report`."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from greenprof.carbon.forecast import span
from greenprof.cli import cli
from greenprof.errors import GreenprofError
from greenprof.model import Energy, Host, MeterInfo, Overhead, Power, Report, Run
from greenprof.wire import dumps, report_from_json, report_to_json

FORECAST = "time,g_per_kwh\n" + "".join(f"2026-11-29T{12 + n}:00Z,{g}\n" for n, g in enumerate((300, 250, 100, 120)))


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "forecast.csv").write_text(FORECAST)
    return tmp_path


def greenprof(*words):
    """The output of a command within this process, which spares half a second each."""
    done = CliRunner().invoke(cli, words, catch_exceptions=True, standalone_mode=False)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout


def report(**run):
    return Report(
        run=Run(
            command=("python", "app.py"), started_at="2026-11-29T12:30:00Z", duration_s=3600.0, exit_code=0, cpu_s=1.0,
            processes=1, max_rss_bytes=None, read_bytes=None, written_bytes=None, **run,
        ),
        host=Host(cpu="A", cores=8, os="Linux", python="3.12.1", virtualised=False, governor=None, fingerprint="f"),
        meter=MeterInfo(name="rapl", estimated=False, domains=("package-0",), uncertainty=0.01, scope="s"),
        energy=Energy(
            total_j=7.2e6, domains_j={"package-0": 7.2e6}, idle_j=None, process_j=3.6e6, other_j=3.6e6,
            unattributed_j=3.6e6, mean_w=2000.0, interval_j=(3.24e6, 3.96e6),
        ),
        hotspots=(), functions=(), findings=(), tree=(), processes=(), overhead=Overhead(cpu_s=0.0, wall_s=0.0),
        timeline=(
            Power(start_s=0.0, end_s=1800.0, total_w=2000.0, process_w=1500.0),
            Power(start_s=1800.0, end_s=3600.0, total_w=2000.0, process_w=500.0),
        ),
    )  # fmt: skip


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "saved.json"
    path.write_text(dumps(report_to_json(report())))
    return str(path)


def test_the_calculator_from_the_shell():
    words = [sys.executable, "-m", "greenprof", "co2", "--kwh", "29463803", "--country", "NLD", "--saved", "15"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for part in ("29,463,803 kWh", "7,885 t CO2e", "267.6 g/kWh", "2023", "a spread of 58 %", "nl-ce-delft 374 (2021)",
                 "PUE 1.36, average, eu", "15 % less energy", "−1,183 t"):  # fmt: skip
        assert part in done.stdout
    words[-4:] = ["--country", "UK"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "did you mean GBR (United Kingdom)" in done.stderr


def test_the_calculator_says_the_same_in_every_format():
    words = ("co2", "--kwh", "1000", "--carbon-factor", "nl-ce-delft", "--pue", "1.5", "--uncertainty", "10")
    data = json.loads(greenprof(*words, "-f", "json"))
    assert data["carbon"]["g_co2e"] == pytest.approx(1000 * 1.5 * 374)
    assert data["carbon"]["interval_g"] == pytest.approx([900 * 1.5 * 374, 1100 * 1.5 * 374])
    rows = list(csv.DictReader(io.StringIO(greenprof(*words, "-f", "csv"))))
    assert [float(row["g_co2e"]) for row in rows] == [row["g_co2e"] for row in data["what_if"]]
    assert {round(float(row["factor_g_per_kwh"]), 1) for row in rows} == {236.0, 267.6, 300.0, 374.0}
    assert {float(row["pue"]) for row in rows} == {1.0, 1.36, 1.5, 1.56}
    markdown = greenprof(*words, "-f", "markdown")
    assert "| as asked | 1,500 kWh | 374 | 560 kg |" in markdown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--kwh", "1"), "say where the electricity comes from"),
        (("--kwh", "-1", "--country", "NLD"), "--kwh should be 0 or more"),
        (("--kwh", "nan", "--country", "NLD"), "--kwh should be 0 or more"),
        (("--kwh", "1", "--country", "NLD", "--saved", "101"), "--saved should be from 0 to 100"),
        (("--kwh", "1", "--country", "NLD", "--embodied-kg", "9"), "needs the hours"),
        (("--kwh", "1", "--country", "NLD", "--per", "request"), None),
        (("--kwh", "1", "--country", "NLD", "--per", "request=x"), "request=1000"),
    ],
)
def test_bad_input_of_the_calculator(words, said):
    if said is None:
        assert "SCI, for one request" in greenprof("co2", *words)
        return
    with pytest.raises(GreenprofError, match=said):
        greenprof("co2", *words)


def test_the_list_has_every_country_and_name():
    listed = greenprof("co2", "--list")
    for part in ("--country NLD", "--carbon-factor nl-ce-delft ", "--carbon-factor gcp:europe-west4", "--pue eu"):
        assert part in listed


def test_when_to_run():
    words = ("when", "--carbon-file", "forecast.csv", "--duration", "2h", "--from", "2026-11-29T12:00Z", "--kwh", "3")
    text = greenprof(*words)
    assert "best         2026-11-29 14:00+00:00 to 2026-11-29 16:00+00:00" in text
    assert "60 % less than at once: 495.0 g CO2e" in text
    assert "29-11-2026 14:00+00:00 tot 29-11-2026 16:00+00:00" in greenprof(*words, "--lang", "nl")
    data = json.loads(greenprof(*words, "-f", "json"))
    assert data["saved"] == pytest.approx(0.6)
    assert data["best"] == {
        "start": "2026-11-29T14:00:00+00:00", "end": "2026-11-29T16:00:00+00:00", "g_per_kwh": 110.0, "g_co2e": 330.0,
    }  # fmt: skip
    assert greenprof(*words, "-f", "csv").startswith("start,end,g_per_kwh,g_co2e\n2026-11-29T14:00:00+00:00,")
    for duration in ("0h", "two hours", "-1h", "", "9h", "1e9d"):
        with pytest.raises(GreenprofError):
            greenprof("when", "--carbon-file", "forecast.csv", "--duration", duration)


def test_the_calculator_leaves_out_what_a_project_says_of_its_runs(tmp_path):
    (tmp_path / "pyproject.toml").write_text(
        "[tool.greenprof.carbon]\nruns-per-day = 40000\nper = 'request=1000'\nembodied-kg = 300\nprice = 0.3\n"
        "country = 'DEU'\n"
    )
    words = ("co2", "--kwh", "29463803", "--country", "NLD")
    shown = greenprof(*words)
    assert "runs a day" not in shown and "SCI" not in shown and "embodied" not in shown
    assert "0.3 EUR per kWh" in shown, "the price is of the electricity"
    asked = greenprof(*words, "--runs-per-day", "2", "--per", "year=1", "--hours", "8")
    assert "at 2 runs a day" in asked and "SCI, for one year" in asked
    assert "300 kg CO2e for the computer" in asked, "it is said how long the computer was used"
    with pytest.raises(GreenprofError, match="needs the hours"):
        greenprof(*words, "--embodied-share", "0.5")


def test_a_year_has_the_making_of_the_computer_in_it(saved):
    words = ("--country", "NLD", "--embodied-kg", "300", "--runs-per-day", "40000")
    shown = " ".join(greenprof("report", "--full", saved, *words).split())
    assert "about 120 t CO2e embodied" in shown  # 300 kg, an hour of four years, 40,000 times on 365 days
    assert " t CO2e embodied" not in " ".join(greenprof("report", saved, *words[:2], *words[4:]).split())


@pytest.mark.parametrize(
    ("text", "minutes"), [("2h", 120), ("90min", 90), ("1h30min", 90), ("2 hours", 120), ("1d", 1440)]
)
def test_spans_of_time(text, minutes):
    assert span(text).total_seconds() == 60 * minutes


def test_a_saved_report_is_priced_anew_and_keeps_what_it_has(saved, tmp_path):
    assert json.loads(greenprof("report", saved, "-f", "json"))["carbon"] is None
    words = ("--country", "NLD", "--pue", "eu", "--wue", "2", "--per", "request=10", "--runs-per-day", "40000")
    (tmp_path / "priced.json").write_text(greenprof("report", saved, "-f", "json", *words))
    priced = report_from_json(json.loads((tmp_path / "priced.json").read_text()), "priced.json").carbon
    assert priced.g_co2e == pytest.approx(1.36 * 267.622)
    assert priced.interval_g == pytest.approx((0.9 * 1.36 * 267.622, 1.1 * 1.36 * 267.622))
    assert (priced.water_l, priced.country, priced.hours) == (2.0, "NLD", None)
    assert priced.sci_g == pytest.approx(1.36 * 267.622 / 10)
    assert priced.yearly.kwh == 40000 * 365
    assert [other.g_per_kwh for other in priced.others] == [236.0, 300.0, 374.0]
    shown = " ".join(greenprof("report", "priced.json", "--full").split())
    for part in ("at 40,000 runs a day", "236 to 374 g/kWh", "European", "SCI, for one request", "ISO/IEC 21031"):
        assert part in shown
    again = json.loads(greenprof("report", "priced.json", "-f", "json", "--carbon-factor", "500"))["carbon"]
    assert again["g_co2e"] == 500.0
    assert again["others"] == []  # nobody said of which country it is
    page = greenprof("report", "priced.json", "-f", "html")
    assert '<h2 id="carbon-title">Emissions</h2>' in page


def test_a_run_is_priced_at_its_hours_by_the_joules_of_each(saved, tmp_path):
    carbon = json.loads(greenprof("report", saved, "--carbon-file", "forecast.csv", "-f", "json"))["carbon"]
    assert carbon["factor_g_per_kwh"] == pytest.approx(0.75 * 300 + 0.25 * 250)
    assert (carbon["hours"], carbon["factor_year"]) == (2, None)
    with pytest.raises(GreenprofError, match="no row with a factor"):
        (tmp_path / "empty.csv").write_text("time,g_per_kwh\n")
        greenprof("report", saved, "--carbon-file", "empty.csv")


def test_a_run_is_priced_by_the_settings_of_the_project(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.greenprof.carbon]\ncountry = 'NLD'\nprice = 0.3\n")
    (tmp_path / "app.py").write_text("print(sum(range(1000)))\n")
    words = [sys.executable, "-m", "greenprof", "run", "--meter", "estimate", "-o", "r.json", "app.py"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    carbon = json.loads((tmp_path / "r.json").read_text())["carbon"]
    assert carbon is None or (carbon["country"], carbon["currency"]) == ("NLD", "EUR")
    assert "Emissions" in done.stderr
    words[4:4] = ["--carbon-file", "forecast.csv"]  # of another day: the measurement is not lost
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "The emissions are not known: forecast.csv: has no factor for" in " ".join(done.stderr.split())
    words[4:6] = ["--country", "Atlantis"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")  # said before the program runs


def test_no_word_claims_more_than_the_numbers(saved):
    words = greenprof("report", saved, "--country", "NLD", "-f", "markdown") + greenprof("co2", "--list")
    words += greenprof("co2", "--kwh", "1", "--country", "NLD")
    for claim in ("green ", "neutral", "saves the planet", "sustainable", "offset"):
        assert claim not in words.lower()
