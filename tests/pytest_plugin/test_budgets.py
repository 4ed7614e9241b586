"""A test that uses more than it may fails, and says so; every other is left alone."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest


def test_a_test_over_its_budget_fails_and_says_by_how_much(suite):
    done = suite.run(
        """
@pytest.mark.energy_budget("120 mJ")
def test_dear():
    burn(0.152)

@pytest.mark.energy_budget("200 mJ")
def test_cheap():
    burn(0.152)

def test_without():
    burn(9)
""",
        "-rA",
        "--junitxml=out.xml",
    )
    done.assert_outcomes(failed=1, passed=2)
    done.stdout.fnmatch_lines(
        ["test_it.py G.. *", "*over its budget of 120 mJ by 32 mJ (27 %): 152* mJ measured*95 %*"]
    )
    done.stdout.fnmatch_lines(["OVER BUDGET test_it.py::test_dear - over its budget of 120 mJ*"])
    assert done.ret == 1
    cases = {case.get("name"): case for case in ElementTree.parse(suite.path / "out.xml").iter("testcase")}
    properties = {one.get("name"): one.get("value") for one in cases["test_dear"].iter("property")}
    assert float(properties["energy_j"]) == pytest.approx(0.152, abs=1e-5)
    assert float(properties["energy_low_j"]) <= 0.152 <= float(properties["energy_high_j"])
    assert properties["energy_kind"], properties["energy_meter"] == ("measured", "known")
    assert properties["energy_budget"] == "120 mJ: over"
    assert "over its budget of 120 mJ" in cases["test_dear"].find("failure").get("message")
    assert cases["test_without"].find("properties") is None


def test_the_word_is_its_own(suite):
    done = suite.run('@pytest.mark.energy_budget("1 mJ")\ndef test_dear():\n    burn(1)\n', "-v")
    done.stdout.fnmatch_lines(["test_it.py::test_dear OVER BUDGET *"])


def test_the_nearest_mark_goes_first_quantity_by_quantity(suite):
    done = suite.run(
        """
pytestmark = pytest.mark.energy_budget("10 mJ")

def test_of_the_module():
    burn(0.02)

@pytest.mark.energy_budget("30 mJ")
class TestClass:
    def test_of_the_class(self):
        burn(0.02)

    @pytest.mark.energy_budget("15 mJ")
    def test_its_own(self):
        burn(0.02)

    @pytest.mark.energy_budget("5 s cpu", "0 queries")
    def test_of_other_things(self, energy):
        energy(burn, 0.04)

@pytest.mark.parametrize("joules", [0.005, pytest.param(0.05, marks=pytest.mark.energy_budget("60 mJ")), 0.02])
def test_of_a_parameter(joules, energy):
    energy(burn, joules)
""",
        "-rA",
    )
    done.assert_outcomes(passed=3, failed=4)
    done.stdout.fnmatch_lines(["test_it.py G.GG..G *"])


def test_a_budget_per_something_is_held_to_one_of_it(suite):
    done = suite.run(
        """
@pytest.mark.energy_budget("2 mJ", per="request")
def test_kept(energy):
    energy.units = 10
    energy(burn, 0.015)

@pytest.mark.energy_budget("1 mJ per request", regress="5%")
def test_over(energy):
    energy.units = 10
    energy(burn, 0.015)
""",
        "-rA",
    )
    done.assert_outcomes(passed=1, failed=1)
    done.stdout.fnmatch_lines(["*over its budget of 1 mJ per request by 500 µJ (50 %): 1.5* mJ measured*"])


def test_an_estimate_warns_and_fails_only_where_it_is_told_to(suite):
    code = '@pytest.mark.energy_budget("10 mJ")\ndef test_dear():\n    burn(1)\n'
    estimated = ("--green-meter", "guessed")
    done = suite.run(code, *estimated)
    done.assert_outcomes(passed=1)
    done.stdout.fnmatch_lines(["test_it.py::test_dear: over its budget of 10 mJ by *an estimate: not failed*"])
    done = suite.again(*estimated, "--green-estimated=fail")
    done.assert_outcomes(failed=1)
    done = suite.again(*estimated, "--green-estimated=ignore")
    done.assert_outcomes(passed=1)
    done.stdout.no_fnmatch_line("*not failed*")


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ('"120"', "*'120' is not a budget: it has no unit*"),
        ('"120 mj"', "*there is no unit 'mj'; did you mean mJ or MJ?*"),
        ('"-1 J"', "*it is negative*"),
        ("120", "*120 is not a budget*"),
        ('"1 J", "2 mJ"', "*it has two budgets of energy*"),
        ('"1 J", pro="request"', "*it has no argument 'pro'; those are: regress, per*"),
        ('"1 J", regress="5"', "*'5' is not a growth: it has no % sign*"),
        ("", "*it says nothing: write a budget*"),
    ],
)
def test_a_budget_that_makes_no_sense_is_an_error_of_that_test(suite, mark, said):
    done = suite.run(
        f"@pytest.mark.energy_budget({mark})\ndef test_it():\n    burn(1)\n\ndef test_other():\n    pass\n"
    )
    done.assert_outcomes(errors=1, passed=1)
    done.stdout.fnmatch_lines([f"energy_budget of test_it.py::test_it: {said}"])
    done.stdout.no_fnmatch_line("*Traceback*")


def test_a_budget_of_queries_counts_what_is_sent(suite):
    done = suite.run(
        """
import sqlite3

def load(db):
    return [db.execute("select a from t where a = ?", (n,)).fetchall() for n in range(7)]

