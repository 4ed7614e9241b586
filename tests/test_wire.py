"""What is written is read back the same; what is wrong is told in one line that says where."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from greenprof.errors import GreenprofError
from greenprof.model import DEEPEST_TREE, MeterInfo, Node, Recording, Report, Sample, Window
from greenprof.wire import (
    dumps,
    load,
    recordings_from_json,
    recordings_to_json,
    report_from_json,
    report_to_json,
)

finite = st.floats(allow_nan=False, allow_infinity=False)
st.register_type_strategy(float, finite)
st.register_type_strategy(Mapping, lambda _: st.dictionaries(st.text(max_size=5), st.none() | finite, max_size=3))
leaf = st.builds(Node, children=st.just(()))
st.register_type_strategy(Node, st.builds(Node, children=st.lists(leaf, max_size=2).map(tuple)))
reports = st.from_type(Report)
ANY_SPEED = [HealthCheck.too_slow]  # making a whole report takes long on a busy machine


@st.composite
def recordings(draw: st.DrawFn) -> Recording:
    """A recording whose samples and stacks point at what is there."""
    meter = draw(st.builds(MeterInfo, domains=st.just(("package-0",))))
    windows = draw(st.lists(st.builds(Window, joules=st.tuples(st.none() | finite)), min_size=1, max_size=3).map(tuple))
    blank = draw(
        st.builds(Recording, meter=st.just(meter), windows=st.just(windows), stacks=st.just(()), samples=st.just(()))
    )
    stacks = tuple((place,) for place in range(len(blank.frames)))
    samples = tuple(
        Sample(window=0, stack=place, cpu_s=draw(finite), wait_s=0.0, count=1) for place in range(len(stacks))
    )
    return Recording(
        **{name: getattr(blank, name) for name in Recording.__slots__ if name not in ("stacks", "samples")},
        stacks=stacks,
        samples=samples,
    )


@settings(max_examples=40, deadline=None, suppress_health_check=ANY_SPEED)
@given(reports)
def test_a_report_comes_back_the_same(report: Report) -> None:
    assert report_from_json(json.loads(dumps(report_to_json(report))), "file") == report


@settings(max_examples=40, deadline=None, suppress_health_check=ANY_SPEED)
@given(st.lists(recordings(), min_size=1, max_size=2))
def test_recordings_come_back_the_same(many: list[Recording]) -> None:
    assert recordings_from_json(json.loads(dumps(recordings_to_json(many))), "file") == tuple(many)


@cache
def _report_text() -> str:
    """Some report, in JSON: the first that comes up, for to look for the smallest can take minutes."""
    found = find(reports, lambda _: True, settings=settings(phases=[Phase.generate], database=None))
    return dumps(report_to_json(found))


def a_report() -> dict[str, Any]:
    return json.loads(_report_text())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | finite | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=ANY_SPEED)
@given(reports, st.data())
def test_a_damaged_report_is_refused_in_one_line_or_read(report: Report, data: st.DataObject) -> None:
    """Put anything anywhere: it is a GreenprofError or a Report, never another exception."""
    damaged = json.loads(dumps(report_to_json(report)))
    place: Any = damaged
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            place[key] = data.draw(json_values)
            break
        place = place[key]
    try:
        assert isinstance(report_from_json(damaged, "file"), Report)
    except GreenprofError as error:
        assert str(error).startswith("file: ")
        assert error.exit_code == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "neither a greenprof report nor a recording"),
        (
            '{"format": "greenprof-report", "version": 2, "greenprof": "9.0"}',
            "version 2.* reads version 1.* by greenprof 9.0",
        ),
        ('{"format": "greenprof-recording", "version": 0}', "format version 0"),
        ('{"format": "greenprof-recording", "version": 1, "runs": []}', "at least one recording"),
        ('{"format": "greenprof-recording", "version": 1, "runs": [{}]}', r"runs\[0\].run is missing"),
        ('{"format": "greenprof-report", "version": 1, "run": {"command": [3]}}', r"run.command\[0\] should be text"),
    ],
)
def test_a_file_that_is_no_report_is_told(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "saved.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GreenprofError, match=message) as caught:
        load(path)
    assert str(caught.value).startswith(str(path))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(GreenprofError, match="cannot be read"):
        load(tmp_path / "none.json")


@pytest.mark.parametrize(("value", "wanted"), [(10**400, "a finite number"), (True, "a number"), ("1", "a number")])
def test_a_number_has_to_be_one(value: object, wanted: str) -> None:
    report = a_report()
    report["energy"]["total_j"] = value
    with pytest.raises(GreenprofError, match=f"energy.total_j should be {wanted}"):
        report_from_json(report, "file")


def tree_of(depth: int) -> list[dict[str, Any]]:
    tree: list[dict[str, Any]] = []
    for line in range(depth, 0, -1):
        tree = [{"path": "a.py", "line": line, "function": "f", "total_j": 1.0, "cpu_s": 1.0, "children": tree}]
    return tree


def test_the_deepest_tree_passes_through_every_format(tmp_path: Path) -> None:
    saved = {**a_report(), "tree": tree_of(DEEPEST_TREE)}
    (tmp_path / "deep.json").write_text(json.dumps(saved), encoding="utf-8")
    names = ["again.json", "a.html", "a.md", "a.speedscope.json", "a.firefox.json", "a.pb.gz", "a.collapsed"]
    command = [sys.executable, "-m", "greenprof", "report", "deep.json", *(f"-o{name}" for name in names)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert all((tmp_path / name).exists() for name in names)
    written = json.loads((tmp_path / "again.json").read_text(encoding="utf-8"))["tree"]
    for line in range(1, DEEPEST_TREE + 1):
        (node,) = written
        assert node["line"] == line
        written = node["children"]


def test_order_and_keys_of_a_tree_are_kept() -> None:
    nodes = [*tree_of(1), {**tree_of(1)[0], "line": 7, "children": [*tree_of(2), {**tree_of(1)[0], "line": 9}]}]
    report = report_from_json({**a_report(), "tree": nodes}, "file")
    assert [node.line for node in report.tree] == [1, 7]
    assert [node.line for node in report.tree[1].children] == [1, 9]
    assert report.tree[1].children[0].children[0].line == 2
    nodes[1]["children"][0]["children"][0]["cpu_s"] = "much"
    with pytest.raises(GreenprofError, match=r"tree\[1\].children\[0\].children\[0\].cpu_s should be a number"):
        report_from_json({**a_report(), "tree": nodes}, "file")


@pytest.mark.parametrize("depth", [DEEPEST_TREE + 1, 10_000])
def test_a_tree_without_end_is_refused(depth: int) -> None:
    with pytest.raises(GreenprofError, match=f"file: tree should be at most {DEEPEST_TREE} calls deep"):
        report_from_json({**a_report(), "tree": tree_of(depth)}, "file")


def test_unknown_keys_are_ignored() -> None:
    report = a_report()
    assert report_from_json({**report, "invented": 1}, "file") == report_from_json(report, "file")
