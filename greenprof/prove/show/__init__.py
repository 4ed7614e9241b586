"""How a proof is shown: one file = one way. `told` has the words and numbers, which the formats only set in type."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from greenprof.i18n import ENGLISH, language, speaking

if TYPE_CHECKING:
    from greenprof.prove.nouns import Proof

FORMATS = ("text", "markdown", "json")


def render(format_: str, proof: Proof, patch: str) -> str:
    """`proof` in one of `FORMATS`; `patch` is where its patch can be found, empty where there is none."""
    module = import_module(f"{__name__}.{format_}")
    with speaking(language() if getattr(module, "SPOKEN", False) else ENGLISH):
        shown: str = module.render(proof, patch)
    return shown
