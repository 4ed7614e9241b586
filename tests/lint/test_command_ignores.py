"""Comments that ignore findings, and findings that are known already."""

import ast
import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenprof.lint import lint_source, load_rules
from greenprof.lint.add_ignore import add_ignores

BUSY = "while not done.is_set():\n    pass\n"
QUERY = "for i in ids:\n    cur.execute('SELECT a FROM t WHERE b = ?', i)\n"
RULES = load_rules()


def places(done):
    return [":".join(line.split(":")[:2]) for line in done.lines if not line.startswith(" ") and ": " in line]


class TestUnusedIgnores:
    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("x = 1  # greenprof: ignore\n", ["silences nothing that is found here"]),
            ("x = 1  # greenprof: ignore[busy-wait]\n", ["busy-wait is not found here"]),
            ("x = 1  # greenprof: ignore[idle]\n", ["idle is not found here"]),
            ("x = 1  # greenprof: ignore[bussy-wait]\n", ["no rule or group is called 'bussy-wait'"]),
            ("# greenprof: ignore-file\n", ["silences nothing that is found here"]),
            ("# greenprof: ignore-file[idle, loops]\n" + BUSY, ["loops is not found here"]),
            (
                BUSY.replace(":\n", ":  # greenprof: ignore[busy-wait, query-in-loop]\n"),
                ["query-in-loop is not found here"],
            ),
            (BUSY.replace(":\n", ":  # greenprof: ignore\n"), []),
            (BUSY.replace(":\n", ":  # greenprof: ignore[busy-wait]\n"), []),
            (BUSY.replace("pass\n", "pass  # greenprof: ignore[idle]\n"), []),
            ("# greenprof: ignore-file[busy-wait]\n" + BUSY, []),
            ('x = """# greenprof: ignore"""\n', []),
            ('"""\n# greenprof: ignore-file\n"""\n', []),
            ("x = 1  # greenprof: ignored\n", []),
        ],
    )
    def test_are_told(self, greenprof, project, text, told):
        project({"a.py": text})
        done = greenprof("lint", "--report-unused-ignores")
        assert [line.split(": ")[2] for line in done.lines if "unused-ignore" in line] == told
        assert done.code == int(bool(told))
        assert "unused-ignore" not in greenprof("lint").out

    def test_of_rules_that_did_not_run_are_not(self, greenprof, project):
        project(
            {
                "a.py": "x = 1  # greenprof: ignore[busy-wait]\n"
                "y = 1  # greenprof: ignore\nz = 1  # greenprof: ignore[loops]\n"
            }
        )
        assert places(greenprof("lint", "--report-unused-ignores", "--select", "database")) == []
        assert places(greenprof("lint", "--report-unused-ignores", "--select", "busy-wait")) == ["a.py:1"]
        assert places(greenprof("lint", "--report-unused-ignores", "--select", "all")) == ["a.py:1", "a.py:2", "a.py:3"]

    def test_of_rules_for_another_python_are_not(self, greenprof, project):
        project({"a.py": "x = 1  # greenprof: ignore[products-summed-in-python]\ny = 1  # greenprof: ignore\n"})
        assert places(greenprof("lint", "--report-unused-ignores", "--target-version", "3.11")) == ["a.py:2"]
        assert places(greenprof("lint", "--report-unused-ignores", "--target-version", "3.12")) == ["a.py:1", "a.py:2"]

    def test_low_confidence_is_a_use(self, greenprof, project):
        project({"a.py": "import re\nfor s in ss:\n    re.search('a', s)  # greenprof: ignore\n"})
        assert places(greenprof("lint", "--report-unused-ignores")) == []

    def test_settings_the_cache_and_formats(self, greenprof, project):
        project(
            {
                "a.py": "x = 1  # greenprof: ignore\n",
                "pyproject.toml": "[tool.greenprof]\nreport-unused-ignores = true\n",
            }
        )
        for _ in range(2):
            assert places(greenprof("lint")) == ["a.py:1"]
        for format_ in ("json", "sarif", "github", "gitlab", "junit"):
            assert "unused-ignore" in greenprof("lint", "-f", format_).out
        assert "unused-ignore" in greenprof("lint", "--statistics").out
        assert greenprof("lint", "--fail-on", "warning").code == 0

    def test_after_a_fix_they_stand_where_they_are_then(self, greenprof, project):
        text = "import re\ndef f(rows):\n    for x in rows:\n        re.compile('a').search(x)\n"
        text += "    return 1  # greenprof: ignore\n"
        project({"a.py": text})
        done = greenprof("lint", "--fix", "--report-unused-ignores")
        assert "fixed 1 finding" in done.err
        assert places(done) == ["a.py:6"]


