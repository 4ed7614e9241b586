"""The page of a report in the user's browser."""

from __future__ import annotations

import tempfile
import webbrowser
from pathlib import Path

from greenprof.errors import GreenprofError
from greenprof.model import Report
from greenprof.output import write
from greenprof.reporters import render


def open_page(page: Path | None, report: Report) -> None:
    """Open `page`, a file that holds the report as HTML, or one that is made for it among the temporary files.

    Raises `GreenprofError` that names the page where there is no browser.
    """
    if page is None:
        page = Path(tempfile.mkdtemp(prefix="greenprof-")) / "report.html"
        write(page, render("html", report))
    if not webbrowser.open(page.resolve().as_uri()):
        raise GreenprofError(f"no browser could be started; the page is {page}")
