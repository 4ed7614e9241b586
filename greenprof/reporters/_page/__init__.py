"""The frame of every HTML page that greenprof writes: one file that loads nothing, from disk or from a network.

A page is a template that fills the blocks of ``frame.html``, made by one call::

    {% extends "frame.html" %}
    {% from "macros.html" import bar, fact, tools with context %}
    {% block title %}History of shop{% endblock %}
    {% block head %}<p class="kicker">Energy history</p><h1>shop</h1>{% endblock %}
    {% block parts %}<li><a href="#runs">Runs</a></li>{% endblock %}
    {% block content %}<section id="runs" aria-labelledby="runs-title">…</section>{% endblock %}

    page(Path(__file__).parent / "history.html", {"runs": runs}, styles=["history.css"], scripts=["history.js"])

The frame brings head, landmarks, the theme for light, dark and paper (``frame.css``: its colours are variables),
tables that are sorted and filtered (``tables.js``, for a table in ``<div class="sortable" data-open="20"
data-noun="runs">`` behind the macro ``tools``; a cell's ``data-v`` is the number to sort by), and links that open what
hides their target (``links.js``). What works by script only has the class ``script``. A strict Content-Security-Policy
with the hashes of the page's own style and script forbids whatever a hostile name could smuggle in, beside the escaping
that every value gets: so no element has an attribute ``style`` or ``on…``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from greenprof import __version__
from greenprof.i18n import _, language, ngettext
from greenprof.reporters import _numbers as numbers
from greenprof.reporters._kept_words import told
from greenprof.reporters._text import neutral, shorten, shorten_path

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import jinja2
    from markupsafe import Markup

FOLDER = Path(__file__).parent
STYLES = ("frame.css",)
SCRIPTS_FIRST = ("start.js", "tables.js")
SCRIPTS_LAST = ("links.js",)  # when all that can be hidden is
TEXT_WIDTH = 300
_SAID = re.compile(r'(?<!\w)_\(\s*("(?:[^"\\]|\\.)*")')


def page(
    template: Path,
    values: Mapping[str, Any],
    *,
    styles: Sequence[str] = (),
    scripts: Sequence[str] = (),
    filters: Mapping[str, Callable[..., Any]] = MappingProxyType({}),
) -> str:
    """The page that `template` makes of `values`, with `styles` and `scripts`, which are files beside it."""
    from markupsafe import Markup

    style = _joined(STYLES, FOLDER) + _joined(styles, template.parent)
    script = _joined(SCRIPTS_FIRST, FOLDER) + _joined(scripts, template.parent) + _joined(SCRIPTS_LAST, FOLDER)
    script = f'"use strict";\n{script_words(script)}\n{script}'
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    environment = _environment(template.parent)
    environment.filters.update(filters)
    made = environment.get_template(template.name)
    return made.render(policy=policy, style=Markup(style), script=Markup(script), version=__version__, **values)


@cache
def _environment(folder: Path) -> jinja2.Environment:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([folder, FOLDER]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        share=lambda fraction: numbers.share(fraction, 1.0),
        percent=lambda fraction: f"{100 * min(1.0, max(0.0, fraction or 0.0)):.2f}%",
        uncertainty=numbers.uncertainty,
        duration=numbers.duration,
        cpu_time=numbers.cpu_time,
        size=numbers.size,
        count=numbers.count,
        raw=lambda value: "" if value is None else f"{value:.6g}",
        code=lambda text, width=TEXT_WIDTH: shorten(neutral(text or "").strip(), width),
        path=lambda text, width=TEXT_WIDTH: shorten_path(neutral(text), width),
        told=told,
    )
    environment.globals.update(_=_marked, ngettext=_marked_number, language=language)
    return environment


def _marked(message: str, /, **values: object) -> Markup:
    """A message as HTML, which it may hold itself; its values are made safe as every value of a page is."""
    from markupsafe import Markup

    return _filled(Markup(_(message)), values)


def _marked_number(one: str, many: str, number: int, /, **values: object) -> Markup:
    from markupsafe import Markup

    return _filled(Markup(ngettext(one, many, number)), values)


def _filled(message: Markup, values: Mapping[str, object]) -> Markup:
    return message.format(**{name: _finalize(value) for name, value in values.items()}) if values else message


def script_words(script: str) -> str:
    """What `script` says, in the language of the context: the object that its function ``_`` looks in."""
    said = {message: _(message) for message in map(json.loads, _SAID.findall(script))}
    spoken = {message: words for message, words in said.items() if words != message}
    return f"const spoken = {json.dumps(spoken, ensure_ascii=False)};".replace("<", "\\u003c")


def _finalize(value: object) -> object:
    """Spell out unsafe characters in every value that reaches the page; autoescape does the rest."""
    return neutral(value, multiline=True) if type(value) is str else value


def _joined(names: Sequence[str], folder: Path) -> str:
    return "".join((folder / name).read_text(encoding="utf-8") for name in names)


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
