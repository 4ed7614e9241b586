"""A proof as the text of a pull request: what it saves, the table, how it was held to it, and the patch folded away."""

from __future__ import annotations

from greenprof.prove.nouns import Proof
from greenprof.prove.show import told
from greenprof.reporters._text import neutral, shorten
from greenprof.reporters.markdown import code, prose

_MOST_OF_PATCH = 40_000  # GitHub takes 65,536 characters


def render(proof: Proof, patch: str) -> str:
    """The whole text."""
    parts = [
        f"## {_title(proof)}\n",
        f"{prose(told.headline(proof), 400)}\n",
        f"Command: {code(told.command(proof))}\n",
    ]
    if proof.trials:
        parts.append("| Fix | Where | Before | After | Saves | Verdict |\n| :-- | :-- | --: | --: | --: | :-- |")
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
    parts += [f"- Not tried: {prose(left, 400)}." for left in proof.left]
    parts += [f"- Note: {prose(note, 400)}." for note in proof.notes]
    if proof.patch:
        parts += ["\n<details><summary>The patch</summary>\n", _fenced(proof.patch), "\n</details>"]
    return "\n".join(parts) + "\n"


def _title(proof: Proof) -> str:
    saving = proof.together
    if not proof.kept or saving is None:
        return "No fix that is proven to save energy"
    return f"Saves {told.saves(saving)} of {'the joules' if saving.unit == 'J' else 'the CPU time'}, proven"


def _fenced(patch: str) -> str:
    text = shorten(neutral(patch.rstrip("\n"), multiline=True), _MOST_OF_PATCH)
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}diff\n{text}\n{fence}"
