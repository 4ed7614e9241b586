"""The pages of greenprof's own rules as HTML, so that a report explains its findings where there is no network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from greenprof.i18n import ENGLISH, _, language
from greenprof.reporters._rule_words import english_page, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markupsafe import Markup

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HEADING_BELOW = {"h1": "h3", "h2": "h4", "h3": "h5"}


def page_of(rule: str, anchors: Mapping[str, str]) -> Markup | None:
    """The page of a rule of greenprof's own, None for another; `anchors` are the rules that this report explains.

    Links lead to another rule in `anchors` or to the web; a link to anything else is its words only. In another
    language its own explanation comes first, then the English page.
    """
    text = english_page(rule)
    if text is None:
        return None
    from markupsafe import Markup

    english = _rendered(text.split("\n", 1)[1], anchors)
    if language() == ENGLISH:
        return english
    words, english = words_of(rule), Markup('<div lang="en">{}</div>').format(english)
    if words is None:
        return english
    return _rendered(words.explanation + "\n\n# " + _("The whole page, in English") + "\n", anchors) + english


def _rendered(text: str, anchors: Mapping[str, str]) -> Markup:
    """A page without its title, which is that of the place where it is shown, as HTML."""
    from markdown_it import MarkdownIt
    from markupsafe import Markup

    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    tokens = parser.parse(_COMMENT.sub("", text))
    for token in tokens:
        token.tag = _HEADING_BELOW.get(token.tag, token.tag)
        if token.type == "th_open":
            token.attrs = {"scope": "col"}
        elif token.type == "td_open":
            token.attrs = {}
        children = token.children or []
        for opening in [child for child in children if child.type == "link_open"]:
            target = _target(str(opening.attrGet("href") or ""), anchors)
            closing = next(at for at in children[children.index(opening) :] if at.type == "link_close")
            opening.attrs = {"href": target} if target else {}
            opening.tag = closing.tag = "a" if target else "span"
    return Markup(parser.renderer.render(tokens, parser.options, {}))


def _target(href: str, anchors: Mapping[str, str]) -> str | None:
    if href.startswith("https://"):
        return href
    other = re.fullmatch(r"\.\./(\w+)/(?:README\.md)?", href)
    return anchors.get(other[1].replace("_", "-")) if other else None
