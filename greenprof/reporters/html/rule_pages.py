"""The pages of greenprof's own rules as HTML, so that a report explains its findings where there is no network."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from greenprof.lint.registry import builtin_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markupsafe import Markup

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HEADING_BELOW = {"h1": "h3", "h2": "h4", "h3": "h5"}


def page_of(rule: str, anchors: Mapping[str, str]) -> Markup | None:
    """The page of a rule of greenprof's own, None for another; `anchors` are the rules that this report explains.

    Links lead to another rule in `anchors` or to the web; a link to anything else is its words only.
    """
    text = _text_of(rule)
    if text is None:
        return None
    from markdown_it import MarkdownIt
    from markupsafe import Markup

    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    body = _COMMENT.sub("", text.split("\n", 1)[1])  # its title is that of the place where it is shown
    tokens = parser.parse(body)
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


@cache
def _text_of(rule: str) -> str | None:
    if not _NAME.fullmatch(rule):
        return None
    try:
        return (builtin_folder() / rule.replace("-", "_") / "README.md").read_text(encoding="utf-8")
    except OSError:
        return None


def _target(href: str, anchors: Mapping[str, str]) -> str | None:
    if href.startswith("https://"):
        return href
    other = re.fullmatch(r"\.\./(\w+)/(?:README\.md)?", href)
    return anchors.get(other[1].replace("_", "-")) if other else None
