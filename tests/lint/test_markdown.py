"""Python and SQL in Markdown through ``greenprof lint``."""

import json

import pytest

LOOP = "import re\nfor s in rows:\n    re.compile('a' + x).match(s)"
PAGED = "SELECT id\nFROM orders\nORDER BY id LIMIT 100 OFFSET :start;"


@pytest.fixture
def found(greenprof, tmp_path):
    """The places in each of `pages` at which `greenprof lint` finds something, and the rules."""

    def run(*pages, options=()):
        names = [f"{place}.md" for place in range(len(pages))]
        for name, text in zip(names, pages, strict=True):
            (tmp_path / name).write_text(text, encoding="utf-8")
        done = greenprof("lint", "--no-cache", *names, *options)
        assert done.err == ""
        told = [line.split(":") for line in done.lines if ".md:" in line]
        return [[f"{line}:{column}:{rule}" for path, line, column, rule, *_ in told if path == name] for name in names]

    return run


def indented(text, before):
    return "".join(f"{before}{line}\n" for line in text.split("\n"))


class TestPython:
    def test_in_every_spelling(self, found):
        infos = ["python", "py", 'Python3 title="app.py"', "{python}", "{.python .numbers}", "{code-cell} ipython3"]
        pages = [f"# Title\n\n```{info}\n{LOOP}\n```\n" for info in infos]
        assert found(*pages) == [["6:5: regex-compile-in-loop"]] * len(pages)

    def test_in_every_fence(self, found):
        fences = ["```", "`````", "~~~"]
        pages = [f"{each}python\n{LOOP}\n{each}\ntext\n{each}py\n{LOOP}\n{each}\n" for each in fences]
        assert found(*pages) == [["4:5: regex-compile-in-loop", "10:5: regex-compile-in-loop"]] * 3
        assert found(f"```python\n{LOOP}") == [["4:5: regex-compile-in-loop"]]  # one that never ends

    def test_in_lists_and_quotes(self, found):
        befores = ["  ", "    ", "> ", "> > "]
        pages = [indented(f"```python\n{LOOP}\n```", before) for before in befores]
        assert found(*pages) == [[f"4:{5 + len(before)}: regex-compile-in-loop"] for before in befores]
        item = f"1. ```python\n{indented(LOOP, '   ')}   ```\n"
        assert found(item) == [["4:8: regex-compile-in-loop"]]

    def test_behind_prompts(self, found):
        code = ">>> import re\n>>> for s in rows:\n...     re.compile('a' + x).match(s)\n...\nNone\n>>> 1 +"
        assert found(f"```pycon\n{code} 2\n3\n```", f"```pycon\n{code}\n```") == [["4:9: regex-compile-in-loop"], []]

    def test_nothing_elsewhere(self, found):
        pages = [
            f"```\n{LOOP}\n```",
            f"```text\n{LOOP}\n```",
            f"````markdown\n```python\n{LOOP}\n```\n````",
            f"{LOOP}\n",
            indented(LOOP, "    "),
            f"```python\n{LOOP}\n...\nfoo(\n```",
            "```python\nimport re\n```\n```python\nfor s in ss:\n    re.compile('a' + x).match(s)\n```",
            "`python` and ```python``` inline",
            "",
        ]
        assert found(*pages) == [[]] * len(pages)

    def test_of_a_page_with_other_line_ends_and_a_mark(self, greenprof, tmp_path):
        (tmp_path / "page.md").write_bytes(b"\xef\xbb\xbf" + f"```python\n{LOOP}\n```\n".replace("\n", "\r\n").encode())
        assert greenprof("lint", "page.md").lines[0].startswith("page.md:4:5: regex-compile-in-loop")


class TestSql:
    def test_pages_by_offset(self, found):
        page = f"text\n```sql\nSELECT 1;\n{PAGED}\n```\n"
        assert found(page, options=("--min-confidence", "low")) == [["6:23: offset-pagination"]]

    def test_every_column_on_request(self, found):
        page = "```postgresql\nSELECT a;\n\n  SELECT o.* FROM orders o\n```"
        assert found(page) == [[]]
        assert found(page, options=("--min-confidence", "low")) == [["4:12: select-star"]]

    def test_nothing_in_texts_and_comments(self, found):
        texts = ["-- OFFSET :start", "SELECT 'a; OFFSET :b'", "/* OFFSET ? */ SELECT 1", "SELECT count(*) FROM t"]
        pages = [f"```sql\n{text}\n```" for text in texts]
        assert found(*pages, options=("--min-confidence", "low")) == [[]] * 4

    def test_a_comment_that_ignores(self, found):
        texts = [PAGED, "SELECT 1"]
        pages = [f"```sql\n{text} -- greenprof: ignore[offset-pagination]\n```" for text in texts]
        assert found(*pages, options=("--report-unused-ignores", "--min-confidence", "low")) == [
            [],
            ["2:10: unused-ignore"],
        ]


class TestManners:
    def test_comments_that_ignore(self, found):
        pages = [
            f"```python\n{LOOP}  # greenprof: ignore\n```",
            f"<!-- greenprof: ignore[loops] -->\n```python\n{LOOP}\n```",
            f"<!-- greenprof: ignore[idle] -->\n```python\n{LOOP}\n```",
        ]
        told = ["1:1: unused-ignore", "5:5: regex-compile-in-loop"]
        assert found(*pages, options=("--report-unused-ignores",)) == [[], [], told]

    def test_taken_from_a_folder_when_asked_for(self, greenprof, project):
        project({"docs/a.md": f"```python\n{LOOP}\n```\n", "b.py": "x = 1\n"})
        assert greenprof("lint").lines == ["no findings in 1 file (1 line)"]
        assert greenprof("lint", "--extend-include", "*.md").lines[-1].startswith("1 finding in 2 files (4 lines)")
        project({"pyproject.toml": '[tool.greenprof]\nextend-include = ["docs/*.md"]\n'})
        assert greenprof("lint").code == 1

    def test_nothing_is_changed_by_fixes(self, greenprof, tmp_path):
        text = "```python\ndef first(rows):\n    ys = [f(x) for x in rows]\n    return sorted(ys)[0]\n```\n"
        (tmp_path / "a.md").write_text(text, encoding="utf-8")
        done = greenprof("lint", "a.md", "--fix", "--unsafe-fixes")
        assert (done.code, done.err, "--fix" in done.out) == (1, "", False)
        assert (tmp_path / "a.md").read_text(encoding="utf-8") == text
        done = greenprof("lint", "-", "--stdin-filename", "a.md", "--fix", "--unsafe-fixes", stdin=text.encode())
        assert (done.code, done.out) == (1, text)
        done = greenprof("lint", "a.md", "--add-ignore")
        assert (done.code, "the code in Markdown is never changed" in done.err) == (2, True)

    def test_one_that_is_not_utf_8(self, greenprof, tmp_path):
        (tmp_path / "a.md").write_bytes(b"text\n\xff\n")
        done = greenprof("lint", "a.md")
        assert (done.code, done.err) == (2, "greenprof: a.md:2: is not UTF-8\n")

    def test_the_same_from_the_cache(self, greenprof, tmp_path):
        (tmp_path / "a.md").write_text(f"```python\n{LOOP}\n```\n```sql\n{PAGED}\n```\n", encoding="utf-8")
        asked = ("a.md", "-f", "json", "--min-confidence", "low")
        first = json.loads(greenprof("lint", *asked).out)["findings"]
        assert [one["line"] for one in first] == [4, 9]
        assert json.loads(greenprof("lint", *asked).out)["findings"] == first