@pytest.fixture
def db():
    db = sqlite3.connect(":memory:")
    db.execute("create table t (a)")
    db.execute("insert into t values (1)")
    return db

@pytest.mark.energy_budget("3 queries")
def test_over(db):
    load(db)
    db.commit()

@pytest.mark.energy_budget("3 queries")
def test_over_by_call(db, energy):
    energy(load, db)

@pytest.mark.energy_budget("7 queries")
def test_kept(db):
    load(db)
""",
        "-rA",
    )
    done.assert_outcomes(failed=2, passed=1)
    done.stdout.fnmatch_lines(["over its budget of 3 queries by 4 queries (133 %): 7 queries counted"])
    done.stdout.fnmatch_lines(["*7 queries  test_it.py:*return [[]db.execute(*"])


def test_one_run_has_no_interval_and_several_have(suite):
    done = suite.run(
        """
def spin(seconds):
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass

@pytest.mark.energy_budget("1 ms cpu")
def test_whole():
    spin(0.004)

@pytest.mark.energy_budget("2 s cpu")
def test_block(energy):
    with energy:
        pass
    assert energy.result.cpu_interval_s is None

@pytest.mark.energy_budget("1 ms cpu")
def test_calls(energy):
    energy(spin, 0.004)
    assert energy.result.cpu_interval_s is not None
"""
    )
    done.assert_outcomes(failed=2, passed=1)
    done.stdout.fnmatch_lines(["over its budget of 1 ms cpu by * cpu measured (one run)"])
    whole = done.stdout.str().partition("(one run)")[2].partition("test_calls")[0]
    assert "Where it went:" in whole or "It was too short to see on which lines." in whole
    done.stdout.fnmatch_lines(["over its budget of 1 ms cpu by * cpu measured (* to * cpu, 95 %)"])
    done.stdout.fnmatch_lines(["test_block *2 s cpu kept"])


def test_properties_are_told_once_of_a_test_that_runs_again(suite):
    done = suite.run(
        """
@pytest.mark.energy_budget("1 mJ")
def test_dear(record_property):
    record_property("cpu_s", "its own")
    burn(1)
""",
        "--reruns=2",
        "--junitxml=out.xml",
    )
    done.assert_outcomes(failed=1)
    cases = list(ElementTree.parse(suite.path / "out.xml").iter("testcase"))
    assert len(cases) == 3
    for case in cases:
        told = [(one.get("name"), one.get("value")) for one in case.iter("property")]
        assert [name for name, _ in told].count("energy_j") == 1
        assert ("cpu_s", "its own") in told


def test_over_its_budget_it_says_where_the_joules_went(suite):
    done = suite.run(
        """
def hot(n):
    found = []
    for value in range(n):
        if value in [one for one in found]:
            found.append(value)
        found.append(value)
    return found

@pytest.mark.energy_budget("1 mJ", "1 ms cpu")
def test_whole():
    burn(1)
    hot(6000)  # long enough for a sampler whose first look at many deep stacks takes a while

@pytest.mark.energy_budget("1 ms cpu")
def test_call(energy):
    energy(hot, 700)
"""
    )
    done.assert_outcomes(failed=2)
    text = done.stdout.str()
    assert text.count("Where it went:") == 2
    whole, call = text.split("Where it went:")[1:]
    assert "test_it.py:1" in whole
    assert "if value in [one for one in found]:" in call
    assert "psutil" not in text, "what reads the meter is not the test's"


def test_a_finding_of_low_confidence_is_told_on_a_line_that_is_over_the_budget(suite):
    done = suite.run(
        """
def drained(jobs):
    done = []
    while jobs:
        done.append(jobs.pop(0))
    return done

@pytest.mark.energy_budget("1 ms cpu")
def test_queue(energy):
    energy(lambda: drained(list(range(40_000))))
"""
    )
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["*done.append(jobs.pop(0))", "*list-front-pop: *(low confidence)"])


@pytest.mark.parametrize("strict", [False, True])
def test_a_breach_that_is_expected_is_an_expected_failure(suite, strict):
    done = suite.run(
        f"""
@pytest.mark.xfail(reason="known to be dear", strict={strict})
@pytest.mark.energy_budget("1 mJ")
def test_dear():
    burn(1)
""",
        "-rx",
    )
    done.assert_outcomes(xfailed=1)
    done.stdout.fnmatch_lines(["XFAIL test_it.py::test_dear - known to be dear"])


def test_defaults_stand_in_the_settings(suite):
    (suite.path / "pyproject.toml").write_text(
        '[tool.pytest.ini_options]\ngreen_budget = "10 mJ"\ngreen_min_rounds = "4"\ngreen_sort = "name"\n'
    )
    done = suite.run(
        """
def test_dear(energy):
    energy(burn, 1)
    assert len(energy.result.rounds) == 4

def test_without():
    burn(1)

@pytest.mark.energy_budget("2 J")
def test_its_own(energy):
    energy(burn, 1)
""",
        "--green-max-time=0.001",
        "--green-min-time=0.001",
        quick=False,
    )
    done.assert_outcomes(failed=1, passed=2)


def test_a_process_beside_the_test_may_have_a_long_command(tmp_path):
    # A browser of the suite, say, which is among the hottest of the tree: its name is longer than that of any file.
    from greenprof.pytest_plugin import where

    hot = where.Line(path=f"<command: {'--option ' * 100}>", line=0, function="", share=1.0, used="1 J")
    (told,) = where._with_findings([hot], tmp_path)
    assert told.path.startswith("<command: --option")
    assert len(told.path) == 80