class TestAddIgnore:
    def test_silences_what_is_found(self, greenprof, project, tmp_path):
        project({"a.py": BUSY + QUERY, "b/c.py": BUSY, "clean.py": "x = 1\n"})
        done = greenprof("lint", "--add-ignore")
        assert (done.code, done.err, done.out) == (0, "greenprof: silenced 3 findings\n", "")
        assert (tmp_path / "a.py").read_text().splitlines() == [
            "while not done.is_set():  # greenprof: ignore[busy-wait]",
            "    pass",
            "for i in ids:",
            "    cur.execute('SELECT a FROM t WHERE b = ?', i)  # greenprof: ignore[query-in-loop]",
        ]
        assert (greenprof("lint", "--report-unused-ignores").code, (tmp_path / "clean.py").read_text()) == (
            0,
            "x = 1\n",
        )

    def test_only_what_is_shown(self, greenprof, project):
        project({"a.py": BUSY + QUERY})
        greenprof("lint", "--add-ignore", "--select", "idle")
        assert places(greenprof("lint")) == ["a.py:4"]

    def test_adds_to_a_comment(self, greenprof, project, tmp_path):
        project({"a.py": BUSY.replace(":\n", ":  # why  # greenprof: ignore[database, x] because\n")})
        greenprof("lint", "--add-ignore")
        assert (tmp_path / "a.py").read_text().splitlines()[0] == (
            "while not done.is_set():  # why  # greenprof: ignore[database, x, busy-wait] because"
        )
        assert greenprof("lint").code == 0

    @pytest.mark.parametrize("data", [b"\xef\xbb\xbf", b"# -*- coding: latin-1 -*-\r\n# \xe4\r\n", b"x = '\x0c'\r\n"])
    def test_keeps_encoding_and_line_ends(self, greenprof, tmp_path, data):
        path = tmp_path / "a.py"
        path.write_bytes(data + BUSY.replace("\n", "\r\n").encode())
        greenprof("lint", "--add-ignore")
        assert path.read_bytes() == data + (b"while not done.is_set():  # greenprof: ignore[busy-wait]\r\n    pass\r\n")

    def test_where_the_first_line_has_no_room(self, greenprof, project, tmp_path):
        text = 'for i in ids:\n    cur.execute("""SELECT a\n    FROM t WHERE b = ?""", i)\n'
        project({"a.py": text})
        assert greenprof("lint", "--add-ignore").code == 0
        assert (tmp_path / "a.py").read_text() == text[:-1] + "  # greenprof: ignore[query-in-loop]\n"
        assert greenprof("lint").code == 0

    def test_no_room_at_all(self, greenprof, project, tmp_path):
        text = "for i in ids:\n    x = cur.execute('SELECT a FROM t WHERE b = ?', i).fetchone() + '''\n'''\n"
        project({"a.py": text, "b.py": BUSY})
        done = greenprof("lint", "--add-ignore")
        assert (tmp_path / "a.py").read_text() == text
        assert done.code == 2
        assert "a.py:2:9: no room for a comment that ignores query-in-loop" in done.err
        assert "ignore" in (tmp_path / "b.py").read_text()

    def test_with_a_file_that_cannot_be_parsed(self, greenprof, project, tmp_path):
        project({"a.py": "def f(:\n", "b.py": BUSY})
        done = greenprof("lint", "--add-ignore")
        assert (done.code, done.err.splitlines()[-1]) == (2, "greenprof: silenced 1 finding")
        assert (tmp_path / "a.py").read_text() == "def f(:\n"

    @given(st.integers(0, 2**32), st.integers(1, 12))
    @settings(deadline=None, max_examples=60)
    def test_the_program_stays_and_the_findings_go(self, seed, size):
        dice = random.Random(seed)
        pieces = [
            BUSY,
            QUERY,
            "for i in ids: cur.execute('SELECT a FROM t WHERE b = ?', \\\n  i)\n",
            'for i in ids:\n    cur.execute(\n        f"""SELECT {\n        i}""",\n    )  # note\n',
            "x = '''\n# greenprof: ignore\n'''\n",
            "while not a.is_set(): pass # greenprof: ignore[loops]\n",
            "for s in xs:\n    items = list(s); items.insert(0, '''\n'''); t = t + [1]\n",
            "def f(xs):\n    return sorted(\n        xs)[0]\n",
        ]
        text = "".join(dice.choice(pieces) for _ in range(size))
        found = lint_source(text, "a.py", RULES)
        added = add_ignores(text, found)
        assert ast.dump(ast.parse(added.text)) == ast.dump(ast.parse(text))
        left = lint_source(added.text, "a.py", RULES)
        assert len(left) == len(added.left)
        assert len(added.text.split("\n")) == len(text.split("\n"))


