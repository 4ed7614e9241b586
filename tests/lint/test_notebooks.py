"""Jupyter notebooks through ``greenprof lint``: what is found, where it is told, and what a fix changes."""

import json

import pytest

SETUP = "%matplotlib inline\nimport sqlite3\ncon = sqlite3.connect('shop.db')"
QUERY = "for i in ids:\n    con.execute('SELECT a FROM t WHERE b = ?', (i,))"
EXTREME = "def first(rows):\n    ys = [f(x) for x in rows]\n    return sorted(ys)[0]"
POP = "def drain():\n    items = list(range(9000))\n    while items:\n        items.pop(0)\n        items.append(1)\n"
BROKEN = "print 'x'"
LAYOUTS = {
    "jupyter": {"indent": 1, "ensure_ascii": False},
    "wide": {"indent": 4, "ensure_ascii": True},
    "line": {"separators": (",", ":")},
}
MARKDOWN = {"cell_type": "markdown", "metadata": {}, "source": ["# Shop"]}


def notebook(*cells, lists=True, **about):
    """A notebook of cells of code; one that is a dict is taken as it is."""
    made = [
        cell
        if isinstance(cell, dict)
        else {
            "cell_type": "code",
            "execution_count": 3,
            "metadata": {"tags": ["é"]},
            "outputs": [{"name": "stdout", "output_type": "stream", "text": ["1e-05 \u2028\n"]}],
            "source": cell.splitlines(keepends=True) if lists else cell,
        }
        for cell in cells
    ]
    return {"cells": made, "metadata": {"z": 1.0, **about}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture
def lint(greenprof, tmp_path):
    """Runs `greenprof lint OPTIONS` over notebooks, given as `name=cells`."""

    def run(*options, **notebooks):
        for name, cells in notebooks.items():
            made = cells if isinstance(cells, dict) else notebook(*cells)
            (tmp_path / f"{name}.ipynb").write_text(json.dumps(made, indent=1), encoding="utf-8")
        return greenprof("lint", "--no-cache", *options)

    return run


def places(done):
    return [line.split(": ")[0] for line in done.lines if not line.startswith(" ") and ": " in line]


class TestFinds:
    def test_what_an_earlier_cell_has_imported(self, lint):
        done = lint(a=[MARKDOWN, SETUP, "ids = load()", QUERY], b=notebook(SETUP, QUERY, lists=False))
        assert places(done) == ["a.ipynb:cell 4:2:5", "b.ipynb:cell 2:2:5"]
        said = "query-in-loop: a database query in each round of this loop (query × n, medium confidence)"
        assert done.lines[0].endswith(said)
        assert (done.code, done.err) == (1, "")

    def test_beside_magics(self, lint):
        lines = [
            "!ls -l {folder}", "files = !ls", "a, *b = %who", "%timeit f(x)", "if True:\n  %cd ..", "con?", "con.ex*??",
            "?con", "!a \\\n  b", "pip install greenprof", "%%time", "%%time\n%%capture out", "await con",
        ]  # fmt: skip
        done = lint(**{f"a{place:02}": [SETUP, f"{line}\n{QUERY}"] for place, line in enumerate(lines)})
        rows = [line.count("\n") + 3 for line in lines]
        assert places(done) == [f"a{place:02}.ipynb:cell 2:{row}:5" for place, row in enumerate(rows)], done.err

    def test_what_only_looks_like_magics_is_python(self, lint):
        done = lint(a=[SETUP, "!ls\ntext = '''\n%d %s\n!\n'''\nrest = (1\n  % 3)\n" + QUERY])
        assert places(done) == ["a.ipynb:cell 2:9:5"], done

    def test_nothing_in_what_is_no_part_of_the_module(self, lint):
        cells = ["%%bash\nls", "%%timeit\n" + QUERY, "%%html\n<b>", "%%writefile a.py\n" + QUERY, ""]
        cells += [{"cell_type": kind, "source": QUERY} for kind in ("markdown", "raw")]
        others = {"language_info": {"name": "R"}}, {"kernelspec": {"language": "julia"}}
        r, julia = (notebook("x <- c(1)", **about) for about in others)
        done = lint(a=[SETUP, *cells, "await con"], r=r, julia=julia)
        assert (done.lines, done.err) == (["no findings in 3 files (4 lines)"], "")

    def test_in_folders_but_not_in_checkpoints(self, greenprof, project):
        text = json.dumps(notebook(SETUP, QUERY))
        project({"a/b.ipynb": text, "a/.ipynb_checkpoints/b-checkpoint.ipynb": text})
        done = greenprof("lint")
        assert places(done) == ["a/b.ipynb:cell 2:2:5"]
        assert done.lines[-1].startswith("1 finding in 1 file (5 lines)")

    def test_in_standard_input(self, greenprof):
        text = json.dumps(notebook(SETUP, QUERY)).encode()
        assert places(greenprof("lint", "-", "--stdin-filename", "x.ipynb", stdin=text)) == ["x.ipynb:cell 2:2:5"]


class TestTells:
    @pytest.mark.parametrize("format_", ["json", "sarif", "github", "gitlab"])
    def test_the_place_in_the_file_for_programs(self, greenprof, tmp_path, format_):
        lines = {}
        for name, layout in LAYOUTS.items():
            for lists in (True, False):
                text = json.dumps(notebook(SETUP, f"a = '\\té\U0001f600'\n{QUERY}", lists=lists), **layout)
                (tmp_path / f"{name}-{lists}.ipynb").write_text(text, encoding="utf-8")
                lines[f"{name}-{lists}.ipynb"] = text.split("\n")
        told = greenprof("lint", "-f", format_).out
        if format_ == "json":
            for one in json.loads(told)["findings"]:
                assert one["cell"] == {"number": 2, "line": 3, "column": 5, "end_line": 3}
                assert lines[one["path"]][one["line"] - 1][one["column"] - 1 :].startswith("con.execute(")
                lines.pop(one["path"])
        elif format_ == "sarif":
            for one in json.loads(told)["runs"][0]["results"]:
                place = one["locations"][0]["physicalLocation"]
                text = lines.pop(place["artifactLocation"]["uri"])[place["region"]["startLine"] - 1]
                assert text[place["region"]["startColumn"] - 1 :].startswith("con.execute(")
        elif format_ == "gitlab":
            for one in json.loads(told):
                assert "con.execute(" in lines.pop(one["location"]["path"])[one["location"]["lines"]["begin"] - 1]
        else:
            for command in told.splitlines():
                words = dict(word.split("=") for word in command.split("::")[1].split(" ", 1)[1].split(","))
                assert "con.execute(" in lines.pop(words["file"])[int(words["line"]) - 1]
        assert lines == {}

    def test_the_same_from_the_cache(self, greenprof, tmp_path):
        text = json.dumps(notebook(SETUP, QUERY + "  # greenprof: ignore[idle]"))
        (tmp_path / "a.ipynb").write_text(text, encoding="utf-8")
        first = greenprof("lint", "--report-unused-ignores")
        assert places(first) == ["a.ipynb:cell 2:2:5", "a.ipynb:cell 2:2:55"]
        assert greenprof("lint", "--report-unused-ignores") == first

    def test_what_comments_and_settings_let_through(self, lint):
        comment = QUERY + "  # greenprof: ignore[query-in-loop]"
        done = lint(
            "--per-file-ignores", "b*.ipynb:database",
            a=[SETUP, comment], b=[SETUP, QUERY], c=[SETUP, QUERY, "# greenprof: ignore-file"], d=[SETUP, QUERY],
        )  # fmt: skip
        assert places(done) == ["d.ipynb:cell 2:2:5"]

    def test_what_a_baseline_does_not_know(self, lint):
        assert lint("--baseline", "b.json", "--baseline-create", a=[SETUP, QUERY]).code == 0
        assert lint("--baseline", "b.json", a=[SETUP, "1", "%ls", QUERY]).code == 0
        assert places(lint("--baseline", "b.json", a=[SETUP, "1", QUERY, QUERY])) == ["a.ipynb:cell 4:2:5"]


class TestBadInput:
    def test_a_cell_that_is_no_python_hides_no_other(self, lint):
        done = lint(a=[SETUP, BROKEN, QUERY])
        assert places(done) == ["a.ipynb:cell 3:2:5"]
        assert done.err.startswith("greenprof: a.ipynb:cell 2:1:1: Missing parentheses")
        assert (done.code, len(done.err.splitlines())) == (2, 1)

    def test_what_is_no_notebook(self, greenprof, tmp_path):
        cases = [
            (b"", "a0.ipynb:1: is no notebook: Expecting value"),
            (b'{"cells": [\n', "a1.ipynb:2: is no notebook: Expecting value"),
            (b"[]", "a2.ipynb: is no notebook: it does not say its nbformat"),
            (b'{"nbformat": 4}', "a3.ipynb: is no notebook: it has no list of cells"),
            (b'{"nbformat": 4, "cells": [3]}', "a4.ipynb: is no notebook: it has no list of cells"),
            (b'{"nbformat": 3}', "a5.ipynb: is a notebook of format 3; jupyter nbconvert --to notebook makes it"),
            (b"\xff\xfe{", "a6.ipynb: is no notebook: not UTF-8"),
            (b"[" * 100_000, "a7.ipynb: is no notebook: nested too deeply"),
        ]
        for place, (data, _) in enumerate(cases):
            (tmp_path / f"a{place}.ipynb").write_bytes(data)
        done = greenprof("lint")
        assert done.code == 2
        for line, (_, why) in zip(done.err.splitlines(), cases, strict=True):
            assert line.startswith(f"greenprof: {why}")

    def test_odd_cells_are_passed_over(self, lint):
        odd = [{}, {"cell_type": "code"}, {"cell_type": "code", "source": 3}, {"cell_type": "code", "source": [3]}]
        odd += [{"cell_type": "code", "source": []}, {"cell_type": "code", "source": ["", "x = 1"]}]
        assert places(lint(a=[*odd, SETUP, QUERY])) == ["a.ipynb:cell 8:2:5"]

    def test_a_byte_order_mark(self, greenprof, tmp_path):
        (tmp_path / "a.ipynb").write_text(json.dumps(notebook(SETUP, QUERY)), encoding="utf-8-sig")
        assert places(greenprof("lint")) == ["a.ipynb:cell 2:2:5"]


class TestFixes:
    def test_the_cells_that_change_and_nothing_else(self, greenprof, tmp_path):
        def texts(*cells):
            for name, layout in LAYOUTS.items():
                for lists in (True, False):
                    for end in ("", "\n"):
                        text = json.dumps(notebook(*cells, lists=lists), **layout) + end
                        yield tmp_path / f"{name}-{lists}-{len(end)}.ipynb", text

        for path, text in texts(SETUP, f"%%time\n!ls\n{EXTREME}", BROKEN, POP):
            path.write_text(text, encoding="utf-8")
        done = greenprof("lint", "--fix", "--unsafe-fixes")
        assert (done.code, "fixed 24 findings in 12 files" in done.err) == (2, True)
        setup = SETUP.replace("import sqlite3\n", "import sqlite3\nfrom collections import deque\n")
        mended = POP.replace("list(", "deque(").replace("pop(0)", "popleft()")
        for path, text in texts(setup, f"%%time\n!ls\n{EXTREME.replace('sorted(ys)[0]', 'min(ys)')}", BROKEN, mended):
            assert path.read_text(encoding="utf-8") == text

    def test_a_diff_of_the_file(self, lint):
        done = lint("--diff", "--unsafe-fixes", a=[EXTREME])
        changed = [line for line in done.lines if line[:1] in ("+", "-")]
        assert changed[2:] == ['-    "    return sorted(ys)[0]"', '+    "    return min(ys)"']
        assert (done.code, changed[0]) == (1, "--- a.ipynb")

    def test_standard_input(self, greenprof):
        data = json.dumps(notebook(EXTREME)).encode()
        done = greenprof("lint", "-", "--stdin-filename", "x.ipynb", "--fix", "--unsafe-fixes", stdin=data)
        assert json.loads(done.out)["cells"][0]["source"][-1] == "    return min(ys)"

    def test_comments_that_ignore_are_added_to_cells(self, lint, greenprof, tmp_path):
        assert lint("--add-ignore", a=[SETUP, f"%%time\n{QUERY}"]).err == "greenprof: silenced 1 finding\n"
        source = json.loads((tmp_path / "a.ipynb").read_text(encoding="utf-8"))["cells"][1]["source"]
        assert source[-1].endswith("(i,))  # greenprof: ignore[query-in-loop]")
        assert greenprof("lint", "a.ipynb").code == 0
