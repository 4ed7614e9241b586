"""``greenprof lint --shard N/M`` and ``greenprof merge``: the parts together are the run in one piece."""

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof.errors import GreenprofError
from greenprof.lint import lint_paths
from greenprof.lint.shards import Shard, read_shard

APPS = Path(__file__).parents[2] / "benchmarks" / "nplusone" / "apps"
# Real packages of several files: models in one, queries in another, loops in a third; templates too.
TAKEN = ("archive_letters", "blog_comments", "museum_template", "flask_gallery", "hotel_form", "audit_log")
PARTS = 3


@pytest.fixture
def shop(tmp_path):
    """A project whose findings need several files, with one file that is no Python."""
    for name in TAKEN:
        shutil.copytree(APPS / name / "bad", tmp_path / "src" / name)
    (tmp_path / "src" / "broken.py").write_text("def (:\n")
    (tmp_path / "src" / "busy.py").write_text("while not done.is_set():\n    pass\n")
    return tmp_path


@pytest.mark.parametrize("format", ["sarif", "json"])
def test_the_parts_together_are_the_whole(greenprof, shop, format):
    assert greenprof("lint", "--no-cache", "-f", format, "-o", "whole", "src").code == 2
    codes = {
        greenprof("lint", "--no-cache", "--shard", f"{part}/{PARTS}", "-f", format, "-o", f"part-{part}", "src").code
        for part in range(1, PARTS + 1)
    }
    assert codes >= {1, 2}
    done = greenprof("merge", "part-2", "part-3", "part-1", "-o", "merged")
    assert (done.code, done.err) == (2, "")
    assert (shop / "merged").read_bytes() == (shop / "whole").read_bytes()
    found = json.loads((shop / "whole").read_text())
    found = found["findings"] if format == "json" else found["runs"][0]["results"]
    assert len(found) > len(TAKEN)


def test_what_several_files_show_is_found_in_the_part_of_its_own_file(shop):
    whole = lint_paths([shop / "src"])
    parts = [lint_paths([shop / "src"], shard=Shard(part, 8)) for part in range(1, 9)]
    assert sorted(map(repr, whole.findings)) == sorted(repr(one) for part in parts for one in part.findings)
    assert any(one.evidence for one in whole.findings)
    assert sum(part.files for part in parts) == whole.files
    assert sum(part.lines for part in parts) == whole.lines


def test_baselines_are_merged_from_wherever_they_lie(greenprof, shop):
    (shop / "src" / "broken.py").unlink()
    (shop / "parts").mkdir()
    greenprof("lint", "--no-cache", "--baseline", "whole.json", "--baseline-create", "src")
    for part in range(1, PARTS + 1):
        to = f"parts/{part}.json"
        done = greenprof("lint", "--shard", f"{part}/{PARTS}", "--baseline", to, "--baseline-create", "src")
        assert done.code == 0
    merged = greenprof("merge", *(f"parts/{part}.json" for part in range(1, PARTS + 1)), "-o", "merged.json")
    assert merged.code == 0
    assert (shop / "merged.json").read_bytes() == (shop / "whole.json").read_bytes()
    for part in range(1, PARTS + 1):  # and a part is held against the whole baseline
        assert greenprof("lint", "--shard", f"{part}/{PARTS}", "--baseline", "merged.json", "src").code == 0


def test_the_cache_of_a_part_changes_nothing(greenprof, shop):
    for options in ([], ["--shard", "2/3"], [], ["--shard", "2/3"]):
        done = greenprof("lint", "-f", "json", *options, "src")
        fresh = greenprof("lint", "--no-cache", "-f", "json", *options, "src")
        assert done.out == fresh.out


class TestMergeRefuses:
    @pytest.fixture(autouse=True)
    def parts(self, greenprof, project):
        project({"a.py": "while not done.is_set():\n    pass\n", "b.py": "", "c.py": ""})
        for part in (1, 2):
            greenprof("lint", "--shard", f"{part}/2", "-f", "json", "-o", f"{part}.json")
            greenprof("lint", "--shard", f"{part}/2", "-f", "sarif", "-o", f"{part}.sarif")
        greenprof("lint", "--shard", "1/3", "-f", "json", "-o", "other.json")
        greenprof("lint", "-f", "json", "-o", "whole.json")
        project({"none.json": "{}", "list.json": "[]", "text.json": "{", "damaged.json": '{"format":"greenprof-lint"}'})

    @pytest.mark.parametrize(
        ("files", "said"),
        [
            (["1.json"], "of 2 parts 2 is missing"),
            (["1.json", "2.json", "2.json"], "of 2 parts 2 is there more than once"),
            (["1.json", "other.json"], "parts of different runs"),
            (["1.json", "2.json", "whole.json"], "parts of different runs"),
            (["1.json", "2.sarif"], "2.sarif: is not of the same kind as 1.json"),
            (["none.json"], "none.json: is neither SARIF nor JSON of `greenprof lint`, nor a baseline"),
            (["list.json"], "list.json: is neither"),
            (["text.json"], "text.json: is not JSON"),
            (["gone.json"], "gone.json: cannot be read (No such file or directory)"),
            (["damaged.json"], "damaged.json: one is damaged"),
        ],
    )
    def test_what_is_not_all_of_one_run(self, greenprof, files, said):
        done = greenprof("merge", *files)
        assert (done.code, done.out) == (2, "")
        assert said in done.err
        assert done.err.count("\n") == 1

    def test_but_takes_the_whole_of_it(self, greenprof):
        assert greenprof("merge", "1.sarif", "2.sarif").code == 1
        assert greenprof("merge", "--exit-zero", "1.json", "2.json").code == 0


@pytest.mark.parametrize("wrong", ["0/3", "4/3", "3", "a/b", "1/0", "-1/3", "1/3/4", ""])
def test_a_part_that_cannot_be_is_one_line(greenprof, project, wrong):
    project({"a.py": ""})
    done = greenprof("lint", f"--shard={wrong}")
    assert done.code == 2
    assert "PART/PARTS" in done.err
    with pytest.raises(GreenprofError):
        read_shard(wrong)


@pytest.mark.parametrize("other", [["--fix"], ["--diff"], ["--add-ignore"], ["-w"], ["-"], ["--baseline-shrink"]])
def test_a_part_is_shown_and_not_changed(greenprof, project, other):
    project({"a.py": ""})
    assert greenprof("lint", "--shard", "1/2", *other).code == 2


NAMES = st.lists(st.text("abcé_", min_size=1), min_size=1, max_size=3).map("/".join)


@given(st.lists(NAMES, unique=True), st.integers(1, 9))
def test_every_file_is_in_one_part_whatever_else_is_there(paths, count):
    root = Path("/project")
    shards = [Shard(number, count) for number in range(1, count + 1)]
    for path in paths:
        assert sum(shard.holds(f"/project/{path}", root) for shard in shards) == 1
        elsewhere = [shard.holds(f"/somewhere/else/{path}", Path("/somewhere/else")) for shard in shards]
        assert elsewhere == [shard.holds(f"/project/{path}", root) for shard in shards]
