"""What an editor shows of findings. Pure: a text and its findings in, values of the protocol out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path

from lsprotocol import types

from greenprof.lint.add_ignore import add_ignores
from greenprof.lint.edits import LINE_END
from greenprof.model import Edit, Finding

FIX_ALL = "source.fixAll.greenprof"
SOURCE = "greenprof"
_SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "info": types.DiagnosticSeverity.Information,
}

# Editors mostly count a line in UTF-16 units: this turns a range of characters into the editor's own.
ToClient = Callable[[types.Range], types.Range]


def diagnostic(finding: Finding, to_client: ToClient) -> types.Diagnostic:
    """A finding as an editor underlines it: from its place to the end of that line's code."""
    end = max(len((finding.source or "").rstrip()), finding.column)
    message = f"{finding.message}. Fix: {finding.fix}" if finding.fix else finding.message
    return types.Diagnostic(
        range=to_client(_range(finding.line, finding.column, finding.line, end + 1)),
        message=message,
        severity=_SEVERITIES[finding.severity],
        code=finding.rule,
        source=SOURCE,
    )


def hover(page: str | None, finding: Finding, to_client: ToClient) -> types.Hover:
    """The page of the finding's rule."""
    text = page or f"# {finding.rule}\n\n{finding.message}"
    content = types.MarkupContent(kind=types.MarkupKind.Markdown, value=text)
    return types.Hover(contents=content, range=diagnostic(finding, to_client).range)


def quick_fixes(uri: str, text: str, findings: Sequence[Finding], to_client: ToClient) -> list[types.CodeAction]:
    """For each finding its fix, if it has one, and a comment that ignores it."""
    return [action for one in findings for action in _actions(uri, text, one, to_client)]


def fix_all(uri: str, text: str, fixed: str, to_client: ToClient) -> types.CodeAction | None:
    """All safe fixes at once; None where there are none."""
    if fixed == text:
        return None
    edit = _replaced(text, fixed, to_client)
    return types.CodeAction(title="Fix all that is safe (greenprof)", kind=FIX_ALL, edit=_changes(uri, [edit]))


def covering(findings: Iterable[Finding], first_line: int, last_line: int) -> list[Finding]:
    """The findings that start on one of these lines; lines count from 1."""
    return [one for one in findings if first_line <= one.line <= last_line]


def _actions(uri: str, text: str, finding: Finding, to_client: ToClient) -> list[types.CodeAction]:
    diagnostics = [diagnostic(finding, to_client)]
    actions = []
    if finding.edits:
        title = finding.fix or finding.message
        # Of a file that is not shown only characters are known.
        target = Path(finding.edit_path).absolute().as_uri() if finding.edit_path else uri
        edits = [_text_edit(one, (lambda place: place) if finding.edit_path else to_client) for one in finding.edits]
        actions.append(
            types.CodeAction(
                title=title if finding.fix_is_safe else f"{title} (may change results)",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=diagnostics,
                is_preferred=finding.fix_is_safe,
                edit=_changes(target, edits),
            )
        )
    added = add_ignores(text, [finding])
    if not added.left:
        actions.append(
            types.CodeAction(
                title=f"Ignore {finding.rule} on this line",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=diagnostics,
                edit=_changes(uri, [_replaced(text, added.text, to_client)]),
            )
        )
    return actions


def _replaced(old: str, new: str, to_client: ToClient) -> types.TextEdit:
    """The lines of a text that differ in another, from the first to the last of them."""
    before, after = _lines(old), _lines(new)
    first = next(
        (at for at, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]),
        min(len(before), len(after)),
    )
    same = 0
    while same < min(len(before), len(after)) - first and before[-1 - same] == after[-1 - same]:
        same += 1
    changed = "".join(after[first : len(after) - same])
    return types.TextEdit(
        range=to_client(_range(first + 1, 1, len(before) - same + 1, 1)),
        new_text=changed,
    )


def _lines(text: str) -> list[str]:
    """The lines with their ends, and what stands behind the last one, which may be nothing."""
    starts = [0, *(match.end() for match in LINE_END.finditer(text)), len(text)]
    return [text[start:end] for start, end in pairwise(starts)]


def _text_edit(edit: Edit, to_client: ToClient) -> types.TextEdit:
    place = _range(edit.line, edit.column, edit.end_line, edit.end_column)
    return types.TextEdit(range=to_client(place), new_text=edit.text)


def _range(line: int, column: int, end_line: int, end_column: int) -> types.Range:
    """A range of characters; greenprof counts from 1, the protocol from 0."""
    return types.Range(types.Position(line - 1, column - 1), types.Position(end_line - 1, end_column - 1))


def _changes(uri: str, edits: Sequence[types.TextEdit]) -> types.WorkspaceEdit:
    return types.WorkspaceEdit(changes={uri: list(edits)})
