"""Rules that hold on some Pythons only, and the Python that the code is to run on."""

import sys

import pytest

RUNNING = "{}.{}".format(*sys.version_info)
OTHER = sys.version_info[1] + 1  # a version that no test runs on
BOUNDS = {"since": f"Pythons(since=(3, {OTHER}))", "before": f"Pythons(before=(3, {OTHER}))"}
PRICES = "def prices(numbers):\n    return [price_of(one) for one in numbers]\n"


@pytest.fixture
def ours(greenprof, project, tmp_path):
    """A project with a rule of its own that holds on some Pythons; gives what `greenprof lint` says of its one file."""

    def found(bound, *arguments, project_table="", settings=""):
        pyproject = f'{project_table}[tool.greenprof]\nrules = ["lint"]\nselect = ["price-in-loop"]\n{settings}'
        project({"pyproject.toml": pyproject, "app.py": PRICES})
        if not (tmp_path / "lint").exists():
            greenprof("rules", "new", "price-in-loop")
        rule = tmp_path / "lint" / "price_in_loop" / "rule.py"
        text = rule.read_text().replace("Hit, Rule, Screen", "Hit, Pythons, Rule, Screen")
        rule.write_text(text.replace("    group =", f"    pythons = {BOUNDS[bound]}\n    group =", 1))
        done = greenprof("lint", "app.py", *arguments)
        assert done.err == "" or done.code == 2
        return {0: 0, 1: 1}.get(done.code, done.err)

    return found


def test_the_python_that_runs_greenprof_counts_where_nothing_is_said(ours):
    assert ours("since") == 0


def test_and_a_rule_that_holds_there_speaks(ours):
    assert ours("before") == 1


@pytest.mark.parametrize("version", [f"3.{OTHER}", f"py3{OTHER}", f"3.{OTHER + 1}"])
def test_a_version_can_be_named(ours, version):
    assert ours("since", "--target-version", version) == 1


def test_what_was_found_for_another_version_is_not_taken_from_the_cache(ours):
    assert ours("before", "--target-version", f"3.{OTHER - 1}") == 1
    assert ours("before", "--target-version", f"3.{OTHER}") == 0
    assert ours("before", "--target-version", f"3.{OTHER - 1}") == 1


def test_the_oldest_python_of_the_project_counts(ours):
    table = f'[project]\nname = "x"\nrequires-python = ">=3.{OTHER}"\n'
    assert ours("since", project_table=table) == 1


def test_the_setting_goes_before_it_and_the_option_before_both(ours):
    table, setting = f'[project]\nrequires-python = ">=3.{OTHER}"\n', f'target-version = "{RUNNING}"\n'
    assert ours("since", project_table=table, settings=setting) == 0
    assert ours("since", "--target-version", f"3.{OTHER}", project_table=table, settings=setting) == 1


@pytest.mark.parametrize("version", ["4.0", "three", "", "2.7"])
def test_what_is_no_version_is_told(ours, version):
    told = ours("since", "--target-version", version)
    assert told == f"greenprof: target version {version!r}: should be a version of Python 3, such as 3.12\n"


def test_promises_that_need_another_python_are_left_to_it(ours, greenprof, tmp_path):
    ours("since")
    page = tmp_path / "lint" / "price_in_loop" / "README.md"
    done = greenprof("rules", "test", "lint")
    assert done.out.endswith(f"README.md: does not say Python 3.{OTHER}\n")
    page.write_text(page.read_text().replace("## Why", f"Needs Python 3.{OTHER}.\n\n## Why"))
    (tmp_path / "lint" / "price_in_loop" / "good.py").write_text("import not_there\n")
    told = greenprof("rules", "test", "lint").out
    assert "good.py fails" not in told
    measured = greenprof("rules", "price-in-loop", "--measure")
    assert measured.err == f"greenprof: price-in-loop: not measured: it is about Python >=3.{OTHER}\n"
