"""The language server: documents that are open in an editor are linted as they are typed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.workspace import TextDocument

from greenprof import __version__
from greenprof.cli_lint.options import selection_of
from greenprof.config import load_config
from greenprof.errors import GreenprofError
from greenprof.lint.files import choice_of, is_chosen
from greenprof.lint.fixing import FixError, fix_source
from greenprof.lint.manifests.kinds import may_be_manifest
from greenprof.lint.pages import page_of
from greenprof.lint.paths import lint_text
from greenprof.lint.selection import Selection
from greenprof.lsp import answers
from greenprof.model import Finding

PAUSE_S = 0.2  # in typing, before a document is linted


@dataclass(frozen=True, slots=True, kw_only=True)
class _Linted:
    """What was found in a version of a document, and the rules that were asked."""

    version: int | None
    text: str
    selection: Selection
    findings: tuple[Finding, ...]


class Server(LanguageServer):
    """Remembers for each open document what was last found in it."""

    def __init__(self) -> None:
        super().__init__("greenprof", __version__)
        self.linted: dict[str, _Linted] = {}

    def lint(self, uri: str) -> _Linted | None:
        """Lint the document as it is now, unless it was; None, and a word to the editor, where it cannot be."""
        document = self.workspace.get_text_document(uri)
        known = self.linted.get(uri)
        if known is not None and known.text == document.source:
            return known
        try:
            self.linted[uri] = _lint(document)
        except GreenprofError as error:
            self.linted.pop(uri, None)
            self.window_show_message(types.ShowMessageParams(types.MessageType.Error, f"greenprof: {error}"))
        return self.linted.get(uri)

    def publish(self, uri: str) -> None:
        """Lint the document and send what was found."""
        linted = self.lint(uri)
        to_client = _to_client(self.workspace.get_text_document(uri))
        found = [answers.diagnostic(one, to_client) for one in linted.findings] if linted else []
        version = linted.version if linted else None
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri=uri, diagnostics=found, version=version)
        )


def _lint(document: TextDocument) -> _Linted:
    path = Path(document.path)
    config = load_config(path.parent)
    selection = selection_of(config)
    findings: tuple[Finding, ...] = ()
    if is_chosen(path, choice_of(config)):
        is_python = not may_be_manifest(document.path)
        findings = lint_text(document.source.encode(), document.path, selection, is_python=is_python).findings
    return _Linted(version=document.version, text=document.source, selection=selection, findings=findings)


def _to_client(document: TextDocument) -> answers.ToClient:
    return lambda place: document.position_codec.range_to_client_units(document.lines, place)


def make_server() -> Server:
    """A server that knows what to do; `Server.start_io` lets it talk."""
    server = Server()

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        server.publish(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        server.linted.pop(params.text_document.uri, None)  # the settings may be others now
        server.publish(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: types.DidChangeTextDocumentParams) -> None:
        await asyncio.sleep(PAUSE_S)
        uri, version = params.text_document.uri, params.text_document.version
        if server.workspace.get_text_document(uri).version == version:
            server.publish(uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        server.linted.pop(uri, None)
        server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri=uri, diagnostics=[]))

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hovered(params: types.HoverParams) -> types.Hover | None:
        linted = server.lint(params.text_document.uri)
        line = params.position.line + 1
        if linted is None:
            return None
        for one in answers.covering(linted.findings, line, line):
            rule = next(rule for rule in linted.selection.all_rules if rule.name == one.rule)
            document = server.workspace.get_text_document(params.text_document.uri)
            return answers.hover(page_of(rule), one, _to_client(document))
        return None

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix, answers.FIX_ALL]),
    )
    def asked(params: types.CodeActionParams) -> list[types.CodeAction]:
        uri = params.text_document.uri
        linted = server.lint(uri)
        if linted is None:
            return []
        to_client = _to_client(server.workspace.get_text_document(uri))
        kinds = params.context.only
        actions: list[types.CodeAction] = []
        if _is_wanted(types.CodeActionKind.QuickFix, kinds):
            first, last = params.range.start.line + 1, params.range.end.line + 1
            near = answers.covering(linted.findings, first, last)
            actions += answers.quick_fixes(uri, linted.text, near, to_client)
        if linted.findings and _is_wanted(answers.FIX_ALL, kinds):
            whole = answers.fix_all(uri, linted.text, _fixed(linted), to_client)
            actions += [whole] if whole else []
        return actions

    return server


def _fixed(linted: _Linted) -> str:
    """The document after its safe fixes; as it is, where they do not go together."""
    try:
        rules, keep = linted.selection.file_rules, linted.selection.keeps
        return fix_source(linted.text, linted.findings[0].path, rules, keep=keep).text
    except (FixError, SyntaxError):
        return linted.text


def _is_wanted(kind: str, kinds: Sequence[types.CodeActionKind | str] | None) -> bool:
    """An editor that asks for ``source.fixAll`` means ``source.fixAll.greenprof`` too."""
    return kinds is None or any(kind == one or kind.startswith(f"{one}.") for one in kinds)
