"""Imports run downhill, and importing greenprof costs next to nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "greenprof"

# A module may import from layers below its own, and from its own layer.
LAYERS = (
    {"cli", "cli_carbon", "cli_history", "cli_lint", "lsp", "notebook", "pytest_plugin", "board", "__main__"}
    | {
        "cli_ab",
        "cli_board",
        "cli_compare",
        "cli_lang",
        "cli_monitor",
        "cli_prove",
        "cli_scan",
        "cli_rightsize",
        "cli_selftest",
        "cli_suite",
    },
    {"pipeline", "doctor", "cross_check", "calibrate", "compat", "prove", "selftest", "dask", "parallel"},
    {"cluster"},
    {"live", "monitor"},
    {"browser", "ab", "versus", "rightsize"},
    {"pairs"},
    {"record", "lint", "join", "reporters", "carbon", "history", "measuring", "codecarbon_csv"}
    | {"query_falls", "budgets", "proxies", "scan"},
    {"timeline", "compare", "hot_findings"},
    {"query_use", "native_code", "llm"},
    {"settle", "stats", "own_code", "calltree", "excerpts", "loop_lines", "command", "config"} | {"run_findings"},
    {"session", "query_counts"},
    {"meters", "sampler", "target", "wire", "redact", "host", "calibration"},
    {"processes", "child", "burner", "hardware_counters"},
    {"tick_power", "journal"},
    {"model", "errors", "plugins", "sources", "perf_event", "procstat", "member", "power_curve", "output"}
    | {"project_folder", "signals"}
    | {"python_versions", "estimate", "grades", "carbon_settings", "history_settings", ""}
    | {"i18n", "locale"},
)
STRANGERS = {("lint", "meters"), ("meters", "lint"), ("lint", "record"), ("lint", "sampler"), ("join", "lint")}

MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "rules" not in path.relative_to(PACKAGE).parts)


def part_of(path: Path) -> str:
    """The top-level name below greenprof that a file belongs to; empty for greenprof itself."""
    first = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "" if first == "__init__" else first


def layer_of(part: str) -> int:
    return next(place for place, parts in enumerate(LAYERS) if part in parts)


def imports_of(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module)
            if node.module == "greenprof":
                names.update(f"greenprof.{alias.name}" for alias in node.names)
    return names


def parts_imported(path: Path) -> set[str]:
    return {
        name.split(".")[1] for name in imports_of(path) if name.startswith("greenprof.") and name[10:] != "__version__"
    }


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_downhill(path: Path) -> None:
    part = part_of(path)
    if not part:
        return  # greenprof/__init__.py hands public names on
    for other in parts_imported(path) - {part}:
        assert layer_of(other) >= layer_of(part), f"{part} must not import greenprof.{other}"
        assert (part, other) not in STRANGERS, f"{part} and {other} do not know each other"


def test_what_starts_inside_the_program_imports_the_standard_library_only() -> None:
    for path in (PACKAGE / "target").rglob("*.py"):
        foreign = {name.split(".")[0] for name in imports_of(path)} - sys.stdlib_module_names - {"sitecustomize"}
        assert {name for name in foreign if not (path.parent / f"{name}.py").exists()} == set()


def test_a_rule_knows_the_linter_and_libcst_only() -> None:
    for path in (PACKAGE.parent / "rules").glob("*/rule.py"):
        names = {name for name in imports_of(path) if name.split(".")[0] not in sys.stdlib_module_names}
        assert all(name.startswith(("greenprof.lint", "libcst")) for name in names), path


def imported_by(code: str) -> set[str]:
    """Top-level modules that are new after running `code` in a fresh interpreter."""
    program = f"import sys; before = set(sys.modules); {code}; print(*(set(sys.modules) - before))"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in answer.stdout.split()}


def test_import_greenprof_takes_no_third_party_module() -> None:
    assert imported_by("import greenprof") - sys.stdlib_module_names == {"greenprof"}


def test_help_takes_click_only() -> None:
    assert imported_by("import greenprof.cli") - sys.stdlib_module_names == {"greenprof", "click"}


def test_public_names_are_there_and_are_not_modules() -> None:
    import greenprof

    for name in greenprof.__all__:
        assert getattr(greenprof, name) is not None
        assert not (PACKAGE / f"{name}.py").exists(), f"{name} is also a module: the one hides the other"
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        greenprof.nonsense  # noqa: B018
