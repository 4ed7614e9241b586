"""The tasks of ``benchmarks/languages`` in their smallest size, in every language that this machine has."""

from __future__ import annotations

import importlib
import json
import math
import os
import sys
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from greenprof.cli import cli
from greenprof.errors import GreenprofError
from greenprof.versus.suite.file import read_suite

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="commands are measured on Linux only")

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
SUITE = BENCHMARKS / "languages" / "suite.toml"
ALWAYS_IN_CI = {"C", "CPython", "Go", "JavaScript", "NumPy"}


def expected(task: str) -> str:
    """What the suite expects of a task in its smallest size."""
    found = next(one for one in read_suite(SUITE).tasks if one.name == task).sizes[0].expected
    assert found is not None
    assert found.text is not None
    return found.text.strip()


@pytest.mark.parametrize(
    "name", ["C", "Rust", "Go", "Java", "JavaScript", "PyPy", "CPython", "NumPy", "numba"]
)  # fmt: skip
def test_every_language_gives_what_is_expected(name: str) -> None:
    less = ["--task", "k-mers"] if name == "numba" else []  # it takes 1.4 s to start
    words = [
        "compare",
        "--suite",
        str(SUITE),
        "--size",
        "small",
        "--only",
        name,
        "--runs",
        "2",
        "-w",
        "0",
        "-f",
        "json",
    ]
    result = CliRunner().invoke(cli, [*words, *less])
    if isinstance(result.exception, GreenprofError) and "skipped: needs" in str(result.exception):
        assert not (os.environ.get("CI") and name in ALWAYS_IN_CI), result.exception
        pytest.skip(f"NOT TESTED: {result.exception}")
    assert result.exit_code == 0, result.exception or result.output
    told = json.loads(result.output)
    assert told["left"] == []
    assert all(table["checked"].startswith("the expected output") for table in told["tables"])
    tasks = {task.name for task in read_suite(SUITE).tasks if any(name == one.name for one in task.implementations)}
    assert {table["task"] for table in told["tables"]} == (tasks if not less else {"k-mers"})


def test_what_is_expected_of_k_mers_is_so() -> None:
    random, text = 42, []
    for _ in range(1000):
        random = (random * 1664525 + 1013904223) % 2**32
        text.append(random >> 30)
    words = Counter(tuple(text[place : place + 9]) for place in range(1000 - 8))
    most = max(words.values())
    first = min(
        sum(letter * 4 ** (8 - place) for place, letter in enumerate(word)) for word in words if words[word] == most
    )
    squares = sum(count**2 for count in words.values())
    assert expected("k-mers") == f"{len(words)} words\n{first} most often: {most} times\n{squares}"


def test_what_is_expected_of_spectral_norm_is_the_largest_singular_value() -> None:
    np = pytest.importorskip("numpy")
    matrix = np.array([[1 / ((i + j) * (i + j + 1) / 2 + i + 1) for j in range(100)] for i in range(100)])
    assert float(expected("spectral norm")) == pytest.approx(np.linalg.norm(matrix, 2), rel=1e-8)


def test_what_is_expected_of_n_body_keeps_its_energy_and_goes_round() -> None:
    before, after, place = expected("n-body").splitlines()
    assert float(before) == pytest.approx(float(after), rel=1e-4)
    x, y = map(float, place.split())
    assert math.hypot(x, y) == pytest.approx(2, rel=0.02), "planet 1 is on a circle of 2"
    began = 2 * math.atan(1 / 5)
    assert math.atan2(y, x) == pytest.approx(began + 1000 * 0.001 / 2**1.5, abs=0.01), "and keeps Kepler's third law"


def test_what_is_expected_of_binary_trees_is_their_number_of_nodes() -> None:
    lines = [
        f"{2 ** (8 - depth)} trees of depth {depth}: {2 ** (8 - depth) * (2 ** (depth + 1) - 1)} nodes"
        for depth in (4, 6)
    ]
    assert expected("binary trees") == "\n".join([*lines, "1 tree of depth 6: 127 nodes"])


@pytest.mark.parametrize(
    ("here", "published", "said"),
    [
        ((1.1, 1.3), 1.03, "reproduced"),
        ((0.7, 0.8), 1.0, "reproduced"),
        ((20.0, 22.0), 5.0, "contradicted: more here"),
        ((1.0, 1.1), 4.0, "contradicted: less here"),
        ((1.4, 1.6), 1.0, "on the limit"),
        ((0.1, 9.0), 1.0, "on the limit"),
    ],
)
def test_a_figure_is_reproduced_within_a_factor(
    here: tuple[float, float], published: float, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(BENCHMARKS)
    assert importlib.import_module("language_table").verdict(here, published) == said


def test_the_page_is_that_of_the_results(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(BENCHMARKS)
    table = importlib.import_module("language_table")
    page = table.PAGE.read_text(encoding="utf-8")
    outcome = table.load(table.KEPT)
    assert table.measured(outcome) in page
    assert outcome.sha256 == read_suite(SUITE).sha256, "the results are of the suite as it is"
    for path in (table.KEPT, table.PAGE):
        assert str(Path(sys.prefix)) not in path.read_text(encoding="utf-8")
