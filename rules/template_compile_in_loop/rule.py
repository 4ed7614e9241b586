"""A template that is compiled in each round of a loop."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.hoist import hoisted, moved
from greenprof.lint.often import loop_or_calls
from greenprof.lint.steady import steadiness

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site

_ENVIRONMENT = r"jinja2\.(?:sandbox\.)?(?:Native|Sandboxed|ImmutableSandboxed)?Environment\(\)"
_COMPILES = re.compile(
    rf"jinja2\.(?:nativetypes\.)?(?:Native)?Template | {_ENVIRONMENT}\.(?:from_string|compile)"
    r" | mako\.template\.Template | django\.template\.(?:base\.)?Template | tornado\.template\.Template"
    r" | chameleon\.Page(?:Text)?Template | pystache\.parse | (?:lxml\.etree|lxml)\.(?:XSLT|XPath|XMLSchema)",
    re.VERBOSE,
)
_BUILDS = re.compile(_ENVIRONMENT[: -len(r"\(\)")])

_NAMES = frozenset({"Template", "NativeTemplate", "from_string", "compile", "Environment", "parse", "XSLT", "XPath"})
_NAMES |= {"PageTemplate", "PageTextTemplate", "XMLSchema", "SandboxedEnvironment", "NativeEnvironment"}


class TemplateCompileInLoop(Rule):
    """Compile a template once, render it for each item."""

    name = "template-compile-in-loop"
    group = "loops"
    message = "compiles the same template in each round of this loop"
    fix = "compile the template before the loop and render it inside"
    needs_many = True
    screen = Screen(
        words=_NAMES,
        mentions=frozenset({"jinja2", "mako", "django", "tornado", "chameleon", "pystache", "lxml"}),
        called=_NAMES,
    )

    def worth_reading(self, piece: Piece) -> bool:
        """Whether it compiles templates."""
        return any(_compiles(piece.origins(call.func)) for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``Template(text)``, ``environment.from_string(text)``, ``Environment(…)``."""
        what = _compiles(here.origins(node.func))
        loop = loop_or_calls(node, here) if what is not None else None
        if what is None or loop is None:
            return None
        sure = steadiness(here.read_call(node), loop)
        if sure is None:
            return None
        if what == "environment":
            return Hit(
                node,
                confidence=sure,
                message="makes an environment, whose cache of compiled templates is empty, in each round of this loop",
                fix="make the environment once before the loop",
                loop=loop,
            )
        return Hit(node, confidence=sure, loop=loop)

    def repair(self, site: Site) -> Repair | None:
        """Compiled before the loop, where it may fail although the loop has no rounds: so this is not safe."""
        if not isinstance(site.node, ast.Call):
            return None
        return Repair(moved(site, site.node) or hoisted(site, site.node, "template"), safe=False)


def _compiles(origins: frozenset[str]) -> str | None:
    if origins and all(map(_COMPILES.fullmatch, origins)):
        return "template"
    return "environment" if origins and all(map(_BUILDS.fullmatch, origins)) else None
