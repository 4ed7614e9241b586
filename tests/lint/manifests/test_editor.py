"""What an editor shows of a manifest: the same as the command, an ignore comment, and a fix."""

import pytest

pytest.importorskip("pygls")
types = pytest.importorskip("lsprotocol.types")

from greenprof.lint import load_rules  # noqa: E402
from greenprof.lint.fixing import fix_source  # noqa: E402
from greenprof.lint.paths import lint_text  # noqa: E402
from greenprof.lint.selection import Selection  # noqa: E402
from greenprof.lsp import answers  # noqa: E402

JAVA = """apiVersion: v1
kind: Pod
metadata: {name: j}
spec:
  containers:
    - name: j
      env:
        - name: JAVA_OPTS
          value: "-Xmx1g"
"""


def test_quick_fixes_are_the_repair_and_a_comment_on_the_line_before():
    findings = lint_text(JAVA.encode(), "j.yaml", Selection()).findings
    repair, ignore = answers.quick_fixes("file:///j.yaml", JAVA, findings, lambda place: place)
    assert repair.edit.changes["file:///j.yaml"][0].new_text == "JAVA_TOOL_OPTIONS"
    assert repair.title.endswith("(may change results)")
    put = ignore.edit.changes["file:///j.yaml"][0]
    assert (put.range.start.line, put.new_text) == (7, "        # greenprof: ignore[java-opts-not-read]\n")


def test_all_safe_fixes_leave_what_is_unsafe():
    assert fix_source(JAVA, "j.yaml", load_rules()).text == JAVA
