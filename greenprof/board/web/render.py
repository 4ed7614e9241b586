"""Templates to HTML, in the language of who looks."""

from __future__ import annotations

import math
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from greenprof import __version__
from greenprof.board import words
from greenprof.board.standing import Scale
from greenprof.board.web.charts import Chart, Dots
from greenprof.reporters._text import neutral

if TYPE_CHECKING:
    import jinja2
    from markdown_it import MarkdownIt

    from greenprof.board.model import Challenge

FOLDER = Path(__file__).parent
UNKNOWN = "–"


def render(template: str, language: str, **values: Any) -> str:
    """The page or part of one that `template` makes of `values`."""
    with words.speaking(language):
        return _environment().get_template(template).render(language=words.language(), version=__version__, **values)


@cache
def _environment() -> jinja2.Environment:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=lambda value: neutral(value, multiline=True) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        _=words._, ngettext=words.ngettext, Scale=Scale, Chart=Chart, Dots=Dots, other_language=other_language
    )
    environment.filters.update(
        score=score,
        interval=interval,
        percent=lambda share: f"{100 * share:.2f}%",
        tick=lambda value: words.decimal(f"{value:g}"),
        number=number,
        moment=moment,
        iso=lambda when: when.isoformat(timespec="seconds"),
        title=title_of,
        task=task_of,
        state=lambda name: words._(STATES[name]),
    )
    return environment


STATES = {
    "accepted": "waiting for a judge",
    "building": "being built",
    "judging": "being judged",
    "judged": "judged",
    "rejected": "not accepted",
    "failed": "waiting for the organisers",
}


def other_language() -> tuple[str, str]:
    """The language to change to, and its own name for itself."""
    return ("nl", "Nederlands") if words.language() == words.ENGLISH else ("en", "English")


def _decimals(low: float | None, high: float | None) -> int:
    """As many as the interval lets matter: two digits of its half width."""
    half = ((high or 0.0) - (low or 0.0)) / 2
    return 2 if half <= 0 else min(4, max(0, 1 - math.floor(math.log10(half))))


def score(value: float | None, low: float | None = None, high: float | None = None) -> str:
    """A score with as many decimals as its interval bears."""
    return UNKNOWN if value is None else words.decimal(f"{value:.{_decimals(low, high)}f}")


def interval(low: float | None, high: float | None) -> str:
    """An interval, in the decimals of its score."""
    if low is None or high is None:
        return UNKNOWN
    places = _decimals(low, high)
    return words.decimal(f"{low:.{places}f}") + " – " + words.decimal(f"{high:.{places}f}")


def number(value: float | None, unit: str = "", digits: int = 3) -> str:
    """A quantity with its unit."""
    if value is None:
        return UNKNOWN
    text = f"{value:.{digits}g}" if 1e-3 <= abs(value) < 10**digits or value == 0 else f"{value:,.4g}"
    return words.decimal(text if "e" not in text else f"{value:,.0f}" if abs(value) >= 1 else text) + (
        f" {unit}" if unit else ""
    )


def moment(when: datetime) -> str:
    """A time of day in UTC; the page's script shows it in the time of who looks."""
    return f"{when:%Y-%m-%d %H:%M} UTC"


def title_of(challenge: Challenge) -> str:
    """A challenge's title in the language of who looks."""
    return challenge.title.get(words.language()) or challenge.title.get(words.ENGLISH) or challenge.name


def task_of(challenge: Challenge) -> str:
    """A challenge's task as HTML; raw HTML in it stays text."""
    from markupsafe import Markup

    text = challenge.task.get(words.language()) or challenge.task.get(words.ENGLISH) or ""
    # A block that scrolls has to be reached by the keyboard too.
    return Markup(_markdown().render(text).replace("<pre>", '<pre tabindex="0">'))


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    made = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")

    def lowered(tokens: list[Any], place: int, options: Any, env: Any) -> str:
        # The page has its own headings above those of the task.
        level = min(6, int(tokens[place].tag[1:]) + 2)
        return f"<h{level}>" if tokens[place].nesting == 1 else f"</h{level}>\n"

    made.add_render_rule("heading_open", lambda self, *rest: lowered(*rest))
    made.add_render_rule("heading_close", lambda self, *rest: lowered(*rest))
    return made
