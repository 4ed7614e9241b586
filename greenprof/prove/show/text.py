"""A proof for the terminal."""

from __future__ import annotations

from greenprof.i18n import _
from greenprof.prove.nouns import Proof
from greenprof.prove.show import told
from greenprof.reporters._text import neutral, shorten

SPOKEN = True


def render(proof: Proof, patch: str) -> str:
    """The table, what is kept, and what was left."""
    lines: list[str] = []
    if proof.trials:
        rows = [told.row(one) for one in proof.trials]
        header = (_("verdict"), _("before"), _("after"), _("saves"), _("fix"))
        cells = [header, *((r.verdict, r.before, r.after, r.saves, f"{r.fix}  {r.place}") for r in rows)]
        widths = [max(len(row[column]) for row in cells) for column in range(4)]
        details = [""] + [row.detail for row in rows]
        for row, detail in zip(cells, details, strict=True):
            first = row[0].ljust(widths[0])
            lines.append("  ".join([first, *(c.rjust(w) for c, w in zip(row[1:4], widths[1:], strict=True)), row[4]]))
            lines += [f"{'':{widths[0]}}  {shorten(detail, 200)}"] if detail else []
        lines.append("")
    lines.append(told.headline(proof))
    lines += [sentence for sentence in (told.checks(proof), told.method(proof)) if sentence and proof.trials]
    if patch:
        lines.append(_("The patch: {patch} (git apply {patch})", patch=patch))
    lines += told.remarks(proof)
    return "".join(f"{neutral(line).rstrip()}\n" for line in lines)