class TestBaseline:
    def test_life_of_one(self, greenprof, project, tmp_path):
        project({"a.py": BUSY + QUERY, "b.py": BUSY})
        done = greenprof("lint", "--baseline", "known.json", "--baseline-create")
        assert (done.code, done.out, done.err) == (0, "", "greenprof: wrote 3 findings to known.json\n")
        compare = ("lint", "--baseline", "known.json")
        assert (greenprof(*compare).code, greenprof("lint").code) == (0, 1)
        project(
            {"a.py": "import os\n\n\n" + QUERY + "def f():\n    " + BUSY.replace("\n    ", "\n        ")}
        )  # moved, indented
        assert greenprof(*compare).code == 0
        project({"c.py": BUSY})
        assert places(greenprof(*compare)) == ["c.py:1"]
        project({"c.py": "x = 1\n", "a.py": QUERY})
        done = greenprof(*compare)
        assert (done.code, done.err) == (
            0,
            "greenprof: no longer found: 1 finding of known.json; --baseline-shrink takes out what is gone\n",
        )
        done = greenprof(*compare, "--baseline-shrink")
        assert (done.code, done.err) == (0, "greenprof: took 1 finding out of known.json\n")
        project({"a.py": QUERY + BUSY})
        assert places(greenprof(*compare)) == ["a.py:3"]

    def test_one_more_of_the_same_is_new(self, greenprof, project):
        project({"a.py": BUSY})
        greenprof("lint", "--baseline", "known.json", "--baseline-create")
        project({"a.py": BUSY + BUSY})
        assert places(greenprof("lint", "--baseline", "known.json")) == ["a.py:3"]

    def test_renamed_file(self, greenprof, project, tmp_path):
        project({"a.py": BUSY + QUERY, "b.py": BUSY})
        greenprof("lint", "--baseline", "known.json", "--baseline-create")
        (tmp_path / "sub").mkdir()
        (tmp_path / "a.py").rename(tmp_path / "sub" / "z.py")
        done = greenprof("lint", "--baseline", "known.json")
        assert (done.code, done.err) == (0, "")
        project({"sub/z.py": BUSY + BUSY + QUERY})
        assert len(places(greenprof("lint", "--baseline", "known.json"))) == 1

    def test_of_the_project_holds_from_every_folder(self, greenprof, project, tmp_path, monkeypatch):
        project({"pyproject.toml": '[tool.greenprof]\nbaseline = "ci/known.json"\n', "app/a.py": BUSY, "ci/x.txt": ""})
        assert greenprof("lint", "--baseline-create").code == 0
        assert json.loads((tmp_path / "ci/known.json").read_text())["findings"][0]["path"].endswith("app/a.py")
        assert greenprof("lint").code == 0
        monkeypatch.chdir(tmp_path / "app")
        assert greenprof("lint").code == 0
        assert greenprof("lint", tmp_path / "app" / "a.py").code == 0

    def test_shrinking_leaves_what_was_not_linted(self, greenprof, project, tmp_path):
        project({"a.py": BUSY, "b.py": BUSY, "c.py": BUSY, "d.py": BUSY})
        greenprof("lint", "--baseline", "known.json", "--baseline-create")
        project({"a.py": "x = 1\n", "b.py": "x = 1\n", "c.py": "def f(:\n"})
        (tmp_path / "d.py").unlink()
        done = greenprof("lint", "--baseline", "known.json", "--baseline-shrink", "a.py", "c.py")
        assert "took 2 findings out" in done.err
        assert [one["path"] for one in json.loads((tmp_path / "known.json").read_text())["findings"]] == [
            "b.py",
            "c.py",
        ]

    def test_a_look_at_a_part_loses_nothing(self, greenprof, project, tmp_path):
        models = (
            "from django.db import models\n\n\nclass Author(models.Model):\n    pass\n\n\n"
            "class Book(models.Model):\n    author = models.ForeignKey(Author, on_delete=models.CASCADE)\n"
        )
        views = (
            "from shop.models import Book\n\n\ndef show():\n"
            "    for book in Book.objects.all():\n        print(book.author.name)\n"
        )
        project({"shop/__init__.py": "", "shop/models.py": models + BUSY, "shop/views.py": views})
        greenprof("lint", "--baseline", "known.json", "--baseline-create")
        known = (tmp_path / "known.json").read_text()
        assert "lazy-relation-in-loop" in known and "busy-wait" in known
        shrink = ("lint", "--baseline", "known.json", "--baseline-shrink")
        for part in (["shop/views.py"], ["--select", "loops"], ["--ignore", "database"]):
            done = greenprof(*shrink, *part)
            assert (done.code, done.err) == (0, "")
        project({"shop/models.py": "def (\n"})  # what stands in the views cannot be told now
        assert "took" not in greenprof(*shrink).err
        assert (tmp_path / "known.json").read_text() == known
        project({"shop/models.py": models + BUSY, "shop/views.py": "x = 1\n"})
        assert "took 1 finding out" in greenprof(*shrink).err

    def test_known_findings_are_not_fixed(self, greenprof, project, tmp_path):
        text = "def first(rows):\n    ys = [f(x) for x in rows]\n    return sorted(ys)[0]\n"
        project({"a.py": text})
        greenprof("lint", "--baseline", "known.json", "--baseline-create")
        project({"b.py": text})
        assert greenprof("lint", "--baseline", "known.json", "--fix", "--unsafe-fixes").code == 0
        assert (tmp_path / "a.py").read_text() == text
        assert "min(ys)" in (tmp_path / "b.py").read_text()

    def test_of_standard_input(self, greenprof, project):
        project({"a.py": BUSY})
        greenprof("lint", "--baseline", "known.json", "--baseline-create")
        done = greenprof(
            "lint", "--baseline", "known.json", "-", "--stdin-filename", "a.py", stdin=(BUSY + QUERY).encode()
        )
        assert places(done) == ["a.py:4"]

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            (None, "no such baseline; make it with --baseline-create"),
            ("", "is no baseline"),
            ("[]", "is no baseline"),
            ("\0", "is no baseline"),
            ('{"format": "greenprof-baseline", "version": 2, "findings": []}', "is no baseline"),
            ('{"format": "greenprof-baseline", "version": 1, "findings": [{"path": "a.py"}]}', "is no baseline"),
            ('{"format": "greenprof-baseline", "version": 1, "findings": 3}', "is no baseline"),
            ("[" * 100_000, "is no baseline"),
        ],
    )
    def test_that_is_none(self, greenprof, project, text, why):
        project({"a.py": BUSY} | ({} if text is None else {"known.json": text}))
        done = greenprof("lint", "--baseline", "known.json")
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("greenprof: known.json: ")
        assert (why in done.err, done.err.count("\n")) == (True, 1)

    def test_is_not_overwritten(self, greenprof, project, tmp_path):
        project({"a.py": BUSY, "known.json": "mine"})
        done = greenprof("lint", "--baseline", "known.json", "--baseline-create")
        assert (done.code, "is there already" in done.err) == (2, True)
        assert (tmp_path / "known.json").read_text() == "mine"

    @pytest.mark.parametrize(
        "options",
        [
            ("--baseline-create",),
            ("--baseline-create", "--baseline-shrink", "--baseline", "x"),
            ("--baseline-create", "--fix", "--baseline", "x"),
            ("--add-ignore", "--fix"),
            ("--add-ignore", "-"),
            ("--baseline-create", "--baseline", "nowhere/x"),
        ],
    )
    def test_wrong_use(self, greenprof, project, options):
        project({"a.py": BUSY})
        done = greenprof("lint", *options)
        assert (done.code, done.out, "Traceback" in done.err) == (2, "", False)
