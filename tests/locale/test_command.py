"""Which language a command speaks: of its option, else of the environment, else of the settings, else English."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from greenprof.model import Energy, Host, MeterInfo, Overhead, Report, Run
from greenprof.wire import dumps, report_to_json

REPORT = Report(
    run=Run(
        command=("python", "a.py"), started_at="2026-11-29T20:00:00Z", duration_s=2.5, exit_code=0, cpu_s=2.0,
        processes=1, max_rss_bytes=1, read_bytes=0, written_bytes=0,
    ),
    host=Host(cpu="CPU", cores=2, os="Linux", python="3.12.1", virtualised=True, governor=None, fingerprint="ab"),
    meter=MeterInfo(
        name="rapl", estimated=False, domains=("package-0",), uncertainty=0.01, scope="the package", idle_w=1.0
    ),
    energy=Energy(
        total_j=1234.5, domains_j={"package-0": 1234.5}, idle_j=34.5, process_j=1200.0, other_j=0.0,
        unattributed_j=0.0, mean_w=494.0, interval_j=(1190.0, 1210.0),
    ),
    hotspots=(), functions=(), findings=(), tree=(), timeline=(), processes=(),
    overhead=Overhead(cpu_s=0.1, wall_s=0.1),
)  # fmt: skip
DUTCH, ENGLISH = "Het programma verbruikte 1,20 kJ", "The program used 1.20 kJ"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "r.json").write_text(dumps(report_to_json(REPORT)), encoding="utf-8")
    return tmp_path


def say(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name != "GREENPROF_LANG"}
    return subprocess.run(
        [sys.executable, "-m", "greenprof", *words], cwd=folder, capture_output=True, text=True, check=False,
        env={**kept, **environment},
    )  # fmt: skip


def test_option_goes_before_environment_before_settings_and_the_locale_has_no_say(folder):
    assert ENGLISH in say(folder, "report", "r.json", LC_ALL="nl_NL.UTF-8", LANG="nl_NL.UTF-8", LANGUAGE="nl").stdout
    assert DUTCH in say(folder, "report", "r.json", "--lang", "nl").stdout
    assert DUTCH in say(folder, "report", "r.json", GREENPROF_LANG="nl").stdout
    assert ENGLISH in say(folder, "report", "r.json", "--lang", "en", GREENPROF_LANG="nl").stdout
    (folder / "pyproject.toml").write_text('[tool.greenprof]\nlang = "nl"\n', encoding="utf-8")
    assert DUTCH in say(folder, "report", "r.json").stdout
    assert ENGLISH in say(folder, "report", "r.json", GREENPROF_LANG="en").stdout


def test_an_unknown_language_is_one_clear_line(folder):
    for words in (("report", "r.json", "--lang", "de"), ("rules", "--lang", "xx")):
        done = say(folder, *words)
        assert done.returncode == 2
        assert "'en', 'nl'" in done.stderr
        assert "Traceback" not in done.stderr
    done = say(folder, "report", "r.json", GREENPROF_LANG="de")
    assert (done.returncode, "GREENPROF_LANG" in done.stderr) == (2, True)


def test_what_is_saved_of_a_run_has_no_language(folder):
    (folder / "p.py").write_text("sum(range(2_000_000))\n", encoding="utf-8")
    done = say(folder, "run", "--lang", "nl", "--no-history", "--meter", "estimate", "-q", "-o", "p.json", "p.py")
    assert done.returncode == 0, done.stderr
    saved = json.loads((folder / "p.json").read_text(encoding="utf-8"))
    assert "the processor packages" in saved["meter"]["scope"] or "watts" in saved["meter"]["scope"]
    assert not any("programma" in note or "processors" in note for note in (*saved["notes"], *saved["meter"]["notes"]))
    assert "Het programma verbruikte ongeveer" in say(folder, "report", "p.json", "--lang", "nl").stdout


def test_the_page_of_a_rule_is_told_in_dutch_before_the_english_one(folder):
    dutch = say(folder, "rules", "query-in-loop", "--lang", "nl").stdout
    assert dutch.index("Query in een lus") < dutch.index("What it finds")
    assert "What it finds" in say(folder, "rules", "query-in-loop").stdout
    assert "een databasequery in elke ronde van deze lus" in say(folder, "rules", "database", "--lang", "nl").stdout
    assert say(folder, "rules", "-f", "json", "--lang", "nl").stdout == say(folder, "rules", "-f", "json").stdout


def test_history_and_summary_are_told_in_dutch_and_their_data_is_the_same(folder):
    (folder / "pyproject.toml").write_text(
        '[[tool.greenprof.targets]]\nname = "half"\ncommand = "*"\nbaseline = 2400\ngoal = 1300\n'
        "baseline-date = 2026-01-01\nby = 2026-12-31\n",
        encoding="utf-8",
    )
    assert say(folder, "history", "import", "r.json").returncode == 0
    told = say(folder, "summary", "--country", "NLD", "--lang", "nl").stdout
    for words in (
        "# Energiesamenvatting: ", "29 november 2026 tot en met 29 november 2026, 1 run.", "(95%: 331 tot",
        "| half | 2.400 J, 01-01-2026 | 1.300 J, 31-12-2026 | 1.200 J | ", "| bereikt |",
        "gemeten", "levenscyclus", "267,6 g CO2e/kWh",
    ):  # fmt: skip
        assert words in told, words
    csv = ("summary", "--country", "NLD", "-f", "csv")
    assert say(folder, *csv, "--lang", "nl").stdout == say(folder, *csv).stdout
    assert "1 run, gemeten door rapl op machine ab" in say(folder, "history", "--lang", "nl").stdout
    assert say(folder, "history", "--lang", "nl", "-f", "json").stdout == say(folder, "history", "-f", "json").stdout
    assert DUTCH in say(folder, "history", "--lang", "nl", "show", "1").stdout
    assert "bereikt" in say(folder, "targets", "--lang", "nl").stdout


def test_the_calculator_speaks_dutch_and_its_data_has_no_language(folder):
    asked = ("co2", "--kwh", "29463803", "--country", "NLD", "--pue", "eu")
    told = say(folder, *asked, "--lang", "nl").stdout
    for words in ("29.463.803 kWh", "met het datacenter, PUE 1,36", "10% minder energie", "zoals gevraagd", "uitstoot"):
        assert words in told, words
    assert say(folder, *asked, "-f", "json", "--lang", "nl").stdout == say(folder, *asked, "-f", "json").stdout


def test_english_reads_no_catalogue():
    code = (
        "import greenprof.cli, greenprof.reporters; from greenprof import i18n; "
        "i18n._('yes'); print(i18n._catalogue.cache_info().currsize)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "0\n"


def test_the_linter_speaks_dutch_and_its_data_has_no_language(folder):
    (folder / "a.py").write_text(
        "class Log:\n    text = ''\n\n    def add(self, rows):\n        for row in rows:\n"
        "            self.text += str(row) + '\\n'\n",
        encoding="utf-8",
    )
    told = say(folder, "lint", "--no-cache", "--lang", "nl", "a.py").stdout
    for words in (
        "string-concat-in-loop: kopieert in elke ronde van deze lus", "oplossing (--fix --unsafe-fixes): voeg de delen",
        "1 bevinding in 1 bestand (6 coderegels), 1 op te lossen met --fix --unsafe-fixes",
    ):  # fmt: skip
        assert words in told, words
    assert "copies" in say(folder, "lint", "--no-cache", "a.py").stdout
    assert "1 bevinding van 1 regel" in say(folder, "lint", "--statistics", "a.py", GREENPROF_LANG="nl").stdout
    assert "oplossing: voeg de delen" in say(folder, "lint", "-f", "github", "a.py", GREENPROF_LANG="nl").stdout
    for format_ in ("json", "sarif", "gitlab", "junit"):
        data = say(folder, "lint", "-f", format_, "a.py").stdout
        assert say(folder, "lint", "-f", format_, "--lang", "nl", "a.py").stdout == data, format_
    fixed = say(folder, "lint", "--fix", "--unsafe-fixes", "--lang", "nl", "a.py")
    assert "1 bevinding in 1 bestand opgelost" in fixed.stderr
    assert "geen bevindingen in 1 bestand" in fixed.stdout
    assert "regel " in say(folder, "rules", "database", "--lang", "nl").stdout.splitlines()[0]


def test_what_the_linter_says_of_several_files_is_dutch():
    bad = Path(__file__).parents[2] / "rules" / "lazy_relation_in_loop" / "bad"
    told = say(bad, "lint", "--no-cache", "--lang", "nl", ".").stdout
    for words in (
        "hier worden rijen van Order opgevraagd, zonder hun relaties", "één keer per ronde van deze lus",
        "Order.customer staat hier gedeclareerd", "zekerheid gemiddeld",
    ):  # fmt: skip
        assert words in told, words


def test_doctor_and_calibrate_speak_dutch(folder):
    told = say(folder, "doctor", "--lang", "nl", GREENPROF_STATE=str(folder / "state"))
    assert "om dat te veranderen: " in told.stdout
    assert re.search(r"^  ja   estimate: een schatting uit CPU-tijd", told.stdout, re.MULTILINE)
    assert "to change that" not in told.stdout and "note: " not in told.stdout
    by_hand = ("calibrate", "--idle-w", "8.5", "--full-w", "31")
    told = say(folder, *by_hand, "--lang", "nl", GREENPROF_STATE=str(folder / "state")).stdout
    assert "geijkt met watts die met de hand zijn opgegeven" in told and "8,50 W" in told and "Bewaard in" in told
