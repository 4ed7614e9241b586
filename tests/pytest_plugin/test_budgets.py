"""A test that uses more than it may fails, and says so; every other is left alone."""

from __future__ import annotations


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
    )
    done.assert_outcomes(failed=1, passed=2)
    done.stdout.fnmatch_lines(["test_it.py G.. *", "*over its budget of 120 mJ by 32 mJ (27 %): 152.0 mJ measured*"])
    done.stdout.fnmatch_lines(["OVER BUDGET test_it.py::test_dear - over its budget of 120 mJ*"])
    assert done.ret == 1
