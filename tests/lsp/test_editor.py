"""The editor server as an editor sees it: a real client, over standard input and output."""

import asyncio
import sys
from contextlib import asynccontextmanager

import pytest
from lsprotocol import types
from pygls.lsp.client import LanguageClient

from greenprof.lint import load_rules

BUSY = """import re


def f(ä, xs):
    return [re.compile('𝄞x').sub('', x) for x in rows] or sum([[x] for x in rows], [])
"""
CLEAN = "def f(xs):\n    return [x + 1 for x in xs]\n"


class Editor:
    """A client that remembers what the server sent."""

    def __init__(self, folder):
        self.folder = folder
        self.client = LanguageClient("editor", "1")
        self.diagnostics = asyncio.Queue()
        self.messages = asyncio.Queue()

        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(params):
            self.diagnostics.put_nowait(params)

        @self.client.feature(types.WINDOW_SHOW_MESSAGE)
        def told(params):
            self.messages.put_nowait(params)

    def uri(self, name):
        return (self.folder / name).as_uri()

    async def open(self, name, text):
        item = types.TextDocumentItem(uri=self.uri(name), language_id="python", version=1, text=text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return await self.shown()

    async def type(self, name, version, text):
        document = types.VersionedTextDocumentIdentifier(version, self.uri(name))
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    async def shown(self):
        return await asyncio.wait_for(self.diagnostics.get(), 30)

    async def actions(self, name, line, only=None):
        return await self.client.text_document_code_action_async(
            types.CodeActionParams(
                types.TextDocumentIdentifier(self.uri(name)),
                types.Range(types.Position(line, 0), types.Position(line, 0)),
                types.CodeActionContext(diagnostics=[], only=only),
            )
        )


@asynccontextmanager
async def editor(folder):
    one = Editor(folder)
    await one.client.start_io(sys.executable, "-m", "greenprof", "lsp")
    await one.client.initialize_async(types.InitializeParams(capabilities=types.ClientCapabilities()))
    one.client.initialized(types.InitializedParams())
    try:
        yield one
    finally:
        await one.client.shutdown_async(None)
        one.client.exit(None)
        await asyncio.wait_for(one.client.stop(), 30)


def apply(text, action):
    """The text after the edits of an action, whose places are in UTF-16 units."""
    (edits,) = action.edit.changes.values()
    lines = text.split("\n")

    def offset(place):
        before = "\n".join(lines[: place.line]) + ("\n" if place.line else "") if place.line < len(lines) else text
        line = lines[place.line] if place.line < len(lines) else ""
        return len(before) + len(line.encode("utf-16-le")[: 2 * place.character].decode("utf-16-le"))

    for edit in sorted(edits, key=lambda one: offset(one.range.start), reverse=True):
        text = text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
    return text


def run(scenario, folder):
    async def play():
        async with editor(folder) as one:
            await scenario(one)

    asyncio.run(asyncio.wait_for(play(), 120))


def test_findings_while_typing_and_none_after_closing(tmp_path):
    async def scenario(one):
        shown = await one.open("a.py", BUSY)
        assert shown.version == 1
        assert [found.code for found in shown.diagnostics] == ["regex-compile-in-loop", "sum-of-lists"]
        regex, joined = shown.diagnostics
        assert (regex.range.start.line, regex.range.start.character, regex.source) == (4, 12, "greenprof")
        # Behind a character of two UTF-16 units.
        assert joined.range.start.character == BUSY.split("\n")[4].index("sum(") + 1
        assert "Fix: " in regex.message and regex.severity == types.DiagnosticSeverity.Warning

        await one.type("a.py", 2, "def f(:\n")  # not yet Python: nothing is said of it
        assert not (await one.shown()).diagnostics
        await one.type("a.py", 3, BUSY + "#")
        await one.type("a.py", 4, CLEAN)  # only the last of a quick succession is linted
        shown = await one.shown()
        assert shown.version == 4 and not shown.diagnostics
        await one.type("a.py", 5, BUSY)
        assert len((await one.shown()).diagnostics) == 2
        one.client.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(one.uri("a.py")))
        )
        assert not (await one.shown()).diagnostics

    run(scenario, tmp_path)


def test_hover_shows_the_page_of_the_rule(tmp_path):
    async def scenario(one):
        await one.open("a.py", BUSY)
        at = types.TextDocumentIdentifier(one.uri("a.py"))
        shown = await one.client.text_document_hover_async(types.HoverParams(at, types.Position(4, 14)))
        assert shown.contents.value.startswith("# regex-compile-in-loop\n")
        assert await one.client.text_document_hover_async(types.HoverParams(at, types.Position(0, 0))) is None

    run(scenario, tmp_path)


def test_quick_fix_ignore_and_fix_all(tmp_path):
    async def scenario(one):
        await one.open("a.py", BUSY)
        actions = await one.actions("a.py", 4, only=[types.CodeActionKind.QuickFix])
        titles = [action.title for action in actions]
        assert sum(title.startswith("Ignore ") for title in titles) == 2
        ignore = next(action for action in actions if action.title == "Ignore sum-of-lists on this line")
        assert apply(BUSY, ignore).split("\n")[4].endswith("  # greenprof: ignore[sum-of-lists]")
        fixes = [action for action in actions if not action.title.startswith("Ignore ")]
        for action in fixes:
            fixed = apply(BUSY, action)
            compile(fixed, "a.py", "exec")
            assert fixed != BUSY
            assert action.is_preferred is True or action.title.endswith("(may change results)")
        assert not await one.actions("a.py", 0, only=[types.CodeActionKind.QuickFix])

        (whole,) = await one.actions("a.py", 0, only=["source.fixAll"])
        assert whole.kind == "source.fixAll.greenprof"
        fixed = apply(BUSY, whole)
        compile(fixed, "a.py", "exec")
        await one.type("a.py", 2, fixed)
        assert len((await one.shown()).diagnostics) < 2
        assert not await one.actions("a.py", 0, only=["source.fixAll"])

    run(scenario, tmp_path)


def test_settings_of_the_project_count_and_mistakes_in_them_are_told(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.greenprof]\nignore = ["regex-compile-in-loop"]\n')

    async def scenario(one):
        assert [found.code for found in (await one.open("a.py", BUSY)).diagnostics] == ["sum-of-lists"]
        (tmp_path / "pyproject.toml").write_text('[tool.greenprof]\nselct = ["loops"]\n')
        saved = types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(one.uri("a.py")))
        one.client.text_document_did_save(saved)
        assert not (await one.shown()).diagnostics
        told = await asyncio.wait_for(one.messages.get(), 30)
        assert "has no key 'selct'; did you mean select?" in told.message

    run(scenario, tmp_path)


@pytest.mark.parametrize("rule", [rule for rule in load_rules() if rule.name in ("busy-wait", "query-in-loop")])
def test_bad_examples_are_shown_on_their_lines(rule, tmp_path):
    import inspect
    from pathlib import Path

    text = (Path(inspect.getfile(type(rule))).parent / "bad.py").read_text(encoding="utf-8")
    marked = [number for number, line in enumerate(text.split("\n")) if line.endswith(f"# expect: {rule.name}")]

    async def scenario(one):
        shown = await one.open("bad.py", text)
        assert sorted({found.range.start.line for found in shown.diagnostics}) == marked

    run(scenario, tmp_path)
