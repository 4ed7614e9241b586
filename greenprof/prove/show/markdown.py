"""A proof as the text of a pull request: what it saves, the table, how it was held to it, and the patch folded away."""

from __future__ import annotations

from greenprof.i18n import _
from greenprof.prove.nouns import Proof
from greenprof.prove.show import told
from greenprof.reporters._text import neutral, shorten
from greenprof.reporters.markdown import code, prose

SPOKEN = True

_MOST_OF_PATCH = 40_000  # GitHub takes 65,536 characters


def render(proof: Proof, patch: str) -> str:
    """The whole text."""
    parts = [
        f"## {_title(proof)}\n",
        f"{prose(told.headline(proof), 400)}\n",
        _("Command: {command}", command=code(told.command(proof))) + "\n",
    ]
    if proof.trials:
        headings = (_("Fix"), _("Where"), _("Before"), _("After"), _("Saves"), _("Verdict"))
        parts.append(f"| {' | '.join(headings)} |\n| :-- | :-- | --: | --: | --: | :-- |")
    for trial in proof.trials:
        row = told.row(trial)
        verdict = f"**{row.verdict}**" if trial in proof.kept else row.verdict
        detail = f": {prose(row.detail, 300)}" if row.detail else ""
        parts.append(
            f"| {prose(row.fix)} | {code(row.place)} | {prose(row.before)} | {prose(row.after)} | {prose(row.saves)}"
            f" | {verdict}{detail} |"
        )
    if proof.trials:
        parts.append(f"\n{prose(told.checks(proof), 600)} {prose(told.method(proof), 400)}\n")
    parts += [f"- {prose(remark, 420)}" for remark in told.remarks(proof)]
    if proof.patch:
        summary = _("The patch")
        parts += [f"\n<details><summary>{summary}</summary>\n", _fenced(proof.patch), "\n</details>"]
    return "\n".join(parts) + "\n"


def _title(proof: Proof) -> str:
    saving = proof.together
    if not proof.kept or saving is None:
        return _("No fix that is proven to save energy")
    return _("Saves {saving} of {what}, proven", saving=told.saves(saving), what=told.quantity(saving))


def _fenced(patch: str) -> str:
    text = shorten(neutral(patch.rstrip("\n"), multiline=True), _MOST_OF_PATCH)
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}diff\n{text}\n{fence}"
