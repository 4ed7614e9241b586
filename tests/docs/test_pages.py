"""Pages do not promise what is not there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("rules/**/*.md"), *ROOT.glob("benchmarks/**/*.md")]
)
_LINK = re.compile(r"(?<!`)\[[^\]]*\]\(([^)\s]+)\)")


def slug(heading: str) -> str:
    """The anchor that a heading gets on the usual code hosts."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"<!--.*?-->", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for link in _LINK.findall(text):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        assert target.exists(), f"{page.name} links to {link}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in map(slug, headings), f"{page.name} links to {link}"


def test_the_architecture_page_names_every_part() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    hidden = {"__init__.py", "__main__.py", "py.typed", "rules"}
    parts = {path.name + "/" * path.is_dir() for path in (ROOT / "greenprof").iterdir() if path.name not in hidden}
    missing = {part for part in parts if f"`{part}`" not in text and "__pycache__" not in part}
    assert not missing


def test_the_changelog_names_every_rule() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    rules = {path.parent.name.replace("_", "-") for path in ROOT.glob("rules/*/rule.py")}
    assert {rule for rule in rules if f"`{rule}`" not in text} == set()


def test_the_readme_runs_what_is_there() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = [line.strip() for line in text.splitlines() if line.startswith("    python3 -m venv")]
    assert len(commands) == 2
    assert (ROOT / commands[0].split()[-1]).is_file()
    assert commands[1] in (ROOT / ".ci" / "run").read_text(encoding="utf-8").replace("--quiet", "-q")


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="needs a git checkout")
def test_no_path_of_any_one_machine() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    personal = re.compile(r"(?<![\w.])/(?:home|root|work|Users)/\w")
    for name in listed:
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".ini", ".yml", ".html", ".json", ".txt", ""} and path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            assert not personal.search(text), f"{name}: {personal.search(text)}"


@pytest.mark.parametrize("page", ["docs/cli.md", "rules/README.md"])
def test_what_a_page_takes_from_the_code_is_current(page: str) -> None:
    pytest.importorskip("cogapp")
    done = subprocess.run(
        [sys.executable, "-m", "cogapp", "--check", "-PU", page],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
