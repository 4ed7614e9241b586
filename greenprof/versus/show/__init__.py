"""How an outcome is shown: `words` is what is said, the same in `tables` and on a `page`; `data` is for programs."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.i18n import ENGLISH, language, speaking
from greenprof.versus.nouns import Outcome

if TYPE_CHECKING:
    from greenprof.versus.suite.nouns import SuiteOutcome

# Each with the module and the function that make it, and the suffixes of its files.
FORMATS = {
    "text": ("tables.text", (".txt",)),
    "html": ("page.html", (".html", ".htm")),
    "markdown": ("tables.markdown", (".md", ".markdown")),
    "json": ("data.as_json", (".json",)),
    "csv": ("data.csv", (".csv",)),
}


def render(format_: str, outcome: Outcome) -> str:
    """`outcome` in one of `FORMATS`."""
    return rendered_by(__name__, format_, outcome)


def rendered_by(package: str, format_: str, outcome: Outcome | SuiteOutcome) -> str:
    """`outcome` in one of `FORMATS`, by the modules of `package`, which are called as here."""
    module, _, function = FORMATS[format_][0].partition(".")
    with speaking(ENGLISH if module == "data" else language()):
        shown: str = getattr(import_module(f"{package}.{module}"), function)(outcome)
    return shown


def format_of(path: Path) -> str:
    """The format of an output by its suffix; raises `GreenprofError` for another."""
    for name, (_, suffixes) in FORMATS.items():
        if path.suffix.lower() in suffixes:
            return name
    raise GreenprofError(f"{path}: no format has this suffix; name one with -f ({', '.join(FORMATS)})", EXIT_USAGE)
