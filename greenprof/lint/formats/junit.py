"""JUnit's XML, which nearly every CI server can show: a suite a file, a failed test a finding."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from greenprof.lint.formats._words import files, place
from greenprof.lint.identity import relative

if TYPE_CHECKING:
    from greenprof.lint.formats import Shown
    from greenprof.model import Finding

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(shown: Shown) -> str:
    """The suites; a single test that passed where there is nothing to say."""
    result = shown.result
    top = ElementTree.Element("testsuites", name="greenprof")
    by_file: dict[str, list[Finding]] = {}
    for one in result.findings:
        by_file.setdefault(one.path, []).append(one)
    for path, findings in by_file.items():
        suite = _suite(top, path, len(findings), "failures")
        for one in findings:
            case = _case(suite, one.rule, path, one.line)
            failure = ElementTree.SubElement(case, "failure", type=one.severity, message=_clean(one.message))
            failure.text = _clean("\n".join(filter(None, (place(one), one.source, one.fix and f"fix: {one.fix}"))))
    for error in result.errors:
        case = _case(_suite(top, error.path, 1, "errors"), "lint", error.path, error.line)
        ElementTree.SubElement(case, "error", type="error", message=_clean(error.message))
    if not len(top):
        suite = _suite(top, "greenprof", 1, "failures", wrong=0)
        _case(suite, f"no findings in {files(result.files)}", "greenprof", None)
    for word in ("tests", "failures", "errors"):
        top.set(word, str(sum(int(suite.get(word, "0")) for suite in top)))
    ElementTree.indent(top)
    return ElementTree.tostring(top, encoding="unicode", xml_declaration=True) + "\n"


def _suite(top: ElementTree.Element, name: str, tests: int, kind: str, wrong: int | None = None) -> ElementTree.Element:
    counts = {"tests": str(tests), "failures": "0", "errors": "0", kind: str(tests if wrong is None else wrong)}
    return ElementTree.SubElement(top, "testsuite", {"name": _clean(relative(name))} | counts)


def _case(suite: ElementTree.Element, name: str, path: str, line: int | None) -> ElementTree.Element:
    where = {"classname": _clean(relative(path)), "name": _clean(name), "file": _clean(relative(path))}
    case = ElementTree.SubElement(suite, "testcase", where)
    if line is not None:
        case.set("line", str(line))
    return case


def _clean(text: str) -> str:
    """`text` without the characters that XML has no way to say."""
    return _NOT_XML.sub("\ufffd", text)
